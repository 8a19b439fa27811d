/** RP-3.8, RP-5.3: what is barred for good is not sent, and ends once its provider has nothing of it; so does its ticket. */

import { describe, expect, test } from '@jest/globals';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { readBalances } from '../../db/ledger.ts';
import type { TenderRow } from '../../db/orders.ts';
import { recordDecline, recordReport } from '../../db/payout-reports.ts';
import { beginSending, endBarred, lookAtGate, mayStillGo } from '../../db/payout-sending.ts';
import { type PayoutRow, readPayout, readTenderPayoutIds } from '../../db/payouts.ts';
import type { DisputeState } from '../../domain/facts.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { OutcomeUnknown, RailReport } from '../../domain/rail.ts';
import {
  aDecidedClaim,
  aKeptInput,
  aMessage,
  aPerson,
  approve,
  aTender,
  type BuiltClaim,
  granted,
  noon,
} from './builders.ts';
import { aPlanEnd, committedOf } from './payout-rows.ts';
import { aReleasedClaim } from './step-costs.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold, type Told } from './told-disputes.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

/** A claim whose only payout finance has released. */
async function aReleasedPayout(minor = 1999n) {
  const claim = await aDecidedClaim(suite.db, minor, [aTender(1999n)]);
  const { ticketId } = claim;
  const [payout] = claim.payouts;
  const [tender] = claim.order.tenders;
  if (!payout || !tender) throw new Error('the claim has no payout');
  if (payout.state === 'granted') await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance'));
  return { ticketId, payout, tender };
}

/** The same, called for, and nobody heard the answer. */
async function anUnknownPayout(minor?: bigint) {
  const { ticketId, payout, tender } = await aReleasedPayout(minor);
  expect(await beginSending(suite.db, payout, { dryRun: false }, noon)).toBe('send');
  const report = (told: RailReport | OutcomeUnknown) =>
    recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report: told }, noon);
  await report({ status: 'unknown', reason: 'timeout' });
  return { ticketId, payout, tender, report };
}

type Released = Awaited<ReturnType<typeof aReleasedPayout>>;

async function dispute({ ticketId, tender, payout }: Released, state: DisputeState, hours: number) {
  const told = { ref: `du_${payout.id}`, state, at: after(hours) };
  await storeTold(suite.db, tender, told);
  await noteTold(suite.db, ticketId, told);
}

async function failKyc({ ticketId }: Released, hours: number) {
  const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, by, 'placeHold', asked), after(hours)));
  const result = { result: 'failed', ground: 'Not the buyer.' };
  granted(await recordKyc(suite.db, await aMessage(suite.db, ticketId, by, 'recordKyc', result), after(hours)));
}

async function end({ payout }: { readonly payout: PayoutRow | undefined }, hours: number) {
  const row = payout && (await readPayout(suite.db, payout.id));
  if (!row) throw new Error('the payout is not there');
  return endBarred(suite.db, row, after(hours));
}

async function failed(ticketId: TicketId, payout: PayoutRow | undefined) {
  if (!payout) throw new Error('the payout is not there');
  const report = { status: 'failed', providerRef: `re_${payout.id}`, reason: 'declined' } as const;
  granted(await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, after(3)));
}

/** Kept as told; the ticket has not heard of it. */
async function told(tender: TenderRow, state: DisputeState, hours: number): Promise<Told> {
  const word = { ref: `du_${tender.id}`, state, at: after(hours) };
  await storeTold(suite.db, tender, word);
  return word;
}

async function stateOf({ payout, tender }: Released) {
  const row: object | undefined = await suite
    .db('payouts')
    .join('tickets', 'tickets.id', 'payouts.ticket_id')
    .where({ 'payouts.id': payout.id })
    .first('tickets.phase', 'tickets.outcome', 'payouts.state', 'payouts.reason');
  return { ...row, committed: await committedOf(suite.db, tender.id) };
}

const cancellations = (ticketId: TicketId) =>
  suite.db('ticket_events').where({ ticket_id: ticketId, kind: 'payoutCancelled' }).select('data');

