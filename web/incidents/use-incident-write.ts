/** A write to an incident or its wave: one key for one intent, and all that stands on it read anew. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keyed, ProblemError } from '../api/client.ts';
import { useKey } from '../portal/ticket-write.tsx';

export function useIncidentWrite<Given>(
  incidentId: string,
  send: (given: Given, header: ReturnType<typeof keyed>) => Promise<unknown>,
  onDone?: () => void,
) {
  const queries = useQueryClient();
  const { keyFor, answered } = useKey();
  return useMutation({
    mutationFn: (given: Given) => send(given, keyed(keyFor(given))),
    onSuccess: async () => {
      answered();
      onDone?.();
      await queries.invalidateQueries({ queryKey: ['incident', incidentId] });
      void queries.invalidateQueries({ queryKey: ['incidents'] });
      void queries.invalidateQueries({ queryKey: ['incident-impact', incidentId] });
    },
    onError: (fault) => {
      if (fault instanceof ProblemError) answered();
    },
  });
}
