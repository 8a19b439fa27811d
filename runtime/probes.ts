/**
 * Readiness as it is: what this process needs, asked every second over the connections that it has. Probing it costs
 * nothing and opens nothing, however often it is done.
 */

import type { Readiness } from '../contract/health.ts';

export interface Probe {
  readonly name: string;
  /** A part without which the process still does its work. */
  readonly optional?: boolean;
  /** Throws, or resolves to false, where the part is not fit for use. */
  check(): Promise<boolean>;
}

export interface Probes {
  /** What was found last; a process that is stopping is not ready. */
  read(): Readiness;
  /** The first thing that a shutdown does. */
  drain(): void;
  close(): void;
}

const everyMs = 1_000;
const checkMsMax = 2_500;

/** Resolves after the first round, so that the first answer is true as well. */
export async function startProbes(probes: readonly Probe[]): Promise<Probes> {
  let draining = false;
  let checks: Readiness['checks'] = {};
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const round = async (): Promise<void> => {
    checks = Object.fromEntries(
      await Promise.all(probes.map(async (probe) => [probe.name, await stateOf(probe)] as const)),
    );
    if (!closed) timer = setTimeout(() => void round(), everyMs).unref();
  };
  await round();
  return {
    read: () => ({ status: draining || Object.values(checks).includes('failing') ? 'not-ready' : 'ready', checks }),
    drain: () => {
      draining = true;
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const stateOf = async (probe: Probe): Promise<Readiness['checks'][string]> =>
  (await isUp(probe)) ? 'ok' : probe.optional ? 'degraded' : 'failing';

async function isUp(probe: Probe): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), checkMsMax);
  });
  try {
    return await Promise.race([probe.check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
