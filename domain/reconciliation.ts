/**
 * Reconciliation: what a provider lists beside what our books say of it. Pure. What the provider's word can put right by
 * itself is a report like any other; what it cannot is a break, which a person owns until it is closed with a reason.
 */

import type { PayoutId, ReconciliationId } from './ids.ts';
import type { Money } from './money.ts';
import { frees, type PayoutChange, type PayoutState, reduceReport } from './payout.ts';
import type { ListProblem, RailName, RailRecord } from './rail.ts';

/**
 * missing: we say that it went, the provider does not list it. foreign: it went back for an order of ours, but not by us
 * (R10: it counts against the order). amount: another amount than we asked for. freed: it went, though our books have
 * given its amount back to the order. double: it went twice, of which we know one. unexplained: the list has it as ours,
 * and neither payout nor order of ours is behind it, or it does not say what became of the payout that it names.
 */
export const breakKinds = ['missing', 'foreign', 'amount', 'freed', 'double', 'unexplained'] as const;

export type BreakKind = (typeof breakKinds)[number];

/** Why a break is closed: by a person, or `gone` where a later look found both sides alike. */
export const breakEnds = ['made_elsewhere', 'paid_back', 'written_off', 'provider_mistake', 'gone'] as const;

export type BreakEnd = (typeof breakEnds)[number];

/** A look at one rail's list of a stretch of time, and what it is recorded under. */
export interface Look {
  readonly id: ReconciliationId;
  readonly rail: RailName;
  readonly from: Date;
  readonly until: Date;
  /** What was sent before it is on the list; what was sent since may not be yet. */
  readonly listedUntil: Date;
}

/** What a look came to. */
export interface LookResult {
  readonly listed: number;
  readonly matched: number;
  /** Words of the provider that were news to us. */
  readonly takenOver: number;
  readonly openBreaks: number;
  /** The list is closed to us, so that nothing was compared. */
  readonly problem?: ListProblem;
}

/** A payout as our books have it. */
export interface OwnPayout {
  readonly id: PayoutId;
  readonly state: PayoutState;
  readonly amount: Money;
  readonly providerRef: string | null;
}

export type Comparison =
  | { readonly kind: 'break'; readonly break: BreakKind }
  /** Both say the same, or will once the provider's word is taken over. */
  | { readonly kind: 'match'; readonly change: PayoutChange | null }
  /** Nothing of ours, and no money went: it concerns nobody. */
  | { readonly kind: 'none' };

/** Whether the provider says that the money is on its way or there. */
const went = ({ report }: RailRecord): boolean => report.status === 'sent' || report.status === 'settled';

/** Compares one record with the payout that it names; `null` where our books have none. */
export function compare(record: RailRecord, ours: OwnPayout | null): Comparison {
  if (record.isUnclear || (ours === null && record.concernsUs)) return { kind: 'break', break: 'unexplained' };
  if (ours === null) return went(record) ? { kind: 'break', break: 'foreign' } : { kind: 'none' };
  if (went(record)) {
    if (ours.providerRef !== null && ours.providerRef !== record.providerRef) return { kind: 'break', break: 'double' };
    if (frees(ours.state)) return { kind: 'break', break: 'freed' };
  }
  const { amount } = ours;
  if (amount.minor !== record.amount.minor || amount.currency !== record.amount.currency)
    return { kind: 'break', break: 'amount' };
  return { kind: 'match', change: reduceReport(ours.state, record.report) };
}
