/**
 * What finance reads off the sums of all payouts: how much of what left us is proven to its last word, and what must be
 * topped up. Pure; never adds two currencies.
 */

import { add, type Currency, type Money, sum } from './money.ts';
import { leftUs, type PayoutState } from './payout.ts';
import type { RailName } from './rail.ts';

/** Payouts of one state, rail and currency. */
export interface PayoutCell {
  readonly state: PayoutState;
  readonly rail: RailName;
  readonly amount: Money;
  readonly count: number;
  /** Since when the one is in its state that is longest in it. */
  readonly oldest: Date;
  /** When the first of them was called for. */
  readonly firstSentAt: Date | null;
  /** Of them, what a provider has not carried out since the balance there was too low (S5). */
  readonly short: { readonly amount: Money; readonly count: number; readonly oldest: Date } | null;
}

export interface Proof {
  readonly currency: Currency;
  /** All that left us, or may have, and has not come back. */
  readonly left: Money;
  /** Of it, what the provider has settled. */
  readonly proven: Money;
  /** Hundredths of a per cent, rounded down, so that 10000 means all; `null` where nothing has left. */
  readonly basisPoints: number | null;
  readonly oldestUnproven: Date | null;
}

const earlier = (left: Date | null, right: Date | null): Date | null => {
  if (left === null || right === null) return left ?? right;
  return left.getTime() <= right.getTime() ? left : right;
};

const allBasisPoints = 10_000n;

/** The share of payout value that is proven, per currency, in the currencies' order. */
export function provenOf(cells: readonly PayoutCell[]): Proof[] {
  const currencies = [...new Set(cells.map(({ amount }) => amount.currency))].sort();
  return currencies.map((currency) => {
    const gone = cells.filter(({ state, amount }) => amount.currency === currency && leftUs(state));
    const left = sumOf(currency, gone);
    const proven = sumOf(
      currency,
      gone.filter(({ state }) => state === 'settled'),
    );
    return {
      currency,
      left,
      proven,
      basisPoints: left.minor === 0n ? null : Number((proven.minor * allBasisPoints) / left.minor),
      oldestUnproven: gone
        .filter(({ state }) => state !== 'settled')
        .reduce<Date | null>((oldest, cell) => earlier(oldest, cell.firstSentAt ?? cell.oldest), null),
    };
  });
}

const sumOf = (currency: Currency, cells: readonly PayoutCell[]): Money =>
  sum(
    cells.map(({ amount }) => amount),
    currency,
  );

export interface TopUp {
  readonly rail: RailName;
  /** What the provider needs to carry out all that waits. */
  readonly needed: Money;
  readonly payouts: number;
  readonly since: Date;
}

/** S5: what finance must bring to a provider, per rail and currency. */
export function topUpsOf(cells: readonly PayoutCell[]): TopUp[] {
  const topUps = new Map<string, TopUp>();
  for (const { rail, short } of cells) {
    if (short === null) continue;
    const key = `${rail} ${short.amount.currency}`;
    const known = topUps.get(key);
    topUps.set(key, {
      rail,
      needed: known ? add(known.needed, short.amount) : short.amount,
      payouts: (known?.payouts ?? 0) + short.count,
      since: earlier(known?.since ?? null, short.oldest) ?? short.oldest,
    });
  }
  return [...topUps.values()];
}
