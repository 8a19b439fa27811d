/**
 * Stripe's events on their way in: verified, then kept under their event id before they are acknowledged (W1, W6). Only
 * what an event reports of a refund or a dispute is kept, never the event itself.
 */

import { createHash } from 'node:crypto';
import type { Database, Transaction } from '../db/database.ts';
import { storeDispute, unmatched } from '../db/disputes.ts';
import { type KeptInput, keepInput } from '../db/inputs.ts';
import { findPayout } from '../db/payouts.ts';
import type { Clock } from '../domain/clock.ts';
import type { Refusal } from '../domain/errors.ts';
import type { PayoutId, TicketId } from '../domain/ids.ts';
import { disputeOfStripeEvent } from '../providers/stripe-dispute.ts';
import { reportOfStripeEvent, type StripeEvent, verifyStripeEvent } from '../providers/stripe-webhook.ts';
import type { NotedStep } from '../workflows/messages.ts';
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
      const kept = await db.transaction((trx) => keepEvent(trx, event, clock.now()));
      if (kept.kind !== 'new' || kept.input.delivery !== 'due') return;
      // Acknowledged already as far as Stripe is concerned: what fails here is delivered by the queue.
      delivery
        .deliver(kept.input.id, firstTryMs)
        .catch((fault: unknown) => log.warn({ inputId: kept.input.id, fault }, 'a report waits for the queue'));
    },
  };
}

/** Once per event id. What a dispute's event tells is stored with it, whether or not a ticket is there to hear of it. */
async function keepEvent(trx: Transaction, event: StripeEvent, at: Date): Promise<KeptInput> {
  const about = await aboutOf(trx, event, at);
  return keepInput(trx, {
    source: 'stripe',
    scope: 'stripe',
    key: event.id,
    operation: about?.operation ?? 'noteEvent',
    requestHash: createHash('sha256').update(event.id).digest(),
    subjectId: null,
    ticketId: about?.ticketId ?? null,
    payoutId: about?.payoutId ?? null,
    body: { type: event.type, ...about?.body },
    at,
    delivery: about?.operation ? 'due' : 'none',
  });
}

interface About {
  readonly operation?: NotedStep;
  readonly ticketId?: TicketId;
  readonly payoutId?: PayoutId;
  readonly body: Readonly<Record<string, unknown>>;
}

async function aboutOf(trx: Transaction, event: StripeEvent, at: Date): Promise<About | null> {
  const dispute = disputeOfStripeEvent(event);
  if (dispute) {
    const told = { ...dispute, provider: 'stripe', method: 'card' } as const;
    const stored = await storeDispute(trx, told, at);
    if (stored === null) return { body: unmatched(told) };
    if (!stored.isNews || stored.ticketId === null) return null;
    const body = { dispute: { ref: dispute.providerRef, state: dispute.state } };
    return { operation: 'noteDispute', ticketId: stored.ticketId, body };
  }
  const told = reportOfStripeEvent(event);
  const payout =
    told && (await findPayout(trx, { payoutId: told.payoutId, rail: 'card', providerRef: told.providerRef }));
  return payout
    ? { operation: 'reportPayout', ticketId: payout.ticket_id, payoutId: payout.id, body: { report: told.report } }
    : null;
}
