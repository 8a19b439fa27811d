/** The money on its way back: each payout with how far it is, the reference that a bank knows, and the credit notes. */

import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import {
  IconCashBanknote,
  IconCircleCheck,
  IconClock,
  IconClockExclamation,
  IconSend,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { Amount } from '../parts/money.tsx';
import { Day } from '../parts/time.tsx';
import { useLanguage } from '../words/locale.tsx';
import { creditNotesQuery, type Ticket } from './ticket-queries.ts';

type Payout = Schemas['PayoutShown'];

export function Payouts({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.money');
  if (ticket.payouts.length === 0 && ticket.remedies.length === 0) return null;
  return (
    <Stack component="section" gap="md" aria-labelledby="money">
      <Title order={2} size="h3" id="money">
        {t('title')}
      </Title>
      {ticket.payouts.map((payout) => (
        <PayoutCard key={payout.id} payout={payout} />
      ))}
      {ticket.remedies.map((remedy) => (
        <Text key={remedy.kind} size="sm">
          {t(`remedy.${remedy.kind}.${remedy.state === 'applied' ? 'done' : 'open'}`)}
          {remedy.planEndsAt !== null && (
            <> {t.rich('planEnds', { day: () => <Day at={remedy.planEndsAt ?? ''} /> })}</>
          )}
        </Text>
      ))}
      <CreditNotes ticketId={ticket.id} />
    </Stack>
  );
}

const icons = {
  preparing: IconClock,
  under_way: IconSend,
  sent: IconSend,
  settled: IconCircleCheck,
  delayed: IconClockExclamation,
  cancelled: IconX,
  rehearsed: IconCashBanknote,
} as const satisfies Record<Payout['progress'], unknown>;

function PayoutCard({ payout }: { payout: Payout }) {
  const t = useTranslations('portal.money');
  const methods = useTranslations('labels.method');
  const Icon = icons[payout.progress];
  const isGone = payout.progress === 'sent' || payout.progress === 'settled';
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} flex={1} miw={220}>
          <Group gap="xs" wrap="nowrap">
            <Icon size={18} aria-hidden style={{ flex: 'none' }} />
            <Text fw={600}>{t(`progress.${payout.progress}`)}</Text>
          </Group>
          <Text size="sm">{methods(payout.method)}</Text>
          {isGone && <Text size="sm">{t(`arrives.${payout.method}`)}</Text>}
          {payout.settledAt !== null && (
            <Text size="sm">{t.rich('settledAt', { day: () => <Day at={payout.settledAt ?? ''} /> })}</Text>
          )}
          {payout.bankRef !== null && (
            <Text size="sm">
              {t.rich('reference', {
                ref: () => <code>{payout.bankRef}</code>,
              })}
            </Text>
          )}
        </Stack>
        <Text size="xl" fw={700}>
          <Amount money={payout.amount} />
        </Text>
      </Group>
    </Paper>
  );
}

function CreditNotes({ ticketId }: { ticketId: string }) {
  const t = useTranslations('portal.money');
  const { locale } = useLanguage();
  const { data } = useQuery(creditNotesQuery(ticketId));
  if (!data || data.items.length === 0) return null;
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {t('creditNotes')}
      </Title>
      {data.items.map((note) => (
        <Group key={note.id} justify="space-between">
          <Anchor href={`/v1/credit-notes/${note.id}?language=${locale}`} download size="sm">
            {t(`note.${note.kind}`, { reference: note.reference })}
          </Anchor>
          <Text size="sm">
            <Amount money={note.total} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
