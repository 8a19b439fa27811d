/** The registry of incidents (RP-2.4b): what each touched, who confirmed it, and what it would cost to make it good. */

import { z } from 'zod';
import { incidentStates, lostProblem } from '../domain/incident.ts';
import { leftOutReasons } from '../domain/incident-wave.ts';
import {
  egressRangesMax,
  incidentTitleCharactersMax,
  lostIntervalsMax,
  placesMax,
  planKindsPerIncidentMax,
} from '../domain/limits.ts';
import { waveShownSchema } from './incident-waves.ts';
import { egressSchema, placeSchema } from './network-places.ts';
import { operation } from './operation.ts';
import {
  colleagueSchema,
  groundSchema,
  idSchema,
  instantSchema,
  moneySchema,
  pageOf,
  pageQuery,
  refSchema,
  textSchema,
} from './wire.ts';

const intervalSchema = z.object({ from: instantSchema, until: instantSchema }).strict();

const lostSchema = z
  .array(intervalSchema)
  .min(1, 'expected at least one stretch')
  .max(lostIntervalsMax, `expected at most ${lostIntervalsMax} stretches`)
  .meta({ description: 'The minutes lost as they were measured, within the window; left out where all of it was.' });

const scopeFields = {
  title: textSchema(incidentTitleCharactersMax).meta({ description: 'Words for staff.' }),
  planKinds: z
    .array(z.string().min(1).max(100))
    .max(planKindsPerIncidentMax, `expected at most ${planKindsPerIncidentMax} kinds`)
    .default([])
    .meta({ description: 'Kinds of plans that it touched; none is all.' }),
  places: z
    .array(placeSchema)
    .max(placesMax, `expected at most ${placesMax} places`)
    .default([])
    .meta({ description: 'Where the proxies are that it touched; none is all.' }),
  egress: z
    .array(egressSchema)
    .max(egressRangesMax, `expected at most ${egressRangesMax} ranges`)
    .default([])
    .meta({ description: 'Exits that it touched, as addresses and CIDR ranges; none is all.' }),
  from: instantSchema,
  until: instantSchema.optional().meta({ description: 'Left out while it goes on.' }),
  widelyImpacting: z.boolean(),
  lost: lostSchema.optional(),
};

interface Window {
  readonly from: string;
  readonly until?: string | undefined;
  readonly lost?: readonly z.output<typeof intervalSchema>[] | undefined;
}

function checkWindow({ from, until, lost }: Window, context: z.RefinementCtx): void {
  const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (until !== undefined && Date.parse(until) <= Date.parse(from)) say('until', 'expected an instant after `from`');
  const problem = lost && lostProblem({ from, until: until ?? null }, lost);
  if (problem === 'outside') say('lost', 'expected stretches within the window');
  if (problem === 'overlapping') say('lost', 'expected each moment once');
}

export const incidentSchema = z
  .object({
    id: idSchema,
    ref: z.string(),
    title: z.string(),
    state: z.enum(incidentStates),
    version: z.number().int().meta({ description: 'Whoever changes it names the one that they looked at.' }),
    planKinds: z.array(z.string()),
    places: z.array(z.string()),
    egress: z.array(z.string()),
    from: instantSchema,
    until: instantSchema.nullable(),
    widelyImpacting: z.boolean(),
    lost: z.array(z.object({ from: instantSchema, until: instantSchema })).nullable(),
    told: z.boolean().meta({ description: 'Every open ticket that it touches has heard of this version.' }),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'Incident' });

export const incidentDetailSchema = incidentSchema
  .extend({
    events: z.array(
      z
        .object({
          number: z.number().int(),
          kind: z.string(),
          at: instantSchema,
          by: colleagueSchema.nullable(),
          ground: z.string().nullable(),
          data: z.record(z.string(), z.unknown()),
        })
        .meta({ id: 'IncidentEvent' }),
    ),
    wave: waveShownSchema.nullable().meta({ description: 'The newest wave of offers.' }),
  })
  .meta({ id: 'IncidentDetail' });

const params = z.object({ incidentId: idSchema });
const looked = { version: z.number().int().min(1), ground: groundSchema };

export const createIncident = operation({
  id: 'createIncident',
  method: 'post',
  path: '/v1/incidents',
  summary: 'Enters an incident as suspected. It changes no ticket until it is confirmed.',
  tag: 'incidents',
  body: z
    .object({ ref: refSchema, ...scopeFields, ground: groundSchema })
    .strict()
    .superRefine(checkWindow),
  answers: { 201: incidentSchema },
  writes: 'direct',
});

export const confirmIncident = operation({
  id: 'confirmIncident',
  method: 'post',
  path: '/v1/incidents/{incidentId}/confirm',
  summary:
    'Confirms an incident: every open ticket that it covers hears of it (RP-2.4b), and so does each that comes later.',
  tag: 'incidents',
  params,
  body: z.object(looked).strict(),
  answers: { 200: incidentSchema },
  writes: 'direct',
});

