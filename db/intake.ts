/**
 * The intake's steps on a file that is in quarantine or held (E1, E2). Whoever looks through a file holds a lease of it for
 * as long as it takes, and no transaction; a step on a file that is neither, or by a lease that was lost, changes nothing.
 */

import { z } from 'zod';
import type { EvidenceKind } from '../domain/evidence.ts';
import type { UploadId } from '../domain/ids.ts';
import { type IntakeHold, type IntakeRefusal, intakeRefusals } from '../domain/intake.ts';
import type { Queryable, Transaction } from './database.ts';
import { type EvidenceRow, evidenceRowSchema } from './evidence-row.ts';
import { tellRefusal } from './refused-evidence.ts';
import { readRow, readRows } from './row.ts';
import { lockLinked } from './shared-evidence.ts';
import { lockTicket } from './tickets.ts';
import { lockUpload, readEvidence } from './uploads.ts';

/** A file as whoever looks through it holds it. */
export type Leased = Pick<EvidenceRow, 'id' | 'intake_lease'>;

export interface Lease {
  readonly at: Date;
  /** Nobody else looks at it until then, unless it is given back before; who dies just lets it end. */
  readonly until: Date;
  /** When it is tried again, should this be its first failure, its second and so on. */
  readonly retries: readonly Date[];
}

/**
 * Takes the file where something is left to do with it and nobody has it; `null` else. Whoever had it before and let the
 * lease end has died over it, which counts as a failure: a file that fells its looker is tried ever more rarely.
 */
export async function leaseIntake(
  db: Queryable,
  evidenceId: UploadId,
  { at, until, retries }: Lease,
): Promise<EvidenceRow | null> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `update evidence_files set intake_lease = gen_random_uuid(), intake_leased_until = :until,
       intake_failures = intake_failures + (intake_lease is not null)::integer,
       intake_failing_since = case when intake_lease is null then intake_failing_since
         else coalesce(intake_failing_since, intake_leased_until) end,
       intake_due_at = greatest(:until,
         (:retries::timestamptz[])[least(intake_failures + (intake_lease is not null)::integer + 1, :last)])
     where id = :id and intake_due_at is not null and removal_at is null and (intake_leased_until is null or intake_leased_until <= :at) returning *`,
    { id: evidenceId, at, until, retries: [...retries], last: retries.length },
  );
  return rows[0] === undefined ? null : readRow('evidence', evidenceRowSchema, rows[0]);
}

/** Holds it for longer; answers whether it is still held. */
export async function renewIntake(db: Queryable, { id, intake_lease }: Leased, until: Date): Promise<boolean> {
  const renewed = await db('evidence_files')
    .where({ id, intake_lease })
    .update({ intake_leased_until: until, intake_due_at: db.raw('greatest(intake_due_at, ?::timestamptz)', [until]) });
  return renewed > 0;
}

const givenBack = { intake_lease: null, intake_leased_until: null };
const lookedThrough = { ...givenBack, intake_failures: 0, intake_failing_since: null };

/** Files whose time has come, longest due first. */
export async function listDueIntakes(db: Queryable, at: Date, limit: number): Promise<UploadId[]> {
  const rows: { id: UploadId }[] = await db('evidence_files')
    .where('intake_due_at', '<=', at)
    .whereNull('removal_at')
    .orderBy('intake_due_at')
    .limit(limit)
    .select('id');
  return rows.map((row) => row.id);
}

/**
 * The row, locked, where it is still open. Its ticket's locks come first, as whoever attaches takes them: so one at a time
 * says which file stands for which. What was attached while its row was waited for is begun anew with them.
 */
async function openIntake(
  trx: Transaction,
  { id: evidenceId, intake_lease: lease }: Leased,
): Promise<EvidenceRow | null> {
  const row = await lockWithTicket(trx, evidenceId);
  const isOpen = row?.intake === 'quarantined' || row?.intake === 'held';
  return isOpen && row.intake_lease === lease ? row : null;
}

