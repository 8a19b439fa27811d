/** Waits for a condition by looking again and again, at most so long; never waits for time alone. */

import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  readonly withinMs: number;
  /** The first pauses; the longer a wait has lasted, the longer they are, so that looking takes little from what is waited for. */
  readonly everyMs?: number;
  /** Ends the wait early, as if the time had run out. */
  readonly signal?: AbortSignal;
}

/** Of the time that was waited already; what is waited for is seen so much later at most. */
const pauseShare = 0.1;
const pauseMsMax = 500;

/** `true` as soon as the condition holds, `false` when the time ran out or the wait was called off. */
export async function until(condition: () => boolean | Promise<boolean>, options: UntilOptions): Promise<boolean> {
  const began = performance.now();
  for (;;) {
    if (await condition()) return true;
    const waitedMs = performance.now() - began;
    if (options.signal?.aborted || waitedMs >= options.withinMs) return false;
    await pause(Math.max(options.everyMs ?? 50, Math.min(waitedMs * pauseShare, pauseMsMax)));
  }
}
