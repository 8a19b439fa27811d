/** Payouts through the real stores, told of in any order and more than once: books and tenders follow from their states. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBalances } from '../../db/ledger.ts';
import { readTenders } from '../../db/orders.ts';
import { recordDecline, recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { amountOf, type PayoutRow, readTicketPayouts } from '../../db/payouts.ts';
import { recordWithdrawal } from '../../db/withdrawals.ts';
import { isRefusal } from '../../domain/errors.ts';
import { frees, type PayoutState } from '../../domain/payout.ts';
import type { OutcomeUnknown, RailReport } from '../../domain/rail.ts';
import { aDecidedClaim, aKeptInput, aPerson, approve, aTender, type BuiltClaim, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

type Happening = {
  readonly of: number;
  readonly what: PayoutReportStatus | 'approve' | 'decline' | 'begin' | 'withdraw';
};
type PayoutReportStatus = (RailReport | OutcomeUnknown)['status'];

/** Weighted so that most payouts come as far as the provider. */
const happenings = fc.array(
  fc.record({
    of: fc.nat(1),
    what: fc.constantFrom<Happening['what']>(
      ...(['approve', 'approve', 'approve', 'begin', 'begin', 'begin'] as const),
      ...(['sent', 'settled', 'failed', 'cancelled', 'unknown', 'decline', 'withdraw'] as const),
    ),
  }),
  { minLength: 6, maxLength: 16 },
);

const reportOf = (payout: PayoutRow, status: PayoutReportStatus): RailReport | OutcomeUnknown => {
  const providerRef = `re_${payout.id}`;
  if (status === 'unknown') return { status, reason: 'timeout' };
  return status === 'failed' ? { status, providerRef, reason: 'declined' } : { status, providerRef };
};

async function happen(claim: BuiltClaim, financeId: Awaited<ReturnType<typeof aPerson>>, happening: Happening) {
  const { ticketId } = claim;
  const payouts = await readTicketPayouts(suite.db, ticketId);
  const payout = payouts[happening.of % payouts.length];
  if (!payout) throw new Error('the claim has no payout');
  const { what } = happening;
  if (what === 'approve') return approve(suite.db, ticketId, payout.id, financeId);
  if (what === 'begin') return beginSending(suite.db, payout, { dryRun: false }, noon);
  if (what === 'withdraw' || what === 'decline') {
    const inputId = await aKeptInput(suite.db, { ticketId, payoutId: payout.id, body: { confirmed: true } });
    if (what === 'withdraw')
      return recordWithdrawal(
        suite.db,
        { ticketId, inputId, by: { id: claim.order.subjectId, role: 'customer' } },
        noon,
      );
    const message = { ticketId, inputId, payoutId: payout.id, by: { id: financeId, role: 'finance' as const } };
    return recordDecline(suite.db, message, noon);
  }
  return recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report: reportOf(payout, what) }, noon);
}

const sumOf = (payouts: readonly PayoutRow[], fits: (state: PayoutState) => boolean): bigint =>
  payouts.filter((payout) => fits(payout.state)).reduce((sum, payout) => sum + amountOf(payout).minor, 0n);

const owed: readonly PayoutState[] = ['granted', 'approved', 'sending', 'unknown'];

/** What the books and the tenders say, beside what the payouts' states make of them. */
async function compare(claim: BuiltClaim): Promise<{ said: Record<string, bigint>; meant: Record<string, bigint> }> {
  const payouts = await readTicketPayouts(suite.db, claim.ticketId);
  const balances = await readBalances(suite.db, claim.order.id);
  const balance = (account: string): bigint => balances.find((found) => found.account === account)?.minor ?? 0n;
  const [tender] = (await readTenders(suite.db, [claim.order.id])).filter((row) => row.method === 'card');
  const card = payouts.filter((payout) => payout.method === 'card');
  return {
    said: {
      all: balances.reduce((sum, found) => sum + found.minor, 0n),
      owed: -balance('refunds_payable'),
      spent: balance('refunds'),
      transit: -balance('transit:card') - balance('transit:bank'),
      held: balance('provider:card'),
      committed: tender?.committed_minor ?? -1n,
    },
    meant: {
      all: 0n,
      owed: sumOf(payouts, (state) => owed.includes(state)),
      spent: sumOf(payouts, (state) => !frees(state)),
      transit: sumOf(payouts, (state) => state === 'sent'),
      held: 600n - sumOf(card, (state) => state === 'settled'),
      committed: sumOf(card, (state) => !frees(state)),
    },
  };
}

