/** More files for a request that stands already. They join it when they are all there. */

import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { answerOf, post } from '../api/client.ts';
import { FilesField } from './file-list.tsx';
import { useTicketWrite, WriteFate } from './ticket-write.tsx';
import { areOnTheirWay, receivedIds, useUploads } from './use-uploads.ts';

export function AddFiles({ ticketId, onDone }: { ticketId: string; onDone(): void }) {
  const t = useTranslations('portal.composer');
  const uploads = useUploads({ ticketId });
  const { write, isPending, fate } = useTicketWrite(
    ticketId,
    (uploadIds: string[], headers) =>
      answerOf(
        post('/v1/tickets/{ticketId}/evidence', {
          params: { path: { ticketId }, header: headers },
          body: { uploadIds },
        }),
      ),
    () => {
      uploads.clear();
      onDone();
    },
  );
  const ids = receivedIds(uploads.files);
  const waits = areOnTheirWay(uploads.files);
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <FilesField uploads={uploads} />
        <WriteFate fate={fate} />
        <Group justify="flex-end">
          {waits && <Text size="sm">{t('filesOnTheirWay')}</Text>}
          <Button loading={isPending} disabled={ids.length === 0 || waits} onClick={() => write(ids)}>
            {t('attach', { count: ids.length })}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
