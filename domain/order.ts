/**
 * What may still go back for an order, and over which tenders. Pure; the database guards the same bounds again with
 * a trigger under the tender's lock.
 */

import { type Refusal, refuse } from './errors.ts';
import type { TenderId } from './ids.ts';
import { exceeds, type Money, money, splitByRatio, subtract, sum, zero } from './money.ts';
import type { CaptureProblem, TenderMethod } from './rail.ts';

export interface TenderBalance {
  readonly id: TenderId;
  readonly method: TenderMethod;
  /** As the provider says (R10); null until it was asked. */
  readonly captured: Money | null;
  /** Why the provider cannot tell, where someone must put that right first. */
  readonly problem: CaptureProblem['problem'] | null;
  /** Granted and open, unknown and settled payouts (R11). */
  readonly committed: Money;
  /** Paid back outside the desk. */
  readonly elsewhere: Money;
  readonly disputed: Money;
}

export interface TenderShare {
  readonly tenderId: TenderId;
  readonly method: TenderMethod;
  readonly amount: Money;
}

/** RP-3.7: promotional credit is never paid back. */
const isMoney = (tender: TenderBalance): boolean => tender.method !== 'promotional_credit';

/** What is left of a tender: zero where nothing is known to be captured or more went out than came in. */
export function refundableOf(tender: TenderBalance): Money {
  const nothing = zero(tender.committed.currency);
  if (!tender.captured || !isMoney(tender)) return nothing;
  const left = subtract(subtract(subtract(tender.captured, tender.committed), tender.elsewhere), tender.disputed);
  return left.minor > 0n ? left : nothing;
}

/**
 * Splits a refund over the order's tenders in the ratio of what each gave, to each at most what is left of it. Refuses
 * an amount that is not positive (R9), in another currency, over what is left (R2, R10), or that needs a tender whose
 * rail the desk does not have.
 */
export function allocate(
  amount: Money,
  tenders: readonly TenderBalance[],
  hasRail: (method: TenderMethod) => boolean,
): TenderShare[] | Refusal {
  if (amount.minor <= 0n) return refuse('amount-not-positive');
  const paid = tenders.filter(isMoney);
  const foreign = paid.find((tender) => tender.committed.currency !== amount.currency);
  if (foreign) return refuse('currency-mismatch', { currency: foreign.committed.currency });
  const missingRail = paid.find((tender) => !hasRail(tender.method));
  if (missingRail) return refuse('rail-unavailable', { method: missingRail.method });
  const unknown = paid.find((tender) => !tender.captured);
  if (unknown) return refuse('capture-unknown', unknown.problem ? { problem: unknown.problem } : undefined);
  const refundable = sum(paid.map(refundableOf), amount.currency);
  if (exceeds(amount, refundable)) {
    return refuse('amount-over-refundable', {
      refundableMinor: refundable.minor.toString(),
      currency: amount.currency,
    });
  }
  const given = fillInRatio(amount, paid);
  return paid.flatMap((tender) => {
    const minor = given.get(tender.id) ?? 0n;
    return minor > 0n ? [{ tenderId: tender.id, method: tender.method, amount: money(minor, amount.currency) }] : [];
  });
}

/**
 * Each tender's part, rounded once: where a part is more than is left of its tender, that tender gives all it has, and
 * the others share the rest anew.
 */
function fillInRatio(amount: Money, tenders: readonly TenderBalance[]): ReadonlyMap<TenderId, bigint> {
  const given = new Map<TenderId, bigint>();
  let rest = amount;
  let open = tenders.filter((tender) => refundableOf(tender).minor > 0n);
  while (rest.minor > 0n) {
    const parts = splitByRatio(
      rest,
      open.map((tender) => tender.captured?.minor ?? 0n),
    );
    const over = open.filter((tender, index) => (parts[index]?.minor ?? 0n) > refundableOf(tender).minor);
    if (over.length === 0) {
      for (const [index, tender] of open.entries()) given.set(tender.id, parts[index]?.minor ?? 0n);
      return given;
    }
    for (const tender of over) {
      given.set(tender.id, refundableOf(tender).minor);
      rest = subtract(rest, refundableOf(tender));
    }
    open = open.filter((tender) => !over.includes(tender));
  }
  return given;
}
