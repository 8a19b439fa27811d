/** What each step of a new request asks. */

import { Anchor, Group, Paper, Radio, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { messageCharactersMax } from '../../domain/limits.ts';
import { faultKinds } from '../../domain/policy.ts';
import styles from './choice.module.css';
import { FilesField } from './file-list.tsx';
import { isNetworkEmpty, itemsOf, networkOf } from './network-draft.ts';
import { NetworkFields } from './network-fields.tsx';
import { OrderChoice } from './order-choice.tsx';
import type { Uploads } from './use-uploads.ts';
import type { StepId } from './wizard.tsx';
import { asksNetwork, type WizardForm } from './wizard-form.ts';

interface StepProps {
  form: WizardForm;
  set(change: Partial<WizardForm>): void;
}

/** What a step still needs before the next; network details and files may follow later. */
export function stepBlocks(
  step: StepId,
  form: WizardForm,
  nowMs: number,
): 'order' | 'fault' | 'network' | 'words' | null {
  if (step === 'order' && (form.orderRef === null || form.method === null)) return 'order';
  if (step === 'fault' && form.fault === null) return 'fault';
  if (step === 'network' && !isNetworkEmpty(form.network) && networkOf(form.network, nowMs) === null) return 'network';
  if (step === 'material' && form.description.trim() === '') return 'words';
  return null;
}

interface WizardStepProps extends StepProps {
  step: StepId;
  uploads: Uploads;
  onGo(step: StepId): void;
}

export function WizardStep({ step, uploads, onGo, ...given }: WizardStepProps) {
  switch (step) {
    case 'order':
      return <OrderChoice {...given} />;
    case 'fault':
      return <FaultChoice {...given} />;
    case 'network':
      return <NetworkStep {...given} />;
    case 'material':
      return <MaterialStep {...given} uploads={uploads} />;
    case 'review':
      return <LastLook {...given} uploads={uploads} onGo={onGo} />;
  }
}

function FaultChoice({ form, set }: StepProps) {
  const t = useTranslations('portal.wizard');
  const kinds = useTranslations('portal.fault');
  return (
    <Radio.Group
      label={t('fault')}
      value={form.fault ?? ''}
      onChange={(chosen) => set({ fault: faultKinds.find((kind) => kind === chosen) ?? null })}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm" spacing="sm">
        {faultKinds.map((kind) => (
          <Paper key={kind} withBorder p="md" className={styles['choice']} data-chosen={form.fault === kind}>
            <Radio
              value={kind}
              label={<Text fw={600}>{kinds(`${kind}.title`)}</Text>}
              description={<Text size="sm">{kinds(`${kind}.hint`)}</Text>}
              classNames={{ label: styles['label'] ?? '' }}
            />
          </Paper>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}

function NetworkStep({ form, set }: StepProps) {
  const t = useTranslations('portal.wizard');
  return (
    <Stack gap="md">
      <Text size="sm">{t('networkHint')}</Text>
      <NetworkFields value={form.network} onChange={(network) => set({ network })} />
    </Stack>
  );
}

function MaterialStep({ form, set, uploads }: StepProps & { uploads: Uploads }) {
  const t = useTranslations('portal.wizard');
  return (
    <Stack gap="lg">
      <Textarea
        label={t('description')}
        description={t('descriptionHint')}
        autosize
        minRows={4}
        maxLength={messageCharactersMax}
        value={form.description}
        onChange={({ currentTarget }) => set({ description: currentTarget.value })}
      />
      <FilesField uploads={uploads} />
    </Stack>
  );
}

function LastLook({ form, uploads, onGo }: StepProps & { uploads: Uploads; onGo(step: StepId): void }) {
  const t = useTranslations('portal.wizard');
  const kinds = useTranslations('portal.fault');
  const methods = useTranslations('labels.method');
  const hosts = itemsOf(form.network.targets).join(', ');
  return (
    <Stack gap="md">
      <Line name={t('part.order')} onGo={() => onGo('order')}>
        {`${form.orderRef ?? '–'}${form.method === null ? '' : `, ${methods(form.method)}`}`}
      </Line>
      <Line name={t('part.fault')} onGo={() => onGo('fault')}>
        {form.fault === null ? '–' : kinds(`${form.fault}.title`)}
      </Line>
      {asksNetwork(form.fault) && (
        <Line name={t('part.network')} onGo={() => onGo('network')}>
          {hosts === '' ? t('later') : hosts}
        </Line>
      )}
      <Line name={t('part.description')} onGo={() => onGo('material')}>
        {form.description}
      </Line>
      <Line name={t('part.files')} onGo={() => onGo('material')}>
        {uploads.files.length === 0 ? t('later') : uploads.files.map(({ file }) => file.name).join(', ')}
      </Line>
    </Stack>
  );
}

function Line({ name, children, onGo }: { name: string; children: string; onGo(): void }) {
  const t = useTranslations('portal.wizard');
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap">
      <Stack gap={2} miw={0}>
        <Text size="sm" c="dimmed">
          {name}
        </Text>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {children}
        </Text>
      </Stack>
      <Anchor component="button" type="button" size="sm" onClick={onGo} aria-label={t('changeOf', { name })}>
        {t('change')}
      </Anchor>
    </Group>
  );
}
