/** Evidence on tickets: what is shown on one, and how uploads join it. The bytes are in the evidence store. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { InputId, TicketId, UploadId } from '../domain/ids.ts';
import { ticketBytesMax, uploadsPerTicketMax } from '../domain/limits.ts';
import type { NetworkContext } from '../domain/network-context.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { type EvidenceRow, evidenceRowSchema } from './evidence-row.ts';
import { matchedIncidents } from './jobs.ts';
import { contextBindings, contextWrites, networkContextSchema } from './network-contexts.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow, readRows } from './row.ts';
import { lockLinked, shareEvidence } from './shared-evidence.ts';
import { takeStock } from './stock-taking.ts';
import { takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/** What is shown on the ticket, that of linked ones included. */
export async function readTicketEvidence(db: Queryable, ticketId: TicketId): Promise<EvidenceRow[]> {
  const rows: unknown[] = await db('evidence_files')
    .whereIn('id', evidenceOf(db, ticketId).where({ shown: true }).select('evidence_id'))
    .orderBy('created_at')
    .orderBy('id');
  return readRows('evidence', evidenceRowSchema, rows);
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
    .where({ account_id: ticket.account_id, removal_at: null })
    .orderBy('id')
    .forUpdate();
  const uploads = readRows('evidence', evidenceRowSchema, rows);
  const fresh = uploads.filter((upload) => !(upload.state === 'attached' && isHeld(upload)));
  if (uploads.length < wanted.length) return refuse('not-found', { what: 'upload' });
  const incomplete = fresh.find((upload) => upload.state === 'receiving');
  if (incomplete) return refuse('upload-incomplete', { uploadId: incomplete.id });
  const taken = fresh.find((upload) => upload.ticket_id !== null && !isHeld(upload));
  if (taken) return refuse('upload-attached', { uploadId: taken.id });
  return fresh.map((upload) => upload.id);
}

/**
 * Files and the network context, where there is one, in one statement; refused where the files would be too many. What an
 * archive held goes with it; where some of that was refused the intake looks at it once more, and tells the ticket. The same bytes twice are one file: the first stands for the others, unless it was refused. The
 * intake settles a ticket's files behind the ticket's lock, and those of no ticket behind their own.
 */
async function storeMaterials(
  trx: Transaction,
  ticket: TicketRow,
  given: { readonly fresh: readonly UploadId[]; readonly networkContext: NetworkContext | null; readonly at: Date },
): Promise<Refusal | null> {
  const { fresh, networkContext, at } = given;
  const { rows } = await trx.raw<{ rows: { origin_id: UploadId | null }[] }>(
    // A confirmed incident may be of exits that nobody had named before.
    `with ${contextWrites}, known as (
       select files.id, announced_sha256, announced_bytes, origin_id, intake
       from ticket_evidence as attached join evidence_files as files on files.id = evidence_id
       where attached.ticket_id = :ticket
     ), locked as (
       select id, announced_sha256, announced_bytes, origin_id, intake from evidence_files
       where id = any(:fresh) or origin_id = any(:fresh) order by id for update
     ), given as (
       select id, announced_sha256, announced_bytes, origin_id,
         first_value(id) over (partition by announced_sha256, intake = 'refused' order by origin_id nulls first, id) as first,
         (select known.id from known where known.announced_sha256 = locked.announced_sha256 and known.intake <> 'refused'
           order by known.id limit 1) as known
       from locked
     ), ${matchedIncidents('from context')}
     update evidence_files as files set state = 'attached', ticket_id = :ticket, attached_at = :at,
       same_as = case when intake <> 'refused' then coalesce(given.known, nullif(given.first, files.id)) end,
       intake_due_at = case when files.id in (select origin_id from locked where intake = 'refused') then :at
         else files.intake_due_at end
     from given where given.id = files.id and (select count(*) from matched) >= 0
       and (select count(*) from known where origin_id is null) <= :room
       and (select coalesce(sum(announced_bytes), 0) from (select announced_bytes from known where origin_id is null
         union all select announced_bytes from given where origin_id is null) as handed) <= :bytesMax
     returning files.origin_id`,
    {
      ticket: ticket.id,
      ...contextBindings(networkContext),
      fresh: [...fresh],
      at,
      room: uploadsPerTicketMax - fresh.length,
      bytesMax: ticketBytesMax,
    },
  );
  const attached = rows.filter((row) => row.origin_id === null).length;
  return attached < fresh.length
    ? refuse('request-too-large', { uploadsMax: uploadsPerTicketMax, bytesMax: ticketBytesMax })
    : null;
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
