/** The orders of those for whom one acts, newest first. */

import { infiniteQueryOptions } from '@tanstack/react-query';
import { answerOf, get } from '../api/client.ts';

const readOrders = (cursor: string, signal: AbortSignal) =>
  answerOf(get('/v1/orders', { params: { query: cursor === '' ? {} : { cursor } }, signal }));

export type Order = Awaited<ReturnType<typeof readOrders>>['items'][number];

export const ordersQuery = infiniteQueryOptions({
  // Whether an order has an open ticket changes with the tickets.
  queryKey: ['tickets', 'orders'],
  queryFn: ({ pageParam, signal }) => readOrders(pageParam, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});
