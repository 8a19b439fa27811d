/**
 * Changes of payouts and tickets for whoever listens at this process: one connection that PostgreSQL notifies, however many there
 * are. While it is lost nothing is missed: once it is back, all that changed meanwhile is read and told.
 */

import type { ChangeFeed, FeedListener, Following, ToldChange } from '../api/feed.ts';
import {
  beatStatement,
  type Change,
  changeChannel,
  type Followed,
  laterPosition,
  positionStatement,
  readAnnouncement,
  readChangesSince,
  readPosition,
} from '../db/changes.ts';
import type { Database } from '../db/database.ts';
import type { Listening } from '../db/listening.ts';
import { refuse } from '../domain/errors.ts';
import { replayedChangesMax } from '../domain/limits.ts';
import { type KeptListening, keepListening } from './kept-listening.ts';
import type { Log } from './log.ts';

/** How often the connection is asked to show that it lives. */
const beatMsDefault = 10_000;
/** How long somebody who begins to listen waits for the connection. */
const readyMsMax = 5_000;

export interface RunningFeed extends ChangeFeed {
  /** Ends every listener, takes no more, and cuts the connection. */
  close(): Promise<void>;
}

interface Given {
  readonly databaseUrl: string;
  readonly db: Database;
  readonly log: Pick<Log, 'warn'>;
  readonly beatMs?: number;
}

export function createChangeFeed({ databaseUrl, db, log, beatMs = beatMsDefault }: Given): RunningFeed {
  const listeners = new Map<FeedListener, Following>();
  const stop = new AbortController();
  const tell = (position: string, heard: Heard): void => {
    for (const [listener, following] of listeners) {
      if (heard.kind === 'beat') listener.tell({ position, name: null, data: null });
      else if (heard.kind === 'gap') listener.tell({ position, name: 'hello', data: { resumed: false } });
      else if (concerns(following, heard)) listener.tell(toldOf(position, heard));
    }
  };
  const heard = createHeard(db, () => followedBy(listeners), tell);
  // Connected when somebody listens for the first time, and from then on for as long as the process lives.
  let kept: KeptListening | null = null;
  const connection = (): KeptListening => {
    kept ??= keepListening({
      ...heard,
      url: databaseUrl,
      channel: changeChannel,
      beatStatement,
      beatMs,
      log,
      stop: stop.signal,
    });
    return kept;
  };
  return {
    subscribe: async (following, after, listener) => {
      if (stop.signal.aborted || !(await connection().isReady(readyMsMax))) return refuse('changes-unavailable');
      // From here on it hears; what it has missed is read afterwards, so that nothing falls between the two.
      listeners.set(listener, following);
      const close = (): void => void listeners.delete(listener);
      const from = heard.position();
      try {
        const missed = after === null ? null : await readChangesSince(db, following.of, after, replayedChangesMax);
        const position = after === null || missed === null ? from : laterPosition(after, from);
        const own = missed?.filter((change) => concerns(following, change)) ?? null;
        return { position, missed: own?.map((change) => toldOf(position, change)) ?? null, close };
      } catch (fault) {
        close();
        throw fault;
      }
    },
    close: async () => {
      stop.abort();
      for (const listener of listeners.keys()) listener.end();
      listeners.clear();
      await kept?.ended;
    },
  };
}

/** What came over the connection: a change, a sign of life, or that something may have been missed. */
type Heard = Change | { readonly kind: 'beat' } | { readonly kind: 'gap' };

const followedBy = (listeners: ReadonlyMap<FeedListener, Following>): Set<Followed> =>
  new Set([...listeners.values()].map(({ of }) => of));

/** A customer hears of the tickets of their accounts, and never that staff noted something. */
function concerns(following: Following, change: Change): boolean {
  if (change.kind === 'incident') return following.of === 'tickets' && following.viewer.kind === 'staff';
  if (change.kind !== 'ticket') return following.of === 'payouts';
  if (following.of !== 'tickets') return false;
  const { viewer } = following;
  return viewer.kind === 'staff' || (!change.staffOnly && viewer.accountIds.some((id) => id === change.accountId));
}

/** Of a ticket, that it changed: what it is now is for the reader to read. */
function toldOf(position: string, change: Change): ToldChange {
  if (change.kind === 'ticket') return { position, name: 'ticket', data: { id: change.id } };
  const { kind, ...data } = change;
  return { position, name: kind, data };
}

/** What was heard so far, as a position before which nothing is untold. */
function createHeard(db: Database, followed: () => Set<Followed>, tell: (position: string, heard: Heard) => void) {
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
      tell(position ?? '0', announced.told);
    },
    /** Tells what changed while nothing was heard; where that is too much, that all must be listed anew. */
    catchUp: async (listening: Listening): Promise<void> => {
      const now = readPosition(await listening.ask(positionStatement));
      if (position !== null) {
        for (const each of followed()) {
          const missed = await readChangesSince(db, each, position, replayedChangesMax);
          if (missed === null) tell(now, { kind: 'gap' });
          for (const change of missed ?? []) tell(position, change);
        }
      }
      position = laterPosition(position ?? '0', now);
      isCaughtUp = true;
    },
  };
}
