/** Decisions: made, confirmed by a second person, explained for ever, and the customer's own choice and appeal. */

import { z } from 'zod';
import { type ClauseId, clauseIds } from '../domain/clauses.ts';
import { exceptions } from '../domain/decision.ts';
import { messageCharactersMax, provisionCharactersMax } from '../domain/limits.ts';
import { offerChoices } from '../domain/offer.ts';
import { languageSchema } from './assessments.ts';
import { explainedSchema } from './decision-shown.ts';
import { operation } from './operation.ts';
import { ticketParams, ticketSchema } from './ticket-shown.ts';
import { groundSchema, idSchema, positiveAmountSchema, textSchema } from './wire.ts';

const refundBody = z
  .object({
    decision: z.literal('refund'),
    amount: positiveAmountSchema,
    ground: groundSchema,
    exception: z
      .enum(exceptions)
      .optional()
      .meta({ description: 'Needed where the amount is not the one proposed: more, less (RP-3.9), or by law.' }),
    provision: textSchema(provisionCharactersMax)
      .optional()
      .meta({ description: 'The law that gives the right, named; with `statutory` only (RP-3.9).' }),
  })
  .strict()
  .refine((body) => (body.exception === 'statutory') === (body.provision !== undefined), {
    path: ['provision'],
    message: 'expected the provision where the exception is `statutory`, and nowhere else',
  });

const refuseBody = z
  .object({
    decision: z.literal('refuse'),
    ground: groundSchema,
    clauses: z
      .array(z.enum(clauseIds as [ClauseId, ...ClauseId[]]))
      .min(1, 'expected at least one clause')
      .max(20),
    exception: z.literal('refusal').optional(),
  })
  .strict();

export const decideTicket = operation({
  id: 'decideTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/decision',
  summary: 'Decides on the proposal, or against it as an exception that a second person must confirm.',
  tag: 'decisions',
  params: ticketParams,
  body: z.discriminatedUnion('decision', [
    refundBody,
    refuseBody,
    z.object({ decision: z.literal('offer'), ground: groundSchema }).strict(),
    z.object({ decision: z.literal('replace'), ground: groundSchema }).strict(),
  ]),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const confirmDecision = operation({
  id: 'confirmDecision',
  method: 'post',
  path: '/v1/tickets/{ticketId}/decision/confirmation',
  summary: 'Confirms or rejects a decision that awaits its second person.',
  tag: 'decisions',
  params: ticketParams,
  body: z.object({ confirm: z.boolean(), ground: groundSchema }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const answerOffer = operation({
  id: 'answerOffer',
  method: 'post',
  path: '/v1/tickets/{ticketId}/offer/answer',
  summary: 'Chooses money or time (RP-4.5).',
  tag: 'decisions',
  params: ticketParams,
  body: z.object({ choice: z.enum(offerChoices) }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const appealTicket = operation({
  id: 'appealTicket',
  method: 'post',
  path: '/v1/tickets/{ticketId}/appeal',
  summary: 'Brings a decision before another reviewer, once; one made without a person also before its money has left.',
  tag: 'decisions',
  params: ticketParams,
  body: z
    .object({
      ground: textSchema(messageCharactersMax)
        .optional()
        .meta({ description: 'May be left out of a decision that was made without a person (RP-4.6).' }),
    })
    .strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

const inLanguage = z
  .object({ language: languageSchema.optional().meta({ description: 'The reader’s own where left out.' }) })
  .strict();

export const getDecisions = operation({
  id: 'getDecisions',
  method: 'get',
  path: '/v1/tickets/{ticketId}/decisions',
  summary:
    'Why it was decided, or closed without a decision, oldest first: clauses as posted, facts, sums and versions.',
  tag: 'decisions',
  params: ticketParams,
  query: inLanguage,
  answers: { 200: z.object({ items: z.array(explainedSchema) }).meta({ id: 'DecisionList' }) },
  reads: 'customer-data',
});

export const getDecisionLetter = operation({
  id: 'getDecisionLetter',
  method: 'get',
  path: '/v1/tickets/{ticketId}/decisions/{decisionId}/letter',
  summary: 'The same as a letter to keep: a PDF; of a decision or of a closing, by its id.',
  tag: 'decisions',
  params: z.object({ ticketId: idSchema, decisionId: idSchema }),
  query: inLanguage,
  answers: { 200: 'bytes' },
  reads: 'customer-data',
});
