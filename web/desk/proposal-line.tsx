/** What the policy proposes, in one line, with its sum where there is one. */

import { Group, Text } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { useMoney } from '../parts/money.tsx';
import { Instant } from '../parts/time.tsx';
import type { Proposed } from './queries.ts';

type Proposal = Proposed['proposal'];

export function ProposalLine({ proposal }: { proposal: Proposal }) {
  return (
    <Group gap="xs" wrap="nowrap" my={6} align="flex-start">
      <IconScale size={18} aria-hidden />
      <Text fw={600} size="sm" component="div">
        <ProposalWords proposal={proposal} />
      </Text>
    </Group>
  );
}

function ProposalWords({ proposal }: { proposal: Proposal }) {
  const t = useTranslations('desk.proposal');
  const waits = useTranslations('desk.label.wait');
  const money = useMoney();
  switch (proposal.kind) {
    case 'refund':
      return t('refund', { amount: money(proposal.refund.amount), clauses: proposal.clauses.join(', ') });
    case 'refuse':
      return t('refuse', { clauses: proposal.clauses.join(', ') });
    case 'offer':
      return t('offer', {
        amount: proposal.refund ? money(proposal.refund.amount) : t('noMoney'),
        minutes: proposal.extension?.minutes ?? 0,
        clauses: proposal.clauses.join(', '),
      });
    case 'wait':
      return (
        <>
          {t('wait', { what: proposal.for.map((each) => waits(each)).join(', ') })}
          {proposal.until !== null && (
            <>
              {' '}
              <Instant at={proposal.until} />
            </>
          )}
        </>
      );
    case 'remediated':
    case 'charged_back':
      return t(proposal.kind, { clauses: proposal.clauses.join(', ') });
    case 'unclear':
      return t('unclear', { conflicts: proposal.conflicts.join(', ') });
  }
}