async function lockWithTicket(trx: Transaction, evidenceId: UploadId): Promise<EvidenceRow | null> {
  for (;;) {
    const seen = await readEvidence(trx, evidenceId);
    if (seen === null) return null;
    if (seen.ticket_id !== null) await lockLinked(trx, await lockTicket(trx, seen.ticket_id));
    const row = await lockUpload(trx, evidenceId);
    if (row?.ticket_id === seen.ticket_id) return row;
  }
}

export interface Taken {
  readonly kind: EvidenceKind;
  readonly bytes: number;
  readonly sha256: string;
  readonly masked: Readonly<Record<string, number>>;
  readonly pages: number | null;
  readonly hasThumbnail: boolean;
}

/** What was stored in the end: its kind by content, size and hash after masking, and counts of what was masked. */
export async function completeIntake(trx: Transaction, file: Leased, taken: Taken): Promise<boolean> {
  if (!(await openIntake(trx, file))) return false;
  await trx('evidence_files')
    .where({ id: file.id })
    .update({
      ...lookedThrough,
      intake: 'complete',
      intake_reason: null,
      kind: taken.kind,
      stored_bytes: taken.bytes,
      stored_sha256: Buffer.from(taken.sha256, 'hex'),
      masked: JSON.stringify(taken.masked),
      pages: taken.pages,
      has_thumbnail: taken.hasThumbnail,
    });
  return true;
}

/**
 * A file that stood for others with the same bytes stands for them no more: theirs may have honest names. The first of
 * them that was not refused itself stands for the rest.
 */
export async function refuseIntake(
  trx: Transaction,
  file: Leased,
  { reason, finding, at }: { readonly reason: IntakeRefusal; readonly finding: string | null; readonly at: Date },
): Promise<boolean> {
  const row = await openIntake(trx, file);
  if (row === null) return false;
  await trx.raw(
    `update evidence_files as file set same_as = case when file.intake <> 'refused' then nullif((
       select id from evidence_files as heir where heir.same_as = :id and heir.intake <> 'refused' order by id limit 1), file.id) end
     where file.same_as = :id`,
    { id: file.id },
  );
  await trx('evidence_files')
    .where({ id: file.id })
    .update({ ...lookedThrough, intake: 'refused', intake_reason: reason, intake_finding: finding });
  if (row.same_as === null)
    await tellRefusal(trx, { fileId: row.origin_id ?? row.id, inArchive: row.origin_id !== null, reason, at });
  return true;
}

export async function holdIntake(
  trx: Transaction,
  file: Leased,
  { reason, dueAt }: { readonly reason: IntakeHold; readonly dueAt: Date },
): Promise<boolean> {
  if (!(await openIntake(trx, file))) return false;
  await trx('evidence_files')
    .where({ id: file.id })
    .update({ ...lookedThrough, intake: 'held', intake_reason: reason, intake_due_at: dueAt });
  return true;
}

/**
 * Nothing is left to do: it is complete or refused, and its quarantine is cleared as far as it should be. What of an
 * archive was refused before its ticket had it is told now; where the ticket gets it later, this is due once more.
 */
export async function closeIntake(trx: Transaction, evidenceId: UploadId, at: Date): Promise<void> {
  const row = await lockWithTicket(trx, evidenceId);
  if (row?.intake !== 'complete' && row?.intake !== 'refused') return;
  await trx('evidence_files')
    .where({ id: evidenceId })
    .update({ ...lookedThrough, intake_due_at: null });
  if (row.kind !== 'archive' || row.state !== 'attached') return;
  const [member] = await readRefusedMembers(trx, evidenceId);
  if (member) await tellRefusal(trx, { fileId: evidenceId, inArchive: true, reason: member.reason, at });
}

const refusedMembersSchema = z.object({ reason: z.enum(intakeRefusals), files: z.number().int() });

/** Of those that came out of an archive, how many were not taken for which reason. */
export async function readRefusedMembers(
  db: Queryable,
  archiveId: UploadId,
): Promise<readonly z.output<typeof refusedMembersSchema>[]> {
  const rows: unknown[] = await db('evidence_files')
    .where({ origin_id: archiveId, intake: 'refused' })
    .groupBy('intake_reason')
    .orderBy([{ column: 'files', order: 'desc' }, { column: 'reason' }])
    .select({ reason: 'intake_reason' })
    .select(db.raw('count(*)::integer as files'));
  return readRows('refused files of an archive', refusedMembersSchema, rows);
}

