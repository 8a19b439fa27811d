/** What a customer's pages read of one request. The keys are those that the stream of changes makes old. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, get } from '../api/client.ts';

const timelinePageRows = 100;

const readTicket = (ticketId: string, signal: AbortSignal) =>
  answerOf(get('/v1/tickets/{ticketId}', { params: { path: { ticketId } }, signal }));

export type Ticket = Awaited<ReturnType<typeof readTicket>>;
export type Evidence = Ticket['evidence'][number];

export const ticketQuery = (ticketId: string) =>
  queryOptions({
    queryKey: ['ticket', ticketId],
    queryFn: ({ signal }) => readTicket(ticketId, signal),
  });

const readTimeline = (ticketId: string, cursor: string, signal: AbortSignal) =>
  answerOf(
    get('/v1/tickets/{ticketId}/timeline', {
      params: { path: { ticketId }, query: { limit: timelinePageRows, ...(cursor === '' ? {} : { cursor }) } },
      signal,
    }),
  );

export type TimelineEntry = Awaited<ReturnType<typeof readTimeline>>['items'][number];

export const timelineQuery = (ticketId: string) =>
  infiniteQueryOptions({
    queryKey: ['ticket', ticketId, 'timeline'],
    queryFn: ({ pageParam, signal }) => readTimeline(ticketId, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

const readDecisions = (ticketId: string, language: 'en' | 'ru', signal: AbortSignal) =>
  answerOf(get('/v1/tickets/{ticketId}/decisions', { params: { path: { ticketId }, query: { language } }, signal }));

export type Explained = Awaited<ReturnType<typeof readDecisions>>['items'][number];

/** In the language of the page; the desk's sentences are the policy's own. */
export const decisionsQuery = (ticketId: string, language: 'en' | 'ru') =>
  queryOptions({
    queryKey: ['ticket', ticketId, 'decisions', language],
    queryFn: ({ signal }) => readDecisions(ticketId, language, signal),
  });

export const creditNotesQuery = (ticketId: string) =>
  queryOptions({
    queryKey: ['ticket', ticketId, 'credit-notes'],
    queryFn: ({ signal }) => answerOf(get('/v1/credit-notes', { params: { query: { ticketId } }, signal })),
  });

export const inputQuery = (ticketId: string, inputId: string) =>
  queryOptions({
    queryKey: ['ticket', ticketId, 'input', inputId],
    queryFn: ({ signal }) => answerOf(get('/v1/inputs/{inputId}', { params: { path: { inputId } }, signal })),
  });