const aClaim = () => aDecidedClaim(suite.db, 500n, [aTender(600n), aTender(400n, { method: 'bank' })]);

describe('R11, W1, W2: a payout’s life through the stores', () => {
  test('after everything that may happen, books and tenders follow from the states, and the books balance', async () => {
    const reached = new Set<PayoutState>();
    const financeId = await aPerson(suite.db, 'finance');
    await fc.assert(
      fc.asyncProperty(happenings, async (happened) => {
        const claim = await aClaim();
        for (const happening of happened) await happen(claim, financeId, happening);
        const { said, meant } = await compare(claim);
        expect(said).toEqual(meant);
        for (const payout of await readTicketPayouts(suite.db, claim.ticketId)) reached.add(payout.state);
      }),
      { numRuns: 40 },
    );
    expect(reached.size).toBeGreaterThan(4);
  });

  test('everything at once: whoever comes first, books and tenders follow from where the payouts end', async () => {
    const financeId = await aPerson(suite.db, 'finance');
    const claim = await aClaim();
    for (const payout of claim.payouts) await approve(suite.db, claim.ticketId, payout.id, financeId);
    for (const payout of await readTicketPayouts(suite.db, claim.ticketId))
      await beginSending(suite.db, payout, { dryRun: false }, noon);
    const told = (['sent', 'settled', 'unknown', 'failed', 'settled', 'withdraw', 'sent'] as const).flatMap((what) => [
      { of: 0, what },
      { of: 1, what },
    ]);
    await Promise.all(told.map((happening) => happen(claim, financeId, happening)));
    const { said, meant } = await compare(claim);
    expect(said).toEqual(meant);
  });

  test('a report told again books nothing, tells nobody and writes no event', async () => {
    const financeId = await aPerson(suite.db, 'finance');
    const claim = await aDecidedClaim(suite.db, 5_000n);
    for (const what of ['approve', 'begin', 'sent', 'settled'] as const)
      await happen(claim, financeId, { of: 0, what });
    const count = async () => {
      const counts = await Promise.all(
        ['ticket_events', 'notices', 'ledger_entries'].map((table) =>
          suite.db(table).where({ ticket_id: claim.ticketId }).count({ rows: '*' }).first(),
        ),
      );
      return counts.map((found) => Number(found?.['rows']));
    };
    const before = await count();
    for (const what of ['settled', 'sent', 'unknown', 'settled'] as const) {
      const answer = await happen(claim, financeId, { of: 0, what });
      expect(isRefusal(answer)).toBe(false);
    }
    expect(await count()).toEqual(before);
  });

  test('S1: settled money that comes back reopens the ticket once, and frees its amount once', async () => {
    const financeId = await aPerson(suite.db, 'finance');
    const claim = await aDecidedClaim(suite.db, 5_000n);
    for (const what of ['approve', 'begin', 'settled'] as const) await happen(claim, financeId, { of: 0, what });
    const phase = () => suite.db('tickets').where({ id: claim.ticketId }).first('phase', 'outcome');
    expect(await phase()).toEqual({ phase: 'closed', outcome: 'refunded' });
    await happen(claim, financeId, { of: 0, what: 'failed' });
    await happen(claim, financeId, { of: 0, what: 'failed' });
    expect(await phase()).toEqual({ phase: 'settling', outcome: null });
    const [tender] = await readTenders(suite.db, [claim.order.id]);
    expect(tender?.committed_minor).toBe(0n);
  });

  test('T6: a withdrawal and the sending of the payout at once: just one of them happens', async () => {
    const financeId = await aPerson(suite.db, 'finance');
    for (let times = 0; times < 8; times += 1) {
      const claim = await aDecidedClaim(suite.db, 5_000n);
      await happen(claim, financeId, { of: 0, what: 'approve' });
      await Promise.all([
        happen(claim, financeId, { of: 0, what: 'begin' }),
        happen(claim, financeId, { of: 0, what: 'withdraw' }),
      ]);
      const [payout] = await readTicketPayouts(suite.db, claim.ticketId);
      const ticket: { phase: string } | undefined = await suite
        .db('tickets')
        .where({ id: claim.ticketId })
        .first('phase');
      expect([
        ['sending', 'settling'],
        ['cancelled', 'closed'],
      ]).toContainEqual([payout?.state, ticket?.phase]);
    }
  });
});
