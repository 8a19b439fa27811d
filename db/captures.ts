/** The step that stores what providers say was captured for a ticket's order, as a grant needs it (R10). */

import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { TenderId, TicketId } from '../domain/ids.ts';
import type { CaptureProblem, CaptureState } from '../domain/rail.ts';
import { type TicketSnapshot, theProvider } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { judgeTicket } from './judgements.ts';
import { lockTenders, readTenders, storeCapture, type TenderRow } from './orders.ts';
import { takeStep } from './ticket-step.ts';
import { readTicket } from './tickets.ts';

/** Tenders of the ticket's order, as they stand. */
export async function readTicketTenders(db: Database, ticketId: TicketId): Promise<TenderRow[]> {
  const ticket = await readTicket(db, ticketId);
  return ticket ? readTenders(db, [ticket.order_id]) : [];
}

export function recordCaptures(
  db: Database,
  given: { ticketId: TicketId; captures: ReadonlyMap<TenderId, CaptureState | CaptureProblem> },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ticketId: given.ticketId, inputId: null, actor: theProvider, at }, async (trx, ticket) => {
    const changed: string[] = [];
    for (const tender of await lockTenders(trx, ticket.order_id)) {
      const capture = given.captures.get(tender.id);
      if (capture && (await storeCapture(trx, tender, capture, at))) {
        changed.push('problem' in capture ? capture.problem : `${capture.captured.minor} ${capture.captured.currency}`);
      }
    }
    if (changed.length === 0) return null;
    const events = [{ kind: 'captureRead', data: { captured: changed } }];
    // Only now may the desk know whether it can decide by itself (RP-4.6).
    const judged = ticket.phase === 'deciding' ? await judgeTicket(trx, ticket.id, at) : null;
    return judged === null || isRefusal(judged) ? { events } : { events, kase: judged.kase };
  });
}
