/** A payout as finance sees it and as its ticket shows it to anyone, what finance does with it, and the stop of all. */

import { z } from 'zod';
import { type PayoutState, payoutApprovals, payoutStates } from '../domain/payout.ts';
import { ageBuckets } from '../domain/payout-age.ts';
import { type PayoutWait, payoutAttentions, payoutOwners, payoutWaitNames } from '../domain/payout-waits.ts';
import { railNames, tenderMethods } from '../domain/rail.ts';
import { operation } from './operation.ts';
import { colleagueSchema, groundSchema, idSchema, instantSchema, moneySchema, noFieldsSchema } from './wire.ts';

export const payoutStateSchema = z.enum(payoutStates as [PayoutState, ...PayoutState[]]).meta({ id: 'PayoutState' });

export const payoutProgresses = [
  'preparing',
  'under_way',
  'sent',
  'settled',
  'delayed',
  'cancelled',
  'rehearsed',
] as const;

/** What a ticket tells of its payout: never that money arrived, only what the rail said. */
export const payoutShownSchema = z
  .object({
    id: idSchema,
    amount: moneySchema,
    method: z.enum(tenderMethods),
    progress: z.enum(payoutProgresses),
    settledAt: instantSchema.nullable(),
    bankRef: z.string().nullable().meta({ description: 'The reference by which a bank finds the money.' }),
  })
  .meta({ id: 'PayoutShown' });

/** Why finance must look at a payout; `late`: it has been approved or in its call for too long. */
export const payoutExceptions = [...payoutAttentions, 'late'] as const;

const waitSchema = z
  .object({
    for: z.enum(payoutWaitNames as [PayoutWait, ...PayoutWait[]]),
    owner: z.enum(payoutOwners).meta({ description: 'Who must act next.' }),
    text: z.string(),
  })
  .meta({ id: 'PayoutWait' });

export const payoutSchema = z
  .object({
    id: idSchema,
    ticketId: idSchema,
    ticketReference: z.string(),
    orderRef: z.string(),
    payoutNo: z.number().int(),
    key: z.string(),
    amount: moneySchema,
    method: z.enum(tenderMethods).meta({ description: 'How the customer had paid.' }),
    rail: z.enum(railNames).meta({ description: 'How the money goes back.' }),
    state: payoutStateSchema,
    since: instantSchema.meta({ description: 'Since when it is in this state.' }),
    age: z.enum(ageBuckets),
    reason: z.string().nullable(),
    exception: z.enum(payoutExceptions).nullable(),
    waits: waitSchema.nullable().meta({ description: '`null` where nothing more is expected of it.' }),
    providerRef: z.string().nullable(),
    bankRef: z.string().nullable(),
    decidedBy: colleagueSchema.nullable().meta({ description: '`null` where the desk decided by itself (RP-4.6).' }),
    approval: z
      .enum(payoutApprovals)
      .nullable()
      .meta({ description: '`limit`: the policy lets amounts up to its limit go without finance.' }),
    approvedBy: colleagueSchema.nullable(),
    createdAt: instantSchema,
    approvedAt: instantSchema.nullable(),
    sendingAt: instantSchema.nullable(),
    settledAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    checkedAt: instantSchema.nullable().meta({ description: 'When the provider’s word last changed it.' }),
    actions: z.array(z.enum(['approvePayout', 'declinePayout'])),
  })
  .meta({ id: 'Payout' });

export const payoutStopSchema = z
  .object({
    stopped: z.boolean(),
    ground: z.string().nullable(),
    stoppedAt: instantSchema.nullable(),
  })
  .meta({ id: 'PayoutStop' });

const params = z.object({ payoutId: idSchema });

export const approvePayout = operation({
  id: 'approvePayout',
  method: 'post',
  path: '/v1/payouts/{payoutId}/approve',
  summary: 'Releases a payout; the one who decided its ticket may not.',
  tag: 'payouts',
  params,
  body: noFieldsSchema,
  answers: { 200: payoutSchema },
  writes: 'delivered',
});

export const declinePayout = operation({
  id: 'declinePayout',
  method: 'post',
  path: '/v1/payouts/{payoutId}/decline',
  summary: 'Says no to a payout; its ticket goes back to be decided.',
  tag: 'payouts',
  params,
  body: z.object({ ground: groundSchema }).strict(),
  answers: { 200: payoutSchema },
  writes: 'delivered',
});

export const stopPayouts = operation({
  id: 'stopPayouts',
  method: 'post',
  path: '/v1/payouts/stop',
  summary: 'Stops all payouts before they are sent.',
  tag: 'payouts',
  body: z.object({ ground: groundSchema }).strict(),
  answers: { 200: payoutStopSchema },
  writes: 'direct',
});

export const resumePayouts = operation({
  id: 'resumePayouts',
  method: 'post',
  path: '/v1/payouts/resume',
  summary: 'Lets payouts be sent again.',
  tag: 'payouts',
  body: noFieldsSchema,
  answers: { 200: payoutStopSchema },
  writes: 'direct',
});
