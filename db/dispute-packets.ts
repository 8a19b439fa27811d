/**
 * Packets of evidence: kept as they are before anything is sent, submitted at most once, and followed until the provider
 * has said what became of them.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type DisputeSnapshot,
  disputeKinds,
  disputeStandings,
  isEnded,
  packetStates,
  refuseEvidence,
} from '../domain/dispute.ts';
import type { EvidenceOutcome } from '../domain/dispute-desk.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { DisputeId, InputId, PacketId, SubjectId } from '../domain/ids.ts';
import { packetBytesMax } from '../domain/limits.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { readDisputeSnapshot, readStanding, stands } from './dispute-steps.ts';
import { makeDueForDispute } from './inputs.ts';
import { id, instant, readRow } from './row.ts';
import { tell } from './ticket-step.ts';

export interface NewPacket {
  readonly disputeId: DisputeId;
  readonly inputId: InputId;
  readonly by: SubjectId;
  readonly bytes: Uint8Array;
  readonly at: Date;
}

/** Keeps what was clicked, under the dispute's lock, and makes its input due; refused late, after the end, and twice. */
export async function keepPacket(trx: Transaction, given: NewPacket): Promise<Refusal | null> {
  const stands = await readStanding(trx, given.disputeId, true);
  const { state, evidence_due_at: evidenceDueAt, isAnswered } = stands;
  const refusal = refuseEvidence({ state, evidenceDueAt, isAnswered }, given.at);
  if (refusal) return refusal;
  if (given.bytes.length > packetBytesMax) return refuse('evidence-too-large', { bytesMax: packetBytesMax });
  const bytes = Buffer.from(given.bytes);
  const [packet]: { id: PacketId }[] = await trx('dispute_packets')
    .insert({
      dispute_id: stands.id,
      input_id: given.inputId,
      submitted_by: given.by,
      bytes,
      sha256: createHash('sha256').update(bytes).digest(),
      evidence_due_at: evidenceDueAt,
      state: 'kept',
      kept_at: given.at,
    })
    .returning('id');
  if (!packet) throw new Error('the packet was not kept');
  await noteEvent(trx, { id: packet.id, dispute_id: stands.id, submitted_by: given.by }, { state: 'kept' }, given.at);
  await bump(trx, stands.id);
  await makeDueForDispute(trx, given.inputId, stands.id);
  return null;
}

/** What was or is being submitted, as it was kept. */
export async function readStandingPacket(db: Queryable, disputeId: DisputeId): Promise<Buffer | null> {
  const row: { bytes: Buffer } | undefined = await db('dispute_packets as packets')
    .join('disputes', 'disputes.id', 'dispute_id')
    .where({ dispute_id: disputeId })
    .whereRaw(stands)
    .first('bytes');
  return row?.bytes ?? null;
}

const packetSchema = z.object({
  id: id<PacketId>(),
  dispute_id: id<DisputeId>(),
  submitted_by: id<SubjectId>(),
  bytes: z.instanceof(Buffer),
  state: z.enum(packetStates),
  provider: z.string(),
  provider_ref: z.string(),
  evidence_due_at: instant.nullable(),
  dispute_kind: z.enum(disputeKinds),
  dispute_state: z.enum(disputeStandings),
});

export type PacketRow = z.output<typeof packetSchema>;

export async function readPacket(db: Queryable, packetId: PacketId): Promise<PacketRow> {
  const row: unknown = await db('dispute_packets')
    .join('disputes', 'disputes.id', 'dispute_packets.dispute_id')
    .where('dispute_packets.id', packetId)
    .first(
      'dispute_packets.*',
      'provider',
      'provider_ref',
      'disputes.kind as dispute_kind',
      'disputes.state as dispute_state',
    );
  return readRow('packet', packetSchema, row);
}

