/**
 * A write to a request: one key for one intent, kept until it was answered, so that whoever asks twice does it once. What
 * the desk keeps for later is told as kept, and told again where it was refused after all.
 */

import { Alert } from '@mantine/core';
import { IconClockCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { keyed, newKey, ProblemError, type Schemas } from '../api/client.ts';
import { FaultAlert } from '../parts/fault-text.tsx';
import { inputQuery } from './ticket-queries.ts';

type KeyHeader = ReturnType<typeof keyed>;

const keptOf = (answer: unknown): string | null =>
  typeof answer === 'object' && answer !== null && 'inputId' in answer && typeof answer.inputId === 'string'
    ? answer.inputId
    : null;

/** A key for each thing asked: the same for the same, until it was answered. */
export function useKey() {
  const kept = useRef<{ key: string; of: string } | null>(null);
  return {
    keyFor(given: unknown): string {
      const of = JSON.stringify(given ?? null);
      if (kept.current?.of !== of) kept.current = { key: newKey(), of };
      return kept.current.key;
    },
    answered(): void {
      kept.current = null;
    },
  };
}

export function useTicketWrite<Given>(
  ticketId: string,
  send: (given: Given, headers: KeyHeader) => Promise<unknown>,
  /** What was sent is done; what was typed meanwhile is not. */
  onDone?: (given: Given) => void,
) {
  const queries = useQueryClient();
  const { keyFor, answered } = useKey();
  const [keptId, setKeptId] = useState<string | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (given: Given) => send(given, keyed(keyFor(given))),
    onSuccess: async (answer, given) => {
      answered();
      setKeptId(keptOf(answer));
      onDone?.(given);
      await queries.invalidateQueries({ queryKey: ['ticket', ticketId] });
      void queries.invalidateQueries({ queryKey: ['tickets'] });
    },
    onError: (fault) => {
      if (fault instanceof ProblemError) answered();
    },
  });
  return { write: mutate, isPending, fate: { ticketId, fault: error, keptId } };
}

export type Fate = ReturnType<typeof useTicketWrite>['fate'];

/** What became of a write: nothing to tell where it was done at once. */
export function WriteFate({ fate: { ticketId, fault, keptId } }: { fate: Fate }) {
  if (fault) return <FaultAlert fault={fault} />;
  return keptId === null ? null : <KeptWrite ticketId={ticketId} inputId={keptId} />;
}

function KeptWrite({ ticketId, inputId }: { ticketId: string; inputId: string }) {
  const t = useTranslations('portal.write');
  const { data } = useQuery(inputQuery(ticketId, inputId));
  const refusal: Schemas['Problem'] | null = data?.refusal ?? null;
  if (refusal) return <FaultAlert fault={new ProblemError(refusal)} />;
  if (data?.state === 'done') return null;
  return (
    <Alert color="teal" icon={<IconClockCheck aria-hidden />} role="status">
      {t('kept')}
    </Alert>
  );
}
