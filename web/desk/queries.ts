/** What the agent desk reads besides the ticket itself. The keys are those that the stream of changes makes old. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answerOf, get } from '../api/client.ts';
import type { Queue } from './queue.ts';

function filterOf(queue: Queue) {
  switch (queue) {
    case 'mine':
      return { assignee: 'me' as const };
    case 'unassigned':
      return { assignee: 'none' as const };
    case 'urgent':
      return { urgent: 'true' as const };
    case 'all':
      return {};
    default:
      return { phase: queue };
  }
}

const rowsPerPage = 50;

const readQueue = (queue: Queue, cursor: string, signal: AbortSignal) =>
  answerOf(
    get('/v1/tickets', {
      params: { query: { ...filterOf(queue), limit: rowsPerPage, ...(cursor === '' ? {} : { cursor }) } },
      signal,
    }),
  );

export type QueueRow = Awaited<ReturnType<typeof readQueue>>['items'][number];

export const queueQuery = (queue: Queue) =>
  infiniteQueryOptions({
    queryKey: ['tickets', 'queue', queue],
    queryFn: ({ pageParam, signal }) => readQueue(queue, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

const readProposal = (ticketId: string, signal: AbortSignal) =>
  answerOf(get('/v1/tickets/{ticketId}/proposal', { params: { path: { ticketId } }, signal }));

export type Proposed = Awaited<ReturnType<typeof readProposal>>;

export const proposalQuery = (ticketId: string) =>
  queryOptions({
    queryKey: ['ticket', ticketId, 'proposal'],
    queryFn: ({ signal }) => readProposal(ticketId, signal),
  });

const readDiagnosis = (ticketId: string, signal: AbortSignal) =>
  answerOf(get('/v1/tickets/{ticketId}/diagnosis', { params: { path: { ticketId } }, signal }));

export type Diagnosed = Awaited<ReturnType<typeof readDiagnosis>>;

export const diagnosisQuery = (ticketId: string) =>
  queryOptions({
    queryKey: ['ticket', ticketId, 'diagnosis'],
    queryFn: ({ signal }) => readDiagnosis(ticketId, signal),
  });

export const orderQuery = (ticketId: string, ref: string) =>
  queryOptions({
    queryKey: ['ticket', ticketId, 'order'],
    queryFn: async ({ signal }) =>
      (await answerOf(get('/v1/orders', { params: { query: { ref, limit: 1 } }, signal }))).items[0] ?? null,
  });

/** A log as it is kept, line by line. */
export const logQuery = (ticketId: string, evidenceId: string) =>
  queryOptions({
    queryKey: ['evidence', ticketId, evidenceId],
    queryFn: async ({ signal }) => {
      const path = { ticketId, evidenceId };
      const text = await answerOf(
        get('/v1/tickets/{ticketId}/evidence/{evidenceId}', { params: { path }, parseAs: 'text', signal }),
      );
      return text.split(/\r?\n/);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
