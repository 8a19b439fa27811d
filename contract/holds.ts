/** What stands beside a ticket's phase: holds, checks of identity (RP-5.3), and facts that staff establish. */

import { z } from 'zod';
import { recordedFacts } from '../domain/facts.ts';
import { heldClocks, placedHoldKinds } from '../domain/hold.ts';
import { operation } from './operation.ts';
import { ticketParams, ticketSchema } from './ticket-shown.ts';
import { groundSchema, idSchema, instantSchema } from './wire.ts';

export const placeHold = operation({
  id: 'placeHold',
  method: 'post',
  path: '/v1/tickets/{ticketId}/holds',
  summary: 'Holds payouts and remedies back, and the named clocks with them; never the days of RP-2.4a.',
  tag: 'holds',
  params: ticketParams,
  body: z
    .object({
      kind: z.enum(placedHoldKinds).meta({ description: '`kyc` also asks the customer for it (RP-5.3).' }),
      ground: groundSchema,
      stops: z
        .array(z.enum(heldClocks))
        .max(heldClocks.length)
        .refine((clocks) => new Set(clocks).size === clocks.length, 'expected each clock once')
        .default([]),
    })
    .strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const releaseHold = operation({
  id: 'releaseHold',
  method: 'post',
  path: '/v1/tickets/{ticketId}/holds/{holdId}/release',
  summary: 'Ends a hold; its clocks go on.',
  tag: 'holds',
  params: z.object({ ticketId: idSchema, holdId: idSchema }),
  body: z.object({ ground: groundSchema }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

export const recordKyc = operation({
  id: 'recordKyc',
  method: 'post',
  path: '/v1/tickets/{ticketId}/kyc',
  summary: 'Records how the check of identity ended (RP-5.3).',
  tag: 'holds',
  params: ticketParams,
  body: z.object({ result: z.enum(['passed', 'failed']), ground: groundSchema }).strict(),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});

const countrySchema = z.string().regex(/^[A-Z]{2}$/);

/** What each fact may be, as text. */
const factValues = {
  breach: z.enum(['true', 'false']),
  abuse: z.enum(['true', 'false']),
  contact_verified: z.enum(['true', 'false']),
  billing_country: countrySchema,
  independent_country: countrySchema,
  dispute_withdrawn: instantSchema,
} as const satisfies Record<(typeof recordedFacts)[number], z.ZodType<string>>;

export const recordFact = operation({
  id: 'recordFact',
  method: 'post',
  path: '/v1/tickets/{ticketId}/facts',
  summary: 'Records a fact that bears on the case, with its written ground.',
  tag: 'holds',
  params: ticketParams,
  body: z
    .object({
      fact: z.enum(recordedFacts),
      value: z.string().max(40).meta({
        description: '`true` or `false`; two capital letters for a country; an instant for `dispute_withdrawn`.',
      }),
      ground: groundSchema,
    })
    .strict()
    .refine(({ fact, value }) => factValues[fact].safeParse(value).success, {
      path: ['value'],
      message: 'expected true or false, a country of two capital letters, or an instant, as the fact asks for',
    }),
  answers: { 200: ticketSchema },
  writes: 'delivered',
});
