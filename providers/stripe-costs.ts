/**
 * What a refund has cost by Stripe's own balance: the movement that it made there, the one that undid it where it failed,
 * and that of the sale, whose fee Stripe keeps (M7). All are in the currency that the account settles in (M6).
 */

import { z } from 'zod';
import { costOf, negated } from '../domain/ledger-costs.ts';
import { add, type Currency, inProportion, isCurrency, type Money, money } from '../domain/money.ts';
import type { PayoutCost } from '../domain/rail.ts';

const minor = z.number().int().transform(BigInt);
const currencyCode = z.string().transform((code) => code.toUpperCase());

/** `amount` is negative where it left the balance; the fee is apart from it. */
const movementSchema = z.object({ id: z.string().min(1), amount: minor, currency: currencyCode, fee: minor });

type Movement = z.output<typeof movementSchema>;

/** What is told in whole instead of by its id. */
export const costsExpanded = ['balance_transaction', 'failure_balance_transaction', 'charge.balance_transaction'];

export const costedRefundSchema = z.object({
  amount: minor,
  currency: currencyCode,
  balance_transaction: movementSchema.nullish(),
  failure_balance_transaction: movementSchema.nullish(),
  charge: z.object({ amount_captured: minor, balance_transaction: movementSchema.nullish() }).nullish(),
});

type CostedRefund = z.output<typeof costedRefundSchema>;

/** `null` where Stripe has moved nothing yet; nothing of what is in a currency that the desk does not reckon in. */
export function costsOfRefund(refund: CostedRefund): PayoutCost[] | null {
  const { balance_transaction: movement, failure_balance_transaction: undone, charge, currency } = refund;
  const sale = charge?.balance_transaction;
  if (!movement || !charge || !sale || charge.amount_captured <= 0n) return null;
  if (!isCurrency(currency) || !isCurrency(sale.currency)) return [];
  const [back, sold] = [money(refund.amount, currency), money(charge.amount_captured, currency)];
  const received = inProportion(money(sale.amount, sale.currency), back, sold);
  const kept = inProportion(money(sale.fee, sale.currency), back, sold);
  return [
    ...costOfMovement(movement, currency, negated(received)),
    ...costOf('sale', { fee: kept }),
    ...(undone
      ? [...costOfMovement(undone, currency, received), ...costOf('sale/returned', { fee: negated(kept) })]
      : []),
  ];
}

/** The rate makes a difference only where the sale came in by one, and both are in the same currency. */
function costOfMovement({ id, amount, currency, fee }: Movement, charged: Currency, against: Money): PayoutCost[] {
  if (!isCurrency(currency)) return [];
  const paid = money(-amount, currency);
  const isConverted = currency !== charged && currency === against.currency;
  return costOf(id, { fee: money(fee, currency), ...(isConverted ? { exchangeLoss: add(paid, against) } : {}) });
}
