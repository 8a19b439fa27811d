/** What the case's one statement answers with, checked on read. */

import { z } from 'zod';
import { type AttemptClass, attemptClasses } from '../domain/attempt-class.ts';
import { decisionKinds, decisionStates } from '../domain/decision.ts';
import { clockKinds, disputeStates, orderChannels, pauseReasons } from '../domain/facts.ts';
import { holdKinds, holdResults } from '../domain/hold.ts';
import type { AssessmentId, DecisionId, HoldId, OfferId, SubjectId, TicketId } from '../domain/ids.ts';
import { offerEnds } from '../domain/offer.ts';
import { faultKinds, type PolicyDocument, type PolicyVersion } from '../domain/policy.ts';
import { tenderMethods } from '../domain/rail.ts';
import { fixAnswers, reviewCauses } from '../domain/review.ts';
import { ticketPhases } from '../domain/ticket.ts';
import type { DiagnosedFile } from '../domain/ticket-diagnosis.ts';
import { currency, id } from './row.ts';
import { statementSchema } from './stated-facts.ts';

/** PostgreSQL's JSON tells instants with microseconds and an offset; facts have them in one form. */
const instantText = z.string().transform((text) => new Date(text).toISOString());
const count = z.union([z.string(), z.number()]).transform(String);

const versionSchema = z.object({
  id: z.uuid(),
  number: z.number().int(),
  effectiveAt: instantText,
  document: z.custom<PolicyDocument>(),
}) satisfies z.ZodType<PolicyVersion>;

const intervalSchema = z.object({ from: instantText, until: instantText });

const usageSchema = z.object({ bytes: count, requests: count.nullable(), measuredAt: instantText });

export const caseSchema = z.object({
  phase: z.enum(ticketPhases),
  fault: z.enum(faultKinds),
  askedAt: instantText,
  createdAt: instantText,
  reopenedAt: instantText.nullable(),
  openedAgainAt: instantText.nullable(),
  materialsCompleteAt: instantText.nullable(),
  described: z.boolean(),
  evidenceCount: z.number().int(),
  hasNetworkContext: z.boolean(),
  version: versionSchema.nullable(),
  purchaseVersion: versionSchema.nullable(),
  order: z.object({
    currency,
    planKind: z.string(),
    channel: z.enum(orderChannels),
    reportedAt: instantText,
    firstPurchasedAt: instantText,
    firstCapturedAt: instantText.nullable(),
    purchasedAt: instantText,
    period: intervalSchema.nullable(),
    meteredBytes: count.nullable(),
  }),
  tenders: z.array(
    z.object({
      id: z.uuid(),
      method: z.enum(tenderMethods),
      amountMinor: count,
      taxMinor: count,
      capturedMinor: count.nullable(),
      goneMinor: count,
    }),
  ),
  usage: usageSchema.nullable(),
  latestUsage: usageSchema.nullable(),
  review: z
    .object({
      cause: z.enum(reviewCauses),
      persistent: z.boolean().nullable(),
      sellerMistake: z.boolean(),
      mended: z.boolean().nullable(),
      lost: z.array(intervalSchema),
      at: instantText,
    })
    .nullable(),
  diagnosed: z.array(
    z.object({ evidenceId: z.uuid(), at: instantText, diagnosis: z.custom<DiagnosedFile['diagnosis']>() }),
  ),
  probed: z
    .object({
      at: instantText,
      counts: z.array(
        z.object({
          hour: instantText,
          class: z.enum(Object.keys(attemptClasses) as [AttemptClass, ...AttemptClass[]]),
          vendor: z.string().nullable(),
          attempts: z.number().int(),
        }),
      ),
    })
    .nullable(),
  fix: z
    .object({
      id: z.uuid(),
      reportedAt: instantText,
      askedAt: instantText,
      answer: z.enum(fixAnswers).nullable(),
      byDesk: z.boolean(),
    })
    .nullable(),
  mendedFix: z
    .object({ reportedAt: instantText, askedAt: instantText, answer: z.enum(['mended', 'silent']) })
    .nullable(),
  incidents: z.array(
    z.object({
      ref: z.string(),
      confirmed: z.boolean(),
      widelyImpacting: z.boolean(),
      covers: z.boolean(),
      from: instantText,
      until: instantText.nullable(),
      lost: z.array(intervalSchema).optional(),
    }),
  ),
  disputes: z.array(
    z.object({ ref: z.string(), state: z.enum(disputeStates), withdrawnByCustomerAt: instantText.nullable() }),
  ),
  holds: z.array(
    z.object({
      id: id<HoldId>(),
      kind: z.enum(holdKinds),
      placedAt: instantText,
      dueAt: instantText.nullable(),
      releasedAt: instantText.nullable(),
      result: z.enum(holdResults).nullable(),
      /** Of whoever ended it. */
      role: z.string().nullable(),
    }),
  ),
  pauses: z.array(
    z.object({
      clock: z.enum(clockKinds),
      reason: z.enum(pauseReasons),
      from: instantText,
      until: instantText.nullable(),
    }),
  ),
  information: z.object({ id: z.uuid(), holdId: id<HoldId>(), askedAt: instantText }).nullable(),
  statements: z.array(statementSchema),
  refundsBefore: z.number().int(),
  refundsOfSameMail: z.number().int(),
  refundsOfSameInstrument: z.number().int(),
  emailVerified: z.boolean(),
  compensated: z.array(intervalSchema),
  offer: z
    .object({
      id: id<OfferId>(),
      decisionId: id<DecisionId>(),
      offeredAt: instantText,
      /** From when its days run, where its customer was told of it later. */
      toldAt: instantText.nullable(),
      refundMinor: count.nullable(),
      minutes: z.number().int(),
      bytes: count,
      intervals: z.array(intervalSchema),
      choice: z.enum(offerEnds).nullable(),
      days: z.number().int(),
      endsPlan: z.boolean(),
      /** Another decision took effect since. */
      isSuperseded: z.boolean(),
    })
    .nullable(),
  decision: z
    .object({
      id: id<DecisionId>(),
      state: z.enum(decisionStates),
      decision: z.enum(decisionKinds),
      decidedBy: id<SubjectId>().nullable(),
      at: instantText,
      inputId: z.uuid().nullable(),
      assessmentId: id<AssessmentId>().nullable(),
    })
    .nullable(),
  /** Who may not look at it again: those who decided or reviewed what was appealed (RP-4.6, appeals). */
  barred: z.array(id<SubjectId>()),
  appealedDecisionIds: z.array(z.string().nullable()),
  closedAt: instantText.nullable(),
  /** The other open ticket of the order, which keeps this one closed. */
  claimedBy: id<TicketId>().nullable(),
  openPayouts: z.number().int(),
  settledPayouts: z.number().int(),
  /** Payouts and remedies that can no longer be held back; the end of a plan waits for nobody. */
  leftUs: z.number().int(),
  /** What the shop is still to do for the customer; the end of a plan goes with its refund. */
  openRemedies: z.number().int(),
  /** Something of what was granted cannot be called back, or was given already. */
  isSent: z.boolean(),
  appliedExtensions: z.number().int(),
  appliedReplacements: z.number().int(),
});

export type CaseRow = z.output<typeof caseSchema>;
