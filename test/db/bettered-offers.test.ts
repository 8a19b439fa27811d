/** RP-4.5: a fact that betters the case while an offer is open: a lead hears of it, and may take the offer back for more. */

import { expect, test } from '@jest/globals';
import { recordReopening } from '../../db/appeals.ts';
import { recordIncidentNote } from '../../db/case-notes.ts';
import { recordDecision } from '../../db/decisions.ts';
import { readDueInputs } from '../../db/inputs.ts';
import { judgeTicket } from '../../db/judgements.ts';
import { noteOrderIncident } from '../../db/order-incidents.ts';
import { recordShopReport } from '../../db/remedy-applying.ts';
import type { RemedyId, TicketId } from '../../domain/ids.ts';
import { aMessage, anIncident, aPerson, granted, noon } from './builders.ts';
import { anOfferedClaim, chooseFromOffer, daysAfterNoon, type OfferedClaim, railsAndShop } from './offered-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

/** The incident of one day turns out to have lasted for three. */
const lasts = (claim: OfferedClaim) => hearOfIncident(claim, daysAfterNoon(-6));

/** It turns out to have lasted for half of that day. */
const wasShorter = (claim: OfferedClaim) => hearOfIncident(claim, daysAfterNoon(-8.5));

async function hearOfIncident({ ticketId, order }: OfferedClaim, until: Date) {
  const incident = anIncident(order.id, { from: daysAfterNoon(-9), until, at: daysAfterNoon(1) });
  await suite.db.transaction((trx) => noteOrderIncident(trx, incident));
  const note = (await readDueInputs(suite.db, ticketId)).findLast(({ operation }) => operation === 'noteIncident');
  if (!note) throw new Error('the ticket is told of it');
  return granted(await recordIncidentNote(suite.db, { ticketId, inputId: note.id }, daysAfterNoon(1)));
}

const lead = async () => ({ id: await aPerson(suite.db, 'lead'), role: 'lead' as const });

async function takeBack(ticketId: TicketId) {
  const message = await aMessage(suite.db, ticketId, await lead(), 'reopenTicket', { ground: 'It lasted for longer.' });
  return recordReopening(suite.db, message, daysAfterNoon(2));
}

interface Told {
  readonly audience: string;
  readonly parameters: {
    readonly fact?: string;
    readonly offered?: boolean;
    readonly settling?: boolean;
    readonly decisionBy?: string;
  };
}

const notices = (ticketId: TicketId, template: string): PromiseLike<Told[]> =>
  suite.db('notices').where({ ticket_id: ticketId, template }).select('audience', 'parameters');

const offered = async (ticketId: TicketId) => {
  const { proposal } = granted(
    await suite.db.transaction((trx) => judgeTicket(trx, ticketId, daysAfterNoon(2))),
  ).assessment;
  return proposal.kind === 'offer' ? proposal.refund?.amount.minor : proposal.kind;
};

test('the leads are told of it, and the offer is not changed by itself', async () => {
  await lead();
  const claim = await anOfferedClaim(suite.db);
  expect(await lasts(claim)).toMatchObject({ phase: 'offering', due: claim.offered.due });
  const told = await notices(claim.ticketId, 'fact-arrived');
  expect(new Set(told.map(({ audience }) => audience))).toEqual(new Set(['staff']));
  expect(told[0]?.parameters).toMatchObject({ fact: 'incident', offered: true });
});

test('taken back, nobody can choose from it any more, and a person decides for what is due now', async () => {
  const claim = await anOfferedClaim(suite.db);
  const before = await offered(claim.ticketId);
  await lasts(claim);
  const deciding = granted(await takeBack(claim.ticketId));
  expect(deciding).toMatchObject({ phase: 'deciding', outcome: null });
  expect(deciding.due).toBeUndefined();
  expect(await suite.db('offers').where({ ticket_id: claim.ticketId }).pluck('choice')).toEqual(['withdrawn']);
  const [told] = await notices(claim.ticketId, 'offer-taken-back');
  expect(Date.parse(told?.parameters.decisionBy ?? '')).toBeGreaterThan(daysAfterNoon(2).getTime());
  expect(await chooseFromOffer(suite.db, claim, 'refund', daysAfterNoon(2))).toHaveProperty('refused');
  expect(await offered(claim.ticketId)).toBe(String(3 * Number(before)));
  const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const body = { decision: 'offer', ground: 'All three days.' };
  const message = await aMessage(suite.db, claim.ticketId, by, 'decideTicket', body);
  expect(granted(await recordDecision(suite.db, message, railsAndShop, daysAfterNoon(2)))).toMatchObject({
    phase: 'offering',
  });
});

