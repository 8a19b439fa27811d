/**
 * What an order's tenders allow, by the policy's class of each method: what was paid in money, by crypto, or not in
 * money at all, and how much of it is left to pay back. Pure; the database guards the same bounds again.
 */

import type { OrderFacts, TenderFact } from './facts.ts';
import { type Money, money, splitByRatio, subtract, sum, zero } from './money.ts';
import type { MethodClass, PolicyParameters } from './policy.ts';

/** RP-3.7: what a class gave in money; promotional credit is in none. Crypto stands apart, since RP-2.2 judges it. */
export const moneyClasses: readonly MethodClass[] = ['refundable', 'store_balance'];

export const tendersOf = (
  order: OrderFacts,
  parameters: PolicyParameters,
  classes: readonly MethodClass[],
): TenderFact[] =>
  order.tenders.filter(
    (tender) => classes.includes(parameters.methods[tender.method]) && BigInt(tender.amountMinor) > 0n,
  );

/** Whether the provider was asked for all of them (R10): until then no sum can be named. */
export const areCaptured = (tenders: readonly TenderFact[]): boolean =>
  tenders.every(({ capturedMinor }) => capturedMinor !== null);

export const capturedOf = (order: OrderFacts, tenders: readonly TenderFact[]): Money =>
  sum(
    tenders.map(({ capturedMinor }) => money(BigInt(capturedMinor ?? '0'), order.currency)),
    order.currency,
  );

/** What may still go back, each tender for itself: one that gave back too much takes nothing from the others. */
export const leftOf = (order: OrderFacts, tenders: readonly TenderFact[]): Money =>
  sum(
    tenders.map(({ capturedMinor, goneMinor }) => {
      const captured = money(BigInt(capturedMinor ?? '0'), order.currency);
      const left = subtract(captured, money(BigInt(goneMinor), order.currency));
      return left.minor > 0n ? left : zero(order.currency);
    }),
    order.currency,
  );

/** The tax within an amount, in the ratio in which the tenders were taxed; net and tax always make the whole. */
export function taxWithin(amount: Money, tenders: readonly TenderFact[]): Money {
  const total = tenders.reduce((left, { amountMinor }) => left + BigInt(amountMinor), 0n);
  const tax = tenders.reduce((left, { taxMinor }) => left + BigInt(taxMinor), 0n);
  if (tax <= 0n || total <= 0n) return zero(amount.currency);
  const [, part] = splitByRatio(amount, [tax < total ? total - tax : 0n, tax]);
  return part ?? zero(amount.currency);
}
