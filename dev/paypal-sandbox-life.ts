/**
 * The sandbox's heartbeat: writes what a rule decided, tells it by events, and lets refunds live their own later life
 * when they are due by the sandbox's clock, which tests and people may put forward.
 */

import { type Books, type EventRow, type Move, type Put, put, strike } from './paypal-sandbox-books.ts';
import { followPlan } from './paypal-sandbox-rules.ts';
import type { PaypalWebhooks } from './paypal-sandbox-webhooks.ts';
import { mintId } from './paypal-sandbox-wire.ts';

/** Node's timers cannot wait longer than this. */
const timerMsMax = 2 ** 31 - 1;

export interface Life {
  /** With what is written in the same line, e.g. what a request id remembers. */
  apply(move: Move, puts?: readonly Put[]): void;
  /** Runs what is due, and waits for what comes next. */
  beat(): void;
  advance(ms: number): void;
  close(): void;
}

/** The sandbox's own time: the machine's, put forward by what its books say. */
export const sandboxClock = (books: Books) => (): number => Date.now() + (books.get('clock', 'clock')?.offsetMs ?? 0);

export function createLife({
  books,
  webhooks,
  nowMs,
}: {
  books: Books;
  webhooks: PaypalWebhooks;
  nowMs: () => number;
}): Life {
  let timer: NodeJS.Timeout | undefined;

  function apply(move: Move, puts: readonly Put[] = []): void {
    const events = move.events.map(
      (event): EventRow => ({
        id: `WH-${mintId()}-${mintId()}`,
        event_version: '1.0',
        create_time: new Date(nowMs()).toISOString(),
        summary: 'Told by the sandbox.',
        ...event,
      }),
    );
    books.commit([...move.puts, ...events.map((event) => put('event', event)), ...puts]);
    for (const event of events) webhooks.announce(event);
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    const due = books.all('plan').map((plan) => plan.dueMs);
    if (due.length === 0) return;
    timer = setTimeout(beat, Math.min(Math.max(Math.min(...due) - nowMs(), 0), timerMsMax));
  }

  function beat(): void {
    for (const plan of books.all('plan')) {
      if (plan.dueMs > nowMs()) continue;
      const move = followPlan(books, plan, nowMs());
      apply(move ?? { answer: {}, puts: [strike('plan', plan.id)], events: [] });
    }
    arm();
  }

  return {
    apply,
    beat,
    advance(ms) {
      const offsetMs = (books.get('clock', 'clock')?.offsetMs ?? 0) + ms;
      books.commit([put('clock', { id: 'clock', offsetMs })]);
      beat();
    },
    close: () => clearTimeout(timer),
  };
}
