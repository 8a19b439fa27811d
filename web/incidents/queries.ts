/** What the pages of incidents read. The keys are those that the stream of changes makes old. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, get } from '../api/client.ts';

const readIncidents = (cursor: string, signal: AbortSignal) =>
  answerOf(get('/v1/incidents', { params: { query: cursor === '' ? {} : { cursor } }, signal }));

export const incidentsQuery = infiniteQueryOptions({
  queryKey: ['incidents', 'list'],
  queryFn: ({ pageParam, signal }) => readIncidents(pageParam, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});

const readIncident = (incidentId: string, signal: AbortSignal) =>
  answerOf(get('/v1/incidents/{incidentId}', { params: { path: { incidentId } }, signal }));

export type Incident = Awaited<ReturnType<typeof readIncident>>;
export type Wave = NonNullable<Incident['wave']>;

export const incidentQuery = (incidentId: string) =>
  queryOptions({
    queryKey: ['incident', incidentId],
    queryFn: ({ signal }) => readIncident(incidentId, signal),
  });

/** Reckoned by the engine for each order, so that it is read when the page is opened and when somebody asks. */
export const impactQuery = (incidentId: string) =>
  queryOptions({
    queryKey: ['incident-impact', incidentId],
    queryFn: ({ signal }) =>
      answerOf(get('/v1/incidents/{incidentId}/impact', { params: { path: { incidentId } }, signal })),
  });

export const suggestionsQuery = queryOptions({
  queryKey: ['tickets', 'incident-suggestions'],
  queryFn: ({ signal }) => answerOf(get('/v1/incident-suggestions', { signal })),
});
