/** Evidence metadata: uploads as they arrive, and their attachment to a ticket. The bytes are in the evidence store. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { AccountId, InputId, SubjectId, TicketId, UploadId } from '../domain/ids.ts';
import { uploadsPerTicketMax } from '../domain/limits.ts';
import type { NetworkContext } from '../domain/network-context.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { contextBindings, contextWrites, networkContextSchema } from './network-contexts.ts';
import type { PersonMessage } from './reviews.ts';
import { id, instant, readRow, readRows } from './row.ts';
import { lockLinked, shareEvidence } from './shared-evidence.ts';
import { takeStock } from './stock-taking.ts';
import { takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const byteCount = z.string().transform(Number);

const evidenceSchema = z.object({
  id: id<UploadId>(),
  account_id: id<AccountId>(),
  subject_id: id<SubjectId>(),
  ticket_id: id<TicketId>().nullable(),
  state: z.enum(['receiving', 'complete', 'attached']),
  name: z.string(),
  announced_bytes: byteCount,
  announced_sha256: z.instanceof(Buffer),
  received_bytes: byteCount,
  kind: z.enum(['png', 'jpeg', 'webp', 'text']).nullable(),
  stored_bytes: byteCount.nullable(),
  stored_sha256: z.instanceof(Buffer).nullable(),
  masked: z.record(z.string(), z.number()).nullable(),
  created_at: instant,
  completed_at: instant.nullable(),
});

export type EvidenceRow = z.output<typeof evidenceSchema>;

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
    })
    .returning('*');
  return readRow('evidence', evidenceSchema, rows[0]);
}

/** A person's uploads since then that no ticket has. Takes the person's row lock, so that two at once are two. */
export async function countUnattached(trx: Transaction, subjectId: SubjectId, since: Date): Promise<number> {
  await trx('people').where({ id: subjectId }).forNoKeyUpdate().first('id');
  const counted = await trx('evidence_files')
    .where({ subject_id: subjectId })
    .whereNot({ state: 'attached' })
    .where('created_at', '>', since)
    .count('id as count')
    .first();
  return Number(counted?.count ?? 0);
}

export async function readEvidence(db: Queryable, evidenceId: UploadId): Promise<EvidenceRow | null> {
  const row: unknown = await db('evidence_files').where({ id: evidenceId }).first();
  return row === undefined ? null : readRow('evidence', evidenceSchema, row);
}

/** Takes the upload's row lock, so that two senders of one upload come one after the other. */
export async function lockUpload(trx: Transaction, evidenceId: UploadId): Promise<EvidenceRow | null> {
  const row: unknown = await trx('evidence_files').where({ id: evidenceId }).forUpdate().first();
  return row === undefined ? null : readRow('evidence', evidenceSchema, row);
}

export async function advanceUpload(trx: Transaction, evidenceId: UploadId, receivedBytes: number): Promise<void> {
  await trx('evidence_files').where({ id: evidenceId }).update({ received_bytes: receivedBytes });
}

/** Starts an upload over: nothing of it is left but its intent. */
export const discardUpload = (trx: Transaction, evidenceId: UploadId): Promise<void> =>
  advanceUpload(trx, evidenceId, 0);

/** What was stored in the end: its kind by content, size and hash after masking, and counts of what was masked. */
export async function completeUpload(
  trx: Transaction,
  evidenceId: UploadId,
  stored: {
    kind: 'png' | 'jpeg' | 'webp' | 'text';
    bytes: number;
    sha256: Buffer;
    masked: Record<string, number>;
    receivedBytes: number;
    at: Date;
  },
): Promise<void> {
  await trx('evidence_files')
    .where({ id: evidenceId, state: 'receiving' })
    .update({
      state: 'complete',
      kind: stored.kind,
      received_bytes: stored.receivedBytes,
      stored_bytes: stored.bytes,
      stored_sha256: stored.sha256,
      masked: JSON.stringify(stored.masked),
      completed_at: stored.at,
    });
}

/** What is shown on the ticket, that of linked ones included. */
export async function readTicketEvidence(db: Queryable, ticketId: TicketId): Promise<EvidenceRow[]> {
  const rows: unknown[] = await db('evidence_files')
    .whereIn('id', evidenceOf(db, ticketId).where({ shown: true }).select('evidence_id'))
    .orderBy('created_at')
    .orderBy('id');
  return readRows('evidence', evidenceSchema, rows);
}

const evidenceOf = (db: Queryable, ticketId: TicketId) => db('ticket_evidence').where({ ticket_id: ticketId });

interface Handed {
  readonly uploadIds: readonly string[];
  /** The ticket itself and those linked to it: what one of them has, it has. */
  readonly holders: readonly TicketId[];
  readonly at: Date;
}

