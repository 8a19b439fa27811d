/** Handlers of what finance does with payouts: approval and refusal, and the stop of all. */

import { operations } from '../contract/operations.ts';
import { refuse } from '../domain/errors.ts';
import type { PayoutId } from '../domain/ids.ts';
import { aimAtPayout } from './aim.ts';
import type { Stores } from './ports.ts';
import { presentPayout, presentStop } from './present-payout.ts';
import type { Principal } from './principal.ts';
import { type Route, route } from './route.ts';

export function payoutRoutes({ payouts }: Pick<Stores, 'payouts'>): Route[] {
  const aim = aimAtPayout(payouts);
  const present = async (
    { principal, at }: { principal: Principal; at: Date },
    { payoutId }: { payoutId: PayoutId | null },
  ) => {
    const view = payoutId && (await payouts.read(payoutId));
    return view ? { body: presentPayout(view, principal.subjectId, at) } : refuse('not-found');
  };
  return [
    route(operations.approvePayout, { kind: 'delivered', aim, present }),
    route(operations.declinePayout, { kind: 'delivered', aim, present }),
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
