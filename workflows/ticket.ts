/** The ticket workflow's story, from taking the ticket up to its end. Deterministic; its parts are in `ticket-desk.ts`. */

import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import type { TicketOutcome } from '../domain/ticket.ts';
import type { TicketRun } from './messages.ts';
import { TicketDesk } from './ticket-desk.ts';

export interface TicketResult {
  readonly outcome: TicketOutcome | null;
}

export async function ticketWorkflow(run: TicketRun): Promise<TicketResult> {
  const desk = new TicketDesk(run);
  desk.bindHandlers();
  await desk.open();
  do {
    await desk.carryOn();
    // A late handler may open the ticket again (money that came back), so look once more after the last one.
    await condition(allHandlersFinished);
    if (!desk.isClosed && desk.mayContinueAsNew)
      await continueAsNew<typeof ticketWorkflow>({ ...run, run: run.run + 1, reason: 'continued' });
  } while (!desk.isClosed);
  return { outcome: desk.outcome };
}
