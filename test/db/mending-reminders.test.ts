/**
 * RP-2.4a, RP-5.3: reminders before the days for mending end and before a check of identity runs out: planned with the
 * step, moved with the clock, void where nobody waits for it, and sent in time or not at all.
 */

import { beforeEach, describe, expect, test } from '@jest/globals';
import { recordFixAnswer, recordFixReport } from '../../db/fixes.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordInformationAnswer, recordInformationRequest } from '../../db/information.ts';
import { sendDueReminders } from '../../db/reminders.ts';
import { type PersonMessage, recordReview } from '../../db/reviews.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import type { Role } from '../../domain/role.ts';
import { aMessage, anOrder, aPerson, aReviewedTicket, aTender, aTicket, granted, noon, step } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const daysAfter = (count: number): Date => new Date(noon.getTime() + count * 86_400_000);

interface Person {
  readonly id: SubjectId;
  readonly role: Role;
}

let agent: Person;
let lead: Person;

beforeEach(async () => {
  agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' };
  lead = { id: await aPerson(suite.db, 'lead'), role: 'lead' };
});

type Recorder = (db: typeof suite.db, message: PersonMessage, at: Date) => Promise<unknown>;

async function take(record: Recorder, ticketId: TicketId, by: Person, operation: string, body: object, onDay: number) {
  return granted(
    await record(suite.db, await aMessage(suite.db, ticketId, by, operation, body, daysAfter(onDay)), daysAfter(onDay)),
  );
}

const ours = { cause: 'seller', finding: 'The exit pool was down.', persistent: true };

const review = (ticketId: TicketId, onDay: number) => take(recordReview, ticketId, agent, 'recordReview', ours, onDay);

const reportFix = (ticketId: TicketId, mended: boolean, onDay: number) =>
  take(recordFixReport, ticketId, agent, 'reportRemediation', { mended, finding: 'Routed around it.' }, onDay);

/** Reported at noon, found ours on the first day: to be mended by the fifteenth. */
async function underMending() {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  const ticketId = await aTicket(suite.db, order);
  const complete = { move: 'materialsCompleted' as const, events: [{ kind: 'materialsCompleted', data: {} }] };
  granted(await step(suite.db, ticketId, complete));
  await suite.db('tickets').where({ id: ticketId }).update({ assignee_id: agent.id });
  await review(ticketId, 1);
  const customer = { id: order.subjectId, role: 'customer' as const };
  const saysNo = (onDay: number) =>
    take(recordFixAnswer, ticketId, customer, 'answerRemediation', { mended: false }, onDay);
  return { ticketId, customer, saysNo };
}

/** Those that are still to be sent, as kind, day and the day of what they remind of. */
async function planned(ticketId: TicketId): Promise<[string, number, number][]> {
  const rows: { kind: string; at: Date; due_at: Date }[] = await suite
    .db('reminders')
    .where({ ticket_id: ticketId, state: 'set' })
    .orderBy('at');
  const day = (at: Date): number => (at.getTime() - noon.getTime()) / 86_400_000;
  return rows.map(({ kind, at, due_at }) => [kind, day(at), day(due_at)]);
}

async function sweep(onDay: number): Promise<void> {
  while ((await sendDueReminders(suite.db, daysAfter(onDay))) > 0);
}

