/**
 * Changes as they happen, for whoever is signed in. What is told names ids and states alone; what is shown is read again.
 * Where a stream could not be taken up without a gap, everything is.
 */

import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type ChangeKey, changesOf, type Stream } from './changes.ts';

export type LiveState = 'live' | 'lost' | 'offline';

/** Changes that come at once are read at once. */
const gatherMs = 150;

/** `streams` must be the same list for as long as it means the same. */
export function useLive(queries: QueryClient, streams: readonly Stream[]): LiveState {
  const [state, setState] = useState<LiveState>(navigator.onLine ? 'live' : 'offline');
  useEffect(() => listen(queries, streams, setState), [queries, streams]);
  return state;
}

function listen(queries: QueryClient, streams: readonly Stream[], told: (state: LiveState) => void): () => void {
  const waiting = new Map<string, ChangeKey>();
  const open = new Set<Stream>(streams);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readAgain = (): void => {
    timer = undefined;
    const keys = [...waiting.values()];
    waiting.clear();
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
  };
  const sources = streams.map((stream) =>
    changesOf(stream, {
      onChange: (keys) => {
        for (const key of keys) waiting.set(key.join(), key);
        timer ??= setTimeout(readAgain, gatherMs);
      },
      onGap: () => void queries.invalidateQueries(),
      onState: (isOpen) => {
        if (isOpen) open.add(stream);
        else open.delete(stream);
        const lost = navigator.onLine ? 'lost' : 'offline';
        told(open.size === streams.length ? 'live' : lost);
      },
    }),
  );
  const offline = () => told('offline');
  window.addEventListener('offline', offline);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('offline', offline);
    for (const source of sources) source.close();
  };
}
