/**
 * Uploads between the door, the database and the evidence store. Bytes arrive by offset and wait encrypted; with the last
 * one the file goes into quarantine, and only what the intake lets out of there is ever read by anybody.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { OpenedEvidence, Uploads } from '../api/upload-port.ts';
import type { UploadView } from '../api/upload-view.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { EvidenceRow } from '../db/evidence-row.ts';
import { type EvidenceView, readAttachedEvidence } from '../db/evidence-views.ts';
import { readRefusedMembers } from '../db/intake.ts';
import { readDiagnosis, readTicketDiagnosis } from '../db/log-diagnoses.ts';
import { readOrder } from '../db/orders.ts';
import {
  advanceUpload,
  countUnattached,
  insertUpload,
  lockUpload,
  quarantineUpload,
  readEvidence,
} from '../db/uploads.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { cleanName, type EvidenceStore } from '../domain/evidence.ts';
import { type AccountId, isUuid, type SubjectId, type TicketId, type UploadId } from '../domain/ids.ts';
import { errorOfRefusal, sizeRefusal } from '../domain/intake.ts';
import {
  unattachedBytesMax,
  unattachedUploadsMax,
  unattachedUploadsWindowHours,
  uploadBytesMax,
} from '../domain/limits.ts';
import { maskText } from '../domain/mask.ts';
import type { Inspection, Intake } from './intake.ts';
import { renditionId } from './rendition-id.ts';
import { transactionOf } from './transactor.ts';

interface Dependencies {
  readonly db: Database;
  readonly evidence: EvidenceStore;
  readonly intake: Intake;
}

/** A file up to this size is looked through while its sender waits, for at most so long. */
const waitedForBytesMax = 10 * 1024 * 1024;
const waitMsMax = 8_000;
/** By the desk's clock: until then whoever took its last byte looks through it. */
const headStartMs = 30_000;

export const createUploads = (parts: Dependencies): Uploads => ({
  ...createOpening(parts),

  async create(trx, given) {
    if (given.bytes > uploadBytesMax) return refuse('request-too-large', { bytesMax: uploadBytesMax });
    const early = sizeRefusal(given.name, given.bytes);
    if (early) return refuse('request-too-large', { bytesMax: early.bytesMax });
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
    const row = isUuid(uploadId) ? await readEvidence(parts.db, uploadId as UploadId) : null;
    if (row?.subject_id !== subjectId || row.removal_at !== null) return null;
    return viewOf(row, await readRefusedMembers(parts.db, row.id));
  },

  async append(given) {
    const received = await receive(parts, given);
    if (isRefusal(received) || received.state !== 'quarantined' || received.bytes > waitedForBytesMax) return received;
    const inspection = await Promise.race([
      parts.intake.inspect(received.uploadId),
      wait(waitMsMax, null, { ref: false }),
    ]);
    const refusal = refusalOf(inspection);
    if (refusal || inspection?.state !== 'complete') return refusal ?? received;
    return { ...received, refusedMembers: await readRefusedMembers(parts.db, received.uploadId) };
  },
});

/** What is not known in time is told by `getUpload`. */
function refusalOf(inspection: Inspection | null): Refusal | null {
  if (inspection?.state === 'restarted') return refuse('upload-hash');
  return inspection?.state === 'refused' ? refuse(errorOfRefusal(inspection.reason)) : null;
}

/** Bytes that are not whole are kept for the next ones; the last ones put the file into quarantine. */
const receive = (
  { db, evidence }: Dependencies,
  given: Parameters<Uploads['append']>[0],
): Promise<UploadView | Refusal> =>
  db.transaction(async (trx) => {
    const row = isUuid(given.uploadId) ? await lockUpload(trx, given.uploadId as UploadId) : null;
    if (row?.subject_id !== given.subjectId || row.removal_at !== null) return refuse('not-found');
    if (row.state !== 'receiving' || given.offset !== row.received_bytes)
      return refuse('upload-offset', { offset: row.received_bytes });
    const received = given.offset + given.bytes.length;
    if (received > row.announced_bytes) return refuse('request-too-large', { bytesMax: row.announced_bytes });
    await evidence.putChunk(row.subject_id, row.id, given.offset, given.bytes);
    if (received < row.announced_bytes) {
      await advanceUpload(trx, row.id, received);
      return viewOf({ ...row, received_bytes: received });
    }
    const isWaitedFor = row.announced_bytes <= waitedForBytesMax;
    const dueAt = new Date(given.at.getTime() + (isWaitedFor ? headStartMs : 0));
    await quarantineUpload(trx, row, { at: given.at, dueAt });
    return viewOf({ ...row, received_bytes: received, state: 'complete', intake: 'quarantined' });
  });

