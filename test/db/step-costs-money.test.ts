/** What the steps of a ticket that has payouts may cost: at most ten statements each, however many payouts there are. */

import { expect, test } from '@jest/globals';
import { recordAppeal } from '../../db/appeals.ts';
import { recordCaptures, withPayouts } from '../../db/captures.ts';
import { recordDisputeNote } from '../../db/case-notes.ts';
import { recordConfirmation } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordOfferAnswer } from '../../db/offers.ts';
import { recordDecline, recordReport } from '../../db/payout-reports.ts';
import { beginSending, endBarred } from '../../db/payout-sending.ts';
import { type PayoutRow, readPayout } from '../../db/payouts.ts';
import { recordShopReport } from '../../db/remedy-applying.ts';
import { recordWithdrawal } from '../../db/withdrawals.ts';
import { money } from '../../domain/money.ts';
import {
  aKeptInput,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  type BuiltClaim,
  decideRefund,
  everyRail,
  granted,
} from './builders.ts';
import { aDecisionRow } from './life-rows.ts';
import { aPlanEnd } from './payout-rows.ts';
import { after, aReleasedClaim, costOf, from } from './step-costs.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold } from './told-disputes.ts';

const suite = openSuite();

type Way = (payouts: number) => Promise<string>;

const firstOf = ({ payouts }: BuiltClaim): PayoutRow => {
  if (!payouts[0]) throw new Error('the claim has no payout');
  return payouts[0];
};

async function lost({ ticketId, order }: BuiltClaim, hours: number): Promise<void> {
  const [tender] = order.tenders;
  if (tender) await storeTold(suite.db, tender, { ref: `du_${ticketId}`, state: 'lost', at: after(hours) });
}

async function checkAsked({ ticketId }: BuiltClaim, hours: number): Promise<void> {
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await from(suite.db, 'lead', ticketId, 'placeHold', asked), after(hours)));
}

/** The check was not passed, and the ticket has not heard of it. */
async function checkFailed({ ticketId }: BuiltClaim, hours: number): Promise<void> {
  await suite.db('holds').insert({
    ticket_id: ticketId,
    kind: 'kyc',
    ground: 'RP-5.3',
    placed_at: after(hours),
    released_at: after(hours),
    result: 'failed',
  });
}

const send = (payout: PayoutRow, hours = 0) => beginSending(suite.db, payout, { dryRun: false }, after(hours));

/** By webhook, which has its input. */
async function failure(claim: BuiltClaim, hours: number) {
  const { ticketId } = claim;
  const { id: payoutId } = firstOf(claim);
  const inputId = await aKeptInput(suite.db, { ticketId, payoutId, operation: 'reportPayout' });
  const report = { status: 'failed', providerRef: `re_${payoutId}`, reason: 'declined' } as const;
  return () => recordReport(suite.db, { ticketId, payoutId, inputId, report }, after(hours));
}

const withdrawn: Way = async (payouts) => {
  const { ticketId } = await aReleasedClaim(suite.db, payouts);
  const message = await from(suite.db, 'customer', ticketId, 'withdrawTicket', { confirmed: true });
  return costOf(suite.db, () => recordWithdrawal(suite.db, message, after(1)));
};

/** RP-4.6: by one click, and a dispute that the ticket has not heard of yet holds it. */
const calledOff: Way = async (payouts) => {
  const { ticketId, order } = await aReleasedClaim(suite.db, payouts);
  await suite.db('decisions').where({ ticket_id: ticketId }).update({ decided_by: null });
  const [tender] = order.tenders;
  if (tender) await storeTold(suite.db, tender, { ref: `du_${ticketId}`, state: 'open', at: after(1) });
  const message = await from(suite.db, 'customer', ticketId, 'appealTicket');
  return costOf(suite.db, () => recordAppeal(suite.db, message, after(2)));
};

const checkNotPassed: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  await checkAsked(claim, 1);
  const failed = { result: 'failed', ground: 'Not the buyer.' };
  const message = await from(suite.db, 'lead', claim.ticketId, 'recordKyc', failed);
  return costOf(suite.db, () => recordKyc(suite.db, message, after(2)));
};

const checkTimedOut: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  await checkAsked(claim, 1);
  const { ticketId } = claim;
  const at: Date[] = await suite.db('tickets').where({ id: ticketId, due_kind: 'kyc' }).pluck('due_at');
  const due = { kind: 'kyc' as const, at: at[0]?.toISOString() ?? '' };
  return costOf(suite.db, () => recordDue(suite.db, { ticketId, due }, everyRail, after(1)));
};

