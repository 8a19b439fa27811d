/** Handlers of what became of a kept write, and of who one is. */

import { type OperationId, operations } from '../contract/operations.ts';
import { refuse } from '../domain/errors.ts';
import type { InputId } from '../domain/ids.ts';
import { allows } from './abilities.ts';
import type { KeptInput, Stores } from './ports.ts';
import type { Principal } from './principal.ts';
import { problemOf } from './problem.ts';
import { type Route, route } from './route.ts';

const stateOf = ({ delivery, refusal, answer_status: status }: KeptInput) => {
  if (refusal || (status !== null && status >= 400)) return 'refused' as const;
  return delivery === 'due' ? ('kept' as const) : ('done' as const);
};

const refusalOf = (input: KeptInput, requestId: string): unknown => {
  if (input.refusal) return problemOf(input.refusal, requestId);
  // A refusal of a direct write stands in its answer alone.
  return stateOf(input) === 'refused' && input.answer_body !== null ? JSON.parse(input.answer_body) : null;
};

export function inputRoutes({ inputs }: Pick<Stores, 'inputs'>): Route[] {
  return [
    route(operations.getInput, {
      kind: 'read',
      handle: async ({ principal, params, requestId }) => {
        const input = await inputs.read(params.inputId as InputId);
        if (!input || input.subject_id !== principal.subjectId) return refuse('not-found');
        return {
          body: {
            inputId: input.id,
            operation: input.operation,
            keptAt: input.kept_at.toISOString(),
            state: stateOf(input),
            ticketId: input.ticket_id,
            payoutId: input.payout_id,
            refusal: refusalOf(input, requestId),
          },
        };
      },
    }),
    route(operations.whoAmI, {
      kind: 'read',
      handle: async ({ principal }) => ({ body: presentMe(principal) }),
    }),
  ];
}

/** Who one is, and what one may call. */
export const presentMe = ({ subjectId, role, accounts }: Principal) => ({
  id: subjectId,
  role,
  accounts: accounts.map(({ accountId, rights }) => ({ accountId, rights })),
  operations: (Object.keys(operations) as OperationId[]).filter((id) => allows(role, id)),
});
