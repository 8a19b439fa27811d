/** What the workflows ask of the outside: types only, so that its code never meets an activity's. */

import type { DisputeDue, DisputeSnapshot } from '../domain/dispute.ts';
import type { Due } from '../domain/due-kind.ts';
import type { Refusal } from '../domain/errors.ts';
import type { DisputeId, IncidentId, PacketId, PayoutId, RemedyId, TicketId } from '../domain/ids.ts';
import type { TellingAnswer, TellingPage } from '../domain/incident.ts';
import type { WaveAnswer } from '../domain/incident-wave.ts';
import type { ProbeRoundEnd, ProbeStop } from '../domain/probe.ts';
import type { LookResult } from '../domain/reconciliation.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type {
  AskedStep,
  CapturesRun,
  NotedStep,
  NoteMessage,
  ReconciliationLook,
  TicketMessage,
  TicketRun,
} from './messages.ts';

/** Steps recorded in Postgres, one transaction each; local activities. An expected no is returned, not thrown. */
export interface TicketActivities {
  openRun(run: TicketRun): Promise<TicketSnapshot | Refusal>;
  takeStep(asked: TicketMessage & { readonly step: AskedStep }): Promise<TicketSnapshot | Refusal>;
  takeNote(noted: NoteMessage & { readonly step: NotedStep }): Promise<TicketSnapshot | Refusal>;
  /** What is due has come; an instant that no longer stands changes nothing. */
  recordDue(given: { readonly ticketId: TicketId; readonly due: Due }): Promise<TicketSnapshot | Refusal>;
}

export interface PayoutReference {
  readonly ticketId: TicketId;
  readonly payoutId: PayoutId;
}

export interface RemedyReference {
  readonly ticketId: TicketId;
  readonly remedyId: RemedyId;
}

/** Reading a provider for an order, whether or not a ticket stands on it; on the payouts queue. */
export interface CaptureActivities {
  takeOverCaptures(run: CapturesRun): Promise<void>;
}

/** Calls to payment providers; regular activities on the payouts queue. */
export interface PayoutActivities {
  /** Reads from the providers what the order's tenders captured (R10). */
  readCaptures(ticket: { readonly ticketId: TicketId }): Promise<TicketSnapshot>;
  /** Sends the payout once, and first has the shop end the plan that it pays back in full; ends only with a clear state. */
  sendPayout(payout: PayoutReference): Promise<TicketSnapshot>;
  /** Asks the provider how a sent payout stands, for when no webhook comes (W8). */
  checkPayout(payout: PayoutReference): Promise<TicketSnapshot>;
}

/** Asks a provider for all that it paid back; a regular activity on the payouts queue. `null` where the rail has no list. */
export interface ReconciliationActivities {
  reconcile(look: ReconciliationLook): Promise<LookResult | null>;
}

/** Calls to the seller's shop; regular activities on the payouts queue as well. */
export interface RemedyActivities {
  /** Has the shop do it once; ends only with a clear state. */
  applyRemedy(remedy: RemedyReference): Promise<TicketSnapshot>;
}

/** The desk's own tests of a plan; regular activities on the probes queue. */
export interface ProbeActivities {
  /** Makes the round of this key, or what is left of it; a number of the ticket's rounds, or why there are no more. */
  probeRound(given: { readonly ticketId: TicketId; readonly key: string }): Promise<ProbeRoundEnd>;
  /** Whether rounds go on. */
  readProbeStop(ticket: { readonly ticketId: TicketId }): Promise<ProbeStop | null>;
}

/** Steps of a dispute, recorded in Postgres; local activities. */
export interface DisputeActivities {
  /** As it stands now: what providers told is recorded before its workflow hears of it. */
  readDispute(dispute: { readonly disputeId: DisputeId }): Promise<DisputeSnapshot>;
  /** What is due has come; an instant that no longer stands changes nothing. */
  recordDisputeDue(given: { readonly disputeId: DisputeId; readonly due: DisputeDue }): Promise<DisputeSnapshot>;
}

/** What is done for many tickets or orders at a time; local activities. */
export interface IncidentActivities {
  tellTickets(page: TellingPage): Promise<TellingAnswer>;
  reachOrders(wave: { readonly incidentId: IncidentId }): Promise<WaveAnswer>;
}

/** Calls to the provider's dispute desk; regular activities on the payouts queue. */
export interface EvidenceActivities {
  /** Submits the packet once; ends only with a clear state. */
  submitEvidence(packet: { readonly packetId: PacketId }): Promise<DisputeSnapshot>;
}
