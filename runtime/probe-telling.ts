/** Tells the desk which plans can be tested, once a worker for probes starts; PostgreSQL may be away for a while. */

import { setTimeout as pause } from 'node:timers/promises';
import { tellProbeGateways } from '../db/probes.ts';
import type { ProbeGateways } from '../domain/probe.ts';
import type { Core } from './core.ts';

const retryMsPreset = 5_000;

export interface ProbeTelling {
  /** Tells no more. */
  stop(): void;
}

/** Resolves once it was told, or was tried in vain; it is then tried again until it is told. */
export async function tellProbes(
  { db, clock, log }: Pick<Core, 'db' | 'clock' | 'log'>,
  gateways: Pick<ProbeGateways, 'list'>,
  retryMs = retryMsPreset,
): Promise<ProbeTelling> {
  const asked = new AbortController();
  const tell = async (): Promise<boolean> => {
    try {
      await tellProbeGateways(db, gateways.list(), clock.now());
      return true;
    } catch (fault) {
      log.warn({ event: 'probes', fault }, 'the plans that can be tested could not be told yet');
      return false;
    }
  };
  const goOn = async (): Promise<void> => {
    do await pause(retryMs, undefined, { signal: asked.signal });
    while (!(await tell()));
  };
  if (!(await tell())) goOn().catch(() => undefined);
  return { stop: () => asked.abort() };
}
