/** Policy versions and back-tests on their way out: published rules without who posted them, and sums without tickets. */

import type { z } from 'zod';
import type { backtestSchema, policyVersionSchema } from '../contract/policy-versions.ts';
import type { BacktestView, PolicyVersionView } from './views.ts';

export const presentPolicyVersion = (
  view: PolicyVersionView,
): Omit<z.output<typeof policyVersionSchema>, 'document'> & Pick<PolicyVersionView, 'document'> => ({
  id: view.id,
  number: view.number,
  effectiveAt: view.effectiveAt.toISOString(),
  postedAt: view.postedAt.toISOString(),
  document: view.document,
});

export const presentBacktest = (view: BacktestView): z.output<typeof backtestSchema> => ({
  judged: view.judged,
  changed: view.changed,
  otherEngine: view.otherEngine,
  unjudged: [...view.unjudged],
  outcomes: { before: { ...view.outcomes.before }, after: { ...view.outcomes.after } },
  by: view.by.map(({ from, to, tickets }) => ({ from, to, tickets })),
  money: { ...view.money },
  milliseconds: view.milliseconds,
});
