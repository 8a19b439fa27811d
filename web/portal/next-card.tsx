/** Who is at turn, what happens next and by when, what stands still and why, and the answer that is asked for. */

import { Alert, List, Paper, Stack, Text, Title } from '@mantine/core';
import { IconBuildingBank, IconCircleCheck, IconHandStop, IconHeadset, IconUser } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { LoadingPage } from '../parts/states.tsx';
import { Ago, Instant } from '../parts/time.tsx';
import styles from './next-card.module.css';
import { nextOf, type Turn } from './progress.ts';
import type { Ticket } from './ticket-queries.ts';

const MaterialsForm = lazy(async () => ({ default: (await import('./materials-form.tsx')).MaterialsForm }));
const FixAnswer = lazy(async () => ({ default: (await import('./fix-answer.tsx')).FixAnswer }));
const OfferAnswer = lazy(async () => ({ default: (await import('./offer-answer.tsx')).OfferAnswer }));

const icons = {
  you: IconUser,
  desk: IconHeadset,
  bank: IconBuildingBank,
  nobody: IconCircleCheck,
} as const satisfies Record<Turn, unknown>;

export function NextCard({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.next');
  const next = nextOf(ticket);
  const Icon = icons[next.turn];
  return (
    <Paper
      component="section"
      withBorder
      p="lg"
      aria-labelledby="next"
      className={styles['card']}
      data-turn={next.turn}
    >
      <Stack gap="md">
        <Stack gap={4}>
          <Text size="sm" fw={600} className={styles['turn']}>
            <Icon size={18} aria-hidden />
            {t(`turn.${next.turn}`)}
          </Text>
          <Title order={2} size="h3" id="next">
            {t(`what.${next.what}.title`)}
          </Title>
          <Text>{t(`what.${next.what}.text`)}</Text>
          {next.by !== null && <By turn={next.turn} at={next.by} />}
        </Stack>
        <Standstill ticket={ticket} />
        {ticket.pending && <Text role="status">{t('pending')}</Text>}
        <Asked ticket={ticket} />
      </Stack>
    </Paper>
  );
}

function By({ turn, at }: { turn: Turn; at: string }) {
  const t = useTranslations('portal.next');
  return (
    <Text fw={500}>
      {t.rich(turn === 'you' ? 'answerBy' : 'doneBy', { time: () => <Instant at={at} />, left: () => <Ago at={at} /> })}
    </Text>
  );
}

/** Why a clock stands still, or the money does. */
function Standstill({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.next');
  const reasons = new Set([
    ...ticket.clocks.pauses.filter(({ until }) => until === null).map(({ reason }) => reason),
    ...ticket.holds.filter(({ until }) => until === null).map(({ kind }) => kind),
  ]);
  if (ticket.phase === 'closed' || reasons.size === 0) return null;
  return (
    <Alert color="gray" variant="default" icon={<IconHandStop aria-hidden />} title={t('standstill')}>
      <List size="sm">
        {[...reasons].map((reason) => (
          <List.Item key={reason}>{t(`pause.${reason}`)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** The form for what the customer is asked, where they may answer it. */
function Asked({ ticket }: { ticket: Ticket }): ReactNode {
  const materials = useTranslations('portal.material');
  const t = useTranslations('portal.next');
  const { actions, informationRequest, offer, missing, phase } = ticket;
  if (phase === 'gathering' && missing.length > 0 && actions.includes('addEvidence'))
    return (
      <>
        <List size="sm">
          {missing.map((material) => (
            <List.Item key={material}>{materials(material)}</List.Item>
          ))}
        </List>
        <Suspense fallback={<LoadingPage />}>
          <MaterialsForm ticket={ticket} asked={missing} isAnswer={false} />
        </Suspense>
      </>
    );
  if (informationRequest && actions.includes('answerInformationRequest'))
    return (
      <>
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {t('question')}
          </Text>
          <Text style={{ whiteSpace: 'pre-wrap' }}>{informationRequest.question}</Text>
        </Stack>
        <Suspense fallback={<LoadingPage />}>
          <MaterialsForm ticket={ticket} asked={informationRequest.materials} isAnswer />
        </Suspense>
      </>
    );
  if (actions.includes('answerRemediation'))
    return (
      <Suspense fallback={<LoadingPage />}>
        <FixAnswer ticket={ticket} />
      </Suspense>
    );
  if (offer && actions.includes('answerOffer'))
    return (
      <Suspense fallback={<LoadingPage />}>
        <OfferAnswer ticket={ticket} offer={offer} />
      </Suspense>
    );
  return null;
}
