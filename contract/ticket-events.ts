/** Changes of tickets as they happen: which, never what; that is for the reader to read. */

import { z } from 'zod';
import { operation } from './operation.ts';
import { idSchema } from './wire.ts';

export const ticketEventSchema = z
  .object({
    hello: z.object({
      resumed: z.boolean().meta({
        description:
          '`true`: all that changed since `Last-Event-ID` follows. `false`: read anew, and follow from here.',
      }),
    }),
    ticket: z.object({ id: idSchema }),
    incident: z.object({ id: idSchema }).meta({ description: 'Of the registry, or its offers; for staff alone.' }),
  })
  .partial()
  .meta({
    id: 'TicketEvent',
    description: 'Each event’s data, under its name; one change may be told more than once.',
  });

export const getTicketEvents = operation({
  id: 'getTicketEvents',
  method: 'get',
  path: '/v1/tickets/events',
  summary:
    'Tells when anything has changed that one sees of a ticket: its state, its timeline, its files. One’s own, or all to staff.',
  tag: 'tickets',
  answers: { 200: ticketEventSchema },
  streams: true,
});
