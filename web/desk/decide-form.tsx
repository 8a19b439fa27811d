/**
 * The decision, begun from the proposal. What differs from it is an exception that a second person confirms; the form
 * says so before it is sent.
 */

import { Alert, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { provisionCharactersMax } from '../../domain/limits.ts';
import { type Currency, fromDecimal } from '../../domain/money.ts';
import { answerOf, post } from '../api/client.ts';
import { useMoney } from '../parts/money.tsx';
import { useTicketWrite } from '../portal/ticket-write.tsx';
import { type DecideFields, type DecisionBody, decisionBody, differs, kinds, proposedFields } from './decide-fields.ts';
import { FormFrame } from './form-frame.tsx';
import { useOpenTicket } from './open-ticket.tsx';
import { orderQuery, proposalQuery } from './queries.ts';
import { Ground } from './short-forms.tsx';

export function DecideForm() {
  const { ticket } = useOpenTicket();
  const { data: proposed } = useQuery(proposalQuery(ticket.id));
  const { data: order } = useQuery(orderQuery(ticket.id, ticket.orderRef));
  const currency = order?.tenders[0]?.amount.currency;
  if (!proposed || currency === undefined) return null;
  return <DecideFormFields proposal={proposed.proposal} currency={currency} />;
}

interface DecideProps {
  readonly proposal: Parameters<typeof proposedFields>[0];
  readonly currency: Currency;
}

function DecideFormFields({ proposal, currency }: DecideProps) {
  const t = useTranslations('desk.decide');
  const money = useMoney();
  const { ticket, setForm } = useOpenTicket();
  const [fields, setFields] = useState(() => proposedFields(proposal));
  const set = (change: Partial<DecideFields>) => setFields((former) => ({ ...former, ...change }));
  const { write, isPending, fate } = useTicketWrite(
    ticket.id,
    (body: DecisionBody, header) =>
      answerOf(post('/v1/tickets/{ticketId}/decision', { params: { path: { ticketId: ticket.id }, header }, body })),
    () => setForm(null),
  );
  const amount = fromDecimal(fields.amount, currency);
  const body = decisionBody(fields, amount, proposal);
  const isException = differs(fields, amount, proposal);
  const sum = amount && money({ minor: String(amount.minor), currency });
  return (
    <FormFrame
      label={t('submit')}
      isPending={isPending}
      fate={fate}
      effect={<Effect isException={isException} said={t(`effect.${fields.kind}`, { amount: sum ?? '' })} />}
      onSend={() => {
        if (body) write(body);
      }}
    >
      <SegmentedControl
        aria-label={t('kind')}
        value={fields.kind}
        onChange={(value) => set({ kind: kinds.find((kind) => kind === value) ?? fields.kind })}
        data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
      />
      {fields.kind === 'refund' && (
        <TextInput
          autoFocus
          required
          inputMode="decimal"
          label={t('amount', { currency })}
          error={fields.amount !== '' && amount === null ? t('amountWrong', { currency }) : null}
          value={fields.amount}
          onChange={({ currentTarget }) => set({ amount: currentTarget.value })}
        />
      )}
      {fields.kind === 'refund' && isException && (
        <Select
          label={t('exception')}
          allowDeselect={false}
          data={(['goodwill', 'statutory'] as const).map((value) => ({ value, label: t(`exceptions.${value}`) }))}
          value={fields.exception}
          onChange={(value) => set({ exception: value === 'statutory' ? 'statutory' : 'goodwill' })}
        />
      )}
      {fields.kind === 'refund' && isException && fields.exception === 'statutory' && (
        <TextInput
          required
          label={t('provision')}
          maxLength={provisionCharactersMax}
          value={fields.provision}
          onChange={({ currentTarget }) => set({ provision: currentTarget.value })}
        />
      )}
      <Ground label={t('ground')} ground={fields.ground} onChange={(ground) => set({ ground })} />
    </FormFrame>
  );
}

function Effect({ isException, said }: { isException: boolean; said: string }) {
  const t = useTranslations('desk.decide');
  return (
    <Alert color={isException ? 'yellow' : 'teal'} p="xs" icon={isException ? <IconUsers aria-hidden /> : undefined}>
      {said} {isException && t('secondPerson')}
    </Alert>
  );
}
