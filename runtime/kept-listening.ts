/**
 * Keeps one listening connection for as long as the process lives: proves that it lives, and when it is lost comes back
 * after a pause that grows. What was not heard meanwhile is for the caller to catch up with, each time anew.
 */

import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Listening, startListening } from '../db/listening.ts';
import type { Log } from './log.ts';

/** Between two attempts to connect: doubled each time, up to the most. */
const retryMsMin = 100;
const retryMsMax = 10_000;

export interface KeptListening {
  /** Whether it listens and has caught up, now or within the time. */
  isReady(withinMs: number): Promise<boolean>;
  /** Resolves once it was stopped. */
  readonly ended: Promise<void>;
}

interface Given {
  readonly url: string;
  readonly channel: string;
  /** A statement that comes back as a notice of the channel. */
  readonly beatStatement: string;
  readonly beatMs: number;
  readonly log: Pick<Log, 'warn'>;
  readonly stop: AbortSignal;
  hear(payload: string): void;
  /** Called on each connection that listens, before it counts as ready. */
  catchUp(listening: Listening): Promise<void>;
  /** Called when a connection is gone. */
  lose(): void;
}

export function keepListening(given: Given): KeptListening {
  const { log, stop } = given;
  const states = new EventEmitter();
  let ready = false;
  const turn = (to: boolean): void => {
    ready = to;
    if (to) states.emit('ready');
    else given.lose();
  };
  const keep = async (): Promise<void> => {
    let retryMs = retryMsMin;
    while (!stop.aborted) {
      try {
        await listenOnce(given, () => {
          retryMs = retryMsMin;
          turn(true);
        });
        if (!stop.aborted) log.warn({ event: 'changes' }, 'the listening connection was lost');
      } catch (fault) {
        log.warn({ event: 'changes', fault }, 'the database cannot be listened to');
      }
      turn(false);
      await pause(retryMs, undefined, { signal: stop }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, retryMsMax);
    }
  };
  return {
    ended: keep(),
    isReady: async (withinMs) => {
      if (ready || stop.aborted) return ready && !stop.aborted;
      const signal = AbortSignal.any([stop, AbortSignal.timeout(withinMs)]);
      return once(states, 'ready', { signal }).then(
        () => true,
        () => false,
      );
    },
  };
}

/** Resolves when the connection is gone. */
async function listenOnce(given: Given, ready: () => void): Promise<void> {
  let heardAtMs = performance.now();
  const hear = (payload: string): void => {
    heardAtMs = performance.now();
    given.hear(payload);
  };
  const listening = await startListening({ url: given.url, channel: given.channel, hear });
  const cut = (): void => listening.close();
  // Its own beat must come back by it: a connection that is half open says nothing and would be believed for ever.
  const beat = setInterval(() => {
    if (performance.now() - heardAtMs > 2.5 * given.beatMs) cut();
    else listening.ask(given.beatStatement).catch(cut);
  }, given.beatMs).unref();
  given.stop.addEventListener('abort', cut);
  try {
    if (given.stop.aborted) return;
    await given.catchUp(listening);
    ready();
    await listening.ended;
  } finally {
    clearInterval(beat);
    given.stop.removeEventListener('abort', cut);
    cut();
  }
}
