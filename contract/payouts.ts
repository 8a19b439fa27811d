/** Payouts as finance sees them, the stop of all payouts, and a payout as its ticket shows it to anyone. */

import { z } from 'zod';
import { payeeHolderCharactersMax, paymentReferenceCharactersMax } from '../domain/limits.ts';
import { isIban, payeeNameChecks, payeeVerifications } from '../domain/payee.ts';
import { type PayoutState, payoutApprovals, payoutStates } from '../domain/payout.ts';
import { railNames, tenderMethods } from '../domain/rail.ts';
import { operation } from './operation.ts';
import {
  colleagueSchema,
  groundSchema,
  holdsNoCard,
  idSchema,
  instantSchema,
  moneySchema,
  noFieldsSchema,
  pageOf,
  pageQuery,
  refExpectation,
  refSchema,
  textSchema,
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

/** What finance may do with a payout. */
export const payoutActions = [
  'approvePayout',
  'declinePayout',
  'cancelPayout',
  'reroutePayout',
  'recordManualPayment',
] as const;

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
    rail: z.enum(railNames).meta({ description: 'How it goes; another way than the method where that one is dead.' }),
    replaces: idSchema.nullable().meta({ description: 'The payout whose place it has taken (RP-4.4).' }),
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
    attempts: z.number().int().meta({ description: 'Of a call whose outcome is not clear.' }),
    nextLookAt: instantSchema.nullable().meta({ description: 'When the provider is asked next what became of it.' }),
    createdAt: instantSchema,
    approvedAt: instantSchema.nullable(),
    sendingAt: instantSchema.nullable(),
    settledAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    actions: z.array(z.enum(payoutActions)),
  })
  .meta({ id: 'Payout' });

const payeeFields = {
  holder: textSchema(payeeHolderCharactersMax).refine(holdsNoCard, 'expected a name, not a payment card’s number'),
  account: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ./:@_+-]{3,139}$/, 'expected 4 to 140 letters, digits, blanks or . / : @ _ + -')
    .refine(
      (account) => isIban(account) || holdsNoCard(account),
      'expected an account or address, not a payment card’s number',
    ),
  country: z.string().regex(/^[A-Z]{2}$/, 'expected two capital letters of ISO 3166'),
};

const payeeShownSchema = z
  .object({
    ...payeeFields,
    holder: z.string(),
    verifiedHow: z.enum(payeeVerifications),
    verifiedBy: colleagueSchema,
    nameCheck: z.enum(payeeNameChecks),
    at: instantSchema,
  })
  .meta({ id: 'PayeeShown' });

const payoutInFullSchema = payoutSchema
  .extend({
    payee: payeeShownSchema.nullable().meta({ description: 'Whom it goes to, where it goes another way.' }),
  })
  .meta({ id: 'PayoutInFull' });

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
  answers: { 200: payoutInFullSchema },
  reads: 'customer-data',
});

export const approvePayout = operation({
  id: 'approvePayout',
  method: 'post',
  path: '/v1/payouts/{payoutId}/approve',
  summary: 'Releases a payout; the one who decided its ticket may not.',
  tag: 'payouts',
  params,
  body: z
    .object({
      secondFactor: z
        .object({ code: z.string().regex(/^\d{6}$/, 'expected six digits') })
        .strict()
        .optional()
        .meta({ description: 'The code of your device at this moment; each is taken once and kept nowhere.' }),
    })
    .strict(),
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

export const reroutePayout = operation({
  id: 'reroutePayout',
  method: 'post',
  path: '/v1/payouts/{payoutId}/reroute',
  summary: 'Has the money go another way, by a payout that takes this one’s place and that someone else approves.',
  tag: 'payouts',
  params,
  body: z
    .object({
      rail: z.enum(railNames),
      payee: z.object(payeeFields).strict(),
      verifiedHow: z.enum(payeeVerifications).meta({ description: 'How the details were verified anew, by you.' }),
      nameCheck: z
        .enum(payeeNameChecks)
        .meta({ description: 'What the receiving bank says of the name; the approver sees it (B6).' }),
    })
    .strict(),
  answers: { 200: payoutSchema },
  writes: 'delivered',
});

export const cancelPayout = operation({
  id: 'cancelPayout',
  method: 'post',
  path: '/v1/payouts/{payoutId}/cancel',
  summary: 'Calls off a payout that has not left, or asks its provider to, where it waits for somebody.',
  tag: 'payouts',
  params,
  body: z.object({ ground: groundSchema }).strict(),
  answers: { 200: payoutSchema },
  writes: 'delivered',
});

const paymentReferenceSchema = textSchema(paymentReferenceCharactersMax).refine(holdsNoCard, refExpectation);

export const recordManualPayment = operation({
  id: 'recordManualPayment',
  method: 'post',
  path: '/v1/payouts/{payoutId}/manual-payment',
  summary: 'Says what became of a payment that finance was to make by hand; the one who decided may not.',
  tag: 'payouts',
  params,
  body: z.discriminatedUnion('outcome', [
    z
      .object({
        outcome: z.literal('paid'),
        reference: paymentReferenceSchema.meta({ description: 'By which the receiver finds the money.' }),
        paidOn: z.iso.date('expected a day as YYYY-MM-DD'),
      })
      .strict(),
    z.object({ outcome: z.literal('not_paid'), ground: groundSchema }).strict(),
  ]),
  answers: { 200: payoutSchema },
  writes: 'delivered',
});

export const recordCapture = operation({
  id: 'recordCapture',
  method: 'post',
  path: '/v1/tickets/{ticketId}/captures',
  summary: 'Tells what came in by crypto, which counts once a second person has told the same (RP-2.2).',
  tag: 'payouts',
  params: z.object({ ticketId: idSchema }),
  body: z
    .object({
      captureRef: refSchema.meta({ description: 'As the shop names the payment.' }),
      amount: moneySchema,
      reference: paymentReferenceSchema.meta({ description: 'By which it is found, such as a transaction.' }),
    })
    .strict(),
  answers: { 200: z.object({ confirmed: z.boolean() }).meta({ id: 'CaptureTold' }) },
  writes: 'direct',
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
