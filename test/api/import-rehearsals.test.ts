/** Dry runs of files: what they tell is what would be taken, whatever the rows have to do with each other; nobody waits for them. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { aRef, file, orderHeader, past, pastHeader, row } from './import-rows.ts';
import { anOrder } from './orders-and-tickets.ts';

let desk: Desk;
let admin: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  admin = await desk.signedIn('admin');
  service = await desk.signedIn('service');
});
afterAll(() => desk.close());

const send = (kind: string, raw: string, dryRun: boolean) =>
  admin.send('POST', `/v1/imports/${kind}?dryRun=${dryRun}`, {
    raw,
    key: null,
    headers: { 'Content-Type': 'text/csv' },
  });

/** What a dry run tells is what is taken after it; answers with its problems. */
async function bothWays(kind: string, raw: string): Promise<unknown[]> {
  const rehearsed = await send(kind, raw, true);
  const taken = await send(kind, raw, false);
  expect([rehearsed.status, rehearsed.json]).toEqual([200, { ...taken.json, dryRun: true }]);
  return [
    taken.json['taken'],
    taken.json['unchanged'],
    listIn(taken.json, 'problems').map(({ line, error }) => [line, error]),
  ];
}

test('an order that is told again, or paid by another’s capture, and one that renews a later one, are told as taken', async () => {
  const [one, two, renewal, stranger] = [aRef(), aRef(), aRef(), aRef()];
  const renewing = (ref: string, of: string) => row({ ref }).replace('5368709120,', `5368709120,${of}`);
  const rows = [
    row({ ref: one }),
    renewing(renewal, two),
    row({ ref: two }),
    row({ ref: one }),
    row({ ref: stranger, capture: `ch_${two}` }),
    row({ ref: one, plan: 'Another' }),
    renewing(renewal, two),
  ];
  expect(await bothWays('orders', file(orderHeader, ...rows))).toEqual([
    3,
    1,
    [
      [3, 'order-unknown'],
      [6, 'order-conflict'],
      [7, 'order-conflict'],
    ],
  ]);
});

test('R2: what several past tickets refunded of one order is counted together', async () => {
  const [ref, other] = [aRef(), aRef()];
  await send('orders', file(orderHeader, row({ ref }), row({ ref: other })), false);
  const tickets = [
    past(aRef(), ref, '1500'),
    past(aRef(), other, '1999'),
    past(aRef(), ref, '500'),
    past(aRef(), ref, '499'),
  ];
  expect(await bothWays('past-tickets', file(pastHeader, ...tickets))).toEqual([3, 0, [[4, 'amount-over-refundable']]]);
});

test('one measurement that is told twice, however its instant is written, stands or is a conflict', async () => {
  const ref = aRef();
  await send('orders', file(orderHeader, row({ ref })), false);
  const told = (bytes: string, at: string) => `${ref},${bytes},${at}`;
  const rows = [
    told('1', '2026-10-02T00:00:00Z'),
    told('2', '2026-10-03T00:00:00Z'),
    told('1', '2026-10-02T00:00:00.000Z'),
    told('3', '2026-10-03T00:00:00Z'),
  ];
  expect(await bothWays('usage', file('orderRef,usedBytes,at', ...rows))).toEqual([2, 1, [[5, 'usage-conflict']]]);
});

test('while a dry run lasts, the shop’s report of an order that it has looked at is taken', async () => {
  const [ref, late] = [aRef(), `${randomUUID()}@example.com`];
  const email = `${ref}@example.com`;
  const held = await desk.db.transaction();
  await held('people').insert({ email: late, role: 'customer', name: 'Late' });
  const rehearsed = send('orders', file(orderHeader, row({ ref, email }), row({ ref: aRef(), email: late })), true);
  const isWaiting = async (): Promise<boolean> => {
    const waiting: unknown[] = await desk.db
      .select('pid')
      .from('pg_stat_activity')
      .whereRaw(`datname = current_database() and wait_event_type = 'Lock'`);
    return waiting.length > 0;
  };
  expect(await until(isWaiting, { withinMs: 10_000 })).toBe(true);
  const put = await service.send('PUT', `/v1/orders/${ref}`, { body: anOrder(email) });
  expect(put.status).toBe(200);
  await held.rollback();
  expect((await rehearsed).json).toMatchObject({ taken: 2, refused: 0, dryRun: true });
});
