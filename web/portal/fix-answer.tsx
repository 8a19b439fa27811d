/** RP-2.4a: whether the fix that was reported works. */

import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { answerOf, post } from '../api/client.ts';
import type { Ticket } from './ticket-queries.ts';
import { useTicketWrite, WriteFate } from './ticket-write.tsx';

export function FixAnswer({ ticket }: { ticket: Ticket }) {
  const t = useTranslations('portal.fix');
  const { write, isPending, fate } = useTicketWrite(ticket.id, (mended: boolean, header) =>
    answerOf(
      post('/v1/tickets/{ticketId}/remediation/answer', {
        params: { path: { ticketId: ticket.id }, header },
        body: { mended },
      }),
    ),
  );
  return (
    <Stack gap="sm">
      <Text>{t('question')}</Text>
      <Text size="sm">{t('consequence')}</Text>
      <WriteFate fate={fate} />
      <Group>
        <Button loading={isPending} onClick={() => write(true)}>
          {t('mended')}
        </Button>
        <Button variant="default" loading={isPending} onClick={() => write(false)}>
          {t('notMended')}
        </Button>
      </Group>
    </Stack>
  );
}
