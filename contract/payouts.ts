/** Payouts as finance sees them, the stop of all payouts, and a payout as its ticket shows it to anyone. */

import { z } from 'zod';
import { type PayoutState, payoutApprovals, payoutStates } from '../domain/payout.ts';
import { tenderMethods } from '../domain/rail.ts';
import { operation } from './operation.ts';
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

const stateSchema = z.enum(payoutStates as [PayoutState, ...PayoutState[]]).meta({ id: 'PayoutState' });

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

export const payoutSchema = z
  .object({
    id: idSchema,
    ticketId: idSchema,
    ticketReference: z.string(),
    orderRef: z.string(),
    payoutNo: z.number().int(),
    key: z.string(),
    amount: moneySchema,
    method: z.enum(tenderMethods),
    state: stateSchema,
    reason: z.string().nullable(),
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

export const listPayouts = operation({
  id: 'listPayouts',
  method: 'get',
  path: '/v1/payouts',
  summary: 'Payouts, newest first, with whether all are stopped.',
  tag: 'payouts',
  query: z.object({ state: stateSchema.optional(), ...pageQuery }).strict(),
  answers: { 200: pageOf(payoutSchema).extend({ stop: payoutStopSchema }).meta({ id: 'PayoutPage' }) },
  reads: 'customer-data',
});

export const getPayout = operation({
  id: 'getPayout',
  method: 'get',
  path: '/v1/payouts/{payoutId}',
  summary: 'One payout.',
  tag: 'payouts',
  params,
  answers: { 200: payoutSchema },
  reads: 'customer-data',
});

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
