/** PayPal's webhooks at the door: proved over the raw body, kept before they are acknowledged, once per event. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, makeAuthority } from '../../dev/paypal-sandbox-authority.ts';
import { transmission } from '../../dev/paypal-sandbox-webhooks.ts';
import { createCertificates } from '../../providers/paypal-certificates.ts';
import { paypalAgent } from '../../providers/paypal-https.ts';
import { createLog } from '../../runtime/log.ts';
import { createPaypalInbox } from '../../runtime/paypal-inbox.ts';
import { type RunningSandbox, startSandbox, webhookId } from '../providers/paypal-bench.ts';
import { createClient } from './client.ts';
import { type Desk, startDesk } from './desk.ts';

let sandbox: RunningSandbox;
let desk: Desk;
let stranger: Authority;

beforeAll(async () => {
  sandbox = await startSandbox();
  stranger = await makeAuthority();
  const certificates = createCertificates({
    agent: paypalAgent({ host: '127.0.0.1', port: sandbox.port, ca: sandbox.authority.ca }),
    authorities: sandbox.authority.ca,
    intermediates: '',
    timeoutMs: 5_000,
  });
  desk = await startDesk({
    paypal: (db) =>
      createPaypalInbox({
        db,
        clock: { now: () => new Date() },
        webhookId,
        certificates,
        delivery: { deliver: () => Promise.resolve({ state: 'kept' }) },
        log: createLog({ LOG_LEVEL: 'silent' }, 'test'),
      }),
  });
});

afterAll(async () => {
  await desk.close();
  await sandbox.close();
});

const anEvent = (id: string, resource: object = { id: '1JU08902781691411' }): string =>
  JSON.stringify(
    { id, event_type: 'PAYMENT.CAPTURE.REFUNDED', create_time: '2026-11-21T10:00:00Z', resource },
    null,
    2,
  );

const sign = (body: string, more: { authority?: Authority; at?: Date; id?: string } = {}) =>
  transmission(body, {
    authority: more.authority ?? sandbox.authority,
    webhookId: more.id ?? webhookId,
    ...(more.at ? { at: more.at } : {}),
  });

const send = (body: string, headers: Readonly<Record<string, string>>) =>
  desk.stranger.send('POST', '/webhooks/paypal', {
    raw: body,
    key: null,
    headers: { 'Content-Type': 'application/json', ...headers },
  });

const kept = async (id: string): Promise<number> =>
  Number((await desk.db('inputs').where({ source: 'paypal', key: id }).count('* as count').first())?.['count']);

describe('W4, W5: an event', () => {
  const refused: Record<string, (body: string) => [body: string, headers: Record<string, string>]> = {
    'without a signature': (body) => [body, {}],
    'signed by somebody else': (body) => [
      body,
      sign(body, { authority: { ...stranger, certId: sandbox.authority.certId } }),
    ],
    'for another environment’s webhook': (body) => [body, sign(body, { id: 'ANOTHER0000000000' })],
    'whose body was written anew': (body) => [JSON.stringify(JSON.parse(body)), sign(body)],
    'older than 300 s': (body) => [body, sign(body, { at: new Date(Date.now() - 302_000) })],
    'whose certificate is elsewhere': (body) => [
      body,
      { ...sign(body), 'paypal-cert-url': 'https://evilpaypal.com/v1/notifications/certs/CERT-1' },
    ],
    'that is empty': () => ['', sign('')],
  };
  test.each(Object.entries(refused))('%s is refused, and nothing is stored', async (name, make) => {
    const id = `WH-${name.replaceAll(/\W/g, '-')}`;
    const [body, headers] = make(anEvent(id));
    const answer = await send(body, headers);
    expect(answer.status).toBe(400);
    expect(['webhook-signature', 'request-malformed']).toContain(answer.json['id']);
    expect(await kept(id)).toBe(0);
  });

  test('that PayPal signed is kept', async () => {
    const body = anEvent('WH-good');
    const answer = await send(body, sign(body));
    expect([answer.status, answer.text]).toEqual([200, '{"received":true}']);
    expect(await kept('WH-good')).toBe(1);
  });
});

test('W1: the same event many times at once, and once more later, is one row, and each is acknowledged', async () => {
  const body = anEvent('WH-twice');
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(body, sign(body))));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  expect((await send(body, sign(body))).status).toBe(200);
  expect(await kept('WH-twice')).toBe(1);
});

test('W1: one id of two providers names two events', async () => {
  const body = anEvent('evt_of_both');
  await send(body, sign(body));
  expect(await desk.db('inputs').where({ key: 'evt_of_both' }).pluck('source')).toEqual(['paypal']);
});

test('W6: an event that cannot be stored is not acknowledged', async () => {
  const body = anEvent('WH-away');
  await desk.db.raw('alter table inputs rename to inputs_away');
  try {
    expect((await send(body, sign(body))).status).toBe(500);
  } finally {
    await desk.db.raw('alter table inputs_away rename to inputs');
  }
  expect((await send(body, sign(body))).status).toBe(200);
  expect(await kept('WH-away')).toBe(1);
});

test('D11: a case of a capture that no order here knows waits with its event, as a claim of PayPal', async () => {
  const body = JSON.stringify({
    id: 'WH-case',
    event_type: 'CUSTOMER.DISPUTE.CREATED',
    create_time: '2026-11-21T10:00:00Z',
    resource: {
      dispute_id: 'PP-D-1',
      status: 'OPEN',
      dispute_life_cycle_stage: 'CHARGEBACK',
      dispute_amount: { currency_code: 'USD', value: '19.99' },
      disputed_transactions: [{ seller_transaction_id: '2GG279541U471931P' }],
    },
  });
  expect((await send(body, sign(body))).status).toBe(200);
  const bodies: unknown[] = await desk.db('inputs').where({ key: 'WH-case' }).pluck('body');
  expect(bodies[0]).toMatchObject({ unmatched: { provider: 'paypal', method: 'paypal', state: 'open' } });
});

test('a desk without PayPal takes none of its events', async () => {
  const plain = await startDesk();
  const body = anEvent('WH-nobody');
  const answer = await createClient(plain.url, {}).send('POST', '/webhooks/paypal', { raw: body, key: null });
  expect(answer.status).toBe(404);
  await plain.close();
});
