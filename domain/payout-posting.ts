/** When a bank usually shows what a rail has settled, in the seller's business days, and what is known of its reference. Pure. */

import { createCalendar } from './calendar.ts';
import { frees, type PayoutState } from './payout.ts';
import type { PolicyCalendar } from './policy.ts';
import type { RailFacts } from './rail.ts';
import { bankDateOf, targetDayAfter } from './target-days.ts';

export interface Posting {
  /** Local dates of the seller, `YYYY-MM-DD`: usually not before the one, and by the end of the other. */
  readonly from: string;
  readonly until: string;
  /** `false`: the holidays of these dates are not known, so that it may take longer. */
  readonly holidaysKnown: boolean;
  /** It should have been seen by now. */
  readonly over: boolean;
}

/** Counted from the rail's last word; the day of it never counts, and 0 days is the day itself. */
export function postingOf(settledAt: Date, days: RailFacts['postingDays'], policy: PolicyCalendar, at: Date): Posting {
  const calendar = createCalendar(policy);
  const dateAfter = (count: number): string =>
    calendar.localDate(count === 0 ? settledAt.getTime() : calendar.addBusinessDays(settledAt.getTime(), count) - 1);
  const from = dateAfter(days.min);
  const until = dateAfter(days.max);
  return {
    from,
    until,
    holidaysKnown: calendar.knowsHolidaysOf(from) && calendar.knowsHolidaysOf(until),
    over: calendar.localDate(at.getTime()) > until,
  };
}

/**
 * B9: the same where a bank told on which day the money left with value, which its statement may do days later. Counted in
 * the bank's own days, of which all holidays are known.
 */
export function postingFromValue(valueOn: string, days: RailFacts['postingDays'], at: Date): Posting {
  const from = targetDayAfter(valueOn, days.min);
  const until = targetDayAfter(valueOn, days.max);
  return { from, until, holidaysKnown: true, over: bankDateOf(at) > until };
}

export const bankReferenceStates = ['available', 'pending', 'unavailable'] as const;

/** S9: a reference may come after the rail's last word; once the money should have been seen, none is to come any more. */
export function bankReferenceState(
  payout: { readonly state: PayoutState; readonly bankRef: string | null },
  posting: Posting | null,
): (typeof bankReferenceStates)[number] {
  if (payout.bankRef !== null) return 'available';
  return frees(payout.state) || posting?.over ? 'unavailable' : 'pending';
}
