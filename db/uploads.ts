/** Uploads as they arrive: announced, received by offset, whole. What becomes of them then is in `intake.ts`. */

import type { AccountId, SubjectId, TicketId, UploadId } from '../domain/ids.ts';
import type { Queryable, Transaction } from './database.ts';
import { type EvidenceRow, evidenceRowSchema } from './evidence-row.ts';
import { readRow } from './row.ts';

export async function insertUpload(
  trx: Transaction,
  upload: {
    accountId: AccountId;
    subjectId: SubjectId;
    ticketId: TicketId | null;
    name: string;
    bytes: number;
    sha256: Buffer;
    at: Date;
  },
): Promise<EvidenceRow> {
  // Of nothing there are no bytes to wait for.
  const nothing = { state: 'complete', intake: 'refused', intake_reason: 'empty', completed_at: upload.at };
  const rows: unknown[] = await trx('evidence_files')
    .insert({
      account_id: upload.accountId,
      subject_id: upload.subjectId,
      ticket_id: upload.ticketId,
      state: 'receiving',
      name: upload.name,
      announced_bytes: upload.bytes,
      announced_sha256: upload.sha256,
      created_at: upload.at,
      ...(upload.bytes === 0 ? nothing : {}),
    })
    .returning('*');
  return readRow('evidence', evidenceRowSchema, rows[0]);
}

/** A person's uploads since then that no ticket has. Takes the person's row lock, so that two at once are two. */
export async function countUnattached(
  trx: Transaction,
  subjectId: SubjectId,
  since: Date,
): Promise<{ readonly uploads: number; readonly bytes: number }> {
  await trx('people').where({ id: subjectId }).forNoKeyUpdate().first('id');
  const counted = await trx('evidence_files')
    .where({ subject_id: subjectId, origin_id: null })
    .whereNot({ state: 'attached' })
    .where('created_at', '>', since)
    .count('id as count')
    .sum('announced_bytes as bytes')
    .first();
  return { uploads: Number(counted?.count ?? 0), bytes: Number(counted?.['bytes'] ?? 0) };
}

export async function readEvidence(db: Queryable, evidenceId: UploadId): Promise<EvidenceRow | null> {
  const row: unknown = await db('evidence_files').where({ id: evidenceId }).first();
  return row === undefined ? null : readRow('evidence', evidenceRowSchema, row);
}

/** Takes the upload's row lock, so that two senders of one upload come one after the other. */
export async function lockUpload(trx: Transaction, evidenceId: UploadId): Promise<EvidenceRow | null> {
  const row: unknown = await trx('evidence_files').where({ id: evidenceId }).forUpdate().first();
  return row === undefined ? null : readRow('evidence', evidenceRowSchema, row);
}

export async function advanceUpload(trx: Transaction, evidenceId: UploadId, receivedBytes: number): Promise<void> {
  await trx('evidence_files').where({ id: evidenceId }).update({ received_bytes: receivedBytes });
}

/** All bytes are there: from now on nobody adds to it, and nobody reads it until it was looked through. */
export async function quarantineUpload(
  trx: Transaction,
  row: EvidenceRow,
  { at, dueAt }: { readonly at: Date; readonly dueAt: Date },
): Promise<void> {
  await trx('evidence_files').where({ id: row.id, state: 'receiving' }).update({
    state: 'complete',
    received_bytes: row.announced_bytes,
    completed_at: at,
    intake: 'quarantined',
    intake_due_at: dueAt,
  });
}
