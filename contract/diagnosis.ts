/** What a file of evidence says of the fault (RP-2.4, RP-3.4): attempts counted by class and cause, with the lines. */

import { z } from 'zod';
import { type AttemptClass, attemptClasses, certainties } from '../domain/attempt-class.ts';
import { logFormats } from '../domain/read-log.ts';
import { reviewCauses } from '../domain/review.ts';
import { diagnosisGaps } from '../domain/ticket-diagnosis.ts';
import { operation } from './operation.ts';
import { idSchema, instantSchema } from './wire.ts';

const countSchema = z
  .object({
    attempts: z.number().int(),
    failed: z.number().int(),
    nonUser: z.number().int().meta({ description: 'Failed for a known cause that is not the user’s (RP-2.4a).' }),
  })
  .meta({ id: 'FailureCount' });

const groupsSchema = z.record(z.string(), countSchema);

const spanSchema = z.object({ from: z.number().int(), until: z.number().int() });

/** What is told of attempts, whether of one file or of all of a ticket; they differ in how their places are named. */
const told = <Proof extends z.ZodType>(proof: Proof) => ({
  attempts: z.number().int(),
  failed: z.number().int(),
  nonUser: z.number().int(),
  classes: z.array(
    z.object({
      class: z.enum(Object.keys(attemptClasses) as [AttemptClass, ...AttemptClass[]]),
      vendor: z
        .string()
        .nullable()
        .meta({ description: 'Whose defence stands before the target, by published marks.' }),
      cause: z.enum(reviewCauses).nullable().meta({ description: 'Whose fault it is; `null` where it worked.' }),
      certainty: z.enum(certainties),
      attempts: z.number().int(),
      proofs: z
        .array(proof)
        .meta({ description: 'The first places that show it: lines, or entries of a HAR, counted from 1.' }),
    }),
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

/** What attempts say that were told of one by one, in no file. */
export const countedSchema = z.object(told(spanSchema));

const readSchema = z
  .object({ unit: z.enum(['lines', 'entries']), total: z.number().int(), told: z.number().int() })
  .meta({ description: 'How many there are, and how many of them tell of attempts.' });

export const diagnosisSchema = z
  .object({ format: z.enum(logFormats), read: readSchema, ...told(spanSchema) })
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

const findingSchema = z
  .object({
    cause: z
      .enum(reviewCauses)
      .nullable()
      .meta({ description: 'Whose fault most of the failed attempts were; `null` where none stands out.' }),
    certainty: z.enum(certainties).nullable(),
    persistent: z.boolean().nullable().meta({
      description:
        'Whether it was persistently unusable within the window, for causes that are not the user’s (RP-2.4a); `null` where the files cannot tell.',
    }),
    unusable: z
      .object({
        from: instantSchema,
        until: instantSchema,
        hours: z.number(),
        observedHours: z.number().int().meta({ description: 'Hours in which somebody tried.' }),
      })
      .nullable()
      .meta({ description: 'The longest stretch within the window through which no hour was usable.' }),
    missing: z.array(z.enum(diagnosisGaps)).meta({ description: 'What would have to be known to say more.' }),
  })
  .meta({ id: 'DiagnosisFinding' });

export const ticketDiagnosisSchema = z
  .object({
    files: z
      .array(z.object({ evidenceId: idSchema, format: z.enum(logFormats), read: readSchema }))
      .meta({ description: 'The files that were read; pictures and the like are not.' }),
    unread: z.array(idSchema).meta({ description: 'Files that nothing was read of.' }),
    ...told(spanSchema.extend({ evidenceId: idSchema })),
    finding: findingSchema,
    probes: countedSchema
      .extend({ finding: findingSchema })
      .nullable()
      .meta({ description: 'What the desk’s own tests of the plan say; `null` where none were made.' }),
    window: z
      .object({ from: instantSchema, until: instantSchema })
      .nullable()
      .meta({ description: 'The days within which the service must have been unusable (RP-2.4a).' }),
  })
  .meta({ id: 'TicketDiagnosis' });

export const getTicketDiagnosis = operation({
  id: 'getTicketDiagnosis',
  method: 'get',
  path: '/v1/tickets/{ticketId}/diagnosis',
  summary:
    'What all files of a ticket say together: whose fault, whether persistent and how long, and what is missing.',
  tag: 'evidence',
  params: z.object({ ticketId: idSchema }),
  answers: { 200: ticketDiagnosisSchema },
  reads: 'customer-data',
});
