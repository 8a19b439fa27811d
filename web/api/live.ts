/**
 * Changes as they happen: one stream for whoever is signed in. What is told names ids and states alone; what is shown is
 * read again. Where the stream could not be taken up without a gap, everything is.
 */

import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type ChangeKey, changesOf } from './changes.ts';

export type LiveState = 'live' | 'lost' | 'offline';

/** Changes that come at once are read at once. */
const gatherMs = 150;

export function useLive(queries: QueryClient): LiveState {
  const [state, setState] = useState<LiveState>(navigator.onLine ? 'live' : 'offline');
  useEffect(() => listen(queries, setState), [queries]);
  return state;
}

function listen(queries: QueryClient, told: (state: LiveState) => void): () => void {
  const waiting = new Map<string, ChangeKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const readAgain = (): void => {
    timer = undefined;
    const keys = [...waiting.values()];
    waiting.clear();
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
  };
  const source = changesOf({
    onChange: (keys) => {
      for (const key of keys) waiting.set(key.join(), key);
      timer ??= setTimeout(readAgain, gatherMs);
    },
    onGap: () => void queries.invalidateQueries(),
    onState: (isOpen) => told(isOpen ? 'live' : navigator.onLine ? 'lost' : 'offline'),
  });
  const offline = () => told('offline');
  window.addEventListener('offline', offline);
  return () => {
    clearTimeout(timer);
    window.removeEventListener('offline', offline);
    source.close();
  };
}
