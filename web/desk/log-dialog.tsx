/** A log as it is kept, opened at the lines that a diagnosis cites; only the lines that can be seen are drawn. */

import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../parts/dialog.tsx';
import { FaultState, LoadingPage } from '../parts/states.tsx';
import styles from './desk.module.css';
import { type Place, useOpenTicket } from './open-ticket.tsx';
import { logQuery } from './queries.ts';

const lineHeight = 20;

export function LogDialog() {
  const t = useTranslations('desk.log');
  const { ticket, place, setPlace } = useOpenTicket();
  const file = ticket.evidence.find(({ id }) => id === place?.evidenceId);
  return (
    <Dialog
      opened={place !== null}
      onClose={() => setPlace(null)}
      size="80rem"
      title={t('title', { name: file?.name ?? '' })}
    >
      {place && <Log ticketId={ticket.id} place={place} />}
    </Dialog>
  );
}

function Log({ ticketId, place }: { ticketId: string; place: Place }) {
  const { data, error, refetch } = useQuery(logQuery(ticketId, place.evidenceId));
  if (error) return <FaultState fault={error} onRetry={() => void refetch()} />;
  return data ? <Lines lines={data} place={place} /> : <LoadingPage />;
}

function Lines({ lines, place: { from, until } }: { lines: readonly string[]; place: Place }) {
  const t = useTranslations('desk.log');
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => lineHeight,
    overscan: 30,
  });
  useEffect(() => {
    virtual.scrollToIndex(Math.max(0, from - 4), { align: 'start' });
  }, [virtual, from]);
  return (
    <>
      <Text size="sm" mb="xs">
        {t('cited', { from, until })}
      </Text>
      <div ref={scroll} className={styles['log']} tabIndex={0} role="region" aria-label={t('lines')} dir="ltr">
        <div style={{ height: virtual.getTotalSize(), position: 'relative', width: 'max-content', minWidth: '100%' }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div
              key={index}
              className={styles['line']}
              style={{ position: 'absolute', top: start, insetInline: 0, height: lineHeight }}
              {...(index + 1 >= from && index + 1 <= until ? { 'data-cited': true } : {})}
            >
              <span className={styles['number']}>{index + 1}</span>
              <span>{lines[index]}</span>
            </div>
          ))}
        </div>
      </div>
    </>
  );
}
