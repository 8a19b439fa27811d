/** What the steps may cost that do most: at most ten statements each, whatever stands open and whatever is linked. */

import { expect, test } from '@jest/globals';
import { recordAppeal, recordReopening } from '../../db/appeals.ts';
import { recordDisputeNote } from '../../db/case-notes.ts';
import { recordConfirmation, recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordEvidence } from '../../db/evidence.ts';
import { recordFixReport } from '../../db/fixes.ts';
import { recordHoldPlaced } from '../../db/holds.ts';
import { recordInformationAnswer, recordInformationRequest } from '../../db/information.ts';
import { openRun } from '../../db/runs.ts';
import type { TicketId } from '../../domain/ids.ts';
import {
  aKeptInput,
  aMessage,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  aTicket,
  type BuiltOrder,
  everyRail,
  granted,
  step,
} from './builders.ts';
import { aDecisionRow } from './life-rows.ts';
import { anUpload, ask, context, ordersOfOne } from './linking.ts';
import { after, costOf, from } from './step-costs.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold } from './told-disputes.ts';

const suite = openSuite();

const moved = (
  ticketId: TicketId,
  ...moves: readonly ('materialsCompleted' | 'remediationBegun' | 'gatheringLapsed')[]
) =>
  moves.reduce<Promise<unknown>>(async (before, move) => {
    await before;
    granted(await step(suite.db, ticketId, { move, events: [{ kind: move, data: {} }] }));
  }, Promise.resolve());

const aDispute = async ({ id, tenders: [tender] }: BuiltOrder, state: 'open' | 'won', hours: number) => {
  if (tender) await storeTold(suite.db, tender, { ref: `du_${id}`, state, at: after(hours) });
};

async function aCheck(ticketId: TicketId): Promise<void> {
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await from(suite.db, 'lead', ticketId, 'placeHold', asked), after(0)));
}

const question = { materials: ['evidence'], question: 'Is there a newer log?' };

const asked = async (ticketId: TicketId, hours: number) => {
  const message = await from(suite.db, 'agent', ticketId, 'requestInformation', question);
  return () => recordInformationRequest(suite.db, message, after(hours));
};

/** One of two that were asked for together, by their buyer, who has not told their network context. */
async function aLinked(): Promise<{ ticketId: TicketId; order: BuiltOrder }> {
  const orders = await ordersOfOne(suite.db, 2);
  const [, ticketId] = granted(await ask(suite.db, orders));
  const [, order] = orders;
  if (!ticketId || !order) throw new Error('two tickets were opened');
  return { ticketId, order };
}

async function byItsBuyer(
  { ticketId, order }: { ticketId: TicketId; order: BuiltOrder },
  operation: string,
  body = {},
) {
  return aMessage(suite.db, ticketId, { id: order.subjectId, role: 'customer' }, operation, body);
}

async function askedWhileMending(): Promise<string> {
  const ticketId = await aTicket(suite.db, await anOrder(suite.db, [aTender(1999n)], { covered: false }));
  await moved(ticketId, 'materialsCompleted', 'remediationBegun');
  const fix = await from(suite.db, 'agent', ticketId, 'reportRemediation', { mended: true, finding: 'Routed around.' });
  granted(await recordFixReport(suite.db, fix, after(1)));
  return costOf(suite.db, await asked(ticketId, 2));
}

/** With a file and another network context, both for the linked ticket as well. */
async function answered(): Promise<string> {
  const linked = await aLinked();
  await moved(linked.ticketId, 'materialsCompleted');
  granted(await (await asked(linked.ticketId, 1))());
  const materials = { uploadIds: [await anUpload(suite.db, linked.order)], networkContext: context };
  const message = await byItsBuyer(linked, 'answerInformationRequest', { text: 'Here.', ...materials });
  return costOf(suite.db, () => recordInformationAnswer(suite.db, message, after(2)));
}

async function completed(): Promise<string> {
  const linked = await aLinked();
  const materials = { uploadIds: [await anUpload(suite.db, linked.order)], networkContext: context };
  const message = await byItsBuyer(linked, 'addEvidence', materials);
  return costOf(suite.db, () => recordEvidence(suite.db, message, after(1)));
}

/** A check that ended with the ticket, and a dispute since: both hold what is opened again. */
async function appealed(): Promise<string> {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  const ticketId = await aReviewedTicket(suite.db, order);
  await aCheck(ticketId);
  const refusal = { decision: 'refuse', clauses: ['RP-2.4a'], ground: 'No fault was found.', exception: 'refusal' };
  const decided = await from(suite.db, 'agent', ticketId, 'decideTicket', refusal);
  granted(await recordDecision(suite.db, decided, everyRail, after(1)));
  const yes = await from(suite.db, 'lead', ticketId, 'confirmDecision', { confirm: true, ground: 'Agreed.' });
  granted(await recordConfirmation(suite.db, yes, everyRail, after(2)));
  await aDispute(order, 'open', 3);
  const appeal = await byItsBuyer({ ticketId, order }, 'appealTicket', { ground: 'It never worked.' });
  return costOf(suite.db, () => recordAppeal(suite.db, appeal, after(4)));
}

