/** Handlers of orders: one's own, and what the shop's systems report of them. */

import { operations } from '../contract/operations.ts';
import { isRefusal } from '../domain/errors.ts';
import type { Stores } from './ports.ts';
import { presentOrder } from './present-order.ts';
import { orderOf } from './put-order.ts';
import { type Route, route } from './route.ts';

export function orderRoutes({ orders }: Pick<Stores, 'orders'>): Route[] {
  return [
    route(operations.listOrders, {
      kind: 'read',
      handle: async ({ viewer, query: { ref, limit, cursor } }) => {
        const found = await orders.list(viewer, ref === undefined ? {} : { ref }, { limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        return {
          body: { items: found.items.map(presentOrder), next: found.next },
          seen: found.items.map(({ subjectId }) => ({ subjectId, ticketId: null })),
        };
      },
    }),
    route(operations.putOrder, {
      kind: 'direct',
      apply: async ({ params, body, inputId, at }, trx) => {
        const kept = await orders.put(trx, {
          ...orderOf(params.orderRef, body),
          inputId,
          at,
        });
        return isRefusal(kept) ? kept : { body: { id: kept.id, ref: params.orderRef, accountRef: body.accountRef } };
      },
    }),
    route(operations.reportUsage, {
      kind: 'direct',
      apply: async ({ params, body, inputId, at }, trx) => {
        const { usedBytes, requests = null } = body;
        const usage = { ref: params.orderRef, usedBytes, requests, usedAt: new Date(body.at), inputId, at };
        const refusal = await orders.reportUsage(trx, usage);
        return refusal ?? { body: { ref: params.orderRef, usedBytes, at: body.at } };
      },
    }),
    route(operations.reportOrderIncident, {
      kind: 'direct',
      apply: async ({ params, body, inputId, at }, trx) => {
        const noted = await orders.noteIncident(trx, {
          orderRef: params.orderRef,
          ref: body.ref,
          confirmed: body.confirmed,
          widelyImpacting: body.widelyImpacting,
          covers: body.covers,
          from: new Date(body.from),
          until: body.until === undefined ? null : new Date(body.until),
          inputId,
          at,
        });
        if (isRefusal(noted)) return noted;
        return { body: { orderRef: params.orderRef, ref: body.ref, ticketId: noted.ticketId } };
      },
    }),
  ];
}