const disputeLost: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  await lost(claim, 1);
  const body = { dispute: { state: 'lost' } };
  const inputId = await aKeptInput(suite.db, { ticketId: claim.ticketId, operation: 'noteDispute', body });
  return costOf(suite.db, () => recordDisputeNote(suite.db, { ticketId: claim.ticketId, inputId }, after(2)));
};

/** D3: a part of what was paid, so that the inquiry holds it. */
const inquired: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  await suite.db('order_tenders').where({ order_id: claim.order.id }).update({ captured_minor: 5000 });
  const [tender] = claim.order.tenders;
  if (tender) await storeTold(suite.db, tender, { ref: `du_${tender.id}`, state: 'inquiry', at: after(1) });
  const body = { dispute: { state: 'inquiry' } };
  const inputId = await aKeptInput(suite.db, { ticketId: claim.ticketId, operation: 'noteDispute', body });
  return costOf(suite.db, async () => {
    const noted = granted(await recordDisputeNote(suite.db, { ticketId: claim.ticketId, inputId }, after(2)));
    expect(noted.held).toBe(true);
    return noted;
  });
};

/** R3: the shop did it all the same, and the last of the payouts that share the plan's end was declined. */
const endedUnpaid: Way = async (payouts) => {
  const { ticketId, payouts: all } = await aReleasedClaim(suite.db, payouts);
  for (const { id: payoutId } of all) {
    const inputId = await aKeptInput(suite.db, { ticketId, payoutId, operation: 'declinePayout' });
    const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
    granted(await recordDecline(suite.db, { ticketId, inputId, by }, after(1)));
  }
  const remedyId = await aPlanEnd(suite.db, ticketId, 'unknown');
  const report = { status: 'applied', shopRef: 'act_1' } as const;
  return costOf(suite.db, () => recordShopReport(suite.db, { ticketId, remedyId, report }, after(2)));
};

const barredBeforeItsCall =
  (bar: typeof lost): Way =>
  async (payouts) => {
    const claim = await aReleasedClaim(suite.db, payouts);
    await bar(claim, 1);
    return costOf(suite.db, () => send(firstOf(claim), 2));
  };

const barredAfterItsCall =
  (bar: typeof lost): Way =>
  async (payouts) => {
    const claim = await aReleasedClaim(suite.db, payouts);
    await send(firstOf(claim));
    await bar(claim, 1);
    const payout = await readPayout(suite.db, firstOf(claim).id);
    if (!payout) throw new Error('the payout is not there');
    return costOf(suite.db, () => endBarred(suite.db, payout, after(26)));
  };

/** The ticket has not heard yet that the money is gone, so that other payouts wait for their calls. */
const failedAfterChargeBack: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  await send(firstOf(claim));
  await lost(claim, 1);
  return costOf(suite.db, await failure(claim, 2));
};

const failed: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  await send(firstOf(claim));
  return costOf(suite.db, await failure(claim, 2));
};

const paidElsewhere: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  await suite.db('order_tenders').where({ order_id: claim.order.id }).update({ elsewhere_minor: 1999 });
  const [tender] = claim.order.tenders;
  if (tender) await storeTold(suite.db, tender, { ref: `du_${tender.id}`, state: 'inquiry', at: after(1) });
  let last = '';
  for (const payout of claim.payouts) last = await costOf(suite.db, () => send(payout, 2));
  return last;
};

const sent: Way = async (payouts) => {
  const claim = await aReleasedClaim(suite.db, payouts);
  return costOf(suite.db, () => send(firstOf(claim)));
};

const declined: Way = async (payouts) => {
  const { ticketId, payouts: all } = await aReleasedClaim(suite.db, payouts);
  let last = '';
  for (const { id: payoutId } of all) {
    const inputId = await aKeptInput(suite.db, { ticketId, payoutId, operation: 'declinePayout' });
    const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
    last = await costOf(suite.db, () => recordDecline(suite.db, { ticketId, inputId, by }, after(1)));
  }
  return last;
};

/** More than is owed, and all that resolves the inquiry by which an offer had been held. */
const confirmedUnderInquiry: Way = async (payouts) => {
  const tenders = Array.from({ length: payouts }, () => aTender(500n));
  const order = await anOrder(suite.db, tenders, { covered: false });
  const ticketId = await aReviewedTicket(suite.db, order);
  const [tender] = order.tenders;
  if (!tender) throw new Error('the order has no tender');
  const agent = await aPerson(suite.db, 'agent');
  granted(await decideRefund(suite.db, ticketId, agent, 500n * BigInt(payouts), { exception: 'goodwill' }));
  const word = { ref: `du_${ticketId}`, state: 'inquiry' as const, at: after(1) };
  await storeTold(suite.db, tender, word);
  await suite.db('tickets').where({ id: ticketId }).update({ phase: 'offering' });
  await noteTold(suite.db, ticketId, word);
  await suite.db('tickets').where({ id: ticketId }).update({ phase: 'deciding' });
  const message = await from(suite.db, 'lead', ticketId, 'confirmDecision', { confirm: true, ground: 'Agreed.' });
  return costOf(suite.db, async () => {
    const confirmed = granted(await recordConfirmation(suite.db, message, everyRail, after(2)));
    expect(confirmed.held).toBeUndefined();
    return confirmed;
  });
};

