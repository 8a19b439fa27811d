/** How a write that a ticket's workflow has taken is answered: with the ticket as it then stands. */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { Tickets } from './ports.ts';
import { presentTicket } from './present-ticket.ts';
import type { Principal, Viewer } from './principal.ts';
import type { Target } from './route.ts';

interface Looking {
  readonly viewer: Viewer;
  readonly principal: Principal;
}

export const presentTaken =
  (tickets: Pick<Tickets, 'read'>) =>
  async (
    { viewer, principal }: Looking,
    { ticketId }: Pick<Target, 'ticketId'>,
  ): Promise<{ readonly body: unknown } | Refusal> => {
    const view = ticketId && (await tickets.read(viewer, ticketId));
    return view ? { body: presentTicket(view, principal) } : refuse('not-found');
  };
