/** The words of the wire: amounts that no float can spoil, hosts without what was fetched, texts that a database can keep. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { z } from 'zod';
import { networkContextSchema } from '../../contract/network-context.ts';
import { operations } from '../../contract/operations.ts';
import { amountSchema, positiveAmountSchema, refSchema, textSchema } from '../../contract/wire.ts';
import { amountMinorMax } from '../../domain/money.ts';

const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('an amount', () => {
  test('of a request is digits within its bounds and nothing else', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), (minor) => {
        const wire = { minor: minor.toString(), currency: 'USD' };
        expect(takes(positiveAmountSchema, wire)).toBe(minor > 0n && minor <= amountMinorMax);
        expect(takes(amountSchema, wire)).toBe(minor >= 0n && minor <= amountMinorMax);
      }),
    );
  });

  test('R9: is no number, no fraction, no other writing of digits, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.string(), fc.constantFrom('1.5', '1e3', '+1', ' 1', '٣', '')), (minor) => {
        const plain = typeof minor === 'string' && /^[1-9][0-9]{0,12}$/.test(minor) && BigInt(minor) <= amountMinorMax;
        expect(takes(positiveAmountSchema, { minor, currency: 'USD' })).toBe(plain);
      }),
    );
  });

  test('is in a currency that the desk knows', () => {
    expect(takes(positiveAmountSchema, { minor: '1', currency: 'ZZZ' })).toBe(false);
  });
});

describe('a network context', () => {
  const given = {
    targets: ['example.com'],
    times: [{ from: '2026-11-20T11:00:00Z', until: '2026-11-20T11:00:00Z' }],
    egress: ['203.0.113.0/24', '2001:db8::1'],
    protocol: 'socks5',
    client: { name: 'curl' },
  };

  test.each([
    ['https://User:secret@Shop.Example.com:8443/login?token=1#top', 'shop.example.com:8443'],
    ['example.com', 'example.com'],
    ['example.com/path', 'example.com'],
    ['203.0.113.7:80', '203.0.113.7:80'],
    ['http://[2001:DB8::1]:8080/x', '[2001:db8::1]:8080'],
  ])('PV-2.1: keeps of the target %s only the host and port', (target, kept) => {
    expect(networkContextSchema.parse({ ...given, targets: [target] }).targets).toEqual([kept]);
  });

  test.each(['', 'not a host', 'http://', '[::zz]', 'example.com:99999', '-a.example'])(
    'refuses the target %p',
    (target) => {
      expect(takes(networkContextSchema, { ...given, targets: [target] })).toBe(false);
    },
  );

  test.each(['nowhere', '203.0.113.7/40', '1.2.3'])('refuses the egress %p', (egress) => {
    expect(takes(networkContextSchema, { ...given, egress: [egress] })).toBe(false);
  });

  test('does not end before it begins, and its instants are in UTC', () => {
    const [at, before] = ['2026-11-20T11:00:00Z', '2026-11-20T10:59:59Z'];
    expect(takes(networkContextSchema, { ...given, times: [{ from: at, until: before }] })).toBe(false);
    expect(takes(networkContextSchema, { ...given, times: [{ from: '2026-11-20T11:00:00+02:00', until: at }] })).toBe(
      false,
    );
    expect(takes(networkContextSchema, { ...given, times: [] })).toBe(false);
    expect(takes(networkContextSchema, given)).toBe(true);
  });
});

test.each(['', '   ', 'a\u0000b', 'x'.repeat(11)])('the text %p is not taken', (text) => {
  expect(takes(textSchema(10), text)).toBe(false);
});

test('a decision is a refund of an amount or a refusal by clauses, never half of each', () => {
  const { body } = operations.decideTicket;
  const amount = { minor: '1', currency: 'USD' };
  expect(takes(body, { decision: 'refund', amount, ground: 'It failed.' })).toBe(true);
  expect(takes(body, { decision: 'refuse', clauses: ['RP-3.1'], ground: 'Too late.' })).toBe(true);
  expect(takes(body, { decision: 'refuse', clauses: [], ground: 'Too late.' })).toBe(false);
  expect(takes(body, { decision: 'refuse', clauses: ['RP-9.9'], ground: 'Too late.' })).toBe(false);
  expect(takes(body, { decision: 'refund', amount, clauses: ['RP-3.1'], ground: 'Both.' })).toBe(false);
});

describe('PA-1.2: a reference, which is kept unmasked', () => {
  const expected = 'expected a reference, not what looks like a payment card’s number';

  test.each(['4242424242424242', 'order-4242424242424242', '4242-4242-4242-4242', '378282246310005'])(
    'is not %s',
    (ref) => {
      const read = refSchema.safeParse(ref);
      expect(read.error?.issues.map(({ message }) => message)).toEqual([expected]);
    },
  );

  test.each(['4242424242424241', 'order-1', 'RD:2026.11.22_7', '00000000-4242-7000-8000-424242424242'])(
    'may be %s',
    (ref) => expect(takes(refSchema, ref)).toBe(true),
  );

  test('stands in every place where a request names an order, an account or a capture', () => {
    const card = '4242424242424242';
    const order = {
      accountRef: card,
      renewalOf: card,
      tenders: [{ captureRef: card }],
    };
    const issues = operations.putOrder.body.safeParse(order).error?.issues ?? [];
    const refused = issues.filter(({ message }) => message === expected).map(({ path }) => path.join('/'));
    expect(refused.sort()).toEqual(['accountRef', 'renewalOf', 'tenders/0/captureRef']);
    for (const schema of [operations.putOrder.params, operations.reportUsage.params])
      expect(takes(schema, { orderRef: card })).toBe(false);
    const { orderRef, linkedOrders } = operations.createTicket.body.shape;
    expect(takes(orderRef, card)).toBe(false);
    expect(takes(linkedOrders, [{ orderRef: card, paymentMethod: 'card' }])).toBe(false);
    expect(takes(operations.createUpload.body.pick({ orderRef: true }), { orderRef: card })).toBe(false);
    expect(takes(operations.listOrders.query, { ref: card })).toBe(false);
  });
});
