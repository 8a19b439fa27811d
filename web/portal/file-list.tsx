/** Files that are being handed in: how far each is, what became of it, and how it goes on where it was cut. */

import { ActionIcon, Box, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClock, IconPlayerPlay, IconUpload, IconX } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { FaultText } from '../parts/fault-text.tsx';
import { LoadingPage } from '../parts/states.tsx';
import { useBytes } from './bytes.ts';
import type { FileOnItsWay, Uploads } from './use-uploads.ts';

const DropArea = lazy(async () => ({ default: (await import('./drop-area.tsx')).DropArea }));

export function FilesField({ uploads }: { uploads: Uploads }) {
  const t = useTranslations('portal.files');
  return (
    <Stack gap="sm">
      <Suspense fallback={<LoadingPage />}>
        <DropArea onFiles={uploads.add} />
      </Suspense>
      {uploads.files.length > 0 && (
        <Stack component="ul" gap="sm" m={0} p={0} aria-label={t('list')}>
          {uploads.files.map((item) => (
            <FileRow key={item.id} item={item} uploads={uploads} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

const icons = {
  preparing: IconClock,
  sending: IconUpload,
  cut: IconAlertTriangle,
  received: IconCircleCheck,
  refused: IconX,
} as const;

const wholePercent = 100;

function FileRow({ item, uploads }: { item: FileOnItsWay; uploads: Uploads }) {
  const t = useTranslations('portal.files');
  const bytes = useBytes();
  const Icon = icons[item.state];
  const { file, state, offset } = item;
  const share = file.size === 0 ? wholePercent : Math.floor((offset * wholePercent) / file.size);
  return (
    <Stack component="li" gap={4} style={{ listStyle: 'none' }}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Icon size={20} aria-hidden style={{ flex: 'none', marginBlockStart: 2 }} />
        <Stack gap={0} flex={1} miw={0}>
          <Text size="sm" fw={500} truncate>
            {file.name}
          </Text>
          <Text size="sm" role="status">
            {t(`way.${state}`, { sent: bytes(offset), of: bytes(file.size) })}
            {state === 'received' && item.upload && ` ${t(`looked.${item.upload.state}`)}`}
          </Text>
        </Stack>
        {state === 'cut' && (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            onClick={() => uploads.resume(item)}
            aria-label={t('resumeOf', { name: file.name })}
          >
            {t('resume')}
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          aria-label={t('removeOf', { name: file.name })}
          onClick={() => uploads.remove(item.id)}
        >
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </Group>
      {(state === 'sending' || state === 'cut') && (
        <Progress value={share} aria-label={t('progressOf', { name: file.name })} />
      )}
      <Box ps={28}>
        {item.fault !== null && <FaultText fault={item.fault} />}
        <Findings item={item} />
      </Box>
    </Stack>
  );
}

/** What was masked in it; why it was not taken; of an archive, what of it was not. */
function Findings({ item: { upload } }: { item: FileOnItsWay }) {
  const t = useTranslations('portal.files');
  const reasons = useTranslations('portal.reason');
  if (!upload) return null;
  const masked = Object.values(upload.masked).reduce((sum, count) => sum + count, 0);
  return (
    <>
      {masked > 0 && <Text size="sm">{t('masked', { count: masked })}</Text>}
      {upload.reason !== null && <Text size="sm">{reasons(upload.reason)}</Text>}
      {upload.refusedMembers.map(({ reason, files }) => (
        <Text key={reason} size="sm">
          {t('refusedMembers', { count: files, reason: reasons(reason) })}
        </Text>
      ))}
    </>
  );
}
