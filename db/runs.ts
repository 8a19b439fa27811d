/** The beginning of a workflow run, from the ticket's id alone: all else it needs is here in Postgres. */

import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import { type TicketSnapshot, theDesk } from '../domain/ticket.ts';
import { holdForDispute } from './case-notes.ts';
import type { Database } from './database.ts';
import { takeStock } from './stock-taking.ts';
import { takeStep } from './ticket-step.ts';

/** Takes up a run: numbers it, and begins the review where the materials came complete. */
export function openRun(
  db: Database,
  run: { ticketId: TicketId; run: number },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ticketId: run.ticketId, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const numbered = { run: Math.max(run.run, ticket.run) };
    if (ticket.phase !== 'gathering') return { ...numbered, events: [] };
    const stock = await takeStock(trx, ticket, at, []);
    if (isRefusal(stock)) return stock;
    const change = { ...stock, ...numbered };
    const { kase } = stock;
    const dispute = kase?.disputes.find(({ state }) => state === 'open');
    if (!kase || !dispute || stock.move === 'disputeLost') return change;
    // A dispute that was there before the ticket holds it from its first step (RP-3.8).
    const held = await holdForDispute(
      trx,
      ticket,
      kase,
      [...stock.events, { kind: 'disputeOpened', data: { state: dispute.state } }],
      at,
    );
    return isRefusal(held)
      ? held
      : { ...change, ...held, notices: [...(stock.notices ?? []), ...(held.notices ?? [])] };
  });
}
