/**
 * What finance reads off the sums of all payouts: how much of what is settled is proven end to end, and what must be
 * topped up. Pure; never adds two currencies.
 */

import { add, type Currency, type Money, subtract, sum } from './money.ts';
import { leftUs, type PayoutState } from './payout.ts';
import type { AgeBucket } from './payout-age.ts';
import type { ListProblem, RailName } from './rail.ts';

/** Payouts of one state, rail and currency. */
export interface PayoutCell {
  readonly state: PayoutState;
  readonly rail: RailName;
  readonly amount: Money;
  readonly count: number;
  /** Since when the one is in its state that is longest in it. */
  readonly oldest: Date;
  /** How many are how long in it, from the youngest; an age that none has is left out. */
  readonly ages: readonly { readonly age: AgeBucket; readonly count: number; readonly amount: Money }[];
  /** Of settled ones, those that no provider's list and no statement proves. */
  readonly unproven: { readonly amount: Money; readonly oldest: Date } | null;
  /** Until when the rail's list was read last. */
  readonly readUntil: Date | null;
  /** Why the last look at the rail's list could compare nothing. */
  readonly listProblem: ListProblem | null;
  /** Of them, what a provider has not carried out since the balance there was too low (S5). */
  readonly short: { readonly amount: Money; readonly count: number; readonly oldest: Date } | null;
}

/**
 * The one figure of what is proven: of all that our books have as settled, what the provider's own list or the bank's
 * statement has as well. A person's word proves nothing.
 */
export interface ProvenShare {
  readonly currency: Currency;
  /** All that left us, or may have, and has not come back: what is settled with what is on its way. */
  readonly left: Money;
  readonly settled: Money;
  /** Of what is settled, what is proven end to end. */
  readonly proven: Money;
  /** Hundredths of a per cent of what is settled, rounded down, so that 10000 means all; `null` where nothing is. */
  readonly basisPoints: number | null;
  /** Since when the one that is longest settled without proof is so. */
  readonly oldestUnproven: Date | null;
  /** Until when the lists were read that say so, of the one that was read longest ago; `null` where one never was. */
  readonly asOf: Date | null;
  /** Rails whose lists cannot be compared: what is settled over them since is not proven. */
  readonly notCompared: readonly { readonly rail: RailName; readonly problem: ListProblem }[];
}

const earlier = (left: Date | null, right: Date | null): Date | null => {
  if (left === null || right === null) return left ?? right;
  return left.getTime() <= right.getTime() ? left : right;
};

const allBasisPoints = 10_000n;

/** The share of payout value that is proven end to end, per currency, in the currencies' order. */
export function provenOf(cells: readonly PayoutCell[]): ProvenShare[] {
  const currencies = [...new Set(cells.map(({ amount }) => amount.currency))].sort();
  return currencies.map((currency) => {
    const left = cells.filter(({ state, amount }) => amount.currency === currency && leftUs(state));
    const there = left.filter(({ state }) => state === 'settled');
    const settled = sumOf(currency, there);
    const unproven = there.flatMap((cell) => cell.unproven ?? []);
    const proven = subtract(settled, sumOf(currency, unproven));
    return {
      currency,
      left: sumOf(currency, left),
      settled,
      proven,
      basisPoints: settled.minor === 0n ? null : Number((proven.minor * allBasisPoints) / settled.minor),
      oldestUnproven: unproven.reduce<Date | null>((oldest, cell) => earlier(oldest, cell.oldest), null),
      asOf: there.some(({ readUntil }) => readUntil === null)
        ? null
        : there.reduce<Date | null>((oldest, cell) => earlier(oldest, cell.readUntil), null),
      notCompared: there.flatMap(({ rail, listProblem: problem }) => (problem === null ? [] : [{ rail, problem }])),
    };
  });
}

const sumOf = (currency: Currency, cells: readonly { readonly amount: Money }[]): Money =>
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
