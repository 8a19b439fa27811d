/** The step that stores what providers say was captured for a ticket's order, as a grant needs it (R10). */

import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { TenderId, TicketId } from '../domain/ids.ts';
import { type TicketSnapshot, theProvider } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { judgeTicket } from './judgements.ts';
import { type CaptureRead, lockTenders, readTenders, storeCaptures, type TenderRow } from './orders.ts';
import { takeStep } from './ticket-step.ts';
import { readTicket } from './tickets.ts';

/** Tenders of the ticket's order, as they stand. */
export async function readTicketTenders(db: Database, ticketId: TicketId): Promise<TenderRow[]> {
  const ticket = await readTicket(db, ticketId);
  return ticket ? readTenders(db, [ticket.order_id]) : [];
}

export function recordCaptures(
  db: Database,
  given: { ticketId: TicketId; captures: ReadonlyMap<TenderId, CaptureRead> },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ticketId: given.ticketId, inputId: null, actor: theProvider, at }, async (trx, ticket) => {
    const news = await storeCaptures(trx, await lockTenders(trx, ticket.order_id), given.captures, at);
    if (news.length === 0) return null;
    const captured = news.map((read) =>
      'problem' in read ? read.problem : `${read.captured.minor} ${read.captured.currency}`,
    );
    const events = [{ kind: 'captureRead', data: { captured } }];
    // Only now may the desk know whether it can decide by itself (RP-4.6).
    const judged = ticket.phase === 'deciding' ? await judgeTicket(trx, ticket.id, at) : null;
    return judged === null || isRefusal(judged) ? { events } : { events, kase: judged.kase };
  });
}
