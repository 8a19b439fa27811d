/**
 * The payout's state table and the one reducer of what providers report. Pure. Indifferent to the order and the
 * repetition of reports (W2): what is final at a rail wins, and late news of an earlier state changes nothing. Only the
 * name differs where money came back: `returned` if we had heard that it settled, `failed` if not; both free it.
 */

import type { OrderId } from './ids.ts';
import type { OutcomeUnknown, RailReport } from './rail.ts';

/**
 * granted: decided. approved: released by finance. sending: the call is being made. unknown: asked, no clear answer.
 * sent: the provider has it. settled: the rail's last word. failed: never left, or was refused. returned: settled, then
 * came back. cancelled: declined, withdrawn, or cancelled at the provider. rehearsed: dry run, nothing was sent.
 */
export const payoutTransitions = {
  granted: ['approved', 'cancelled'],
  approved: ['sending', 'cancelled', 'rehearsed'],
  sending: ['unknown', 'sent', 'settled', 'failed', 'cancelled'],
  unknown: ['sending', 'sent', 'settled', 'failed', 'cancelled'],
  sent: ['settled', 'failed', 'cancelled'],
  settled: ['returned'],
  failed: [],
  returned: [],
  cancelled: [],
  rehearsed: [],
} as const satisfies Record<string, readonly string[]>;

export type PayoutState = keyof typeof payoutTransitions;

export const payoutStates = Object.keys(payoutTransitions) as PayoutState[];

/** Who released it: finance, or the version's limit up to which none is asked. */
export const payoutApprovals = ['finance', 'limit'] as const;

/** States in which the amount is not taken from what is left of the order: each frees it exactly once (R11). */
export const freeingStates = ['failed', 'returned', 'cancelled', 'rehearsed'] as const satisfies readonly PayoutState[];

export const frees = (state: PayoutState): boolean => (freeingStates as readonly PayoutState[]).includes(state);

/** States in which the money can no longer be held back by us. */
export const leftUs = (state: PayoutState): boolean => ['sending', 'unknown', 'sent', 'settled'].includes(state);

/** The reason of a payout that has ended and that its provider says it made: its money must go no other way. */
export const paidAfterAll = 'paid_after_all';

/** Why a payout that its provider has does not go on: the receiver's details (S6), or a person who pays by hand. */
export const awaitsPerson = 'awaits_person';

const waitReasons: readonly (string | null)[] = ['requires_action', awaitsPerson];

export const waitsForSomebody = (reason: string | null): boolean => waitReasons.includes(reason);

/** States after which nothing more is expected, though what settled may still come back. */
export const isFinal = (state: PayoutState): boolean => state === 'settled' || frees(state);

export const mayMove = (from: PayoutState, to: PayoutState): boolean =>
  (payoutTransitions[from] as readonly PayoutState[]).includes(to);

/** The growing intervals at which a payout of unknown outcome is looked at; finance sees when the next one is. */
export const sendingRetry = { firstMs: 1_000, factor: 2, longestMs: 300_000 } as const;

/** The provider's idempotency key: business-derived, stored with the row before the first call, the same for ever. */
export const payoutKey = (orderId: OrderId, payoutNo: number): string => `payout/${orderId}/${payoutNo}`;

export interface PayoutChange {
  readonly state: PayoutState;
  readonly providerRef?: string;
  readonly bankRef?: string;
  readonly reason?: string;
}

/** The change that a provider's report makes to a payout, or `null` where it tells nothing new. */
export function reduceReport(state: PayoutState, report: RailReport | OutcomeUnknown): PayoutChange | null {
  const next = nextState(state, report.status);
  if (next === null || next === state) return null;
  return {
    state: next,
    ...('providerRef' in report && report.providerRef !== undefined ? { providerRef: report.providerRef } : {}),
    ...('bankRef' in report && report.bankRef !== undefined ? { bankRef: report.bankRef } : {}),
    ...reasonFor(next, report),
  };
}

/** What ends or blurs a payout always has a reason, if only the provider's own word for it. */
function reasonFor(next: PayoutState, report: RailReport | OutcomeUnknown): { reason?: string } {
  const reason = 'reason' in report ? report.reason : undefined;
  if (reason !== undefined) return { reason };
  return frees(next) || next === 'unknown' ? { reason: report.status } : {};
}

function nextState(state: PayoutState, reported: RailReport['status'] | 'unknown'): PayoutState | null {
  // A refund that succeeded and then failed or was cancelled has come back (S1).
  if (state === 'settled' && (reported === 'failed' || reported === 'cancelled')) return 'returned';
  if (reported === 'unknown') return state === 'sending' ? 'unknown' : null;
  return mayMove(state, reported) ? reported : null;
}
