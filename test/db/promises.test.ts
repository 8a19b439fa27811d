/** RP-4.3: the promise of an answer: made anew to a claim that is opened again, and reminded of once by whoever sweeps. */

import { describe, expect, test } from '@jest/globals';
import { recordAppeal, recordReopening } from '../../db/appeals.ts';
import { readCase, type TicketCase } from '../../db/cases.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordDecline } from '../../db/payout-reports.ts';
import { sendDueReminders } from '../../db/reminders.ts';
import { openRun } from '../../db/runs.ts';
import type { TicketId } from '../../domain/ids.ts';
import {
  aDecidedClaim,
  aKeptInput,
  aMessage,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  aTicket,
  type BuiltOrder,
  confirmDecision,
  everyRail,
  granted,
  noon,
  step,
} from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const daysAfter = (count: number): Date => new Date(noon.getTime() + count * 86_400_000);

const anOpenedOrder = () => anOrder(suite.db, [aTender(1999n)], { covered: false });

async function refused(): Promise<{ ticketId: TicketId; order: BuiltOrder }> {
  const order = await anOpenedOrder();
  const ticketId = await aReviewedTicket(suite.db, order);
  await suite.db('tickets').where({ id: ticketId }).update({ materials_complete_at: noon });
  const body = { decision: 'refuse', clauses: ['RP-2.4a'], ground: 'No fault was found.' };
  const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const refusal = { ...body, exception: 'refusal' };
  const message = await aMessage(suite.db, ticketId, by, 'decideTicket', refusal);
  granted(await recordDecision(suite.db, message, everyRail, noon));
  granted(await confirmDecision(suite.db, ticketId, { id: await aPerson(suite.db, 'lead'), role: 'lead' }));
  return { ticketId, order };
}

const reminders = (ticketId: TicketId) =>
  suite.db('reminders').where({ ticket_id: ticketId, state: 'set' }).orderBy('at').orderBy('kind').select('kind', 'at');

const parametersOf = async (ticketId: TicketId, template: string): Promise<unknown> =>
  suite.db('notices').where({ ticket_id: ticketId, template }).pluck('parameters');

test('RP-4.3: whatever leads to the review, a claim whose materials are missing is promised an answer from then on', async () => {
  const ticketId = await aTicket(suite.db, await anOpenedOrder());
  granted(await step(suite.db, ticketId, { move: 'materialsCompleted', events: [] }));
  expect(await suite.db('tickets').where({ id: ticketId }).pluck('materials_complete_at')).toEqual([noon]);
  const planned = await reminders(ticketId);
  expect(planned.map(({ kind }: { kind: string }) => kind)).toEqual(['decision', 'progress', 'escalation']);
});

