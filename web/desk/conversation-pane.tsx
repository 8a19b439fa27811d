/** The middle pane: all that was said, handed in and done in one line, and what one answers to it. */

import { Box, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconCoin, IconLock, IconMessage, IconPaperclip, IconPoint } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { FaultAlert } from '../parts/fault-text.tsx';
import { LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';
import { isShown, toldEvent } from '../portal/event-words.ts';
import { FileCard } from '../portal/ticket-files.tsx';
import { type TimelineEntry, timelineQuery } from '../portal/ticket-queries.ts';
import { DeskComposer } from './composer.tsx';
import styles from './desk.module.css';
import { useOpenTicket } from './open-ticket.tsx';

export function ConversationPane() {
  const t = useTranslations('desk.timeline');
  const common = useTranslations('common');
  const { ticket } = useOpenTicket();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(timelineQuery(ticket.id));
  const entries = data?.pages.flatMap(({ items }) => items).filter(isShownHere) ?? [];
  return (
    <>
      <Box className={styles['scroll']} p="md" role="region" aria-label={t('title')} tabIndex={0}>
        <Paper p="sm" mb="md" withBorder>
          <Text size="xs" c="dimmed">
            {t('asked')} <Instant at={ticket.askedAt} />
          </Text>
          <Said text={ticket.description} />
        </Paper>
        <FaultAlert fault={error} />
        {!data && !error && <LoadingPage />}
        <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {entries.map((entry) => (
            <li key={keyOf(entry)}>
              <Entry entry={entry} ticketId={ticket.id} />
            </li>
          ))}
        </Stack>
        {hasNextPage && (
          <Button mt="sm" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {common('showMore')}
          </Button>
        )}
      </Box>
      <DeskComposer key={ticket.id} />
    </>
  );
}

/** A note stands there itself. */
const isShownHere = (entry: TimelineEntry): boolean =>
  isShown(entry) && !(entry.type === 'event' && entry.kind === 'noteAdded');

function keyOf(entry: TimelineEntry): string {
  if (entry.type === 'event') return String(entry.number);
  return entry.type === 'evidence' ? entry.evidence.id : entry.id;
}

const Said = ({ text }: { text: string }) => (
  <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
    {text}
  </Text>
);

function Entry({ entry, ticketId }: { entry: TimelineEntry; ticketId: string }) {
  switch (entry.type) {
    case 'event':
      return <EventLine entry={entry} />;
    case 'evidence':
      return (
        <Line icon={<IconPaperclip size={16} aria-hidden />} at={entry.at}>
          <FileCard ticketId={ticketId} file={entry.evidence} />
        </Line>
      );
    case 'message':
      return <Message entry={entry} />;
    case 'note':
      return <Note entry={entry} />;
  }
}

function Line({ icon, at, children }: { icon: ReactNode; at: string; children: ReactNode }) {
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Box c="dimmed" pt={2}>
        {icon}
      </Box>
      <Box flex={1} miw={0}>
        {children}
      </Box>
      <Text size="xs" c="dimmed">
        <Instant at={at} />
      </Text>
    </Group>
  );
}

function EventLine({ entry }: { entry: Extract<TimelineEntry, { type: 'event' }> }) {
  const t = useTranslations('desk.timeline');
  const events = useTranslations('portal.event');
  const known = toldEvent(entry.kind);
  const Icon = entry.kind.startsWith('payout') ? IconCoin : IconPoint;
  return (
    <Line icon={<Icon size={16} aria-hidden />} at={entry.at}>
      <Text size="sm">
        {known === null ? t('event', { kind: entry.kind }) : events(known)}{' '}
        <Text span size="xs" c="dimmed">
          {entry.actor.name ?? t(`actor.${entry.actor.role}`)}
        </Text>
      </Text>
    </Line>
  );
}

type SaidEntry = Extract<TimelineEntry, { text: string }>;

function Message({ entry }: { entry: SaidEntry }) {
  const t = useTranslations('desk.timeline');
  const isTheirs = entry.author.role === 'customer';
  return (
    <Paper withBorder p="sm" me={isTheirs ? 'xl' : 0} ms={isTheirs ? 0 : 'xl'}>
      <Group justify="space-between" mb={4}>
        <Group gap={6}>
          <IconMessage size={14} aria-hidden />
          <Text size="sm" fw={600}>
            {isTheirs ? t('actor.customer') : (entry.author.name ?? t('actor.desk'))}
          </Text>
        </Group>
        <Text size="xs" c="dimmed">
          <Instant at={entry.at} />
        </Text>
      </Group>
      <Said text={entry.text} />
    </Paper>
  );
}

/** Looks unlike a reply, so that nobody takes the one for the other. */
function Note({ entry }: { entry: SaidEntry }) {
  const t = useTranslations('desk.timeline');
  return (
    <Paper className={styles['note']} p="sm" ms="xl">
      <Group justify="space-between" mb={4}>
        <Group gap={6}>
          <IconLock size={14} aria-hidden />
          <Text size="sm" fw={600}>
            {t('note', { name: entry.author.name ?? t('actor.desk') })}
          </Text>
        </Group>
        <Text size="xs">
          <Instant at={entry.at} />
        </Text>
      </Group>
      <Said text={entry.text} />
    </Paper>
  );
}
