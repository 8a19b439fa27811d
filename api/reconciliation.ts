/** Handlers of reconciliation: how much is proven, the breaks, and what finance makes of one. */

import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { BreakId } from '../domain/ids.ts';
import type { Stores } from './ports.ts';
import { presentBreak, presentReconciliation } from './present-reconciliation.ts';
import type { Principal } from './principal.ts';
import type { BreakView } from './reconciliation-views.ts';
import { noTarget, type Route, route, type Target } from './route.ts';
import type { Transactor } from './transactor.ts';

export function reconciliationRoutes({
  reconciliation,
  staffTies,
}: Pick<Stores, 'reconciliation' | 'staffTies'>): Route[] {
  const aim = async ({ params }: { readonly params: { readonly breakId: string } }): Promise<Target | Refusal> => {
    const found = await reconciliation.findBreak(params.breakId);
    if (!found) return refuse('not-found');
    return found.orderId === null ? noTarget : { ...noTarget, orderId: found.orderId };
  };
  const present = async ({ subjectId }: Principal, views: readonly BreakView[], trx?: Transactor) => {
    const orderIds = views.flatMap(({ orderId }) => orderId ?? []);
    const own = await staffTies.findOwn(subjectId, orderIds, trx);
    return views.map((view) => presentBreak(view, own));
  };
  const answer = async (principal: Principal, view: BreakView | Refusal, trx: Transactor) =>
    isRefusal(view) ? view : { body: (await present(principal, [view], trx))[0] };
  return [
    route(operations.getReconciliation, {
      kind: 'read',
      handle: async ({ at }) => ({ body: presentReconciliation(await reconciliation.read(at)) }),
    }),
    route(operations.listBreaks, {
      kind: 'read',
      handle: async ({ principal, query: { state, limit, cursor } }) => {
        const found = await reconciliation.listBreaks({ state }, { limit, cursor: cursor ?? null });
        return isRefusal(found) ? found : { body: { items: await present(principal, found.items), next: found.next } };
      },
    }),
    route(operations.takeBreak, {
      kind: 'direct',
      aim,
      apply: async ({ principal, params }, trx) => {
        const taking = { breakId: params.breakId as BreakId, by: principal.subjectId };
        return answer(principal, await reconciliation.takeBreak(trx, taking), trx);
      },
    }),
    route(operations.resolveBreak, {
      kind: 'direct',
      aim,
      apply: async ({ principal, params, body, at }, trx) => {
        const closing = { breakId: params.breakId as BreakId, by: principal.subjectId, ...body, at };
        return answer(principal, await reconciliation.resolveBreak(trx, closing), trx);
      },
    }),
  ];
}
