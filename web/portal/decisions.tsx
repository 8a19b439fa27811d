/** Every decision, and each closing without one: what it was, why in the policy's own words, its sums, and its letter. */

import { Anchor, Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleMinus, IconCircleX, IconFileDownload, IconHelpCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { FaultAlert } from '../parts/fault-text.tsx';
import { Amount } from '../parts/money.tsx';
import { Instant } from '../parts/time.tsx';
import { useLanguage } from '../words/locale.tsx';
import { Arithmetic } from './arithmetic.tsx';
import { decisionsQuery, type Explained } from './ticket-queries.ts';

export function Decisions({ ticketId }: { ticketId: string }) {
  const t = useTranslations('portal.decision');
  const { locale } = useLanguage();
  const { data, error } = useQuery(decisionsQuery(ticketId, locale));
  if (error) return <FaultAlert fault={error} />;
  if (!data || data.items.length === 0) return null;
  return (
    <Stack component="section" gap="md" aria-labelledby="decisions">
      <Title order={2} size="h3" id="decisions">
        {t('title')}
      </Title>
      {data.items.toReversed().map((explained) => (
        <DecisionCard key={explained.id ?? explained.at} ticketId={ticketId} explained={explained} />
      ))}
    </Stack>
  );
}

function DecisionCard({ ticketId, explained }: { ticketId: string; explained: Explained }) {
  const t = useTranslations('portal.decision');
  const { locale } = useLanguage();
  const findings = (explained.assessed?.findings ?? []).filter(({ verdict }) => verdict !== 'not_applicable');
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <DecisionHead explained={explained} />
          {explained.id !== null && (
            <Anchor
              href={`/v1/tickets/${ticketId}/decisions/${explained.id}/letter?language=${locale}`}
              download
              size="sm"
            >
              <Group gap={4} wrap="nowrap">
                <IconFileDownload size={16} aria-hidden />
                {t('letter')}
              </Group>
            </Anchor>
          )}
        </Group>
        {explained.kind === 'decision' && (
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
            {explained.ground}
          </Text>
        )}
        {findings.length > 0 && (
          <Stack component="ul" gap="xs" m={0} p={0} aria-label={t('clauses')}>
            {findings.map((finding) => (
              <Clause key={finding.clause} finding={finding} />
            ))}
          </Stack>
        )}
        {explained.assessed?.arithmetic.map((sum) => (
          <Arithmetic key={sum.of} lines={sum.lines} />
        ))}
        {explained.appealUntil !== null && (
          <Text size="sm">{t.rich('appealUntil', { time: () => <Instant at={explained.appealUntil ?? ''} /> })}</Text>
        )}
      </Stack>
    </Paper>
  );
}

function DecisionHead({ explained }: { explained: Explained }) {
  const t = useTranslations('portal.decision');
  return (
    <Stack gap={2}>
      <Title order={3} size="h5">
        {explained.kind === 'decision' ? t(`kind.${explained.decision}`) : t(`closing.${explained.cause}`)}
        {explained.kind === 'decision' && explained.amount && (
          <>
            {' '}
            <Amount money={explained.amount} />
          </>
        )}
      </Title>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          <Instant at={explained.at} />
        </Text>
        {explained.kind === 'decision' && explained.byDesk && (
          <Badge variant="default" tt="none">
            {t('byDesk')}
          </Badge>
        )}
      </Group>
    </Stack>
  );
}

const colors = {
  passed: 'var(--mantine-color-teal-text)',
  failed: 'var(--mantine-color-error)',
  unknown: 'var(--mantine-color-dimmed)',
  not_applicable: 'var(--mantine-color-dimmed)',
} as const;

const icons = {
  passed: IconCircleCheck,
  failed: IconCircleX,
  unknown: IconHelpCircle,
  not_applicable: IconCircleMinus,
} as const;

function Clause({ finding }: { finding: Schemas['ClauseExplained'] }) {
  const t = useTranslations('portal.decision');
  const Icon = icons[finding.verdict];
  return (
    <Group component="li" gap="xs" wrap="nowrap" align="flex-start" style={{ listStyle: 'none' }}>
      <Icon
        size={18}
        aria-label={t(`verdict.${finding.verdict}`)}
        role="img"
        color={colors[finding.verdict]}
        style={{ flex: 'none', marginBlockStart: 2 }}
      />
      <Stack gap={2}>
        <Text size="sm">{finding.sentence}</Text>
        {finding.text !== null && (
          <details>
            <summary>
              <Text span size="xs">
                {t('clause', { clause: finding.clause })}
              </Text>
            </summary>
            <Text size="sm" mt={4}>
              {finding.text}
            </Text>
          </details>
        )}
      </Stack>
    </Group>
  );
}
