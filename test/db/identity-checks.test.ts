/** RP-5.3: a check of identity that failed, or that nobody answered in time, takes back what was offered or granted. */

import { describe, expect, test } from '@jest/globals';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { beginSending } from '../../db/payout-sending.ts';
import type { Due } from '../../domain/due-kind.ts';
import type { PayoutId, TicketId } from '../../domain/ids.ts';
import {
  aDecidedClaim,
  aMessage,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  decideRefund,
  granted,
  noon,
} from './builders.ts';
import { anOfferedClaim, chooseFromOffer, daysAfterNoon, type OfferedClaim, railsAndShop } from './offered-claims.ts';
import { committedOf } from './payout-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const days = daysAfterNoon;

type Claim = Pick<OfferedClaim, 'ticketId' | 'order'>;

const choose = (claim: Claim, choice: 'refund' | 'extension') => chooseFromOffer(suite.db, claim, choice, days(1));

/** A refund of all that was paid, which ends the plan, released by finance. */
async function aReleasedRefund(): Promise<Claim & { readonly payoutId: PayoutId }> {
  const order = await anOrder(suite.db);
  const ticketId = await aReviewedTicket(suite.db, order);
  const body = { decision: 'refund', amount: { minor: '1999', currency: 'USD' }, ground: 'It never worked.' };
  const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const message = await aMessage(suite.db, ticketId, by, 'decideTicket', body);
  const [payout] = granted(await recordDecision(suite.db, message, railsAndShop, noon)).payouts;
  if (!payout) throw new Error('nothing was granted');
  granted(await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance')));
  return { ticketId, order, payoutId: payout.id };
}

const aLead = async () => ({ id: await aPerson(suite.db, 'lead'), role: 'lead' as const });

/** Asked for with the offer's clock stopped, so that the check alone is due: 14 days later. */
async function askForCheck(ticketId: TicketId): Promise<Due> {
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: ['offer'] };
  const message = await aMessage(suite.db, ticketId, await aLead(), 'placeHold', asked);
  const { due } = granted(await recordHoldPlaced(suite.db, message, days(2)));
  expect(due).toEqual({ kind: 'kyc', at: days(16).toISOString() });
  return { kind: 'kyc', at: days(16).toISOString() };
}

async function record(ticketId: TicketId, result: 'passed' | 'failed') {
  const body = { result, ground: 'By the papers.' };
  const message = await aMessage(suite.db, ticketId, await aLead(), 'recordKyc', body);
  return granted(await recordKyc(suite.db, message, days(16)));
}

const timeOut = async (ticketId: TicketId, due: Due) =>
  granted(await recordDue(suite.db, { ticketId, due }, railsAndShop, days(16)));

type Failure = 'failed' | 'timed_out';

async function failCheck(ticketId: TicketId, failure: Failure) {
  const due = await askForCheck(ticketId);
  return failure === 'failed' ? record(ticketId, 'failed') : timeOut(ticketId, due);
}

const eventsOf = (ticketId: TicketId) =>
  suite.db('ticket_events').where({ ticket_id: ticketId }).orderBy('number').select('kind', 'data', 'actor_role', 'at');

/** What people are told of the check and of what follows from it. */
async function toldOf(ticketId: TicketId): Promise<{ template: string; audience: string; parameters: object }[]> {
  return suite
    .db('notices')
    .where({ ticket_id: ticketId })
    .whereIn('template', ['kyc-result', 'decision-begun', 'ticket-to-decide'])
    .distinct('template', 'audience', 'parameters')
    .orderBy('template');
}

async function expectDecisionBegun(ticketId: TicketId, result: Failure): Promise<void> {
  const recorded = { kind: 'kycRecorded', data: { result, undone: true }, at: days(16) };
  const actor_role = result === 'failed' ? 'lead' : 'system';
  expect((await eventsOf(ticketId)).at(-1)).toEqual({ ...recorded, actor_role });
  const told = await toldOf(ticketId);
  expect(told).toMatchObject([
    { template: 'decision-begun', audience: 'customer', parameters: { turn: 'kyc_failed' } },
    { template: 'kyc-result', audience: 'customer', parameters: { result } },
    { template: 'ticket-to-decide', audience: 'staff', parameters: { turn: 'kyc_failed' } },
  ]);
  expect(await suite.db('holds').where({ ticket_id: ticketId }).select('kind', 'result', 'released_at')).toEqual([
    { kind: 'kyc', result, released_at: days(16) },
  ]);
  expect(await suite.db('clock_pauses').where({ ticket_id: ticketId }).whereNull('ended_at')).toEqual([]);
}

