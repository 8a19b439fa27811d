/** Reconciliation as the door reads it of the stores. */

import type { BreakId, OrderId, PayoutId } from '../domain/ids.ts';
import type { Money } from '../domain/money.ts';
import type { PayoutCell } from '../domain/payout-sums.ts';
import type { ListProblem, RailName } from '../domain/rail.ts';
import type { BreakEnd, BreakKind } from '../domain/reconciliation.ts';

export interface ReconciliationView {
  /** The newest of each rail. */
  readonly looks: readonly {
    readonly rail: RailName;
    readonly from: Date;
    readonly until: Date;
    readonly startedAt: Date;
    readonly finishedAt: Date | null;
    readonly listed: number;
    readonly matched: number;
    readonly takenOver: number;
    /** Why the list could not be compared. */
    readonly problem: ListProblem | null;
  }[];
  /** What the proven share is reckoned from, the same as the board's sums. */
  readonly cells: readonly PayoutCell[];
  readonly openBreaks: number;
}

interface ColleagueView {
  readonly id: string;
  readonly name: string;
}

export interface BreakView {
  readonly id: BreakId;
  readonly rail: RailName;
  readonly kind: BreakKind;
  /** `null` where no order that the desk knows is behind it. */
  readonly orderRef: string | null;
  readonly orderId: OrderId | null;
  readonly payoutId: PayoutId | null;
  readonly providerRef: string | null;
  readonly amount: Money;
  readonly recordAt: Date;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly owner: ColleagueView | null;
  readonly closedAt: Date | null;
  readonly closedBy: ColleagueView | null;
  readonly closedAs: BreakEnd | null;
  readonly ground: string | null;
}