const chosen: Way = async (payouts) => {
  const tenders = Array.from({ length: payouts }, () => aTender(1999n));
  const order = await anOrder(suite.db, tenders);
  const ticketId = await aReviewedTicket(suite.db, order);
  const decided_by = await aPerson(suite.db, 'agent');
  const decision_id = await aDecisionRow(suite.db, ticketId, { decision: 'offer', clauses: [], decided_by });
  await suite.db('offers').insert({
    ticket_id: ticketId,
    decision_id,
    refund_minor: 900 * payouts,
    currency: 'USD',
    extend_minutes: 4320,
    extend_bytes: 0,
    intervals: JSON.stringify([{ from: after(-72).toISOString(), until: after(0).toISOString() }]),
    offered_at: after(0),
    offer_days: 14,
    ends_plan: false,
  });
  await suite.db('tickets').where({ id: ticketId }).update({ phase: 'offering' });
  const message = await from(suite.db, 'customer', ticketId, 'answerOffer', { choice: 'refund' });
  return costOf(suite.db, () => recordOfferAnswer(suite.db, message, everyRail, after(1)));
};

const capturesRead: Way = async (tenders) => {
  const order = await anOrder(
    suite.db,
    Array.from({ length: tenders }, () => aTender(1999n)),
  );
  const ticketId = await aReviewedTicket(suite.db, order);
  const refunded = { refundedElsewhere: money(100n, 'USD'), disputeBars: false };
  const captures = new Map(order.tenders.map(({ id }) => [id, { captured: money(1999n, 'USD'), ...refunded }]));
  const asked = await withPayouts(suite.db, order.tenders);
  return costOf(suite.db, () => recordCaptures(suite.db, { ticketId, asked, captures }, after(1)));
};

/** As counted: a change here is seen and meant, or it is a mistake. */
const recorded: readonly (readonly [way: string, Way, cost: string])[] = [
  ['a withdrawal before anything was called for', withdrawn, 'withdrawn: 9'],
  ['RP-4.6: an appeal that calls off what has not left', calledOff, 'appealed: 10'],
  ['RP-5.3: a check that was not passed', checkNotPassed, 'kycRecorded: 8'],
  ['RP-5.3: a check that timed out', checkTimedOut, 'kycRecorded: 8'],
  ['RP-3.8: a dispute that was lost', disputeLost, 'chargedBack: 9'],
  ['D3: an inquiry that reaches a part that is granted', inquired, 'disputeOpened: 8'],
  ['RP-4.4: a plan that ended without its refund', endedUnpaid, 'remedyApplied: 6'],
  ['RP-3.8: a payout that is barred before its call', barredBeforeItsCall(lost), 'payoutCancelled: 10'],
  ['RP-5.3: a payout that a failed check bars before its call', barredBeforeItsCall(checkFailed), 'payoutCancelled: 9'],
  ['RP-3.8: a payout that is barred after its call', barredAfterItsCall(lost), 'payoutCancelled: 10'],
  ['RP-5.3: a payout that a failed check bars after its call', barredAfterItsCall(checkFailed), 'payoutCancelled: 9'],
  ['RP-3.8: a payout that failed after the money was charged back', failedAfterChargeBack, 'payoutFailed: 10'],
  ['a payout that failed', failed, 'payoutFailed: 8'],
  ['R2, D3: a payout that was paid elsewhere, under an inquiry', paidElsewhere, 'payoutCancelled: 9'],
  ['a payout that goes', sent, 'payoutSending: 6'],
  ['the last of the payouts that finance declines', declined, 'payoutDeclined: 9'],
  ['D3: a refund that is confirmed under an inquiry', confirmedUnderInquiry, 'decisionConfirmed+refundDecided: 10'],
  ['RP-4.5: money that is chosen from an offer', chosen, 'offerAnswered: 10'],
  ['R10: captures that are read', capturesRead, 'captureRead: 8'],
];

test.each(recorded)('%s costs the same for two payouts as for one', async (_name, way, cost) => {
  expect([await way(1), await way(2)]).toEqual([cost, cost]);
});

test('no step of a ticket that has payouts takes more than 10 statements', () => {
  expect(recorded.filter(([, , cost]) => Number(/\d+$/.exec(cost)) > 10)).toEqual([]);
});
