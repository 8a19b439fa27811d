/** Local activities of incidents: each hands one page to the store that writes it, at the desk's present instant. */

import type { Clock } from '../domain/clock.ts';
import type { IncidentActivities } from '../workflows/ports.ts';

/** The stores' steps: the workflows' messages, at an instant. */
export type IncidentSteps = {
  readonly [Name in keyof IncidentActivities]: (
    message: Parameters<IncidentActivities[Name]>[0],
    at: Date,
  ) => ReturnType<IncidentActivities[Name]>;
};

export const createIncidentActivities = ({
  steps,
  clock,
}: {
  steps: IncidentSteps;
  clock: Clock;
}): IncidentActivities => ({
  tellTickets: (page) => steps.tellTickets(page, clock.now()),
  reachOrders: (wave) => steps.reachOrders(wave, clock.now()),
});
