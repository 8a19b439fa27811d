/** The beginning of a workflow run, from the ticket's id alone: all else it needs is here in Postgres. */

import type { Refusal } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import { type TicketSnapshot, theDesk } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { missingFor } from './evidence.ts';
import { type StepChange, takeStep } from './ticket-step.ts';

/** Takes up a run: numbers it, and begins the review where the materials came complete. */
export function openRun(
  db: Database,
  run: { ticketId: TicketId; run: number },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: run.ticketId, inputId: null, actor: theDesk, at },
    async (trx, ticket): Promise<StepChange | null> => {
      const numbered = { run: Math.max(run.run, ticket.run) };
      if (ticket.phase !== 'gathering' || (await missingFor(trx, ticket)).length > 0)
        return { ...numbered, events: [] };
      return { ...numbered, move: 'materialsCompleted', events: [{ kind: 'materialsCompleted', data: {} }] };
    },
  );
}
