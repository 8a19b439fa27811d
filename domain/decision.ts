/** A decision against what the policy proposes: whether it differs, and by which exception it may. Pure. */

import type { Proposal } from './assessment.ts';
import { type Refusal, refuse } from './errors.ts';
import { exceeds, fromWire, type Money, money, subtract, zero } from './money.ts';
import type { PolicyParameters } from './policy.ts';
import type { Role } from './role.ts';

export const decisionKinds = ['refund', 'refuse', 'offer', 'replace'] as const;

export type DecisionKind = (typeof decisionKinds)[number];

/** goodwill: more than is owed. refusal: less than is proposed (RP-3.9). statutory: a right by law, provision named. */
export const exceptions = ['goodwill', 'refusal', 'statutory'] as const;

export type DecisionException = (typeof exceptions)[number];

/** awaiting: a second person must confirm it. rejected: they did not, and it never held. */
export const decisionStates = ['awaiting', 'final', 'rejected'] as const;

export type DecisionState = (typeof decisionStates)[number];

export type DecisionAsked =
  | {
      readonly decision: 'refund';
      readonly amount: Money;
      readonly exception: 'goodwill' | 'refusal' | 'statutory' | null;
    }
  | { readonly decision: 'refuse'; readonly clauses: readonly string[]; readonly exception: 'refusal' | null }
  | { readonly decision: 'offer' }
  | { readonly decision: 'replace' };

/**
 * Whether the decision follows the proposal (`null`), or which exception it is: written down by one and confirmed by
 * another. Refused where it differs without saying so, by the wrong exception, or beyond the goodwill limit. An offer that
 * was taken back for a better one stands (RP-4.5): it may be made again, and nothing less takes one person alone.
 */
export function exceptionOf(
  asked: DecisionAsked,
  proposal: Proposal,
  parameters: PolicyParameters,
  role: Role,
  offerStands = false,
): DecisionException | null | Refusal {
  switch (asked.decision) {
    case 'refund':
      return exceptionOfRefund(asked, proposal, parameters, role);
    case 'refuse': {
      const gives = proposal.kind === 'refuse' || proposal.kind === 'remediated' || proposal.kind === 'charged_back';
      const proposed: readonly string[] = gives ? proposal.clauses : [];
      const isProposed = asked.clauses.length > 0 && asked.clauses.every((clause) => proposed.includes(clause));
      if (isProposed && !offerStands) return null;
      return asked.exception ?? against(proposal);
    }
    case 'offer':
      // What is offered is what was reckoned: there is nothing to offer where nothing was.
      return proposal.kind === 'offer' || (offerStands && proposal.kind === 'refuse') ? null : against(proposal);
    case 'replace':
      // Another plan in place of a faulty one is never owed.
      return 'goodwill';
  }
}

function exceptionOfRefund(
  { amount, exception }: DecisionAsked & { decision: 'refund' },
  proposal: Proposal,
  parameters: PolicyParameters,
  role: Role,
): DecisionException | null | Refusal {
  const proposed = proposal.kind === 'refund' ? fromWire(proposal.refund.amount) : zero(amount.currency);
  if (proposed.currency !== amount.currency) return refuse('currency-mismatch', { currency: proposed.currency });
  if (amount.minor === proposed.minor) return null;
  if (exception === 'statutory') return role === 'lead' ? exception : refuse('not-allowed');
  if (exceeds(proposed, amount)) return exception === 'refusal' ? exception : against(proposal);
  if (exception !== 'goodwill') return against(proposal);
  const limit = parameters.limits.goodwill[amount.currency];
  if (limit !== undefined && exceeds(subtract(amount, proposed), money(BigInt(limit), amount.currency)))
    return refuse('over-goodwill', { limitMinor: limit, currency: amount.currency });
  return exception;
}

const against = (proposal: Proposal): Refusal =>
  refuse('against-proposal', {
    proposed: proposal.kind,
    ...(proposal.kind === 'refund'
      ? { minor: proposal.refund.amount.minor, currency: proposal.refund.amount.currency }
      : {}),
    ...('clauses' in proposal ? { clauses: proposal.clauses.join(' ') } : {}),
  });

/** Who is asked to confirm: of a right by law, which a lead decides, finance. */
export const confirmingRoles = (exception: DecisionException): readonly Role[] =>
  exception === 'statutory' ? ['finance'] : ['lead', 'finance'];

/** Who may confirm: never the one who decided; a right by law takes a lead and finance. */
export function confirmationRefusal(
  exception: DecisionException,
  given: { readonly decidedBySame: boolean; readonly role: Role },
): Refusal | null {
  if (given.decidedBySame) return refuse('not-second-person');
  if (exception === 'statutory' && given.role !== 'finance') return refuse('not-second-person', { needed: 'finance' });
  return null;
}

/** The clauses that a decision stands on: the proposal's where it follows it, RP-3.9 where law or contract is its ground. */
export function clausesOfDecision(
  asked: { readonly decision: string; readonly clauses?: readonly string[] },
  exception: DecisionException | null,
  proposal: Proposal,
): readonly string[] {
  // What stands of a former offer, and is proposed no more.
  if (asked.decision === 'offer' && proposal.kind !== 'offer') return ['RP-4.5'];
  const proposed: readonly string[] = 'clauses' in proposal ? proposal.clauses : [];
  const own = asked.decision === 'refuse' ? (asked.clauses ?? []) : exception === null ? proposed : [];
  return exception === 'refusal' || exception === 'statutory' ? [...new Set([...own, 'RP-3.9'])] : own;
}