describe('RP-3.8, R3: a payout of unknown state, and the money charged back', () => {
  test('is kept a day for what its provider may still have of it', async () => {
    const given = await anUnknownPayout();
    await dispute(given, 'lost', 1);
    expect([await end(given, 2), await end(given, 25 - 1 / 3600)]).toEqual(['barred', 'barred']);
    expect(await stateOf(given)).toMatchObject({ phase: 'settling', state: 'unknown', committed: 1999n });
  });

  test('ends a day later, once, and its ticket with it: nothing of the tender is held any more', async () => {
    const given = await anUnknownPayout();
    await dispute(given, 'lost', 1);
    expect([await end(given, 25), await end(given, 26)]).toEqual(['ended', 'ended']);
    const ended = { state: 'cancelled', reason: 'charged_back', phase: 'closed', outcome: 'charged_back' };
    expect(await stateOf(given)).toMatchObject({ ...ended, committed: 0n });
    expect(await cancellations(given.ticketId)).toHaveLength(1);
  });

  test('is free while a dispute is open, and after it was won', async () => {
    const given = await anUnknownPayout();
    await dispute(given, 'open', 1);
    expect(await end(given, 48)).toBe('free');
    await dispute(given, 'won', 49);
    expect(await end(given, 96)).toBe('free');
    expect(await stateOf(given)).toMatchObject({ state: 'unknown', phase: 'settling' });
  });

  test('R5: what the provider reports in the meantime stands', async () => {
    const given = await anUnknownPayout();
    await dispute(given, 'lost', 1);
    await given.report({ status: 'settled', providerRef: 're_late' });
    expect(await end(given, 48)).toBe('ended');
    expect(await stateOf(given)).toMatchObject({ state: 'settled', committed: 1999n });
    expect(await cancellations(given.ticketId)).toEqual([]);
  });
});

describe('the gate before each further call, of a payout that was looked up in vain', () => {
  const gateOf = async ({ payout }: Released) => [
    await lookAtGate(suite.db, payout, {}, after(2)),
    await mayStillGo(suite.db, payout.id, { dryRun: false }, after(2)),
  ];
  const hold = async ({ ticketId }: Released, released: { released_at: Date; result: string } | null = null) =>
    suite.db('holds').insert({ ticket_id: ticketId, kind: 'kyc', ground: 'RP-5.3', placed_at: noon, ...released });

  test('is open where nothing keeps it back, or where a check was passed', async () => {
    const given = await anUnknownPayout();
    expect(await gateOf(given)).toEqual(['free', 'go']);
    await hold(given, { released_at: after(1), result: 'passed' });
    expect(await gateOf(given)).toEqual(['free', 'go']);
  });

  test('RP-5.3: is shut while a hold is open, and for good where the check was not passed', async () => {
    const held = await anUnknownPayout();
    await hold(held);
    expect(await gateOf(held)).toEqual(['held', 'held']);
    for (const result of ['failed', 'timed_out']) {
      const given = await anUnknownPayout();
      await hold(given, { released_at: after(1), result });
      expect((await gateOf(given))[1]).toBe('held');
      expect(await end(given, 2)).toBe('barred');
    }
  });

  test('RP-3.8: is shut once the money was charged back', async () => {
    const given = await anUnknownPayout();
    await storeTold(suite.db, given.tender, { ref: `du_${given.ticketId}`, state: 'lost', at: after(1) });
    expect((await gateOf(given))[1]).toBe('held');
  });

  test('RP-3.8, D2: is shut by an open dispute that its ticket has not heard of, and open again once it was won', async () => {
    const given = await anUnknownPayout();
    const word = { ref: `du_${given.ticketId}`, at: after(1) };
    await storeTold(suite.db, given.tender, { ...word, state: 'open' });
    expect(await gateOf(given)).toEqual(['disputed', 'held']);
    await noteTold(suite.db, given.ticketId, { ...word, state: 'open' });
    expect(await gateOf(given)).toEqual(['disputed', 'held']);
    const won = { ...word, state: 'won', at: after(1.5) } as const;
    await storeTold(suite.db, given.tender, won);
    await noteTold(suite.db, given.ticketId, won);
    expect(await gateOf(given)).toEqual(['free', 'go']);
  });

  test('D3: is shut to a part while the bank asks about the payment, and open to all of it', async () => {
    const whole = await anUnknownPayout();
    await storeTold(suite.db, whole.tender, { ref: `du_${whole.ticketId}`, state: 'inquiry', at: after(1) });
    expect(await gateOf(whole)).toEqual(['free', 'go']);
    const part = await anUnknownPayout(900n);
    await storeTold(suite.db, part.tender, { ref: `du_${part.ticketId}`, state: 'inquiry', at: after(1) });
    expect(await gateOf(part)).toEqual(['inquired', 'held']);
  });
});

