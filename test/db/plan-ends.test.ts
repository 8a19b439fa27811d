/** RP-4.4: the end of a plan that the shop was asked for, and a refund that was taken back before its answer was known. */

import { describe, expect, test } from '@jest/globals';
import { recordDecision } from '../../db/decisions.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordDecline } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readPayout } from '../../db/payouts.ts';
import { findPlanToEnd } from '../../db/plan-ends.ts';
import { readRemedy } from '../../db/remedies.ts';
import { beginApplying, lookAgain, recordShopReport } from '../../db/remedy-applying.ts';
import type { PayoutId, RemedyId, TicketId } from '../../domain/ids.ts';
import type { ShopReport } from '../../domain/shop.ts';
import {
  aKeptInput,
  aMessage,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  type BuiltOrder,
  granted,
  noon,
} from './builders.ts';
import { railsAndShop } from './offered-claims.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold, type Told } from './told-disputes.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

const applied: ShopReport = { status: 'applied', shopRef: 'act_1' };
const refused: ShopReport = { status: 'refused', reason: 'plan_ended' };

/** A refund of all that is left, released by finance: its payouts, and the end of the plan that goes before them. */
async function decideInFull(ticketId: TicketId, minor: number, hours: number) {
  const body = { decision: 'refund', amount: { minor: String(minor), currency: 'USD' }, ground: 'It never worked.' };
  const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const message = await aMessage(suite.db, ticketId, by, 'decideTicket', body);
  const { payouts, remedies = [] } = granted(await recordDecision(suite.db, message, railsAndShop, after(hours)));
  const finance = await aPerson(suite.db, 'finance');
  for (const { id, state } of payouts) if (state === 'granted') await approve(suite.db, ticketId, id, finance);
  const [plan] = remedies;
  if (!plan) throw new Error('no plan is to end');
  return { ticketId, payoutIds: payouts.map(({ id }) => id), remedyId: plan.id };
}

type InFull = Awaited<ReturnType<typeof decideInFull>>;

const report = async ({ ticketId, remedyId }: Pick<InFull, 'ticketId' | 'remedyId'>, said: ShopReport, hours: number) =>
  granted(await recordShopReport(suite.db, { ticketId, remedyId, report: said }, after(hours)));

/** The shop was asked, and nobody heard its answer. */
async function anUnheardEnd(tenders = [aTender(1999n)]): Promise<InFull & { readonly order: BuiltOrder }> {
  await aPerson(suite.db, 'lead');
  const order = await anOrder(suite.db, tenders);
  const ticketId = await aReviewedTicket(suite.db, order);
  const minor = order.tenders.reduce((sum, { amount_minor }) => sum + Number(amount_minor), 0);
  const given = await decideInFull(ticketId, minor, 0);
  const { remedyId } = given;
  expect(await beginApplying(suite.db, await readRemedy(suite.db, remedyId), { dryRun: false }, noon)).toBe('apply');
  const unknown = { status: 'unknown', reason: 'timeout' } as const;
  granted(await recordShopReport(suite.db, { ticketId, remedyId, report: unknown }, noon));
  return { ...given, order };
}

async function decline({ ticketId, payoutIds: [payoutId] }: InFull, hours: number) {
  if (!payoutId) throw new Error('there is no payout');
  const inputId = await aKeptInput(suite.db, { operation: 'declinePayout', ticketId, payoutId });
  const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
  return granted(await recordDecline(suite.db, { ticketId, inputId, by }, after(hours)));
}

async function failKyc({ ticketId }: InFull, hours: number) {
  const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, by, 'placeHold', asked), after(hours)));
  const result = { result: 'failed', ground: 'Not the buyer.' };
  granted(await recordKyc(suite.db, await aMessage(suite.db, ticketId, by, 'recordKyc', result), after(hours)));
}

async function dispute({ ticketId, order }: InFull & { order: BuiltOrder }, state: Told['state'], hours: number) {
  const [tender] = order.tenders;
  if (!tender) throw new Error('the order has no tender');
  const word = { ref: `du_${ticketId}`, state, at: after(hours) };
  await storeTold(suite.db, tender, word);
  await noteTold(suite.db, ticketId, word);
}

/** Seen at the gate before the call, where what went out elsewhere is known. */
async function paidElsewhere({ order, payoutIds: [payoutId] }: InFull & { order: BuiltOrder }, minor: number) {
  const payout = payoutId && (await readPayout(suite.db, payoutId));
  if (!payout) throw new Error('there is no payout');
  await suite.db('order_tenders').where({ order_id: order.id }).update({ elsewhere_minor: minor });
  expect(await beginSending(suite.db, payout, { dryRun: false }, after(1))).toBe('done');
}

