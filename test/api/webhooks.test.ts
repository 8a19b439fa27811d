/** Stripe's webhooks at the door: the raw body's signature, kept before it is acknowledged, once per event. */

import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../db/database.ts';
import { createLog } from '../../runtime/log.ts';
import { createStripeInbox } from '../../runtime/stripe-inbox.ts';
import { type Desk, startDesk } from './desk.ts';

const secrets = ['whsec_the_newest_secret', 'whsec_the_one_before'];
let desk: Desk;
let inboxDatabase: Database | null = null;

beforeAll(async () => {
  desk = await startDesk({
    stripe: (db) => {
      inboxDatabase = db;
      return createStripeInbox({
        db,
        clock: { now: () => new Date() },
        secrets,
        delivery: { deliver: () => Promise.resolve({ state: 'kept' }) },
        log: createLog({ LOG_LEVEL: 'silent' }, 'test'),
      });
    },
  });
});
afterAll(() => desk.close());

const anEvent = (id: string): string =>
  JSON.stringify(
    {
      id,
      object: 'event',
      type: 'refund.updated',
      created: 1,
      livemode: false,
      data: { object: { id: 're_1', object: 'refund' } },
    },
    null,
    2,
  );

const seconds = (): number => Math.floor(Date.now() / 1000);

const sign = (body: string, secret: string, at = seconds()): string =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;

const send = (body: string, signature: string) =>
  desk.stranger.send('POST', '/webhooks/stripe', {
    raw: body,
    key: null,
    headers: { 'Content-Type': 'application/json', ...(signature === '' ? {} : { 'Stripe-Signature': signature }) },
  });

const kept = async (id: string): Promise<number> =>
  Number((await desk.db('inputs').where({ source: 'stripe', key: id }).count('* as count').first())?.['count']);

describe('W4: an event', () => {
  const refused: Record<string, (body: string) => [body: string, signature: string]> = {
    'without a signature': (body) => [body, ''],
    'with a wrong secret': (body) => [body, sign(body, 'whsec_of_someone_else')],
    'whose body was written anew': (body) => [JSON.stringify(JSON.parse(body)), sign(body, secrets[0] as string)],
    'older than 300 s': (body) => [body, sign(body, secrets[0] as string, seconds() - 301)],
    'that is empty': () => ['', sign('', secrets[0] as string)],
  };
  test.each(Object.entries(refused))('%s is refused, and nothing is stored', async (name, make) => {
    const id = `evt_${name.replaceAll(' ', '_')}`;
    const [body, signature] = make(anEvent(id));
    const answer = await send(body, signature);
    expect(answer.status).toBe(400);
    expect(['webhook-signature', 'request-malformed']).toContain(answer.json['id']);
    expect(await kept(id)).toBe(0);
  });

  test.each(secrets)('signed with the secret %s, two being live, is kept', async (secret) => {
    const id = `evt_${secret}`;
    const body = anEvent(id);
    const answer = await send(body, sign(body, secret));
    expect([answer.status, answer.text]).toEqual([200, '{"received":true}']);
    expect(await kept(id)).toBe(1);
  });
});

test('W1: the same event many times at once is one row, and each is acknowledged', async () => {
  const body = anEvent('evt_twice');
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(body, sign(body, secrets[0] as string))));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  expect(await kept('evt_twice')).toBe(1);
});

test('W6: an event that cannot be stored is not acknowledged', async () => {
  expect(inboxDatabase).not.toBeNull();
  await desk.db.raw('alter table inputs rename to inputs_away');
  try {
    const body = anEvent('evt_away');
    expect((await send(body, sign(body, secrets[0] as string))).status).toBe(500);
  } finally {
    await desk.db.raw('alter table inputs_away rename to inputs');
  }
  const body = anEvent('evt_away');
  expect((await send(body, sign(body, secrets[0] as string))).status).toBe(200);
  expect(await kept('evt_away')).toBe(1);
});

test('refused events are counted', async () => {
  const metrics = await desk.stranger.get('/metrics');
  expect(metrics.text).toMatch(/refund_desk_webhooks_received_total\{outcome="refused"\} [1-9]/);
});
