/** Why a ticket closed where no decision closed it, read from what its steps recorded: each cause, once for each closing. */

import { expect, test } from '@jest/globals';
import { recordAppeal, recordReopening } from '../../db/appeals.ts';
import { explainTicket } from '../../db/decision-views.ts';
import { recordDue } from '../../db/dues.ts';
import { recordFixAnswer, recordFixReport } from '../../db/fixes.ts';
import { recordInformationRequest } from '../../db/information.ts';
import { recordReview } from '../../db/reviews.ts';
import { openRun } from '../../db/runs.ts';
import { recordWithdrawal } from '../../db/withdrawals.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';
import { aMessage, anOrder, aPerson, aTender, aTicket, type BuiltOrder, granted, noon, step } from './builders.ts';
import { firstDocument } from './life-rows.ts';
import { anOfferedClaim, daysAfterNoon, railsAndShop } from './offered-claims.ts';
import { statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold } from './told-disputes.ts';

const suite = openSuite();

const { appealDays } = firstDocument.parameters;

interface Claim {
  readonly order: BuiltOrder;
  readonly ticketId: TicketId;
}

async function aClaim(): Promise<Claim> {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  return { order, ticketId: await aTicket(suite.db, order) };
}

async function aReviewable(): Promise<Claim> {
  const claim = await aClaim();
  const events = [{ kind: 'materialsCompleted', data: {} }];
  granted(await step(suite.db, claim.ticketId, { move: 'materialsCompleted', events }));
  return claim;
}

const byCustomer = ({ order, ticketId }: Claim, operation: string, body: object = {}, at = noon) =>
  aMessage(suite.db, ticketId, { id: order.subjectId, role: 'customer' }, operation, body, at);

const byAgent = async ({ ticketId }: Claim, operation: string, body: object) =>
  aMessage(suite.db, ticketId, { id: await aPerson(suite.db, 'agent'), role: 'agent' }, operation, body);

async function comeDue({ ticketId }: Claim, { due }: TicketSnapshot): Promise<Date> {
  if (!due) throw new Error('nothing is due');
  const at = new Date(due.at);
  expect(granted(await recordDue(suite.db, { ticketId, due }, railsAndShop, at))).toMatchObject({ phase: 'closed' });
  return at;
}

const ours = { cause: 'seller', finding: 'The exit pool was down.', persistent: true };

const review = async (claim: Claim, days: number, body: object = {}) =>
  granted(
    await recordReview(suite.db, await byAgent(claim, 'recordReview', { ...ours, ...body }), daysAfterNoon(days)),
  );

async function reportFix(claim: Claim, days: number): Promise<TicketSnapshot> {
  const fix = { mended: true, finding: 'Routed around it.' };
  return granted(await recordFixReport(suite.db, await byAgent(claim, 'reportRemediation', fix), daysAfterNoon(days)));
}

const confirmFix = async (claim: Claim, days: number) =>
  granted(
    await recordFixAnswer(
      suite.db,
      await byCustomer(claim, 'answerRemediation', { mended: true }, daysAfterNoon(days)),
      daysAfterNoon(days),
    ),
  );

const appealEnd = (from: Date): Date => new Date(from.getTime() + appealDays * 86_400_000);

const closingsOf = async ({ ticketId }: Claim) =>
  (await explainTicket(suite.db, ticketId)).flatMap((entry) => (entry.kind === 'closing' ? [entry] : []));

async function missingMaterials() {
  const claim = await aClaim();
  const opened = granted(await openRun(suite.db, { ticketId: claim.ticketId, run: 1 }, noon));
  return { claim, at: await comeDue(claim, opened) };
}

async function unanswered() {
  const claim = await aReviewable();
  const question = { materials: ['evidence'], question: 'Which exits?' };
  const message = await byAgent(claim, 'requestInformation', question);
  const asked = granted(await recordInformationRequest(suite.db, message, daysAfterNoon(1)));
  return { claim, at: await comeDue(claim, asked) };
}

async function expired() {
  const claim = await anOfferedClaim(suite.db);
  return { claim, at: await comeDue(claim, claim.offered) };
}

async function mending() {
  const claim = await aReviewable();
  await review(claim, 1);
  return claim;
}

async function confirmed() {
  const claim = await mending();
  await reportFix(claim, 2);
  await confirmFix(claim, 3);
  return { claim, at: daysAfterNoon(3) };
}

async function presumed() {
  const claim = await mending();
  return { claim, at: await comeDue(claim, await reportFix(claim, 2)) };
}

async function foundMended() {
  const claim = await aReviewable();
  await review(claim, 2, { mended: true });
  return { claim, at: daysAfterNoon(2) };
}

