/** A dispute behind the activities, without a database: its row as the stores would keep it, and what was asked of it. */

import { randomUUID } from 'node:crypto';
import {
  type DisputeDue,
  type DisputeSnapshot,
  type DisputeStanding,
  dueKey,
  nextDue,
  plannedDues,
} from '../../domain/dispute.ts';
import type { DisputeId, PacketId } from '../../domain/ids.ts';

export interface ScriptedDispute {
  readonly disputeId: DisputeId;
  /** Of the packet that is on its way. */
  readonly packetId: PacketId | undefined;
  /** In order, with the instant of the desk's clock. */
  readonly calls: readonly { readonly name: string; readonly at: Date }[];
  /** Kinds of what became due, in order. */
  readonly taken: readonly string[];
  /** What the provider told, or a person clicked, is recorded before the workflow hears of it. */
  become(change: { state?: DisputeStanding; evidenceDueAt?: string; isSubmitted?: boolean; packetId?: PacketId }): void;
  /** The next attempts to submit end so. */
  failNext(times: number): void;
  readDispute(at: Date): DisputeSnapshot;
  recordDisputeDue(due: DisputeDue, at: Date): DisputeSnapshot;
  submitEvidence(at: Date): DisputeSnapshot;
}

export function scriptDispute(evidenceDueAt: string | null): ScriptedDispute {
  const calls: { name: string; at: Date }[] = [];
  const taken: string[] = [];
  const kinds: string[] = [];
  let row: {
    version: number;
    state: DisputeStanding;
    evidenceDueAt: string | null;
    isSubmitted: boolean;
    packetId?: PacketId;
  } = { version: 1, state: 'open', evidenceDueAt, isSubmitted: false };
  let failures = 0;
  const snapshot = (): DisputeSnapshot => {
    const due = nextDue({ ...row, taken });
    const { version, state, packetId } = row;
    return { version, state, ...(due ? { due } : {}), ...(packetId ? { packetId } : {}) };
  };
  return {
    disputeId: randomUUID() as DisputeId,
    get packetId() {
      return row.packetId;
    },
    calls,
    taken: kinds,
    become: (change) => {
      row = { ...row, ...change, version: row.version + 1 };
    },
    failNext: (times) => {
      failures = times;
    },
    readDispute(at) {
      calls.push({ name: 'readDispute', at });
      return snapshot();
    },
    recordDisputeDue(due, at) {
      calls.push({ name: 'recordDisputeDue', at });
      const next = nextDue({ ...row, taken });
      if (next === null || dueKey(next) !== dueKey(due) || row.evidenceDueAt === null) return snapshot();
      const come = plannedDues(row.evidenceDueAt).filter(
        (one) => Date.parse(one.at) <= at.getTime() && !taken.includes(dueKey(one)),
      );
      taken.push(...come.map(dueKey));
      kinds.push(...come.map(({ kind }) => kind));
      row = { ...row, version: row.version + 1 };
      return snapshot();
    },
    submitEvidence(at) {
      calls.push({ name: 'submitEvidence', at });
      if (failures > 0) {
        failures -= 1;
        throw new Error('the provider is away');
      }
      const { packetId: _, ...rest } = row;
      row = { ...rest, isSubmitted: true, version: row.version + 1 };
      return snapshot();
    },
  };
}
