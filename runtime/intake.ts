/**
 * The intake: looks through files in quarantine and lets them out, keeps them back or holds them (E1, E2). Outside any
 * transaction, under a lease of the file; what dies in the middle is begun again once that has ended, and a file that was
 * settled meanwhile stays as it is.
 */

import { createHash } from 'node:crypto';
import type { Database } from '../db/database.ts';
import type { EvidenceRow } from '../db/evidence-row.ts';
import {
  closeIntake,
  completeIntake,
  holdIntake,
  insertMembers,
  listOpenMembers,
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
import {
  type IntakeHold,
  type IntakeRefusal,
  intakeRefusals,
  needsScanner,
  refusalOf,
  retryAt,
} from '../domain/intake.ts';
import type { Scanner } from '../domain/scanner.ts';
import { createKindProbe } from '../providers/evidence-kind.ts';
import { type LeasedFile, LeaseLost, takeLease } from './intake-lease.ts';
import { type TakenIn, takeIn } from './intake-take.ts';
import { discardMembers } from './intake-unpack.ts';
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

/** Each holds a few files as large as may be. */
const inspectionsAtOnceMax = 2;
/** By the desk's clock. Whoever waits for a scanner that does not answer waits no longer than this once it does. */
const againMs = {
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
  const { db, log } = parts;
  let file: LeasedFile | null = null;
  try {
    file = await takeLease(parts, evidenceId);
    const row = file?.row ?? (await readEvidence(db, evidenceId));
    const settled = row === null ? null : settledAs(row);
    if (file === null) return settled ?? { state: 'open' };
    const inspection = settled ?? (await look(parts, file));
    await clear(parts, file.row, inspection);
    return inspection;
  } catch (fault) {
    log.warn({ event: 'intake', evidenceId, fault }, 'a file could not be looked through yet');
    if (file) await postpone(parts, file.row);
    return { state: 'open' };
  } finally {
    file?.end();
  }
}

async function postpone({ db, clock }: IntakeParts, row: EvidenceRow): Promise<void> {
  const at = clock.now();
  await postponeIntake(db, row, { at, dueAt: retryAt(at, row.intake_failures + 1) }).catch(() => undefined);
}

/** `null` of what is still to be looked through. */
function settledAs(row: EvidenceRow): Inspection | null {
  if (row.intake === 'complete') return { state: 'complete' };
  return row.intake === 'refused' ? { state: 'refused', reason: refusalIn(row) } : null;
}

/** A refused row's reason is one of a refusal; the database says so of the column alone. */
const refusalIn = ({ intake_reason: reason }: EvidenceRow): IntakeRefusal =>
  intakeRefusals.find((refusal) => refusal === reason) ?? 'undecodable';

/** Once it is settled the quarantine is emptied, but for what was found harmful: that stays, for whoever must look (E2). */
async function clear({ db, evidence, clock }: IntakeParts, row: EvidenceRow, settled: Inspection): Promise<void> {
  if (settled.state !== 'complete' && settled.state !== 'refused') return;
  const staysThere = settled.state === 'refused' && settled.reason === 'infected';
  if (!staysThere) await evidence.discardChunks(row.subject_id, row.id);
  // An earlier look may have died while it took out what has no rows.
  if (settled.state === 'refused' && row.origin_id === null)
    await discardMembers(evidence, { id: row.id, subjectId: row.subject_id });
  await db.transaction((trx) => closeIntake(trx, row.id, clock.now()));
}

async function look(parts: IntakeParts, file: LeasedFile): Promise<Inspection> {
  const { evidence, scanner } = parts;
  const { row } = file;
  const still = row.intake === 'held' ? await stillHeld(scanner, row) : null;
  if (still) return hold(parts, row, still);
  const received = (): AsyncIterable<Uint8Array> => whileHeld(file, evidence.readChunks(row.subject_id, row.id));
  const { kind, isWhole } = await readThrough(received(), row);
  if (!isWhole) return restart(parts, row);
  const reason = refusalOf({ name: row.name, bytes: row.announced_bytes, kind, isMember: row.origin_id !== null });
  if (reason !== null || kind === null || kind === 'traffic-capture') return refuse(parts, row, reason ?? 'type');
  const verdict = scanner ? await scanner.scan(received()) : null;
  if (verdict?.kind === 'infected') return refuse(parts, row, 'infected', verdict.signature);
  if (verdict?.kind === 'away') return hold(parts, row, 'scanner-away');
  if (verdict?.kind === 'limit') return hold(parts, row, 'scanner-limit');
  if (verdict === null && needsScanner(kind)) return hold(parts, row, 'scanner-missing');
  const result = await takeIn(parts, {
    id: row.id,
    subjectId: row.subject_id,
    name: row.name,
    kind,
    received: () => whole(received(), row.announced_bytes),
    hold: () => file.hold(),
  });
  if (typeof result === 'string') return refuse(parts, row, result);
  file.hold();
  return complete(parts, row, result);
}

/** What another has by now is not read any further, and so nothing is made of half of it. */
async function* whileHeld(file: LeasedFile, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    file.hold();
    yield chunk;
  }
}

/** Ends in a fault where bytes are gone meanwhile: what is put away then stays as it was. */
async function* whole(received: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of received) {
    read += chunk.length;
    yield chunk;
  }
  if (read !== bytes) throw new LeaseLost();
}

async function complete({ db, clock }: IntakeParts, row: EvidenceRow, result: TakenIn): Promise<Inspection> {
  return db.transaction(async (trx): Promise<Inspection> => {
    if (!(await completeIntake(trx, row, result.taken))) return { state: 'open' };
    if (result.diagnosis) await keepDiagnosis(trx, row.id, result.diagnosis, clock.now());
    if (result.members.length > 0) await insertMembers(trx, row.id, { members: result.members, dueAt: clock.now() });
    return { state: 'complete' };
  });
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
async function restart({ db, evidence, clock }: IntakeParts, row: EvidenceRow): Promise<Inspection> {
  return db.transaction(async (trx): Promise<Inspection> => {
    const became = await restartUpload(trx, row, clock.now());
    if (became === 'refused') return { state: 'refused', reason: 'hash' };
    if (became === null) return { state: 'open' };
    await evidence.discardChunks(row.subject_id, row.id);
    await discardMembers(evidence, { id: row.id, subjectId: row.subject_id });
    return { state: 'restarted' };
  });
}

async function refuse(
  { db, clock }: IntakeParts,
  row: EvidenceRow,
  reason: IntakeRefusal,
  finding: string | null = null,
): Promise<Inspection> {
  const isRefused = await db.transaction((trx) => refuseIntake(trx, row, { reason, finding, at: clock.now() }));
  return isRefused ? { state: 'refused', reason } : { state: 'open' };
}

async function hold({ db, clock }: IntakeParts, row: EvidenceRow, reason: IntakeHold): Promise<Inspection> {
  const dueAt = new Date(clock.now().getTime() + againMs[reason]);
  const isHeld = await db.transaction((trx) => holdIntake(trx, row, { reason, dueAt }));
  return isHeld ? { state: 'held', reason } : { state: 'open' };
}
