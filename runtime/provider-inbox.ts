/**
 * Providers' events on their way in: verified, then kept under their event id before they are acknowledged (W1, W6). Only
 * what an event reports of a refund or a dispute is kept, never the event itself.
 */

import { createHash } from 'node:crypto';
import type { ProviderWebhook } from '../api/ports.ts';
import type { Database, Transaction } from '../db/database.ts';
import { storeDispute, type ToldDispute, unmatched } from '../db/disputes.ts';
import { takeOverElsewhere } from '../db/elsewhere.ts';
import { type KeptInput, keepInput } from '../db/inputs.ts';
import { findPayout } from '../db/payouts.ts';
import type { Clock } from '../domain/clock.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { PayoutId, TicketId } from '../domain/ids.ts';
import type { RailName, RailReport } from '../domain/rail.ts';
import type { NotedStep } from '../workflows/messages.ts';
import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';

/** How long the event's own request tries to hand it over; the queue goes on after that. */
const firstTryMs = 10_000;

/** What one event says, in the desk's words. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly dispute: ToldDispute | null;
  readonly refund: {
    readonly providerRef: string;
    readonly payoutId: string | null;
    readonly captureRefs: readonly string[];
    readonly report: RailReport;
  } | null;
}

export interface InboxParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly delivery: Delivery;
  readonly log: Log;
}

export interface Provider {
  readonly source: 'stripe' | 'paypal';
  readonly rail: RailName;
  readonly verify: (
    rawBody: Buffer,
    headerOf: (name: string) => string | undefined,
  ) => Promise<ToldEvent | Refusal> | ToldEvent | Refusal;
}

export const createProviderInbox = (
  { source, rail, verify }: Provider,
  { db, clock, delivery, log }: InboxParts,
): ProviderWebhook => ({
  async take(rawBody, headerOf) {
    const event = await verify(rawBody, headerOf);
    if (isRefusal(event)) return event;
    const kept = await db.transaction((trx) => keepEvent(trx, event, { source, rail, at: clock.now() }));
    if (kept.kind !== 'new' || kept.input.delivery !== 'due') return 'kept';
    // Acknowledged already as far as the provider is concerned: what fails here is delivered by the queue.
    delivery
      .deliver(kept.input.id, firstTryMs)
      .catch((fault: unknown) => log.warn({ inputId: kept.input.id, fault }, 'a report waits for the queue'));
    return 'kept';
  },
});

interface Arrival extends Pick<Provider, 'source' | 'rail'> {
  readonly at: Date;
}

/** Once per event id. What a dispute's event tells is stored with it, whether or not a ticket is there to hear of it. */
async function keepEvent(trx: Transaction, event: ToldEvent, arrival: Arrival): Promise<KeptInput> {
  const about = await aboutOf(trx, event, arrival);
  return keepInput(trx, {
    source: arrival.source,
    scope: arrival.source,
    key: event.id,
    operation: about?.operation ?? 'noteEvent',
    requestHash: createHash('sha256').update(event.id).digest(),
    subjectId: null,
    ticketId: about?.ticketId ?? null,
    payoutId: about?.payoutId ?? null,
    body: { type: event.type, ...about?.body },
    at: arrival.at,
    delivery: about?.operation ? 'due' : 'none',
  });
}

interface About {
  readonly operation?: NotedStep;
  readonly ticketId?: TicketId;
  readonly payoutId?: PayoutId;
  readonly body: Readonly<Record<string, unknown>>;
}

async function aboutOf(trx: Transaction, { dispute, refund }: ToldEvent, { rail, at }: Arrival): Promise<About | null> {
  if (dispute) {
    const stored = await storeDispute(trx, dispute, at);
    if (stored === null) return { body: unmatched(dispute) };
    if (!stored.isNews || stored.ticketId === null) return null;
    const body = { dispute: { ref: dispute.providerRef, state: dispute.state } };
    return { operation: 'noteDispute', ticketId: stored.ticketId, body };
  }
  const payout =
    refund && (await findPayout(trx, { payoutId: refund.payoutId, rail, providerRef: refund.providerRef }));
  // R10: it was made elsewhere, and counts against its order whether or not a ticket stands on it.
  if (refund && !payout) await takeOverElsewhere(trx, rail, refund.captureRefs);
  return payout
    ? { operation: 'reportPayout', ticketId: payout.ticket_id, payoutId: payout.id, body: { report: refund.report } }
    : null;
}
