/** Handlers of reconciliation: how much is proven, the breaks, and what finance makes of one. */

import { operations } from '../contract/operations.ts';
import { isRefusal } from '../domain/errors.ts';
import type { BreakId } from '../domain/ids.ts';
import type { Stores } from './ports.ts';
import { presentBreak, presentReconciliation } from './present-reconciliation.ts';
import { type Route, route } from './route.ts';

export const reconciliationRoutes = ({ reconciliation }: Pick<Stores, 'reconciliation'>): Route[] => [
  route(operations.getReconciliation, {
    kind: 'read',
    handle: async ({ at }) => ({ body: presentReconciliation(await reconciliation.read(at)) }),
  }),
  route(operations.listBreaks, {
    kind: 'read',
    handle: async ({ query: { state, limit, cursor } }) => {
      const found = await reconciliation.listBreaks({ state }, { limit, cursor: cursor ?? null });
      return isRefusal(found) ? found : { body: { items: found.items.map(presentBreak), next: found.next } };
    },
  }),
  route(operations.takeBreak, {
    kind: 'direct',
    apply: async ({ principal, params }, trx) => {
      const view = await reconciliation.takeBreak(trx, {
        breakId: params.breakId as BreakId,
        by: principal.subjectId,
      });
      return isRefusal(view) ? view : { body: presentBreak(view) };
    },
  }),
  route(operations.resolveBreak, {
    kind: 'direct',
    apply: async ({ principal, params, body, at }, trx) => {
      const closing = { breakId: params.breakId as BreakId, by: principal.subjectId, ...body, at };
      const view = await reconciliation.resolveBreak(trx, closing);
      return isRefusal(view) ? view : { body: presentBreak(view) };
    },
  }),
];
