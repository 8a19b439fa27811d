/** What is to be decided now: clocks, what is missing, what the policy proposes and why, and the moves that are allowed. */

import { Alert, Button, Group, List, Paper, Text, TextInput } from '@mantine/core';
import { IconHandStop, IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { answerOf, post } from '../api/client.ts';
import { LoadingPage } from '../parts/states.tsx';
import { Ago, Instant } from '../parts/time.tsx';
import type { Ticket } from '../portal/ticket-queries.ts';
import { useTicketWrite, WriteFate } from '../portal/ticket-write.tsx';
import { onDeskCommand } from './desk-commands.ts';
import { Findings } from './findings.tsx';
import { MoveForm } from './move-form.tsx';
import { allowedForms, refusedForms } from './moves.ts';
import { useOpenTicket } from './open-ticket.tsx';
import { ProposalLine } from './proposal-line.tsx';
import { proposalQuery } from './queries.ts';
import { Detail, Section } from './section.tsx';
import { useAssign } from './use-assign.ts';

export function DecisionCard() {
  const t = useTranslations('desk.decision');
  const { ticket } = useOpenTicket();
  const { data } = useQuery(proposalQuery(ticket.id));
  return (
    <Section title={t('title')}>
      <Paper withBorder p="md">
        <Clocks ticket={ticket} />
        {ticket.holds.map((hold) => (
          <HoldLine key={hold.id ?? hold.since} ticket={ticket} hold={hold} />
        ))}
        {data ? (
          <>
            <ProposalLine proposal={data.proposal} />
            {data.suggestion && (
              <Alert color="teal" my="xs" p="xs" icon={<IconInfoCircle aria-hidden />} title={t('suggested')}>
                <ProposalLine proposal={data.suggestion.assessment.proposal} />
              </Alert>
            )}
          </>
        ) : (
          <LoadingPage />
        )}
        <Moves />
        {data && <Findings assessment={data.suggestion?.assessment ?? data} />}
      </Paper>
    </Section>
  );
}

function Clocks({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('desk.decision');
  const materials = useTranslations('portal.material');
  const labels = useTranslations('desk.label');
  const pauses = ticket.clocks.pauses.filter(({ until }) => until === null);
  return (
    <>
      <Detail name={t('due')}>
        {ticket.due ? (
          <>
            {labels(`due.${ticket.due.kind}`)}, <Ago at={ticket.due.at} /> (<Instant at={ticket.due.at} />)
          </>
        ) : (
          t('nothingDue')
        )}
      </Detail>
      {pauses.map(({ clock, reason, from }) => (
        <Detail key={`${clock} ${from}`} name={t('paused', { clock: labels(`clock.${clock}`) })}>
          {labels(`pause.${reason}`)}, <Ago at={from} />
        </Detail>
      ))}
      {ticket.missing.length > 0 && (
        <Detail name={t('missing')}>{ticket.missing.map((each) => materials(each)).join(', ')}</Detail>
      )}
    </>
  );
}

function HoldLine({ ticket, hold }: { ticket: Ticket; hold: Ticket['holds'][number] }) {
  const t = useTranslations('desk.decision');
  const labels = useTranslations('desk.label');
  const [ground, setGround] = useState('');
  const { write, isPending, fate } = useTicketWrite(ticket.id, (holdId: string, headers) =>
    answerOf(
      post('/v1/tickets/{ticketId}/holds/{holdId}/release', {
        params: { path: { ticketId: ticket.id, holdId }, header: headers },
        body: { ground },
      }),
    ),
  );
  if (hold.until !== null) return null;
  const { id } = hold;
  return (
    <Alert color="yellow" my="xs" p="xs" icon={<IconHandStop aria-hidden />} title={labels(`hold.${hold.kind}`)}>
      <Text size="sm">
        {hold.ground ?? ''} {hold.placedBy?.name ?? ''} <Ago at={hold.since} />
      </Text>
      {id !== undefined && ticket.actions.includes('releaseHold') && hold.kind !== 'dispute' && (
        <Group gap="xs" mt={4} align="flex-end">
          <TextInput
            flex={1}
            size="xs"
            label={t('releaseGround')}
            value={ground}
            onChange={({ currentTarget }) => setGround(currentTarget.value)}
          />
          <Button size="compact-sm" variant="default" loading={isPending} onClick={() => write(id)}>
            {t('release')}
          </Button>
        </Group>
      )}
      <WriteFate fate={fate} />
    </Alert>
  );
}

/** The allowed moves as buttons; of the others, why not. */
function Moves() {
  const t = useTranslations('desk');
  const labels = useTranslations('labels');
  const { ticket, form, setForm } = useOpenTicket();
  const { me } = useRouteContext({ from: '/desk' });
  const { write: assign, isPending, fate } = useAssign(ticket.id);
  const mayAssign = ticket.actions.includes('assignTicket') && ticket.assignee?.id !== me.id;
  // Here rather than where the key is pressed, so that a refusal is told.
  useEffect(
    () =>
      onDeskCommand((command) => {
        if (command === 'assign' && mayAssign && !isPending) assign(me.id);
      }),
    [assign, isPending, mayAssign, me.id],
  );
  return (
    <>
      <Group gap="xs" mt="md">
        {allowedForms(ticket).map((each) => (
          <Button
            key={each}
            size="compact-md"
            variant={each === 'decideTicket' || each === 'recordReview' ? 'filled' : 'default'}
            aria-expanded={form === each}
            onClick={() => setForm(form === each ? null : each)}
          >
            {t(`move.${each}`)}
          </Button>
        ))}
        {mayAssign && (
          <Button size="compact-md" variant="default" loading={isPending} onClick={() => assign(me.id)}>
            {t('move.assignToMe')}
          </Button>
        )}
      </Group>
      <WriteFate fate={fate} />
      {form && ticket.actions.includes(form) && <MoveForm key={form} form={form} />}
      <details>
        <Text component="summary" size="xs" mt="sm">
          {t('decision.notNow')}
        </Text>
        <List size="xs" mt={4}>
          {refusedForms(ticket).map(({ form: each, why }) => (
            <List.Item key={each}>
              {t(`decision.why.${why}`, { move: t(`move.${each}`), phase: labels(`phase.${ticket.phase}`) })}
            </List.Item>
          ))}
        </List>
      </details>
    </>
  );
}
