/**
 * A wave of offers for an incident (RP-4.5): reaches its orders page by page, as fast as was decided. Where it is stands in
 * Postgres; a run ends when the wave is over or waits for a person, whose word starts it again. Deterministic.
 */

import { condition, continueAsNew, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import { realClock } from '../domain/clock.ts';
import type { WaveState } from '../domain/incident-wave.ts';
import { againMs, pageOptions } from './activity-options.ts';
import { lookSignal, type WaveRun } from './incident-messages.ts';
import type { IncidentActivities } from './ports.ts';

const { reachOrders } = proxyLocalActivities<IncidentActivities>(pageOptions);

/** So that no history grows long. */
const pagesPerRun = 20;

export interface WaveResult {
  readonly state: WaveState;
}

export async function waveWorkflow(run: WaveRun): Promise<WaveResult> {
  let isToLook = false;
  setHandler(lookSignal, () => {
    isToLook = true;
  });
  const { pace } = run.clock ?? realClock;
  for (let pages = 0; pages < pagesPerRun; pages += 1) {
    isToLook = false;
    const answer = await reachOrders({ incidentId: run.incidentId });
    const wants = (): boolean => isToLook;
    if (answer.kind === 'stopped' && !isToLook) return { state: answer.state };
    if (answer.kind === 'go_on' && answer.waitMs > 0)
      await condition(wants, Math.ceil(answer.waitMs / pace), { summary: 'As fast as was decided' });
    if (answer.kind === 'again')
      await condition(wants, againMs(answer.waitMs, pace), { summary: 'What did the providers capture?' });
  }
  return continueAsNew<typeof waveWorkflow>(run);
}
