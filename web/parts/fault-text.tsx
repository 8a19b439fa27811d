/** A refusal or fault in words: what happened, each field that was not as expected, and what to tell support. */

import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { type Problem, ProblemError, Unreachable } from '../api/client.ts';

export const problemOf = (fault: unknown): Problem | null => (fault instanceof ProblemError ? fault.problem : null);

export function useFaultWords(): (fault: unknown) => string {
  const t = useTranslations('common.fault');
  const problems = useTranslations('problems');
  return (fault) => {
    const problem = problemOf(fault);
    if (problem) return problems(problem.id);
    return fault instanceof Unreachable ? t('unreachable') : t('unexpected');
  };
}

export function FaultText({ fault }: { fault: unknown }) {
  const t = useTranslations('common.fault');
  const wordsOf = useFaultWords();
  const problem = problemOf(fault);
  return (
    <>
      <Text>{wordsOf(fault)}</Text>
      {problem?.problems && (
        <List size="sm">
          {problem.problems.map(({ pointer, expected }) => (
            <List.Item key={`${pointer} ${expected}`}>
              <code>{pointer}</code> {expected}
            </List.Item>
          ))}
        </List>
      )}
      {problem && (
        <Text size="xs" c="dimmed">
          {t('instance', { instance: problem.instance })}
        </Text>
      )}
    </>
  );
}

/** The same beside a form; announced to whoever cannot see it. */
export function FaultAlert({ fault }: { fault: unknown }) {
  if (fault === null || fault === undefined) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} role="alert">
      <FaultText fault={fault} />
    </Alert>
  );
}