const look = async ({ remedyId }: InFull, hours: number) =>
  lookAgain(suite.db, await readRemedy(suite.db, remedyId), after(hours));

const planOf = (payoutId: PayoutId | undefined) => (payoutId ? findPlanToEnd(suite.db, payoutId) : null);

async function stands({ ticketId, remedyId }: { ticketId: TicketId; remedyId: RemedyId }): Promise<object | undefined> {
  return suite
    .db('remedies')
    .join('tickets', 'tickets.id', 'remedies.ticket_id')
    .where({ 'remedies.id': remedyId, 'tickets.id': ticketId })
    .first('remedies.state', 'remedies.reason', 'tickets.phase', 'tickets.outcome');
}

/** Once each, however many leads there are. */
const leadsTold = ({ ticketId }: InFull) =>
  suite
    .db('notices')
    .where({ ticket_id: ticketId })
    .whereIn('template', ['plan-ended-unpaid', 'remedy-failed'])
    .distinct('template', 'parameters')
    .orderBy('template');

describe('RP-4.4, R3: a plan’s end of unknown state, and its refund declined', () => {
  test('is followed for a day, and ends as cancelled with the reason; its ticket is decided anew meanwhile', async () => {
    const given = await anUnheardEnd();
    expect(await decline(given, 1)).toMatchObject({ phase: 'deciding' });
    expect(await planOf(given.payoutIds[0])).toEqual({ remedyId: given.remedyId, isTakenBack: true });
    expect(await stands(given)).toMatchObject({ state: 'unknown' });
    expect([await look(given, 2), await look(given, 25 - 1 / 3600)]).toEqual(['barred', 'barred']);
    expect([await look(given, 25), await look(given, 26)]).toEqual(['ended', 'ended']);
    const ended = { state: 'cancelled', reason: 'declined', phase: 'deciding', outcome: null };
    expect(await stands(given)).toEqual(ended);
    expect(await planOf(given.payoutIds[0])).toBeNull();
    const events = suite.db('ticket_events').where({ ticket_id: given.ticketId, kind: 'remedyCancelled' });
    expect(await events.select('data')).toEqual([{ data: { kind: 'plan_end' } }]);
    expect(await leadsTold(given)).toEqual([]);
  });

  test('is given its day after its own last call too', async () => {
    const given = await anUnheardEnd();
    await decline(given, 1);
    await suite
      .db('remedies')
      .where({ id: given.remedyId })
      .update({ updated_at: after(3) });
    expect([await look(given, 26), await look(given, 27)]).toEqual(['barred', 'ended']);
  });

  test('is applied where the shop did it, and a lead is told that the plan ended without its refund', async () => {
    const given = await anUnheardEnd();
    await decline(given, 1);
    expect(await report(given, applied, 2)).toMatchObject({ phase: 'deciding' });
    expect(await stands(given)).toMatchObject({ state: 'applied', phase: 'deciding' });
    expect(await leadsTold(given)).toEqual([{ template: 'plan-ended-unpaid', parameters: { reason: 'declined' } }]);
    await report(given, applied, 3);
    expect(await leadsTold(given)).toHaveLength(1);
  });

  test('is of no more concern where the shop refused it, and nobody is asked to see to it', async () => {
    const given = await anUnheardEnd();
    await decline(given, 1);
    await report(given, refused, 2);
    expect(await stands(given)).toMatchObject({ state: 'failed', phase: 'deciding' });
    expect(await leadsTold(given)).toEqual([]);
  });

  test('is free where nothing was taken back, and its word moves nothing but itself', async () => {
    const given = await anUnheardEnd();
    expect(await planOf(given.payoutIds[0])).toEqual({ remedyId: given.remedyId, isTakenBack: false });
    expect(await look(given, 48)).toBe('free');
    expect(await report(given, applied, 49)).toMatchObject({ phase: 'settling' });
    expect([await planOf(given.payoutIds[0]), await leadsTold(given)]).toEqual([null, []]);
  });
});

