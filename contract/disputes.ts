/** Disputes as finance sees and answers them; each tells by when evidence is due, and what was submitted by whom. */

import { z } from 'zod';
import { disputeKinds, disputeStandings, packetStates } from '../domain/dispute.ts';
import { tenderMethods } from '../domain/rail.ts';
import { ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { operation } from './operation.ts';
import { payoutSchema } from './payouts.ts';
import { colleagueSchema, idSchema, instantSchema, moneySchema, noFieldsSchema, pageOf, pageQuery } from './wire.ts';

const kindSchema = z.enum(disputeKinds).meta({ id: 'DisputeKind' });
const stateSchema = z.enum(disputeStandings).meta({
  id: 'DisputeState',
  description: '`warned`: an early fraud warning about which something can still be done; it holds no money.',
});

export const disputeSchema = z
  .object({
    id: idSchema,
    provider: z.string(),
    providerRef: z.string(),
    kind: kindSchema,
    label: z.string().meta({ description: 'The kind as people read it: a PayPal claim is never called a chargeback.' }),
    state: stateSchema,
    reason: z.string().nullable().meta({ description: 'The provider’s own code.' }),
    networkReason: z.string().nullable().meta({ description: 'The card network’s code.' }),
    amount: moneySchema.nullable().meta({ description: '`null` for a warning, which takes no money.' }),
    taken: moneySchema.meta({
      description:
        'What of our money it holds, or has taken: a provider may bear it, and our own refunds are not in it.',
    }),
    fee: moneySchema.nullable().meta({ description: 'What the provider charges for it, once it is told.' }),
    orderRef: z.string(),
    method: z.enum(tenderMethods),
    evidenceDueAt: instantSchema.nullable(),
    submittedAt: instantSchema.nullable(),
    submittedBy: colleagueSchema.nullable().meta({ description: '`null` where it was not submitted by this desk.' }),
    packet: z
      .object({ state: z.enum(packetStates), reason: z.string().nullable() })
      .nullable()
      .meta({ description: 'The newest packet of this desk, on its way or there.' }),
    lapsedAt: instantSchema.nullable().meta({ description: 'When the time for evidence ran out unanswered.' }),
    actionable: z.boolean().nullable().meta({ description: 'Of a warning: whether a refund still helps.' }),
    withdrawnByCustomerAt: instantSchema.nullable(),
    openedAt: instantSchema,
    endedAt: instantSchema.nullable(),
    actions: z.array(z.enum(['getDisputeEvidence', 'submitDisputeEvidence'])),
  })
  .meta({ id: 'Dispute' });

const wordSchema = z
  .object({
    kind: z.literal('told'),
    at: instantSchema,
    toldAt: instantSchema.meta({ description: 'The provider’s own time.' }),
    cause: z.string(),
    state: stateSchema,
    amount: moneySchema.nullable(),
    evidenceDueAt: instantSchema.nullable(),
    submissions: z.number().int(),
  })
  .meta({ id: 'DisputeWord' });

const happenedSchema = z
  .object({
    kind: z.enum(['reminder', 'escalation', 'deadline', 'evidence']),
    at: instantSchema,
    by: colleagueSchema.nullable(),
    dueAt: instantSchema.nullable(),
    state: z.enum(packetStates).nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'DisputeEvent' });

export const disputeDetailSchema = disputeSchema
  .extend({
    due: z
      .array(z.object({ kind: z.enum(['reminder', 'escalation', 'deadline']), at: instantSchema }))
      .meta({ description: 'What is still to come by itself, the earliest first.' }),
    events: z.array(z.discriminatedUnion('kind', [wordSchema, happenedSchema])),
    tickets: z.array(
      z.object({
        id: idSchema,
        reference: z.string(),
        phase: z.enum(ticketPhases),
        outcome: z.enum(ticketOutcomes).nullable(),
      }),
    ),
    payouts: z.array(payoutSchema),
    tenders: z.array(
      z.object({
        method: z.enum(tenderMethods),
        captured: moneySchema.nullable(),
        committed: moneySchema,
        elsewhere: moneySchema,
        disputed: moneySchema,
        refundable: moneySchema,
      }),
    ),
  })
  .meta({ id: 'DisputeDetail' });

const params = z.object({ disputeId: idSchema });

export const listDisputes = operation({
  id: 'listDisputes',
  method: 'get',
  path: '/v1/disputes',
  summary: 'Disputes, inquiries and warnings: first what must be answered first, what has ended last.',
  tag: 'disputes',
  query: z.object({ state: stateSchema.optional(), kind: kindSchema.optional(), ...pageQuery }).strict(),
  answers: { 200: pageOf(disputeSchema).meta({ id: 'DisputePage' }) },
  reads: 'customer-data',
});

export const getDispute = operation({
  id: 'getDispute',
  method: 'get',
  path: '/v1/disputes/{disputeId}',
  summary: 'One dispute, with its words in time, its order, tickets and payouts.',
  tag: 'disputes',
  params,
  answers: { 200: disputeDetailSchema },
  reads: 'customer-data',
});

export const getDisputeEvidence = operation({
  id: 'getDisputeEvidence',
  method: 'get',
  path: '/v1/disputes/{disputeId}/evidence',
  summary: 'The packet of evidence as a PDF: as it was submitted, or as it would be now.',
  tag: 'disputes',
  params,
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});

export const submitDisputeEvidence = operation({
  id: 'submitDisputeEvidence',
  method: 'post',
  path: '/v1/disputes/{disputeId}/evidence',
  summary: 'Submits the packet to the provider, once and in time.',
  tag: 'disputes',
  params,
  body: noFieldsSchema,
  answers: { 200: disputeSchema },
  writes: 'delivered',
});
