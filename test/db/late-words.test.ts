/**
 * What was said in time and reached its ticket late, as after an outage: it is heard before what is due, and judged by the
 * moment at which it was kept.
 */

import { describe, expect, test } from '@jest/globals';
import { recordAppeal } from '../../db/appeals.ts';
import { recordDue } from '../../db/dues.ts';
import { recordFixAnswer, recordFixReport } from '../../db/fixes.ts';
import { keepInput, settleInput } from '../../db/inputs.ts';
import { recordOfferAnswer } from '../../db/offers.ts';
import { recordReview } from '../../db/reviews.ts';
import { openRun } from '../../db/runs.ts';
import type { Due } from '../../domain/due-kind.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';
import { aMessage, anInput, anOrder, aPerson, aTender, aTicket, everyRail, granted, noon, step } from './builders.ts';
import { aHoldRow, aPauseRow, firstDocument } from './life-rows.ts';
import { ask, ordersOfOne } from './linking.ts';
import { anOfferedClaim, daysAfterNoon, railsAndShop } from './offered-claims.ts';
import { aLockIsWaitedFor, openSuite } from './suite.ts';

const suite = openSuite();

const dueOf = ({ due }: TicketSnapshot): Due => {
  if (!due) throw new Error('nothing is due');
  return due;
};

const after = (instant: string, ms: number): Date => new Date(Date.parse(instant) + ms);

const dueComes = async (ticketId: TicketId, due: Due, at = after(due.at, 1_000)): Promise<TicketSnapshot> =>
  granted(await recordDue(suite.db, { ticketId, due }, everyRail, at));

const customer = (id: SubjectId) => ({ id, role: 'customer' as const });

async function anUnreviewed() {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  return { order, ticketId: await aTicket(suite.db, order) };
}

/** Materials are asked for, and nothing comes. */
async function gathering() {
  const { order, ticketId } = await anUnreviewed();
  return { order, ticketId, due: dueOf(granted(await openRun(suite.db, { ticketId, run: 1 }, noon))) };
}

/** Ours by the review, and reported as mended, so that the customer is asked. */
async function askedAboutFix() {
  const { order, ticketId } = await anUnreviewed();
  granted(await step(suite.db, ticketId, { move: 'materialsCompleted', events: [] }));
  const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const ours = { cause: 'seller', finding: 'The exit pool was down.', persistent: true };
  granted(await recordReview(suite.db, await aMessage(suite.db, ticketId, agent, 'recordReview', ours), noon));
  const fix = await aMessage(suite.db, ticketId, agent, 'reportRemediation', { mended: true, finding: 'Rerouted.' });
  const due = dueOf(granted(await recordFixReport(suite.db, fix, daysAfterNoon(5))));
  expect(due.kind).toBe('fix_answer');
  return { order, ticketId, due };
}

describe('T6: what was kept in time is heard before what is due', () => {
  test('RP-2.4a: a no to a fix, whose ticket then is not presumed mended', async () => {
    const { order, ticketId, due } = await askedAboutFix();
    const no = await aMessage(
      suite.db,
      ticketId,
      customer(order.subjectId),
      'answerRemediation',
      { mended: false },
      new Date(due.at),
    );
    expect(await dueComes(ticketId, due)).toMatchObject({ phase: 'remediating', due });
    const heard = granted(await recordFixAnswer(suite.db, no, after(due.at, 60_000)));
    expect(heard).toMatchObject({ phase: 'remediating', due: { kind: 'remediation' } });
    expect(await dueComes(ticketId, due)).toEqual(heard);
  });

  test('RP-2.4a: a no that came a moment too late finds what silence meant', async () => {
    const { order, ticketId, due } = await askedAboutFix();
    const late = after(due.at, 1);
    await aMessage(suite.db, ticketId, customer(order.subjectId), 'answerRemediation', { mended: false }, late);
    expect(await dueComes(ticketId, due)).toMatchObject({ phase: 'closed', outcome: 'remediated' });
  });

  test('RP-4.2: materials that are on their way keep a request from lapsing, until they were refused', async () => {
    const { order, ticketId, due } = await gathering();
    const who = customer(order.subjectId);
    const { inputId } = await aMessage(suite.db, ticketId, who, 'addEvidence', { uploadIds: [] }, new Date(due.at));
    expect(await dueComes(ticketId, due)).toMatchObject({ phase: 'gathering', due });
    await settleInput(suite.db, inputId, after(due.at, 2_000), { refused: 'not-found' });
    expect(await dueComes(ticketId, due)).toMatchObject({ phase: 'closed', outcome: 'lapsed' });
  });

  test('RP-4.2: materials that are on their way to a linked ticket keep this one from lapsing as well', async () => {
    const [order, ...others] = await ordersOfOne(suite.db, 2);
    if (!order) throw new Error('there are two orders');
    const [first, second] = granted(await ask(suite.db, [order, ...others]));
    if (!first || !second) throw new Error('each order has its ticket');
    granted(await openRun(suite.db, { ticketId: first, run: 1 }, noon));
    const due = dueOf(granted(await openRun(suite.db, { ticketId: second, run: 1 }, noon)));
    await aMessage(suite.db, first, customer(order.subjectId), 'addEvidence', { uploadIds: [] }, new Date(due.at));
    expect(await dueComes(second, due)).toMatchObject({ phase: 'gathering', due });
  });

  test('a choice that is being kept at the very moment', async () => {
    const { order, ticketId, offered } = await anOfferedClaim(suite.db);
    const due = dueOf(offered);
    const keeping = await suite.db.transaction();
    const body = { choice: 'refund' };
    const at = new Date(due.at);
    await keepInput(keeping, anInput({ operation: 'answerOffer', ticketId, subjectId: order.subjectId, body, at }));
    const comes = dueComes(ticketId, due);
    await aLockIsWaitedFor(suite);
    await keeping.commit();
    expect(await comes).toMatchObject({ phase: 'offering', due });
  });

  test('the call for the ticket itself keeps nothing back', async () => {
    const { order, ticketId, due } = await gathering();
    await aMessage(suite.db, ticketId, customer(order.subjectId), 'createTicket');
    expect(await dueComes(ticketId, due)).toMatchObject({ phase: 'closed', outcome: 'lapsed' });
  });

  test('RP-4.5: a choice from an offer', async () => {
    const { order, ticketId, offered } = await anOfferedClaim(suite.db);
    const due = dueOf(offered);
    await aMessage(suite.db, ticketId, customer(order.subjectId), 'answerOffer', { choice: 'refund' });
    expect(await dueComes(ticketId, due)).toMatchObject({ phase: 'offering', due });
  });
});

