/** What comes in by CSV: orders with their tenders, measured usage, and tickets that a former desk closed. */

import { z } from 'zod';
import { refundsPerPastTicketMax } from '../domain/limits.ts';
import { pastTicketOutcomes } from '../domain/past-ticket.ts';
import { operation } from './operation.ts';
import { instantSchema, positiveAmountSchema, refSchema } from './wire.ts';

export const importKinds = ['orders', 'usage', 'past-tickets'] as const;

export type ImportKind = (typeof importKinds)[number];

/** A ticket as a former desk closed it; what it refunded stands beside the tender that was paid back. */
export const pastTicketSchema = z
  .object({
    ticketRef: refSchema,
    orderRef: refSchema,
    outcome: z.enum(pastTicketOutcomes),
    askedAt: instantSchema,
    closedAt: instantSchema,
    refunds: z
      .array(
        z
          .object({
            tender: z.number('expected a whole number').int('expected a whole number').min(1).max(10),
            amount: positiveAmountSchema,
          })
          .strict(),
      )
      .max(refundsPerPastTicketMax),
  })
  .strict()
  .refine((ticket) => Date.parse(ticket.askedAt) <= Date.parse(ticket.closedAt), {
    path: ['closedAt'],
    message: 'expected an instant that is not before `askedAt`',
  })
  .refine((ticket) => (ticket.outcome === 'refunded') === ticket.refunds.length > 0, {
    path: ['outcome'],
    message: 'expected `refunded` where something was refunded, and nowhere else',
  })
  .refine((ticket) => new Set(ticket.refunds.map(({ tender }) => tender)).size === ticket.refunds.length, {
    path: ['ticketRef'],
    message: 'expected each tender once',
  });

const problemSchema = z
  .object({
    line: z.number().int().meta({ description: 'Where the row begins, counted from 1, the header included.' }),
    column: z.string().nullable(),
    error: z.string().meta({ description: 'An id of the error catalogue.' }),
    expected: z.string().nullable(),
  })
  .meta({ id: 'ImportProblem', description: 'Never repeats what the file holds.' });

export const importReportSchema = z
  .object({
    kind: z.enum(importKinds),
    dryRun: z.boolean(),
    rows: z.number().int().meta({ description: 'Of the file, without its header.' }),
    taken: z.number().int().meta({ description: 'Orders, measurements or tickets that are new.' }),
    unchanged: z.number().int().meta({ description: 'Those that stand already, just so.' }),
    refused: z.number().int().meta({ description: 'Those with a problem, of which nothing was taken.' }),
    problems: z.array(problemSchema),
    problemsLeftOut: z.number().int(),
  })
  .meta({ id: 'ImportReport' });

export const importCsv = operation({
  id: 'importCsv',
  method: 'post',
  path: '/v1/imports/{kind}',
  summary:
    'Takes a file of CSV, row by row; what stands already is left as it is. A dry run tells the same and takes nothing.',
  tag: 'orders',
  params: z.object({ kind: z.enum(importKinds) }),
  query: z.object({ dryRun: z.enum(['true', 'false']).default('false') }).strict(),
  body: 'csv',
  answers: { 200: importReportSchema },
  writes: 'rows',
});
