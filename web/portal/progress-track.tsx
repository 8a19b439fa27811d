/** The way of a request, like a parcel's: each step with an icon and a word, and the one where it is now. */

import { Text, VisuallyHidden } from '@mantine/core';
import {
  IconCashBanknote,
  IconCheck,
  IconChecklist,
  IconFlag,
  IconGavel,
  IconInbox,
  IconMinus,
  IconSearch,
  IconSend,
} from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { Day } from '../parts/time.tsx';
import { type Step, type StepId, stepsOf } from './progress.ts';
import styles from './progress-track.module.css';
import type { Ticket } from './ticket-queries.ts';

const icons = {
  received: IconInbox,
  complete: IconChecklist,
  review: IconSearch,
  decided: IconGavel,
  sent: IconSend,
  settled: IconCashBanknote,
  ended: IconFlag,
} as const satisfies Record<StepId, unknown>;

export function ProgressTrack({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.track');
  const labels = useTranslations('labels.outcome');
  const givesTime = ticket.payouts.length === 0 && ticket.remedies.some(({ kind }) => kind !== 'plan_end');
  const wordOf = ({ id, state }: Step): string => {
    if (id === 'ended' && ticket.outcome) return labels(ticket.outcome);
    if (givesTime && (id === 'sent' || id === 'settled')) return t(`given.${state === 'current' ? 'now' : id}`);
    return t(`${state === 'current' ? 'now' : 'step'}.${id}`);
  };
  return (
    <ol className={styles['track']} aria-label={t('label')}>
      {stepsOf(ticket).map((step) => {
        const { id, state } = step;
        const Icon = state === 'done' && id !== 'ended' ? IconCheck : state === 'skipped' ? IconMinus : icons[id];
        return (
          <li
            key={id}
            className={styles['step']}
            data-state={state}
            {...(state === 'current' ? { 'aria-current': 'step' as const } : {})}
          >
            <span className={styles['mark']}>
              <Icon size={18} aria-hidden />
            </span>
            <span className={styles['text']}>
              <span className={styles['word']}>{wordOf(step)}</span>
              <VisuallyHidden>, {t(`state.${state}`)}</VisuallyHidden>
              {id === 'received' && <StepDay at={ticket.askedAt} />}
              {id === 'ended' && ticket.closedAt && <StepDay at={ticket.closedAt} />}
              {id === 'decided' && ticket.decision && state === 'done' && <StepDay at={ticket.decision.at} />}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function StepDay({ at }: { at: string }) {
  return (
    <Text size="xs" c="dimmed">
      <Day at={at} />
    </Text>
  );
}
