/** The registry: what was broken for whom, newest first, and what looks like one that nobody has entered yet. */

import { Alert, Anchor, Badge, Button, Container, Stack, Table, Title } from '@mantine/core';
import { IconBulb } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { EmptyState, FaultState, LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';
import { incidentsQuery, suggestionsQuery } from './queries.ts';

export function IncidentList() {
  const t = useTranslations('incidents.list');
  const common = useTranslations('common');
  const states = useTranslations('incidents.state');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(incidentsQuery);
  const incidents = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Container size="lg" py="lg">
      <Stack>
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <Suggestions />
        {error && <FaultState fault={error} onRetry={() => void refetch()} />}
        {!data && !error && <LoadingPage />}
        {data && incidents.length === 0 && <EmptyState title={t('empty')} />}
        {incidents.length > 0 && (
          <Table.ScrollContainer minWidth={640}>
            <Table fz="sm" highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('ref')}</Table.Th>
                  <Table.Th>{t('what')}</Table.Th>
                  <Table.Th>{t('stateHead')}</Table.Th>
                  <Table.Th>{t('from')}</Table.Th>
                  <Table.Th>{t('until')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {incidents.map(({ id, ref, title, state, from, until }) => (
                  <Table.Tr key={id}>
                    <Table.Td>
                      <Anchor component={Link} to={`/incidents/${id}`} size="sm">
                        {ref}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>{title}</Table.Td>
                    <Table.Td>
                      <Badge variant="default" tt="none">
                        {states(state)}
                      </Badge>
                    </Table.Td>
                    <Table.Td>
                      <Instant at={from} />
                    </Table.Td>
                    <Table.Td>{until === null ? t('goesOn') : <Instant at={until} />}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {common('showMore')}
          </Button>
        )}
      </Stack>
    </Container>
  );
}

function Suggestions() {
  const t = useTranslations('incidents.suggestion');
  const { data } = useQuery(suggestionsQuery);
  return data?.items.map(({ from, until, planKind, place, egress, tickets, probed }) => (
    <Alert
      key={`${planKind} ${place ?? ''} ${egress ?? ''} ${from}`}
      color="yellow"
      icon={<IconBulb aria-hidden />}
      title={t('title', { plan: planKind })}
    >
      {t('signs', { tickets, probed })} {[place, egress].filter((each) => each !== null).join(', ')} ·{' '}
      <Instant at={from} /> – <Instant at={until} />
    </Alert>
  ));
}
