/**
 * The state table of remedies that the shop applies, and the one reducer of what it reports. Pure. Indifferent to the
 * order and the repetition of reports: whatever is told beside it, an action that the shop has applied is applied.
 */

import type { OrderId } from './ids.ts';
import type { OutcomeUnknown } from './rail.ts';
import type { ShopActionKind, ShopReport } from './shop.ts';

/** What each kind of remedy asks of the shop. Store balance is no remedy but a payout, over its own rail. */
export const remedyActions = {
  extension: 'extend_plan',
  plan_end: 'end_plan',
  replacement: 'replace_plan',
} as const satisfies Record<string, ShopActionKind>;

export type RemedyKind = keyof typeof remedyActions;

export const remedyKinds = Object.keys(remedyActions) as RemedyKind[];

/**
 * granted: decided. applying: the call is being made. unknown: asked, no clear answer. applied: the shop has done it.
 * failed: the shop refused it. cancelled: taken back before the call, or barred for good, or its refund taken back, and the
 * shop, asked, has nothing of it. rehearsed: dry run, nothing was asked.
 */
export const remedyTransitions = {
  granted: ['applying', 'cancelled', 'rehearsed'],
  applying: ['unknown', 'applied', 'failed', 'cancelled'],
  unknown: ['applying', 'applied', 'failed', 'cancelled'],
  applied: [],
  // A refusal that was the answer to a repeat, heard before the first call's own.
  failed: ['applied'],
  cancelled: [],
  rehearsed: [],
} as const satisfies Record<string, readonly string[]>;

export type RemedyState = keyof typeof remedyTransitions;

export const remedyStates = Object.keys(remedyTransitions) as RemedyState[];

/** States after which nothing more is expected, and after which alone the next remedy for the same grant may exist. */
export const isFinalRemedy = (state: RemedyState): boolean =>
  ['applied', 'failed', 'cancelled', 'rehearsed'].includes(state);

export const mayRemedyMove = (from: RemedyState, to: RemedyState): boolean =>
  (remedyTransitions[from] as readonly RemedyState[]).includes(to);

/** The shop's idempotency key: business-derived, stored with the row before the first call, the same for ever. */
export const remedyKey = (orderId: OrderId, remedyNo: number): string => `remedy/${orderId}/${remedyNo}`;

export interface RemedyChange {
  readonly state: RemedyState;
  readonly shopRef?: string;
  readonly planEndsAt?: string;
  readonly reason?: string;
}

/** The change that the shop's report makes to a remedy, or `null` where it tells nothing new. */
export function reduceShopReport(state: RemedyState, report: ShopReport | OutcomeUnknown): RemedyChange | null {
  switch (report.status) {
    case 'applied': {
      if (!mayRemedyMove(state, 'applied')) return null;
      const { shopRef, planEndsAt } = report;
      return { state: 'applied', shopRef, ...(planEndsAt === undefined ? {} : { planEndsAt }) };
    }
    case 'refused':
      return mayRemedyMove(state, 'failed') ? { state: 'failed', reason: report.reason } : null;
    case 'unknown':
      return mayRemedyMove(state, 'unknown') ? { state: 'unknown', reason: report.reason } : null;
  }
}
