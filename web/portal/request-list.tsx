/** The requests of those for whom one acts, each with where it stands. */

import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { answerOf, get } from '../api/client.ts';
import { EmptyState, FaultState, LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';

const useRequests = () =>
  useInfiniteQuery({
    queryKey: ['tickets', 'own'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(get('/v1/tickets', { params: { query: pageParam === '' ? {} : { cursor: pageParam } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export function RequestList() {
  const t = useTranslations('portal.list');
  const labels = useTranslations('labels');
  const common = useTranslations('common');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useRequests();
  if (error) return <FaultState fault={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingPage />;
  const tickets = data.pages.flatMap(({ items }) => items);
  if (tickets.length === 0) return <EmptyState title={t('empty')}>{t('emptyHint')}</EmptyState>;
  return (
    <Stack>
      {tickets.map((ticket) => (
        <Paper key={ticket.id} withBorder p="md">
          <Group justify="space-between">
            <Text fw={600}>{ticket.reference}</Text>
            <Badge variant="light">
              {ticket.outcome ? labels(`outcome.${ticket.outcome}`) : labels(`phase.${ticket.phase}`)}
            </Badge>
          </Group>
          <Text size="sm">{t('order', { ref: ticket.orderRef })}</Text>
          <Text size="sm" c="dimmed">
            <Instant at={ticket.askedAt} />
          </Text>
        </Paper>
      ))}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {common('showMore')}
        </Button>
      )}
    </Stack>
  );
}
