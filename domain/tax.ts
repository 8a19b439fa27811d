/**
 * The tax in what goes back. Pure. A refund holds tax in the order's ratio, with one rounding: what is rounded is the tax
 * in all that has gone back so far, so that however many parts there are, the whole gives back the whole tax.
 */

import { type Money, money, splitByRatio, subtract, sum, zero } from './money.ts';
import type { TenderMethod } from './rail.ts';

/** A tender as the shop reported it, and what went back of it with the tax that was in it. */
export interface TaxedTender {
  readonly method: TenderMethod;
  readonly amount: Money;
  readonly tax: Money;
  /** As the provider says; null until it was asked. */
  readonly captured: Money | null;
  readonly committed: Money;
  readonly committedTax: Money;
  readonly elsewhere: Money;
  readonly elsewhereTax: Money;
}

const shareOf = (whole: Money, part: bigint, of: bigint): Money =>
  of <= 0n ? zero(whole.currency) : (splitByRatio(whole, [of - part, part])[1] ?? zero(whole.currency));

/** The tax in what was captured: a provider may have captured another amount than the shop reported. */
const taxCaptured = ({ captured, amount, tax }: TaxedTender): Money =>
  captured === null ? zero(amount.currency) : shareOf(captured, tax.minor, amount.minor);

/** The tax in all that was paid back of a tender outside the desk. */
export const taxElsewhere = (tender: TaxedTender, elsewhere: Money): Money =>
  shareOf(elsewhere, taxCaptured(tender).minor, tender.captured?.minor ?? 0n);

/** The tax in each share of a refund that is about to go back over an order's tenders. */
export function taxOfShares(shares: readonly Money[], tenders: readonly TaxedTender[]): Money[] {
  const [first] = shares;
  if (!first) return [];
  const { currency } = first;
  // RP-3.7: promotional credit is no money, and never goes back.
  const paid = tenders.filter(({ method }) => method !== 'promotional_credit');
  const sumOf = (pick: (tender: TaxedTender) => Money): Money => sum(paid.map(pick), currency);
  const amount = sum(shares, currency);
  const whole = sumOf(({ captured }) => captured ?? zero(currency));
  const wholeTax = sumOf(taxCaptured);
  const gone = sumOf(({ committed, elsewhere }) => sum([committed, elsewhere], currency));
  const goneTax = sumOf(({ committedTax, elsewhereTax }) => sum([committedTax, elsewhereTax], currency));
  const due = subtract(shareOf(sum([gone, amount], currency), wholeTax.minor, whole.minor), goneTax);
  // What went back in parts was rounded as well: never more of the tax, nor of the net, than there is.
  const netLeft = whole.minor - wholeTax.minor - (gone.minor - goneTax.minor);
  const least = amount.minor - netLeft;
  const most = smallest(amount.minor, wholeTax.minor - goneTax.minor);
  const tax = money(largest(0n, smallest(most, largest(least, due.minor))), currency);
  return splitByRatio(
    tax,
    shares.map(({ minor }) => minor),
  );
}

const largest = (left: bigint, right: bigint): bigint => (left > right ? left : right);
const smallest = (left: bigint, right: bigint): bigint => (left < right ? left : right);
