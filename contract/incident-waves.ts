/** Waves of offers for an incident (RP-4.5): decided by a lead, and above a limit confirmed by a second person. */

import { z } from 'zod';
import { leftOutReasons, waveOutcomes, waveReasons, waveStates } from '../domain/incident-wave.ts';
import { ordersPerMinuteDefault, ordersPerMinuteMax } from '../domain/limits.ts';
import { ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { operation } from './operation.ts';
import {
  byteCountSchema,
  colleagueSchema,
  groundSchema,
  idSchema,
  instantSchema,
  moneySchema,
  pageOf,
  pageQuery,
  positiveAmountSchema,
} from './wire.ts';

const count = z.number().int();

export const waveShownSchema = z
  .object({
    id: idSchema,
    state: z.enum(waveStates),
    reason: z.enum(waveReasons).nullable().meta({ description: 'Why it is paused or was cancelled.' }),
    budget: z.array(moneySchema).meta({ description: 'The most that it may offer in money.' }),
    ordersPerMinute: count,
    decidedBy: colleagueSchema,
    confirmedBy: colleagueSchema.nullable(),
    createdAt: instantSchema,
    endedAt: instantSchema.nullable(),
    progress: z.object({
      offered: count,
      joined: count,
      told: count,
      leftOut: z.partialRecord(z.enum(leftOutReasons), count),
      remaining: count.meta({ description: 'Orders that the incident covers and no wave has reached.' }),
    }),
    offered: z.array(moneySchema).meta({ description: 'What it has offered in money, by currency.' }),
  })
  .meta({ id: 'IncidentWave' });

const params = z.object({ incidentId: idSchema });
const ground = z.object({ ground: groundSchema }).strict();
/** So that nobody lets another wave begin than the one that they looked at. */
const waveId = idSchema.meta({ description: 'The wave that was looked at.' });
const answers = { 200: waveShownSchema } as const;

export const offerIncident = operation({
  id: 'offerIncident',
  method: 'post',
  path: '/v1/incidents/{incidentId}/offers',
  summary:
    'Has all orders that an incident touched offered a part or an extension (RP-4.5), or told that all is due to them.',
  tag: 'incidents',
  params,
  body: z
    .object({
      version: z.number().int().min(1),
      budget: z
        .array(positiveAmountSchema)
        .max(20)
        .refine((amounts) => new Set(amounts.map(({ currency }) => currency)).size === amounts.length, {
          message: 'expected each currency once',
        })
        .meta({ description: 'The most that may be offered in money; before it would be passed, the wave pauses.' }),
      ordersPerMinute: z
        .number()
        .int()
        .min(1)
        .max(ordersPerMinuteMax, `expected at most ${ordersPerMinuteMax}`)
        .default(ordersPerMinuteDefault),
      ground: groundSchema,
    })
    .strict(),
  answers: { 201: waveShownSchema },
  writes: 'direct',
});

export const confirmIncidentOffers = operation({
  id: 'confirmIncidentOffers',
  method: 'post',
  path: '/v1/incidents/{incidentId}/offers/confirmation',
  summary: 'The second person’s yes or no to a wave whose budget needs one; no yes once the incident was changed.',
  tag: 'incidents',
  params,
  body: z.object({ waveId, confirm: z.boolean(), ground: groundSchema }).strict(),
  answers,
  writes: 'direct',
});

export const pauseIncidentOffers = operation({
  id: 'pauseIncidentOffers',
  method: 'post',
  path: '/v1/incidents/{incidentId}/offers/pause',
  summary: 'Halts a wave after the orders that are being reached at this moment.',
  tag: 'incidents',
  params,
  body: ground,
  answers,
  writes: 'direct',
});

export const resumeIncidentOffers = operation({
  id: 'resumeIncidentOffers',
  method: 'post',
  path: '/v1/incidents/{incidentId}/offers/resume',
  summary:
    'Lets a paused wave go on by the incident as it stands now; a confirmed one only by the same, and none whose budget is reached.',
  tag: 'incidents',
  params,
  body: ground.extend({ waveId }),
  answers,
  writes: 'direct',
});

export const cancelIncidentOffers = operation({
  id: 'cancelIncidentOffers',
  method: 'post',
  path: '/v1/incidents/{incidentId}/offers/cancel',
  summary: 'Ends a wave where it is. What was offered stands.',
  tag: 'incidents',
  params,
  body: ground,
  answers,
  writes: 'direct',
});

export const getIncidentWave = operation({
  id: 'getIncidentWave',
  method: 'get',
  path: '/v1/incidents/{incidentId}/offers',
  summary: 'The newest wave of an incident and how far it is.',
  tag: 'incidents',
  params,
  answers,
});

const incidentOfferSchema = z
  .object({
    orderRef: z.string(),
    waveId: idSchema,
    outcome: z.enum(waveOutcomes),
    reason: z.enum(leftOutReasons).nullable().meta({ description: 'Why it was left out.' }),
    refund: moneySchema.nullable().meta({ description: 'Offered, for the customer to choose.' }),
    extension: z.object({ minutes: count, bytes: byteCountSchema }).nullable(),
    at: instantSchema,
    ticket: z
      .object({
        id: idSchema,
        reference: z.string(),
        phase: z.enum(ticketPhases),
        outcome: z.enum(ticketOutcomes).nullable(),
      })
      .nullable()
      .meta({ description: 'The one that was opened or joined, as it stands now.' }),
  })
  .meta({ id: 'IncidentOffer' });

export const listIncidentOffers = operation({
  id: 'listIncidentOffers',
  method: 'get',
  path: '/v1/incidents/{incidentId}/offers/orders',
  summary: 'What became of each order that the waves of an incident have reached.',
  tag: 'incidents',
  params,
  query: z
    .object({
      waveId: idSchema.optional().meta({ description: 'Of one wave; what a later one has judged again is of that.' }),
      outcome: z.enum(waveOutcomes).optional(),
      reason: z.enum(leftOutReasons).optional(),
      ...pageQuery,
    })
    .strict(),
  answers: { 200: pageOf(incidentOfferSchema).meta({ id: 'IncidentOfferPage' }) },
});

export type IncidentOfferShown = z.output<typeof incidentOfferSchema>;
