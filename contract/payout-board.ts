/** The finance board: payouts listed, summed, told in whole, and followed as they change. */

import { z } from 'zod';
import { referenceCharactersMin } from '../domain/limits.ts';
import { payoutStates } from '../domain/payout.ts';
import { ageBuckets } from '../domain/payout-age.ts';
import { bankReferenceStates } from '../domain/payout-posting.ts';
import { railNames, tenderMethods } from '../domain/rail.ts';
import { roles } from '../domain/role.ts';
import { operation } from './operation.ts';
import { payeeShownSchema, payoutSchema, payoutStateSchema, payoutStopSchema } from './payouts.ts';
import { provenShareSchema } from './proven-share.ts';
import { currencySchema, idSchema, instantSchema, moneySchema, pageOf, pageQuery, refSchema } from './wire.ts';

/** A query names one or several: `state=unknown&state=failed`. */
const stateQuery = z
  .preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(payoutStateSchema).max(payoutStates.length).optional(),
  )
  .transform((states) => states && [...new Set(states)]);

export const listPayouts = operation({
  id: 'listPayouts',
  method: 'get',
  path: '/v1/payouts',
  summary: 'Payouts, exceptions first and then by age, or newest first; with whether all are stopped.',
  tag: 'payouts',
  query: z
    .object({
      sort: z.enum(['urgent', 'newest']).default('urgent'),
      state: stateQuery,
      rail: z.enum(railNames).optional(),
      method: z.enum(tenderMethods).optional(),
      currency: currencySchema.optional(),
      from: instantSchema.optional().meta({ description: 'Granted at this instant or later.' }),
      until: instantSchema.optional().meta({ description: 'Granted before this instant.' }),
      ticket: z
        .union(
          [idSchema, z.string().regex(/^RD-\d{1,12}$/)],
          'expected a ticket’s id, or its reference such as RD-1001',
        )
        .optional(),
      orderRef: refSchema.optional(),
      reference: z
        .string()
        .regex(/^[\x20-\x7e]*$/, 'expected printable ASCII')
        .min(referenceCharactersMin, `expected at least ${referenceCharactersMin} characters`)
        .max(200, 'expected at most 200 characters')
        .optional()
        .meta({ description: 'How the provider’s or the bank’s reference begins.' }),
      exceptions: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional()
        .meta({ description: '`true`: only what finance must look at.' }),
      ...pageQuery,
    })
    .strict(),
  answers: { 200: pageOf(payoutSchema).extend({ stop: payoutStopSchema }).meta({ id: 'PayoutPage' }) },
  reads: 'customer-data',
});

const cellSchema = z.object({
  state: payoutStateSchema,
  rail: z.enum(railNames),
  count: z.number().int(),
  sum: moneySchema,
  exceptions: z.number().int().meta({ description: 'How many of them finance must look at.' }),
  ages: z
    .array(z.object({ age: z.enum(ageBuckets), count: z.number().int(), sum: moneySchema }))
    .meta({ description: 'How many have been in their state for how long, from the youngest.' }),
  oldestSince: instantSchema.meta({ description: 'Since when the one that is longest in its state is in it.' }),
});

const topUpSchema = z
  .object({
    rail: z.enum(railNames),
    needed: moneySchema,
    payouts: z.number().int(),
    since: instantSchema,
  })
  .meta({ description: 'What finance must bring to a provider whose balance is too low.' });

export const getPayoutSums = operation({
  id: 'getPayoutSums',
  method: 'get',
  path: '/v1/payouts/sums',
  summary: 'Counts and sums of all payouts by state, rail and currency; what of them is proven, and what to top up.',
  tag: 'payouts',
  answers: {
    200: z
      .object({
        at: instantSchema,
        cells: z.array(cellSchema),
        proven: z.array(provenShareSchema).meta({ description: 'Per currency; currencies are never added.' }),
        topUps: z.array(topUpSchema),
      })
      .meta({ id: 'PayoutSums' }),
  },
});

const attemptSchema = z.object({
  id: idSchema,
  payoutNo: z.number().int(),
  rail: z.enum(railNames),
  state: payoutStateSchema,
  reason: z.string().nullable(),
  amount: moneySchema,
  createdAt: instantSchema,
  sendingAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
});

const toldSchema = z.object({
  number: z.number().int().meta({ description: 'Of the event, in its ticket’s timeline.' }),
  kind: z.string(),
  at: instantSchema,
  reason: z.string().nullable(),
  actor: z.object({
    role: z.enum([...roles, 'desk', 'provider']),
    id: idSchema.optional(),
    name: z.string().optional(),
  }),
});

const postingSchema = z
  .object({
    from: z.iso.date(),
    until: z.iso.date(),
    holidaysKnown: z.boolean(),
    over: z.boolean().meta({ description: 'It should have been seen by now.' }),
  })
  .meta({
    description:
      'When the receiver’s bank usually shows the money: in TARGET days from its value date where the bank told it, else in the seller’s business days.',
  });

const bankDaysSchema = z
  .object({
    executionOn: z.iso
      .date()
      .meta({ description: 'On which the bank was told to pay: after its cut-off, the next TARGET day.' }),
    bookedOn: z.iso.date().nullable(),
    valueOn: z.iso
      .date()
      .nullable()
      .meta({ description: 'With which it counts on the account, where the bank tells.' }),
    returnedOn: z.iso.date().nullable().meta({ description: 'On which its coming back was booked.' }),
    returnedValueOn: z.iso.date().nullable(),
  })
  .meta({ id: 'PayoutBankDays', description: 'By the bank’s own statements (B9).' });

export const payoutWholeSchema = payoutSchema
  .extend({
    history: z.array(toldSchema),
    attempts: z.array(attemptSchema).meta({ description: 'All payouts of the same grant to the same tender.' }),
    previousId: idSchema.nullable(),
    nextId: idSchema.nullable(),
    postingDays: z
      .object({ min: z.number().int(), max: z.number().int() })
      .nullable()
      .meta({ description: 'Business days from the rail’s last word until the money is usually seen.' }),
    bankDays: bankDaysSchema.nullable().meta({ description: '`null` of one that no bank was told to pay.' }),
    expected: postingSchema.nullable(),
    bankReference: z.enum(bankReferenceStates),
    payee: payeeShownSchema.nullable().meta({ description: 'Whom it goes to, where it goes another way.' }),
  })
  .meta({ id: 'PayoutWhole' });

export const getPayout = operation({
  id: 'getPayout',
  method: 'get',
  path: '/v1/payouts/{payoutId}',
  summary: 'One payout in whole: its history, its attempts, what it waits for, and when to expect the money.',
  tag: 'payouts',
  params: z.object({ payoutId: idSchema }),
  answers: { 200: payoutWholeSchema },
  reads: 'customer-data',
});

export const payoutEventSchema = z
  .object({
    hello: z.object({
      resumed: z.boolean().meta({
        description:
          '`true`: all that changed since `Last-Event-ID` follows. `false`: list anew, and follow from here.',
      }),
    }),
    payout: z.object({ id: idSchema, ticketId: idSchema, state: payoutStateSchema, at: instantSchema }),
    stop: z.object({ stopped: z.boolean(), at: instantSchema }),
  })
  .partial()
  .meta({
    id: 'PayoutEvent',
    description: 'Each event’s data, under its name; one change may be told more than once.',
  });

export const getPayoutEvents = operation({
  id: 'getPayoutEvents',
  method: 'get',
  path: '/v1/payouts/events',
  summary: 'Changes of payouts and of their stop, as they happen.',
  tag: 'payouts',
  answers: { 200: payoutEventSchema },
  streams: true,
});
