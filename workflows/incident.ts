/**
 * Tells every open ticket that an incident touches of it, page by page and at a rate, whenever a version of it is to be told
 * (RP-2.4b). Ends when all were told; the next change starts it again. Deterministic.
 */

import { condition, continueAsNew, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import { pageOptions, tellingPauseMs } from './activity-options.ts';
import { type IncidentRun, lookSignal } from './incident-messages.ts';
import type { IncidentActivities } from './ports.ts';

const { tellTickets } = proxyLocalActivities<IncidentActivities>(pageOptions);

/** So that no history grows long. */
const pagesPerRun = 100;

export async function incidentWorkflow({ incidentId, told }: IncidentRun): Promise<void> {
  let isToLook = false;
  setHandler(lookSignal, () => {
    isToLook = true;
  });
  let page = told ?? { version: 0, after: null };
  for (let pages = 0; pages < pagesPerRun; pages += 1) {
    isToLook = false;
    const answer = await tellTickets({ incidentId, ...page });
    if (answer.kind === 'changed') page = { version: answer.version, after: null };
    else if (answer.kind === 'page') page = { ...page, after: answer.after };
    else if (!isToLook) return;
    const wants = (): boolean => isToLook;
    if (answer.kind === 'page') await condition(wants, tellingPauseMs, { summary: 'Not too many tickets at once' });
  }
  await continueAsNew<typeof incidentWorkflow>({ incidentId, told: page });
}