describe('a claim that is opened again', () => {
  const reopenedAt = daysAfter(20);

  test('by an appeal against a lapse, its materials still missing, is promised an answer all the same', async () => {
    const order = await anOpenedOrder();
    const ticketId = await aTicket(suite.db, order);
    const { due } = granted(await openRun(suite.db, { ticketId, run: 1 }, noon));
    if (!due) throw new Error('it waits for its materials');
    granted(await recordDue(suite.db, { ticketId, due }, everyRail, new Date(due.at)));
    const by = { id: order.subjectId, role: 'customer' as const };
    const message = await aMessage(suite.db, ticketId, by, 'appealTicket', { ground: 'I was ill.' });
    expect(granted(await recordAppeal(suite.db, message, reopenedAt))).toMatchObject({ phase: 'reviewing' });
    const planned = await reminders(ticketId);
    expect(planned.map(({ kind }: { kind: string }) => kind)).toEqual(['decision', 'progress', 'escalation']);
    const [told] = (await parametersOf(ticketId, 'appeal-received')) as { decisionBy: string }[];
    expect(Date.parse(told?.decisionBy ?? '')).toBeGreaterThan(reopenedAt.getTime() + 6 * 86_400_000);
  });

  test('by an appeal is promised an answer of its own, told by date, with reminders before it', async () => {
    const { ticketId, order } = await refused();
    await aPerson(suite.db, 'lead');
    const by = { id: order.subjectId, role: 'customer' as const };
    const message = await aMessage(suite.db, ticketId, by, 'appealTicket', { ground: 'It never worked.' });
    expect(granted(await recordAppeal(suite.db, message, reopenedAt))).toMatchObject({ phase: 'reviewing' });
    const planned = await reminders(ticketId);
    expect(planned.map(({ kind }: { kind: string }) => kind)).toEqual(['decision', 'progress', 'escalation']);
    const [told] = (await parametersOf(ticketId, 'appeal-received')) as { decisionBy: string }[];
    expect(Date.parse(told?.decisionBy ?? '')).toBeGreaterThan(reopenedAt.getTime() + 6 * 86_400_000);
    expect(await parametersOf(ticketId, 'appeal-assigned')).toEqual([{ dueAt: told?.decisionBy }]);
  });

  test('by staff for a late fact as well', async () => {
    const { ticketId } = await refused();
    const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
    const message = await aMessage(suite.db, ticketId, by, 'reopenTicket', { ground: 'An incident was confirmed.' });
    expect(granted(await recordReopening(suite.db, message, reopenedAt))).toMatchObject({ phase: 'deciding' });
    expect(await reminders(ticketId)).toHaveLength(3);
    const [told] = (await parametersOf(ticketId, 'ticket-reopened')) as { cause: string; decisionBy: string }[];
    expect(told).toMatchObject({ cause: 'fact' });
    expect(Date.parse(told?.decisionBy ?? '')).toBeGreaterThan(reopenedAt.getTime());
  });

  test('RP-4.4: or whose refund could not go out is promised an answer anew, with reminders before it', async () => {
    const claim = await aDecidedClaim(suite.db, 1999n);
    const { ticketId } = claim;
    const [payout] = claim.payouts;
    await suite.db('tickets').where({ id: ticketId }).update({ materials_complete_at: noon });
    const inputId = await aKeptInput(suite.db, { operation: 'declinePayout', ticketId, payoutId: payout?.id ?? null });
    const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
    const declined = granted(await recordDecline(suite.db, { ticketId, inputId, by }, reopenedAt));
    expect(declined).toMatchObject({ phase: 'deciding' });
    expect(await reminders(ticketId)).toHaveLength(3);
    const [told] = (await parametersOf(ticketId, 'decision-begun')) as { turn: string; decisionBy: string }[];
    expect(told?.turn).toBe('payout_declined');
    expect(Date.parse(told?.decisionBy ?? '')).toBeGreaterThan(reopenedAt.getTime());
    expect(await parametersOf(ticketId, 'ticket-to-decide')).toContainEqual({
      turn: 'payout_declined',
      dueAt: told?.decisionBy,
    });
  });

  test('RP-4.3: no check that undid nothing starts the promise anew, and of two declines the one that undid it counts', async () => {
    const { ticketId, payouts } = await aDecidedClaim(suite.db, 1500n, [aTender(1000n), aTender(500n)]);
    await suite.db('tickets').where({ id: ticketId }).update({ materials_complete_at: noon });
    const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
    const reopenedAtOf = async () => (await readCase(suite.db, ticketId))?.facts.reopenedAt;
    for (const [index, payout] of payouts.entries()) {
      const inputId = await aKeptInput(suite.db, { operation: 'declinePayout', ticketId, payoutId: payout.id });
      granted(await recordDecline(suite.db, { ticketId, inputId, by }, daysAfter(20 + index)));
      expect(await reopenedAtOf()).toBe(index === 0 ? null : daysAfter(21).toISOString());
    }
    const lead = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
    const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
    granted(
      await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, lead, 'placeHold', asked), daysAfter(22)),
    );
    const failed = await aMessage(suite.db, ticketId, lead, 'recordKyc', {
      result: 'failed',
      ground: 'Not the buyer.',
    });
    granted(await recordKyc(suite.db, failed, daysAfter(23)));
    expect(await reopenedAtOf()).toBe(daysAfter(21).toISOString());
  });

  test('RP-4.2: into gathering is promised nothing before its materials are there', async () => {
    const order = await anOpenedOrder();
    const ticketId = await aTicket(suite.db, order);
    granted(await step(suite.db, ticketId, { move: 'gatheringLapsed', events: [{ kind: 'lapsed', data: {} }] }));
    const by = { id: order.subjectId, role: 'customer' as const };
    const message = await aMessage(suite.db, ticketId, by, 'reopenTicket', { ground: 'I was away.' });
    expect(granted(await recordReopening(suite.db, message, reopenedAt))).toMatchObject({ phase: 'gathering' });
    expect(await parametersOf(ticketId, 'ticket-reopened')).toEqual([{ cause: 'lapsed', decisionBy: null }]);
  });
});

