/** RP-4.5: what is decided anew for a fact: nothing less than was offered, nothing lost of what was not carried out, and true ends. */

import { describe, expect, test } from '@jest/globals';
import { letterOf } from '../../api/decision-letter.ts';
import { recordAppeal } from '../../db/appeals.ts';
import { explainTicket } from '../../db/decision-views.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordFixAnswer, recordFixReport } from '../../db/fixes.ts';
import { recordDecline } from '../../db/payout-reports.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import { recordShopReport } from '../../db/remedy-applying.ts';
import { recordReview } from '../../db/reviews.ts';
import { recordWithdrawal } from '../../db/withdrawals.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { RemedyId, TicketId } from '../../domain/ids.ts';
import { anExtendedClaim, hearOfIncident, offerOf, proposalOf, takeBack } from './bettered.ts';
import {
  aKeptInput,
  aMessage,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  aTicket,
  confirmDecision,
  everyRail,
  granted,
  noon,
  step,
} from './builders.ts';
import { anOfferedClaim, chooseFromOffer, daysAfterNoon, railsAndShop } from './offered-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const person = async (role: 'agent' | 'lead') => ({ id: await aPerson(suite.db, role), role });

const remediesOf = (ticketId: TicketId): PromiseLike<RemedyId[]> =>
  suite.db('remedies').where({ ticket_id: ticketId }).orderBy('remedy_no').pluck('id');

async function shopSays(ticketId: TicketId, remedyId: RemedyId | undefined, status: 'applied' | 'refused', at: Date) {
  if (!remedyId) throw new Error('the shop is asked for nothing');
  await suite.db('remedies').where({ id: remedyId }).update({ state: 'applying' });
  const report = status === 'applied' ? { status, shopRef: 'shop-1' } : { status, reason: 'no such plan' };
  return granted(await recordShopReport(suite.db, { ticketId, remedyId, report }, at));
}

/** Extended for one day, and offered two more, of which the customer takes money or time. */
async function bettered(choice: 'refund' | 'extension') {
  const claim = await anExtendedClaim(suite.db);
  await hearOfIncident(suite.db, claim, { until: daysAfterNoon(-6) });
  granted(await takeBack(suite.db, claim.ticketId));
  granted(await offerOf(suite.db, claim.ticketId));
  granted(await chooseFromOffer(suite.db, claim, choice, daysAfterNoon(2)));
  return claim;
}

describe('R14: an extended end that was bettered', () => {
  test('owes again what finance declined: its days are free', async () => {
    const { ticketId } = await bettered('refund');
    const payoutId = (await readTicketPayouts(suite.db, ticketId))[0]?.id;
    if (!payoutId) throw new Error('money was chosen');
    const inputId = await aKeptInput(suite.db, { operation: 'declinePayout', ticketId, payoutId });
    const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
    const declined = granted(await recordDecline(suite.db, { ticketId, inputId, by }, daysAfterNoon(3)));
    expect(declined).toMatchObject({ phase: 'deciding' });
    expect(await proposalOf(suite.db, ticketId)).toMatchObject({ kind: 'offer', extension: { minutes: 2 * 1440 } });
  });

  test('owes again what the shop refused: its days are free, and those that were given are not', async () => {
    const { ticketId } = await bettered('extension');
    const [, second] = await remediesOf(ticketId);
    expect(await shopSays(ticketId, second, 'refused', daysAfterNoon(3))).toMatchObject({ phase: 'deciding' });
    expect(await proposalOf(suite.db, ticketId)).toMatchObject({ kind: 'offer', extension: { minutes: 2 * 1440 } });
  });

  test('can be withdrawn while nothing of the new money has left, whatever was given before', async () => {
    const { ticketId, order } = await bettered('refund');
    const by = { id: order.subjectId, role: 'customer' as const };
    const withdraw = async (body: object) =>
      recordWithdrawal(suite.db, await aMessage(suite.db, ticketId, by, 'withdrawTicket', body), daysAfterNoon(3));
    // RP-2.3: nobody withdraws who was not told what it loses.
    expect(await withdraw({})).toMatchObject({ refused: 'withdrawal-unconfirmed' });
    expect(granted(await withdraw({ confirmed: true }))).toMatchObject({ outcome: 'withdrawn' });
  });
});

describe('RP-4.5: an offer that was taken back', () => {
  const decide = async (ticketId: TicketId, body: object) =>
    recordDecision(
      suite.db,
      await aMessage(suite.db, ticketId, await person('agent'), 'decideTicket', body),
      railsAndShop,
      daysAfterNoon(2),
    );

  const sumsOffered = (ticketId: TicketId): PromiseLike<string[]> =>
    suite.db('offers').where({ ticket_id: ticketId }).orderBy('id').pluck('refund_minor');

  test('is made again as it was where the policy now gives less', async () => {
    const claim = await anOfferedClaim(suite.db);
    granted(await takeBack(suite.db, claim.ticketId));
    await hearOfIncident(suite.db, claim, { until: daysAfterNoon(-8.5) });
    granted(await offerOf(suite.db, claim.ticketId));
    const [before, again] = await sumsOffered(claim.ticketId);
    expect(again).toBe(before);
  });

  test('is made again where the policy now gives nothing, or refused by two people and never by one', async () => {
    const claim = await anOfferedClaim(suite.db);
    const { ticketId } = claim;
    granted(await takeBack(suite.db, ticketId));
    await hearOfIncident(suite.db, claim, { until: daysAfterNoon(-8), confirmed: false });
    const proposal = await proposalOf(suite.db, ticketId);
    if (proposal.kind !== 'refuse') throw new Error('nothing is proposed any more');
    const refusal = { decision: 'refuse', clauses: proposal.clauses, ground: 'There was no incident.' };
    expect(await decide(ticketId, refusal)).toMatchObject({ refused: 'against-proposal' });
    expect(granted(await decide(ticketId, { decision: 'offer', ground: 'It was offered.' }))).toMatchObject({
      phase: 'offering',
    });
    const clauses: string[][] = await suite
      .db('decisions')
      .where({ ticket_id: ticketId })
      .orderBy('id')
      .pluck('clauses');
    expect(clauses.at(-1)).toEqual(['RP-4.5']);
    granted(await takeBack(suite.db, ticketId));
    granted(await decide(ticketId, { ...refusal, exception: 'refusal' }));
    const confirmed = await confirmDecision(suite.db, ticketId, await person('lead'), true, railsAndShop);
    expect(granted(confirmed)).toMatchObject({ phase: 'closed', outcome: 'refused' });
  });
});

