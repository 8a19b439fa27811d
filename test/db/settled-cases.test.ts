/** Cases that known facts settle, either way: nothing more is asked of the customer, and nothing lapses. */

import { describe, expect, test } from '@jest/globals';
import { recordIncidentNote } from '../../db/case-notes.ts';
import { recordDue } from '../../db/dues.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordInformationRequest } from '../../db/information.ts';
import { readDueInputs } from '../../db/inputs.ts';
import { noteOrderIncident } from '../../db/order-incidents.ts';
import { recordReview } from '../../db/reviews.ts';
import { openRun } from '../../db/runs.ts';
import { readTicketView } from '../../db/ticket-views.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';
import {
  aMessage,
  anIncident,
  anOrder,
  aPerson,
  aTender,
  aTicket,
  everyRail,
  granted,
  noon,
  step,
} from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const hoursAfter = (count: number): Date => new Date(noon.getTime() + count * 3_600_000);

const agent = async () => ({ id: await aPerson(suite.db, 'agent'), role: 'agent' as const });

/** With nothing but its description yet. */
async function aRequest(covered: boolean) {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered });
  const ticketId = await aTicket(suite.db, order);
  return { order, ticketId, begun: granted(await openRun(suite.db, { ticketId, run: 1 }, noon)) };
}

async function aReviewable(covered: boolean) {
  const { order, ticketId } = await aRequest(false);
  granted(await step(suite.db, ticketId, { move: 'materialsCompleted', events: [] }));
  if (covered) await suite.db.transaction((trx) => noteOrderIncident(trx, anIncident(order.id)));
  return { order, ticketId };
}

/** The ticket hears of the incident that was told of its order. */
async function hear(ticketId: TicketId): Promise<TicketSnapshot> {
  const note = (await readDueInputs(suite.db, ticketId)).find(({ operation }) => operation === 'noteIncident');
  if (!note) throw new Error('it is told of its incident');
  return granted(await recordIncidentNote(suite.db, { ticketId, inputId: note.id }, hoursAfter(1)));
}

const mailed = (ticketId: TicketId): PromiseLike<string[]> =>
  suite.db('notices').where({ ticket_id: ticketId }).orderBy('id').pluck('template');

const remindersOf = (ticketId: TicketId): PromiseLike<string[]> =>
  suite.db('reminders').where({ ticket_id: ticketId, state: 'set' }).pluck('kind');

async function dueComes(ticketId: TicketId, { due }: TicketSnapshot): Promise<TicketSnapshot> {
  if (!due) throw new Error('nothing is due');
  return granted(await recordDue(suite.db, { ticketId, due }, everyRail, new Date(due.at)));
}

describe('RP-2.4b: what a confirmed incident gives by itself', () => {
  test('asks for no materials where it was known before, and says so', async () => {
    const { ticketId, begun } = await aRequest(true);
    expect(begun).toMatchObject({ phase: 'deciding' });
    expect(begun.due).toBeUndefined();
    expect(await mailed(ticketId)).toEqual(['ticket-received', 'settled-by-facts']);
    expect(await remindersOf(ticketId)).not.toContain('materials');
    const received: unknown = await suite
      .db('notices')
      .where({ ticket_id: ticketId })
      .orderBy('id')
      .first('parameters');
    expect(received).toMatchObject({ parameters: { missing: [], settled: true } });
  });

  test('ends the wait for materials where it comes later', async () => {
    const { order, ticketId, begun } = await aRequest(false);
    expect(begun).toMatchObject({ phase: 'gathering', due: { kind: 'gathering' } });
    await suite.db.transaction((trx) => noteOrderIncident(trx, anIncident(order.id)));
    const settled = await hear(ticketId);
    expect(settled).toMatchObject({ phase: 'deciding' });
    expect((await mailed(ticketId)).at(-1)).toBe('settled-by-facts');
  });

  test('RP-4.2: does not lapse with a question that nobody answered', async () => {
    const { ticketId } = await aReviewable(true);
    const question = { materials: ['evidence'], question: 'Which hosts?' };
    const message = await aMessage(suite.db, ticketId, await agent(), 'requestInformation', question);
    const asked = granted(await recordInformationRequest(suite.db, message, noon));
    expect(await hear(ticketId)).toMatchObject({ phase: 'reviewing', due: asked.due });
    expect(await dueComes(ticketId, asked)).toMatchObject({ phase: 'deciding', outcome: null });
    expect(await mailed(ticketId)).not.toContain('ticket-lapsed');
    const last: unknown = await suite.db('notices').where({ ticket_id: ticketId }).orderBy('id', 'desc').first();
    expect(last).toMatchObject({ template: 'settled-by-facts', parameters: { wasAsked: true } });
    const open = suite.db('information_requests').where({ ticket_id: ticketId }).whereNull('ended_at');
    expect(await open).toEqual([]);
  });
});

