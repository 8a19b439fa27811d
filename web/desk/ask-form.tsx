/** Asks the customer for what the review still needs; the decision clock stands still until they answer (RP-4.2). */

import { Checkbox, Group, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { messageCharactersMax } from '../../domain/limits.ts';
import { type Material, materials } from '../../domain/materials.ts';
import { answerOf, post } from '../api/client.ts';
import { useTicketWrite } from '../portal/ticket-write.tsx';
import { FormFrame } from './form-frame.tsx';
import { useOpenTicket } from './open-ticket.tsx';

const isMaterial = (text: string): text is Material => materials.some((each) => each === text);

export function AskForm() {
  const t = useTranslations('desk.ask');
  const names = useTranslations('portal.material');
  const { ticket, setForm } = useOpenTicket();
  const [named, setNamed] = useState<Material[]>([]);
  const [question, setQuestion] = useState('');
  const { write, isPending, fate } = useTicketWrite(
    ticket.id,
    (body: { materials: Material[]; question: string }, headers) =>
      answerOf(
        post('/v1/tickets/{ticketId}/information', {
          params: { path: { ticketId: ticket.id }, header: headers },
          body,
        }),
      ),
    () => setForm(null),
  );
  return (
    <FormFrame
      label={t('submit')}
      isPending={isPending}
      fate={fate}
      onSend={() => write({ materials: named, question })}
    >
      <Checkbox.Group label={t('materials')} value={named} onChange={(values) => setNamed(values.filter(isMaterial))}>
        <Group gap="md" mt={4}>
          {materials.map((each) => (
            <Checkbox key={each} value={each} label={names(each)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Textarea
        autoFocus
        required
        label={t('question')}
        autosize
        minRows={2}
        maxLength={messageCharactersMax}
        value={question}
        onChange={({ currentTarget }) => setQuestion(currentTarget.value)}
      />
    </FormFrame>
  );
}
