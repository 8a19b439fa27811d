/**
 * What was typed and not sent yet: kept in the page's own memory while one moves between pages, and gone with it or at
 * sign-out. Nothing of it is written to the machine.
 */

import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { type Dispatch, type SetStateAction, useEffect, useState } from 'react';

export const keptUnder = 'kept';

export function useKept<Value>(name: string, first: () => Value): [Value, Dispatch<SetStateAction<Value>>] {
  const queries = useQueryClient();
  const [value, setValue] = useState<Value>(() => queries.getQueryData<Value>(keyOf(name)) ?? first());
  useEffect(() => {
    queries.setQueryData(keyOf(name), value);
  }, [queries, name, value]);
  return [value, setValue];
}

/** What was sent is kept no longer. */
export function forgetKept(queries: QueryClient, ...names: string[]): void {
  for (const name of names) queries.removeQueries({ queryKey: keyOf(name) });
}

const keyOf = (name: string): QueryKey => [keptUnder, name];
