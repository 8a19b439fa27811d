/**
 * A decision in an answer: what was decided, and page-ready why, to the customer and, with names and facts, to staff; and
 * the same of a ticket that closed without one.
 */

import { z } from 'zod';
import { proposalKinds, verdicts } from '../domain/assessment.ts';
import { closingCauses } from '../domain/closing.ts';
import { decisionKinds, decisionStates, exceptions } from '../domain/decision.ts';
import { ticketOutcomes } from '../domain/ticket.ts';
import { arithmeticLineSchema, factUsedSchema, languageSchema, refundClauseSchema } from './assessments.ts';
import { colleagueSchema, idSchema, instantSchema, moneySchema } from './wire.ts';

export const decisionHead = {
  id: idSchema,
  decision: z.enum(decisionKinds),
  amount: moneySchema.nullable(),
  ground: z.string(),
  clauses: z.array(z.string()),
  at: instantSchema,
  byDesk: z.boolean().meta({ description: 'Made without a person; an appeal brings one (RP-4.6).' }),
  exception: z
    .enum(exceptions)
    .nullable()
    .meta({ description: 'Against the proposal, which stands untouched beside it.' }),
  /** Staff only; to a customer each decision holds. */
  state: z.enum(decisionStates).optional(),
  /** Staff only; `null` where the desk decided. */
  decidedBy: colleagueSchema.nullable().optional(),
  confirmedBy: colleagueSchema.nullable().optional(),
};

const clauseExplainedSchema = z
  .object({
    clause: refundClauseSchema,
    text: z.string().nullable().meta({ description: 'As posted in the version that judged.' }),
    verdict: z.enum(verdicts),
    sentence: z.string(),
    /** Staff only. */
    reason: z.string().optional(),
    agentSentence: z.string().optional(),
    facts: z.array(factUsedSchema).optional(),
  })
  .meta({ id: 'ClauseExplained' });

const versionSchema = z
  .object({ number: z.number().int(), effectiveAt: instantSchema })
  .meta({ id: 'PolicyVersionNamed' });

const assessedSchema = z
  .object({
    findings: z.array(clauseExplainedSchema),
    proposed: z.enum(proposalKinds),
    arithmetic: z.array(z.object({ of: z.enum(['refund', 'extension']), lines: z.array(arithmeticLineSchema) })),
    versions: z.object({ atAsking: versionSchema, atPurchase: versionSchema.nullable() }),
    judgedBy: z.number().int().meta({ description: 'Number of the version whose answer counts (RP-6.1).' }),
    at: instantSchema,
    /** Staff only: by which it is found and derived again. */
    number: z.number().int().optional(),
    engine: z.number().int().optional(),
    sha256: z.string().optional(),
  })
  .meta({ id: 'DecisionAssessed' });

const decisionExplainedSchema = z
  .object({
    kind: z.literal('decision'),
    ...decisionHead,
    provision: z
      .string()
      .nullable()
      .meta({ description: 'Of the law beyond the policy, where it was decided by one.' }),
    language: languageSchema,
    assessed: assessedSchema
      .nullable()
      .meta({ description: 'What the decision stands on; `null` where none was kept.' }),
    appealUntil: instantSchema.nullable().meta({
      description:
        'Until when it can be appealed now; `null` where it cannot, and while its ticket is open: one made without a person can be appealed then, until its money has left (RP-4.6).',
    }),
    /** Staff only: what the second person wrote. */
    confirmGround: z.string().nullable().optional(),
  })
  .meta({ id: 'DecisionExplained' });

const closingAssessedSchema = assessedSchema
  .extend({
    proposed: assessedSchema.shape.proposed
      .optional()
      .meta({ description: 'To a customer, as its sums, only where it had been offered.' }),
  })
  .meta({ id: 'ClosingAssessed' });

const closingExplainedSchema = z
  .object({
    kind: z.literal('closing'),
    id: idSchema.nullable().meta({ description: 'By which its letter is found; `null` where there is none.' }),
    outcome: z.enum(ticketOutcomes),
    cause: z.enum(closingCauses),
    at: instantSchema,
    language: languageSchema,
    assessed: closingAssessedSchema
      .nullable()
      .meta({ description: 'The case as it stood when it closed; `null` where nothing was judged, as on withdrawal.' }),
    appealUntil: instantSchema
      .nullable()
      .meta({ description: 'Until when it can be appealed now; `null` where it cannot.' }),
    reopenable: z.boolean().meta({
      description: 'Whether its customer may take the request up again, with the same moment of asking (RP-2.3).',
    }),
  })
  .meta({ id: 'ClosingExplained', description: 'How the ticket closed where no decision closed it.' });

export const explainedSchema = z.discriminatedUnion('kind', [decisionExplainedSchema, closingExplainedSchema]);
