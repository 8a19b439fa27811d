/** Problem details (RFC 9457) as the desk sends them: the catalogue's id, facts beside it, and every bad field. */

import { z } from 'zod';
import { type ErrorId, errorCatalogue } from '../domain/errors.ts';

const errorIds = Object.keys(errorCatalogue) as [ErrorId, ...ErrorId[]];

export const fieldProblemSchema = z
  .object({
    pointer: z.string().meta({
      description:
        'JSON pointer into the body, e.g. /amount/minor; ?name for a query field, {name} for a part of the path.',
    }),
    expected: z.string(),
  })
  .meta({ id: 'FieldProblem' });

export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:refund-desk:ticket-phase' }),
    id: z.enum(errorIds),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    problems: z.array(fieldProblemSchema).optional(),
    instance: z.string().meta({ description: 'The request’s id, to tell support.' }),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problemSchema>;
export type FieldProblem = z.output<typeof fieldProblemSchema>;
