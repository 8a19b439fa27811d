/** A look that is taken again and again, one at a time: a slow one is never joined by the next. */

export interface Sweep {
  /** Lets a look that is under way finish. */
  stop(): Promise<void>;
}

/** The look handles its own faults. */
export function startSweep(everyMs: number, look: () => Promise<void>): Sweep {
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null;
    });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
