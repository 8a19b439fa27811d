/**
 * What a refund cost the seller beside its amount: a fee, and what the rate of exchange made of it. Pure. Booked apart in
 * the currency of settlement, never taken from the customer and never converted for them (M6, M7).
 */

import { type BookedPayout, entryOf, type LedgerEntry } from './ledger.ts';
import { fromWire } from './money.ts';
import type { PayoutCosts } from './rail.ts';

/** Each is booked once per payout, whenever the provider tells of it. */
export function entriesForCosts(
  { id, method }: Pick<BookedPayout, 'id' | 'method'>,
  costs: PayoutCosts,
): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  if (costs.fee) {
    const { minor, currency } = fromWire(costs.fee);
    entries.push(
      ...entryOf(`refund_fee/${id}`, 'refund_fee', currency, [
        ['fees:refunds', minor],
        [`provider:${method}`, -minor],
      ]),
    );
  }
  if (costs.exchangeLoss) {
    const { minor, currency } = fromWire(costs.exchangeLoss);
    entries.push(
      ...entryOf(`exchange_difference/${id}`, 'exchange_difference', currency, [
        ['exchange_differences', minor],
        [`provider:${method}`, -minor],
      ]),
    );
  }
  return entries;
}
