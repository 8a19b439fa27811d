/** How people decide and what they do with payouts, reported to those who answer for it. */

import { z } from 'zod';
import { exportDaysMax } from '../domain/limits.ts';
import { operation } from './operation.ts';
import { colleagueSchema, instantSchema, moneySchema } from './wire.ts';

const dayMs = 86_400_000;
const count = z.number().int();
const share = (description: string) =>
  z
    .number()
    .int()
    .nullable()
    .meta({ description: `${description} \`null\` of none.` });

const personSchema = z
  .object({
    person: colleagueSchema,
    decisions: count.meta({ description: 'Made within the time, whatever became of them.' }),
    against: count.meta({ description: 'Of these, those that differ from what the policy proposed.' }),
    up: count.meta({ description: 'Of these, with more; another plan in place of one included.' }),
    down: count.meta({ description: 'Of these, with less, or a refusal.' }),
    rejected: count.meta({ description: 'Of these, those that the second person did not confirm.' }),
    above: z.array(moneySchema).meta({
      description: 'By how much more was granted than proposed, in decisions that hold; less elsewhere is not set off.',
    }),
    againstPerMille: share('Of a thousand decisions, those against the proposal.'),
    othersPerMille: share('The same of all others together.'),
    beforePerMille: share('The same of the person, in as long a time just before.'),
    reroutedPayouts: count,
    paymentsByHand: count.meta({ description: 'Recorded as paid by hand, or as not paid.' }),
    returnsByHand: count.meta({ description: 'Payments by hand that they said came back.' }),
    declinedPayouts: count,
  })
  .meta({ id: 'Conduct' });

const pairSchema = z
  .object({
    decidedBy: colleagueSchema,
    confirmedBy: colleagueSchema,
    confirmed: count,
    rejected: count,
    mutual: z.boolean().meta({ description: 'They confirm each other’s, at least three each way, and never said no.' }),
  })
  .meta({ id: 'ConductPair' });

const releaseSchema = z
  .object({ decidedBy: colleagueSchema, approvedBy: colleagueSchema, payouts: count, sum: moneySchema })
  .meta({ id: 'ConductRelease', description: 'Whose payouts who released, per currency; the most first.' });

export const getConductReport = operation({
  id: 'getConductReport',
  method: 'get',
  path: '/v1/conduct',
  summary:
    'Per person: decisions against the proposal and by how much, beside the others and the time before; who confirms whom, and who releases whose payouts.',
  tag: 'decisions',
  query: z
    .object({ from: instantSchema, until: instantSchema.meta({ description: 'Not included.' }) })
    .strict()
    .refine(
      ({ from, until }) => {
        const ms = Date.parse(until) - Date.parse(from);
        return ms > 0 && ms <= exportDaysMax * dayMs;
      },
      { path: ['until'], message: `expected an instant after \`from\`, at most ${exportDaysMax} days` },
    ),
  answers: {
    200: z
      .object({ people: z.array(personSchema), pairs: z.array(pairSchema), releases: z.array(releaseSchema) })
      .meta({ id: 'ConductReport' }),
  },
});
