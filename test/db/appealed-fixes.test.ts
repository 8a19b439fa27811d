/** RP-2.4a: a fix that was accepted in time, and what an appeal may and may not make of it. */

import { describe, expect, test } from '@jest/globals';
import { recordAppeal } from '../../db/appeals.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordFixAnswer, recordFixReport } from '../../db/fixes.ts';
import { recordInformationRequest } from '../../db/information.ts';
import { judgeTicket } from '../../db/judgements.ts';
import { recordReview } from '../../db/reviews.ts';
import type { TicketId } from '../../domain/ids.ts';
import { aMessage, anOrder, aPerson, aTender, aTicket, everyRail, granted, noon, step } from './builders.ts';
import { firstDocument } from './life-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const daysAfter = (count: number): Date => new Date(noon.getTime() + count * 86_400_000);

const ours = { cause: 'seller', finding: 'The exit pool was down.', persistent: true };

async function agent() {
  return { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
}

async function review(ticketId: TicketId, body: object, days: number) {
  const message = await aMessage(suite.db, ticketId, await agent(), 'recordReview', body);
  return granted(await recordReview(suite.db, message, daysAfter(days)));
}

/** Ours by the review, mended on day 5 as the customer confirmed, and appealed. */
async function appealed(onDay = 30) {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  const ticketId = await aTicket(suite.db, order);
  granted(
    await step(suite.db, ticketId, { move: 'materialsCompleted', events: [{ kind: 'materialsCompleted', data: {} }] }),
  );
  await review(ticketId, ours, 1);
  const fix = { mended: true, finding: 'Routed around it.' };
  const message = await aMessage(suite.db, ticketId, await agent(), 'reportRemediation', fix);
  granted(await recordFixReport(suite.db, message, daysAfter(5)));
  const customer = { id: order.subjectId, role: 'customer' as const };
  const yes = await aMessage(suite.db, ticketId, customer, 'answerRemediation', { mended: true }, daysAfter(6));
  expect(granted(await recordFixAnswer(suite.db, yes, daysAfter(6)))).toMatchObject({ outcome: 'remediated' });
  const appeal = await aMessage(suite.db, ticketId, customer, 'appealTicket', { ground: 'I want my money.' });
  granted(await recordAppeal(suite.db, appeal, daysAfter(onDay)));
  return { ticketId, customer };
}

const proposalOf = async (ticketId: TicketId) =>
  granted(await suite.db.transaction((trx) => judgeTicket(trx, ticketId, daysAfter(31)))).assessment.proposal;

test('RP-2.4a: a report of a fix that was closed with its phase is nobody’s to answer, so that the deadline stands', async () => {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  const ticketId = await aTicket(suite.db, order);
  const complete = { move: 'materialsCompleted' as const, events: [{ kind: 'materialsCompleted', data: {} }] };
  granted(await step(suite.db, ticketId, complete));
  await review(ticketId, ours, 1);
  const fix = { mended: true, finding: 'Routed around it.' };
  const report = await aMessage(suite.db, ticketId, await agent(), 'reportRemediation', fix);
  granted(await recordFixReport(suite.db, report, daysAfter(13)));
  const question = { materials: [], question: 'Which exits?' };
  const asked = await aMessage(suite.db, ticketId, await agent(), 'requestInformation', question);
  expect(granted(await recordInformationRequest(suite.db, asked, daysAfter(13.5)))).toMatchObject({
    phase: 'reviewing',
  });
  expect(await review(ticketId, ours, 14)).toMatchObject({ phase: 'remediating', due: { kind: 'remediation' } });
  const days = firstDocument.parameters.remediation.days + 0.5;
  const judged = await suite.db.transaction((trx) => judgeTicket(trx, ticketId, daysAfter(days)));
  expect(granted(judged).assessment.proposal).toMatchObject({ kind: 'refund' });
});

describe('after an appeal', () => {
  test('RP-2.4a: the fix that the customer confirmed stands, where the second review says nothing against it', async () => {
    const { ticketId } = await appealed();
    // A person decides it: a review that did not look closes nothing by itself.
    expect(await review(ticketId, ours, 31)).toMatchObject({ phase: 'deciding' });
    expect(await proposalOf(ticketId)).toMatchObject({ kind: 'remediated' });
    const body = { decision: 'refuse', clauses: ['RP-2.4a'], ground: 'It was mended in time, and you said so.' };
    const decision = await aMessage(suite.db, ticketId, await agent(), 'decideTicket', body);
    const closed = { phase: 'closed', outcome: 'remediated' };
    expect(await recordDecision(suite.db, decision, everyRail, daysAfter(31))).toMatchObject(closed);
  });

  test('RP-2.4a: nor does a second review that finds it mended make it mended too late', async () => {
    const { ticketId } = await appealed();
    expect(await review(ticketId, { ...ours, mended: true }, 31)).toMatchObject({ outcome: 'remediated' });
  });

  test('RP-2.4a: a second review that looked, and found that it does not hold, lets the deadline stand', async () => {
    const { ticketId } = await appealed();
    await review(ticketId, { ...ours, mended: false }, 31);
    expect(await proposalOf(ticketId)).toMatchObject({ kind: 'refund', clauses: ['RP-2.0', 'RP-2.4a'] });
  });

  test('RP-2.4a: within the 15 days the mending goes on, and the next fix that is accepted counts', async () => {
    const { ticketId, customer } = await appealed(8);
    expect(await review(ticketId, { ...ours, mended: false }, 9)).toMatchObject({ phase: 'remediating' });
    const fix = { mended: true, finding: 'Replaced the range.' };
    const message = await aMessage(suite.db, ticketId, await agent(), 'reportRemediation', fix);
    granted(await recordFixReport(suite.db, message, daysAfter(12)));
    const yes = await aMessage(suite.db, ticketId, customer, 'answerRemediation', { mended: true }, daysAfter(13));
    expect(granted(await recordFixAnswer(suite.db, yes, daysAfter(13)))).toMatchObject({ outcome: 'remediated' });
    expect(await proposalOf(ticketId)).toMatchObject({ kind: 'remediated' });
  });
});
