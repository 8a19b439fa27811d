/** A dispute's local activities: each hands one step to the store that records it, at the desk's present instant. */

import type { Clock } from '../domain/clock.ts';
import type { DisputeSnapshot } from '../domain/dispute.ts';
import type { DisputeActivities } from '../workflows/ports.ts';

/** The stores' steps: the workflow's messages, at an instant. */
export type DisputeSteps = {
  readonly [Name in keyof DisputeActivities]: (
    message: Parameters<DisputeActivities[Name]>[0],
    at: Date,
  ) => Promise<DisputeSnapshot>;
};

export function createDisputeActivities({ steps, clock }: { steps: DisputeSteps; clock: Clock }): DisputeActivities {
  return {
    readDispute: (dispute) => steps.readDispute(dispute, clock.now()),
    recordDisputeDue: (given) => steps.recordDisputeDue(given, clock.now()),
  };
}
