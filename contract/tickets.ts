/** Tickets: opening, reading, withdrawing, and what agents do with them. */

import { z } from 'zod';
import { type ClauseId, clauseIds } from '../domain/clauses.ts';
import { messageCharactersMax, noteCharactersMax, uploadsPerTicketMax } from '../domain/limits.ts';
import { materials } from '../domain/materials.ts';
import { tenderMethods } from '../domain/rail.ts';
import { reviewCauses } from '../domain/review.ts';
import { roles } from '../domain/role.ts';
import { ticketActions, ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { evidenceSchema } from './evidence.ts';
import { networkContextSchema, networkContextShownSchema } from './network-context.ts';
import { operation } from './operation.ts';
import { payoutShownSchema } from './payouts.ts';
import {
  colleagueSchema,
  groundSchema,
  idSchema,
  instantSchema,
  moneySchema,
  noFieldsSchema,
  pageOf,
  pageQuery,
  positiveAmountSchema,
  refSchema,
  textSchema,
} from './wire.ts';

const actionIds = [...new Set(Object.values(ticketActions).flat())] as [string, ...string[]];

const decisionShownSchema = z
  .object({
    decision: z.enum(['refund', 'refuse']),
    amount: moneySchema.nullable(),
    ground: z.string(),
    clauses: z.array(z.string()),
    at: instantSchema,
    /** Staff only. */
    decidedBy: colleagueSchema.optional(),
  })
  .meta({ id: 'Decision' });

const ticketHead = {
  id: idSchema,
  reference: z.string().meta({ example: 'RD-1001' }),
  orderRef: z.string(),
  phase: z.enum(ticketPhases),
  outcome: z.enum(ticketOutcomes).nullable(),
  askedAt: instantSchema,
  createdAt: instantSchema,
  updatedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  /** Staff only: who reviews it. */
  assignee: colleagueSchema.nullable().optional(),
};

export const ticketSummarySchema = z.object(ticketHead).meta({ id: 'TicketSummary' });

export const ticketSchema = z
  .object({
    ...ticketHead,
    paymentMethod: z.enum(tenderMethods),
    description: z.string(),
    networkContext: networkContextShownSchema.nullable(),
    missing: z.array(z.enum(materials)).meta({ description: 'What the review still waits for (RP-4.1).' }),
    evidence: z.array(evidenceSchema),
    decision: decisionShownSchema.nullable(),
    payouts: z.array(payoutShownSchema),
    actions: z.array(z.enum(actionIds)).meta({ description: 'What the one who asks may do now: operation ids.' }),
    /** Staff only: the agents' findings, oldest first. */
    reviews: z
      .array(
        z.object({ cause: z.enum(reviewCauses), finding: z.string(), at: instantSchema, reviewer: colleagueSchema }),
      )
      .optional(),
  })
  .meta({ id: 'Ticket' });

export const keptSchema = z
  .object({ inputId: idSchema, state: z.literal('kept') })
  .meta({ id: 'Kept', description: 'The request is kept and will be done; its outcome stands at Location.' });

const params = z.object({ ticketId: idSchema });

export const createTicket = operation({
  id: 'createTicket',
  method: 'post',
  path: '/v1/tickets',
  summary: 'Asks for a refund of an order.',
  tag: 'tickets',
  body: z
    .object({
      orderRef: refSchema,
      paymentMethod: z.enum(tenderMethods),
      description: textSchema(messageCharactersMax),
      networkContext: networkContextSchema.optional(),
      uploadIds: z
        .array(idSchema)
        .max(uploadsPerTicketMax, `expected at most ${uploadsPerTicketMax} uploads`)
        .refine((ids) => new Set(ids).size === ids.length, 'expected each upload once')
        .default([]),
    })
    .strict(),
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
      ...pageQuery,
    })
    .strict(),
  answers: { 200: pageOf(ticketSummarySchema).meta({ id: 'TicketPage' }) },
  reads: 'customer-data',
});

export const getTicket = operation({
  id: 'getTicket',
  method: 'get',
  path: '/v1/tickets/{ticketId}',
  summary: 'One ticket with its evidence, decision and payouts.',
  tag: 'tickets',
  params,
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
  params,
  query: z.object(pageQuery).strict(),
  answers: { 200: pageOf(timelineEntrySchema).meta({ id: 'TimelinePage' }) },
  reads: 'customer-data',
});

export const withdrawTicket = operation({
  id: 'withdrawTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/withdraw',
  summary: 'Takes the request back, until a payout is being sent.',
  tag: 'tickets',
  params,
  body: noFieldsSchema,
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const assignTicket = operation({
  id: 'assignTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/assignee',
  summary: 'Gives the ticket to a reviewer, or to nobody.',
  tag: 'tickets',
  params,
  body: z.object({ assigneeId: idSchema.nullable() }).strict(),
  answers: { 200: ticketSchema },
  writes: 'direct',
});

export const recordReview = operation({
  id: 'recordReview',
  method: 'post',
  path: '/v1/tickets/{ticketId}/review',
  summary: 'Records what the technical review found (RP-4.2).',
  tag: 'tickets',
  params,
  body: z.object({ cause: z.enum(reviewCauses), finding: textSchema(noteCharactersMax) }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const decideTicket = operation({
  id: 'decideTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/decision',
  summary: 'Decides on the request: a refund of an amount, or a refusal by named clauses.',
  tag: 'tickets',
  params,
  body: z.discriminatedUnion('decision', [
    z.object({ decision: z.literal('refund'), amount: positiveAmountSchema, ground: groundSchema }).strict(),
    z
      .object({
        decision: z.literal('refuse'),
        ground: groundSchema,
        clauses: z
          .array(z.enum(clauseIds as [ClauseId, ...ClauseId[]]))
          .min(1, 'expected at least one clause')
          .max(20),
      })
      .strict(),
  ]),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});