export const resolveIncident = operation({
  id: 'resolveIncident',
  method: 'post',
  path: '/v1/incidents/{incidentId}/resolve',
  summary: 'Says when a confirmed incident was over, and what of its window was lost as measured.',
  tag: 'incidents',
  params,
  body: z.object({ ...looked, until: instantSchema, lost: lostSchema.optional() }).strict(),
  answers: { 200: incidentSchema },
  writes: 'direct',
});

export const retractIncident = operation({
  id: 'retractIncident',
  method: 'post',
  path: '/v1/incidents/{incidentId}/retract',
  summary: 'Takes an incident back for good. What was paid stays paid, and open offers stand.',
  tag: 'incidents',
  params,
  body: z.object(looked).strict(),
  answers: { 200: incidentSchema },
  writes: 'direct',
});

export const correctIncident = operation({
  id: 'correctIncident',
  method: 'post',
  path: '/v1/incidents/{incidentId}/correct',
  summary: 'Puts right what an incident says of itself, as a whole; tickets that heard of it hear of what changed.',
  tag: 'incidents',
  params,
  body: z
    .object({ ...looked, ...scopeFields })
    .strict()
    .superRefine(checkWindow),
  answers: { 200: incidentSchema },
  writes: 'direct',
});

export const listIncidents = operation({
  id: 'listIncidents',
  method: 'get',
  path: '/v1/incidents',
  summary: 'Incidents, newest first.',
  tag: 'incidents',
  query: z.object({ state: z.enum(incidentStates).optional(), ...pageQuery }).strict(),
  answers: { 200: pageOf(incidentSchema).meta({ id: 'IncidentPage' }) },
});

export const getIncident = operation({
  id: 'getIncident',
  method: 'get',
  path: '/v1/incidents/{incidentId}',
  summary: 'One incident, with what happened to it and how its offers stand.',
  tag: 'incidents',
  params,
  answers: { 200: incidentDetailSchema },
});

const count = z.number().int();

export const impactSchema = z
  .object({
    orders: count.meta({ description: 'That it covers.' }),
    openTickets: count.meta({ description: 'Of these, orders on which a ticket is open: offers join it.' }),
    offered: count.meta({ description: 'Orders that a wave would offer a part or an extension (RP-4.5).' }),
    told: count.meta({ description: 'Orders still entitled to a full refund (RP-2.4b), which are told so.' }),
    reached: count.meta({
      description: 'Orders that an earlier wave of this incident has reached for good, and that no later one looks at.',
    }),
    asReported: count.meta({
      description:
        'Orders among the offered and told whose captures no provider was asked for yet: reckoned as the shop reported.',
    }),
    leftOut: z.partialRecord(z.enum(leftOutReasons), count).meta({ description: 'The others, by the reason.' }),
    refunds: z.array(moneySchema).meta({ description: 'If all that are offered it chose money, by currency.' }),
    fullRefunds: z.array(moneySchema).meta({ description: 'If all that are told asked for theirs, by currency.' }),
    extensionMinutes: count.meta({ description: 'If all that are offered it chose time.' }),
    extensionBytes: z.string().meta({ description: 'The same for traffic without a term.' }),
    unknown: z
      .object({ place: count, egress: count })
      .meta({ description: 'Orders that it might cover, were their place or their exits known.' }),
  })
  .meta({ id: 'IncidentImpact' });

export const getIncidentImpact = operation({
  id: 'getIncidentImpact',
  method: 'get',
  path: '/v1/incidents/{incidentId}/impact',
  summary:
    'Whom an incident touches and what it would cost, reckoned by the engine for each order as if it were confirmed.',
  tag: 'incidents',
  params,
  answers: { 200: impactSchema },
});

export const listIncidentSuggestions = operation({
  id: 'listIncidentSuggestions',
  method: 'get',
  path: '/v1/incident-suggestions',
  summary:
    'Tickets that came, and plans that our own tests found failing, close together for one kind of plan, place or range of exits, and that no incident explains.',
  tag: 'incidents',
  answers: {
    200: z
      .object({
        items: z.array(
          z
            .object({
              from: instantSchema.meta({ description: 'Of the first sign.' }),
              until: instantSchema.meta({ description: 'Of the last one, each within an hour of enough others.' }),
              planKind: z.string(),
              place: z.string().nullable(),
              egress: z.string().nullable().meta({ description: 'A range of CIDR.' }),
              tickets: count.meta({ description: 'That were made in this time.' }),
              probed: count.meta({
                description: 'Tickets whose plans our own tests found failing in this time, by a cause of ours.',
              }),
              accounts: count,
              ticketIds: z.array(idSchema).meta({ description: 'Up to ten of both.' }),
            })
            .meta({ id: 'IncidentSuggestion' }),
        ),
      })
      .meta({ id: 'IncidentSuggestions' }),
  },
});
