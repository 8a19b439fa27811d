/** Reconciliation as finance sees it: the newest look at each provider's list, how much is proven, and the breaks. */

import { z } from 'zod';
import { listProblems, railNames } from '../domain/rail.ts';
import { breakEnds, breakKinds } from '../domain/reconciliation.ts';
import { operation } from './operation.ts';
import { provenShareSchema } from './proven-share.ts';
import {
  colleagueSchema,
  groundSchema,
  idSchema,
  instantSchema,
  moneySchema,
  noFieldsSchema,
  pageOf,
  pageQuery,
} from './wire.ts';

const railSchema = z.enum(railNames).meta({ id: 'Rail' });

const lookSchema = z
  .object({
    rail: railSchema,
    from: instantSchema,
    until: instantSchema,
    startedAt: instantSchema,
    finishedAt: instantSchema.nullable().meta({ description: '`null` while it runs, or where it was cut off.' }),
    listed: z.number().int(),
    matched: z.number().int(),
    takenOver: z.number().int().meta({ description: 'Words of the provider that no webhook had brought.' }),
    problem: z.enum(listProblems).nullable().meta({
      description:
        'Why the list could not be compared. `list_not_permitted`: the account may not read it, as PayPal’s transaction search needs a permission of its own; whoever runs the desk must have it given.',
    }),
  })
  .meta({ id: 'ReconciliationLook' });

export const reconciliationSchema = z
  .object({ looks: z.array(lookSchema), proven: z.array(provenShareSchema), openBreaks: z.number().int() })
  .meta({ id: 'Reconciliation' });

export const breakSchema = z
  .object({
    id: idSchema,
    rail: railSchema,
    kind: z.enum(breakKinds),
    orderRef: z.string().nullable().meta({ description: '`null` where no order that the desk knows is behind it.' }),
    payoutId: idSchema.nullable(),
    providerRef: z.string().nullable(),
    amount: moneySchema,
    recordAt: instantSchema.meta({ description: 'When the money went, by whoever says so.' }),
    firstSeenAt: instantSchema,
    lastSeenAt: instantSchema,
    owner: colleagueSchema.nullable(),
    closedAt: instantSchema.nullable(),
    closedBy: colleagueSchema.nullable(),
    closedAs: z.enum(breakEnds).nullable(),
    ground: z.string().nullable(),
    actions: z.array(z.enum(['takeBreak', 'resolveBreak'])),
  })
  .meta({ id: 'ReconciliationBreak' });

const params = z.object({ breakId: idSchema });

export const getReconciliation = operation({
  id: 'getReconciliation',
  method: 'get',
  path: '/v1/reconciliation',
  summary: 'The newest looks at the providers’ lists, and how much of what is settled is proven end to end.',
  tag: 'payouts',
  answers: { 200: reconciliationSchema },
});

export const listBreaks = operation({
  id: 'listBreaks',
  method: 'get',
  path: '/v1/reconciliation/breaks',
  summary: 'Differences between our books and the providers’ lists, oldest first.',
  tag: 'payouts',
  query: z.object({ state: z.enum(['open', 'closed']).default('open'), ...pageQuery }).strict(),
  answers: { 200: pageOf(breakSchema).meta({ id: 'ReconciliationBreakPage' }) },
});

export const takeBreak = operation({
  id: 'takeBreak',
  method: 'post',
  path: '/v1/reconciliation/breaks/{breakId}/take',
  summary: 'Makes a difference one’s own.',
  tag: 'payouts',
  params,
  body: noFieldsSchema,
  answers: { 200: breakSchema },
  writes: 'direct',
});

export const resolveBreak = operation({
  id: 'resolveBreak',
  method: 'post',
  path: '/v1/reconciliation/breaks/{breakId}/resolve',
  summary: 'Closes a difference with what it was; it becomes the closer’s own.',
  tag: 'payouts',
  params,
  body: z.object({ closedAs: z.enum(breakEnds).exclude(['gone']), ground: groundSchema }).strict(),
  answers: { 200: breakSchema },
  writes: 'direct',
});
