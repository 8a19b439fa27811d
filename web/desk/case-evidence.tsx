/** The files, each with what became of it, and a way to read the logs among them. */

import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { FileCard } from '../portal/ticket-files.tsx';
import type { Evidence } from '../portal/ticket-queries.ts';
import { useOpenTicket } from './open-ticket.tsx';
import { Section } from './section.tsx';

/** What is kept as text can be read here. */
const isText = ({ state, kind }: Evidence): boolean => state === 'complete' && (kind === 'text' || kind === 'har');

export function CaseEvidence() {
  const t = useTranslations('desk.evidence');
  const { ticket, setPlace } = useOpenTicket();
  return (
    <Section title={t('title')}>
      {ticket.evidence.length === 0 && <Text size="sm">{t('none')}</Text>}
      <Stack gap="sm">
        {ticket.evidence.map((file) => (
          <Group key={file.id} justify="space-between" wrap="nowrap" align="flex-start">
            <FileCard ticketId={ticket.id} file={file} />
            {isText(file) && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setPlace({ evidenceId: file.id, from: 1, until: 1 })}
              >
                {t('read')}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
