/** The wave of offers: how far it is, within which budget, and what may be done with it; or the beginning of one. */

import { Alert, Button, Group, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { isConfirmed } from '../../domain/incident.ts';
import { waveMoves } from '../../domain/incident-wave.ts';
import { groundCharactersMax } from '../../domain/limits.ts';
import { type Currency, formatAmount, fromDecimal, fromWire } from '../../domain/money.ts';
import { answerOf, post } from '../api/client.ts';
import { FaultAlert } from '../parts/fault-text.tsx';
import { Amount } from '../parts/money.tsx';
import { type Incident, impactQuery, type Wave } from './queries.ts';
import { useIncidentWrite } from './use-incident-write.ts';

export function WavePanel({ incident }: { incident: Incident }) {
  const t = useTranslations('incidents.wave');
  const { me } = useRouteContext({ from: '/incidents/$incidentId' });
  const { wave } = incident;
  const hasEnded = wave === null || wave.state === 'done' || wave.state === 'cancelled';
  const mayOffer = me.operations.includes('offerIncident');
  return (
    <Stack component="section" gap="sm" aria-labelledby="wave">
      <Title order={2} size="h4" id="wave">
        {t('title')}
      </Title>
      {wave && <WaveState wave={wave} />}
      {wave && mayOffer && <WaveMoves incident={incident} wave={wave} />}
      {hasEnded && mayOffer && isConfirmed(incident.state) && <NewWave incident={incident} />}
      {!isConfirmed(incident.state) && <Text size="sm">{t('notConfirmed')}</Text>}
    </Stack>
  );
}

const hundred = 100;

function WaveState({ wave }: { wave: Wave }) {
  const t = useTranslations('incidents.wave');
  const { offered, joined, told, leftOut, remaining } = wave.progress;
  const left = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
  const reached = offered + joined + told + left;
  const share = reached + remaining === 0 ? hundred : Math.round((reached / (reached + remaining)) * hundred);
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        {t(`state.${wave.state}`)} {wave.reason && t(`reason.${wave.reason}`)}
      </Text>
      <Progress value={share} aria-label={t('progress')} />
      <Text size="sm">{t('counts', { offered, joined, told, left, remaining })}</Text>
      {wave.offered.map((money) => (
        <Text key={money.currency} size="sm">
          {t('spent')} <Amount money={money} />
        </Text>
      ))}
      {wave.budget.map((money) => (
        <Text key={money.currency} size="sm">
          {t('budget')} <Amount money={money} />
        </Text>
      ))}
      <Text size="sm">{t('decidedBy', { name: wave.decidedBy?.name ?? '' })}</Text>
    </Stack>
  );
}

const moves = ['confirm', 'reject', 'pause', 'resume', 'cancel'] as const;
type Move = (typeof moves)[number];

function WaveMoves({ incident, wave }: { incident: Incident; wave: Wave }) {
  const t = useTranslations('incidents.wave');
  const [ground, setGround] = useState('');
  const { mutate, isPending, error } = useIncidentWrite(
    incident.id,
    ({ move, said }: { move: Move; said: string }, header): Promise<unknown> => {
      const params = { path: { incidentId: incident.id }, header };
      switch (move) {
        case 'confirm':
        case 'reject':
          return answerOf(
            post('/v1/incidents/{incidentId}/offers/confirmation', {
              params,
              body: { waveId: wave.id, confirm: move === 'confirm', ground: said },
            }),
          );
        case 'pause':
          return answerOf(post('/v1/incidents/{incidentId}/offers/pause', { params, body: { ground: said } }));
        case 'resume':
          return answerOf(
            post('/v1/incidents/{incidentId}/offers/resume', { params, body: { waveId: wave.id, ground: said } }),
          );
        case 'cancel':
          return answerOf(post('/v1/incidents/{incidentId}/offers/cancel', { params, body: { ground: said } }));
      }
    },
    () => setGround(''),
  );
  const open = moves.filter((move) => waveMoves[move].from.some((from) => from === wave.state));
  if (open.length === 0) return null;
  return (
    <Stack gap="xs">
      <TextInput
        label={t('ground')}
        maxLength={groundCharactersMax}
        value={ground}
        onChange={({ currentTarget }) => setGround(currentTarget.value)}
      />
      <Group gap="xs">
        {open.map((move) => (
          <Button key={move} variant="default" loading={isPending} onClick={() => mutate({ move, said: ground })}>
            {t(`move.${move}`)}
          </Button>
        ))}
      </Group>
      <FaultAlert fault={error} />
    </Stack>
  );
}

/** Begun from what it would cost at most; who decides it is told what it does. */
function NewWave({ incident }: { incident: Incident }) {
  const t = useTranslations('incidents.wave');
  const format = useFormatter();
  const { data: impact } = useQuery(impactQuery(incident.id));
  const [budgets, setBudgets] = useState<Readonly<Record<string, string>>>({});
  const [ground, setGround] = useState('');
  const { mutate, isPending, error } = useIncidentWrite(
    incident.id,
    (body: { version: number; ground: string; budget: { minor: string; currency: Currency }[] }, header) =>
      answerOf(
        post('/v1/incidents/{incidentId}/offers', {
          params: { path: { incidentId: incident.id }, header },
          body,
        }),
      ),
  );
  if (!impact) return null;
  const asked = impact.refunds.map((money) => {
    const text = budgets[money.currency] ?? formatAmount(fromWire(money));
    return { currency: money.currency, text, amount: fromDecimal(text, money.currency) };
  });
  const begin = (): void => {
    const budget = asked.flatMap(({ amount }) =>
      amount && amount.minor > 0n ? [{ minor: String(amount.minor), currency: amount.currency }] : [],
    );
    mutate({ version: incident.version, ground, budget });
  };
  return (
    <form
      aria-label={t('begin')}
      onSubmit={(event) => {
        event.preventDefault();
        if (asked.every(({ amount }) => amount !== null)) begin();
      }}
    >
      <Stack gap="xs">
        <Alert color="teal" p="xs">
          {t('effect', { orders: format.number(impact.offered + impact.told) })}
        </Alert>
        {asked.map(({ currency, text, amount }) => (
          <TextInput
            key={currency}
            inputMode="decimal"
            label={t('budgetIn', { currency })}
            error={amount === null ? t('budgetWrong', { currency }) : null}
            value={text}
            onChange={({ currentTarget }) => setBudgets({ ...budgets, [currency]: currentTarget.value })}
          />
        ))}
        <TextInput
          required
          label={t('ground')}
          maxLength={groundCharactersMax}
          value={ground}
          onChange={({ currentTarget }) => setGround(currentTarget.value)}
        />
        <FaultAlert fault={error} />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {t('begin')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