describe('RP-5.3: a check of identity that was not passed', () => {
  async function checked(ticketId: TicketId, result: 'passed' | 'failed') {
    const by = await agent();
    const hold = { kind: 'kyc', ground: 'Another name on the card.', stops: [] };
    granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, by, 'placeHold', hold), noon));
    const body = { result, ground: 'As the documents say.' };
    const message = await aMessage(suite.db, ticketId, by, 'recordKyc', body);
    return granted(await recordKyc(suite.db, message, hoursAfter(1)));
  }

  test('settles a request whose materials are missing: nothing more is asked for, and nothing lapses', async () => {
    const { ticketId } = await aRequest(false);
    const settled = await checked(ticketId, 'failed');
    expect(settled).toMatchObject({ phase: 'deciding' });
    expect(settled.due).toBeUndefined();
    expect((await mailed(ticketId)).slice(-2)).toEqual(['kyc-result', 'settled-by-facts']);
    expect(await remindersOf(ticketId)).not.toContain('materials');
  });

  test('leaves a review that has begun to its reviewer, and one that was passed changes nothing', async () => {
    const { ticketId } = await aReviewable(false);
    expect(await checked(ticketId, 'failed')).toMatchObject({ phase: 'reviewing' });
    const passed = await aRequest(false);
    expect(await checked(passed.ticketId, 'passed')).toMatchObject({ phase: 'gathering', due: { kind: 'gathering' } });
  });
});

test('RP-5.3: a check that was passed leaves a refund that is due, and no materials are asked for any more', async () => {
  const { order, ticketId } = await aRequest(false);
  const by = await agent();
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, by, 'placeHold', asked), noon));
  await suite.db.transaction((trx) => noteOrderIncident(trx, anIncident(order.id)));
  expect(await hear(ticketId)).toMatchObject({ phase: 'gathering' });
  const passed = { result: 'passed', ground: 'Passport seen.' };
  const message = await aMessage(suite.db, ticketId, by, 'recordKyc', passed);
  expect(granted(await recordKyc(suite.db, message, hoursAfter(2)))).toMatchObject({ phase: 'deciding' });
  const viewer = { kind: 'customer', subjectId: order.subjectId, accountIds: [order.accountId] } as const;
  expect((await readTicketView(suite.db, viewer, ticketId))?.missing).toEqual([]);
});

test('RP-2.4a: while a fault is being mended, no review says in the customer’s place that it is', async () => {
  const { ticketId } = await aReviewable(false);
  const review = async (more: object) => {
    const body = { cause: 'seller', finding: 'The exit pool was down.', persistent: true, ...more };
    return recordReview(suite.db, await aMessage(suite.db, ticketId, await agent(), 'recordReview', body), noon);
  };
  expect(granted(await review({}))).toMatchObject({ phase: 'remediating' });
  expect(await review({ mended: true })).toEqual({ refused: 'fix-to-report' });
  expect(await suite.db('reviews').where({ ticket_id: ticketId })).toHaveLength(1);
});
