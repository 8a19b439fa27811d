/** Handlers of payouts as a whole: finance's list, one of it in full, and the stop of all. */

import { operations } from '../contract/operations.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import type { Stores } from './ports.ts';
import { presentPayout, presentPayoutInFull, presentStop } from './present-payout.ts';
import { type Route, route } from './route.ts';

export function payoutRoutes({ payouts }: Pick<Stores, 'payouts'>): Route[] {
  return [
    route(operations.listPayouts, {
      kind: 'read',
      handle: async ({ principal, query: { state, limit, cursor } }) => {
        const found = await payouts.list(state === undefined ? {} : { state }, { limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        return {
          body: {
            items: found.items.map((view) => presentPayout(view, principal.subjectId)),
            next: found.next,
            stop: presentStop(await payouts.readStop()),
          },
          seen: found.items.map(({ subjectId, ticketId }) => ({ subjectId, ticketId })),
        };
      },
    }),
    route(operations.getPayout, {
      kind: 'read',
      handle: async ({ principal, params }) => {
        const found = await payouts.find(params.payoutId);
        const view = found && (await payouts.read(found.payoutId));
        if (!view) return refuse('not-found');
        return {
          body: presentPayoutInFull(view, await payouts.readPayee(view.id), principal.subjectId),
          seen: [{ subjectId: view.subjectId, ticketId: view.ticketId }],
        };
      },
    }),
    route(operations.stopPayouts, {
      kind: 'direct',
      apply: async ({ principal, body, at }, trx) => {
        const refusal = await payouts.stop(trx, { by: principal.subjectId, ground: body.ground, at });
        return refusal ?? { body: presentStop({ stopped: true, ground: body.ground, stoppedAt: at }) };
      },
    }),
    route(operations.resumePayouts, {
      kind: 'direct',
      apply: async ({ principal, at }, trx) => {
        const refusal = await payouts.resume(trx, { by: principal.subjectId, at });
        return refusal ?? { body: presentStop({ stopped: false, ground: null, stoppedAt: null }) };
      },
    }),
  ];
}
