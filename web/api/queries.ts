/** The cache of what was read: fresh until a change is told, tried again only where trying again can help. */

import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from './client.ts';
import { keptUnder } from './kept.ts';

const triesMax = 3;

const mayHelp = (fault: Error): boolean => !(fault instanceof ProblemError) || fault.problem.status >= 500;

export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // Changes are told by the stream of events; until one is, what was read holds.
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        networkMode: 'always',
        retry: (failures, fault) => failures < triesMax - 1 && mayHelp(fault),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  queries.setQueryDefaults([keptUnder], { gcTime: Number.POSITIVE_INFINITY });
  return queries;
}
