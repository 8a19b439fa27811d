/**
 * Which of two answers is better for the customer, as one written order (RP-6.1): nothing, a way to an offer, an offer, a
 * way to a full refund, a full refund; within one of them the larger sum, the longer extension, the nearer end.
 */

import type { Proposal, Verdict, WaitReason } from './assessment.ts';
import { instantMs } from './spans.ts';

/** From worst to best; the first is all that gives nothing. What is still open ranks by the best that it can become. */
const outcomes = ['nothing', 'open_to_offer', 'offer', 'open_to_refund', 'refund'] as const;

function outcomeOf(proposal: Proposal, fullRefund: Verdict): (typeof outcomes)[number] {
  switch (proposal.kind) {
    case 'refuse':
    case 'remediated':
    case 'charged_back':
      return 'nothing';
    case 'wait':
    case 'unclear':
      return fullRefund === 'failed' ? 'open_to_offer' : 'open_to_refund';
    case 'offer':
      return 'offer';
    case 'refund':
      return 'refund';
  }
}

/** The last instant that there is, in milliseconds. */
const farthest = 8_640_000_000_000_000n;

/** What must come before anybody can say whether there is something to mend (RP-4.2). */
const beforeMending: readonly WaitReason[] = ['materials', 'review', 'information'];

/** How near what is open has come: still to be looked at, then a mending by how early it ends, then only what comes after. */
function nearnessOf({ proposal, fullRefund, mendBy }: Answer): bigint {
  if (proposal.kind !== 'wait' || fullRefund === 'failed') return 0n;
  if (proposal.for.includes('remediation')) return mendBy === null ? 0n : farthest - BigInt(instantMs(mendBy));
  return proposal.for.some((reason) => beforeMending.includes(reason)) ? 0n : farthest + 1n;
}

/** Each measure counts only where those before it are equal. */
function measuresOf(answer: Answer): readonly bigint[] {
  const { proposal, fullRefund } = answer;
  const refund = 'refund' in proposal ? proposal.refund : null;
  const extension = 'extension' in proposal ? proposal.extension : null;
  return [
    BigInt(outcomes.indexOf(outcomeOf(proposal, fullRefund))),
    BigInt(refund?.amount.minor ?? '0'),
    BigInt(extension?.minutes ?? 0),
    BigInt(extension?.bytes ?? '0'),
    nearnessOf(answer),
  ];
}

export interface Answer {
  readonly proposal: Proposal;
  /** What RP-2.0 says. */
  readonly fullRefund: Verdict;
  /** RP-2.4a: until when the fault is to be mended; days for the customer's word on it are none for the worse. */
  readonly mendBy: string | null;
}

/** Negative where the left is worse for the customer, zero where neither is. */
export function compareFavour(left: Answer, right: Answer): number {
  const others = measuresOf(right);
  for (const [index, measure] of measuresOf(left).entries()) {
    const other = others[index] ?? 0n;
    if (measure !== other) return measure < other ? -1 : 1;
  }
  return 0;
}
