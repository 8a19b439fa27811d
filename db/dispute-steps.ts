/**
 * What a dispute's workflow works from, and what becomes due on it by itself: reminders to finance, a lead on the last
 * day, and the deadline that passes unanswered. Each is told once, and only where it still stands.
 */

import { z } from 'zod';
import {
  type DisputeDue,
  type DisputeSnapshot,
  disputeKinds,
  disputeStandings,
  dueKey,
  isPacketDone,
  nextDue,
  packetStates,
  plannedDues,
} from '../domain/dispute.ts';
import type { DisputeId, PacketId } from '../domain/ids.ts';
import type { Role } from '../domain/role.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { id, instant, readRow } from './row.ts';
import { type NewNotice, tell, toRoles } from './ticket-step.ts';

const standsSchema = z.object({
  id: id<DisputeId>(),
  version: z.number().int(),
  kind: z.enum(disputeKinds),
  state: z.enum(disputeStandings),
  provider_ref: z.string(),
  evidence_due_at: instant.nullable(),
  evidence_submitted_at: instant.nullable(),
  packet_id: id<PacketId>().nullable(),
  packet_state: z.enum(packetStates).nullable(),
  taken: z.array(z.string()),
});

export interface DisputeStands extends Omit<z.output<typeof standsSchema>, 'taken'> {
  /** Submitted, or on its way. */
  readonly isAnswered: boolean;
  readonly due: DisputeDue | null;
  readonly isTaken: (due: DisputeDue) => boolean;
}

/** The packet that answers what is asked now, or is on its way to: PayPal may ask again, and then it is no answer (D11). */
export const stands = `packets.state not in ('refused', 'void') and (packets.state <> 'submitted' or disputes.kind <> 'paypal_claim'
  or packets.evidence_due_at = disputes.evidence_due_at)`;

/** Locked where a step is to follow; the packet is the one that stands, if there is one. */
export async function readStanding(db: Queryable, disputeId: DisputeId, locked = false): Promise<DisputeStands> {
  if (locked) await db('disputes').where({ id: disputeId }).forUpdate().first('id');
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select disputes.id, version, disputes.kind, disputes.state, provider_ref, disputes.evidence_due_at, evidence_submitted_at,
       packets.id as packet_id, packets.state as packet_state,
       array(select key from dispute_events where dispute_id = disputes.id and kind in ('reminder', 'escalation', 'deadline')) as taken
     from disputes left join dispute_packets as packets
       on packets.dispute_id = disputes.id and ${stands}
     where disputes.id = ?`,
    [disputeId],
  );
  const { taken, ...row } = readRow('dispute', standsSchema, rows[0]);
  const isAnswered = row.evidence_submitted_at !== null || row.packet_id !== null;
  const isSubmitted = row.evidence_submitted_at !== null || row.packet_state === 'submitted';
  const evidenceDueAt = row.evidence_due_at?.toISOString() ?? null;
  return {
    ...row,
    isAnswered,
    due: nextDue({ state: row.state, evidenceDueAt, isSubmitted, taken }),
    isTaken: (due) => taken.includes(dueKey(due)),
  };
}

const snapshotOf = ({ version, state, due, packet_id, packet_state }: DisputeStands): DisputeSnapshot => ({
  version,
  state,
  ...(due === null ? {} : { due }),
  ...(packet_id === null || packet_state === null || isPacketDone(packet_state) ? {} : { packetId: packet_id }),
});

export const readDisputeSnapshot = async (db: Queryable, disputeId: DisputeId): Promise<DisputeSnapshot> =>
  snapshotOf(await readStanding(db, disputeId));

/**
 * What is due has come. An instant that no longer stands changes nothing. Of several that have come at once, as on a
 * dispute that was told late, only the gravest is told.
 */
export function recordDisputeDue(
  db: Database,
  given: { readonly disputeId: DisputeId; readonly due: DisputeDue },
  clockAt: Date,
): Promise<DisputeSnapshot> {
  // I7: the server's timer has fired, so the instant has come, even where this machine's clock is behind.
  const at = new Date(Math.max(clockAt.getTime(), Date.parse(given.due.at)));
  return db.transaction(async (trx) => {
    const stands = await readStanding(trx, given.disputeId, true);
    if (stands.due === null || dueKey(stands.due) !== dueKey(given.due)) return snapshotOf(stands);
    const come = plannedDues(stands.evidence_due_at?.toISOString() ?? given.due.at).filter(
      (due) => Date.parse(due.at) <= at.getTime() && !stands.isTaken(due),
    );
    await trx('dispute_events').insert(
      come.map((due) => ({
        dispute_id: stands.id,
        key: dueKey(due),
        kind: due.kind,
        data: JSON.stringify({ dueAt: due.at }),
        at,
      })),
    );
    const gravest = come.at(-1) ?? given.due;
    const lapsed = gravest.kind === 'deadline' ? { lapsed_at: at } : {};
    await trx('disputes')
      .where({ id: stands.id })
      .update({ ...lapsed, version: stands.version + 1 });
    await tellOfDue(trx, stands, gravest, at);
    return readDisputeSnapshot(trx, stands.id);
  });
}

const told: Readonly<Record<DisputeDue['kind'], readonly Role[]>> = {
  reminder: ['finance'],
  escalation: ['finance', 'lead'],
  deadline: ['finance', 'lead'],
};

async function tellOfDue(
  trx: Transaction,
  { id: disputeId, kind, evidence_due_at, packet_id }: DisputeStands,
  due: DisputeDue,
  at: Date,
) {
  const unclear = packet_id !== null;
  const notices: readonly NewNotice[] = toRoles(
    told[due.kind],
    [],
    due.kind === 'deadline'
      ? { template: 'dispute-lapsed', parameters: { kind, unclear } }
      : {
          template: 'dispute-due',
          parameters: {
            kind,
            escalated: due.kind === 'escalation',
            unclear,
            answerBy: evidence_due_at?.toISOString() ?? due.at,
          },
        },
  );
  await tell(trx, { disputeId }, `dispute/${disputeId}/${dueKey(due)}`, at, notices);
}
