/** Handlers of what staff declare of themselves. What it is leaves as a hash, towards the store alone. */

import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { StaffTieView } from './conduct-port.ts';
import type { Stores } from './ports.ts';
import { type Route, route } from './route.ts';
import type { Transactor } from './transactor.ts';

const present = (view: StaffTieView) => ({
  id: view.id,
  kind: view.kind,
  holds: view.holds,
  declaredAt: view.declaredAt.toISOString(),
  declaredBy: { id: view.declaredBy.id, name: view.declaredBy.name },
  endedAt: view.endedAt?.toISOString() ?? null,
});

export function staffTieRoutes({ staffTies }: Pick<Stores, 'staffTies'>): Route[] {
  const listed = async (personId: string, trx?: Transactor): Promise<{ body: object } | Refusal> => {
    const views = await staffTies.list(personId, trx);
    return views ? { body: { items: views.map(present) } } : refuse('not-found');
  };
  return [
    route(operations.listStaffTies, { kind: 'read', handle: ({ params }) => listed(params.personId) }),
    route(operations.declareStaffTie, {
      kind: 'direct',
      // Neither the value nor what it can be guessed by.
      identifies: ({ kind, value }) => ({ kind, mark: staffTies.markOf({ kind, value }) }),
      keeps: ({ kind }) => ({ kind }),
      apply: async ({ params, body, doing }, trx) => {
        const refusal = await staffTies.declare(trx, {
          ...body,
          personId: params.personId,
          by: doing.by.id,
          at: doing.at,
        });
        return refusal ?? listed(params.personId, trx);
      },
    }),
    route(operations.endStaffTie, {
      kind: 'direct',
      apply: async ({ params, body, doing }, trx) => {
        const refusal = await staffTies.end(trx, { ...params, ...body, by: doing.by.id, at: doing.at });
        return isRefusal(refusal) ? refusal : listed(params.personId, trx);
      },
    }),
  ];
}
