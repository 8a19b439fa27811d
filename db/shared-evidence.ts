/**
 * Evidence that linked tickets share: files and network context. It stands on the ticket that it was given to and counts
 * for every one that the same request opened; the others are due to hear of it, in the transaction that adds it.
 */

import { z } from 'zod';
import type { Refusal } from '../domain/errors.ts';
import type { InputId, TicketId } from '../domain/ids.ts';
import { type TicketSnapshot, theDesk } from '../domain/ticket.ts';
import type { NoteMessage } from './case-notes.ts';
import type { Database, Transaction } from './database.ts';
import { keepNotes } from './inputs.ts';
import { id, readRow } from './row.ts';
import { takeStock } from './stock-taking.ts';
import { takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/**
 * The tickets that one request opened. Holds the request's row, so that what is added to two of them at once is counted
 * one after the other; taken after the ticket's own lock.
 */
export async function lockLinked(trx: Transaction, requestId: InputId): Promise<TicketId[]> {
  const result = await trx.raw<{ rows: { id: TicketId }[] }>(
    `select tickets.id from inputs join tickets on request_id = inputs.id where inputs.id = ? for no key update of inputs`,
    [requestId],
  );
  return result.rows.map((row) => row.id);
}

interface Added {
  /** What was added with: linked tickets hear of it once. */
  readonly inputId: InputId;
  readonly uploads: number;
  readonly networkContext: boolean;
  readonly at: Date;
}

/** Leaves a note of what was added for each linked ticket that is still open. */
export async function shareEvidence(trx: Transaction, ticket: TicketRow, added: Added): Promise<void> {
  if (ticket.request_id === null) return;
  const { inputId, uploads, networkContext, at } = added;
  await keepNotes(trx, {
    scope: 'linked',
    key: inputId,
    operation: 'noteEvidence',
    to: trx('tickets')
      .select('id')
      .where({ request_id: ticket.request_id })
      .whereNot({ id: ticket.id })
      .whereNot({ phase: 'closed' }),
    body: { ticketId: ticket.id, uploads, networkContext },
    at,
  });
}

const noteSchema = z.object({ ticketId: id<TicketId>(), uploads: z.number().int(), networkContext: z.boolean() });

/** What was given to a linked ticket may be all that this one waited for. */
export function recordEvidenceNote(db: Database, message: NoteMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: theDesk, at }, async (trx, ticket, input) => {
    if (ticket.phase === 'closed') return null;
    const events = [{ kind: 'evidenceShared', data: readRow('evidence note', noteSchema, input?.body) }];
    return ticket.phase === 'gathering' ? takeStock(trx, ticket, at, events) : { events };
  });
}
