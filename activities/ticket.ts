/**
 * The ticket's local activities: each hands one step to the store that records it, at the desk's present instant.
 * Milliseconds long and repeatable, since a worker that dies has them run again elsewhere.
 */

import type { Clock } from '../domain/clock.ts';
import type { Refusal } from '../domain/errors.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { TicketActivities } from '../workflows/ports.ts';

/** The stores' steps: the workflow's messages, at an instant. */
export type TicketSteps = {
  readonly [Name in keyof TicketActivities]: (
    message: Parameters<TicketActivities[Name]>[0],
    at: Date,
  ) => Promise<TicketSnapshot | Refusal>;
};

export function createTicketActivities({ steps, clock }: { steps: TicketSteps; clock: Clock }): TicketActivities {
  return {
    openRun: (run) => steps.openRun(run, clock.now()),
    takeStep: (asked) => steps.takeStep(asked, clock.now()),
    takeNote: (noted) => steps.takeNote(noted, clock.now()),
    recordDue: (given) => steps.recordDue(given, clock.now()),
  };
}
