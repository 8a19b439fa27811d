/** Work that must be done once, soon and in no hurry: what hinders it is told, and no reason for its process to end. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from './log.ts';
import type { Sweep } from './sweep.ts';

const againMs = 5_000;

/** Tries until it is done; `stop` lets an attempt that is under way end, and begins no other. */
export function keepTrying(
  work: () => Promise<void>,
  { log, told, everyMs = againMs }: { log: Log; told: string; everyMs?: number },
): Sweep {
  const asked = new AbortController();
  const { signal } = asked;
  const tries = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        return await work();
      } catch (fault) {
        log.warn({ fault }, told);
        await pause(everyMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  const ended = tries();
  return {
    async stop() {
      asked.abort();
      await ended;
    },
  };
}
