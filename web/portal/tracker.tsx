/** One request as its customer follows it. */

import { Badge, Container, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { FaultState, LoadingPage } from '../parts/states.tsx';
import { Instant } from '../parts/time.tsx';
import { NextCard } from './next-card.tsx';
import { ProgressTrack } from './progress-track.tsx';
import { FileCard } from './ticket-files.tsx';
import { type Ticket, ticketQuery } from './ticket-queries.ts';

// Where it stands and what is next is shown first; what was said, decided and paid follows.
const Course = lazy(async () => ({ default: (await import('./course.tsx')).Course }));
const TicketMoves = lazy(async () => ({ default: (await import('./ticket-moves.tsx')).TicketMoves }));

export function Tracker({ ticketId }: { ticketId: string }) {
  const { data: ticket, error, refetch } = useQuery(ticketQuery(ticketId));
  if (!ticket) return error ? <FaultState fault={error} onRetry={() => void refetch()} /> : <LoadingPage />;
  return (
    <Container size="lg" py="lg">
      <Stack gap="xl">
        <Head ticket={ticket} />
        <ProgressTrack ticket={ticket} />
        <Grid gap="xl">
          <Grid.Col span={{ base: 12, md: 8 }}>
            <Stack gap="xl">
              <NextCard ticket={ticket} />
              <Suspense fallback={<LoadingPage />}>
                <Course ticket={ticket} />
              </Suspense>
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <Asking ticket={ticket} />
          </Grid.Col>
        </Grid>
      </Stack>
    </Container>
  );
}

function Head({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.list');
  const labels = useTranslations('labels');
  return (
    <Group justify="space-between" align="flex-start">
      <Stack gap={4}>
        <Group gap="sm">
          <Title order={1}>{ticket.reference}</Title>
          <Badge size="lg" variant="light" tt="none">
            {ticket.outcome ? labels(`outcome.${ticket.outcome}`) : labels(`phase.${ticket.phase}`)}
          </Badge>
        </Group>
        <Text c="dimmed">{t('order', { ref: ticket.orderRef })}</Text>
      </Stack>
      <Suspense fallback={null}>
        <TicketMoves ticket={ticket} />
      </Suspense>
    </Group>
  );
}

/** What was asked for, as it was told. */
function Asking({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.asking');
  const kinds = useTranslations('portal.fault');
  const methods = useTranslations('labels.method');
  const { networkContext } = ticket;
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="asking">
      <Stack gap="md">
        <Title order={2} size="h4" id="asking">
          {t('title')}
        </Title>
        <Detail name={t('askedAt')}>
          <Instant at={ticket.askedAt} />
        </Detail>
        <Detail name={t('fault')}>{kinds(`${ticket.fault}.title`)}</Detail>
        <Detail name={t('method')}>{methods(ticket.paymentMethod)}</Detail>
        <Detail name={t('description')}>
          <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{ticket.description}</span>
        </Detail>
        {networkContext && (
          <>
            <Detail name={t('targets')}>{networkContext.targets.join(', ')}</Detail>
            <Detail name={t('egress')}>{networkContext.egress.join(', ')}</Detail>
            <Detail name={t('times')}>
              {networkContext.times.map(({ from, until }) => (
                <span key={from} style={{ display: 'block' }}>
                  <Instant at={from} /> – <Instant at={until} />
                </span>
              ))}
            </Detail>
          </>
        )}
        {ticket.evidence.length > 0 && (
          <Stack gap="xs">
            <Text size="sm" c="dimmed">
              {t('files')}
            </Text>
            {ticket.evidence.map((file) => (
              <FileCard key={file.id} ticketId={ticket.id} file={file} />
            ))}
          </Stack>
        )}
        {ticket.linked.map((linked) => (
          <Text key={linked.id} size="sm">
            <Link to="/requests/$ticketId" params={{ ticketId: linked.id }}>
              {t('linked', { reference: linked.reference, order: linked.orderRef })}
            </Link>
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}
