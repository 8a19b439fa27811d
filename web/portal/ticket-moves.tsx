/** What else a customer may do with a request: take it back, bring its decision before another reviewer, take it up again. */

import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { groundCharactersMax } from '../../domain/limits.ts';
import { answerOf, post } from '../api/client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Instant } from '../parts/time.tsx';
import type { Ticket } from './ticket-queries.ts';
import { useTicketWrite, WriteFate } from './ticket-write.tsx';

export function TicketMoves({ ticket }: { ticket: Ticket }) {
  const { actions } = ticket;
  return (
    <Group gap="sm">
      {actions.includes('reopenTicket') && <Reopen ticket={ticket} />}
      {actions.includes('appealTicket') && <Appeal ticket={ticket} />}
      {ticket.withdrawal && actions.includes('withdrawTicket') && <Withdraw ticket={ticket} lost={ticket.withdrawal} />}
    </Group>
  );
}

function Withdraw({ ticket, lost }: { ticket: Ticket; lost: NonNullable<Ticket['withdrawal']> }) {
  const t = useTranslations('portal.withdraw');
  const [opened, { open, close }] = useDisclosure(false);
  const { write, isPending, fate } = useTicketWrite(
    ticket.id,
    (_given: null, header) =>
      answerOf(
        post('/v1/tickets/{ticketId}/withdraw', {
          params: { path: { ticketId: ticket.id }, header },
          body: { confirmed: true },
        }),
      ),
    close,
  );
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('title')}
      </Button>
      <Dialog opened={opened} onClose={close} title={t('title')}>
        <Stack gap="md">
          <Text>{t('lost')}</Text>
          <List size="sm" spacing="xs">
            <List.Item>{t.rich('losesAskedAt', { time: () => <Instant at={lost.losesAskedAt} /> })}</List.Item>
            {lost.windowEndsAt !== null && (
              <List.Item>{t.rich('windowEndsAt', { time: () => <Instant at={lost.windowEndsAt ?? ''} /> })}</List.Item>
            )}
          </List>
          <WriteFate fate={fate} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('keep')}
            </Button>
            <Button color="red.9" loading={isPending} onClick={() => write(null)}>
              {t('confirm')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}

function Appeal({ ticket }: { ticket: Ticket }) {
  const mayBeSilent = ticket.decision?.byDesk ?? false;
  return (
    <GroundDialog
      ticket={ticket}
      words="appeal"
      isOptional={mayBeSilent}
      send={(ground, header) =>
        answerOf(
          post('/v1/tickets/{ticketId}/appeal', {
            params: { path: { ticketId: ticket.id }, header },
            body: ground === '' ? {} : { ground },
          }),
        )
      }
    />
  );
}

function Reopen({ ticket }: { ticket: Ticket }) {
  return (
    <GroundDialog
      ticket={ticket}
      words="reopen"
      isOptional={false}
      send={(ground, header) =>
        answerOf(
          post('/v1/tickets/{ticketId}/reopen', {
            params: { path: { ticketId: ticket.id }, header },
            body: { ground },
          }),
        )
      }
    />
  );
}

interface GroundDialogProps {
  ticket: Ticket;
  words: 'appeal' | 'reopen';
  isOptional: boolean;
  send: Parameters<typeof useTicketWrite<string>>[1];
}

/** Asks for the reason; what was typed stays when the dialog is closed. */
function GroundDialog({ ticket, words, isOptional, send }: GroundDialogProps): ReactNode {
  const t = useTranslations(`portal.${words}`);
  const common = useTranslations('common');
  const [opened, { open, close }] = useDisclosure(false);
  const [ground, setGround] = useState('');
  const { write, isPending, fate } = useTicketWrite(ticket.id, send, close);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    write(ground.trim());
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('title')}
      </Button>
      <Dialog opened={opened} onClose={close} title={t('title')}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <Text>{t('what')}</Text>
            <Textarea
              label={t('ground')}
              required={!isOptional}
              autosize
              minRows={4}
              maxLength={groundCharactersMax}
              value={ground}
              onChange={({ currentTarget }) => setGround(currentTarget.value)}
            />
            <WriteFate fate={fate} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {common('cancel')}
              </Button>
              <Button type="submit" loading={isPending}>
                {t('confirm')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}