async function chargedBack() {
  const claim = await aReviewable();
  const [tender] = claim.order.tenders;
  if (!tender) throw new Error('the order has no tender');
  const told = { ref: `du_${claim.order.id}`, state: 'lost' as const, at: daysAfterNoon(2) };
  await storeTold(suite.db, tender, told);
  await noteTold(suite.db, claim.ticketId, told);
  return { claim, at: told.at };
}

test.each([
  ['RP-4.2: for want of materials', missingMaterials, 'materials_missing', 'lapsed'],
  ['RP-4.2: for want of an answer', unanswered, 'question_unanswered', 'lapsed'],
  ['RP-4.5: by an offer that nobody chose from', expired, 'offer_expired', 'lapsed'],
  ['RP-2.4a: by a fix that was confirmed', confirmed, 'fix_confirmed', 'remediated'],
  ['RP-2.4a: by a fix that nobody spoke against', presumed, 'fix_presumed', 'remediated'],
  ['RP-2.4a: by a review', foundMended, 'review_found_mended', 'remediated'],
  ['RP-3.8: by the bank', chargedBack, 'money_taken', 'charged_back'],
])('%s, it is told with the case as it was judged then', async (_how, live, cause, outcome) => {
  const { claim, at } = await live();
  const [closing, ...others] = await closingsOf(claim);
  expect(others).toEqual([]);
  expect(closing).toMatchObject({ number: 1, cause, outcome, at, reopenable: outcome === 'lapsed' });
  expect([closing?.appealBy, closing?.appealUntil]).toEqual([appealEnd(at), appealEnd(at)]);
  expect(closing?.assessed?.result.at).toBe(at.toISOString());
  expect(closing?.assessed?.atAsking.number).toBe(1);
  expect(closing?.id).not.toBeNull();
});

test('RP-2.4a: the customer is told that a review found it mended', async () => {
  const { claim } = await foundMended();
  const told = suite.db('notices').where({ ticket_id: claim.ticketId, template: 'ticket-remediated' });
  expect(await told.pluck('parameters')).toMatchObject([{ presumed: false, byReview: true }]);
});

test('a withdrawal is told as the customer’s own, without a judgement and nothing to appeal', async () => {
  const claim = await aReviewable();
  granted(
    await recordWithdrawal(suite.db, await byCustomer(claim, 'withdrawTicket', { confirmed: true }), daysAfterNoon(1)),
  );
  expect(await closingsOf(claim)).toMatchObject([
    { id: null, cause: 'withdrawn', outcome: 'withdrawn', assessed: null, appealBy: null, appealUntil: null },
  ]);
});

test('each closing stays told when the ticket is opened again, and only the last one can be acted on', async () => {
  const { claim, at } = await unanswered();
  const again = await byCustomer(claim, 'reopenTicket', { ground: 'I was away.' });
  granted(await recordReopening(suite.db, again, new Date(at.getTime() + 60_000)));
  expect(await closingsOf(claim)).toMatchObject([{ reopenable: false, appealUntil: null, appealBy: appealEnd(at) }]);
  granted(
    await recordWithdrawal(
      suite.db,
      await byCustomer(claim, 'withdrawTicket', { confirmed: true }),
      new Date(at.getTime() + 120_000),
    ),
  );
  expect(await closingsOf(claim)).toMatchObject([
    { number: 1, cause: 'question_unanswered', reopenable: false, appealUntil: null },
    { number: 2, cause: 'withdrawn' },
  ]);
});

test('once appealed, another closing without a decision between cannot be appealed again', async () => {
  const { claim } = await confirmed();
  const appeal = await byCustomer(claim, 'appealTicket', { ground: 'It broke again.' });
  granted(await recordAppeal(suite.db, appeal, daysAfterNoon(4)));
  await review(claim, 5, { mended: true });
  const closings = await closingsOf(claim);
  expect(closings.map(({ cause, appealUntil }) => [cause, appealUntil])).toEqual([
    ['fix_confirmed', null],
    ['review_found_mended', null],
  ]);
  const second = await byCustomer(claim, 'appealTicket', { ground: 'Again.' });
  expect(await recordAppeal(suite.db, second, daysAfterNoon(6))).toEqual({ refused: 'appeal-used' });
});

test('the decision and the closing that followed it stand in one list, in their order, read in one statement', async () => {
  const { claim } = await expired();
  let kinds: string[] = [];
  const sent = await statementsOf(suite.db, async () => {
    kinds = (await explainTicket(suite.db, claim.ticketId)).map(({ kind }) => kind);
  });
  expect([sent.length, kinds]).toEqual([1, ['decision', 'closing']]);
});
