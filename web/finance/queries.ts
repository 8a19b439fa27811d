/** What the finance board reads. The keys are those that the stream of payouts makes old. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { isCurrency } from '../../domain/money.ts';
import { payoutStates } from '../../domain/payout.ts';
import { railNames } from '../../domain/rail.ts';
import { answerOf, get } from '../api/client.ts';
import type { PayoutFilter } from './payout-filter.ts';

const rowsPerPage = 50;

const readPayouts = (filter: PayoutFilter, cursor: string, signal: AbortSignal) => {
  const { only, sort, currency } = filter;
  const state = payoutStates.find((each) => each === filter.state);
  const rail = railNames.find((each) => each === filter.rail);
  return answerOf(
    get('/v1/payouts', {
      params: {
        query: {
          limit: rowsPerPage,
          sort: sort ?? 'urgent',
          ...(state === undefined ? {} : { state: [state] }),
          ...(rail === undefined ? {} : { rail }),
          ...(currency !== undefined && isCurrency(currency) ? { currency } : {}),
          ...(only === undefined ? {} : { exceptions: 'true' }),
          ...(cursor === '' ? {} : { cursor }),
        },
      },
      signal,
    }),
  );
};

export type Payout = Awaited<ReturnType<typeof readPayouts>>['items'][number];

export const payoutsQuery = (filter: PayoutFilter) =>
  infiniteQueryOptions({
    queryKey: ['payouts', 'list', filter],
    queryFn: ({ pageParam, signal }) => readPayouts(filter, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

const readSums = (signal: AbortSignal) => answerOf(get('/v1/payouts/sums', { signal }));

export type Sums = Awaited<ReturnType<typeof readSums>>;

export const sumsQuery = queryOptions({
  queryKey: ['payouts', 'sums'],
  queryFn: ({ signal }) => readSums(signal),
});

const readPayout = (payoutId: string, signal: AbortSignal) =>
  answerOf(get('/v1/payouts/{payoutId}', { params: { path: { payoutId } }, signal }));

export type WholePayout = Awaited<ReturnType<typeof readPayout>>;

export const payoutQuery = (payoutId: string) =>
  queryOptions({
    queryKey: ['payout', payoutId],
    queryFn: ({ signal }) => readPayout(payoutId, signal),
  });
