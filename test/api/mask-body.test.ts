/** Masking of bodies: free text loses its secrets, and what the contract proves passes unchanged. */

import { expect, test } from '@jest/globals';
import { maskBody } from '../../api/mask-body.ts';
import { operations } from '../../contract/operations.ts';
import { aNetworkContext, anOrder } from './orders-and-tickets.ts';

const card = '4242424242424242';

test('an order passes unchanged, also where its references and counts are long numbers', () => {
  const long = '4242424242424241';
  const order = anOrder('buyer@example.com', { accountRef: long, renewalOf: long, metered: { bytes: card } });
  const [tender] = order.tenders;
  const given = operations.putOrder.body.parse({ ...order, tenders: [{ ...tender, captureRef: long }] });
  expect(maskBody(given)).toEqual(given);
});

test('uploads, usage and decisions pass unchanged but for their texts', () => {
  const upload = { name: 'log.txt', bytes: 12, sha256: `${card}${'0'.repeat(48)}`, orderRef: 'order-1' };
  expect(maskBody(upload)).toEqual(upload);
  const usage = { usedBytes: card, at: '2026-11-20T11:00:00Z' };
  expect(maskBody(usage)).toEqual(usage);
  const decision = { decision: 'refund', amount: { minor: '1999', currency: 'USD' }, ground: `Card ${card}.` };
  expect(maskBody(decision)).toEqual({ ...decision, ground: expect.not.stringContaining(card) });
});

test('PA-1.2: the texts of a request lose cards and credentials wherever they stand', () => {
  const given = {
    orderRef: 'order-1',
    description: `I paid with ${card}.`,
    networkContext: {
      ...aNetworkContext,
      client: { name: 'curl', configuration: 'proxy = http://user:hunter2secret@proxy.example.com:8080' },
    },
  };
  const masked = JSON.stringify(maskBody(given));
  expect(masked).not.toMatch(/42424242|hunter2secret/);
  expect(masked).toContain('order-1');
  expect(masked).toContain('proxy.example.com');
});

test('PA-1.2: what is asked, found and established of a case passes unchanged but for its texts', () => {
  const said = `Card ${card}.`;
  const bodies = [
    { materials: ['network_context'], question: said },
    {
      cause: 'seller',
      finding: said,
      persistent: true,
      lost: [{ from: '2026-11-20T11:00:00Z', until: '2026-11-20T12:00:00Z' }],
    },
    { kind: 'provider', ground: said, stops: ['decision', 'lapse'] },
    { fact: 'billing_country', value: 'DE', ground: said },
    { fact: 'dispute_withdrawn', value: '2026-11-20T11:00:00Z', ground: said },
    { result: 'passed', ground: said },
    { decision: 'refund', amount: { minor: card, currency: 'USD' }, exception: 'statutory', provision: said },
    { confirm: true, ground: said },
  ];
  for (const body of bodies) {
    const texts = Object.fromEntries(
      Object.entries(body)
        .filter(([, held]) => held === said)
        .map(([key]) => [key, expect.not.stringContaining(card)]),
    );
    expect(maskBody(body)).toEqual({ ...body, ...texts });
  }
});
