/**
 * Counts sign-in attempts per address and path in rolling windows, for one process. Its size is bounded: where a flood
 * fills it, the oldest counts go first, and the door's own limit stands before it.
 */

export interface AttemptRule {
  /** Seconds. */
  readonly window: number;
  readonly max: number;
}

export interface Attempts {
  consume(key: string, rule: AttemptRule): Promise<{ allowed: boolean; retryAfter: number | null }>;
}

const countsMax = 50_000;

export function createAttempts(nowMs: () => number = Date.now): Attempts {
  const counts = new Map<string, { count: number; beganMs: number }>();
  return {
    consume: async (key, rule) => {
      const now = nowMs();
      const known = counts.get(key);
      const endsMs = known ? known.beganMs + rule.window * 1000 : 0;
      if (known && endsMs > now) {
        if (known.count >= rule.max) return { allowed: false, retryAfter: Math.ceil((endsMs - now) / 1000) };
        known.count += 1;
        return { allowed: true, retryAfter: null };
      }
      counts.delete(key);
      counts.set(key, { count: 1, beganMs: now });
      const oldest = counts.size > countsMax ? counts.keys().next().value : undefined;
      if (oldest !== undefined) counts.delete(oldest);
      return { allowed: true, retryAfter: null };
    },
  };
}
