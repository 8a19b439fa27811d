/** Policy versions: the list of what was posted, the posting of the next, and what a draft would have changed. */

import { z } from 'zod';
import { proposalKinds } from '../domain/assessment.ts';
import { operation } from './operation.ts';
import { policyDocumentSchema } from './policy.ts';
import { currencySchema, idSchema, instantSchema, pageOf, pageQuery } from './wire.ts';

export const policyVersionSchema = z
  .object({
    id: idSchema,
    number: z.number().int().meta({ description: '1, 2, 3 … in the order of posting.' }),
    effectiveAt: instantSchema.meta({ description: 'It holds from here until the next version’s moment (RP-6.1).' }),
    postedAt: instantSchema,
    document: policyDocumentSchema,
  })
  .meta({ id: 'PolicyVersion' });

const count = z.number().int();
const signedMinor = z.string().regex(/^-?\d+$/);
const countPerKind = z.partialRecord(z.enum(proposalKinds), count);

export const backtestSchema = z
  .object({
    judged: count.meta({ description: 'Tickets that were ever assessed, each by the facts of its newest assessment.' }),
    changed: count.meta({ description: 'Those for which the draft proposes something else, or another sum.' }),
    otherEngine: count.meta({ description: 'Those whose stored assessment an engine of another version made.' }),
    unjudged: z
      .array(z.enum(['materials', 'abuse']))
      .meta({ description: 'Parameters that the draft changes, and whose effect stored facts cannot show.' }),
    outcomes: z.object({ before: countPerKind, after: countPerKind }),
    by: z
      .array(z.object({ from: z.enum(proposalKinds), to: z.enum(proposalKinds), tickets: count }))
      .meta({ description: 'What changed into what; the same kind twice where only the sum changed.' }),
    money: z
      .partialRecord(currencySchema, z.object({ before: signedMinor, after: signedMinor, difference: signedMinor }))
      .meta({ description: 'Proposed in money, an offer with its refund: minor units as digits.' }),
    milliseconds: count,
  })
  .meta({ id: 'Backtest' });

export const listPolicyVersions = operation({
  id: 'listPolicyVersions',
  method: 'get',
  path: '/v1/policy-versions',
  summary: 'Policy versions with their documents, newest first.',
  tag: 'policy',
  query: z.object(pageQuery).strict(),
  answers: { 200: pageOf(policyVersionSchema).meta({ id: 'PolicyVersionPage' }) },
});

export const postPolicyVersion = operation({
  id: 'postPolicyVersion',
  method: 'post',
  path: '/v1/policy-versions',
  summary: 'Posts the next version. Only an installation’s first may begin in the past; none is ever changed.',
  tag: 'policy',
  body: z.object({ effectiveAt: instantSchema, document: policyDocumentSchema }).strict(),
  answers: { 201: policyVersionSchema },
  writes: 'direct',
});

export const backtestPolicy = operation({
  id: 'backtestPolicy',
  method: 'post',
  path: '/v1/policy-versions/backtest',
  summary: 'Judges past tickets by a draft, as if it had always held, and tells what would change. Keeps nothing.',
  tag: 'policy',
  body: z.object({ document: policyDocumentSchema }).strict(),
  answers: { 200: backtestSchema },
});
