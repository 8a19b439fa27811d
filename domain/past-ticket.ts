/** How a ticket ended at a former desk, in this desk's words: it counts beside those of our own, and is never opened again. */

import type { TicketOutcome } from './ticket.ts';

export const pastTicketOutcomes = [
  'refunded',
  'extended',
  'refused',
  'remediated',
  'withdrawn',
  'lapsed',
  'charged_back',
] as const satisfies readonly TicketOutcome[];

export type PastTicketOutcome = (typeof pastTicketOutcomes)[number];
