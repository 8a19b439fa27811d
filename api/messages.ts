/** Handlers of what people write about a ticket: messages for both sides, notes for staff alone. */

import { operations } from '../contract/operations.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import { aimAtTicket } from './aim.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';
import type { SaidView } from './views.ts';

const presentSaid = (view: SaidView) => ({
  id: view.id,
  ticketId: view.ticketId,
  at: view.at.toISOString(),
  text: view.text,
});

export function messageRoutes({ tickets, messages }: Pick<Stores, 'tickets' | 'messages'>): Route[] {
  const aim = aimAtTicket(tickets);
  return [
    route(operations.postMessage, {
      kind: 'direct',
      aim,
      apply: async ({ target: { ticketId }, doing, body }, trx) => {
        if (!ticketId) return refuse('not-found');
        const said = await messages.post(trx, { ...doing, ticketId, text: body.text });
        return isRefusal(said) ? said : { body: presentSaid(said) };
      },
    }),
    route(operations.addNote, {
      kind: 'direct',
      aim,
      apply: async ({ target: { ticketId }, doing, body }, trx) => {
        if (!ticketId) return refuse('not-found');
        const said = await messages.note(trx, { ...doing, ticketId, text: body.text });
        return isRefusal(said) ? said : { body: presentSaid(said) };
      },
    }),
  ];
}
