/** The daily cap: what would be over it is held in plain sight and goes when there is room, however many come at once. */

import { beforeAll, expect, test } from '@jest/globals';
import { beginSending, lookAtGate, mayStillGo } from '../../db/payout-sending.ts';
import { type PayoutRow, readPayout } from '../../db/payouts.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { aDecidedClaim, aPerson, approve, granted, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);
let finance: SubjectId;

beforeAll(async () => {
  finance = await aPerson(suite.db, 'finance');
});

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);
const capped = { dryRun: false, dailyMax: { USD: '5000' } };

async function approved(minor = 1000n): Promise<PayoutRow> {
  const claim = await aDecidedClaim(suite.db, minor);
  const [payout] = claim.payouts;
  if (!payout) throw new Error('there is no payout');
  // Up to the version's limit nobody is asked.
  if (payout.state === 'granted') granted(await approve(suite.db, claim.ticketId, payout.id, finance));
  return payout;
}

const fresh = async ({ id }: PayoutRow): Promise<PayoutRow> => {
  const payout = await readPayout(suite.db, id);
  if (!payout) throw new Error('there is no payout');
  return payout;
};

test('R2, M9: of twelve at once as many go as there is room for, the others say why, and go a day later', async () => {
  const payouts: PayoutRow[] = [];
  for (let count = 0; count < 12; count += 1) payouts.push(await approved());
  const answers = await Promise.all(payouts.map((payout) => beginSending(suite.db, payout, capped, noon)));
  expect(answers.filter((answer) => answer === 'send')).toHaveLength(5);
  const held = (await Promise.all(payouts.map(fresh))).filter(({ state }) => state === 'approved');
  expect(held.map(({ reason }) => reason)).toEqual(Array.from({ length: 7 }, () => 'daily_cap'));
  // Of those that wait it is the turn of the one that was approved first.
  const inTurn = held.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const [waiting] = inTurn;
  if (!waiting) throw new Error('none was held');
  expect(await lookAtGate(suite.db, waiting, capped, after(1))).toBe('daily_cap');
  expect(await beginSending(suite.db, waiting, capped, after(23))).toBe('held');
  const events: unknown[] = await suite.db('ticket_events').where({ ticket_id: waiting.ticket_id, kind: 'payoutHeld' });
  expect(events).toHaveLength(1);
  expect(await lookAtGate(suite.db, waiting, capped, after(25))).toBe('free');
  expect(await beginSending(suite.db, waiting, capped, after(25))).toBe('send');
  expect(await fresh(waiting)).toMatchObject({ state: 'sending', reason: null });
  for (const payout of inTurn.slice(1, 5)) expect(await beginSending(suite.db, payout, capped, after(25))).toBe('send');
  for (const payout of inTurn.slice(5)) expect(await beginSending(suite.db, payout, capped, after(25))).toBe('held');
  for (const payout of inTurn.slice(5)) expect(await beginSending(suite.db, payout, capped, after(50))).toBe('send');
});

test('one that was taken for sending is counted once, however often it is asked about', async () => {
  const payout = await approved(5000n);
  expect(await beginSending(suite.db, payout, capped, after(100))).toBe('send');
  const taken = await fresh(payout);
  expect(await lookAtGate(suite.db, taken, capped, after(100))).toBe('free');
  expect(await mayStillGo(suite.db, payout.id, capped, after(100))).toBe('go');
  expect(await beginSending(suite.db, taken, capped, after(100))).toBe('look-up');
});

test('a currency without a cap of its own is bounded by none', async () => {
  const payout = await approved(9_999n);
  expect(await beginSending(suite.db, payout, { dryRun: false, dailyMax: { EUR: '1' } }, after(200))).toBe('send');
});

test('what is more than a whole day’s is finance’s to see to, and keeps nothing else back', async () => {
  const payout = await fresh(await approved(5_001n));
  expect(await lookAtGate(suite.db, payout, capped, after(300))).toBe('above_daily_cap');
  expect(await beginSending(suite.db, payout, capped, after(300))).toBe('held');
  expect(await fresh(payout)).toMatchObject({ state: 'approved', reason: 'above_daily_cap' });
  expect(await beginSending(suite.db, await approved(5_000n), capped, after(300))).toBe('send');
  expect(await beginSending(suite.db, payout, { dryRun: false, dailyMax: { USD: '5001' } }, after(330))).toBe('send');
});

test('a large one that waits is not starved by small ones that were approved after it', async () => {
  const at = (hours: number) => after(400 + hours);
  expect(await beginSending(suite.db, await approved(3_000n), capped, at(0))).toBe('send');
  const large = await fresh(await approved(4_000n));
  expect(await beginSending(suite.db, large, capped, at(1))).toBe('held');
  const small = await approved(1_000n);
  await suite
    .db('payouts')
    .where({ id: small.id })
    .update({ approved_at: at(2) });
  expect(await beginSending(suite.db, await fresh(small), capped, at(2))).toBe('held');
  expect(await beginSending(suite.db, large, capped, at(25))).toBe('send');
  expect(await beginSending(suite.db, await fresh(small), capped, at(25))).toBe('send');
});

test('R2: one that waits for room and went back elsewhere meanwhile ends at once, and keeps no place', async () => {
  const at = (hours: number) => after(500 + hours);
  expect(await beginSending(suite.db, await approved(4_000n), capped, at(0))).toBe('send');
  const waiting = await fresh(await approved(2_000n));
  expect(await beginSending(suite.db, waiting, capped, at(1))).toBe('held');
  await suite.db('order_tenders').where({ id: waiting.tender_id }).update({ elsewhere_minor: 1 });
  expect(await lookAtGate(suite.db, waiting, capped, at(1))).toBe('free');
  expect(await beginSending(suite.db, waiting, capped, at(1))).toBe('done');
  expect(await fresh(waiting)).toMatchObject({ state: 'cancelled', reason: 'paid_elsewhere' });
  expect(await beginSending(suite.db, await approved(1_000n), capped, at(2))).toBe('send');
});
