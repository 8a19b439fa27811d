/** The requests of those for whom one acts: first what waits for the customer, then what goes on, then what is closed. */

import { Anchor, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { answerOf, get } from '../api/client.ts';
import { EmptyState, FaultState, LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';
import styles from './request-list.module.css';
import { toRequest } from './to-request.tsx';

const readRequests = (cursor: string, signal: AbortSignal) =>
  answerOf(get('/v1/tickets', { params: { query: cursor === '' ? {} : { cursor } }, signal }));

type Summary = Awaited<ReturnType<typeof readRequests>>['items'][number];

const useRequests = () =>
  useInfiniteQuery({
    queryKey: ['tickets', 'own'],
    queryFn: ({ pageParam, signal }) => readRequests(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

const groups = ['asksYou', 'open', 'done'] as const;

/** What falls due by itself unless the customer answers before. */
const awaitsCustomer: readonly (string | undefined)[] = ['gathering', 'information', 'fix_answer', 'offer'];

function groupOf({ phase, due }: Summary): (typeof groups)[number] {
  if (phase === 'closed') return 'done';
  return awaitsCustomer.includes(due?.kind) ? 'asksYou' : 'open';
}

export function RequestList() {
  const t = useTranslations('portal.list');
  const common = useTranslations('common');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useRequests();
  if (!data) return error ? <FaultState fault={error} onRetry={() => void refetch()} /> : <LoadingPage />;
  const tickets = data.pages.flatMap(({ items }) => items);
  if (tickets.length === 0)
    return (
      <EmptyState title={t('empty')}>
        <Text>{t('emptyHint')}</Text>
        <Button component={Link} to="/requests/new">
          {t('new')}
        </Button>
      </EmptyState>
    );
  const inGroup = (group: (typeof groups)[number]) => tickets.filter((ticket) => groupOf(ticket) === group);
  return (
    <Stack gap="xl">
      {groups
        .filter((group) => inGroup(group).length > 0)
        .map((group) => (
          <Stack key={group} component="section" gap="sm" aria-labelledby={group}>
            <Title order={2} size="h4" id={group}>
              {t(group)}
            </Title>
            {inGroup(group).map((ticket) => (
              <RequestRow key={ticket.id} ticket={ticket} asksYou={group === 'asksYou'} />
            ))}
          </Stack>
        ))}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {common('showMore')}
        </Button>
      )}
    </Stack>
  );
}

function RequestRow({ ticket, asksYou }: { ticket: Summary; asksYou: boolean }) {
  const t = useTranslations('portal.list');
  const labels = useTranslations('labels');
  const kinds = useTranslations('portal.fault');
  return (
    <Paper withBorder p="md" className={styles['row']} data-asks={asksYou}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} miw={0}>
          <Anchor fw={600} className={styles['link'] ?? ''} renderRoot={toRequest(ticket.id)}>
            {ticket.reference}
          </Anchor>
          <Text size="sm">{kinds(`${ticket.fault}.title`)}</Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {t('order', { ref: ticket.orderRef })} · {t.rich('asked', { time: () => <Instant at={ticket.askedAt} /> })}
          </Text>
          {asksYou && ticket.due && (
            <Group gap={6} wrap="nowrap">
              <IconUser size={16} aria-hidden />
              <Text size="sm" fw={500}>
                {t.rich('by', { time: () => <Instant at={ticket.due?.at ?? ''} /> })}
              </Text>
            </Group>
          )}
        </Stack>
        <Badge variant="light" tt="none">
          {ticket.outcome ? labels(`outcome.${ticket.outcome}`) : labels(`phase.${ticket.phase}`)}
        </Badge>
      </Group>
    </Paper>
  );
}