interface Told {
  readonly subject_id: SubjectId;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const told = async (ticketId: TicketId, template: string): Promise<Told[]> =>
  suite.db('notices').where({ ticket_id: ticketId, template }).orderBy('created_at').select('subject_id', 'parameters');

const whom = (notices: readonly Told[]): Set<SubjectId> => new Set(notices.map(({ subject_id }) => subject_id));

const everyoneOf = async (role: Role): Promise<Set<SubjectId>> =>
  new Set<SubjectId>(await suite.db('people').where({ role }).pluck('id'));

const asMending: [string, number, number][] = [
  ['mending', 12, 15],
  ['mending_escalation', 14, 15],
];

describe('RP-2.4a: the days for mending', () => {
  test('are reminded of before they end: once whoever works on it, then every lead, each with the date', async () => {
    const { ticketId } = await underMending();
    expect(await planned(ticketId)).toEqual(asMending);
    await sweep(11.99);
    expect(await told(ticketId, 'mending-due')).toEqual([]);
    await sweep(12);
    const mendBy = daysAfter(15).toISOString();
    expect(await told(ticketId, 'mending-due')).toEqual([
      { subject_id: agent.id, parameters: { escalated: false, mendBy } },
    ]);
    await sweep(14);
    await sweep(14.5);
    const [, ...escalated] = await told(ticketId, 'mending-due');
    expect(whom(escalated)).toEqual(await everyoneOf('lead'));
    expect(escalated.map(({ parameters }) => parameters)).toContainEqual({ escalated: true, mendBy });
  });

  test('without an assignee are reminded of to all agents', async () => {
    const { ticketId } = await underMending();
    await suite.db('tickets').where({ id: ticketId }).update({ assignee_id: null });
    await sweep(12);
    expect(whom(await told(ticketId, 'mending-due'))).toEqual(await everyoneOf('agent'));
  });

  test('that are over are reminded of to nobody, where no one swept in time', async () => {
    const { ticketId } = await underMending();
    await sweep(15);
    expect(await told(ticketId, 'mending-due')).toEqual([]);
    expect(await planned(ticketId)).toEqual([]);
  });

  test('have no reminder while a fix waits for its answer, and those still ahead once it is a no', async () => {
    const { ticketId, saysNo } = await underMending();
    await reportFix(ticketId, true, 11.5);
    expect(await planned(ticketId)).toEqual([['fix_answer', 13.5, 14.5]]);
    await sweep(12.5);
    await saysNo(12.5);
    expect(await planned(ticketId)).toEqual([['mending_escalation', 14, 15]]);
    await sweep(14.5);
    const reminded = await told(ticketId, 'mending-due');
    expect(new Set(reminded.map(({ parameters }) => parameters['escalated']))).toEqual(new Set([true]));
  });

  test('have both again where a probe of ours fails in time', async () => {
    const { ticketId } = await underMending();
    await reportFix(ticketId, true, 10);
    await reportFix(ticketId, false, 11);
    expect(await planned(ticketId)).toEqual(asMending);
  });

  test('that stood still for details which the customer owed have their reminders later', async () => {
    const { ticketId, customer } = await underMending();
    const question = { materials: [], question: 'Which exits?' };
    await take(recordInformationRequest, ticketId, agent, 'requestInformation', question, 4);
    expect((await planned(ticketId)).map(([kind]) => kind)).not.toContain('mending');
    const answer = { text: 'All of them.' };
    await take(recordInformationAnswer, ticketId, customer, 'answerInformationRequest', answer, 7);
    await review(ticketId, 8);
    expect(await planned(ticketId)).toEqual([
      ['mending', 15, 18],
      ['mending_escalation', 17, 18],
    ]);
    await sweep(14);
    expect(await told(ticketId, 'mending-due')).toEqual([]);
  });

  test('D13: do not stand still for a hold, and neither do their reminders', async () => {
    const { ticketId } = await underMending();
    const hold = { kind: 'provider', ground: 'The provider looks into it.', stops: ['decision', 'lapse', 'offer'] };
    await take(recordHoldPlaced, ticketId, lead, 'placeHold', hold, 5);
    expect(await planned(ticketId)).toEqual(asMending);
  });
});

describe('RP-2.4a: the customer’s no to a reported fix', () => {
  test('is told at once to whoever works on it, with the date that stands', async () => {
    const { ticketId, saysNo } = await underMending();
    await reportFix(ticketId, true, 4);
    await saysNo(5);
    const mendBy = daysAfter(15).toISOString();
    expect(await told(ticketId, 'fix-not-mended')).toEqual([{ subject_id: agent.id, parameters: { mendBy } }]);
  });

  test('names no date that has passed, and goes to all agents where nobody is assigned', async () => {
    const { ticketId, saysNo } = await underMending();
    await suite.db('tickets').where({ id: ticketId }).update({ assignee_id: null });
    await reportFix(ticketId, true, 14);
    await saysNo(15);
    const no = await told(ticketId, 'fix-not-mended');
    expect(whom(no)).toEqual(await everyoneOf('agent'));
    expect(no.map(({ parameters }) => parameters)).toContainEqual({ mendBy: null });
  });
});

describe('RP-2.4a: a fix that was found not to work while its customer was asked', () => {
  test('leaves the date that stands, and none that has passed', async () => {
    const withdrawn = async (probedDay: number) => {
      const { ticketId } = await underMending();
      await reportFix(ticketId, true, 14);
      await reportFix(ticketId, false, probedDay);
      return (await told(ticketId, 'fix-withdrawn')).map(({ parameters }) => parameters);
    };
    expect(await withdrawn(14.5)).toEqual([{ mendBy: daysAfter(15).toISOString() }]);
    expect(await withdrawn(15)).toEqual([{ mendBy: null }]);
  });
});

describe('RP-5.3: a check of identity', () => {
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };

  async function underCheck() {
    const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
    const ticketId = await aReviewedTicket(suite.db, order);
    await take(recordHoldPlaced, ticketId, lead, 'placeHold', asked, 1);
    return { ticketId, customerId: order.subjectId };
  }

  const ofCheck = async (ticketId: TicketId) => (await planned(ticketId)).filter(([kind]) => kind === 'kyc');

  test('is reminded of to the customer before its time is over, with the date', async () => {
    const { ticketId, customerId } = await underCheck();
    expect(await ofCheck(ticketId)).toEqual([
      ['kyc', 4, 15],
      ['kyc', 8, 15],
      ['kyc', 14, 15],
    ]);
    await sweep(4);
    const answerBy = daysAfter(15).toISOString();
    expect(await told(ticketId, 'kyc-reminder')).toEqual([{ subject_id: customerId, parameters: { answerBy } }]);
    await sweep(14.5);
    expect(await told(ticketId, 'kyc-reminder')).toHaveLength(3);
  });

  test('that is over is not reminded of, also where no one swept in time', async () => {
    const { ticketId } = await underCheck();
    await sweep(15);
    expect(await told(ticketId, 'kyc-reminder')).toEqual([]);
  });

  test('that was passed is not reminded of any more, and one asked for again by its own days', async () => {
    const { ticketId } = await underCheck();
    await take(recordKyc, ticketId, lead, 'recordKyc', { result: 'passed', ground: 'Passport seen.' }, 3);
    expect(await ofCheck(ticketId)).toEqual([]);
    await sweep(13);
    expect(await told(ticketId, 'kyc-reminder')).toEqual([]);
    await take(recordHoldPlaced, ticketId, lead, 'placeHold', asked, 20);
    expect((await ofCheck(ticketId)).map(([, at]) => at)).toEqual([23, 27, 33]);
  });
});
