/** Binds the stores' steps of disputes to the ports that the activities know. */

import type { DisputeSteps } from '../activities/dispute.ts';
import type { EvidenceSteps } from '../activities/evidence.ts';
import type { Database } from '../db/database.ts';
import { readRefundRefs } from '../db/dispute-evidence.ts';
import { beginSubmitting, readPacket, recordSubmission } from '../db/dispute-packets.ts';
import { readDisputeSnapshot, recordDisputeDue } from '../db/dispute-steps.ts';
import type { Clock } from '../domain/clock.ts';

export const bindDisputeSteps = (db: Database): DisputeSteps => ({
  readDispute: ({ disputeId }) => readDisputeSnapshot(db, disputeId),
  recordDisputeDue: (given, at) => recordDisputeDue(db, given, at),
});

export const bindEvidenceSteps = (db: Database, clock: Clock): EvidenceSteps => ({
  // The packet is as it was kept, the same at every retry; the refunds beside it are those that were made by now.
  readSubmission: async (packetId) => {
    const packet = await readPacket(db, packetId);
    return {
      provider: packet.provider,
      key: `evidence/${packet.id}`,
      packetId: packet.id,
      disputeRef: packet.provider_ref,
      dueAt: packet.evidence_due_at,
      refundRefs: await readRefundRefs(db, packet.dispute_id),
      fileName: `evidence-${packet.provider_ref}.pdf`,
      bytes: packet.bytes,
    };
  },
  beginSubmitting: (packetId) => beginSubmitting(db, packetId, clock.now()),
  readSnapshot: async (packetId) => readDisputeSnapshot(db, (await readPacket(db, packetId)).dispute_id),
  recordSubmission: (packetId, outcome) => recordSubmission(db, packetId, outcome, clock.now()),
});
