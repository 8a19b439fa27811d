/** The technical review (RP-4.2): its finding, its questions to the customer, and what became of a fault of ours (RP-2.4a). */

import { z } from 'zod';
import { lostIntervalsMax, messageCharactersMax, noteCharactersMax } from '../domain/limits.ts';
import { materials } from '../domain/materials.ts';
import { diagnosisAnswers, reviewCauses } from '../domain/review.ts';
import { networkContextSchema } from './network-context.ts';
import { operation } from './operation.ts';
import { ticketParams, ticketSchema } from './ticket-shown.ts';
import { instantSchema, textSchema, uploadIdsSchema } from './wire.ts';

const lostSchema = z
  .object({ from: instantSchema, until: instantSchema })
  .strict()
  .refine((lost) => Date.parse(lost.from) < Date.parse(lost.until), {
    path: ['until'],
    message: 'expected an instant after `from`',
  });

export const recordReview = operation({
  id: 'recordReview',
  method: 'post',
  path: '/v1/tickets/{ticketId}/review',
  summary: 'Records what the technical review found (RP-4.2).',
  tag: 'reviews',
  params: ticketParams,
  body: z
    .object({
      cause: z.enum(reviewCauses),
      finding: textSchema(noteCharactersMax),
      diagnosis: z.enum(diagnosisAnswers).optional().meta({
        description:
          'What the reviewer says of the cause that the files show; `overruled` is needed for a finding of another cause, whose reason is the finding.',
      }),
      persistent: z
        .boolean()
        .optional()
        .meta({ description: 'Whether the service was persistently unusable; left out where the review cannot tell.' }),
      sellerMistake: z
        .boolean()
        .optional()
        .meta({ description: 'A restriction that the seller set by mistake is no ground of RP-3.4.' }),
      mended: z.boolean().optional().meta({
        description:
          'Whether the fault, which was ours, is mended by now; left out where the review did not look, and while it is being mended (`reportRemediation`). `false` counts against a fix that was accepted before.',
      }),
      lost: z
        .array(lostSchema)
        .max(lostIntervalsMax, `expected at most ${lostIntervalsMax} intervals`)
        .optional()
        .meta({ description: 'When it was unusable, as far as the review can tell.' }),
    })
    .strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const requestInformation = operation({
  id: 'requestInformation',
  method: 'post',
  path: '/v1/tickets/{ticketId}/information',
  summary: 'Asks the customer for named materials; the decision clock stands still until they answer (RP-4.2).',
  tag: 'reviews',
  params: ticketParams,
  body: z
    .object({
      materials: z
        .array(z.enum(materials))
        .max(materials.length)
        .refine((named) => new Set(named).size === named.length, 'expected each material once'),
      question: textSchema(messageCharactersMax),
    })
    .strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const answerInformationRequest = operation({
  id: 'answerInformationRequest',
  method: 'post',
  path: '/v1/tickets/{ticketId}/information/answer',
  summary: 'Answers what the review asked for (RP-4.2, RP-5.2).',
  tag: 'reviews',
  params: ticketParams,
  body: z
    .object({
      text: textSchema(messageCharactersMax).optional(),
      networkContext: networkContextSchema.optional(),
      uploadIds: uploadIdsSchema,
    })
    .strict()
    .refine((given) => given.text !== undefined || given.networkContext !== undefined || given.uploadIds.length > 0, {
      path: ['text'],
      message: 'expected a text, a network context or at least one upload',
    }),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const reportRemediation = operation({
  id: 'reportRemediation',
  method: 'post',
  path: '/v1/tickets/{ticketId}/remediation',
  summary: 'Reports that the fault is mended, or that a probe of it failed (RP-2.4a).',
  tag: 'reviews',
  params: ticketParams,
  body: z.object({ mended: z.boolean(), finding: textSchema(noteCharactersMax) }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const answerRemediation = operation({
  id: 'answerRemediation',
  method: 'post',
  path: '/v1/tickets/{ticketId}/remediation/answer',
  summary: 'Says whether the reported fix works.',
  tag: 'reviews',
  params: ticketParams,
  body: z.object({ mended: z.boolean() }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});