async function reopened(): Promise<string> {
  const linked = await aLinked();
  await aCheck(linked.ticketId);
  await moved(linked.ticketId, 'gatheringLapsed');
  await aDispute(linked.order, 'open', 1);
  const message = await byItsBuyer(linked, 'reopenTicket', { ground: 'I was away.' });
  return costOf(suite.db, () => recordReopening(suite.db, message, after(2)));
}

async function offeredAgain(): Promise<string> {
  const linked = await aLinked();
  const { ticketId } = linked;
  await aCheck(ticketId);
  const decided_by = await aPerson(suite.db, 'agent');
  await suite.db('offers').insert({
    ticket_id: ticketId,
    decision_id: await aDecisionRow(suite.db, ticketId, { decision: 'offer', clauses: [], decided_by }),
    refund_minor: 900,
    currency: 'USD',
    extend_minutes: 0,
    extend_bytes: 0,
    intervals: '[]',
    offered_at: after(0),
    offer_days: 14,
    ends_plan: false,
    choice: 'lapsed',
    chosen_at: after(0),
  });
  await moved(ticketId, 'gatheringLapsed');
  await aDispute(linked.order, 'open', 1);
  const message = await byItsBuyer(linked, 'reopenTicket', { ground: 'I was away.' });
  return costOf(suite.db, () => recordReopening(suite.db, message, after(2)));
}

/** Asked for too late, which nobody looked at before the dispute was over; a question was open meanwhile. */
async function freed(): Promise<string> {
  const tenDaysAgo = after(-240);
  const bought = { firstPurchasedAt: tenDaysAgo, purchasedAt: tenDaysAgo };
  const tender = aTender(1999n, { capturedAt: tenDaysAgo });
  const order = await anOrder(suite.db, [tender], { ...bought, covered: false });
  const ticketId = await aTicket(suite.db, order);
  await moved(ticketId, 'materialsCompleted');
  await aDispute(order, 'open', 1);
  await noteTold(suite.db, ticketId, { ref: `du_${order.id}`, state: 'open', at: after(1) });
  granted(await (await asked(ticketId, 2))());
  await aDispute(order, 'won', 3);
  const body = { dispute: { state: 'won' } };
  const inputId = await aKeptInput(suite.db, { ticketId, operation: 'noteDispute', body });
  return costOf(suite.db, () => recordDisputeNote(suite.db, { ticketId, inputId }, after(3)));
}

async function lapsed(): Promise<string> {
  const { ticketId } = await aLinked();
  granted(await openRun(suite.db, { ticketId, run: 1 }, after(0)));
  const at: Date[] = await suite.db('tickets').where({ id: ticketId, due_kind: 'gathering' }).pluck('due_at');
  const due = { kind: 'gathering' as const, at: at[0]?.toISOString() ?? '' };
  return costOf(suite.db, () => recordDue(suite.db, { ticketId, due }, everyRail, after(0)));
}

/** As counted: a change here is seen and meant, or it is a mistake. */
const recorded: readonly (readonly [way: string, () => Promise<string>, cost: string])[] = [
  ['RP-4.2: a question while a fault is being mended', askedWhileMending, 'informationRequested: 9'],
  ['RP-4.2: an answer with all that it may hold, on a linked ticket', answered, 'informationAnswered: 10'],
  ['RP-4.1: materials that are complete, on a linked ticket', completed, 'evidenceAdded+materialsCompleted: 9'],
  ['an appeal under a dispute, with a check to ask for again', appealed, 'appealed+holdPlaced: 10'],
  ['RP-4.2: the same of a request that lapsed, on a linked ticket', reopened, 'reopened+holdPlaced: 9'],
  ['RP-4.5: the same of an offer that lapsed, on a linked ticket', offeredAgain, 'offerReopened+holdPlaced: 10'],
  ['D6: a dispute that ends under an open question', freed, 'disputeEnded+settledByFacts: 10'],
  ['RP-4.2: a request that lapses, on a linked ticket', lapsed, 'lapsed: 7'],
];

test.each(recorded)('%s costs what is recorded', async (_name, way, cost) => {
  expect(await way()).toBe(cost);
});

test('no step takes more than 10 statements, however much it does', () => {
  expect(recorded.filter(([, , cost]) => Number(/\d+$/.exec(cost)) > 10)).toEqual([]);
});
