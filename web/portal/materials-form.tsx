/** What the desk still needs for a request: only the fields of what it asks for, sent together. Loaded where it is asked. */

import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useNow, useTranslations } from 'use-intl';
import { messageCharactersMax } from '../../domain/limits.ts';
import type { Material } from '../../domain/materials.ts';
import { answerOf, type keyed, post, type Schemas } from '../api/client.ts';
import { useKept } from '../api/kept.ts';
import { FilesField } from './file-list.tsx';
import { emptyNetwork, isNetworkEmpty, networkOf } from './network-draft.ts';
import { NetworkFields } from './network-fields.tsx';
import type { Ticket } from './ticket-queries.ts';
import { useTicketWrite, WriteFate } from './ticket-write.tsx';
import { areOnTheirWay, receivedIds, useUploads } from './use-uploads.ts';

interface Given {
  readonly text?: string;
  readonly networkContext?: Schemas['NetworkContext'];
  readonly uploadIds: string[];
}

/** An answer to a question takes words as well; what is sent before any question, files and network details alone. */
function send(ticketId: string, isAnswer: boolean, { text, ...given }: Given, header: ReturnType<typeof keyed>) {
  const params = { path: { ticketId }, header };
  return isAnswer
    ? answerOf(
        post('/v1/tickets/{ticketId}/information/answer', {
          params,
          body: { ...given, ...(text === undefined ? {} : { text }) },
        }),
      )
    : answerOf(post('/v1/tickets/{ticketId}/evidence', { params, body: given }));
}

interface MaterialsFormProps {
  ticket: Ticket;
  asked: readonly Material[];
  isAnswer: boolean;
}

export function MaterialsForm({ ticket, asked, isAnswer }: MaterialsFormProps) {
  const t = useTranslations('portal.materials');
  const [text, setText] = useKept(`answer/${ticket.id}`, () => '');
  const [network, setNetwork] = useKept(`network/${ticket.id}`, emptyNetwork);
  const now = useNow();
  const [isTried, setIsTried] = useState(false);
  const uploads = useUploads({ ticketId: ticket.id });
  const { write, isPending, fate } = useTicketWrite(
    ticket.id,
    (given: Given, header) => send(ticket.id, isAnswer, given, header),
    () => {
      uploads.clear();
      setText('');
      setNetwork(emptyNetwork());
    },
  );
  const asksNetwork = asked.includes('network_context');
  const context = asksNetwork && !isNetworkEmpty(network) ? networkOf(network, now.getTime()) : null;
  const isHalf = asksNetwork && !isNetworkEmpty(network) && context === null;
  const uploadIds = receivedIds(uploads.files);
  const isEmpty = uploadIds.length === 0 && context === null && text.trim() === '';
  const block = areOnTheirWay(uploads.files) ? 'waits' : isHalf ? 'half' : isEmpty ? 'nothing' : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (block !== null) return;
    write({
      uploadIds,
      ...(context === null ? {} : { networkContext: context }),
      ...(isAnswer && text.trim() !== '' ? { text } : {}),
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        {isAnswer && (
          <Textarea
            label={t('answer')}
            autosize
            minRows={3}
            maxLength={messageCharactersMax}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
        {asksNetwork && (
          <Section title={t('network')}>
            <NetworkFields value={network} onChange={setNetwork} />
          </Section>
        )}
        {(isAnswer || asked.includes('evidence')) && (
          <Section title={t('files')}>
            <FilesField uploads={uploads} />
          </Section>
        )}
        <WriteFate fate={fate} />
        {isTried && block !== null && (
          <Text role="alert" size="sm" fw={500}>
            {t(block)}
          </Text>
        )}
        <Group>
          <Button type="submit" loading={isPending}>
            {t('send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="sm">
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
