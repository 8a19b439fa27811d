/** RP-2.4a: a fix that was kept in time and told after the deadline is its customer's to judge for all of their days. */

import { expect, test } from '@jest/globals';
import { recordIncidentNote } from '../../db/case-notes.ts';
import { recordFixReport } from '../../db/fixes.ts';
import { readDueInputs } from '../../db/inputs.ts';
import { judgeTicket } from '../../db/judgements.ts';
import { noteOrderIncident } from '../../db/order-incidents.ts';
import { recordReview } from '../../db/reviews.ts';
import { aMessage, anIncident, anOrder, aPerson, aTender, aTicket, granted, noon, step } from './builders.ts';
import { daysAfterNoon } from './offered-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const ours = { cause: 'seller', finding: 'The exit pool was down.', persistent: true };

/** Kept on the 14th day, told on the 18th: the customer has until the 21st. */
async function aLateFix() {
  const order = await anOrder(suite.db, [aTender(1999n)], { covered: false });
  const ticketId = await aTicket(suite.db, order);
  granted(await step(suite.db, ticketId, { move: 'materialsCompleted', events: [] }));
  const agent = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  granted(await recordReview(suite.db, await aMessage(suite.db, ticketId, agent, 'recordReview', ours), noon));
  const report = { mended: true, finding: 'Moved to another pool.' };
  const message = await aMessage(suite.db, ticketId, agent, 'reportRemediation', report, daysAfterNoon(14));
  const told = granted(await recordFixReport(suite.db, message, daysAfterNoon(18)));
  return { order, ticketId, agent, told };
}

const later = daysAfterNoon(18.2);
const lastDay = daysAfterNoon(21).toISOString();

test('RP-2.4a: the engine waits as long as the timer does', async () => {
  const { ticketId, told } = await aLateFix();
  expect(told).toMatchObject({ phase: 'remediating', due: { kind: 'fix_answer', at: lastDay } });
  const { assessment } = granted(await suite.db.transaction((trx) => judgeTicket(trx, ticketId, later)));
  expect(assessment.proposal).toMatchObject({ kind: 'wait', until: lastDay });
  const used = assessment.findings.find(({ clause }) => clause === 'RP-2.4a')?.facts.map((fact) => fact.fact);
  expect(used).toContain('remediation.fixAskedAt');
});

test('RP-2.4a: a fact that changes nothing does not end the question', async () => {
  const { ticketId, order } = await aLateFix();
  const incident = anIncident(order.id, { covers: false, widelyImpacting: false, at: later });
  await suite.db.transaction((trx) => noteOrderIncident(trx, incident));
  const note = (await readDueInputs(suite.db, ticketId)).findLast(({ operation }) => operation === 'noteIncident');
  if (!note) throw new Error('the ticket is told of it');
  const heard = await recordIncidentNote(suite.db, { ticketId, inputId: note.id }, later);
  expect(granted(heard)).toMatchObject({ phase: 'remediating', due: { kind: 'fix_answer', at: lastDay } });
});

test('RP-2.4a: a second look that finds the same cause does not end it either', async () => {
  const { ticketId, agent } = await aLateFix();
  const again = await recordReview(
    suite.db,
    await aMessage(suite.db, ticketId, agent, 'recordReview', ours, later),
    later,
  );
  expect(granted(again)).toMatchObject({ phase: 'remediating', due: { kind: 'fix_answer', at: lastDay } });
});
