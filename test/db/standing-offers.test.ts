/** RP-4.5: what stands of an offer that was taken back, and what is owed again of a part whose money came back (S1). */

import { describe, expect, test } from '@jest/globals';
import { actionsOn } from '../../api/ticket-actions.ts';
import { recordReopening } from '../../db/appeals.ts';
import { recordFact } from '../../db/case-notes.ts';
import { readCase } from '../../db/cases.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordInformationRequest } from '../../db/information.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readPayout, readTicketPayouts } from '../../db/payouts.ts';
import { recordShopReport } from '../../db/remedy-applying.ts';
import { readTicketView } from '../../db/ticket-views.ts';
import type { PayoutId, RemedyId, TicketId } from '../../domain/ids.ts';
import { isFinal } from '../../domain/payout.ts';
import { aPrincipal } from '../api/views.ts';
import { hearOfIncident, offerOf, proposalOf, takeBack } from './bettered.ts';
import {
  aMessage,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  aTicket,
  confirmDecision,
  granted,
  noon,
} from './builders.ts';
import { anOfferedClaim, chooseFromOffer, daysAfterNoon, type OfferedClaim, railsAndShop } from './offered-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const person = async (role: 'agent' | 'lead') => ({ id: await aPerson(suite.db, role), role });

const decide = async (ticketId: TicketId, body: object, days = 2) =>
  recordDecision(
    suite.db,
    await aMessage(suite.db, ticketId, await person('agent'), 'decideTicket', body),
    railsAndShop,
    daysAfterNoon(days),
  );

const offerAgain = (ticketId: TicketId, days = 2) =>
  decide(ticketId, { decision: 'offer', ground: 'It was offered.' }, days);

async function aTakenBackClaim(): Promise<OfferedClaim> {
  const claim = await anOfferedClaim(suite.db);
  granted(await takeBack(suite.db, claim.ticketId));
  return claim;
}

/** What is granted goes out, by itself or released by finance, and settles. */
async function payOut(ticketId: TicketId) {
  const open = (await readTicketPayouts(suite.db, ticketId)).filter(({ state }) => !isFinal(state));
  for (const { id, state } of open) {
    if (state === 'granted') granted(await approve(suite.db, ticketId, id, await aPerson(suite.db, 'finance')));
    const released = await readPayout(suite.db, id);
    if (released) await beginSending(suite.db, released, { dryRun: false }, noon);
    const report = { status: 'settled' as const, providerRef: `re_${id}` };
    granted(await recordReport(suite.db, { ticketId, payoutId: id, inputId: null, report }, noon));
  }
}

async function comesBack(ticketId: TicketId, payoutId: PayoutId | undefined, days: number) {
  if (!payoutId) throw new Error('nothing was paid');
  const report = { status: 'failed' as const, reason: 'expired_or_canceled_card', providerRef: `re_${payoutId}` };
  return granted(await recordReport(suite.db, { ticketId, payoutId, inputId: null, report }, daysAfterNoon(days)));
}

/** The customer chose the money of one day and has it, and a lead opens the ticket again. */
async function aPaidPart() {
  const claim = await anOfferedClaim(suite.db);
  granted(await chooseFromOffer(suite.db, claim, 'refund', noon));
  await payOut(claim.ticketId);
  const [payout] = await readTicketPayouts(suite.db, claim.ticketId);
  return { ...claim, payoutId: payout?.id };
}

const leadsTold = (ticketId: TicketId): PromiseLike<unknown[]> =>
  suite.db('notices').where({ ticket_id: ticketId, template: 'fact-arrived' }).pluck('parameters');

