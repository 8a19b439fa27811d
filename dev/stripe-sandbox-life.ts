/**
 * The sandbox's heartbeat: writes what a rule decided, tells it by events, and lets refunds live their own later life
 * when they are due by the sandbox's clock, which tests and people may put forward.
 */

import { type Books, type Put, put, strike } from './stripe-sandbox-books.ts';
import { type EventObject, mintId } from './stripe-sandbox-objects.ts';
import { followPlan, type Move } from './stripe-sandbox-rules.ts';
import { type StripeWebhooks, subscribedTypes } from './stripe-sandbox-webhooks.ts';

const apiVersion = '2026-10-28.endive';
/** Node's timers cannot wait longer than this. */
const timerMsMax = 2 ** 31 - 1;

export interface Cause {
  readonly requestId?: string;
  readonly key?: string;
  /** Written in the same line, e.g. the key's answer. */
  readonly puts?: readonly Put[];
}

export interface Life {
  apply(move: Move, cause?: Cause): void;
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
  webhooks: StripeWebhooks;
  nowMs: () => number;
}): Life {
  let timer: NodeJS.Timeout | undefined;

  function apply(move: Move, cause: Cause = {}): void {
    const events = move.events.map(
      ({ type, object }): EventObject => ({
        id: mintId('evt'),
        object: 'event',
        api_version: apiVersion,
        created: Math.floor(nowMs() / 1000),
        data: { object },
        livemode: false,
        pending_webhooks: subscribedTypes.includes(type) ? 1 : 0,
        request: { id: cause.requestId ?? null, idempotency_key: cause.key ?? null },
        type,
      }),
    );
    books.commit([...move.puts, ...events.map((event) => put('event', event)), ...(cause.puts ?? [])]);
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
      const move = followPlan(books, plan);
      apply(move ?? { answer: {}, puts: [], events: [] }, move ? {} : { puts: [strike('plan', plan.id)] });
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