test('R14: a choice that came first stands, and its customer takes back nothing', async () => {
  const claim = await anOfferedClaim(suite.db);
  granted(await chooseFromOffer(suite.db, claim, 'refund', noon));
  expect(await takeBack(claim.ticketId)).toMatchObject({ refused: 'not-reopenable' });
  const other = await anOfferedClaim(suite.db);
  const customer = { id: other.order.subjectId, role: 'customer' as const };
  const message = await aMessage(suite.db, other.ticketId, customer, 'reopenTicket', { ground: 'I want more.' });
  expect(await recordReopening(suite.db, message, noon)).toEqual({ refused: 'not-reopenable' });
});

/** The customer chose time, and the shop has given it. */
async function anExtendedClaim() {
  const claim = await anOfferedClaim(suite.db);
  granted(await chooseFromOffer(suite.db, claim, 'extension', noon));
  const remedies: RemedyId[] = await suite.db('remedies').where({ ticket_id: claim.ticketId }).pluck('id');
  const [remedyId] = remedies;
  if (!remedyId) throw new Error('the shop is asked for the time');
  await suite.db('remedies').where({ id: remedyId }).update({ state: 'applying' });
  const applied = { ticketId: claim.ticketId, remedyId, report: { status: 'applied' as const, shopRef: 'ext-1' } };
  const closed = granted(await recordShopReport(suite.db, applied, noon));
  expect(closed).toMatchObject({ phase: 'closed', outcome: 'extended' });
  return claim;
}

test('R14: a claim that ended with time is opened for a longer incident, and only the days not made good are due', async () => {
  const claim = await anExtendedClaim();
  await lead();
  await lasts(claim);
  const told = await notices(claim.ticketId, 'fact-arrived');
  expect(told[0]?.parameters).toMatchObject({ fact: 'incident', offered: false });
  expect(granted(await takeBack(claim.ticketId))).toMatchObject({ phase: 'deciding', outcome: null });
  const judged = granted(await suite.db.transaction((trx) => judgeTicket(trx, claim.ticketId, daysAfterNoon(2))));
  expect(judged.assessment.proposal).toMatchObject({
    kind: 'offer',
    refund: { intervals: [{ from: daysAfterNoon(-8).toISOString(), until: daysAfterNoon(-6).toISOString() }] },
    extension: { minutes: 2 * 1440 },
  });
});

test('RP-4.5: opened for a fact that gives nothing more, the time that was given stands', async () => {
  const { ticketId } = await anExtendedClaim();
  expect(granted(await takeBack(ticketId))).toMatchObject({ phase: 'deciding' });
  expect(await offered(ticketId)).toBe('refuse');
  const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const body = { decision: 'refuse', ground: 'All of it was made good.', clauses: ['RP-4.5'] };
  const message = await aMessage(suite.db, ticketId, by, 'decideTicket', body);
  expect(granted(await recordDecision(suite.db, message, railsAndShop, daysAfterNoon(2)))).toMatchObject({
    phase: 'closed',
    outcome: 'extended',
  });
});

test.each(['refund', 'extension'] as const)(
  'RP-4.5: while a chosen %s is carried out, the leads are told of a fact that gives more, and of no other',
  async (choice) => {
    await lead();
    const claim = await anOfferedClaim(suite.db);
    granted(await chooseFromOffer(suite.db, claim, choice, noon));
    await wasShorter(claim);
    expect(await notices(claim.ticketId, 'fact-arrived')).toEqual([]);
    expect(await lasts(claim)).toMatchObject({ phase: 'settling' });
    const told = await notices(claim.ticketId, 'fact-arrived');
    expect(told[0]?.parameters).toMatchObject({ fact: 'incident', offered: false, settling: true });
  },
);
