/** Where, when and with what the fault was seen, checked while it is typed. */

import { Button, Fieldset, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useNow, useTranslations } from 'use-intl';
import { proxyProtocols } from '../../domain/network-context.ts';
import { type NetworkDraft, type TimeDraft, timeFault, wrongEgress, wrongTargets } from './network-draft.ts';

interface NetworkFieldsProps {
  value: NetworkDraft;
  onChange(value: NetworkDraft): void;
}

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export function NetworkFields({ value, onChange }: NetworkFieldsProps) {
  const t = useTranslations('portal.network');
  const set = (change: Partial<NetworkDraft>) => onChange({ ...value, ...change });
  const [badTargets, badEgress] = [wrongTargets(value.targets), wrongEgress(value.egress)];
  return (
    <Stack gap="md">
      <Textarea
        label={t('targets')}
        description={t('targetsHint')}
        autosize
        minRows={2}
        spellCheck={false}
        value={value.targets}
        error={badTargets.length > 0 && t('targetsWrong', { items: badTargets.slice(0, 3).join(', ') })}
        onChange={({ currentTarget }) => set({ targets: currentTarget.value })}
      />
      <TimesField value={value} set={set} />
      <Textarea
        label={t('egress')}
        description={t('egressHint')}
        autosize
        minRows={2}
        spellCheck={false}
        value={value.egress}
        error={badEgress.length > 0 && t('egressWrong', { items: badEgress.slice(0, 3).join(', ') })}
        onChange={({ currentTarget }) => set({ egress: currentTarget.value })}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NativeSelect
          label={t('protocol')}
          value={value.protocol}
          data={proxyProtocols.map((protocol) => ({ value: protocol, label: t(`protocols.${protocol}`) }))}
          onChange={({ currentTarget }) =>
            set({ protocol: proxyProtocols.find((each) => each === currentTarget.value) ?? 'http' })
          }
        />
        <TextInput
          label={t('client')}
          maxLength={200}
          value={value.clientName}
          onChange={({ currentTarget }) => set({ clientName: currentTarget.value })}
        />
        <TextInput
          label={t('clientVersion')}
          maxLength={100}
          value={value.clientVersion}
          onChange={({ currentTarget }) => set({ clientVersion: currentTarget.value })}
        />
      </SimpleGrid>
    </Stack>
  );
}

function TimesField({ value, set }: { value: NetworkDraft; set(change: Partial<NetworkDraft>): void }) {
  const t = useTranslations('portal.network');
  const put = (index: number, time: TimeDraft | null) =>
    set({ times: value.times.flatMap((each, at) => (at === index ? (time ?? []) : each)) });
  return (
    <Fieldset legend={t('times')}>
      <Stack gap="sm">
        <Text size="sm">{t('timesHint')}</Text>
        <NativeSelect
          label={t('zone')}
          value={value.zone}
          data={zones}
          onChange={({ currentTarget }) => set({ zone: currentTarget.value })}
        />
        {value.times.map((time, index) => (
          <TimeRange
            // biome-ignore lint/suspicious/noArrayIndexKey: a range has nothing else that stays the same while it is typed.
            key={index}
            time={time}
            zone={value.zone}
            onChange={(changed) => put(index, changed)}
            onRemove={value.times.length > 1 ? () => put(index, null) : null}
          />
        ))}
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => set({ times: [...value.times, { from: '', until: '' }] })}
          >
            {t('addTime')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

interface TimeRangeProps {
  time: TimeDraft;
  zone: string;
  onChange(time: TimeDraft): void;
  onRemove: (() => void) | null;
}

function TimeRange({ time, zone, onChange, onRemove }: TimeRangeProps) {
  const t = useTranslations('portal.network');
  const now = useNow();
  const fault = timeFault(time, zone, now.getTime());
  const error = fault !== null && fault !== 'half' && t(`timeFault.${fault}`);
  return (
    <Group align="flex-end" gap="sm">
      <TextInput
        type="datetime-local"
        flex={1}
        miw={200}
        label={t('from')}
        value={time.from}
        error={error}
        onChange={({ currentTarget }) => onChange({ ...time, from: currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        flex={1}
        miw={200}
        label={t('until')}
        value={time.until}
        error={fault === 'half' && t('timeFault.half')}
        onChange={({ currentTarget }) => onChange({ ...time, until: currentTarget.value })}
      />
      {onRemove && (
        <Button variant="subtle" leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
          {t('removeTime')}
        </Button>
      )}
    </Group>
  );
}
