/** What stores read of payouts for the door; only presenters turn these views into answers. */

import type { PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Money } from '../domain/money.ts';
import type { PayoutState, payoutApprovals } from '../domain/payout.ts';
import type { PayoutCell } from '../domain/payout-sums.ts';
import type { KeptBack, PayoutAttention } from '../domain/payout-waits.ts';
import type { PolicyCalendar } from '../domain/policy.ts';
import type { RailName, TenderMethod } from '../domain/rail.ts';
import type { TicketPhase } from '../domain/ticket.ts';
import type { ActorView, ColleagueView } from './people-views.ts';

/** What a payout has cost of one kind and in one currency; negative where it was in our favour (M6, M7). */
export interface PayoutCostView {
  readonly kind: 'fee' | 'exchange';
  readonly amount: Money;
}

export interface PayoutView {
  readonly id: PayoutId;
  readonly ticketId: TicketId;
  readonly ticketReference: string;
  readonly ticketPhase: TicketPhase;
  readonly subjectId: SubjectId;
  readonly orderRef: string;
  readonly payoutNo: number;
  readonly key: string;
  readonly amount: Money;
  readonly method: TenderMethod;
  readonly rail: RailName;
  readonly replaces: PayoutId | null;
  readonly reroutedBy: SubjectId | null;
  /** Another has taken its place. */
  readonly isReplaced: boolean;
  readonly isCancelAsked: boolean;
  /** Who said that it was paid by hand, where it stands so. */
  readonly paidByHandBy: SubjectId | null;
  /** What keeps one back that a person is to pay by hand. */
  readonly keptBack: KeptBack | null;
  /** Of a call whose outcome is not clear. */
  readonly tries: number;
  readonly nextLookAt: Date | null;
  readonly state: PayoutState;
  /** Since when it is in its state. */
  readonly since: Date;
  readonly reason: string | null;
  /** Why finance must look at it, until somebody has seen to it. */
  readonly attention: PayoutAttention | null;
  readonly providerRef: string | null;
  readonly bankRef: string | null;
  readonly decidedBy: ColleagueView | null;
  /** The second person behind an exception. */
  readonly confirmedBy: SubjectId | null;
  readonly approval: (typeof payoutApprovals)[number] | null;
  readonly approvedBy: ColleagueView | null;
  readonly createdAt: Date;
  readonly approvedAt: Date | null;
  readonly sendingAt: Date | null;
  readonly settledAt: Date | null;
  readonly endedAt: Date | null;
  readonly checkedAt: Date | null;
  readonly costs: readonly PayoutCostView[];
}

export interface PayoutAttemptView {
  readonly id: PayoutId;
  readonly payoutNo: number;
  readonly rail: RailName;
  readonly state: PayoutState;
  readonly reason: string | null;
  readonly amount: Money;
  readonly createdAt: Date;
  readonly sendingAt: Date | null;
  readonly endedAt: Date | null;
}

export interface PayoutWholeView extends PayoutView {
  /** What its ticket's timeline tells of it. */
  readonly history: readonly {
    readonly number: number;
    readonly kind: string;
    readonly at: Date;
    readonly reason: string | null;
    readonly actor: ActorView;
  }[];
  /** All payouts of its grant to its tender, in the order of their numbers; it is among them. */
  readonly attempts: readonly PayoutAttemptView[];
  /** `null` of one that no bank was told to pay; dates as `YYYY-MM-DD`. */
  readonly bankDays: {
    readonly executionOn: string;
    readonly bookedOn: string | null;
    readonly valueOn: string | null;
    readonly returnedOn: string | null;
    readonly returnedValueOn: string | null;
  } | null;
  /** Of the policy that its ticket is judged by. */
  readonly calendar: PolicyCalendar | null;
}

export interface PayoutCellView extends PayoutCell {
  readonly exceptions: number;
}

export interface StopView {
  readonly stopped: boolean;
  readonly ground: string | null;
  readonly stoppedAt: Date | null;
}
