/**
 * Stripe's events on their way in: verified, then kept under their event id before they are acknowledged (W1, W6). Only
 * what an event reports of a refund is kept, never the event itself.
 */

import { createHash } from 'node:crypto';
import type { Database } from '../db/database.ts';
import { keepInput } from '../db/inputs.ts';
import { findPayout } from '../db/payouts.ts';
import type { Clock } from '../domain/clock.ts';
import type { Refusal } from '../domain/errors.ts';
import { reportOfStripeEvent, type StripeEvent, verifyStripeEvent } from '../providers/stripe-webhook.ts';
import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';

/** How long the event's own request tries to hand it over; the queue goes on after that. */
const firstTryMs = 10_000;

interface Dependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: readonly string[];
  readonly delivery: Delivery;
  readonly log: Log;
}

export interface StripeInbox {
  verify(rawBody: Buffer, signature: string | undefined): StripeEvent | Refusal;
  /** Resolves once the event is safely stored; throws where it could not be, so that Stripe sends it again. */
  keep(event: StripeEvent): Promise<void>;
}

export function createStripeInbox({ db, clock, secrets, delivery, log }: Dependencies): StripeInbox {
  return {
    verify: (rawBody, signature) => verifyStripeEvent(rawBody, signature, secrets),
    async keep(event) {
      const told = reportOfStripeEvent(event);
      const payout =
        told && (await findPayout(db, { payoutId: told.payoutId, method: 'card', providerRef: told.providerRef }));
      const body = payout ? { type: event.type, report: told.report } : { type: event.type };
      const kept = await db.transaction((trx) =>
        keepInput(trx, {
          source: 'stripe',
          scope: 'stripe',
          key: event.id,
          operation: payout ? 'reportPayout' : 'noteEvent',
          requestHash: createHash('sha256').update(event.id).digest(),
          subjectId: null,
          ticketId: payout?.ticket_id ?? null,
          payoutId: payout?.id ?? null,
          body,
          at: clock.now(),
          delivery: payout ? 'due' : 'none',
        }),
      );
      if (kept.kind !== 'new' || !payout) return;
      // Acknowledged already as far as Stripe is concerned: what fails here is delivered by the queue.
      delivery
        .deliver(kept.input.id, firstTryMs)
        .catch((fault: unknown) => log.warn({ inputId: kept.input.id, fault }, 'a report waits for the queue'));
    },
  };
}