/** `look-up`: a call may have been made before; `done`: nothing is left to send. What ended meanwhile needs no evidence. */
export function beginSubmitting(db: Database, packetId: PacketId, at: Date): Promise<'submit' | 'look-up' | 'done'> {
  return db.transaction(async (trx) => {
    const packet = await readLocked(trx, packetId);
    if (packet.state === 'submitting' || packet.state === 'unknown') return 'look-up';
    if (packet.state !== 'kept') return 'done';
    if (isEnded(packet.dispute_state)) {
      await move(trx, packet, { state: 'void', ended_at: at });
      await noteEvent(trx, packet, { state: 'void' }, at);
      return 'done';
    }
    await move(trx, packet, { state: 'submitting', submitting_at: at });
    return 'submit';
  });
}

/** What the provider said, or that it said nothing clear; taken twice, the second changes nothing. */
export function recordSubmission(
  db: Database,
  packetId: PacketId,
  outcome: EvidenceOutcome,
  at: Date,
): Promise<DisputeSnapshot> {
  return db.transaction(async (trx) => {
    const packet = await readLocked(trx, packetId);
    if (packet.state === 'submitting' || packet.state === 'unknown') await take(trx, packet, outcome, at);
    return readDisputeSnapshot(trx, packet.dispute_id);
  });
}

async function take(trx: Transaction, packet: PacketRow, outcome: EvidenceOutcome, at: Date): Promise<void> {
  switch (outcome.status) {
    case 'unknown':
      await move(trx, packet, { state: 'unknown', reason: outcome.reason });
      return;
    case 'submitted':
      await move(trx, packet, { state: 'submitted', reason: null, ended_at: at });
      await noteEvent(trx, packet, { state: 'submitted' }, at);
      await trx('disputes')
        .where({ id: packet.dispute_id })
        // Meanwhile PayPal may have asked for something else (D11).
        .whereRaw(
          `(kind <> 'paypal_claim' or evidence_due_at = (select evidence_due_at from dispute_packets where id = ?))`,
          [packet.id],
        )
        .update({
          evidence_submitted_at: trx.raw('coalesce(evidence_submitted_at, ?::timestamptz)', [at]),
          evidence_submitted_by: packet.submitted_by,
          // It was there in time, though nobody knew.
          lapsed_at: null,
        });
      return;
    case 'refused':
      await move(trx, packet, { state: 'refused', reason: outcome.reason, ended_at: at });
      await noteEvent(trx, packet, { state: 'refused', reason: outcome.reason }, at);
      await tell(trx, { disputeId: packet.dispute_id }, `dispute/${packet.dispute_id}/evidence/${packet.id}`, at, [
        {
          template: 'evidence-refused',
          parameters: { kind: packet.dispute_kind, reason: outcome.reason },
          to: { role: 'finance' },
        },
      ]);
  }
}

/** The dispute's row first, as every step of a dispute takes it. */
async function readLocked(trx: Transaction, packetId: PacketId): Promise<PacketRow> {
  await trx('disputes')
    .whereIn('id', trx('dispute_packets').where({ id: packetId }).select('dispute_id'))
    .forUpdate()
    .first('id');
  return readPacket(trx, packetId);
}

const move = async (trx: Transaction, { id: packetId, dispute_id }: PacketRow, columns: object): Promise<void> => {
  await trx('dispute_packets').where({ id: packetId }).update(columns);
  await bump(trx, dispute_id);
};

const bump = async (trx: Transaction, disputeId: DisputeId): Promise<void> => {
  await trx('disputes').where({ id: disputeId }).increment('version', 1);
};

const noteEvent = async (
  trx: Transaction,
  packet: Pick<PacketRow, 'id' | 'dispute_id' | 'submitted_by'>,
  data: { readonly state: string; readonly reason?: string },
  at: Date,
): Promise<void> => {
  await trx('dispute_events').insert({
    dispute_id: packet.dispute_id,
    key: `evidence/${packet.id}/${data.state}`,
    kind: 'evidence',
    data: JSON.stringify(data),
    at,
    actor_id: packet.submitted_by,
  });
};
