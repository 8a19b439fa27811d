/** Writing to the desk and handing in more. What is typed stays until the desk has it. */

import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconPaperclip, IconSend } from '@tabler/icons-react';
import { lazy, type SubmitEvent, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { messageCharactersMax } from '../../domain/limits.ts';
import { answerOf, post } from '../api/client.ts';
import { useKept } from '../api/kept.ts';
import { LoadingPage } from '../parts/states.tsx';
import type { Ticket } from './ticket-queries.ts';
import { useTicketWrite, WriteFate } from './ticket-write.tsx';

const AddFiles = lazy(async () => ({ default: (await import('./add-files.tsx')).AddFiles }));

export function Composer({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.composer');
  const [text, setText] = useKept(`message/${ticket.id}`, () => '');
  const [isAdding, setIsAdding] = useState(false);
  const { write, isPending, fate } = useTicketWrite(
    ticket.id,
    (said: string, headers) =>
      answerOf(
        post('/v1/tickets/{ticketId}/messages', {
          params: { path: { ticketId: ticket.id }, header: headers },
          body: { text: said },
        }),
      ),
    (said) => setText((now) => (now === said ? '' : now)),
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim() !== '') write(text);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Textarea
          label={t('label')}
          description={t('hint')}
          autosize
          minRows={3}
          maxRows={14}
          maxLength={messageCharactersMax}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <WriteFate fate={fate} />
        <Group justify="space-between">
          {ticket.actions.includes('addEvidence') ? (
            <Button
              variant="default"
              leftSection={<IconPaperclip size={16} aria-hidden />}
              aria-expanded={isAdding}
              onClick={() => setIsAdding(!isAdding)}
            >
              {t('addFiles')}
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={isPending} rightSection={<IconSend size={16} aria-hidden />}>
            {t('send')}
          </Button>
        </Group>
        {isAdding && (
          <Suspense fallback={<LoadingPage />}>
            <AddFiles ticketId={ticket.id} onDone={() => setIsAdding(false)} />
          </Suspense>
        )}
      </Stack>
    </form>
  );
}
