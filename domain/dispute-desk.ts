/**
 * The port of a provider's dispute desk: how evidence gets there. It never decides; it submits what it is told under the
 * key it is given, and reports what the provider says. Further providers stand behind the same port.
 */

import type { OutcomeUnknown } from './rail.ts';

export interface EvidenceSubmission {
  /** `evidence/{packetId}`: the provider's idempotency key, the same at every retry. */
  readonly key: string;
  /** Kept by the provider beside the dispute where it can, so that what was submitted is found again as ours. */
  readonly packetId: string;
  /** The provider's id of the dispute. */
  readonly disputeRef: string;
  /** By when what it answers was to be shown; a provider that asks by another day asks for something else (D11). */
  readonly dueAt: Date | null;
  /** The provider's ids of what it paid back already on the disputed payment (D4). */
  readonly refundRefs: readonly string[];
  readonly fileName: string;
  /** A PDF. */
  readonly bytes: Uint8Array;
}

/** What a provider reports of evidence, whether by answer or by look-up. `refused`: it surely has not taken it. */
export type EvidenceReport = { readonly status: 'submitted' } | { readonly status: 'refused'; readonly reason: string };

export type EvidenceOutcome = EvidenceReport | OutcomeUnknown;

export interface DisputeDesk {
  /** As `disputes.provider` names it. */
  readonly provider: string;
  /** Submits once per key. Never throws for what the provider says; an unclear end is `unknown`. */
  submit(submission: EvidenceSubmission): Promise<EvidenceOutcome>;
  /** Whether the provider has it; `null` means that it surely has not. Throws `RailUnavailable` if it cannot tell. */
  lookUp(submission: Pick<EvidenceSubmission, 'packetId' | 'disputeRef' | 'dueAt'>): Promise<EvidenceReport | null>;
}

export type DisputeDesks = ReadonlyMap<string, DisputeDesk>;
