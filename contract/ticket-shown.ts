/** A ticket in an answer: its head in lists, and the whole of it with all that it waits for. */

import { z } from 'zod';
import { urgencies } from '../domain/dispute.ts';
import { dueKinds } from '../domain/due-kind.ts';
import { clockKinds, pauseReasons } from '../domain/facts.ts';
import { holdKinds, holdResults } from '../domain/hold.ts';
import { coverages, incidentStates } from '../domain/incident.ts';
import { pastTicketsShownMax } from '../domain/limits.ts';
import { materials } from '../domain/materials.ts';
import { offerEnds } from '../domain/offer.ts';
import { pastTicketOutcomes } from '../domain/past-ticket.ts';
import { faultKinds } from '../domain/policy.ts';
import { tenderMethods } from '../domain/rail.ts';
import { type RemedyKind, type RemedyState, remedyKinds, remedyStates } from '../domain/remedy.ts';
import { diagnosisAnswers, fixAnswers, reviewCauses } from '../domain/review.ts';
import { ticketActions, ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { contactSchema } from './contacts.ts';
import { decisionHead } from './decision-shown.ts';
import { evidenceSchema } from './evidence.ts';
import { networkContextShownSchema } from './network-context.ts';
import { payoutShownSchema } from './payouts.ts';
import { byteCountSchema, colleagueSchema, idSchema, instantSchema, moneySchema } from './wire.ts';

const actionIds = [...new Set(Object.values(ticketActions).flat())] as [string, ...string[]];

const dueSchema = z
  .object({ kind: z.enum(dueKinds), at: instantSchema })
  .meta({ id: 'Due', description: 'When the ticket moves by itself, if nothing comes before.' });

const ticketHead = {
  id: idSchema,
  reference: z.string().meta({ example: 'RD-1001' }),
  orderRef: z.string(),
  fault: z.enum(faultKinds),
  phase: z.enum(ticketPhases),
  outcome: z.enum(ticketOutcomes).nullable(),
  due: dueSchema.nullable(),
  askedAt: instantSchema,
  createdAt: instantSchema,
  updatedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  /** Staff only: who reviews it. */
  assignee: colleagueSchema.nullable().optional(),
  urgent: z
    .enum(urgencies)
    .nullable()
    .optional()
    .meta({ description: 'Why it goes before others: a refund now spares a dispute. For staff alone.' }),
};

export const ticketSummarySchema = z.object(ticketHead).meta({ id: 'TicketSummary' });

const pauseSchema = z
  .object({
    clock: z.enum(clockKinds),
    reason: z.enum(pauseReasons),
    from: instantSchema,
    until: instantSchema.nullable(),
    /** Staff only: who stopped it; `null` where the desk did. */
    by: colleagueSchema.nullable().optional(),
  })
  .meta({ id: 'ClockPause', description: 'A stretch of time on which a clock stood still (RP-4.3).' });

const holdSchema = z
  .object({
    kind: z.enum(holdKinds),
    since: instantSchema,
    until: instantSchema.nullable(),
    stops: z.array(z.enum(clockKinds)),
    /** Staff only. */
    id: idSchema.optional(),
    ground: z.string().optional(),
    placedBy: colleagueSchema.nullable().optional(),
    result: z.enum(holdResults).nullable().optional(),
  })
  .meta({ id: 'Hold', description: 'While it lasts no payout and no remedy goes.' });

const informationRequestSchema = z
  .object({
    materials: z.array(z.enum(materials)),
    question: z.string(),
    askedAt: instantSchema,
    lapsesAt: instantSchema.nullable(),
  })
  .meta({ id: 'InformationRequest', description: 'What the review asks for before it goes on (RP-4.2).' });

const remediationSchema = z
  .object({
    deadline: instantSchema.nullable(),
    fixReportedAt: instantSchema.nullable(),
    answer: z.enum(fixAnswers).nullable(),
  })
  .meta({ id: 'Remediation', description: 'The days of RP-2.4a, and the newest fix that was reported in them.' });

const offerSchema = z
  .object({
    refund: moneySchema.nullable(),
    extension: z.object({ minutes: z.number().int(), bytes: byteCountSchema }).nullable(),
    endsPlan: z.boolean().meta({ description: 'The refund is for all that is unused, so the plan ends with it.' }),
    offeredAt: instantSchema,
    expiresAt: instantSchema.nullable(),
    choice: z.enum(offerEnds).nullable(),
  })
  .meta({ id: 'Offer', description: 'Money or time, as the customer chooses (RP-4.5).' });

const remedySchema = z
  .object({
    kind: z.enum(remedyKinds as [RemedyKind, ...RemedyKind[]]),
    state: z.enum(remedyStates as [RemedyState, ...RemedyState[]]),
    planEndsAt: instantSchema.nullable(),
  })
  .meta({ id: 'Remedy', description: 'What the shop does to the plan.' });

const reviewSchema = z
  .object({
    cause: z.enum(reviewCauses),
    finding: z.string(),
    persistent: z.boolean().nullable(),
    sellerMistake: z.boolean(),
    diagnosis: z.enum(diagnosisAnswers).nullable(),
    mended: z.boolean().nullable(),
    lost: z.array(z.object({ from: instantSchema, until: instantSchema })),
    at: instantSchema,
    reviewer: colleagueSchema,
  })
  .meta({ id: 'Review' });

const linkedSchema = z
  .object({
    id: idSchema,
    reference: ticketHead.reference,
    orderRef: ticketHead.orderRef,
    phase: ticketHead.phase,
    outcome: ticketHead.outcome,
  })
  .meta({
    id: 'LinkedTicket',
    description: 'Of another order that the same request named; both share their evidence.',
  });

export const pastTicketShownSchema = z
  .object({
    ref: z.string().meta({ description: 'As the former desk called it.' }),
    orderRef: ticketHead.orderRef,
    outcome: z.enum(pastTicketOutcomes),
    askedAt: instantSchema,
    closedAt: instantSchema,
    refunds: z.array(z.object({ method: z.enum(tenderMethods), amount: moneySchema })),
  })
  .meta({ id: 'PastTicket', description: 'Closed by a former desk, and taken over by file.' });

const withdrawalSchema = z
  .object({
    losesAskedAt: instantSchema,
    windowEndsAt: instantSchema
      .nullable()
      .meta({ description: 'Who asks again after it asks too late, by the version that judges this ticket.' }),
  })
  .meta({ id: 'Withdrawal', description: 'What a withdrawal loses, to be told before it is confirmed (RP-2.3).' });

export const ticketSchema = z
  .object({
    ...ticketHead,
    paymentMethod: z.enum(tenderMethods),
    description: z.string(),
    networkContext: networkContextShownSchema.nullable(),
    policy: z
      .object({ atAsking: z.number().int().nullable(), atPurchase: z.number().int().nullable() })
      .meta({ description: 'Numbers of the policy versions by which it is judged (RP-6.1).' }),
    missing: z.array(z.enum(materials)).meta({ description: 'What the review still waits for (RP-4.1).' }),
    evidence: z.array(evidenceSchema),
    clocks: z.object({ pauses: z.array(pauseSchema) }),
    holds: z.array(holdSchema),
    informationRequest: informationRequestSchema.nullable(),
    remediation: remediationSchema.nullable(),
    promisedAt: instantSchema.nullable().meta({
      description: 'By when it is answered (RP-4.3); `null` while nothing is promised, or its clock stands still.',
    }),
    decision: z
      .object(decisionHead)
      .meta({ id: 'Decision' })
      .nullable()
      .meta({ description: 'The newest that holds; to staff also one that waits for a second person.' }),
    offer: offerSchema.nullable(),
    payouts: z.array(payoutShownSchema),
    remedies: z.array(remedySchema),
    appeal: z.object({ at: instantSchema }).nullable(),
    linked: z.array(linkedSchema),
    withdrawal: withdrawalSchema.nullable().meta({ description: '`null` where the one who asks may not withdraw it.' }),
    pending: z
      .object({ count: z.number().int().min(1), since: instantSchema })
      .nullable()
      .meta({ description: 'What was kept for it and is not in this answer yet, and since when.' }),
    actions: z.array(z.enum(actionIds)).meta({ description: 'What the one who asks may do now: operation ids.' }),
    /** Staff only: how its customer can be reached. */
    contacts: z.array(contactSchema).optional(),
    /** Staff only: of any order of its account, newest first. */
    pastTickets: z
      .array(pastTicketShownSchema)
      .optional()
      .meta({ description: `The newest ${pastTicketsShownMax} of its account that a former desk closed.` }),
    /** Staff only. */
    incidents: z
      .array(
        z
          .object({
            id: idSchema,
            ref: z.string(),
            state: z.enum(incidentStates),
            coverage: z.enum(coverages),
          })
          .meta({ id: 'TicketIncident' }),
      )
      .optional()
      .meta({
        description:
          'Incidents of the registry that cover its order, and confirmed ones that might, were its place or exits known.',
      }),
    /** Staff only: the agents' findings, oldest first. */
    reviews: z.array(reviewSchema).optional(),
  })
  .meta({ id: 'Ticket' });

/** Of the operations that name a ticket in their address. */
export const ticketParams = z.object({ ticketId: idSchema });