describe('an offer that was taken back', () => {
  test('RP-5.3: is not made again by one person once the check of identity has failed', async () => {
    const { ticketId } = await aTakenBackClaim();
    const lead = await person('lead');
    const ask = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
    granted(
      await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, lead, 'placeHold', ask), daysAfterNoon(2)),
    );
    const result = { result: 'failed', ground: 'Not the same person.' };
    granted(await recordKyc(suite.db, await aMessage(suite.db, ticketId, lead, 'recordKyc', result), daysAfterNoon(2)));
    expect(await offerAgain(ticketId)).toMatchObject({ refused: 'against-proposal' });
    const refusal = { decision: 'refuse', clauses: ['RP-5.3'], ground: 'The check was not passed.' };
    expect(granted(await decide(ticketId, refusal))).toMatchObject({ phase: 'closed', outcome: 'refused' });
  });

  test('RP-3.5: falls with a breach of the terms', async () => {
    const { ticketId } = await aTakenBackClaim();
    const breach = { fact: 'breach', value: 'true', ground: 'Resold to others.' };
    const message = await aMessage(suite.db, ticketId, await person('lead'), 'recordFact', breach);
    granted(await recordFact(suite.db, message, daysAfterNoon(2)));
    expect(await offerAgain(ticketId)).toMatchObject({ refused: 'against-proposal' });
  });

  test('gives no more than is left of the money', async () => {
    const claim = await aTakenBackClaim();
    await suite.db('order_tenders').where({ order_id: claim.order.id }).update({ elsewhere_minor: 2960 });
    granted(await offerOf(suite.db, claim.ticketId));
    const offered = await suite.db('offers').where({ ticket_id: claim.ticketId }).orderBy('id').pluck('refund_minor');
    expect(offered).toEqual(['100', '40']);
    expect(await chooseFromOffer(suite.db, claim, 'refund', daysAfterNoon(3))).toMatchObject({ phase: 'settling' });
  });

  test('offers no time where there is no shop any more to give it', async () => {
    const { ticketId } = await aTakenBackClaim();
    const body = { decision: 'offer', ground: 'It was offered.' };
    const message = await aMessage(suite.db, ticketId, await person('agent'), 'decideTicket', body);
    granted(await recordDecision(suite.db, message, { ...railsAndShop, hasShop: false }, daysAfterNoon(2)));
    const minutes = await suite.db('offers').where({ ticket_id: ticketId }).orderBy('id').pluck('extend_minutes');
    expect(minutes).toEqual([1440, 0]);
  });

  test('does not stand once its time was made good by another ticket of the order', async () => {
    const { ticketId, order } = await aTakenBackClaim();
    const question = { question: 'Does it work?', materials: [] };
    const asked = await aMessage(suite.db, ticketId, await person('agent'), 'requestInformation', question);
    const { due } = granted(await recordInformationRequest(suite.db, asked, daysAfterNoon(2)));
    if (!due) throw new Error('the question lapses');
    granted(await recordDue(suite.db, { ticketId, due }, railsAndShop, new Date(due.at)));
    const other = await aReviewedTicket(suite.db, order);
    granted(await decide(other, { decision: 'offer', ground: 'That day.' }, 17));
    granted(await chooseFromOffer(suite.db, { ticketId: other, order }, 'extension', daysAfterNoon(18)));
    const remedies: RemedyId[] = await suite.db('remedies').where({ ticket_id: other }).pluck('id');
    const [remedyId] = remedies;
    if (!remedyId) throw new Error('the shop is asked for the time');
    await suite.db('remedies').where({ id: remedyId }).update({ state: 'applying' });
    const given = { ticketId: other, remedyId, report: { status: 'applied' as const, shopRef: 'ext-1' } };
    granted(await recordShopReport(suite.db, given, daysAfterNoon(18)));
    const again = await aMessage(suite.db, ticketId, await person('lead'), 'reopenTicket', { ground: 'Once more.' });
    granted(await recordReopening(suite.db, again, daysAfterNoon(19)));
    expect(await offerAgain(ticketId, 19)).toMatchObject({ refused: 'against-proposal' });
  });

  test('stays superseded by what two people decided, whatever is put forward after it', async () => {
    const claim = await aTakenBackClaim();
    const { ticketId } = claim;
    await hearOfIncident(suite.db, claim, { until: daysAfterNoon(-8), confirmed: false });
    const proposal = await proposalOf(suite.db, ticketId);
    if (proposal.kind !== 'refuse') throw new Error(proposal.kind);
    const refusal = { decision: 'refuse', clauses: proposal.clauses, ground: 'There was none.', exception: 'refusal' };
    granted(await decide(ticketId, refusal));
    granted(await confirmDecision(suite.db, ticketId, await person('lead'), true, railsAndShop));
    const reopening = await aMessage(suite.db, ticketId, await person('lead'), 'reopenTicket', { ground: 'Again.' });
    granted(await recordReopening(suite.db, reopening, daysAfterNoon(3)));
    const amount = { minor: '100', currency: 'USD' };
    granted(await decide(ticketId, { decision: 'refund', amount, ground: 'Kindness.', exception: 'goodwill' }, 3));
    granted(await confirmDecision(suite.db, ticketId, await person('lead'), false, railsAndShop));
    expect(await offerAgain(ticketId, 4)).toMatchObject({ refused: 'against-proposal' });
  });

  test('is told as one that stands where it is made again, and as reckoned where it is new', async () => {
    const claim = await aTakenBackClaim();
    await hearOfIncident(suite.db, claim, { until: daysAfterNoon(-8), confirmed: false });
    granted(await offerAgain(claim.ticketId));
    const told = suite.db('notices').where({ ticket_id: claim.ticketId, template: 'offer-made' });
    expect(await told.orderBy('id').pluck('parameters')).toMatchObject([{ stands: false }, { stands: true }]);
  });
});

