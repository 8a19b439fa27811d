/** A reply or a note. What is typed stays with its ticket, also while one looks at another, until the desk has it. */

import { Box, Button, Group, SegmentedControl, Stack, Textarea } from '@mantine/core';
import { getHotkeyHandler } from '@mantine/hooks';
import { IconLock, IconSend } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { messageCharactersMax } from '../../domain/limits.ts';
import { answerOf, post } from '../api/client.ts';
import { useTicketWrite, WriteFate } from '../portal/ticket-write.tsx';
import styles from './desk.module.css';
import { onDeskCommand } from './desk-commands.ts';
import { useOpenTicket } from './open-ticket.tsx';

type Kind = 'reply' | 'note';

/** Of this window alone, and never in the browser's storage: it may be about anybody. */
const unsent = new Map<string, string>();

const useSaying = (ticketId: string, onSaid: (said: string) => void) =>
  useTicketWrite(
    ticketId,
    ({ said, as }: { said: string; as: Kind }, headers) => {
      const params = { path: { ticketId }, header: headers };
      return as === 'note'
        ? answerOf(post('/v1/tickets/{ticketId}/notes', { params, body: { text: said } }))
        : answerOf(post('/v1/tickets/{ticketId}/messages', { params, body: { text: said } }));
    },
    ({ said }) => onSaid(said),
  );

export function DeskComposer() {
  const t = useTranslations('desk.composer');
  const { ticket } = useOpenTicket();
  const [kind, setKind] = useState<Kind>('reply');
  const [text, setText] = useState(unsent.get(ticket.id) ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (text === '') unsent.delete(ticket.id);
    else unsent.set(ticket.id, text);
  }, [ticket.id, text]);
  useEffect(
    () =>
      onDeskCommand((command) => {
        if (command !== 'reply' && command !== 'note') return;
        setKind(command);
        field.current?.focus();
      }),
    [],
  );
  const { write, isPending, fate } = useSaying(ticket.id, (said) => setText((now) => (now === said ? '' : now)));
  const send = () => {
    if (text.trim() !== '' && !isPending) write({ said: text, as: kind });
  };
  const isNote = kind === 'note';
  return (
    <Box p="sm" className={isNote ? styles['note'] : undefined}>
      <Stack gap="xs">
        <Textarea
          ref={field}
          aria-label={t(isNote ? 'noteLabel' : 'replyLabel')}
          placeholder={t(isNote ? 'noteHint' : 'replyHint')}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={messageCharactersMax}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={getHotkeyHandler([['mod+Enter', send]])}
        />
        <WriteFate fate={fate} />
        <Foot kind={kind} isPending={isPending} onChoose={setKind} onSend={send} />
      </Stack>
    </Box>
  );
}

interface FootProps {
  readonly kind: Kind;
  readonly isPending: boolean;
  onChoose(kind: Kind): void;
  onSend(): void;
}

function Foot({ kind, isPending, onChoose, onSend }: FootProps) {
  const t = useTranslations('desk.composer');
  const isNote = kind === 'note';
  return (
    <Group justify="space-between">
      <SegmentedControl
        size="xs"
        aria-label={t('kind')}
        value={kind}
        onChange={(value) => onChoose(value === 'note' ? 'note' : 'reply')}
        data={[
          { value: 'reply', label: t('reply') },
          { value: 'note', label: t('note') },
        ]}
      />
      <Button
        size="compact-md"
        loading={isPending}
        onClick={onSend}
        rightSection={isNote ? <IconLock size={14} aria-hidden /> : <IconSend size={14} aria-hidden />}
      >
        {t(isNote ? 'saveNote' : 'send')}
      </Button>
    </Group>
  );
}