test('RP-5.3: a check of identity that ended with its ticket is asked for again when the ticket is opened again', async () => {
  const order = await anOpenedOrder();
  const ticketId = await aTicket(suite.db, order);
  const lead = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, lead, 'placeHold', asked), noon));
  const due = { kind: 'gathering' as const, at: daysAfter(14).toISOString() };
  await suite.db('tickets').where({ id: ticketId }).update({ due_kind: due.kind, due_at: due.at });
  expect(granted(await recordDue(suite.db, { ticketId, due }, everyRail, daysAfter(14)))).toMatchObject({
    outcome: 'lapsed',
  });
  const by = { id: order.subjectId, role: 'customer' as const };
  const message = await aMessage(suite.db, ticketId, by, 'reopenTicket', { ground: 'I was away.' });
  expect(granted(await recordReopening(suite.db, message, daysAfter(20)))).toMatchObject({ held: true });
  expect(await parametersOf(ticketId, 'kyc-requested')).toEqual([
    { answerBy: daysAfter(14).toISOString() },
    { answerBy: daysAfter(34).toISOString() },
  ]);
});

test('T6: what was asked while the ticket was open and is taken after it closed changes nothing', async () => {
  const { ticketId } = await refused();
  const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  const message = await aMessage(suite.db, ticketId, by, 'placeHold', asked);
  expect(await recordHoldPlaced(suite.db, message, noon)).toEqual({
    refused: 'ticket-closed',
    facts: { phase: 'closed' },
  });
  expect(await suite.db('holds').where({ ticket_id: ticketId })).toEqual([]);
  expect(await parametersOf(ticketId, 'kyc-requested')).toEqual([]);
});

describe('reminders that are due', () => {
  async function caseOf(ticketId: TicketId): Promise<TicketCase> {
    const kase = await readCase(suite.db, ticketId);
    if (kase === null) throw new Error('no policy is in force');
    return kase;
  }

  async function gathering(since = noon): Promise<TicketId> {
    const ticketId = await aTicket(suite.db, await anOpenedOrder());
    await suite.db('tickets').where({ id: ticketId }).update({ created_at: since });
    granted(await step(suite.db, ticketId, { events: [], kase: await caseOf(ticketId) }));
    return ticketId;
  }

  test('RP-5.3: a check of identity that is due before the lapse leaves the reminders of the materials', async () => {
    const ticketId = await gathering(daysAfter(1));
    const before = await reminders(ticketId);
    const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
    const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
    granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, by, 'placeHold', asked), noon));
    expect(await suite.db('tickets').where({ id: ticketId }).pluck('due_kind')).toEqual(['kyc']);
    expect(before.length).toBeGreaterThan(0);
    expect((await reminders(ticketId)).filter(({ kind }: { kind: string }) => kind !== 'kyc')).toEqual(before);
  });

  test('RP-4.2: and have come are not forgotten by a step that is taken before they are sent', async () => {
    const ticketId = await gathering();
    const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
    const asked = { kind: 'provider', ground: 'The provider looks into it.', stops: [] };
    const message = await aMessage(suite.db, ticketId, by, 'placeHold', asked);
    granted(await recordHoldPlaced(suite.db, message, daysAfter(4)));
    await sendDueReminders(suite.db, daysAfter(4));
    expect(await parametersOf(ticketId, 'information-reminder')).toHaveLength(1);
  });

  test('are sent once, however many sweep at once', async () => {
    const ticketIds = await Promise.all(Array.from({ length: 12 }, () => gathering()));
    const sweeps = await Promise.all(Array.from({ length: 6 }, () => sendDueReminders(suite.db, daysAfter(3))));
    let taken = sweeps.reduce((sum, count) => sum + count, 0);
    for (let more = 1; more > 0; taken += more) more = await sendDueReminders(suite.db, daysAfter(3));
    const told = await suite
      .db('notices')
      .whereIn('ticket_id', ticketIds)
      .where({ template: 'information-reminder' })
      .select('ticket_id');
    expect(told).toHaveLength(ticketIds.length);
    expect(taken).toBeGreaterThanOrEqual(ticketIds.length);
  });
});