test('R3: what a provider has of a payout that a bar ended counts as gone elsewhere, so that it is not paid again', async () => {
  const given = await anUnknownPayout();
  const own = async () => (await readTenderPayoutIds(suite.db, [given.tender.id])).get(given.tender.id);
  expect(await own()).toEqual([given.payout.id]);
  await failKyc(given, 1);
  expect(await end(given, 48)).toBe('ended');
  expect(await own()).toEqual([]);
});

describe('a payout that was never called for', () => {
  const begin = (payout: PayoutRow, at: Date) => beginSending(suite.db, payout, { dryRun: false }, at);

  test('RP-3.8: is not sent once the money was charged back, also where the ticket has not heard of it yet', async () => {
    const given = await aReleasedPayout();
    await storeTold(suite.db, given.tender, { ref: `du_${given.ticketId}`, state: 'lost', at: after(1) });
    expect(await begin(given.payout, after(2))).toBe('done');
    const ended = { state: 'cancelled', reason: 'charged_back', phase: 'closed', outcome: 'charged_back' };
    expect(await stateOf(given)).toMatchObject({ ...ended, committed: 0n });
  });

  test('RP-3.8, D2: is not sent while a dispute is open, whether its own word has come or only that of its tender', async () => {
    const kept = await aReleasedPayout();
    await storeTold(suite.db, kept.tender, { ref: `du_${kept.ticketId}`, state: 'open', at: after(1) });
    const read = await aReleasedPayout();
    await suite.db('order_tenders').where({ id: read.tender.id }).update({ disputed_minor: 1999 });
    for (const given of [kept, read]) {
      expect(await begin(given.payout, after(2))).toBe('held');
      expect(await stateOf(given)).toMatchObject({ state: 'approved', reason: 'disputed', phase: 'settling' });
    }
  });

  test('RP-5.3: is not sent where the check was not passed, whoever released it since', async () => {
    const given = await aReleasedPayout();
    const hold = { ticket_id: given.ticketId, kind: 'kyc', ground: 'RP-5.3', placed_at: noon };
    await suite.db('holds').insert({ ...hold, released_at: after(1), result: 'failed' });
    expect(await begin(given.payout, after(2))).toBe('done');
    expect(await stateOf(given)).toMatchObject({ state: 'cancelled', reason: 'kyc_failed', phase: 'deciding' });
  });

  test('RP-5.3, RP-3.9: is sent where it was decided in spite of a check that had failed before', async () => {
    const given = await aReleasedPayout();
    const hold = { ticket_id: given.ticketId, kind: 'kyc', ground: 'RP-5.3', placed_at: after(-2) };
    await suite.db('holds').insert({ ...hold, released_at: after(-1), result: 'failed' });
    expect(await begin(given.payout, after(2))).toBe('send');
  });
});

test('R3: a bar that is older than the call gives the provider its day all the same', async () => {
  const given = await anUnknownPayout();
  await storeTold(suite.db, given.tender, { ref: `du_${given.ticketId}`, state: 'lost', at: after(-48) });
  expect([await end(given, 1), await end(given, 23.9), await end(given, 24)]).toEqual(['barred', 'barred', 'ended']);
});