/** After a fault of ours: it stays as it is, and is looked at again then. */
export async function postponeIntake(
  db: Queryable,
  { id, intake_lease }: Leased,
  { at, dueAt }: { readonly at: Date; readonly dueAt: Date },
): Promise<void> {
  await db('evidence_files')
    .where({ id, intake_lease })
    .whereNotNull('intake_due_at')
    .update({
      ...givenBack,
      intake_failures: db.raw('intake_failures + 1'),
      intake_failing_since: db.raw('coalesce(intake_failing_since, ?::timestamptz)', [at]),
      intake_due_at: dueAt,
    });
}

/**
 * Bytes that are not what was announced: nothing of the upload is left but its intent, so that it may be sent again. One
 * that a ticket has by now, or that came out of an archive, is refused instead; `null` where it is not held any more.
 */
export async function restartUpload(trx: Transaction, file: Leased, at: Date): Promise<'restarted' | 'refused' | null> {
  const row = await openIntake(trx, file);
  if (row === null) return null;
  if (row.state === 'attached' || row.origin_id !== null) {
    await refuseIntake(trx, file, { reason: 'hash', finding: null, at });
    return 'refused';
  }
  await trx('evidence_files')
    .where({ id: file.id })
    .update({
      ...lookedThrough,
      state: 'receiving',
      received_bytes: 0,
      completed_at: null,
      intake: null,
      intake_reason: null,
      intake_due_at: null,
    });
  return 'restarted';
}

export interface NewMember {
  readonly id: UploadId;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly refused: IntakeRefusal | null;
}

/**
 * Files that came out of an archive: of the same person and ticket as the archive, and in quarantine in their turn. Those
 * that are there already stay as they are.
 */
export async function insertMembers(
  trx: Transaction,
  archiveId: UploadId,
  { members, dueAt }: { readonly members: readonly NewMember[]; readonly dueAt: Date },
): Promise<void> {
  await trx.raw(
    `insert into evidence_files (id, account_id, subject_id, ticket_id, state, name, announced_bytes, announced_sha256,
       received_bytes, created_at, completed_at, attached_at, origin_id, intake, intake_reason, intake_due_at, same_as)
     select member.id, archive.account_id, archive.subject_id, archive.ticket_id, archive.state, member.name, member.bytes,
       decode(member.sha256, 'hex'), member.bytes, archive.created_at, archive.completed_at, archive.attached_at, archive.id,
       case when member.reason is null then 'quarantined' else 'refused' end, member.reason,
       :dueAt::timestamptz,
       case when member.reason is null and archive.state = 'attached' then (
         select files.id from ticket_evidence join evidence_files as files on files.id = evidence_id
         where ticket_evidence.ticket_id = archive.ticket_id and files.intake <> 'refused' and files.id <> member.id
           and files.announced_sha256 = decode(member.sha256, 'hex') limit 1) end
     from evidence_files as archive, unnest(:ids::uuid[], :names::text[], :bytes::bigint[], :hashes::text[], :reasons::text[])
       as member (id, name, bytes, sha256, reason)
     where archive.id = :archive on conflict (id) do nothing`,
    {
      archive: archiveId,
      dueAt,
      ids: members.map((member) => member.id),
      names: members.map((member) => member.name),
      bytes: members.map((member) => member.bytes),
      hashes: members.map((member) => member.sha256),
      reasons: members.map((member) => member.refused),
    },
  );
  const reason = members.find(({ refused }) => refused !== null)?.refused ?? null;
  if (reason !== null) await tellRefusal(trx, { fileId: archiveId, inArchive: true, reason, at: dueAt });
}

/** What came out of an archive and is still to be looked through. */
export async function listOpenMembers(db: Queryable, archiveId: UploadId): Promise<UploadId[]> {
  const rows: { id: UploadId }[] = await db('evidence_files')
    .where({ origin_id: archiveId })
    .whereNotNull('intake_due_at')
    .orderBy('id')
    .select('id');
  return rows.map((row) => row.id);
}
