/** Handlers of the finance board: the list of payouts, their sums, one in whole, and changes as they happen. */

import { operations } from '../contract/operations.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import type { ChangeFeed } from './feed.ts';
import { payoutReader } from './payout-reader.ts';
import type { Stores } from './ports.ts';
import { presentPayout, presentStop } from './present-payout.ts';
import { type FactsOfRails, presentPayoutSums, presentWholePayout } from './present-payout-board.ts';
import { type Route, route } from './route.ts';

export interface BoardParts {
  readonly rails: FactsOfRails;
  readonly feed: ChangeFeed;
}

const dateOf = (instant: string | undefined): Date | undefined =>
  instant === undefined ? undefined : new Date(instant);

/** Addresses that are words stand before those that name a payout. */
export const payoutBoardRoutes = (
  { payouts, staffTies }: Pick<Stores, 'payouts' | 'staffTies'>,
  { rails, feed }: BoardParts,
): Route[] => [
  route(operations.listPayouts, {
    kind: 'read',
    handle: async ({ principal, at, query }) => {
      const { sort, state, from, until, limit, cursor, ...filter } = query;
      const found = await payouts.list(
        { ...filter, order: sort, states: state, from: dateOf(from), until: dateOf(until) },
        { limit, cursor: cursor ?? null },
        at,
      );
      if (isRefusal(found)) return found;
      const reader = await payoutReader(staffTies, principal, found.items);
      return {
        body: {
          items: found.items.map((view) => presentPayout(view, reader, at)),
          next: found.next,
          stop: presentStop(await payouts.readStop()),
        },
        seen: found.items.map(({ subjectId, ticketId }) => ({ subjectId, ticketId })),
      };
    },
  }),
  route(operations.getPayoutSums, {
    kind: 'read',
    handle: async ({ at }) => ({ body: presentPayoutSums(await payouts.readCells(at), at) }),
  }),
  route(operations.getPayoutEvents, {
    kind: 'stream',
    open: (after, listener) => feed.subscribe({ of: 'payouts' }, after, listener),
  }),
  route(operations.getPayout, {
    kind: 'read',
    handle: async ({ principal, params, at }) => {
      const found = await payouts.find(params.payoutId);
      const view = found && (await payouts.readWhole(found.payoutId));
      if (!view) return refuse('not-found');
      const reader = await payoutReader(staffTies, principal, [view]);
      return {
        body: presentWholePayout(view, await payouts.readPayee(view.id), rails, reader, at),
        seen: [{ subjectId: view.subjectId, ticketId: view.ticketId }],
      };
    },
  }),
];