describe('RP-3.8: what was on its way when the money was charged back', () => {
  test.each([
    ['failed', { status: 'failed', providerRef: 're_1', reason: 'declined' }],
    ['cancelled', { status: 'cancelled', providerRef: 're_2' }],
  ] as const)('ends its ticket with it as soon as it has %s', async (_name, report) => {
    const given = await anUnknownPayout();
    await dispute(given, 'lost', 1);
    expect(await stateOf(given)).toMatchObject({ phase: 'settling' });
    await given.report(report);
    expect(await stateOf(given)).toMatchObject({ phase: 'closed', outcome: 'charged_back', committed: 0n });
  });

  test('ends it as charged back also where one part arrived, and whatever the check of identity came to', async () => {
    const claim = await aDecidedClaim(suite.db, 1500n, [aTender(1000n), aTender(500n)]);
    const [[tender], [first, second]] = [claim.order.tenders, claim.payouts];
    if (!tender || !first || !second) throw new Error('the claim has two payouts');
    for (const { id } of claim.payouts.filter(({ state }) => state === 'granted'))
      await approve(suite.db, claim.ticketId, id, await aPerson(suite.db, 'finance'));
    await beginSending(suite.db, first, { dryRun: false }, noon);
    const word = { ref: `du_${claim.ticketId}`, state: 'lost' as const, at: after(1) };
    await storeTold(suite.db, tender, word);
    await noteTold(suite.db, claim.ticketId, word);
    const report = { status: 'settled', providerRef: `re_${first.id}` } as const;
    granted(
      await recordReport(suite.db, { ticketId: claim.ticketId, payoutId: first.id, inputId: null, report }, after(2)),
    );
    expect(await suite.db('tickets').where({ id: claim.ticketId }).first('phase', 'outcome')).toEqual({
      phase: 'closed',
      outcome: 'charged_back',
    });
    const given = await anUnknownPayout();
    await failKyc(given, 1);
    await dispute(given, 'lost', 2);
    expect(await end(given, 48)).toBe('ended');
    expect(await stateOf(given)).toMatchObject({ reason: 'charged_back', outcome: 'charged_back' });
  });

  test.each([
    ['failed', ({ ticketId, payouts }: BuiltClaim) => failed(ticketId, payouts[0])],
    ['ended by the bar', ({ payouts: [payout] }: BuiltClaim) => end({ payout }, 26)],
  ])('R11: takes with it what was still to be called for, and each is booked: it has %s', async (_name, ending) => {
    const claim = await aReleasedClaim(suite.db, 3);
    const { ticketId, order, payouts } = claim;
    const [[tender], [first]] = [order.tenders, payouts];
    if (!tender || !first) throw new Error('the claim has no payout');
    await beginSending(suite.db, first, { dryRun: false }, noon);
    await noteTold(suite.db, ticketId, await told(tender, 'open', 1));
    await told(tender, 'lost', 2);
    await ending(claim);
    expect(await suite.db('tickets').where({ id: ticketId }).pluck('outcome')).toEqual(['charged_back']);
    expect(await suite.db('holds').where({ ticket_id: ticketId }).pluck('result')).toEqual(['ended']);
    const reasons = await suite.db('payouts').where({ ticket_id: ticketId }).orderBy('payout_no').pluck('reason');
    expect(reasons.slice(1)).toEqual(['charged_back', 'charged_back']);
    expect(await Promise.all(order.tenders.map(({ id }) => committedOf(suite.db, id)))).toEqual([0n, 0n, 0n]);
    const payable = (await readBalances(suite.db, order.id)).find(({ account }) => account === 'refunds_payable');
    expect(payable?.minor).toBe(0n);
  });

  test('does not wait for the end of a plan that the shop does not confirm', async () => {
    const given = await aReleasedPayout();
    await aPlanEnd(suite.db, given.ticketId, 'unknown');
    await dispute(given, 'lost', 1);
    expect(await stateOf(given)).toMatchObject({ phase: 'closed', outcome: 'charged_back' });
  });
});

test('RP-4.4: finance declines part of a refund in full, and the plan is not ended for the rest', async () => {
  const claim = await aDecidedClaim(suite.db, 1500n, [aTender(1000n), aTender(500n, { method: 'store_balance' })]);
  const [first] = claim.payouts;
  if (!first) throw new Error('the claim has no payout');
  await aPlanEnd(suite.db, claim.ticketId, 'granted');
  const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
  const inputId = await aKeptInput(suite.db, {
    operation: 'declinePayout',
    ticketId: claim.ticketId,
    payoutId: first.id,
  });
  granted(await recordDecline(suite.db, { ticketId: claim.ticketId, inputId, by }, noon));
  expect(await suite.db('remedies').where({ ticket_id: claim.ticketId }).select('state', 'reason')).toEqual([
    { state: 'cancelled', reason: 'declined' },
  ]);
});

test('RP-5.3, R3: a payout of unknown state whose receiver was not found to be the buyer goes back to a decision', async () => {
  const given = await anUnknownPayout();
  await failKyc(given, 1);
  expect(await end(given, 24)).toBe('barred');
  expect(await end(given, 25)).toBe('ended');
  expect(await stateOf(given)).toMatchObject({
    state: 'cancelled',
    reason: 'kyc_failed',
    phase: 'deciding',
    committed: 0n,
  });
  expect(await cancellations(given.ticketId)).toMatchObject([{ data: { reason: 'kyc_failed' } }]);
});
