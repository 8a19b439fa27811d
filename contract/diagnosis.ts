/** What a file of evidence says of the fault (RP-2.4, RP-3.4): attempts counted by class and cause, with the lines. */

import { z } from 'zod';
import { type AttemptClass, attemptClasses } from '../domain/attempt-class.ts';
import { logFormats } from '../domain/read-log.ts';
import { reviewCauses } from '../domain/review.ts';
import { operation } from './operation.ts';
import { idSchema, instantSchema } from './wire.ts';

const countSchema = z.object({ attempts: z.number().int(), failed: z.number().int() }).meta({ id: 'FailureCount' });

const groupsSchema = z.record(z.string(), countSchema);

/** What attempts say together, wherever they are told of. */
export const countedSchema = z.object({
  attempts: z.number().int(),
  failed: z.number().int(),
  classes: z.array(
    z
      .object({
        class: z.enum(Object.keys(attemptClasses) as [AttemptClass, ...AttemptClass[]]),
        vendor: z
          .string()
          .nullable()
          .meta({ description: 'Whose defence stands before the target, by published marks.' }),
        cause: z.enum(reviewCauses).nullable().meta({ description: 'Whose fault it is; `null` where it worked.' }),
        certainty: z.enum(['sure', 'likely', 'modest']),
        attempts: z.number().int(),
        proofs: z
          .array(z.object({ from: z.number().int(), until: z.number().int() }))
          .meta({ description: 'The first places that show it: lines, or entries of a HAR, counted from 1.' }),
      })
      .meta({ id: 'DiagnosedClass' }),
  ),
  causes: z.partialRecord(z.enum(reviewCauses), z.number().int()),
  hours: groupsSchema.meta({ description: 'By the beginning of the hour, in UTC.' }),
  targets: groupsSchema,
  egress: groupsSchema,
  beyond: z.number().int().meta({ description: 'Attempts whose hour, target or egress is one too many to be listed.' }),
  undated: z.number().int().meta({ description: 'Attempts of which the log tells no instant, or none with a zone.' }),
  firstAt: instantSchema.nullable(),
  lastAt: instantSchema.nullable(),
});

export const diagnosisSchema = z
  .object({
    format: z.enum(logFormats),
    read: z
      .object({ unit: z.enum(['lines', 'entries']), total: z.number().int(), told: z.number().int() })
      .meta({ description: 'How many there are, and how many of them tell of attempts.' }),
    ...countedSchema.shape,
  })
  .meta({ id: 'Diagnosis' });

export const getDiagnosis = operation({
  id: 'getDiagnosis',
  method: 'get',
  path: '/v1/tickets/{ticketId}/evidence/{evidenceId}/diagnosis',
  summary:
    'What a log or HAR says of the fault: attempts by class, cause, hour, target and egress, with the lines that show it.',
  tag: 'evidence',
  params: z.object({ ticketId: idSchema, evidenceId: idSchema }),
  answers: { 200: diagnosisSchema },
  reads: 'customer-data',
});
