/** An incident behind the activities, without a database: what each page of its telling and of its wave comes to, in turn. */

import { randomUUID } from 'node:crypto';
import type { IncidentId } from '../../domain/ids.ts';
import type { TellingAnswer } from '../../domain/incident.ts';
import type { WaveAnswer } from '../../domain/incident-wave.ts';
import type { IncidentActivities } from '../../workflows/ports.ts';

export interface ScriptedIncident {
  readonly incidentId: IncidentId;
  /** Pages that were asked for so far, of whichever workflow. */
  readonly pages: number;
  tellTickets(): TellingAnswer;
  reachOrders(): WaveAnswer;
}

interface Script {
  readonly telling?: readonly TellingAnswer[];
  readonly reaching?: readonly WaveAnswer[];
}

/** Whoever asks once more than was scripted is told that it is over. */
export function scriptIncident({ telling = [], reaching = [] }: Script): ScriptedIncident {
  let pages = 0;
  const next = <Answer>(answers: readonly Answer[], over: Answer): Answer => {
    pages += 1;
    return answers[pages - 1] ?? over;
  };
  return {
    incidentId: randomUUID() as IncidentId,
    get pages() {
      return pages;
    },
    tellTickets: () => next<TellingAnswer>(telling, { kind: 'told' }),
    reachOrders: () => next<WaveAnswer>(reaching, { kind: 'stopped', state: 'done' }),
  };
}

/** As a worker registers them, for all that were scripted. */
export const incidentActivities = (
  scripts: ReadonlyMap<string, ScriptedIncident>,
): { [Name in keyof IncidentActivities]: IncidentActivities[Name] } => {
  const scriptOf = ({ incidentId }: { readonly incidentId: string }): ScriptedIncident => {
    const script = scripts.get(incidentId);
    if (!script) throw new Error('no incident was scripted');
    return script;
  };
  return {
    tellTickets: async (page) => scriptOf(page).tellTickets(),
    reachOrders: async (wave) => scriptOf(wave).reachOrders(),
  };
};
