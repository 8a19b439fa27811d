/** Rounds of probes behind the activities, without a database or a gateway: when each was made, and whether they go on. */

import { randomUUID } from 'node:crypto';
import type { TicketId } from '../../domain/ids.ts';
import type { ProbeRoundEnd, ProbeStop } from '../../domain/probe.ts';
import type { ProbeActivities } from '../../workflows/ports.ts';

export interface ScriptedProbes {
  readonly ticketId: TicketId;
  /** Instants at which rounds were made, in epoch milliseconds. */
  readonly rounds: readonly number[];
  /** How often it was looked whether they go on. */
  readonly looks: number;
  stop(why: ProbeStop | null): void;
  probeRound(key: string, atMs: number): ProbeRoundEnd;
  readProbeStop(): ProbeStop | null;
}

/** `before`: rounds that the ticket had already. */
export function scriptProbes(before = 0): ScriptedProbes {
  const made = new Map<string, number>();
  let stop: ProbeStop | null = null;
  let looks = 0;
  return {
    ticketId: randomUUID() as TicketId,
    get rounds() {
      return [...made.values()];
    },
    get looks() {
      return looks;
    },
    stop(why) {
      stop = why;
    },
    probeRound(key, atMs) {
      if (stop !== null) return { over: stop };
      if (!made.has(key)) made.set(key, atMs);
      return { round: before + [...made.keys()].indexOf(key) + 1 };
    },
    readProbeStop() {
      looks += 1;
      return stop;
    },
  };
}

/** As a worker registers them, for all that were scripted. */
export const probeActivities = (
  scripts: ReadonlyMap<string, ScriptedProbes>,
  nowMs: () => Promise<number>,
): { [Name in keyof ProbeActivities]: ProbeActivities[Name] } => {
  const scriptOf = ({ ticketId }: { readonly ticketId: string }): ScriptedProbes => {
    const script = scripts.get(ticketId);
    if (!script) throw new Error('no probes were scripted for the ticket');
    return script;
  };
  return {
    probeRound: async (given) => scriptOf(given).probeRound(given.key, await nowMs()),
    readProbeStop: async (given) => scriptOf(given).readProbeStop(),
  };
};
