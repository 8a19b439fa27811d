/** What is stuck before anyone asks: counts and sums per currency, what to bring, what is proven, then the payouts. */

import { Alert, Container, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Amount } from '../parts/money.tsx';
import { FaultState, LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';
import { ExportLink } from './export-link.tsx';
import { Filters } from './filters.tsx';
import { type PayoutFilter } from './payout-filter.ts';
import { PayoutTable } from './payout-table.tsx';
import { payoutsQuery, type Sums, sumsQuery } from './queries.ts';
import { StopPayouts } from './stop-payouts.tsx';
import { SumsTable } from './sums-table.tsx';

export function Board({ filter }: { filter: PayoutFilter }) {
  const t = useTranslations('finance.board');
  const sums = useQuery(sumsQuery);
  const { data, error, refetch } = useInfiniteQuery(payoutsQuery(filter));
  const stop = data?.pages[0]?.stop;
  return (
    <Container size="xl" py="lg">
      <Stack gap="lg">
        <Group justify="space-between">
          <Title order={1} size="h2">
            {t('title')}
          </Title>
          <Group gap="xs">
            {sums.data && <ExportLink at={sums.data.at} />}
            {stop && <StopPayouts isStopped={stop.stopped} />}
          </Group>
        </Group>
        {stop?.stopped && (
          <Alert color="yellow" icon={<IconPlayerPause aria-hidden />} title={t('stopped')}>
            {stop.ground}
          </Alert>
        )}
        {sums.error && <FaultState fault={sums.error} onRetry={() => void sums.refetch()} />}
        {sums.data && <Overview sums={sums.data} />}
        <Filters filter={filter} />
        {error ? (
          <FaultState fault={error} onRetry={() => void refetch()} />
        ) : data ? (
          <PayoutTable filter={filter} />
        ) : (
          <LoadingPage />
        )}
      </Stack>
    </Container>
  );
}

const basisPointsOfAll = 10_000;

function Overview({ sums }: { sums: Sums }) {
  const t = useTranslations('finance.board');
  const rails = useTranslations('finance.rail');
  return (
    <Stack gap="md">
      {sums.topUps.map(({ rail, needed, payouts, since }) => (
        <Alert key={`${rail} ${needed.currency}`} color="yellow" title={t('topUp', { rail: rails(rail) })}>
          <Amount money={needed} /> · {t('waiting', { count: payouts })} · <Instant at={since} />
        </Alert>
      ))}
      <SumsTable sums={sums} />
      <Text size="sm">
        {sums.proven
          .map(({ currency, basisPoints }) =>
            basisPoints === null
              ? t('nothingSettled', { currency })
              : t('proven', { currency, share: basisPoints / basisPointsOfAll }),
          )
          .join(' · ')}
      </Text>
    </Stack>
  );
}
