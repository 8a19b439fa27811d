/** Handlers of tickets: reading, opening, withdrawing, reopening, and who works on them. */

import type { z } from 'zod';
import { operations } from '../contract/operations.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import { aimAtTicket } from './aim.ts';
import type { ChangeFeed } from './feed.ts';
import type { Stores } from './ports.ts';
import { presentTicket, presentTicketSummary } from './present-ticket.ts';
import { presentTimelineEntry } from './present-timeline.ts';
import { accountsToAskFor } from './principal.ts';
import { type Route, route, type Seen } from './route.ts';
import { lostByWithdrawal } from './ticket-actions.ts';
import { presentTaken } from './ticket-taken.ts';

const instantOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** Filters by what was seen only where an exit is named. */
function seenBy({ egress, seenFrom, seenUntil }: z.output<typeof operations.listTickets.query>) {
  if (egress === undefined) return undefined;
  return { egress, ...withoutUndefined({ from: instantOf(seenFrom), until: instantOf(seenUntil) }) };
}

type TicketStores = Pick<Stores, 'tickets' | 'orders'>;

/** The address that is a word stands before those that name a ticket. */
export const ticketRoutes = (stores: TicketStores, feed: ChangeFeed): Route[] => [
  route(operations.getTicketEvents, {
    kind: 'stream',
    open: (after, listener, { viewer }) => feed.subscribe({ of: 'tickets', viewer }, after, listener),
  }),
  ...readRoutes(stores),
  ...writeRoutes(stores),
];

function writeRoutes({ tickets, orders }: TicketStores): Route[] {
  const aim = aimAtTicket(tickets);
  const present = presentTaken(tickets);
  return [
    route(operations.createTicket, {
      kind: 'delivered',
      prepare: ({ principal, body, doing }, trx) =>
        tickets.open(trx, {
          ...doing,
          accountIds: accountsToAskFor(principal),
          orderRef: body.orderRef,
          paymentMethod: body.paymentMethod,
          linkedOrders: body.linkedOrders ?? [],
          fault: body.fault,
          description: body.description,
          networkContext: body.networkContext ?? null,
          uploadIds: body.uploadIds,
        }),
      aim: async ({ principal, viewer, body }) => {
        // PK-3.1: who may look at the order but not ask for it is told so; anyone else's order is unknown.
        for (const { orderRef } of [body, ...(body.linkedOrders ?? [])]) {
          const found = await orders.list(viewer, { ref: orderRef }, { limit: 1, cursor: null });
          const order = isRefusal(found) ? undefined : found.items[0];
          if (!order) return refuse('order-unknown', { orderRef });
          if (!accountsToAskFor(principal).includes(order.accountId)) return refuse('not-allowed', { orderRef });
        }
        return { ticket: null, ticketId: null, payoutId: null };
      },
      present,
    }),
    route(operations.withdrawTicket, {
      kind: 'delivered',
      aim: async (context) => {
        const target = await aim(context);
        if (isRefusal(target) || context.body.confirmed) return target;
        const view = target.ticketId && (await tickets.read(context.viewer, target.ticketId));
        const lost = view ? lostByWithdrawal(view, context.principal) : null;
        if (lost === null) return target;
        const { losesAskedAt, windowEndsAt } = lost;
        return refuse('withdrawal-unconfirmed', { losesAskedAt, ...(windowEndsAt === null ? {} : { windowEndsAt }) });
      },
      present,
    }),
    route(operations.reopenTicket, { kind: 'delivered', aim, present }),
    route(operations.assignTicket, {
      kind: 'direct',
      aim,
      apply: async ({ viewer, principal, target, doing, body }, trx) => {
        const { ticketId } = target;
        if (!ticketId) return refuse('not-found');
        const refusal = await tickets.assign(trx, { ...doing, ticketId, assigneeId: body.assigneeId });
        if (refusal) return refusal;
        const view = await tickets.read(viewer, ticketId, trx);
        return view ? { body: presentTicket(view, principal) } : refuse('not-found');
      },
    }),
  ];
}

function readRoutes({ tickets }: TicketStores): Route[] {
  return [
    route(operations.listTickets, {
      kind: 'read',
      handle: async ({ viewer, principal, query }) => {
        const { cursor, limit, phase, orderRef, ...given } = query;
        const assignee = given.assignee === 'me' ? principal.subjectId : given.assignee;
        const urgent = given.urgent === undefined ? undefined : (true as const);
        // Who works on a ticket, and what is warned of, is not a customer's to know, and so not to filter by.
        const ofStaff =
          principal.role === 'customer' ? {} : { assignee, urgent, incident: given.incident, seen: seenBy(query) };
        const filter = withoutUndefined({ phase, orderRef, ...ofStaff });
        const found = await tickets.list(viewer, filter, { limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        return {
          body: { items: found.items.map((view) => presentTicketSummary(view, principal)), next: found.next },
          seen: found.items.map(({ id, subjectId }): Seen => ({ subjectId, ticketId: id })),
        };
      },
    }),
    route(operations.getTicket, {
      kind: 'read',
      handle: async ({ viewer, principal, params }) => {
        const target = await tickets.find(viewer, params.ticketId);
        const view = target && (await tickets.read(viewer, target.ticketId));
        if (!view) return refuse('not-found');
        return { body: presentTicket(view, principal), seen: [{ subjectId: view.subjectId, ticketId: view.id }] };
      },
    }),
    route(operations.getTicketTimeline, {
      kind: 'read',
      handle: async ({ viewer, principal, params, query }) => {
        const target = await tickets.find(viewer, params.ticketId);
        if (!target) return refuse('not-found');
        const page = { limit: query.limit, cursor: query.cursor ?? null };
        const found = await tickets.timeline(viewer, target.ticketId, page);
        if (isRefusal(found)) return found;
        return {
          body: { items: found.items.flatMap((view) => presentTimelineEntry(view, principal)), next: found.next },
          seen: [{ subjectId: target.subjectId, ticketId: target.ticketId }],
        };
      },
    }),
  ];
}

const withoutUndefined = <Given extends object>(given: Given) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Given]?: Exclude<Given[Key], undefined>;
  };
