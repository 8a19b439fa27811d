/** An open ticket: its conversation and, beside or behind it, its case. */

import { Anchor, Badge, Group, Tabs, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { type Ticket, ticketQuery } from '../portal/ticket-queries.ts';
import { CasePane } from './case-pane.tsx';
import { ConversationPane } from './conversation-pane.tsx';
import styles from './desk.module.css';
import { LogDialog } from './log-dialog.tsx';
import { OpenTicketProvider } from './open-ticket.tsx';
import { Palette } from './palette.tsx';
import { Split, useIsRoomy } from './panes.tsx';

export function TicketPane({ ticketId }: { ticketId: string }) {
  const t = useTranslations('desk.panes');
  const { data: ticket } = useSuspenseQuery(ticketQuery(ticketId));
  const isRoomy = useIsRoomy();
  const conversation = <ConversationPane />;
  const facts = <CasePane />;
  return (
    <OpenTicketProvider key={ticketId} ticket={ticket}>
      <Palette />
      <Head ticket={ticket} />
      {isRoomy ? (
        <Split id="ticket" startSize={55} start={conversation} end={facts} />
      ) : (
        <Tabs defaultValue="conversation" className={styles['pane']} flex={1} mih={0}>
          <Tabs.List>
            <Tabs.Tab value="conversation">{t('conversation')}</Tabs.Tab>
            <Tabs.Tab value="case">{t('case')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="conversation" className={styles['scroll']}>
            {conversation}
          </Tabs.Panel>
          <Tabs.Panel value="case" className={styles['scroll']}>
            {facts}
          </Tabs.Panel>
        </Tabs>
      )}
      <LogDialog />
    </OpenTicketProvider>
  );
}

function Head({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('desk.panes');
  const labels = useTranslations('labels');
  const faults = useTranslations('portal.fault');
  return (
    <Group px="md" py="xs" gap="sm" style={{ borderBlockEnd: '1px solid var(--mantine-color-default-border)' }}>
      <Anchor component={Link} to="/desk" hiddenFrom="md" size="sm">
        {t('back')}
      </Anchor>
      <Title order={1} size="h4">
        {ticket.reference}
      </Title>
      <Text size="sm">{faults(`${ticket.fault}.title`)}</Text>
      <Badge variant="light" tt="none">
        {ticket.outcome ? labels(`outcome.${ticket.outcome}`) : labels(`phase.${ticket.phase}`)}
      </Badge>
      <Text size="sm" ms="auto">
        {ticket.assignee?.name ?? t('unassigned')}
      </Text>
    </Group>
  );
}
