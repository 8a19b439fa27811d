/** The right pane, from what is to be decided down to what happened before. */

import { Stack } from '@mantine/core';
import { CaseDiagnosis } from './case-diagnosis.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { CaseHistory } from './case-history.tsx';
import { CaseNetwork } from './case-network.tsx';
import { CaseOrder } from './case-order.tsx';
import { DecisionCard } from './decision-card.tsx';
import styles from './desk.module.css';

export function CasePane() {
  return (
    <div className={styles['scroll']}>
      <Stack p="md" gap="lg">
        <DecisionCard />
        <CaseOrder />
        <CaseNetwork />
        <CaseEvidence />
        <CaseDiagnosis />
        <CaseHistory />
      </Stack>
    </div>
  );
}
