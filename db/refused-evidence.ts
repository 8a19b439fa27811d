/**
 * A file that its ticket had already is refused after all (E1, E2): the ticket says so, as do those linked to it, and its
 * customer is told once. Of an archive that is told once as well, whichever and however many of its files were not taken.
 */

import { z } from 'zod';
import type { TicketId, UploadId } from '../domain/ids.ts';
import { type IntakeRefusal, intakeRefusals } from '../domain/intake.ts';
import { theDesk } from '../domain/ticket.ts';
import type { Transaction } from './database.ts';
import { keepNotes } from './inputs.ts';
import { id } from './row.ts';
import { record, type StepChange } from './ticket-step.ts';
import { lockTicket, type TicketRow } from './tickets.ts';
import { readEvidence } from './uploads.ts';

export interface RefusedFile {
  /** The archive where it came out of one. */
  readonly fileId: UploadId;
  readonly inArchive: boolean;
  readonly reason: IntakeRefusal;
  readonly at: Date;
}

/** What a linked ticket hears of it. */
export const refusalNoteSchema = z.object({
  refused: z.object({ uploadId: id<UploadId>(), reason: z.enum(intakeRefusals), inArchive: z.boolean() }),
  /** The one ticket whose customer is told of it by mail; none where all of them are closed. */
  mailedBy: id<TicketId>().nullable(),
});

type RefusalNote = z.output<typeof refusalNoteSchema>;

/**
 * Nothing of a file that no ticket has: whoever sent it is told by its upload. Nor of one whose bytes the ticket has under
 * another name. On a closed ticket no mail goes out, since nothing can be added there: then the first linked one that is
 * open sends it.
 */
export async function tellRefusal(trx: Transaction, { fileId, inArchive, reason, at }: RefusedFile): Promise<void> {
  const file = await readEvidence(trx, fileId);
  if (file?.state !== 'attached' || file.ticket_id === null || file.same_as !== null) return;
  const ticket = await lockTicket(trx, file.ticket_id);
  const told: unknown = await trx('ticket_events')
    .where({ ticket_id: ticket.id, kind: 'evidenceRefused' })
    .whereRaw(`data ->> 'uploadId' = ?`, [fileId])
    .first('number');
  if (told !== undefined) return;
  const linked = await openLinked(trx, ticket);
  const note = {
    refused: { uploadId: fileId, reason, inArchive },
    mailedBy: ticket.phase === 'closed' ? (linked[0] ?? null) : ticket.id,
  };
  const step = { ticketId: ticket.id, inputId: null, actor: theDesk, at };
  await record(trx, ticket, step, await refusalTold(trx, ticket, note));
  if (linked.length === 0) return;
  await keepNotes(trx, {
    scope: 'linked',
    key: `refused/${fileId}`,
    operation: 'noteEvidence',
    to: trx('tickets').select('id').whereIn('id', linked),
    body: note,
    at,
  });
}

/** They hear of it by notes, since whoever holds one ticket waits for no other. */
async function openLinked(trx: Transaction, ticket: TicketRow): Promise<readonly TicketId[]> {
  if (ticket.request_id === null) return [];
  return trx('tickets')
    .where({ request_id: ticket.request_id, account_id: ticket.account_id })
    .whereNot({ id: ticket.id })
    .whereNot({ phase: 'closed' })
    .orderBy('id')
    .pluck('id');
}

export async function refusalTold(
  trx: Transaction,
  ticket: TicketRow,
  { refused, mailedBy }: RefusalNote,
): Promise<StepChange> {
  const events = [{ kind: 'evidenceRefused', data: refused }];
  const file = mailedBy === ticket.id ? await readEvidence(trx, refused.uploadId) : null;
  if (file === null) return { events };
  return {
    events,
    notices: [
      {
        template: 'file-not-taken',
        parameters: { file: file.name, why: refused.reason, inArchive: refused.inArchive },
        to: { subjectId: ticket.subject_id },
      },
    ],
  };
}