/** Attaches complete uploads of the same account to a ticket, all or none; answers with those that no holder had. */
export async function attachUploads(
  trx: Transaction,
  ticket: TicketRow,
  handed: Handed,
): Promise<readonly UploadId[] | Refusal> {
  const fresh = await freshUploads(trx, ticket, handed);
  if (isRefusal(fresh) || fresh.length === 0) return fresh;
  return (await storeMaterials(trx, ticket, { fresh, networkContext: null, at: handed.at })) ?? fresh;
}

/** Takes the uploads' row locks; refused where one of them may not be attached. */
async function freshUploads(
  trx: Transaction,
  ticket: TicketRow,
  { uploadIds, holders }: Handed,
): Promise<readonly UploadId[] | Refusal> {
  const wanted = [...new Set(uploadIds)];
  if (wanted.length === 0) return [];
  const isHeld = ({ ticket_id }: EvidenceRow): boolean => ticket_id !== null && holders.includes(ticket_id);
  const rows: unknown[] = await trx('evidence_files')
    .whereIn('id', wanted)
    .where({ account_id: ticket.account_id })
    .orderBy('id')
    .forUpdate();
  const uploads = readRows('evidence', evidenceSchema, rows);
  const fresh = uploads.filter((upload) => !(upload.state === 'attached' && isHeld(upload)));
  if (uploads.length < wanted.length) return refuse('not-found', { what: 'upload' });
  const incomplete = fresh.find((upload) => upload.state === 'receiving');
  if (incomplete) return refuse('upload-incomplete', { uploadId: incomplete.id });
  const taken = fresh.find((upload) => upload.ticket_id !== null && !isHeld(upload));
  if (taken) return refuse('upload-attached', { uploadId: taken.id });
  return fresh.map((upload) => upload.id);
}

/** Files and the network context, where there is one, in one statement; refused where the files would be too many. */
async function storeMaterials(
  trx: Transaction,
  ticket: TicketRow,
  given: { readonly fresh: readonly UploadId[]; readonly networkContext: NetworkContext | null; readonly at: Date },
): Promise<Refusal | null> {
  const { fresh, networkContext, at } = given;
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    // A confirmed incident may be of exits that nobody had named before.
    `with ${contextWrites}, matched as (
       select graphile_worker.add_job(identifier => 'match_incidents', payload => json_build_object('ticketId', :ticket::text),
         max_attempts => 1000) from context
     )
     update evidence_files set state = 'attached', ticket_id = :ticket, attached_at = :at
     where id = any(:fresh) and (select count(*) from ticket_evidence where ticket_id = :ticket) <= :room
       and (select count(*) from matched) >= 0
     returning id`,
    {
      ticket: ticket.id,
      ...contextBindings(networkContext),
      fresh: [...fresh],
      at,
      room: uploadsPerTicketMax - fresh.length,
    },
  );
  return rows.length < fresh.length ? refuse('request-too-large', { uploadsMax: uploadsPerTicketMax }) : null;
}

const bodySchema = z.object({
  uploadIds: z.array(z.uuid()),
  networkContext: networkContextSchema.nullish(),
});

/** Adds files, network context or both; where that completes the materials, the ticket's review begins (RP-4.1, RP-4.2). */
export function recordEvidence(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      if (ticket.phase === 'closed') return refuse('ticket-closed', { phase: ticket.phase });
      const body = readRow('evidence input', bodySchema, input?.body);
      const refusal = await addMaterials(trx, ticket, { ...body, inputId: message.inputId, at });
      if (refusal) return refusal;
      const events = [
        { kind: 'evidenceAdded', data: { uploadIds: body.uploadIds, networkContext: Boolean(body.networkContext) } },
      ];
      if (ticket.phase !== 'gathering') return { events };
      return takeStock(trx, ticket, at, events);
    },
  );
}

export interface NewMaterials {
  readonly uploadIds: readonly string[];
  readonly networkContext?: NetworkContext | null | undefined;
  readonly inputId: InputId;
  readonly at: Date;
}

/** Attaches files and replaces the network context, as far as they are given; linked tickets are to hear of it. */
export async function addMaterials(trx: Transaction, ticket: TicketRow, given: NewMaterials): Promise<Refusal | null> {
  const { uploadIds, networkContext = null, inputId, at } = given;
  if (uploadIds.length === 0 && networkContext === null) return null;
  const holders = await lockLinked(trx, ticket);
  const fresh = await freshUploads(trx, ticket, { uploadIds, holders, at });
  if (isRefusal(fresh)) return fresh;
  if (fresh.length === 0 && networkContext === null) return null;
  const refusal = await storeMaterials(trx, ticket, { fresh, networkContext, at });
  if (refusal) return refusal;
  await shareEvidence(trx, ticket, { inputId, uploadIds: fresh, networkContext: networkContext !== null, at });
  return null;
}
