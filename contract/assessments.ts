/** What the policy engine says of a ticket: findings per clause, the proposal with its sums, and where the clocks stand. */

import { z } from 'zod';
import { verdicts, waitReasons } from '../domain/assessment.ts';
import { certainties } from '../domain/attempt-class.ts';
import { policyLanguages, type RefundClauseId, refundClauseIds } from '../domain/policy.ts';
import { reviewCauses } from '../domain/review.ts';
import { operation } from './operation.ts';
import { byteCountSchema, idSchema, instantSchema, moneySchema } from './wire.ts';

export const refundClauseSchema = z.enum(refundClauseIds as [RefundClauseId, ...RefundClauseId[]]);

export const languageSchema = z.enum(policyLanguages);

const factSources = ['shop', 'provider', 'customer', 'agent', 'lead', 'finance', 'desk'] as const;

export const factUsedSchema = z
  .object({ fact: z.string(), value: z.string(), source: z.enum(factSources) })
  .meta({ id: 'FactUsed', description: 'A fact as a clause used it, and who says so.' });

export const arithmeticLineSchema = z
  .object({ label: z.string(), value: z.string(), unit: z.string() })
  .meta({ id: 'ArithmeticLine', description: 'One line of a sum; the last is its result.' });

const findingSchema = z
  .object({
    clause: refundClauseSchema,
    verdict: z.enum(verdicts),
    reason: z.string(),
    facts: z.array(factUsedSchema),
    customer: z.record(languageSchema, z.string()),
    agent: z.string(),
  })
  .meta({ id: 'ClauseFinding' });

const intervalSchema = z.object({ from: instantSchema, until: instantSchema });

const refundSchema = z
  .object({
    amount: moneySchema,
    full: z.boolean().meta({ description: 'All that is left of the order.' }),
    endsPlan: z.boolean().meta({ description: 'All that is left of the money, or all that is unused of the plan.' }),
    tax: moneySchema,
    lines: z.array(arithmeticLineSchema),
    intervals: z.array(intervalSchema),
  })
  .meta({ id: 'ProposedRefund' });

const extensionSchema = z
  .object({
    minutes: z.number().int(),
    bytes: byteCountSchema,
    lines: z.array(arithmeticLineSchema),
    intervals: z.array(intervalSchema),
  })
  .meta({ id: 'ProposedExtension' });

const clauses = z.array(refundClauseSchema);

const proposalSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('refund'), clauses, refund: refundSchema }),
    z.object({ kind: z.literal('refuse'), clauses }),
    z.object({
      kind: z.literal('offer'),
      clauses,
      refund: refundSchema.nullable(),
      extension: extensionSchema.nullable(),
      expiresAfterDays: z.number(),
    }),
    z.object({ kind: z.literal('wait'), for: z.array(z.enum(waitReasons)), until: instantSchema.nullable() }),
    z.object({ kind: z.literal('remediated'), clauses }),
    z.object({ kind: z.literal('charged_back'), clauses }),
    z.object({ kind: z.literal('unclear'), conflicts: z.array(z.string()) }),
  ])
  .meta({ id: 'Proposal' });

const standing = { startedAt: instantSchema, dueAt: instantSchema, paused: z.boolean() };

export const assessmentSchema = z
  .object({
    engine: z.number().int(),
    at: instantSchema,
    versionNumber: z.number().int(),
    judgedBy: z.number().int(),
    findings: z.array(findingSchema),
    proposal: proposalSchema,
    clocks: z.object({
      windowEndsAt: instantSchema.nullable(),
      remediation: z.object(standing).nullable(),
      decision: z
        .object({
          ...standing,
          remindAt: instantSchema,
          escalateAt: instantSchema,
          holidaysKnown: z.boolean(),
        })
        .nullable(),
    }),
    refundableTenders: z.array(z.string()).meta({ description: 'Tenders that money may go back to (RP-2.2, RP-3.7).' }),
    systemMayDecide: z.boolean(),
  })
  .meta({ id: 'Assessment' });

const diagnosisFactSchema = z
  .object({
    cause: z.enum(reviewCauses).nullable(),
    certainty: z.enum(certainties).nullable(),
    persistent: z.boolean().nullable(),
    unusable: intervalSchema.nullable(),
    attempts: z.number().int(),
    failed: z.number().int(),
    nonUser: z.number().int(),
    classes: z.array(
      z.object({
        class: z.string(),
        vendor: z.string().nullable(),
        attempts: z.number().int(),
        proofs: z.array(z.object({ evidenceId: idSchema, from: z.number().int(), until: z.number().int() })),
      }),
    ),
  })
  .meta({ id: 'DiagnosisFact' });

const suggestionSchema = z
  .object({
    review: z.object({
      cause: z.enum(reviewCauses),
      persistent: z.boolean().nullable(),
      sellerMistake: z.boolean(),
      lost: z.array(intervalSchema),
    }),
    diagnosis: diagnosisFactSchema.nullable(),
    probes: diagnosisFactSchema.nullable(),
    assessment: assessmentSchema,
  })
  .meta({
    id: 'Suggestion',
    description:
      'The finding that the files and the desk’s own tests show, and what the policy would say if the review confirmed it.',
  });

const proposalAnswer = assessmentSchema
  .extend({ suggestion: suggestionSchema.nullable() })
  .meta({ id: 'AssessmentNow' });

export const getProposal = operation({
  id: 'getProposal',
  method: 'get',
  path: '/v1/tickets/{ticketId}/proposal',
  summary: 'What the policy says of a ticket as of now: each clause with its facts, what is missing, and the proposal.',
  tag: 'decisions',
  params: z.object({ ticketId: idSchema }),
  answers: { 200: proposalAnswer },
  reads: 'customer-data',
});
