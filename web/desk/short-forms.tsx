/** Moves that take a choice and a written ground: a second person's word, a fix, a hold, a check of identity, a reopening. */

import { Checkbox, Group, SegmentedControl, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { heldClocks, placedHoldKinds } from '../../domain/hold.ts';
import { groundCharactersMax } from '../../domain/limits.ts';
import { answerOf, post } from '../api/client.ts';
import { useTicketWrite } from '../portal/ticket-write.tsx';
import { FormFrame } from './form-frame.tsx';
import { useOpenTicket } from './open-ticket.tsx';

interface Choice<Value extends string> {
  readonly values: readonly Value[];
  labelOf(value: Value): string;
}

interface ShortFormProps<Value extends string> {
  readonly label: string;
  readonly choice: Choice<Value>;
  readonly write: ReturnType<typeof useTicketWrite<{ value: Value; ground: string }>>;
}

function ShortForm<Value extends string>({ label, choice, write: { write, isPending, fate } }: ShortFormProps<Value>) {
  const t = useTranslations('desk.short');
  const [value, setValue] = useState(choice.values[0]);
  const [ground, setGround] = useState('');
  return (
    <FormFrame
      label={label}
      isPending={isPending}
      fate={fate}
      onSend={() => {
        if (value !== undefined) write({ value, ground });
      }}
    >
      {choice.values.length > 1 && (
        <SegmentedControl
          aria-label={label}
          value={value ?? ''}
          onChange={(next) => setValue(choice.values.find((each) => each === next))}
          data={choice.values.map((each) => ({ value: each, label: choice.labelOf(each) }))}
        />
      )}
      <Ground label={t('ground')} ground={ground} onChange={setGround} />
    </FormFrame>
  );
}

interface GroundProps {
  readonly label: string;
  readonly ground: string;
  onChange(ground: string): void;
}

export function Ground({ label, ground, onChange }: GroundProps) {
  return (
    <Textarea
      required
      label={label}
      autosize
      minRows={2}
      maxLength={groundCharactersMax}
      value={ground}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** Sends, and closes the form where it was taken. */
function useMove<Given>(send: Parameters<typeof useTicketWrite<Given>>[1]) {
  const { ticket, setForm } = useOpenTicket();
  return useTicketWrite<Given>(ticket.id, send, () => setForm(null));
}

export function ConfirmForm() {
  const t = useTranslations('desk.short.confirm');
  const { ticket } = useOpenTicket();
  const write = useMove(({ value, ground }: { value: 'confirm' | 'reject'; ground: string }, header) =>
    answerOf(
      post('/v1/tickets/{ticketId}/decision/confirmation', {
        params: { path: { ticketId: ticket.id }, header },
        body: { confirm: value === 'confirm', ground },
      }),
    ),
  );
  const choice: Choice<'confirm' | 'reject'> = { values: ['confirm', 'reject'], labelOf: (value) => t(value) };
  return <ShortForm label={t('submit')} choice={choice} write={write} />;
}

export function FixForm() {
  const t = useTranslations('desk.short.fix');
  const { ticket } = useOpenTicket();
  const write = useMove(({ value, ground }: { value: 'mended' | 'failing'; ground: string }, header) =>
    answerOf(
      post('/v1/tickets/{ticketId}/remediation', {
        params: { path: { ticketId: ticket.id }, header },
        body: { mended: value === 'mended', finding: ground },
      }),
    ),
  );
  const choice: Choice<'mended' | 'failing'> = { values: ['mended', 'failing'], labelOf: (value) => t(value) };
  return <ShortForm label={t('submit')} choice={choice} write={write} />;
}

export function KycForm() {
  const t = useTranslations('desk.short.kyc');
  const { ticket } = useOpenTicket();
  const write = useMove(({ value, ground }: { value: 'passed' | 'failed'; ground: string }, header) =>
    answerOf(
      post('/v1/tickets/{ticketId}/kyc', {
        params: { path: { ticketId: ticket.id }, header },
        body: { result: value, ground },
      }),
    ),
  );
  const choice: Choice<'passed' | 'failed'> = { values: ['passed', 'failed'], labelOf: (value) => t(value) };
  return <ShortForm label={t('submit')} choice={choice} write={write} />;
}

export function GroundForm() {
  const t = useTranslations('desk.short.reopen');
  const { ticket } = useOpenTicket();
  const write = useMove(({ ground }: { value: 'reopen'; ground: string }, header) =>
    answerOf(
      post('/v1/tickets/{ticketId}/reopen', { params: { path: { ticketId: ticket.id }, header }, body: { ground } }),
    ),
  );
  return <ShortForm label={t('submit')} choice={{ values: ['reopen'], labelOf: () => t('submit') }} write={write} />;
}

type HoldKind = (typeof placedHoldKinds)[number];
type HeldClock = (typeof heldClocks)[number];

export function HoldForm() {
  const t = useTranslations('desk.short');
  const labels = useTranslations('desk.label');
  const { ticket } = useOpenTicket();
  const [kind, setKind] = useState<HoldKind>('customer');
  const [stops, setStops] = useState<HeldClock[]>([]);
  const [ground, setGround] = useState('');
  const { write, isPending, fate } = useMove((body: { kind: HoldKind; stops: HeldClock[]; ground: string }, header) =>
    answerOf(post('/v1/tickets/{ticketId}/holds', { params: { path: { ticketId: ticket.id }, header }, body })),
  );
  return (
    <FormFrame label={t('hold.submit')} isPending={isPending} fate={fate} onSend={() => write({ kind, stops, ground })}>
      <Select
        label={t('hold.kind')}
        allowDeselect={false}
        data={placedHoldKinds.map((value) => ({ value, label: labels(`hold.${value}`) }))}
        value={kind}
        onChange={(value) => setKind(placedHoldKinds.find((each) => each === value) ?? kind)}
      />
      <Checkbox.Group
        label={t('hold.stops')}
        value={stops}
        onChange={(values) => setStops(heldClocks.filter((clock) => values.includes(clock)))}
      >
        <Group mt={4}>
          {heldClocks.map((clock) => (
            <Checkbox key={clock} value={clock} label={labels(`clock.${clock}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Ground label={t('ground')} ground={ground} onChange={setGround} />
    </FormFrame>
  );
}
