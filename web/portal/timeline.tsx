/** Everything that happened with a request, oldest first: what was said, handed in and done, in one line. */

import { Box, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCircleDot, IconPaperclip } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { isCurrency, type MoneyWire } from '../../domain/money.ts';
import { FaultAlert } from '../parts/fault-text.tsx';
import { useMoney } from '../parts/money.tsx';
import { LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';
import { Composer } from './composer.tsx';
import { isShown, toldEvent } from './event-words.ts';
import { FileCard } from './ticket-files.tsx';
import { type Ticket, type TimelineEntry, timelineQuery } from './ticket-queries.ts';

export function Timeline({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.timeline');
  const common = useTranslations('common');
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(timelineQuery(ticket.id));
  const entries = data?.pages.flatMap(({ items }) => items).filter(isShown) ?? [];
  return (
    <Stack component="section" gap="md" aria-labelledby="timeline">
      <Title order={2} size="h3" id="timeline">
        {t('title')}
      </Title>
      <FaultAlert fault={error} />
      {data ? (
        <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
          {entries.map((entry) => (
            <li key={keyOf(entry)}>
              <Entry entry={entry} ticketId={ticket.id} />
            </li>
          ))}
        </Stack>
      ) : (
        !error && <LoadingPage />
      )}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {common('showMore')}
        </Button>
      )}
      {ticket.actions.includes('postMessage') && <Composer ticket={ticket} />}
    </Stack>
  );
}

function keyOf(entry: TimelineEntry): string {
  switch (entry.type) {
    case 'event':
      return String(entry.number);
    case 'evidence':
      return entry.evidence.id;
    case 'message':
    case 'note':
      return entry.id;
  }
}

function Entry({ entry, ticketId }: { entry: TimelineEntry; ticketId: string }) {
  switch (entry.type) {
    case 'event':
      return <EventLine entry={entry} />;
    case 'evidence':
      return (
        <Group gap="sm" align="flex-start" wrap="nowrap">
          <Mark icon={IconPaperclip} />
          <Stack gap={4} flex={1} miw={0}>
            <FileCard ticketId={ticketId} file={entry.evidence} />
            <When at={entry.at} />
          </Stack>
        </Group>
      );
    case 'message':
    case 'note':
      return <Message entry={entry} />;
  }
}

function Mark({ icon: Icon }: { icon: typeof IconCircleDot }) {
  return (
    <Box c="dimmed" pt={2} style={{ flex: 'none' }}>
      <Icon size={18} aria-hidden />
    </Box>
  );
}

const When = ({ at }: { at: string }) => (
  <Text size="xs" c="dimmed">
    <Instant at={at} />
  </Text>
);

function Message({ entry }: { entry: Extract<TimelineEntry, { text: string }> }) {
  const t = useTranslations('portal.timeline');
  const isOwn = entry.author.role === 'customer';
  return (
    <Paper
      withBorder
      p="sm"
      maw={640}
      ms={isOwn ? 'auto' : 0}
      me={isOwn ? 0 : 'auto'}
      style={isOwn ? { borderColor: 'var(--mantine-color-teal-8)' } : {}}
    >
      <Group justify="space-between" gap="md" mb={4}>
        <Text size="sm" fw={600}>
          {t(isOwn ? 'you' : 'desk')}
        </Text>
        <When at={entry.at} />
      </Group>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {entry.text}
      </Text>
    </Paper>
  );
}

type Event = Extract<TimelineEntry, { type: 'event' }>;

function EventLine({ entry }: { entry: Event }) {
  const words = useEventWords();
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <Mark icon={IconCircleDot} />
      <Stack gap={2}>
        <Text size="sm">{words(entry)}</Text>
        <When at={entry.at} />
      </Stack>
    </Group>
  );
}

function useEventWords(): (event: Event) => string {
  const t = useTranslations('portal.event');
  const money = useMoney();
  return ({ kind, data }) => {
    const known = toldEvent(kind);
    if (known === null) return t('other');
    const sum = moneyOf(data);
    const said = t(known);
    return sum === null ? said : t('withSum', { said, sum: money(sum) });
  };
}

/** Of events that are about a sum. */
function moneyOf({ minor, currency }: Event['data']): MoneyWire | null {
  if (typeof minor !== 'string' || typeof currency !== 'string' || !isCurrency(currency)) return null;
  return { minor, currency };
}
