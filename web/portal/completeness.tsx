/** How complete a request is, and why that matters: our time to answer begins when all of it is here (RP-4.3). */

import { Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { IconCircle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import type { PartId } from './wizard-form.ts';

const wholePercent = 100;

export function Completeness({ parts }: { parts: readonly { id: PartId; isThere: boolean }[] }) {
  const t = useTranslations('portal.wizard');
  const there = parts.filter(({ isThere }) => isThere).length;
  const share = Math.round((there * wholePercent) / parts.length);
  return (
    <Paper component="aside" withBorder p="md" aria-label={t('complete.title')}>
      <Stack gap="sm">
        <Text fw={600}>{t('complete.share', { share })}</Text>
        <Progress value={share} aria-label={t('complete.title')} />
        <Stack component="ul" gap={6} m={0} p={0}>
          {parts.map(({ id, isThere }) => (
            <Group component="li" key={id} gap="xs" wrap="nowrap" style={{ listStyle: 'none' }}>
              {isThere ? (
                <IconCircleCheck
                  size={18}
                  color="var(--mantine-color-teal-text)"
                  role="img"
                  aria-label={t('complete.there')}
                />
              ) : (
                <IconCircle size={18} role="img" aria-label={t('complete.missing')} />
              )}
              <Text size="sm">{t(`part.${id}`)}</Text>
            </Group>
          ))}
        </Stack>
        <Text size="sm">{t(there === parts.length ? 'complete.all' : 'complete.why')}</Text>
      </Stack>
    </Paper>
  );
}
