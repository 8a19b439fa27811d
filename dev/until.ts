/** Waits for a condition by looking again and again, at most so long; never waits for time alone. */

import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  readonly withinMs: number;
  readonly everyMs?: number;
  /** Ends the wait early, as if the time had run out. */
  readonly signal?: AbortSignal;
}

/** `true` as soon as the condition holds, `false` when the time ran out or the wait was called off. */
export async function until(condition: () => boolean | Promise<boolean>, options: UntilOptions): Promise<boolean> {
  const deadline = performance.now() + options.withinMs;
  for (;;) {
    if (await condition()) return true;
    if (options.signal?.aborted || performance.now() >= deadline) return false;
    await pause(options.everyMs ?? 50);
  }
}
