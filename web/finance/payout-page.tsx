/** One payout in whole: where it stands and why, what may be done with it, and all that happened. */

import {
  Anchor,
  Badge,
  Button,
  Code,
  Container,
  CopyButton,
  Group,
  Paper,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Amount } from '../parts/money.tsx';
import { Instant } from '../parts/time.tsx';
import { PayoutMoves } from './payout-moves.tsx';
import { payoutQuery, type WholePayout } from './queries.ts';

export function PayoutPage({ payoutId }: { payoutId: string }) {
  const t = useTranslations('finance.payout');
  const states = useTranslations('finance.state');
  const waits = useTranslations('finance.wait');
  const { data: payout } = useSuspenseQuery(payoutQuery(payoutId));
  return (
    <Container size="md" py="lg">
      <Stack gap="lg">
        <Anchor component={Link} to="/finance" size="sm">
          {t('back')}
        </Anchor>
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={1} size="h2">
              <Amount money={payout.amount} />
            </Title>
            <Text>{t('of', { ticket: payout.ticketReference, order: payout.orderRef })}</Text>
          </div>
          <Badge size="lg" variant="default" tt="none">
            {states(payout.state)}
          </Badge>
        </Group>
        {payout.waits && (
          <Text fw={600}>
            {waits(payout.waits.for)} · {t(`owner.${payout.waits.owner}`)}
          </Text>
        )}
        <PayoutMoves payout={payout} />
        <Facts payout={payout} />
        <History payout={payout} />
      </Stack>
    </Container>
  );
}

function Facts({ payout }: { payout: WholePayout }) {
  const t = useTranslations('finance.payout');
  const rails = useTranslations('finance.rail');
  const methods = useTranslations('labels.method');
  const common = useTranslations('common');
  const reference = payout.providerRef ?? payout.bankRef;
  return (
    <Paper withBorder p="md">
      <Table variant="vertical" fz="sm">
        <Table.Tbody>
          <Fact name={t('rail')}>
            {rails(payout.rail)} ({t('paidBy', { method: methods(payout.method) })})
          </Fact>
          <Fact name={t('since')}>
            <Instant at={payout.since} />
          </Fact>
          <Fact name={t('decidedBy')}>{payout.decidedBy?.name ?? t('theDesk')}</Fact>
          <Fact name={t('approvedBy')}>{payout.approvedBy?.name ?? t(`approval.${payout.approval ?? 'none'}`)}</Fact>
          <Fact name={t('key')}>
            <Code>{payout.key}</Code>
          </Fact>
          <Fact name={t('reference')}>
            {reference === null ? (
              t('noReference')
            ) : (
              <Group gap="xs">
                <Code>{reference}</Code>
                <CopyButton value={reference}>
                  {({ copied, copy }) => (
                    <Button size="compact-xs" variant="default" onClick={copy}>
                      {common(copied ? 'copied' : 'copy')}
                    </Button>
                  )}
                </CopyButton>
              </Group>
            )}
          </Fact>
          <Fact name={t('tries')}>{payout.tries}</Fact>
          {payout.expected && (
            <Fact name={t('expected')}>
              {t('between', { from: payout.expected.from, until: payout.expected.until })}
            </Fact>
          )}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function History({ payout }: { payout: WholePayout }) {
  const t = useTranslations('finance.payout');
  return (
    <section aria-labelledby="history">
      <Title order={2} size="h4" id="history" mb="xs">
        {t('history')}
      </Title>
      <Stack component="ol" gap={6} p={0} m={0} style={{ listStyle: 'none' }}>
        {payout.history.map(({ number, kind, at, actor }) => (
          <Group component="li" key={number} gap="sm">
            <Text size="sm">
              <EventWords kind={kind} />
            </Text>
            <Text size="sm" c="dimmed">
              {actor.name ?? t(`actor.${actor.role}`)}
            </Text>
            <Text size="xs" c="dimmed">
              <Instant at={at} />
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  );
}

const told = [
  'refundDecided',
  'payoutApproved',
  'payoutSending',
  'payoutSent',
  'payoutSettled',
  'payoutFailed',
  'payoutReturned',
  'payoutCancelled',
  'payoutDeclined',
  'payoutUnknown',
] as const;

/** A kind that these pages do not know yet is told by its name. */
function EventWords({ kind }: { kind: string }) {
  const t = useTranslations('finance.payout');
  const events = useTranslations('finance.event');
  const known = told.find((each) => each === kind);
  return known === undefined ? t('event', { kind }) : events(known);
}
