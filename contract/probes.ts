/** The desk's own tests of a customer's plan, from the seller's side (RP-2.4). */

import { z } from 'zod';
import { attemptFailures, attemptSteps } from '../domain/attempt.ts';
import { type AttemptClass, attemptClasses } from '../domain/attempt-class.ts';
import { fixVerdicts, probeProtocols, probeStops, targetRefusals } from '../domain/probe.ts';
import { reviewCauses } from '../domain/review.ts';
import { countedSchema } from './diagnosis.ts';
import { operation } from './operation.ts';
import { ticketParams } from './ticket-shown.ts';
import { instantSchema, noFieldsSchema } from './wire.ts';

const attemptSchema = z
  .object({
    number: z.number().int().meta({ description: 'Counted from 1 over the ticket; `proofs` name it.' }),
    round: z.number().int(),
    at: instantSchema,
    target: z.string(),
    protocol: z.enum(probeProtocols),
    class: z.enum(Object.keys(attemptClasses) as [AttemptClass, ...AttemptClass[]]),
    vendor: z.string().nullable(),
    cause: z.enum(reviewCauses).nullable(),
    step: z.enum(attemptSteps).nullable().meta({ description: 'How far it came, where it was not answered.' }),
    failure: z.enum(attemptFailures).nullable(),
    status: z.number().int().nullable(),
    egress: z.string().nullable().meta({ description: 'The exit’s address, where the gateway tells it.' }),
    latencyMs: z.number().int(),
  })
  .meta({ id: 'ProbeAttempt' });

export const probesSchema = z
  .object({
    state: z
      .enum(['running', 'stopped'])
      .meta({ description: 'Whether the plan is tested by its timetable, or wherefore not (`why`).' }),
    why: z.enum(probeStops).nullable(),
    rounds: z.number().int(),
    lastBegunAt: instantSchema.nullable(),
    budget: z.object({ used: z.number().int(), max: z.number().int() }).meta({ description: 'In attempts.' }),
    refusedTargets: z
      .array(z.object({ target: z.string(), refused: z.enum(targetRefusals), at: instantSchema }))
      .meta({ description: 'What the ticket names and is not tried.' }),
    diagnosis: countedSchema.meta({
      id: 'ProbeDiagnosis',
      description: 'As of a customer’s log; `proofs` are numbers of attempts.',
    }),
    ownSetup: z.number().int().meta({
      description: 'Attempts that failed by the test account or its setting, which say nothing of the fault.',
    }),
    attempts: z.array(attemptSchema).meta({ description: 'The newest first, at most 50.' }),
    fix: z
      .object({
        reportedAt: instantSchema,
        verdict: z.enum(fixVerdicts),
        attempts: z.number().int(),
        ours: z.number().int().meta({ description: 'Failed by a cause of the seller’s.' }),
        toldAt: instantSchema
          .nullable()
          .meta({ description: 'When whoever works on the ticket was told that it does not hold.' }),
      })
      .nullable()
      .meta({ description: 'What the rounds since the newest report of a fix say of it (RP-2.4a).' }),
  })
  .meta({ id: 'Probes' });

export const getProbes = operation({
  id: 'getProbes',
  method: 'get',
  path: '/v1/tickets/{ticketId}/probes',
  summary: 'What the desk’s own tests of the plan say, and whether a reported fix holds (RP-2.4a).',
  tag: 'reviews',
  params: ticketParams,
  answers: { 200: probesSchema },
  reads: 'customer-data',
});

export const startProbes = operation({
  id: 'startProbes',
  method: 'post',
  path: '/v1/tickets/{ticketId}/probes',
  summary: 'Has the plan tested now and not only when it is due; within the ticket’s budget.',
  tag: 'reviews',
  params: ticketParams,
  body: noFieldsSchema,
  answers: { 200: z.object({ attemptsLeft: z.number().int() }).meta({ id: 'ProbesAsked' }) },
  writes: 'direct',
});
