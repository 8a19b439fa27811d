/** Tickets: opening, reading, withdrawing, reopening, and who works on them. */

import { z } from 'zod';
import { messageCharactersMax, ordersPerRequestMax } from '../domain/limits.ts';
import { faultKinds } from '../domain/policy.ts';
import { tenderMethods } from '../domain/rail.ts';
import { roles } from '../domain/role.ts';
import { ticketPhases } from '../domain/ticket.ts';
import { evidenceSchema } from './evidence.ts';
import { networkContextSchema } from './network-context.ts';
import { egressSchema } from './network-places.ts';
import { operation } from './operation.ts';
import { ticketParams, ticketSchema, ticketSummarySchema } from './ticket-shown.ts';
import {
  groundSchema,
  idSchema,
  instantSchema,
  pageOf,
  pageQuery,
  refSchema,
  textSchema,
  uploadIdsSchema,
} from './wire.ts';

export const keptSchema = z
  .object({ inputId: idSchema, state: z.literal('kept') })
  .meta({ id: 'Kept', description: 'The request is kept and will be done; its outcome stands at Location.' });

export const createTicket = operation({
  id: 'createTicket',
  method: 'post',
  path: '/v1/tickets',
  summary: 'Asks for a refund of an order, or of several at once: all of them or none.',
  tag: 'tickets',
  body: z
    .object({
      orderRef: refSchema,
      paymentMethod: z.enum(tenderMethods),
      linkedOrders: z
        .array(z.object({ orderRef: refSchema, paymentMethod: z.enum(tenderMethods) }).strict())
        .max(ordersPerRequestMax - 1, `expected at most ${ordersPerRequestMax - 1} more orders`)
        .optional()
        .meta({
          description:
            'Orders of the same account asked for besides, each once. Each gets a ticket of its own; they share their evidence and its limit.',
        }),
      fault: z
        .enum(faultKinds)
        .default('unreachable')
        .meta({ description: 'What is wrong; each kind has its own materials (RP-5.2).' }),
      description: textSchema(messageCharactersMax),
      networkContext: networkContextSchema.optional(),
      uploadIds: uploadIdsSchema,
    })
    .strict()
    .refine(
      ({ orderRef, linkedOrders = [] }) =>
        new Set([orderRef, ...linkedOrders.map((order) => order.orderRef)]).size === linkedOrders.length + 1,
      { path: ['linkedOrders'], message: 'expected each order once' },
    ),
  answers: { 201: ticketSchema, 202: ticketSchema },
  writes: 'delivered',
});

export const listTickets = operation({
  id: 'listTickets',
  method: 'get',
  path: '/v1/tickets',
  summary: 'Tickets, newest first: one’s own, or all to staff.',
  tag: 'tickets',
  query: z
    .object({
      phase: z.enum(ticketPhases).optional(),
      assignee: z.union([idSchema, z.enum(['me', 'none'])], 'expected an id, `me` or `none`').optional(),
      orderRef: refSchema.optional(),
      incident: idSchema.optional().meta({ description: 'Only those that it covers; of staff alone.' }),
      urgent: z
        .literal('true', 'expected `true`')
        .optional()
        .meta({ description: 'Only what goes before others; of staff alone.' }),
      egress: egressSchema.optional().meta({
        description:
          'Only what names an exit that lies in this address or range, or a range that holds it; of staff alone.',
      }),
      seenFrom: instantSchema.optional().meta({ description: 'With `egress`: seen at this instant or later.' }),
      seenUntil: instantSchema.optional().meta({ description: 'With `egress`: seen at this instant or before.' }),
      ...pageQuery,
    })
    .strict()
    .refine(({ egress, seenFrom, seenUntil }) => egress !== undefined || (seenFrom ?? seenUntil) === undefined, {
      path: ['egress'],
      message: 'expected with `seenFrom` and `seenUntil`',
    })
    .refine(({ seenFrom = '', seenUntil }) => seenUntil === undefined || seenFrom <= seenUntil, {
      path: ['seenUntil'],
      message: 'expected an instant that is not before `seenFrom`',
    }),
  answers: { 200: pageOf(ticketSummarySchema).meta({ id: 'TicketPage' }) },
  reads: 'customer-data',
});

export const getTicket = operation({
  id: 'getTicket',
  method: 'get',
  path: '/v1/tickets/{ticketId}',
  summary: 'One ticket with its evidence, decision and payouts.',
  tag: 'tickets',
  params: ticketParams,
  answers: { 200: ticketSchema },
  reads: 'customer-data',
});

const authorSchema = z
  .object({
    role: z.enum([...roles, 'desk', 'provider']),
    /** Staff only. */
    id: idSchema.optional(),
    name: z.string().optional(),
  })
  .meta({ id: 'Author', description: 'Who did it; to a customer every member of staff is the desk.' });

const said = { id: idSchema, at: instantSchema, author: authorSchema, text: z.string() };

export const timelineEntrySchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('event'),
      number: z.number().int(),
      at: instantSchema,
      actor: authorSchema,
      kind: z.string(),
      data: z.record(z.string(), z.unknown()),
      hash: z.string().meta({ description: 'SHA-256 over this event and the hash of the one before.' }),
    }),
    z.object({ type: z.literal('message'), ...said }),
    z.object({ type: z.literal('note'), ...said }),
    z.object({ type: z.literal('evidence'), at: instantSchema, evidence: evidenceSchema }),
  ])
  .meta({ id: 'TimelineEntry' });

export const getTicketTimeline = operation({
  id: 'getTicketTimeline',
  method: 'get',
  path: '/v1/tickets/{ticketId}/timeline',
  summary: 'What happened, oldest first: chained events, messages, evidence; notes to staff.',
  tag: 'tickets',
  params: ticketParams,
  query: z.object(pageQuery).strict(),
  answers: { 200: pageOf(timelineEntrySchema).meta({ id: 'TimelinePage' }) },
  reads: 'customer-data',
});

export const withdrawTicket = operation({
  id: 'withdrawTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/withdraw',
  summary: 'Takes the request back, until a payout is being sent; its moment of asking is lost.',
  tag: 'tickets',
  params: ticketParams,
  body: z
    .object({
      confirmed: z.literal(true).optional().meta({
        description:
          'That the customer was told what they lose and confirmed it; left out, the answer tells it and nothing is done (RP-2.3).',
      }),
    })
    .strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const assignTicket = operation({
  id: 'assignTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/assignee',
  summary: 'Gives the ticket to a reviewer, or to nobody.',
  tag: 'tickets',
  params: ticketParams,
  body: z.object({ assigneeId: idSchema.nullable() }).strict(),
  answers: { 200: ticketSchema },
  writes: 'direct',
});

export const reopenTicket = operation({
  id: 'reopenTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/reopen',
  summary:
    'Takes a lapsed ticket up again, which keeps its moment of asking; staff do so where a fact could better it, also of an open offer, which is then taken back.',
  tag: 'tickets',
  params: ticketParams,
  body: z.object({ ground: groundSchema }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});
