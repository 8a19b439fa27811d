/** Handlers of what stands beside a ticket's phase: holds, checks of identity, facts that staff establish. */

import { operations } from '../contract/operations.ts';
import { aimAtHold, aimAtTicket } from './aim.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';
import { presentTaken } from './ticket-taken.ts';

export function holdRoutes({ tickets }: Pick<Stores, 'tickets'>): Route[] {
  const present = presentTaken(tickets);
  const taken = { kind: 'delivered', aim: aimAtTicket(tickets), present } as const;
  return [
    route(operations.placeHold, taken),
    route(operations.releaseHold, { kind: 'delivered', aim: aimAtHold(tickets), present }),
    route(operations.recordKyc, taken),
    route(operations.recordFact, taken),
  ];
}
