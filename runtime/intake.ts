/**
 * The intake: looks through files in quarantine and lets them out, keeps them back or holds them (E1, E2). Outside the
 * transaction that took the last byte, under a lock of the file's own that goes with the process; what dies in the
 * middle is begun again, and a file that was settled meanwhile stays as it is.
 */

import { createHash } from 'node:crypto';
import type { Database, Transaction } from '../db/database.ts';
import type { EvidenceRow } from '../db/evidence-row.ts';
import {
  closeIntake,
  completeIntake,
  holdIntake,
  insertMembers,
  listOpenMembers,
  lockIntake,
  postponeIntake,
  refuseIntake,
  restartUpload,
} from '../db/intake.ts';
import { keepDiagnosis } from '../db/log-diagnoses.ts';
import { readEvidence } from '../db/uploads.ts';
import type { Clock } from '../domain/clock.ts';
import type { Decoder } from '../domain/decoder.ts';
import type { EvidenceStore } from '../domain/evidence.ts';
import type { UploadId } from '../domain/ids.ts';
import { type IntakeHold, type IntakeRefusal, intakeRefusals, needsScanner, refusalOf } from '../domain/intake.ts';
import type { Scanner } from '../domain/scanner.ts';
import { createKindProbe } from '../providers/evidence-kind.ts';
import { takeIn } from './intake-take.ts';
import type { Log } from './log.ts';

export interface IntakeParts {
  readonly db: Database;
  readonly evidence: EvidenceStore;
  readonly decoder: Decoder;
  /** `null` where there is none: then nothing is taken but what is encoded anew or is text alone. */
  readonly scanner: Scanner | null;
  readonly clock: Clock;
  readonly log: Log;
}

export type Inspection =
  | { readonly state: 'complete' }
  | { readonly state: 'refused'; readonly reason: IntakeRefusal }
  | { readonly state: 'held'; readonly reason: IntakeHold }
  /** The bytes were not what was announced, and may be sent again. */
  | { readonly state: 'restarted' }
  /** Somebody else looks through it, or it could not be done now; it is tried again. */
  | { readonly state: 'open' };

export interface Intake {
  /** Never throws: a fault is logged, and the file looked at again later. */
  inspect(evidenceId: UploadId): Promise<Inspection>;
}

/** Each holds a connection, and a few files as large as may be. */
const inspectionsAtOnceMax = 2;
/** By the desk's clock. Whoever waits for a scanner that does not answer waits no longer than this once it does. */
const againMs = {
  fault: 30_000,
  'scanner-away': 30_000,
  'scanner-missing': 600_000,
  'scanner-limit': 600_000,
} as const;

export function createIntake(parts: IntakeParts): Intake {
  const running = new Map<UploadId, Promise<Inspection>>();
  const gate = createGate(inspectionsAtOnceMax);
  return {
    inspect(evidenceId) {
      const known = running.get(evidenceId);
      if (known) return known;
      const inspection = gate(() => inspectWhole(parts, evidenceId)).finally(() => running.delete(evidenceId));
      running.set(evidenceId, inspection);
      return inspection;
    },
  };
}