test('a plan that was replaced ends as mended, also where no more is granted', async () => {
  const ticketId = await aReviewedTicket(suite.db, await anOrder(suite.db, [aTender(1999n)]));
  const settings = { ...everyRail, hasShop: true };
  const decide = async (body: object, at: Date) => {
    const message = await aMessage(suite.db, ticketId, await person('agent'), 'decideTicket', body);
    granted(await recordDecision(suite.db, message, settings, at));
    return granted(await confirmDecision(suite.db, ticketId, await person('lead'), true, settings));
  };
  await decide({ decision: 'replace', ground: 'The old one is dead.' }, noon);
  const [remedyId] = await remediesOf(ticketId);
  expect(await shopSays(ticketId, remedyId, 'applied', noon)).toMatchObject({ outcome: 'remediated' });
  granted(await takeBack(suite.db, ticketId));
  const refusal = { decision: 'refuse', clauses: ['RP-2.4b'], ground: 'It was replaced.', exception: 'refusal' };
  expect(await decide(refusal, daysAfterNoon(2))).toMatchObject({ phase: 'closed', outcome: 'remediated' });
});

describe('letters of offers', () => {
  const letters = async (ticketId: TicketId) =>
    (await explainTicket(suite.db, ticketId)).flatMap((entry) => {
      const letter = letterOf(entry, 'en');
      return isRefusal(letter) ? [] : [letter];
    });

  test('one that expired tells the sums of what was offered, not of what was lost since', async () => {
    const claim = await anOfferedClaim(suite.db);
    await hearOfIncident(suite.db, claim, { until: null });
    granted(await takeBack(suite.db, claim.ticketId));
    const { due } = granted(await offerOf(suite.db, claim.ticketId));
    if (!due) throw new Error('an offer expires');
    granted(await recordDue(suite.db, { ticketId: claim.ticketId, due }, railsAndShop, new Date(due.at)));
    const told = await letters(claim.ticketId);
    const [decided, expired] = told.slice(-2);
    expect(expired).toMatchObject({ about: 'closing' });
    expect(expired?.sums).toEqual(decided?.sums);
    expect(expired?.sums.map(({ of }) => of)).toEqual(['refund', 'extension']);
  });

  test('one of money alone names no time, where there is no shop to give it', async () => {
    const claim = await anOfferedClaim(suite.db, everyRail);
    const [letter] = await letters(claim.ticketId);
    expect(letter).toMatchObject({ about: 'decision', decision: { kind: 'offer', extension: null } });
    expect(letter?.sums.map(({ of }) => of)).toEqual(['refund']);
  });
});

test('RP-4.6: an appeal that was used is promised neither by mail nor in a letter', async () => {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  const ticketId = await aTicket(suite.db, order);
  granted(
    await step(suite.db, ticketId, { move: 'materialsCompleted', events: [{ kind: 'materialsCompleted', data: {} }] }),
  );
  const by = { id: order.subjectId, role: 'customer' as const };
  const review = async (more: object, days: number) => {
    const body = { cause: 'seller', finding: 'The pool was down.', persistent: true, ...more };
    const message = await aMessage(suite.db, ticketId, await person('agent'), 'recordReview', body);
    granted(await recordReview(suite.db, message, daysAfterNoon(days)));
  };
  const asCustomer = (operation: string, body: object, days: number) =>
    aMessage(suite.db, ticketId, by, operation, body, daysAfterNoon(days));
  await review({}, 1);
  const fix = { mended: true, finding: 'Rerouted.' };
  const reported = await aMessage(suite.db, ticketId, await person('agent'), 'reportRemediation', fix);
  granted(await recordFixReport(suite.db, reported, daysAfterNoon(2)));
  granted(
    await recordFixAnswer(suite.db, await asCustomer('answerRemediation', { mended: true }, 3), daysAfterNoon(3)),
  );
  granted(await recordAppeal(suite.db, await asCustomer('appealTicket', { ground: 'Again.' }, 4), daysAfterNoon(4)));
  await review({ mended: true }, 5);
  const appeal = await asCustomer('appealTicket', { ground: 'Again.' }, 6);
  expect(await recordAppeal(suite.db, appeal, daysAfterNoon(6))).toEqual({ refused: 'appeal-used' });
  const mailed: { appealBy: string | null }[] = await suite
    .db('notices')
    .where({ ticket_id: ticketId, template: 'ticket-remediated' })
    .orderBy('id')
    .pluck('parameters');
  const told = (await explainTicket(suite.db, ticketId)).map((entry) => entry.appealBy);
  expect(mailed.map(({ appealBy }) => appealBy !== null)).toEqual([true, false]);
  expect(told.map((appealBy) => appealBy !== null)).toEqual([true, false]);
});
