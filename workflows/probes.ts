/**
 * The rounds of a ticket's probes on their timetable, for as long as its fault is looked for or mended. Apart from the
 * ticket's own workflow, whose story it has no part in. Deterministic; holds ids and codes only.
 */

import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ProbeStop } from '../domain/probe.ts';
import { probeDelays, probeMsMin, probingOptions } from './activity-options.ts';
import { type ProbesRun, steerProbesSignal } from './messages.ts';
import type { ProbeActivities } from './ports.ts';

const { probeRound, readProbeStop } = proxyActivities<ProbeActivities>(probingOptions);

/** Rounds of one run: about a dozen events each, so that a worker reads one again in no time. */
const roundsMax = 12;

export interface ProbesResult {
  readonly over: ProbeStop;
}

export async function probesWorkflow(run: ProbesRun): Promise<ProbesResult> {
  const { ticketId, clock } = run;
  const steering = { heard: 0, isHurried: false };
  setHandler(steerProbesSignal, ({ now }) => {
    steering.heard += 1;
    if (now) steering.isHurried = true;
  });

  /** Until the next round is due or wanted; or why there is none. `seen`: how often it was steered when it last looked. */
  const waitFor = async (delayMs: number, seen: number): Promise<ProbeStop | null> => {
    const untilMs = Date.now() + Math.max(probeMsMin, delayMs / (clock?.pace ?? 1));
    for (let looked = seen; !steering.isHurried; ) {
      const leftMs = untilMs - Date.now();
      const isSteered = () => steering.heard !== looked;
      if (leftMs <= 0 || !(await condition(isSteered, leftMs))) return null;
      looked = steering.heard;
      const stop = steering.isHurried ? null : await readProbeStop({ ticketId });
      if (stop !== null && !isSteered()) return stop;
    }
    return null;
  };

  for (let made = 0; made < roundsMax; made += 1) {
    const { heard } = steering;
    steering.isHurried = false;
    const end = await probeRound({ ticketId, key: `${workflowInfo().runId}/${made}` });
    // Whoever steered while it was looked may have changed what was seen.
    if ('over' in end && steering.heard === heard) return end;
    const stop = 'over' in end ? null : await waitFor(delayAfter(end.round), heard);
    if (stop !== null) return { over: stop };
  }
  return continueAsNew<typeof probesWorkflow>(run);
}

const delayAfter = (round: number): number => probeDelays[Math.min(round, probeDelays.length) - 1] ?? probeDelays[0];
