/**
 * The beginning of a workflow run, from the ticket's id alone. Whatever was kept while no run was there to take it is
 * in Postgres, so a start that lost its message loses nothing.
 */

import type { Refusal } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import { type TicketSnapshot, theDesk } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { missingFor } from './evidence.ts';
import { readDueInputs, settleInput } from './inputs.ts';
import { type StepChange, takeStep } from './ticket-step.ts';

/** Takes up a run: numbers it, settles the creation, and begins the review where the materials came complete. */
export function openRun(db: Database, run: { ticketId: TicketId; run: number }, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ticketId: run.ticketId, inputId: null, actor: theDesk, at }, async (trx, ticket): Promise<StepChange | null> => {
    for (const input of await readDueInputs(trx, ticket.id)) {
      if (input.operation === 'createTicket') await settleInput(trx, input.id, at, null);
    }
    const numbered = { run: Math.max(run.run, ticket.run) };
    if (ticket.phase !== 'gathering' || (await missingFor(trx, ticket)).length > 0) return { ...numbered, events: [] };
    return { ...numbered, move: 'materialsCompleted', events: [{ kind: 'materialsCompleted', data: {} }] };
  });
}
