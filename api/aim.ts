/**
 * Finds what a write is aimed at, before anything of it is kept. What is not the viewer's is not found; what is theirs
 * to look at but not to ask for is not allowed (PK-3.1).
 */

import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { Payouts, Tickets } from './ports.ts';
import { mayAsk, type Principal, type Viewer } from './principal.ts';
import type { Target } from './route.ts';

interface Aiming<Params> {
  readonly principal: Principal;
  readonly viewer: Viewer;
  readonly params: Params;
}

export const aimAtTicket =
  (tickets: Tickets) =>
  async (context: Aiming<{ ticketId: string }>): Promise<Target | Refusal> => {
    const ticket = await tickets.find(context.viewer, context.params.ticketId);
    if (!ticket) return refuse('not-found');
    if (context.principal.role === 'customer' && !mayAsk(context.principal, ticket.accountId))
      return refuse('not-allowed');
    return { ticket, ticketId: ticket.ticketId, payoutId: null };
  };

/** Which hold it is stands in the address alone, so it is kept with the body; whether there is such a one, the step tells. */
export const aimAtHold =
  (tickets: Tickets) =>
  async (context: Aiming<{ ticketId: string; holdId: string }>): Promise<Target | Refusal> => {
    const target = await aimAtTicket(tickets)(context);
    return isRefusal(target) ? target : { ...target, kept: { holdId: context.params.holdId } };
  };

export const aimAtPayout =
  (payouts: Payouts) =>
  async (context: Aiming<{ payoutId: string }>): Promise<Target | Refusal> => {
    const payout = await payouts.find(context.params.payoutId);
    return payout ? { ticket: null, ...payout } : refuse('not-found');
  };
