/** What people do with one payout: release, decline, call off, reroute, and record what was paid by hand and what of it came back. */

import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId, TicketId } from '../domain/ids.ts';
import { fromWire } from '../domain/money.ts';
import type { PayeeScreening, ScreeningOutcome } from '../domain/payee.ts';
import { aimAtPayout, aimAtTicket } from './aim.ts';
import { payoutReader } from './payout-reader.ts';
import type { Stores } from './ports.ts';
import { presentPayout } from './present-payout.ts';
import type { Principal } from './principal.ts';
import type { Release } from './release.ts';
import { type Route, route } from './route.ts';

/** What the answer of a check against sanctions lists means for a reroute. */
const refusalOf = (answer: ScreeningOutcome): Refusal | null => {
  if (answer === 'clear') return null;
  return refuse(answer === 'hit' ? 'payee-listed' : 'payee-unchecked');
};

/** Whatever day it is where the payment was made. */
const dayMs = 86_400_000;

const isToCome = (day: string, at: Date): boolean => Date.parse(day) > at.getTime() + dayMs;

export interface PayoutChangeParts extends Pick<Stores, 'payouts' | 'staffTies' | 'tickets'> {
  readonly release: Release;
  /** A desk without it asks nobody, which the payout says of itself. */
  readonly screening?: PayeeScreening;
}

export function payoutChangeRoutes({ payouts, staffTies, tickets, release, screening }: PayoutChangeParts): Route[] {
  const aim = aimAtPayout(payouts);
  const present = async (
    { principal, at }: { principal: Principal; at: Date },
    { payoutId }: { payoutId: PayoutId | null },
  ) => {
    const view = payoutId && (await payouts.read(payoutId));
    if (!view) return refuse('not-found');
    return { body: presentPayout(view, await payoutReader(staffTies, principal, [view]), at) };
  };
  return [
    route(operations.approvePayout, {
      kind: 'delivered',
      aim,
      admit: ({ principal, body, at }) => release(principal, body.secondFactor?.code, at),
      // The code is of this moment: it is kept nowhere, and the same request may come with another.
      identifies: () => ({}),
      present,
    }),
    route(operations.declinePayout, { kind: 'delivered', aim, present }),
    route(operations.reroutePayout, {
      kind: 'delivered',
      aim,
      admit: async ({ body }) => (screening ? refusalOf(await screening.check(body.payee)) : null),
      keeps: ({ rail, verifiedHow, nameCheck }) => ({ rail, verifiedHow, nameCheck }),
      prepare: async ({ body, principal, target, inputId, at }, trx) => {
        const { ticketId } = target;
        if (ticketId === null) return refuse('not-found');
        const { verifiedHow, nameCheck, payee } = body;
        const verified = { verifiedHow, verifiedBy: principal.subjectId, nameCheck };
        await payouts.keepPayee(trx, {
          ...payee,
          address: payee.address ?? null,
          ...verified,
          screenedAs: screening ? 'clear' : 'none',
          ticketId,
          inputId,
          at,
        });
        return { ticketId };
      },
      present,
    }),
    route(operations.cancelPayout, { kind: 'delivered', aim, present }),
    route(operations.recordManualPayment, {
      kind: 'delivered',
      aim,
      admit: async ({ body, at }) =>
        body.outcome === 'paid' && isToCome(body.paidOn, at) ? refuse('request-invalid') : null,
      present,
    }),
    route(operations.recordManualReturn, {
      kind: 'delivered',
      aim,
      admit: async ({ body, at }) => (isToCome(body.returnedOn, at) ? refuse('request-invalid') : null),
      present,
    }),
    route(operations.recordCapture, {
      kind: 'direct',
      aim: aimAtTicket(tickets),
      apply: async ({ params, principal, body, at }, trx) => {
        const told = { ...body, amount: fromWire(body.amount), by: principal.subjectId, at };
        const answer = await payouts.tellCapture(trx, { ...told, ticketId: params.ticketId as TicketId });
        return isRefusal(answer) ? answer : { body: answer };
      },
    }),
  ];
}
