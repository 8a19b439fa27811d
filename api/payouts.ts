/** Handlers of the stop of all payouts. */

import { operations } from '../contract/operations.ts';
import type { Stores } from './ports.ts';
import { presentStop } from './present-payout.ts';
import { type Route, route } from './route.ts';

export function payoutRoutes({ payouts }: Pick<Stores, 'payouts'>): Route[] {
  return [
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
