/** What payouts and disputes cost beside their amounts, as the ledger books it. */

import { describe, expect, test } from '@jest/globals';
import type { LedgerEntry } from '../../domain/ledger.ts';
import { costOf, entriesForCosts } from '../../domain/ledger-costs.ts';
import { entriesForDisputeFee } from '../../domain/ledger-disputes.ts';
import { money } from '../../domain/money.ts';

describe('costs', () => {
  const balances = (entries: readonly LedgerEntry[]) =>
    entries.flatMap(({ key, lines }) =>
      lines.map(({ account, side, amount }) => [key, account, side, amount.minor, amount.currency]),
    );

  const eur = (minor: bigint) => money(minor, 'EUR');
  const payout = { id: 'p', method: 'card' } as const;

  test('M7: what a refund cost is the seller’s, at the provider that took it', () => {
    expect(balances(entriesForCosts(payout, [{ ref: 'txn_1', fee: eur(35n) }]))).toEqual([
      ['refund_fee/p/txn_1', 'fees:refunds', 'debit', 35n, 'EUR'],
      ['refund_fee/p/txn_1', 'provider:card', 'credit', 35n, 'EUR'],
    ]);
  });

  test('M6: a loss or a gain by the rate of exchange is booked in the currency of settlement', () => {
    for (const [minor, side] of [
      [12n, 'debit'],
      [-12n, 'credit'],
    ] as const)
      expect(balances(entriesForCosts(payout, [{ ref: 't', exchangeLoss: eur(minor) }]))[0]).toEqual([
        'exchange_difference/p/t',
        'exchange_differences',
        side,
        12n,
        'EUR',
      ]);
  });

  test('of nothing nothing is booked', () => {
    expect(entriesForCosts(payout, [])).toEqual([]);
    expect(entriesForCosts(payout, [{ ref: 't', fee: eur(0n) }])).toEqual([]);
    expect(costOf('t', { fee: eur(0n), exchangeLoss: eur(0n) })).toEqual([]);
  });

  test('D5, M7: of a dispute’s fee the change is booked, also where the provider gives it back or charges another', () => {
    const dispute = { id: 'd', method: 'card' } as const;
    const usd = (minor: bigint) => money(minor, 'USD');
    const first = entriesForDisputeFee(dispute, null, usd(1500n), 1);
    expect(balances(first).map(([, account]) => account)).toEqual(['fees:disputes', 'provider:card']);
    expect(entriesForDisputeFee(dispute, usd(1500n), usd(1500n), 2)).toEqual([]);
    const back = entriesForDisputeFee(dispute, usd(1500n), usd(0n), 3);
    expect(back[0]?.lines).toEqual([
      { account: 'fees:disputes', side: 'credit', amount: usd(1500n) },
      { account: 'provider:card', side: 'debit', amount: usd(1500n) },
    ]);
    const other = entriesForDisputeFee(dispute, usd(1500n), money(1400n, 'EUR'), 4);
    expect(other.map(({ lines }) => lines[0]?.amount)).toEqual([usd(1500n), money(1400n, 'EUR')]);
    expect(new Set([...first, ...back, ...other].map(({ key }) => key)).size).toBe(4);
  });
});