/** Lets so many tasks run at once; others wait for their turn. */
function createGate(most: number) {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async <Result>(task: () => Promise<Result>): Promise<Result> => {
    if (busy >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}

/** With what comes out of it, where it is an archive. */
async function inspectWhole(parts: IntakeParts, evidenceId: UploadId): Promise<Inspection> {
  const inspection = await inspectOne(parts, evidenceId);
  if (inspection.state !== 'complete') return inspection;
  for (const memberId of await listOpenMembers(parts.db, evidenceId)) await inspectOne(parts, memberId);
  return inspection;
}

async function inspectOne(parts: IntakeParts, evidenceId: UploadId): Promise<Inspection> {
  const { db, clock, log } = parts;
  try {
    const inspection = await db.transaction(async (trx): Promise<Inspection> => {
      if (!(await lockIntake(trx, evidenceId))) return { state: 'open' };
      const row = await readEvidence(trx, evidenceId);
      if (row === null || row.intake === null) return { state: 'open' };
      if (row.intake === 'complete') return { state: 'complete' };
      if (row.intake === 'refused') return { state: 'refused', reason: refusalIn(row) };
      return look(parts, trx, row);
    });
    await clear(parts, evidenceId, inspection);
    return inspection;
  } catch (fault) {
    log.warn({ event: 'intake', evidenceId, fault }, 'a file could not be looked through yet');
    const dueAt = new Date(clock.now().getTime() + againMs.fault);
    await postponeIntake(db, evidenceId, dueAt).catch(() => undefined);
    return { state: 'open' };
  }
}

/** A refused row's reason is one of a refusal; the database says so of the column alone. */
const refusalIn = ({ intake_reason: reason }: EvidenceRow): IntakeRefusal =>
  intakeRefusals.find((refusal) => refusal === reason) ?? 'undecodable';

/** Once it is settled the quarantine is emptied, but for what was found harmful: that stays, for whoever must look (E2). */
async function clear({ db, evidence }: IntakeParts, evidenceId: UploadId, settled: Inspection): Promise<void> {
  if (settled.state !== 'complete' && settled.state !== 'refused') return;
  const row = await readEvidence(db, evidenceId);
  if (row === null) return;
  const staysThere = settled.state === 'refused' && settled.reason === 'infected';
  if (!staysThere) await evidence.discardChunks(row.subject_id, row.id);
  await closeIntake(db, evidenceId);
}

async function look(parts: IntakeParts, trx: Transaction, row: EvidenceRow): Promise<Inspection> {
  const { evidence, scanner } = parts;
  const still = row.intake === 'held' ? await stillHeld(scanner, row) : null;
  if (still) return hold(parts, trx, row, still);
  const received = (): AsyncIterable<Uint8Array> => evidence.readChunks(row.subject_id, row.id);
  const { kind, isWhole } = await readThrough(received(), row);
  if (!isWhole) return restart(parts, trx, row);
  const reason = refusalOf({ name: row.name, bytes: row.announced_bytes, kind, isMember: row.origin_id !== null });
  if (reason !== null || kind === null || kind === 'traffic-capture') return refuse(trx, row, reason ?? 'type');
  const verdict = scanner ? await scanner.scan(received()) : null;
  if (verdict?.kind === 'infected') return refuse(trx, row, 'infected', verdict.signature);
  if (verdict?.kind === 'away') return hold(parts, trx, row, 'scanner-away');
  if (verdict?.kind === 'limit') return hold(parts, trx, row, 'scanner-limit');
  if (verdict === null && needsScanner(kind)) return hold(parts, trx, row, 'scanner-missing');
  const file = { id: row.id, subjectId: row.subject_id, name: row.name, kind };
  const result = await takeIn(parts, file);
  if (typeof result === 'string') return refuse(trx, row, result);
  if (!(await completeIntake(trx, row.id, result.taken))) return { state: 'open' };
  if (result.diagnosis) await keepDiagnosis(trx, row.id, result.diagnosis, parts.clock.now());
  if (result.members.length > 0)
    await insertMembers(trx, row.id, { members: result.members, dueAt: parts.clock.now() });
  return { state: 'complete' };
}

/** Without reading it again: nothing has changed that could let it out. */
async function stillHeld(scanner: Scanner | null, row: EvidenceRow): Promise<IntakeHold | null> {
  if (scanner === null) return row.intake_reason === 'scanner-missing' ? 'scanner-missing' : null;
  return (await scanner.isUp()) ? null : 'scanner-away';
}

async function readThrough(received: AsyncIterable<Uint8Array>, row: EvidenceRow) {
  const hash = createHash('sha256');
  const probe = createKindProbe();
  let bytes = 0;
  for await (const chunk of received) {
    bytes += chunk.length;
    hash.update(chunk);
    probe.take(chunk);
  }
  const isWhole = bytes === row.announced_bytes && hash.digest().equals(row.announced_sha256);
  return { kind: await probe.tell(), isWhole };
}

/** Its bytes go before anybody may send others in their place. */
async function restart({ evidence }: IntakeParts, trx: Transaction, row: EvidenceRow): Promise<Inspection> {
  if (!(await restartUpload(trx, row.id))) return { state: 'refused', reason: 'hash' };
  await evidence.discardChunks(row.subject_id, row.id);
  return { state: 'restarted' };
}

async function refuse(
  trx: Transaction,
  row: EvidenceRow,
  reason: IntakeRefusal,
  finding: string | null = null,
): Promise<Inspection> {
  await refuseIntake(trx, row.id, { reason, finding });
  return { state: 'refused', reason };
}

async function hold(
  { clock }: IntakeParts,
  trx: Transaction,
  row: EvidenceRow,
  reason: IntakeHold,
): Promise<Inspection> {
  await holdIntake(trx, row.id, { reason, dueAt: new Date(clock.now().getTime() + againMs[reason]) });
  return { state: 'held', reason };
}
