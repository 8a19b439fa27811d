/** Disputes as the store reads them in one go for the door. */

import type { DisputeKind, DisputeStanding, DisputeWord, PacketState } from '../domain/dispute.ts';
import type { DisputeId, OrderId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Money } from '../domain/money.ts';
import type { TenderMethod } from '../domain/rail.ts';
import type { TicketOutcome, TicketPhase } from '../domain/ticket.ts';
import type { PayoutView } from './payout-views.ts';
import type { ColleagueView } from './views.ts';

export interface DisputeView {
  readonly id: DisputeId;
  readonly provider: string;
  readonly providerRef: string;
  readonly kind: DisputeKind;
  readonly state: DisputeStanding;
  readonly reason: string | null;
  readonly networkReason: string | null;
  readonly amount: Money | null;
  readonly taken: Money;
  readonly fee: Money | null;
  readonly orderId: OrderId;
  readonly orderRef: string;
  /** The order's customer. */
  readonly subjectId: SubjectId;
  readonly method: TenderMethod;
  readonly evidenceDueAt: Date | null;
  readonly submittedAt: Date | null;
  readonly submittedBy: ColleagueView | null;
  /** The newest one. */
  readonly packet: { readonly state: PacketState; readonly reason: string | null } | null;
  readonly lapsedAt: Date | null;
  readonly actionable: boolean | null;
  readonly withdrawnByCustomerAt: Date | null;
  readonly openedAt: Date;
  readonly endedAt: Date | null;
}

export type DisputeEventView =
  | { readonly kind: 'told'; readonly at: Date; readonly word: DisputeWord }
  | {
      readonly kind: 'reminder' | 'escalation' | 'deadline' | 'evidence';
      readonly at: Date;
      readonly by: ColleagueView | null;
      readonly dueAt?: string | undefined;
      readonly state?: PacketState | undefined;
      readonly reason?: string | undefined;
    };

export interface DisputeDetailView extends DisputeView {
  readonly events: readonly DisputeEventView[];
  readonly tickets: readonly {
    readonly id: TicketId;
    readonly reference: string;
    readonly phase: TicketPhase;
    readonly outcome: TicketOutcome | null;
  }[];
  readonly payouts: readonly PayoutView[];
  readonly tenders: readonly {
    readonly method: TenderMethod;
    readonly captured: Money | null;
    readonly committed: Money;
    readonly elsewhere: Money;
    readonly disputed: Money;
    readonly refundable: Money;
  }[];
}
