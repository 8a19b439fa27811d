/** A file of a request: its small picture, what became of it, how many secrets were masked in it, and the file itself. */

import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { IconFileText, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslations } from 'use-intl';
import { answerOf, get } from '../api/client.ts';
import { useBytes } from './bytes.ts';
import styles from './files.module.css';
import type { Evidence } from './ticket-queries.ts';

export function FileCard({ ticketId, file }: { ticketId: string; file: Evidence }) {
  const t = useTranslations('portal.files');
  const reasons = useTranslations('portal.reason');
  const bytes = useBytes();
  const masked = Object.values(file.masked).reduce((sum, count) => sum + count, 0);
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      {file.hasThumbnail ? <Thumbnail ticketId={ticketId} file={file} /> : <FileIcon kind={file.kind} />}
      <Stack gap={2} miw={0} flex={1}>
        {file.state === 'complete' ? (
          <Anchor
            href={`/v1/tickets/${ticketId}/evidence/${file.id}`}
            download={file.name}
            size="sm"
            style={{ overflowWrap: 'anywhere' }}
          >
            {file.name}
          </Anchor>
        ) : (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {file.name}
          </Text>
        )}
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {bytes(file.bytes)}
          </Text>
          {file.state !== 'complete' && (
            <Badge variant="default" tt="none">
              {t(`looked.${file.state}`)}
            </Badge>
          )}
        </Group>
        {file.reason !== null && <Text size="sm">{reasons(file.reason)}</Text>}
        {masked > 0 && <Text size="sm">{t('masked', { count: masked })}</Text>}
      </Stack>
    </Group>
  );
}

function FileIcon({ kind }: { kind: Evidence['kind'] }) {
  const Icon = kind === 'png' || kind === 'jpeg' || kind === 'webp' ? IconPhoto : IconFileText;
  return (
    <span className={styles['stub']}>
      <Icon size={24} aria-hidden />
    </span>
  );
}

function Thumbnail({ ticketId, file }: { ticketId: string; file: Evidence }) {
  const t = useTranslations('portal.files');
  const { data } = useQuery({
    queryKey: ['thumbnail', ticketId, file.id],
    queryFn: ({ signal }) =>
      answerOf(
        get('/v1/tickets/{ticketId}/evidence/{evidenceId}/thumbnail', {
          params: { path: { ticketId, evidenceId: file.id } },
          parseAs: 'blob',
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const show = useCallback(
    (image: HTMLImageElement) => {
      if (!data) return;
      const url = URL.createObjectURL(data);
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [data],
  );
  return data ? (
    <img ref={show} className={styles['thumbnail']} alt={t('thumbnailOf', { name: file.name })} />
  ) : (
    <FileIcon kind={file.kind} />
  );
}
