/**
 * Uploads between the door, the database and the evidence store. Bytes arrive by offset and wait encrypted; with the last
 * one the whole is proved by its hash, told by its content and masked, and only that is ever kept or read.
 */

import { createHash } from 'node:crypto';
import type { Uploads } from '../api/ports.ts';
import type { UploadView } from '../api/upload-view.ts';
import type { Database, Transaction } from '../db/database.ts';
import {
  advanceUpload,
  completeUpload,
  countUnattached,
  discardUpload,
  type EvidenceRow,
  insertUpload,
  lockUpload,
  readEvidence,
} from '../db/evidence.ts';
import { readAttachedEvidence } from '../db/evidence-views.ts';
import { keepDiagnosis, readDiagnosis, readTicketDiagnosis } from '../db/log-diagnoses.ts';
import { readOrder } from '../db/orders.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { cleanName, type EvidenceStore } from '../domain/evidence.ts';
import { type AccountId, isUuid, type SubjectId, type UploadId } from '../domain/ids.ts';
import { unattachedUploadsMax, unattachedUploadsWindowHours, uploadBytesMax } from '../domain/limits.ts';
import { maskText } from '../domain/mask.ts';
import { kindOfFile } from '../providers/evidence-kind.ts';
import { diagnoseLog } from './diagnose-log.ts';
import { maskInPieces } from './mask-pieces.ts';
import { transactionOf } from './transactor.ts';

interface Dependencies {
  readonly db: Database;
  readonly evidence: EvidenceStore;
}

export const createUploads = ({ db, evidence }: Dependencies): Uploads => ({
  async create(trx, given) {
    if (given.bytes > uploadBytesMax) return refuse('request-too-large', { bytesMax: uploadBytesMax });
    const refusal = await overQuota(transactionOf(trx), given);
    if (refusal) return refusal;
    const accountId = await accountFor(transactionOf(trx), given);
    if (isRefusal(accountId)) return accountId;
    const row = await insertUpload(transactionOf(trx), {
      accountId,
      subjectId: given.subjectId,
      ticketId: given.ticket?.ticketId ?? null,
      name: cleanName(maskText(given.name).text),
      bytes: given.bytes,
      sha256: Buffer.from(given.sha256, 'hex'),
      at: given.at,
    });
    return viewOf(row);
  },

  async read(subjectId, uploadId) {
    const row = isUuid(uploadId) ? await readEvidence(db, uploadId as UploadId) : null;
    return row?.subject_id === subjectId ? viewOf(row) : null;
  },

  append: (given) =>
    db.transaction(async (trx) => {
      const row = isUuid(given.uploadId) ? await lockUpload(trx, given.uploadId as UploadId) : null;
      if (row?.subject_id !== given.subjectId) return refuse('not-found');
      if (row.state !== 'receiving' || given.offset !== row.received_bytes)
        return refuse('upload-offset', { offset: row.received_bytes });
      const received = given.offset + given.bytes.length;
      if (received > row.announced_bytes) return refuse('request-too-large', { bytesMax: row.announced_bytes });
      await evidence.putChunk(row.subject_id, row.id, given.offset, given.bytes);
      if (received < row.announced_bytes) {
        await advanceUpload(trx, row.id, received);
        return viewOf({ ...row, received_bytes: received });
      }
      return finish(trx, evidence, row, given.at);
    }),

  async open(ticketId, evidenceId) {
    const view = isUuid(evidenceId) ? await readAttachedEvidence(db, ticketId, evidenceId as UploadId) : null;
    const bytes = view && (await evidence.get(view.subjectId, view.id));
    return view && bytes ? { view, bytes: Buffer.from(bytes) } : null;
  },

  async diagnose(ticketId, evidenceId) {
    const view = isUuid(evidenceId) ? await readAttachedEvidence(db, ticketId, evidenceId as UploadId) : null;
    return view && { view, diagnosis: await readDiagnosis(db, ticketId, view.id) };
  },

  diagnoseTicket: (ticketId) => readTicketDiagnosis(db, ticketId),
});

/** One person's uploads must not fill the disk. Older ones no longer count, so that nobody is locked out for ever. */
async function overQuota(trx: Transaction, { subjectId, at }: { subjectId: SubjectId; at: Date }) {
  const since = new Date(at.getTime() - unattachedUploadsWindowHours * 3_600_000);
  const count = await countUnattached(trx, subjectId, since);
  return count < unattachedUploadsMax ? null : refuse('upload-quota', { uploadsMax: unattachedUploadsMax });
}

/** The account that an upload is for: that of its ticket or order, else the only one that the person asks for. */
async function accountFor(trx: Transaction, given: Parameters<Uploads['create']>[1]): Promise<AccountId | Refusal> {
  if (given.ticket) return given.ticket.accountId;
  if (given.orderRef === null) {
    const [only, ...others] = given.accountIds;
    return only && others.length === 0 ? only : refuse('request-invalid', { expected: 'a ticketId or an orderRef' });
  }
  const order = await readOrder(trx, { ref: given.orderRef });
  return order && given.accountIds.includes(order.account_id) ? order.account_id : refuse('order-unknown');
}

/** A file that is not what was announced, or not of a kind that is taken, starts over: its bytes are thrown away. */
async function finish(
  trx: Transaction,
  evidence: EvidenceStore,
  row: EvidenceRow,
  at: Date,
): Promise<UploadView | Refusal> {
  const bytes = await evidence.readChunks(row.subject_id, row.id);
  const refusal =
    bytes.length !== row.announced_bytes || !hash(bytes).equals(row.announced_sha256) ? refuse('upload-hash') : null;
  const kind = refusal ? null : await kindOfFile(row.name, bytes);
  if (!kind) {
    await discardUpload(trx, row.id);
    await evidence.discardChunks(row.subject_id, row.id);
    return refusal ?? refuse('upload-type');
  }
  const masked = kind === 'text' ? await maskInPieces(Buffer.from(bytes).toString('utf8')) : null;
  const kept = masked ? Buffer.from(masked.text) : bytes;
  await evidence.put(row.subject_id, row.id, kept);
  const stored = {
    kind,
    bytes: kept.length,
    sha256: hash(kept),
    masked: { ...masked?.counts },
    receivedBytes: row.announced_bytes,
    at,
  };
  await completeUpload(trx, row.id, stored);
  if (masked) await keepDiagnosis(trx, row.id, await diagnoseLog(masked.text), at);
  await evidence.discardChunks(row.subject_id, row.id);
  return { uploadId: row.id, offset: row.announced_bytes, bytes: row.announced_bytes, state: 'complete' };
}

const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const viewOf = (row: EvidenceRow): UploadView => ({
  uploadId: row.id,
  offset: row.received_bytes,
  bytes: row.announced_bytes,
  state: row.state,
});