test('RP-4.4: granted again in full after that, the older end is recorded and nobody told of it; the newer has a key of its own, and moves no ticket', async () => {
  const first = await anUnheardEnd();
  await decline(first, 1);
  const second = await decideInFull(first.ticketId, 1999, 2);
  const keys = await suite.db('remedies').where({ ticket_id: first.ticketId }).orderBy('remedy_no').pluck('key');
  expect(new Set(keys).size).toBe(2);
  const plans = [await planOf(first.payoutIds[0]), await planOf(second.payoutIds[0])];
  expect(plans).toEqual([
    { remedyId: first.remedyId, isTakenBack: true },
    { remedyId: second.remedyId, isTakenBack: false },
  ]);
  const begin = async ({ remedyId }: InFull) =>
    beginApplying(suite.db, await readRemedy(suite.db, remedyId), { dryRun: false }, after(3));
  expect([await begin(first), await begin(second)]).toEqual(['look-up', 'apply']);
  expect(await report(first, applied, 4)).toMatchObject({ phase: 'settling', remedies: [{ state: 'applying' }] });
  expect(await stands(first)).toMatchObject({ state: 'applied', phase: 'settling' });
  expect(await leadsTold(first)).toEqual([]);
  await report(second, refused, 5);
  expect(await stands(second)).toMatchObject({ state: 'failed', phase: 'settling' });
});

describe('RP-3.8: the money was charged back while the plan’s end was not known', () => {
  test('the ticket is closed, and the end is followed for its day all the same', async () => {
    const given = await anUnheardEnd();
    await dispute(given, 'lost', 1);
    expect([await look(given, 2), await look(given, 25)]).toEqual(['barred', 'ended']);
    const ended = { state: 'cancelled', reason: 'charged_back', phase: 'closed', outcome: 'charged_back' };
    expect(await stands(given)).toEqual(ended);
  });

  test('nobody is to give the plan back that has ended, also where finance had declined before', async () => {
    for (const declinedFirst of [false, true]) {
      const given = await anUnheardEnd();
      if (declinedFirst) await decline(given, 0.5);
      await dispute(given, 'lost', 1);
      await report(given, applied, 2);
      expect(await stands(given)).toMatchObject({ state: 'applied', phase: 'closed', outcome: 'charged_back' });
      expect(await leadsTold(given)).toEqual([]);
    }
  });
});

test('RP-5.3: after a failed check a lead is told of the plan that ended, and an offer or decision since is left alone', async () => {
  const given = await anUnheardEnd();
  await failKyc(given, 1);
  expect(await look(given, 24)).toBe('barred');
  await report(given, applied, 24.5);
  expect(await stands(given)).toMatchObject({ state: 'applied', phase: 'deciding' });
  expect(await leadsTold(given)).toEqual([{ template: 'plan-ended-unpaid', parameters: { reason: 'kyc_failed' } }]);
  const other = await anUnheardEnd();
  await failKyc(other, 1);
  await suite.db('tickets').where({ id: other.ticketId }).update({ phase: 'offering' });
  expect(await look(other, 25)).toBe('ended');
  expect(await stands(other)).toMatchObject({ state: 'cancelled', reason: 'kyc_failed', phase: 'offering' });
});

test.each([
  ['all of it, the plan has rightly ended', 1999, []],
  ['a part of it, a lead is told', 500, [{ template: 'plan-ended-unpaid', parameters: { reason: 'paid_elsewhere' } }]],
] as const)('R2, RP-4.4: where what went out elsewhere is %s', async (_name, minor, told) => {
  const given = await anUnheardEnd();
  await paidElsewhere(given, minor);
  await report(given, applied, 2);
  expect(await stands(given)).toMatchObject({ state: 'applied', phase: 'deciding' });
  expect(await leadsTold(given)).toEqual(told);
});

test('RP-4.4: of two payouts that share the plan’s end one is declined: the other goes, and the shop is asked no more', async () => {
  const given = await anUnheardEnd([aTender(1000n), aTender(500n, { method: 'store_balance' })]);
  expect(await decline(given, 1)).toMatchObject({ phase: 'settling' });
  for (const payoutId of given.payoutIds)
    expect(await planOf(payoutId)).toEqual({ remedyId: given.remedyId, isTakenBack: true });
  expect(await look(given, 2)).toBe('barred');
  const rest = given.payoutIds[1] && (await readPayout(suite.db, given.payoutIds[1]));
  if (!rest) throw new Error('there is no second payout');
  expect(await beginSending(suite.db, rest, { dryRun: false }, after(2))).toBe('send');
  await report(given, applied, 3);
  expect(await leadsTold(given)).toMatchObject([{ template: 'plan-ended-unpaid' }]);
  expect(await stands(given)).toMatchObject({ state: 'applied', phase: 'settling' });
});
