/** One incident: what it touched, what acting on it would cost, what may be done with it, and how its offers stand. */

import { Anchor, Badge, Container, Group, List, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { FaultAlert } from '../parts/fault-text.tsx';
import { Amount } from '../parts/money.tsx';
import { LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';
import { IncidentMoves } from './incident-moves.tsx';
import { type Incident, impactQuery, incidentQuery } from './queries.ts';
import { WavePanel } from './wave-panel.tsx';

export function IncidentPage({ incidentId }: { incidentId: string }) {
  const t = useTranslations('incidents.page');
  const states = useTranslations('incidents.state');
  const { data: incident } = useSuspenseQuery(incidentQuery(incidentId));
  return (
    <Container size="md" py="lg">
      <Stack gap="lg">
        <Anchor component={Link} to="/incidents" size="sm">
          {t('back')}
        </Anchor>
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={1} size="h2">
              {incident.ref}
            </Title>
            <Text>{incident.title}</Text>
          </div>
          <Badge size="lg" variant="default" tt="none">
            {states(incident.state)}
          </Badge>
        </Group>
        <Scope incident={incident} />
        <IncidentMoves incident={incident} />
        <Impact incidentId={incident.id} />
        <WavePanel incident={incident} />
        <History incident={incident} />
      </Stack>
    </Container>
  );
}

function Scope({ incident: { from, until, planKinds, places, egress, widelyImpacting } }: { incident: Incident }) {
  const t = useTranslations('incidents.page');
  const listed = (items: readonly string[]) => (items.length === 0 ? t('all') : items.join(', '));
  return (
    <List size="sm" listStyleType="none">
      <List.Item>
        {t('window')} <Instant at={from} /> – {until === null ? t('goesOn') : <Instant at={until} />}
      </List.Item>
      <List.Item>{t('plans', { items: listed(planKinds) })}</List.Item>
      <List.Item>{t('places', { items: listed(places) })}</List.Item>
      <List.Item>{t('exits', { items: listed(egress) })}</List.Item>
      <List.Item>{t(widelyImpacting ? 'wide' : 'narrow')}</List.Item>
    </List>
  );
}

function Impact({ incidentId }: { incidentId: string }) {
  const t = useTranslations('incidents.impact');
  const { data, error } = useQuery(impactQuery(incidentId));
  return (
    <Stack component="section" gap={4} aria-labelledby="impact">
      <Title order={2} size="h4" id="impact">
        {t('title')}
      </Title>
      <FaultAlert fault={error} />
      {!data && !error && <LoadingPage />}
      {data && (
        <>
          <Text size="sm">{t('orders', { orders: data.orders, open: data.openTickets })}</Text>
          <Text size="sm">{t('offered', { count: data.offered })}</Text>
          {data.refunds.map((money) => (
            <Text key={money.currency} size="sm">
              {t('ifMoney')} <Amount money={money} />
            </Text>
          ))}
          <Text size="sm">{t('ifTime', { minutes: data.extensionMinutes })}</Text>
          <Text size="sm">{t('told', { count: data.told })}</Text>
          {data.unknown.place + data.unknown.egress > 0 && (
            <Text size="sm">{t('unknown', { place: data.unknown.place, egress: data.unknown.egress })}</Text>
          )}
        </>
      )}
    </Stack>
  );
}

function History({ incident }: { incident: Incident }) {
  const t = useTranslations('incidents.page');
  return (
    <section aria-labelledby="history">
      <Title order={2} size="h4" id="history" mb="xs">
        {t('history')}
      </Title>
      <List size="sm">
        {incident.events.map(({ number, kind, at, by, ground }) => (
          <List.Item key={number}>
            {t('event', { kind })} {by?.name ?? ''} <Instant at={at} /> {ground ?? ''}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
