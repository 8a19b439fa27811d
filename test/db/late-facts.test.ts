/** Facts that arrive late or change: told to the ticket that stands on the order, shown, and never silently decided again. */

import { describe, expect, test } from '@jest/globals';
import { recordReopening } from '../../db/appeals.ts';
import { recordIncidentNote, recordOrderNote } from '../../db/case-notes.ts';
import { keepInput, readDueInputs } from '../../db/inputs.ts';
import { judgeTicket } from '../../db/judgements.ts';
import { noteOrderIncident } from '../../db/order-incidents.ts';
import { putOrder, type ReportedOrder, type ReportedUsage, reportUsage } from '../../db/order-reports.ts';
import { openRun } from '../../db/runs.ts';
import type { TicketId } from '../../domain/ids.ts';
import {
  aMeasurement,
  aMessage,
  anIncident,
  anInput,
  anOrder,
  anOrderReport,
  aPerson,
  aTender,
  aTicket,
  type BuiltOrder,
  granted,
  noon,
} from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const hourMs = 3_600_000;
const after = (ms: number): Date => new Date(noon.getTime() + ms);

const measure = (order: BuiltOrder, given: Partial<ReportedUsage>) =>
  suite.db.transaction((trx) => reportUsage(trx, aMeasurement(order.id, given)));

async function anUncovered() {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  return { order, ticketId: await aTicket(suite.db, order) };
}

/** The shop puts the order again, with these parts corrected. */
async function correct(order: BuiltOrder, given: Partial<ReportedOrder>) {
  const tenders = order.tenders.map(({ capture_ref: captureRef }) => aTender(1999n, { captureRef }));
  const told = anOrderReport(order, { tenders, at: after(hourMs), ...given });
  return granted(await suite.db.transaction((trx) => putOrder(trx, told)));
}

/** What the ticket is due to hear of its order. */
const notes = async (ticketId: TicketId) =>
  (await readDueInputs(suite.db, ticketId)).filter(({ operation }) => operation === 'noteOrder');

async function hear(ticketId: TicketId) {
  const answers = [];
  for (const { id } of await notes(ticketId))
    answers.push(granted(await recordOrderNote(suite.db, { ticketId, inputId: id }, after(hourMs))));
  return answers.at(-1);
}

const events = (ticketId: TicketId): PromiseLike<string[]> =>
  suite.db('ticket_events').where({ ticket_id: ticketId }).orderBy('number').pluck('kind');

const told = (ticketId: TicketId) =>
  suite.db('notices').where({ ticket_id: ticketId, template: 'fact-arrived' }).select('parameters', 'audience');

async function close({ ticketId }: { ticketId: TicketId }, outcome: string) {
  await aPerson(suite.db, 'lead');
  await suite.db('tickets').where({ id: ticketId }).update({ phase: 'closed', outcome, closed_at: noon });
}

const outcomeOf = (ticketId: TicketId) => suite.db('tickets').where({ id: ticketId }).first('phase', 'outcome');

describe('RP-2.5: what was used up to the asking, measured late,', () => {
  test('reaches the ticket and settles it, so that nothing more is asked for', async () => {
    const { order, ticketId } = await anUncovered();
    granted(await openRun(suite.db, { ticketId, run: 1 }, noon));
    await measure(order, { usedBytes: '5000000000' });
    expect(await hear(ticketId)).toMatchObject({ phase: 'deciding' });
    expect(await events(ticketId)).toEqual(['ticketCreated', 'orderNoted', 'settledByFacts']);
  });

  test.each([
    ['was used after it', { at: after(1), usedBytes: '5000000000' }],
    ['is older than what is known', { at: after(-1), usedBytes: '900' }],
    ['is said again', {}],
  ])('tells nobody where it %s', async (_what, given) => {
    const { order, ticketId } = await anUncovered();
    await measure(order, given);
    expect(await notes(ticketId)).toEqual([]);
  });
});

describe('an order that the shop corrects', () => {
  test('RP-2.1: reaches its ticket and settles it', async () => {
    const { order, ticketId } = await anUncovered();
    await correct(order, { channel: 'reseller' });
    expect((await notes(ticketId)).map(({ body }) => body)).toEqual([{ fact: 'order' }]);
    expect(await hear(ticketId)).toMatchObject({ phase: 'deciding' });
  });

  test.each([
    ['nothing is new', {}],
    ['its plan goes by another name', { plan: { key: 'residential', kind: 'metered', name: 'Home' } }],
  ])('tells nobody where %s', async (_what, given) => {
    const { order, ticketId } = await anUncovered();
    await correct(order, given);
    expect(await notes(ticketId)).toEqual([]);
  });
});

describe('after the decision', () => {
  test.each([
    ['refused', true],
    ['lapsed', true],
    ['remediated', true],
    ['refunded', false],
    ['extended', true],
    ['withdrawn', false],
  ])(
    'a corrected order is shown on a ticket that was %s, and told to leads where it may be opened again: %p',
    async (outcome, isTold) => {
      const given = await anUncovered();
      await close(given, outcome);
      await correct(given.order, { meteredBytes: '1073741824' });
      await hear(given.ticketId);
      expect((await events(given.ticketId)).at(-1)).toBe('orderNoted');
      expect(await outcomeOf(given.ticketId)).toEqual({ phase: 'closed', outcome });
      const notices: { parameters: { fact: string; offered: boolean } }[] = await told(given.ticketId);
      expect(notices.some(({ parameters: { fact, offered } }) => fact === 'order' && !offered)).toBe(isTold);
    },
  );

  test('RP-2.4b: a late incident decides nothing by itself; a lead opens the ticket again, and the proposal is the better', async () => {
    const given = await anUncovered();
    const { order, ticketId } = given;
    await close(given, 'refused');
    const { id: inputId } = (await suite.db.transaction((trx) => keepInput(trx, anInput({ delivery: 'none' })))).input;
    await suite.db.transaction((trx) => noteOrderIncident(trx, anIncident(order.id, { inputId })));
    const [note] = (await readDueInputs(suite.db, ticketId)).filter(({ operation }) => operation === 'noteIncident');
    if (!note) throw new Error('the ticket is told');
    granted(await recordIncidentNote(suite.db, { ticketId, inputId: note.id }, after(hourMs)));
    expect([await outcomeOf(ticketId), (await told(ticketId)).length > 0]).toEqual([
      { phase: 'closed', outcome: 'refused' },
      true,
    ]);
    const lead = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
    const message = await aMessage(suite.db, ticketId, lead, 'reopenTicket', { ground: 'An incident covers it.' });
    expect(await recordReopening(suite.db, message, after(2 * hourMs))).toMatchObject({ phase: 'deciding' });
    const judged = await suite.db.transaction((trx) => judgeTicket(trx, ticketId, after(2 * hourMs)));
    expect(granted(judged).assessment.proposal).toMatchObject({ kind: 'refund', clauses: ['RP-2.0', 'RP-2.4b'] });
  });
});
