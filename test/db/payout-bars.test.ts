/** RP-3.8, RP-5.3: a payout whose call may have been made before it was barred ends once its provider has nothing of it. */

import { describe, expect, test } from '@jest/globals';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { endBarred } from '../../db/payout-bars.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readPayout, recordReport } from '../../db/payouts.ts';
import type { DisputeState } from '../../domain/facts.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { OutcomeUnknown, RailReport } from '../../domain/rail.ts';
import { aDecidedClaim, aMessage, aPerson, approve, granted, noon } from './builders.ts';
import { committedOf } from './payout-rows.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold } from './told-disputes.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

/** A claim whose only payout was called for, and nobody heard the answer. */
async function anUnknownPayout() {
  const claim = await aDecidedClaim(suite.db, 1999n);
  const { ticketId } = claim;
  const [payout] = claim.payouts;
  const [tender] = claim.order.tenders;
  if (!payout || !tender) throw new Error('the claim has no payout');
  if (payout.state === 'granted') await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance'));
  expect(await beginSending(suite.db, payout, { dryRun: false }, noon)).toBe('send');
  const report = (told: RailReport | OutcomeUnknown) =>
    recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report: told }, noon);
  await report({ status: 'unknown', reason: 'timeout' });
  return { ticketId, payout, tender, report };
}

type Unknown = Awaited<ReturnType<typeof anUnknownPayout>>;

async function dispute({ ticketId, tender, payout }: Unknown, state: DisputeState, hours: number) {
  const told = { ref: `du_${payout.id}`, state, at: after(hours) };
  await storeTold(suite.db, tender, told);
  await noteTold(suite.db, ticketId, told);
}

async function failKyc({ ticketId }: Unknown, hours: number) {
  const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, by, 'placeHold', asked), after(hours)));
  const result = { result: 'failed', ground: 'Not the buyer.' };
  granted(await recordKyc(suite.db, await aMessage(suite.db, ticketId, by, 'recordKyc', result), after(hours)));
}

async function end({ payout }: Unknown, hours: number) {
  const row = await readPayout(suite.db, payout.id);
  if (!row) throw new Error('the payout is not there');
  return endBarred(suite.db, row, after(hours));
}

async function stateOf({ payout, tender }: Unknown) {
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
