/** Each clause of the policy: what it says of this case, and the facts that it stands on. */

import { Accordion, Badge, Group, List, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleMinus, IconCircleX, IconHelpCircle } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import styles from './desk.module.css';
import type { Proposed } from './queries.ts';

type Finding = Proposed['findings'][number];

const icons = {
  passed: IconCircleCheck,
  failed: IconCircleX,
  unknown: IconHelpCircle,
  not_applicable: IconCircleMinus,
} as const;

type Assessment = Pick<Proposed, 'findings' | 'proposal'>;

/** In full what speaks against, what is not known, and what the proposal stands on; the rest by name. */
export function Findings({ assessment: { findings, proposal } }: { assessment: Assessment }) {
  const t = useTranslations('desk.findings');
  const named: readonly string[] = 'clauses' in proposal ? proposal.clauses : [];
  const isTold = ({ clause, verdict }: Finding): boolean =>
    verdict === 'failed' || verdict === 'unknown' || named.includes(clause);
  const others = (verdict: Finding['verdict']): string =>
    findings
      .filter((finding) => finding.verdict === verdict && !isTold(finding))
      .map(({ clause }) => clause)
      .join(', ');
  return (
    <>
      <Accordion multiple variant="default" chevronPosition="left" order={3} mt="sm">
        {findings.filter(isTold).map((finding) => (
          <FindingItem key={finding.clause} finding={finding} />
        ))}
      </Accordion>
      <Text size="xs" c="dimmed" mt="xs">
        {t('met', { clauses: others('passed') })}
      </Text>
      <Text size="xs" c="dimmed">
        {t('others', { clauses: others('not_applicable') })}
      </Text>
    </>
  );
}

function FindingItem({ finding }: { finding: Finding }) {
  const t = useTranslations('desk.findings');
  const verdicts = useTranslations('portal.decision.verdict');
  const Icon = icons[finding.verdict];
  return (
    <Accordion.Item value={finding.clause}>
      <Accordion.Control>
        <Group gap="xs" wrap="nowrap">
          <Icon size={16} aria-hidden />
          <Text size="sm" fw={600}>
            {finding.clause}
          </Text>
          <Badge size="sm" variant="default" tt="none">
            {verdicts(finding.verdict)}
          </Badge>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Text size="sm">{finding.agent}</Text>
        <List size="xs" mt={4} aria-label={t('facts')}>
          {finding.facts.map(({ fact, value, source }) => (
            <List.Item key={fact}>
              <span className={styles['fact']}>
                {fact} = {value}
              </span>{' '}
              ({t(`source.${source}`)})
            </List.Item>
          ))}
        </List>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
