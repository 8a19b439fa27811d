/**
 * M6, M7: what refunds cost the seller, by the providers' own books: what left the account for each, with its fees, beside
 * its share of what the sale had brought there. Reckoned from the balances alone, apart from how the desk splits it.
 */

import { z } from 'zod';
import { fromPaypal, paypalMoneySchema } from '../providers/paypal-money.ts';

export interface AccountCost {
  readonly minor: bigint;
  readonly currency: string;
}

const shareOf = (whole: bigint, part: bigint, of: bigint): bigint => (of === 0n ? 0n : (whole * part) / of);

const int = z.number().int().transform(BigInt);

const stripeBooks = z.object({
  charges: z.array(z.object({ id: z.string(), amount_captured: int, balance_transaction: z.string().nullish() })),
  balance_transactions: z.array(z.object({ id: z.string(), net: int, currency: z.string() })),
  refunds: z.array(
    z.object({
      id: z.string(),
      charge: z.string(),
      amount: int,
      balance_transaction: z.string().nullish(),
      failure_balance_transaction: z.string().nullish(),
    }),
  ),
});

/** By the refund's id; what failed has cost its fees and no share of the sale. */
export function costsAtStripe(books: unknown): Map<string, AccountCost> {
  const { charges, balance_transactions: moves, refunds } = stripeBooks.parse(books);
  const moved = new Map(moves.map((move) => [move.id, move]));
  const sales = new Map(charges.map((charge) => [charge.id, charge]));
  const costs = new Map<string, AccountCost>();
  for (const refund of refunds) {
    const charge = sales.get(refund.charge);
    const [sale, out, back] = [
      charge?.balance_transaction,
      refund.balance_transaction,
      refund.failure_balance_transaction,
    ].map((id) => moved.get(id ?? ''));
    if (!charge || !sale || !out || sale.currency !== out.currency) continue;
    const share = back ? 0n : shareOf(sale.net, refund.amount, charge.amount_captured);
    costs.set(refund.id, { minor: -out.net - (back?.net ?? 0n) - share, currency: out.currency.toUpperCase() });
  }
  return costs;
}

const paypalAmount = paypalMoneySchema.transform(fromPaypal);
const settled = z.object({ amount: paypalAmount }).optional();

const paypalBooks = z.object({
  captures: z.array(
    z.object({
      id: z.string(),
      amount: paypalAmount,
      seller_receivable_breakdown: z
        .object({ net_amount: paypalAmount, receivable_amount: paypalAmount.optional() })
        .optional(),
    }),
  ),
  refunds: z.array(
    z.object({
      id: z.string(),
      capture_id: z.string(),
      amount: paypalAmount,
      status: z.string(),
      breakdown: z.object({ net: paypalAmount, settled }).optional(),
    }),
  ),
});

/** What failed or was cancelled has left the account as it was. */
export function costsAtPaypal(books: unknown): Map<string, AccountCost> {
  const { captures, refunds } = paypalBooks.parse(books);
  const costs = new Map<string, AccountCost>();
  for (const { id, capture_id, amount, status, breakdown } of refunds) {
    const capture = captures.find((one) => one.id === capture_id);
    const sale = capture?.seller_receivable_breakdown;
    const paid = breakdown?.settled?.amount ?? breakdown?.net;
    const received = sale?.receivable_amount ?? sale?.net_amount;
    if (!capture?.amount || !amount || !paid || !received || paid.currency !== received.currency) continue;
    const share = shareOf(received.minor, amount.minor, capture.amount.minor);
    const isGone = status === 'FAILED' || status === 'CANCELLED';
    costs.set(id, { minor: isGone ? 0n : paid.minor - share, currency: paid.currency });
  }
  return costs;
}

const bankBooks = z.object({
  bookings: z.array(z.object({ endToEndId: z.string().nullable(), feeMinor: z.string().transform(BigInt) })),
});

/** What the bank took for a payment and for its return. */
export function costsAtBank(books: unknown): Map<string, AccountCost> {
  const costs = new Map<string, AccountCost>();
  for (const { endToEndId, feeMinor } of bankBooks.parse(books).bookings)
    if (endToEndId !== null)
      costs.set(endToEndId, { minor: (costs.get(endToEndId)?.minor ?? 0n) + feeMinor, currency: 'EUR' });
  return costs;
}
