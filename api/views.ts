/** What stores read in one go for the door; only presenters turn these views into answers. */

import type { ProposalKind } from '../domain/assessment.ts';
import type { AccountId, OrderId, PayoutId, PolicyVersionId, SubjectId, TicketId, UploadId } from '../domain/ids.ts';
import type { Material } from '../domain/materials.ts';
import type { Currency, Money } from '../domain/money.ts';
import type { PayoutState } from '../domain/payout.ts';
import type { PolicyDocument } from '../domain/policy.ts';
import type { TenderMethod } from '../domain/rail.ts';
import type { ReviewCause } from '../domain/review.ts';
import type { Role } from '../domain/role.ts';
import type { TicketOutcome, TicketPhase } from '../domain/ticket.ts';

export interface Page {
  readonly limit: number;
  readonly cursor: string | null;
}

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface ColleagueView {
  readonly id: SubjectId;
  readonly name: string;
}

export interface TicketSummaryView {
  readonly id: TicketId;
  readonly reference: string;
  readonly accountId: AccountId;
  readonly subjectId: SubjectId;
  readonly orderRef: string;
  readonly phase: TicketPhase;
  readonly outcome: TicketOutcome | null;
  readonly askedAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly closedAt: Date | null;
  readonly assignee: ColleagueView | null;
}

export interface EvidenceView {
  readonly id: UploadId;
  readonly ticketId: TicketId | null;
  readonly subjectId: SubjectId;
  readonly name: string;
  readonly kind: 'png' | 'jpeg' | 'webp' | 'text';
  readonly bytes: number;
  readonly sha256: string;
  readonly masked: Readonly<Record<string, number>>;
  readonly at: Date;
}

export interface DecisionView {
  readonly decision: 'refund' | 'refuse';
  readonly amount: Money | null;
  readonly ground: string;
  readonly clauses: readonly string[];
  readonly at: Date;
  readonly decidedBy: ColleagueView;
}

export interface ReviewView {
  readonly cause: ReviewCause;
  readonly finding: string;
  readonly at: Date;
  readonly reviewer: ColleagueView;
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
  readonly state: PayoutState;
  readonly reason: string | null;
  readonly providerRef: string | null;
  readonly bankRef: string | null;
  readonly decidedBy: ColleagueView;
  readonly approvedBy: ColleagueView | null;
  readonly createdAt: Date;
  readonly approvedAt: Date | null;
  readonly sendingAt: Date | null;
  readonly settledAt: Date | null;
  readonly endedAt: Date | null;
}

export interface TicketView extends TicketSummaryView {
  readonly paymentMethod: string;
  readonly description: string;
  readonly networkContext: Readonly<Record<string, unknown>> | null;
  readonly missing: readonly Material[];
  readonly evidence: readonly EvidenceView[];
  readonly decision: DecisionView | null;
  readonly payouts: readonly PayoutView[];
  readonly reviews: readonly ReviewView[];
}

/** Who did it; `name` is for staff's eyes only. */
export interface ActorView {
  readonly id: SubjectId | null;
  readonly role: Role | 'system' | 'provider';
  readonly name: string | null;
}

export type TimelineView =
  | {
      readonly type: 'event';
      readonly number: number;
      readonly at: Date;
      readonly actor: ActorView;
      readonly kind: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly hash: string;
    }
  | {
      readonly type: 'message' | 'note';
      readonly id: string;
      readonly at: Date;
      readonly author: ActorView;
      readonly text: string;
    }
  | { readonly type: 'evidence'; readonly at: Date; readonly evidence: EvidenceView };

export interface OrderView {
  readonly id: OrderId;
  readonly ref: string;
  readonly accountId: AccountId;
  readonly subjectId: SubjectId;
  readonly channel: 'official' | 'designated_link' | 'reseller' | 'marketplace';
  readonly plan: { readonly key: string; readonly kind: string; readonly name: string };
  readonly firstPurchasedAt: Date;
  readonly purchasedAt: Date;
  readonly period: { readonly from: Date; readonly until: Date } | null;
  readonly meteredBytes: string | null;
  readonly renewalOf: string | null;
  readonly tenders: readonly {
    readonly method: TenderMethod;
    readonly amount: Money;
    readonly tax: Money;
    readonly capturedAt: Date;
  }[];
  readonly openTicketId: TicketId | null;
}

export interface SaidView {
  readonly id: string;
  readonly ticketId: TicketId;
  readonly at: Date;
  readonly text: string;
}

export interface StopView {
  readonly stopped: boolean;
  readonly ground: string | null;
  readonly stoppedAt: Date | null;
}

export interface UploadView {
  readonly uploadId: UploadId;
  readonly offset: number;
  readonly bytes: number;
  readonly state: 'receiving' | 'complete' | 'attached';
}

export interface PolicyVersionView {
  readonly id: PolicyVersionId;
  readonly number: number;
  readonly effectiveAt: Date;
  readonly postedAt: Date;
  readonly document: PolicyDocument;
}

export interface BacktestView {
  readonly judged: number;
  readonly changed: number;
  readonly otherEngine: number;
  readonly outcomes: Readonly<Record<'before' | 'after', Readonly<Partial<Record<ProposalKind, number>>>>>;
  readonly by: readonly { readonly from: ProposalKind; readonly to: ProposalKind; readonly tickets: number }[];
  readonly money: Readonly<Partial<Record<Currency, Readonly<Record<'before' | 'after' | 'difference', string>>>>>;
  readonly milliseconds: number;
}
