/** RP-4.5: a fact that betters the case while an offer is open: a lead hears of it, and may take the offer back for more. */

import { expect, test } from '@jest/globals';
import { recordReopening } from '../../db/appeals.ts';
import { recordDecision } from '../../db/decisions.ts';
import { judgeTicket } from '../../db/judgements.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import type { TicketId } from '../../domain/ids.ts';
import { anExtendedClaim, hearOfIncident, takeBack } from './bettered.ts';
import { aDecidedClaim, aMessage, aPerson, approve, granted, noon } from './builders.ts';
import { anOfferedClaim, chooseFromOffer, daysAfterNoon, type OfferedClaim, railsAndShop } from './offered-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

/** The incident of one day turns out to have lasted for three. */
const lasts = (claim: OfferedClaim) => hearOfIncident(suite.db, claim, { until: daysAfterNoon(-6) });

/** It turns out to have lasted for half of that day. */
const wasShorter = (claim: OfferedClaim) => hearOfIncident(suite.db, claim, { until: daysAfterNoon(-8.5) });

const lead = async () => ({ id: await aPerson(suite.db, 'lead'), role: 'lead' as const });

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

const allThreeDays = { decision: 'offer', ground: 'All three days.' };
const nothingMore = { decision: 'refuse', ground: 'All of it was made good.', clauses: ['RP-4.5'] };

const decide = async (ticketId: TicketId, body: object) => {
  const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  return recordDecision(
    suite.db,
    await aMessage(suite.db, ticketId, by, 'decideTicket', body),
    railsAndShop,
    daysAfterNoon(2),
  );
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
  const deciding = granted(await takeBack(suite.db, claim.ticketId));
  expect(deciding).toMatchObject({ phase: 'deciding', outcome: null });
  expect(deciding.due).toBeUndefined();
  expect(await suite.db('offers').where({ ticket_id: claim.ticketId }).pluck('choice')).toEqual(['taken_back']);
  const [told] = await notices(claim.ticketId, 'offer-taken-back');
  expect(Date.parse(told?.parameters.decisionBy ?? '')).toBeGreaterThan(daysAfterNoon(2).getTime());
  expect(await chooseFromOffer(suite.db, claim, 'refund', daysAfterNoon(2))).toHaveProperty('refused');
  expect(await offered(claim.ticketId)).toBe(String(3 * Number(before)));
  expect(granted(await decide(claim.ticketId, allThreeDays))).toMatchObject({ phase: 'offering' });
});

test('R14: a choice that came first stands, and its customer takes back nothing', async () => {
  const claim = await anOfferedClaim(suite.db);
  granted(await chooseFromOffer(suite.db, claim, 'refund', noon));
  expect(await takeBack(suite.db, claim.ticketId)).toMatchObject({ refused: 'not-reopenable' });
  const other = await anOfferedClaim(suite.db);
  const customer = { id: other.order.subjectId, role: 'customer' as const };
  const message = await aMessage(suite.db, other.ticketId, customer, 'reopenTicket', { ground: 'I want more.' });
  expect(await recordReopening(suite.db, message, noon)).toEqual({ refused: 'not-reopenable' });
});

test('R14: a claim that ended with time is opened for a longer incident, and only the days not made good are due', async () => {
  const claim = await anExtendedClaim(suite.db);
  await lead();
  await lasts(claim);
  const told = await notices(claim.ticketId, 'fact-arrived');
  expect(told[0]?.parameters).toMatchObject({ fact: 'incident', offered: false });
  expect(granted(await takeBack(suite.db, claim.ticketId))).toMatchObject({ phase: 'deciding', outcome: null });
  const judged = granted(await suite.db.transaction((trx) => judgeTicket(trx, claim.ticketId, daysAfterNoon(2))));
  expect(judged.assessment.proposal).toMatchObject({
    kind: 'offer',
    refund: { intervals: [{ from: daysAfterNoon(-8).toISOString(), until: daysAfterNoon(-6).toISOString() }] },
    extension: { minutes: 2 * 1440 },
  });
});

test('RP-4.5: opened for a fact that gives nothing more, the time that was given stands', async () => {
  const { ticketId } = await anExtendedClaim(suite.db);
  expect(granted(await takeBack(suite.db, ticketId))).toMatchObject({ phase: 'deciding' });
  expect(await offered(ticketId)).toBe('refuse');
  expect(granted(await decide(ticketId, nothingMore))).toMatchObject({ phase: 'closed', outcome: 'extended' });
});

/** The customer chose money, and it has arrived. */
async function aRefundedClaim() {
  const claim = await anOfferedClaim(suite.db);
  granted(await chooseFromOffer(suite.db, claim, 'refund', noon));
  await payOut(claim.ticketId);
  return claim;
}

async function payOut(ticketId: TicketId) {
  const financeId = await aPerson(suite.db, 'finance');
  for (const payout of await readTicketPayouts(suite.db, ticketId)) {
    if (payout.state === 'granted') granted(await approve(suite.db, ticketId, payout.id, financeId));
    if (payout.state === 'settled') continue;
    const current = (await readTicketPayouts(suite.db, ticketId)).find(({ id }) => id === payout.id) ?? payout;
    await beginSending(suite.db, current, { dryRun: false }, noon);
    const report = { status: 'settled' as const, providerRef: `re_${payout.id}` };
    granted(await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon));
  }
  expect(await suite.db('tickets').where({ id: ticketId }).first('phase', 'outcome')).toEqual({
    phase: 'closed',
    outcome: 'refunded',
  });
}

test('R14: a part that was paid is added to for a longer incident, and its days are not paid twice', async () => {
  const claim = await aRefundedClaim();
  await lead();
  await wasShorter(claim);
  expect(await notices(claim.ticketId, 'fact-arrived')).toEqual([]);
  await lasts(claim);
  const told = await notices(claim.ticketId, 'fact-arrived');
  expect(told[0]?.parameters).toMatchObject({ fact: 'incident', offered: false, settling: false });
  expect(granted(await takeBack(suite.db, claim.ticketId))).toMatchObject({ phase: 'deciding', outcome: null });
  expect(granted(await decide(claim.ticketId, allThreeDays))).toMatchObject({ phase: 'offering' });
  granted(await chooseFromOffer(suite.db, claim, 'refund', daysAfterNoon(2)));
  await payOut(claim.ticketId);
  const paid: string[] = await suite
    .db('payouts')
    .where({ ticket_id: claim.ticketId })
    .orderBy('id')
    .pluck('amount_minor');
  expect(paid.map(Number)).toEqual([Number(paid[0]), 2 * Number(paid[0])]);
});

test('RP-4.5: opened again for nothing more, the part that was paid stands', async () => {
  const { ticketId } = await aRefundedClaim();
  granted(await takeBack(suite.db, ticketId));
  expect(granted(await decide(ticketId, nothingMore))).toMatchObject({ phase: 'closed', outcome: 'refunded' });
});

test('a refund that left nothing is not opened again', async () => {
  const { ticketId } = await aDecidedClaim(suite.db, 1999n);
  await payOut(ticketId);
  expect(await takeBack(suite.db, ticketId)).toEqual({ refused: 'not-reopenable' });
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