describe.each(['failed', 'timed_out'] as const)('RP-5.3: a check that %s', (failure) => {
  test('in offering ends the offer, and the ticket is decided anew', async () => {
    const claim = await anOfferedClaim(suite.db);
    const answer = await failCheck(claim.ticketId, failure);
    expect(answer).toMatchObject({ phase: 'deciding' });
    expect([answer.held, answer.due]).toEqual([undefined, undefined]);
    expect(await suite.db('offers').where({ ticket_id: claim.ticketId }).select('choice', 'chosen_at')).toEqual([
      { choice: 'withdrawn', chosen_at: days(16) },
    ]);
    await expectDecisionBegun(claim.ticketId, failure);
    expect(await choose(claim, 'refund')).toEqual({ refused: 'no-open-offer' });
  });

  test('in settling takes back the payout that finance released, and the end of the plan with it', async () => {
    const { ticketId, order, payoutId } = await aReleasedRefund();
    const answer = await failCheck(ticketId, failure);
    expect(answer).toMatchObject({
      phase: 'deciding',
      payouts: [{ id: payoutId, state: 'cancelled' }],
      remedies: [{ kind: 'plan_end', state: 'cancelled' }],
    });
    expect([answer.held, answer.due]).toEqual([undefined, undefined]);
    const ended = { state: 'cancelled', reason: 'kyc_failed', ended_at: days(16) };
    for (const table of ['payouts', 'remedies'])
      expect(await suite.db(table).where({ ticket_id: ticketId }).first('state', 'reason', 'ended_at')).toEqual(ended);
    expect(await committedOf(suite.db, order.tenders[0]?.id)).toBe(0n);
    await expectDecisionBegun(ticketId, failure);
  });

  test.each(['refund', 'extension'] as const)(
    'in settling takes back the %s that was chosen, and the lost time is free again',
    async (choice) => {
      const claim = await anOfferedClaim(suite.db);
      const taken = suite.db('compensated_intervals').where({ ticket_id: claim.ticketId });
      expect(granted(await choose(claim, choice))).toMatchObject({ phase: 'settling' });
      expect(await taken.clone().pluck('released_at')).toEqual([null]);
      expect(await failCheck(claim.ticketId, failure)).toMatchObject({ phase: 'deciding' });
      const table = choice === 'refund' ? 'payouts' : 'remedies';
      const rows = suite.db(table).where({ ticket_id: claim.ticketId }).select('state', 'reason');
      expect(await rows).toEqual([{ state: 'cancelled', reason: 'kyc_failed' }]);
      expect(await taken.clone().pluck('released_at')).toEqual([days(16)]);
    },
  );

  test('calls nothing back that has left us: the ticket settles on, and only the rest is taken back', async () => {
    const { ticketId, payouts } = await aDecidedClaim(suite.db, 1500n, [aTender(1000n), aTender(500n)]);
    const [first] = payouts;
    if (!first) throw new Error('the claim has no payout');
    granted(await approve(suite.db, ticketId, first.id, await aPerson(suite.db, 'finance')));
    expect(await beginSending(suite.db, first, { dryRun: false }, days(1))).toBe('send');
    const answer = await failCheck(ticketId, failure);
    expect(answer).toMatchObject({ phase: 'settling', payouts: [{ state: 'sending' }, { state: 'cancelled' }] });
    expect((await eventsOf(ticketId)).at(-1)).toMatchObject({ kind: 'kycRecorded', data: { result: failure } });
    expect((await toldOf(ticketId)).map(({ template }) => template)).toEqual(['kyc-result']);
  });

  test('leaves a review as it is, and tells the customer', async () => {
    const order = await anOrder(suite.db);
    const ticketId = await aReviewedTicket(suite.db, order);
    await suite.db('tickets').where({ id: ticketId }).update({ phase: 'reviewing' });
    expect(await failCheck(ticketId, failure)).toMatchObject({ phase: 'reviewing' });
    expect((await toldOf(ticketId)).map(({ template }) => template)).toEqual(['kyc-result']);
  });

  test('drops a decision that waits for a second person, and the leads are told', async () => {
    const ticketId = await aReviewedTicket(suite.db, await anOrder(suite.db));
    const agent = await aPerson(suite.db, 'agent');
    granted(await decideRefund(suite.db, ticketId, agent, 900n, { exception: 'refusal' }));
    const answer = await failCheck(ticketId, failure);
    expect([answer.phase, answer.decidedBy]).toEqual(['deciding', null]);
    expect(await suite.db('decisions').where({ ticket_id: ticketId }).pluck('state')).toEqual(['rejected']);
    expect((await toldOf(ticketId)).map(({ template }) => template)).toEqual(['kyc-result', 'ticket-to-decide']);
  });
});

test('RP-5.3: a due of a check that was passed before changes nothing, and the payout stays released', async () => {
  const { ticketId } = await aReleasedRefund();
  const due = await askForCheck(ticketId);
  const passed = await record(ticketId, 'passed');
  expect(passed).toMatchObject({ phase: 'settling', payouts: [{ state: 'approved' }] });
  const events = await eventsOf(ticketId);
  expect(await timeOut(ticketId, due)).toEqual(passed);
  expect(await eventsOf(ticketId)).toEqual(events);
});

test('RP-5.3: a check that times out by an earlier due than it has now, asked for anew since, changes nothing', async () => {
  const { ticketId } = await anOfferedClaim(suite.db);
  const due = await askForCheck(ticketId);
  await record(ticketId, 'passed');
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: ['offer'] };
  const message = await aMessage(suite.db, ticketId, await aLead(), 'placeHold', asked);
  granted(await recordHoldPlaced(suite.db, message, days(17)));
  expect(await timeOut(ticketId, due)).toMatchObject({ phase: 'offering', held: true });
});
