/** The left pane: a list that one chose, its tickets in order, and only those drawn that can be seen. */

import { Badge, Group, Select, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { EmptyState, FaultState, LoadingPage } from '../parts/states.tsx';
import { Ago } from '../parts/time.tsx';
import styles from './desk.module.css';
import { type QueueRow, queueQuery } from './queries.ts';
import { isQueue, type Queue, queues } from './queue.ts';

const rowHeight = 84;
const rowsBeforeMore = 10;

interface QueuePaneProps {
  readonly queue: Queue;
  onChoose(queue: Queue): void;
}

export function QueuePane({ queue, onChoose }: QueuePaneProps) {
  const t = useTranslations('desk.queue');
  const { data, error, refetch } = useInfiniteQuery(queueQuery(queue));
  return (
    <>
      <Select
        m="sm"
        aria-label={t('label')}
        allowDeselect={false}
        data={queues.map((value) => ({ value, label: t(`name.${value}`) }))}
        value={queue}
        onChange={(value) => {
          if (isQueue(value)) onChoose(value);
        }}
      />
      {error ? (
        <FaultState fault={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Rows queue={queue} rows={data.pages.flatMap(({ items }) => items)} />
      ) : (
        <LoadingPage />
      )}
    </>
  );
}

function Rows({ queue, rows }: { queue: Queue; rows: readonly QueueRow[] }) {
  const t = useTranslations('desk.queue');
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(queueQuery(queue));
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const drawn = virtual.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - rowsBeforeMore) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (rows.length === 0) return <EmptyState title={t('empty')} />;
  return (
    <nav ref={scroll} className={styles['scroll']} aria-label={t('tickets')}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {drawn.map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <div key={row.id} style={{ position: 'absolute', insetInline: 0, top: start, height: rowHeight }}>
              <Row row={row} queue={queue} />
            </div>
          ) : null;
        })}
      </div>
    </nav>
  );
}

function Row({ row, queue }: { row: QueueRow; queue: Queue }) {
  const t = useTranslations('desk.queue');
  const labels = useTranslations('labels');
  const faults = useTranslations('portal.fault');
  return (
    <Link
      className={styles['row']}
      to="/desk/$ticketId"
      params={{ ticketId: row.id }}
      search={{ queue }}
      style={{ height: rowHeight }}
      {...(row.urgent ? { 'data-urgent': true } : {})}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={600}>
          {row.reference}
        </Text>
        <Text size="xs" c="dimmed">
          <Ago at={row.updatedAt} />
        </Text>
      </Group>
      <Text size="sm" truncate>
        {faults(`${row.fault}.title`)} · {row.orderRef}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Badge size="sm" variant="default" tt="none">
          {row.outcome ? labels(`outcome.${row.outcome}`) : labels(`phase.${row.phase}`)}
        </Badge>
        {row.urgent && (
          <Badge size="sm" variant="default" tt="none" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
            {t('urgent')}
          </Badge>
        )}
        <Text size="xs" truncate>
          {row.assignee?.name ?? t('nobody')}
        </Text>
      </Group>
    </Link>
  );
}

/** Where no ticket is open. */
export function ChooseTicket() {
  const t = useTranslations('desk.queue');
  return (
    <Stack>
      <EmptyState title={t('choose')}>
        <Text>{t('chooseHint')}</Text>
      </EmptyState>
    </Stack>
  );
}
