/** Why a ticket closed where no decision closed it, by a code; each leads to one outcome. */

import type { TicketOutcome } from './ticket.ts';

export const closingOutcomes = {
  /** RP-4.2: what was asked for never came. */
  materials_missing: 'lapsed',
  question_unanswered: 'lapsed',
  /** RP-4.5. */
  offer_expired: 'lapsed',
  /** RP-2.4a: by the customer's word, by their silence, or by a review. */
  fix_confirmed: 'remediated',
  fix_presumed: 'remediated',
  review_found_mended: 'remediated',
  /** RP-3.8. */
  money_taken: 'charged_back',
  withdrawn: 'withdrawn',
} as const satisfies Record<string, TicketOutcome>;

export type ClosingCause = keyof typeof closingOutcomes;

export const closingCauses = Object.keys(closingOutcomes) as [ClosingCause, ...ClosingCause[]];
