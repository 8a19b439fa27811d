/** A new request, step by step: which order, what is wrong, where and when, files and words, and a last look. */

import { Button, Container, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useNow, useTranslations } from 'use-intl';
import { answerOf, keyed, ProblemError, post } from '../api/client.ts';
import { forgetKept, useKept } from '../api/kept.ts';
import { FaultAlert } from '../parts/fault-text.tsx';
import { Completeness } from './completeness.tsx';
import { useKey } from './ticket-write.tsx';
import { areOnTheirWay, receivedIds, type Uploads, useUploads } from './use-uploads.ts';
import { askingOf, asksNetwork, emptyForm, isUntouched, partsOf, type WizardForm } from './wizard-form.ts';
import { stepBlocks, WizardStep } from './wizard-steps.tsx';

const steps = ['order', 'fault', 'network', 'material', 'review'] as const;

export type StepId = (typeof steps)[number];

const secondMs = 1000;

export function Wizard() {
  const t = useTranslations('portal.wizard');
  const [form, setForm] = useKept<WizardForm>('new-request', emptyForm);
  const [step, setStep] = useKept<StepId>('new-request-step', () => 'order');
  const uploads = useUploads(form.orderRef === null ? {} : { orderRef: form.orderRef });
  const now = useNow({ updateInterval: 60 * secondMs }).getTime();
  const own = steps.filter((id) => id !== 'network' || asksNetwork(form.fault));
  const at = own.indexOf(step);
  useLeaveWarning(!isUntouched(form));
  return (
    <Container size="lg" py="lg">
      <Stack gap="lg">
        <Title order={1}>{t('title')}</Title>
        <Grid gap="xl">
          <Grid.Col span={{ base: 12, md: 8 }}>
            <Paper withBorder p="lg">
              <Stack gap="lg">
                <StepHead key={step} step={step} number={at + 1} of={own.length} />
                <WizardStep
                  step={step}
                  form={form}
                  set={(change) => setForm((former) => ({ ...former, ...change }))}
                  uploads={uploads}
                  onGo={setStep}
                />
                <StepButtons
                  back={at > 0 ? (own[at - 1] ?? null) : null}
                  next={own[at + 1] ?? null}
                  block={stepBlocks(step, form, now)}
                  onGo={setStep}
                  submit={<Submit form={form} uploads={uploads} now={now} />}
                />
              </Stack>
            </Paper>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <Completeness parts={partsOf(form, receivedIds(uploads.files).length, now)} />
          </Grid.Col>
        </Grid>
      </Stack>
    </Container>
  );
}

/** Whoever comes to a step begins at its heading, by eye and by ear. */
function StepHead({ step, number, of }: { step: StepId; number: number; of: number }) {
  const t = useTranslations('portal.wizard');
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(step === 'order');
  useEffect(() => {
    if (!isFirst.current) heading.current?.focus();
  }, []);
  return (
    <div>
      <Text size="sm" c="dimmed">
        {t('stepOf', { number, of })}
      </Text>
      <Title order={2} size="h3" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        {t(`step.${step}`)}
      </Title>
    </div>
  );
}

interface StepButtonsProps {
  back: StepId | null;
  next: StepId | null;
  /** What must be done before it goes on; `null` where nothing must. */
  block: ReturnType<typeof stepBlocks>;
  onGo(step: StepId): void;
  submit: React.ReactNode;
}

function StepButtons({ back, next, block, onGo, submit }: StepButtonsProps) {
  const t = useTranslations('portal.wizard');
  const [isTold, setIsTold] = useState(false);
  const go = () => {
    setIsTold(block !== null);
    if (block === null && next !== null) onGo(next);
  };
  return (
    <Stack gap="sm">
      {isTold && block !== null && (
        <Text role="alert" size="sm" fw={500}>
          {t(`block.${block}`)}
        </Text>
      )}
      <Group justify="space-between" align="flex-start">
        {back === null ? (
          <span />
        ) : (
          <Button variant="default" onClick={() => onGo(back)}>
            {t('back')}
          </Button>
        )}
        {next === null ? submit : <Button onClick={go}>{t('next')}</Button>}
      </Group>
    </Stack>
  );
}

interface SubmitProps {
  form: WizardForm;
  uploads: Uploads;
  now: number;
}

function Submit({ form, uploads, now }: SubmitProps) {
  const t = useTranslations('portal.wizard');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { keyFor, answered } = useKey();
  const asking = askingOf(form, receivedIds(uploads.files), now);
  const waits = areOnTheirWay(uploads.files);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: NonNullable<typeof asking>) =>
      answerOf(post('/v1/tickets', { params: { header: keyed(keyFor(body)) }, body })),
    onSuccess: async (ticket) => {
      answered();
      void queries.invalidateQueries({ queryKey: ['tickets'] });
      await navigate({ to: '/requests/$ticketId', params: { ticketId: ticket.id }, ignoreBlocker: true });
      forgetKept(queries, 'new-request', 'new-request-step');
    },
    onError: (fault) => {
      if (fault instanceof ProblemError) answered();
    },
  });
  return (
    <Stack gap="sm" align="flex-end" flex={1}>
      <FaultAlert fault={error} />
      {waits && <Text size="sm">{t('filesOnTheirWay')}</Text>}
      {asking === null && <Text size="sm">{t('notYet')}</Text>}
      <Button
        loading={isPending}
        disabled={asking === null || waits}
        onClick={() => {
          if (asking) mutate(asking);
        }}
      >
        {t('submit')}
      </Button>
    </Stack>
  );
}

/** Closing the window with something typed asks first. */
function useLeaveWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isOn]);
}