test('RP-2.4a: past the days for mending no other fix is reported, and one that came in time keeps its answer', async () => {
  const { order, ticketId } = await askedAboutFix();
  const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const report = async (body: object, at: Date) =>
    recordFixReport(suite.db, await aMessage(suite.db, ticketId, agent, 'reportRemediation', body, at), at);
  const fix = { mended: true, finding: 'Rerouted again.' };
  expect(granted(await report(fix, daysAfterNoon(15)))).toMatchObject({ due: { kind: 'fix_answer' } });
  expect(await report(fix, after(daysAfterNoon(15).toISOString(), 1))).toEqual({ refused: 'remediation-over' });
  const yes = await aMessage(
    suite.db,
    ticketId,
    customer(order.subjectId),
    'answerRemediation',
    { mended: true },
    daysAfterNoon(16),
  );
  expect(granted(await recordFixAnswer(suite.db, yes, daysAfterNoon(16)))).toMatchObject({ outcome: 'remediated' });
});

describe('what comes late is judged by the moment at which it was kept', () => {
  const chosenAt = async (ms: number, pausedDays = 0) => {
    const { order, ticketId, offered } = await anOfferedClaim(suite.db);
    if (pausedDays > 0) await stoodStill(ticketId, daysAfterNoon(pausedDays));
    const keptAt = after(dueOf(offered).at, pausedDays * 86_400_000 + ms);
    const choice = { choice: 'refund' };
    const message = await aMessage(suite.db, ticketId, customer(order.subjectId), 'answerOffer', choice, keptAt);
    return recordOfferAnswer(suite.db, message, railsAndShop, after(keptAt.toISOString(), 86_400_000));
  };

  const stoodStill = async (ticketId: TicketId, until: Date) => {
    const holdId = await aHoldRow(suite.db, ticketId, { released_at: until, result: 'ended' });
    await aPauseRow(suite.db, ticketId, { clock: 'offer', reason: 'customer', hold_id: holdId, ended_at: until });
  };

  const fixAfterDeadline = async (keptDays: number, givenDays: number) => {
    const { order, ticketId } = await askedAboutFix();
    const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
    const fix = { mended: true, finding: 'Rerouted again.' };
    const kept = await aMessage(suite.db, ticketId, agent, 'reportRemediation', fix, daysAfterNoon(keptDays));
    return { order, ticketId, reported: await recordFixReport(suite.db, kept, daysAfterNoon(givenDays)) };
  };

  test('RP-2.4a: a fix kept in time and told past the deadline is the customer’s to judge, for all the days from when they are asked', async () => {
    const { order, ticketId, reported } = await fixAfterDeadline(15, 18);
    const due = dueOf(granted(reported));
    const { answerDays } = firstDocument.parameters.remediation;
    expect(due).toEqual({ kind: 'fix_answer', at: daysAfterNoon(18 + answerDays).toISOString() });
    const mails = suite.db('notices').where({ ticket_id: ticketId, template: 'fix-reported' }).orderBy('id');
    const told: unknown[] = await mails.pluck('parameters');
    expect(told.at(-1)).toEqual({ answerBy: due.at });
    const no = await aMessage(
      suite.db,
      ticketId,
      customer(order.subjectId),
      'answerRemediation',
      { mended: false },
      daysAfterNoon(19),
    );
    expect(granted(await recordFixAnswer(suite.db, no, daysAfterNoon(19)))).toMatchObject({
      phase: 'remediating',
      due: { kind: 'remediation' },
    });
  });

  test('RP-2.4a: mended in time by the customer’s silence, whenever they were asked', async () => {
    const { ticketId, reported } = await fixAfterDeadline(14, 18);
    expect(await dueComes(ticketId, dueOf(granted(reported)))).toMatchObject({ outcome: 'remediated' });
  });

  test('RP-2.4a: of two fixes the one that was told last awaits the answer, whenever the other was kept', async () => {
    const { order, ticketId } = await askedAboutFix();
    const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
    const fix = { mended: true, finding: 'Rerouted again.' };
    const toldAfter = async (keptDays: number, toldDays: number) => {
      const kept = await aMessage(suite.db, ticketId, agent, 'reportRemediation', fix, daysAfterNoon(keptDays));
      return granted(await recordFixReport(suite.db, kept, daysAfterNoon(toldDays)));
    };
    await toldAfter(13, 14.8);
    const { answerDays } = firstDocument.parameters.remediation;
    const due = { kind: 'fix_answer', at: daysAfterNoon(15.2 + answerDays).toISOString() };
    expect(await toldAfter(14, 15.2)).toMatchObject({ phase: 'remediating', due });
    const yes = await aMessage(
      suite.db,
      ticketId,
      customer(order.subjectId),
      'answerRemediation',
      { mended: true },
      daysAfterNoon(16),
    );
    expect(granted(await recordFixAnswer(suite.db, yes, daysAfterNoon(16)))).toMatchObject({ outcome: 'remediated' });
  });

  test('RP-2.4a: a no that was kept before another fix was told is no answer to that one', async () => {
    const { order, ticketId } = await askedAboutFix();
    const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
    const fix = { mended: true, finding: 'Rerouted again.' };
    const second = await aMessage(suite.db, ticketId, agent, 'reportRemediation', fix, daysAfterNoon(6));
    const answer = { mended: false };
    const no = await aMessage(
      suite.db,
      ticketId,
      customer(order.subjectId),
      'answerRemediation',
      answer,
      daysAfterNoon(7),
    );
    granted(await recordFixReport(suite.db, second, daysAfterNoon(8)));
    expect(await recordFixAnswer(suite.db, no, daysAfterNoon(8))).toEqual({ refused: 'no-open-fix' });
    expect(await suite.db('fix_reports').where({ ticket_id: ticketId }).orderBy('id').pluck('answer')).toEqual([
      'probe_failed',
      null,
    ]);
  });

  test('RP-4.5: a choice at the offer’s last instant is taken a day later, one a moment after it is not', async () => {
    expect(granted(await chosenAt(0))).toMatchObject({ phase: 'settling' });
    expect(await chosenAt(1)).toEqual({ refused: 'no-open-offer' });
  });

  test('RP-4.5: days on which the offer’s clock stood still move its last instant', async () => {
    expect(granted(await chosenAt(0, 3))).toMatchObject({ phase: 'settling' });
    expect(await chosenAt(1, 3)).toEqual({ refused: 'no-open-offer' });
  });

  test('RP-4.5: a hold that was placed when the offer’s time was over lets no late choice through', async () => {
    const { order, ticketId, offered } = await anOfferedClaim(suite.db);
    const expiresAt = dueOf(offered).at;
    const holdId = await aHoldRow(suite.db, ticketId, { placed_at: after(expiresAt, 1), released_at: null });
    await aPauseRow(suite.db, ticketId, {
      clock: 'offer',
      reason: 'customer',
      hold_id: holdId,
      started_at: after(expiresAt, 1),
      ended_at: null,
    });
    const chosen = async (keptAt: Date) => {
      const choice = { choice: 'refund' };
      const message = await aMessage(suite.db, ticketId, customer(order.subjectId), 'answerOffer', choice, keptAt);
      return recordOfferAnswer(suite.db, message, railsAndShop, after(expiresAt, 86_400_000));
    };
    expect(await chosen(after(expiresAt, 2))).toEqual({ refused: 'no-open-offer' });
    expect(granted(await chosen(new Date(expiresAt)))).toMatchObject({ phase: 'settling' });
  });

  const appealedAt = async (ms: number) => {
    const { order, ticketId, due } = await gathering();
    expect(await dueComes(ticketId, due, new Date(due.at))).toMatchObject({ outcome: 'lapsed' });
    const keptAt = after(due.at, firstDocument.parameters.appealDays * 86_400_000 + ms);
    const ground = { ground: 'I was ill.' };
    const message = await aMessage(suite.db, ticketId, customer(order.subjectId), 'appealTicket', ground, keptAt);
    return recordAppeal(suite.db, message, after(keptAt.toISOString(), 86_400_000));
  };

  test('RP-4.6: an appeal at the last instant of its time is taken a day later, one a moment after it is late', async () => {
    expect(granted(await appealedAt(0))).toMatchObject({ phase: 'reviewing' });
    expect(await appealedAt(1)).toEqual({ refused: 'appeal-late' });
  });
});
