/** Reconciliation over the door: the figures, breaks taken and closed with a reason, and who may. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { beginLook, finishLook, takePage } from '../../db/reconciliations.ts';
import { money } from '../../domain/money.ts';
import { anOrder, aTender } from '../db/builders.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

let desk: Desk;
let finance: Person;

beforeAll(async () => {
  desk = await startDesk();
  finance = await desk.signedIn('finance');
});
afterAll(() => desk.close());

/** Refunds that somebody made in the provider's dashboard for an order of ours. */
async function foreignRefunds(count: number): Promise<string> {
  const captureRef = `ch_${randomUUID()}`;
  const order = await anOrder(desk.db, [aTender(1999n, { captureRef })]);
  const at = desk.now();
  const window = { rail: 'card' as const, from: new Date(at.getTime() - 86_400_000), until: at, listedUntil: at };
  const look = await beginLook(desk.db, window, at);
  const records = Array.from({ length: count }, () => {
    const providerRef = `re_${randomUUID()}`;
    const report = { status: 'settled' as const, providerRef };
    return {
      providerRef,
      payoutId: null,
      captureRefs: [captureRef],
      amount: money(300n, 'USD'),
      report,
      at: window.from,
      word: 'provider' as const,
    };
  });
  await takePage(desk.db, look, records, at);
  await finishLook(desk.db, look, at);
  return order.ref;
}

const breaksFor = async (orderRef: string, state: 'open' | 'closed' = 'open') => {
  const answer = await finance.get(`/v1/reconciliation/breaks?state=${state}&limit=100`);
  return (answer.json['items'] as Record<string, unknown>[]).filter((found) => found['orderRef'] === orderRef);
};

test('a break is taken, closed with what it was, and closed once', async () => {
  const orderRef = await foreignRefunds(1);
  const [found] = await breaksFor(orderRef);
  expect(found).toMatchObject({ kind: 'foreign', amount: { minor: '300', currency: 'USD' }, owner: null });
  const at = `/v1/reconciliation/breaks/${String(found?.['id'])}`;
  expect((await finance.post(`${at}/take`)).json['owner']).toMatchObject({ id: finance.id });

  const closing = { closedAs: 'made_elsewhere', ground: 'Made in the dashboard on the phone.' };
  expect((await finance.post(`${at}/resolve`, closing)).json).toMatchObject({ ...closing, actions: [] });
  const again = await finance.post(`${at}/resolve`, closing);
  expect([again.status, again.json['id']]).toEqual([409, 'break-closed']);
  expect(await breaksFor(orderRef)).toEqual([]);
  expect(await breaksFor(orderRef, 'closed')).toHaveLength(1);
});

test('nobody closes a break as gone: only a look finds that', async () => {
  const [found] = await breaksFor(await foreignRefunds(1));
  const answer = await finance.post(`/v1/reconciliation/breaks/${String(found?.['id'])}/resolve`, {
    closedAs: 'gone',
    ground: 'It went.',
  });
  expect([answer.status, answer.json['id']]).toEqual([422, 'request-invalid']);
});

test('breaks are paged oldest first without one lost or shown twice', async () => {
  const orderRef = await foreignRefunds(5);
  const seen: string[] = [];
  let cursor = '';
  do {
    const { json } = await finance.get(`/v1/reconciliation/breaks?limit=2${cursor}`);
    const items = json['items'] as { id: string; orderRef: string }[];
    seen.push(...items.filter((item) => item.orderRef === orderRef).map(({ id }) => id));
    const next = json['next'] as string | null;
    cursor = next === null ? '' : `&cursor=${next}`;
  } while (cursor !== '');
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
});

test('the figures name the newest look of each rail', async () => {
  await foreignRefunds(2);
  const { json } = await finance.get('/v1/reconciliation');
  expect(json['looks']).toMatchObject([{ rail: 'card', listed: 2, matched: 0, takenOver: 0 }]);
  expect(json['openBreaks']).toBeGreaterThanOrEqual(2);
});
