/** The desks: each page that a role's work begins with, and an operation that only those may call who work there. */

import type { Me } from '../api/session.ts';

/** In the order of the navigation; who may open several begins at the first. */
export const desks = [
  { to: '/requests', word: 'requests', operation: 'createTicket' },
  { to: '/desk', word: 'desk', operation: 'assignTicket' },
  { to: '/incidents', word: 'incidents', operation: 'listIncidents' },
  { to: '/finance', word: 'finance', operation: 'getPayoutSums' },
] as const;

export const desksOf = (me: Me | null) => desks.filter(({ operation }) => me?.operations.includes(operation));
