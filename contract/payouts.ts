/** A payout as finance sees it and as its ticket shows it to anyone, what finance does with it, and the stop of all. */

import { z } from 'zod';
import { ibanOf, isIban } from '../domain/iban.ts';
import {
  payeeAddressCharactersMax,
  payeeHolderCharactersMax,
  paymentReferenceCharactersMax,
} from '../domain/limits.ts';
import { manualReturnReasons } from '../domain/manual-payment.ts';
import { payeeNameChecks, payeeScreenings, payeeVerifications } from '../domain/payee.ts';
import { type PayoutState, payoutApprovals, payoutStates } from '../domain/payout.ts';
import { ageBuckets } from '../domain/payout-age.ts';
import { type PayoutWait, payoutAttentions, payoutOwners, payoutWaitNames } from '../domain/payout-waits.ts';
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
  refExpectation,
  refSchema,
  textSchema,
} from './wire.ts';

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

/** What finance may do with a payout. */
export const payoutActions = [
  'approvePayout',
  'declinePayout',
  'cancelPayout',
  'reroutePayout',
  'recordManualPayment',
  'recordManualReturn',
] as const;

const payoutCostSchema = z
  .object({
    kind: z.enum(['fee', 'exchange']).meta({
      description:
        '`fee`: what the provider took for it and keeps of the fee for the payment. `exchange`: what was paid above what had come in.',
    }),
    amount: moneySchema.meta({
      description: 'In the account’s currency; negative where it was in the seller’s favour.',
    }),
  })
  .meta({ id: 'PayoutCost' });

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
    replaces: idSchema.nullable().meta({ description: 'The payout whose place it has taken (RP-4.4).' }),
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
    tries: z.number().int().meta({ description: 'Of a call whose outcome is not clear.' }),
    nextLookAt: instantSchema.nullable().meta({ description: 'When the provider is asked next what became of it.' }),
    createdAt: instantSchema,
    approvedAt: instantSchema.nullable(),
    sendingAt: instantSchema.nullable(),
    settledAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    checkedAt: instantSchema.nullable().meta({ description: 'When the provider’s word last changed it.' }),
    costs: z.array(payoutCostSchema).meta({
      description: 'What it has cost the seller so far, apart from its amount; never the customer’s (M6, M7).',
    }),
    actions: z.array(z.enum(payoutActions)),
  })
  .meta({ id: 'Payout' });

const payeeFields = {
  holder: textSchema(payeeHolderCharactersMax).refine(holdsNoCard, 'expected a name, not a payment card’s number'),
  account: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ./:@_+-]{3,139}$/, 'expected 4 to 140 letters, digits, blanks or . / : @ _ + -')
    .refine(
      (account) => isIban(ibanOf(account)) || holdsNoCard(account),
      'expected an account or address, not a payment card’s number',
    ),
  country: z.string().regex(/^[A-Z]{2}$/, 'expected two capital letters of ISO 3166'),
};

const addressPart = textSchema(payeeAddressCharactersMax).refine(holdsNoCard, 'expected a part of an address');

const payeeAddressSchema = z
  .object({
    streetName: addressPart.optional(),
    buildingNumber: addressPart.optional(),
    postCode: addressPart.optional(),
    townName: addressPart,
  })
  .strict()
  .meta({ id: 'PayeeAddress', description: 'In parts, as banks take it (B5); in the payee’s country.' });

export const payeeShownSchema = z
  .object({
    ...payeeFields,
    holder: z.string(),
    address: payeeAddressSchema.nullable(),
    verifiedHow: z.enum(payeeVerifications),
    verifiedBy: colleagueSchema,
    nameCheck: z.enum(payeeNameChecks),
    screening: z
      .enum(payeeScreenings)
      .meta({ description: 'Against sanctions lists; `none`: the desk had nobody to ask.' }),
    at: instantSchema,
  })
  .meta({ id: 'PayeeShown' });

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
      payee: z.object({ ...payeeFields, address: payeeAddressSchema.optional() }).strict(),
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

export const recordManualReturn = operation({
  id: 'recordManualReturn',
  method: 'post',
  path: '/v1/payouts/{payoutId}/manual-return',
  summary:
    'Says that a payment by hand came back; neither the one who decided nor the one who said that it was paid may.',
  tag: 'payouts',
  params,
  body: z
    .object({
      amount: moneySchema.meta({ description: 'What came back: all that was paid.' }),
      reference: paymentReferenceSchema.meta({ description: 'By which the money that came back is found.' }),
      returnedOn: z.iso.date('expected a day as YYYY-MM-DD'),
      reason: z.enum(manualReturnReasons),
      ground: groundSchema,
    })
    .strict(),
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
