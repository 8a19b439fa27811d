/**
 * What follows from the findings: refund, refuse, offer, wait, or leave it to a person. Settled by known facts first,
 * so that nobody is asked for what cannot matter; a doubt that could change the answer is never guessed away.
 */

import { type Proposal, type WaitReason, waitReasons } from './assessment.ts';
import type { Case, Findings } from './case.ts';
import { remediationClock } from './clocks.ts';
import { extensionFor, fullRefund, proRataRefund } from './compensation.ts';
import { answerableUntil, remediationOf } from './engine-fault.ts';
import { refundableClasses } from './engine-order.ts';
import { failingOf, openOf } from './engine-whole.ts';
import type { RefundClauseId } from './policy.ts';
import { instantMs, instantText } from './spans.ts';

export function propose(subject: Case, found: Findings): Proposal {
  // RP-3.8: lost or returned through the bank, so there is nothing left to decide about.
  if (found('RP-3.8').verdict === 'failed') return { kind: 'charged_back', clauses: ['RP-3.8'] };
  if (found('RP-5.3').verdict === 'failed') return { kind: 'refuse', clauses: ['RP-5.3'] };
  switch (found('RP-2.0').verdict) {
    case 'passed':
      return proposeRefund(subject, found);
    case 'failed':
      return proposeWithoutRefund(subject, found);
    case 'unknown':
    case 'not_applicable':
      return proposeOpen(subject, found, openOf(found));
  }
}

function proposeRefund(subject: Case, found: Findings): Proposal {
  if (found('RP-5.3').verdict === 'unknown') return proposeOpen(subject, found, []);
  const refund = fullRefund(subject.facts, subject.parameters, refundableClasses(subject));
  if (!refund) return { kind: 'refuse', clauses: ['RP-3.7'] };
  const ways = (['RP-2.4a', 'RP-2.4b'] as const).filter((clause) => found(clause).verdict === 'passed');
  return { kind: 'refund', clauses: ['RP-2.0', ...ways], refund };
}

function proposeWithoutRefund(subject: Case, found: Findings): Proposal {
  const part = found('RP-4.5').verdict;
  if (part === 'passed') return proposeOffer(subject);
  if (part === 'unknown') return proposeOpen(subject, found, ['RP-4.5']);
  const failing = failingOf(found);
  const onlyMended = failing.every((clause) => clause === 'RP-2.4a' || clause === 'RP-2.4b');
  if (onlyMended && found('RP-2.4a').reason === 'mended') return { kind: 'remediated', clauses: ['RP-2.4a'] };
  // Why there is no offer either belongs to the answer.
  return { kind: 'refuse', clauses: part === 'failed' ? [...failing, 'RP-4.5'] : failing };
}

function proposeOffer({ facts, parameters, plan, now }: Case): Proposal {
  return {
    kind: 'offer',
    clauses: ['RP-4.5'],
    refund: plan && proRataRefund(facts, plan, parameters, now),
    extension: plan && extensionFor(facts, plan, parameters, now),
    expiresAfterDays: parameters.compensation.offerDays,
  };
}

/** Waits for what will make the open clauses known; where one of them has nothing to wait for, a person must settle it. */
function proposeOpen(subject: Case, found: Findings, open: readonly RefundClauseId[]): Proposal {
  const unclear = open.filter((clause) => found(clause).waitsFor === undefined);
  if (found('RP-5.3').reason === 'disputed') unclear.push('RP-5.3');
  if (unclear.length > 0)
    return { kind: 'unclear', conflicts: unclear.map((clause) => `${clause}: ${found(clause).reason}`) };
  const reasons = new Set<WaitReason | undefined>([...open, 'RP-5.3' as const].map((clause) => found(clause).waitsFor));
  return {
    kind: 'wait',
    for: waitReasons.filter((reason) => reasons.has(reason)),
    until: reasons.has('remediation') ? remediationDue(subject) : null,
  };
}

function remediationDue(subject: Case): string | null {
  const { facts, parameters, now } = subject;
  const remediation = remediationOf(subject);
  if (!remediation) return null;
  const { dueAt } = remediationClock(facts, remediation.reportedAt, parameters, now);
  const answerable = answerableUntil(remediation, instantMs(dueAt), parameters);
  return answerable > instantMs(dueAt) ? instantText(answerable) : dueAt;
}