type Opening = Pick<Uploads, 'open' | 'openThumbnail' | 'openPage' | 'diagnose' | 'diagnoseTicket'>;

function createOpening({ db, evidence }: Dependencies): Opening {
  const complete = async (ticketId: TicketId, evidenceId: string) => {
    const view = isUuid(evidenceId) ? await readAttachedEvidence(db, ticketId, evidenceId as UploadId) : null;
    return view ? openable(view) : refuse('not-found');
  };
  const stored = async (view: OpenedEvidence['view'], objectId: string): Promise<OpenedEvidence | Refusal> => {
    const pieces = await evidence.read(view.subjectId, objectId);
    return pieces ? { view, pieces } : refuse('not-found');
  };
  return {
    async open(ticketId, evidenceId) {
      const view = await complete(ticketId, evidenceId);
      return isRefusal(view) ? view : stored(view, view.id);
    },
    async openThumbnail(ticketId, evidenceId) {
      const view = await complete(ticketId, evidenceId);
      if (isRefusal(view)) return view;
      return view.hasThumbnail ? stored(view, renditionId(view.id, 'thumbnail', 1)) : refuse('not-found');
    },
    async openPage(ticketId, evidenceId, page) {
      const view = await complete(ticketId, evidenceId);
      if (isRefusal(view)) return view;
      return page <= (view.pages ?? 0) ? stored(view, renditionId(view.id, 'page', page)) : refuse('not-found');
    },
    async diagnose(ticketId, evidenceId) {
      const view = await complete(ticketId, evidenceId);
      if (isRefusal(view)) return view;
      const diagnosis = await readDiagnosis(db, ticketId, view.id);
      return diagnosis ? { view, diagnosis } : refuse('evidence-unread', { kind: view.kind });
    },
    diagnoseTicket: (ticketId) => readTicketDiagnosis(db, ticketId),
  };
}

/** E1, E2: nothing opens but what was looked through and taken. */
function openable(view: EvidenceView): OpenedEvidence['view'] | Refusal {
  const { state, kind, reason } = view;
  if (state === 'complete' && kind !== null) return { ...view, kind };
  if (state === 'refused') return refuse('evidence-refused', { reason: reason ?? '' });
  return state === 'held' ? refuse('evidence-held', { reason: reason ?? '' }) : refuse('evidence-quarantined');
}

/** One person's uploads must not fill the disk. Older ones no longer count, so that nobody is locked out for ever. */
async function overQuota(
  trx: Transaction,
  { subjectId, bytes, at }: { subjectId: SubjectId; bytes: number; at: Date },
): Promise<Refusal | null> {
  const since = new Date(at.getTime() - unattachedUploadsWindowHours * 3_600_000);
  const waiting = await countUnattached(trx, subjectId, since);
  if (waiting.uploads >= unattachedUploadsMax) return refuse('upload-quota', { uploadsMax: unattachedUploadsMax });
  return waiting.bytes + bytes > unattachedBytesMax ? refuse('upload-quota', { bytesMax: unattachedBytesMax }) : null;
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

const viewOf = (row: EvidenceRow, refusedMembers: UploadView['refusedMembers'] = []): UploadView => ({
  uploadId: row.id,
  offset: row.received_bytes,
  bytes: row.announced_bytes,
  state: row.intake === null || row.intake === 'complete' ? row.state : row.intake,
  reason: row.intake_reason,
  masked: row.masked ?? {},
  sameAs: row.same_as,
  refusedMembers,
});
