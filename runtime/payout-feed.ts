/**
 * Changes of payouts for whoever listens at this process: one connection that PostgreSQL notifies, however many there
 * are. While it is lost nothing is missed: once it is back, all that changed meanwhile is read and told.
 */

import type { FeedListener, PayoutFeed, ToldChange } from '../api/feed.ts';
import type { Database } from '../db/database.ts';
import type { Listening } from '../db/listening.ts';
import {
  beatStatement,
  laterPosition,
  type PayoutChange,
  payoutChannel,
  positionStatement,
  readAnnouncement,
  readChangesSince,
  readPosition,
} from '../db/payout-changes.ts';
import { refuse } from '../domain/errors.ts';
import { replayedChangesMax } from '../domain/limits.ts';
import { type KeptListening, keepListening } from './kept-listening.ts';
import type { Log } from './log.ts';

/** How often the connection is asked to show that it lives. */
const beatMsDefault = 10_000;
/** How long somebody who begins to listen waits for the connection. */
const readyMsMax = 5_000;

export interface RunningFeed extends PayoutFeed {
  /** Ends every listener, takes no more, and cuts the connection. */
  close(): Promise<void>;
}

interface Given {
  readonly databaseUrl: string;
  readonly db: Database;
  readonly log: Pick<Log, 'warn'>;
  readonly beatMs?: number;
}

export function createPayoutFeed({ databaseUrl, db, log, beatMs = beatMsDefault }: Given): RunningFeed {
  const listeners = new Set<FeedListener>();
  const stop = new AbortController();
  const heard = createHeard(db, (told) => {
    for (const listener of listeners) listener.tell(told);
  });
  // Connected when somebody listens for the first time, and from then on for as long as the process lives.
  let kept: KeptListening | null = null;
  const connection = (): KeptListening => {
    kept ??= keepListening({
      ...heard,
      url: databaseUrl,
      channel: payoutChannel,
      beatStatement,
      beatMs,
      log,
      stop: stop.signal,
    });
    return kept;
  };
  return {
    subscribe: async (after, listener) => {
      if (stop.signal.aborted || !(await connection().isReady(readyMsMax))) return refuse('changes-unavailable');
      // From here on it hears; what it has missed is read afterwards, so that nothing falls between the two.
      listeners.add(listener);
      const close = (): void => void listeners.delete(listener);
      const from = heard.position();
      try {
        const missed = after === null ? null : await readChangesSince(db, after, replayedChangesMax);
        const position = after === null || missed === null ? from : laterPosition(after, from);
        return { position, missed: missed?.map((change) => toldOf(position, change)) ?? null, close };
      } catch (fault) {
        close();
        throw fault;
      }
    },
    close: async () => {
      stop.abort();
      for (const listener of listeners) listener.end();
      listeners.clear();
      await kept?.ended;
    },
  };
}

const toldOf = (position: string, { kind, ...data }: PayoutChange): ToldChange => ({ position, name: kind, data });

/** What was heard so far, as a position before which nothing is untold. */
function createHeard(db: Database, tell: (told: ToldChange) => void) {
  let position: string | null = null;
  // While it has not caught up, what is heard proves nothing of what came before.
  let isCaughtUp = false;
  return {
    position: (): string => position ?? '0',
    lose: (): void => {
      isCaughtUp = false;
    },
    hear: (payload: string): void => {
      const announced = readAnnouncement(payload);
      if (!announced) return;
      if (isCaughtUp) position = laterPosition(position ?? '0', announced.position);
      const { told } = announced;
      const now = position ?? '0';
      tell(told.kind === 'beat' ? { position: now, name: null, data: null } : toldOf(now, told));
    },
    /** Tells what changed while nothing was heard; where that is too much, that all must be listed anew. */
    catchUp: async (listening: Listening): Promise<void> => {
      const now = readPosition(await listening.ask(positionStatement));
      if (position !== null) {
        const missed = await readChangesSince(db, position, replayedChangesMax);
        if (missed === null) tell({ position: now, name: 'hello', data: { resumed: false } });
        for (const change of missed ?? []) tell(toldOf(position, change));
      }
      position = laterPosition(position ?? '0', now);
      isCaughtUp = true;
    },
  };
}
