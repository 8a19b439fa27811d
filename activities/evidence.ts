/**
 * Evidence on its way to a provider. Submitted once: whenever a call may have been made before, the provider is asked
 * whether it has the packet before anything is sent again, under the same key.
 */

import type { DisputeSnapshot } from '../domain/dispute.ts';
import type { DisputeDesk, DisputeDesks, EvidenceOutcome, EvidenceSubmission } from '../domain/dispute-desk.ts';
import type { PacketId } from '../domain/ids.ts';
import { RailUnavailable } from '../domain/rail.ts';
import type { EvidenceActivities } from '../workflows/ports.ts';
import { retryLater } from './payout-gate.ts';

/** How long to wait where nobody can submit to the provider yet. */
const missingRetryMs = 600_000;

export interface EvidenceSteps {
  readSubmission(packetId: PacketId): Promise<EvidenceSubmission & { readonly provider: string }>;
  /** `look-up`: a call may have been made before; `done`: nothing is left to send. */
  beginSubmitting(packetId: PacketId): Promise<'submit' | 'look-up' | 'done'>;
  readSnapshot(packetId: PacketId): Promise<DisputeSnapshot>;
  recordSubmission(packetId: PacketId, outcome: EvidenceOutcome): Promise<DisputeSnapshot>;
}

export function createEvidenceActivities({
  steps,
  desks,
}: {
  steps: EvidenceSteps;
  desks: DisputeDesks;
}): EvidenceActivities {
  const submit = async (packetId: PacketId): Promise<DisputeSnapshot> => {
    const { provider, ...submission } = await steps.readSubmission(packetId);
    const desk = desks.get(provider);
    // Before the packet counts as being sent, so that it is not looked up at a provider that was never called.
    if (!desk) throw retryLater('DisputeDeskMissing', `no dispute desk is configured for ${provider}`, missingRetryMs);
    const go = await steps.beginSubmitting(packetId);
    if (go === 'done') return steps.readSnapshot(packetId);
    const outcome = await outcomeOf(desk, submission, go);
    const snapshot = await steps.recordSubmission(packetId, outcome);
    if (outcome.status === 'unknown') throw retryLater('EvidenceOutcomeUnknown', outcome.reason, outcome.retryAfterMs);
    return snapshot;
  };
  return {
    async submitEvidence({ packetId }) {
      try {
        return await submit(packetId);
      } catch (fault) {
        if (fault instanceof RailUnavailable) throw retryLater(fault.name, fault.message, fault.retryAfterMs);
        throw fault;
      }
    },
  };
}

async function outcomeOf(
  desk: DisputeDesk,
  submission: EvidenceSubmission,
  go: 'submit' | 'look-up',
): Promise<EvidenceOutcome> {
  const found = go === 'look-up' ? await desk.lookUp(submission) : null;
  return found ?? desk.submit(submission);
}
