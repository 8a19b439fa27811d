/**
 * What a refund cost the seller beside its amount: fees, and what the rate of exchange made of it. Pure. Booked apart in
 * the currency of the account at the provider, never taken from the customer and never converted for them (M6, M7).
 */

import { type BookedPayout, entryOf, type LedgerEntry } from './ledger.ts';
import { type Money, money } from './money.ts';
import type { PayoutCost } from './rail.ts';

/** Each is booked once by its movement, whenever and however often the provider tells of it. */
export const entriesForCosts = (
  { id, method }: Pick<BookedPayout, 'id' | 'method'>,
  costs: readonly PayoutCost[],
): LedgerEntry[] =>
  costs.flatMap(({ ref, fee, exchangeLoss }) => [
    ...(fee
      ? entryOf(`refund_fee/${id}/${ref}`, 'refund_fee', fee.currency, [
          ['fees:refunds', fee.minor],
          [`provider:${method}`, -fee.minor],
        ])
      : []),
    ...(exchangeLoss
      ? entryOf(`exchange_difference/${id}/${ref}`, 'exchange_difference', exchangeLoss.currency, [
          ['exchange_differences', exchangeLoss.minor],
          [`provider:${method}`, -exchangeLoss.minor],
        ])
      : []),
  ]);

export const negated = ({ minor, currency }: Money): Money => money(-minor, currency);

/** What undoes a movement costs what that one was told to cost, negated; what undoes none that was told is left out. */
export const withUndone = (
  costs: readonly PayoutCost[],
  told: Readonly<Record<string, Pick<PayoutCost, 'fee' | 'exchangeLoss'>>>,
): PayoutCost[] =>
  costs.flatMap((cost) => {
    if (cost.undoes === undefined) return [cost];
    const { fee, exchangeLoss } = told[cost.undoes] ?? {};
    return costOf(cost.ref, {
      ...(fee && { fee: negated(fee) }),
      ...(exchangeLoss && { exchangeLoss: negated(exchangeLoss) }),
    });
  });

/** What one movement cost, without what is nothing; none where nothing is left of it. */
export function costOf(ref: string, { fee, exchangeLoss }: Omit<PayoutCost, 'ref'>): PayoutCost[] {
  const cost = {
    ...(fee && fee.minor !== 0n ? { fee } : {}),
    ...(exchangeLoss && exchangeLoss.minor !== 0n ? { exchangeLoss } : {}),
  };
  return Object.keys(cost).length === 0 ? [] : [{ ref, ...cost }];
}
