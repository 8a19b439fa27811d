/**
 * Evidence that linked tickets share. A file stands on the ticket that it was given to and counts for every one that the
 * same request opened (the view `ticket_evidence`); a network context is taken over where there is none. The others are due
 * to hear of it, in the transaction that adds it.
 */

import { z } from 'zod';
import type { Refusal } from '../domain/errors.ts';
import type { InputId, TicketId, UploadId } from '../domain/ids.ts';
import { type TicketSnapshot, theDesk } from '../domain/ticket.ts';
import type { NoteMessage } from './case-notes.ts';
import type { Database, Transaction } from './database.ts';
import { keepNotes } from './inputs.ts';
import { adoptLinkedContext } from './network-contexts.ts';
import { refusalNoteSchema, refusalTold } from './refused-evidence.ts';
import { id, readRow } from './row.ts';
import { takeStock } from './stock-taking.ts';
import { takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/**
 * The ticket and those that its request opened besides. Holds the request's row, so that what is added to one of them and
 * what another makes of it come one after the other; taken after the ticket's own lock.
 */
export async function lockLinked(trx: Transaction, ticket: TicketRow): Promise<TicketId[]> {
  if (ticket.request_id === null) return [ticket.id];
  const result = await trx.raw<{ rows: { id: TicketId }[] }>(
    `select tickets.id from inputs join tickets on request_id = inputs.id where inputs.id = ? for no key update of inputs`,
    [ticket.request_id],
  );
  return result.rows.map((row) => row.id);
}

interface Added {
  /** What was added with: linked tickets hear of it once. */
  readonly inputId: InputId;
  readonly uploadIds: readonly UploadId[];
  readonly networkContext: boolean;
  readonly at: Date;
}

/** Leaves a note of what was added for each linked ticket that is still open. */
export async function shareEvidence(trx: Transaction, ticket: TicketRow, added: Added): Promise<void> {
  const { inputId, uploadIds, networkContext, at } = added;
  if (ticket.request_id === null || (uploadIds.length === 0 && !networkContext)) return;
  await keepNotes(trx, {
    scope: 'linked',
    key: inputId,
    operation: 'noteEvidence',
    to: trx('tickets')
      .select('id')
      .where({ request_id: ticket.request_id })
      .whereNot({ id: ticket.id })
      .whereNot({ phase: 'closed' }),
    body: { ticketId: ticket.id, uploadIds, networkContext },
    at,
  });
}

const addedSchema = z.object({
  ticketId: id<TicketId>(),
  uploadIds: z.array(id<UploadId>()),
  networkContext: z.boolean(),
});

const noteSchema = z.union([refusalNoteSchema, addedSchema]);

/** What was given to a linked ticket may be all that this one waited for; what was refused there was shown here as well. */
export function recordEvidenceNote(db: Database, message: NoteMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: theDesk, at }, async (trx, ticket, input) => {
    if (ticket.phase === 'closed') return null;
    const added = readRow('evidence note', noteSchema, input?.body);
    if ('refused' in added) return refusalTold(trx, ticket, added);
    if (added.networkContext) await adoptLinkedContext(trx, ticket);
    const events = [{ kind: 'evidenceShared', data: added }];
    return ticket.phase === 'gathering' ? takeStock(trx, ticket, at, events) : { events };
  });
}