describe('S1: a part whose money comes back while its ticket is open again', () => {
  test('is owed again', async () => {
    const { ticketId, payoutId } = await aPaidPart();
    granted(await takeBack(suite.db, ticketId));
    expect(await proposalOf(suite.db, ticketId)).toMatchObject({ kind: 'refuse' });
    expect(await comesBack(ticketId, payoutId, 2)).toMatchObject({ phase: 'deciding' });
    expect(await proposalOf(suite.db, ticketId)).toMatchObject({ kind: 'offer', refund: { amount: { minor: '100' } } });
  });

  test('reaches the leads where another part is on its way, and is there to be decided once that has settled', async () => {
    const claim = await aPaidPart();
    const { ticketId, payoutId } = claim;
    await hearOfIncident(suite.db, claim, { until: daysAfterNoon(-6) });
    granted(await takeBack(suite.db, ticketId));
    granted(await offerOf(suite.db, ticketId));
    granted(await chooseFromOffer(suite.db, claim, 'refund', daysAfterNoon(2)));
    expect(await comesBack(ticketId, payoutId, 3)).toMatchObject({ phase: 'settling' });
    expect(await leadsTold(ticketId)).toContainEqual({ fact: 'payout', offered: false, settling: true });
    await payOut(ticketId);
    granted(await takeBack(suite.db, ticketId));
    expect(await proposalOf(suite.db, ticketId)).toMatchObject({ kind: 'offer', refund: { amount: { minor: '100' } } });
  });
});

test('RP-3.6: a part that was paid counts, though the offer of more lapsed', async () => {
  const claim = await aPaidPart();
  const { ticketId, order } = claim;
  await hearOfIncident(suite.db, claim, { until: daysAfterNoon(-6) });
  granted(await takeBack(suite.db, ticketId));
  const { due } = granted(await offerOf(suite.db, ticketId));
  if (!due) throw new Error('the offer lapses');
  const lapsed = granted(await recordDue(suite.db, { ticketId, due }, railsAndShop, new Date(due.at)));
  expect(lapsed).toMatchObject({ phase: 'closed', outcome: 'lapsed' });
  const told = suite.db('notices').where({ ticket_id: ticketId, template: 'offer-lapsed' }).pluck('parameters');
  expect(await told).toMatchObject([{ amount: '2.00 USD', extension: { minutes: 2880, bytes: '0' } }]);
  const { accountId, subjectId } = order;
  const next = await aTicket(suite.db, await anOrder(suite.db, [aTender(1999n)], { accountId, subjectId }));
  expect(await readCase(suite.db, next)).toMatchObject({ refundsBefore: 1 });
});

test('a part given as goodwill can be opened again by whoever is asked to', async () => {
  const { ticketId } = await aTakenBackClaim();
  const amount = { minor: '300', currency: 'USD' };
  granted(await decide(ticketId, { decision: 'refund', amount, ground: 'Three days.', exception: 'goodwill' }));
  granted(await confirmDecision(suite.db, ticketId, await person('lead'), true, railsAndShop));
  await payOut(ticketId);
  const lead = await person('lead');
  const view = await readTicketView(suite.db, { kind: 'staff', subjectId: lead.id }, ticketId);
  expect(view && actionsOn({ ...view, isOwnClaim: false }, aPrincipal('lead', lead.id))).toContain('reopenTicket');
});
