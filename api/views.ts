/** What stores read in one go for the door; only presenters turn these views into answers. */

import type { ProposalKind } from '../domain/assessment.ts';
import type { DecisionException, DecisionKind, DecisionState } from '../domain/decision.ts';
import type { Urgency } from '../domain/dispute.ts';
import type { DueKind } from '../domain/due-kind.ts';
import type { EvidenceKind } from '../domain/evidence.ts';
import type { ClockKind, PauseReason } from '../domain/facts.ts';
import type { HoldKind, HoldResult } from '../domain/hold.ts';
import type {
  AccountId,
  DecisionId,
  HoldId,
  IncidentId,
  OrderId,
  PolicyVersionId,
  SubjectId,
  TicketId,
  UploadId,
} from '../domain/ids.ts';
import type { Coverage, IncidentState } from '../domain/incident.ts';
import type { IntakeReason, IntakeState } from '../domain/intake.ts';
import type { Material } from '../domain/materials.ts';
import type { Currency, Money } from '../domain/money.ts';
import type { NetworkContext } from '../domain/network-context.ts';
import type { OfferEnd } from '../domain/offer.ts';
import type { FaultKind, PolicyDocument } from '../domain/policy.ts';
import type { TenderMethod } from '../domain/rail.ts';
import type { RemedyKind, RemedyState } from '../domain/remedy.ts';
import type { DiagnosisAnswer, FixAnswer, ReviewCause } from '../domain/review.ts';
import type { TicketOutcome, TicketPhase } from '../domain/ticket.ts';
import type { PayoutView } from './payout-views.ts';
import type { ActorView, ColleagueView } from './people-views.ts';

export type { ActorView, ColleagueView };

import type { ContactView, PastTicketView } from './customer-views.ts';

export interface Page {
  readonly limit: number;
  readonly cursor: string | null;
}

export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface TicketSummaryView {
  readonly id: TicketId;
  readonly reference: string;
  readonly accountId: AccountId;
  readonly subjectId: SubjectId;
  readonly orderRef: string;
  readonly fault: FaultKind;
  readonly phase: TicketPhase;
  readonly outcome: TicketOutcome | null;
  readonly due: { readonly kind: DueKind; readonly at: Date } | null;
  readonly askedAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly closedAt: Date | null;
  readonly assignee: ColleagueView | null;
  /** D8: what is warned of goes before others. */
  readonly urgent: Urgency | null;
}

export interface EvidenceView {
  readonly id: UploadId;
  readonly ticketId: TicketId | null;
  readonly subjectId: SubjectId;
  readonly name: string;
  readonly state: IntakeState;
  /** Why it was refused or is held. */
  readonly reason: IntakeReason | null;
  /** What the scanner found in it. */
  readonly finding: string | null;
  /** Where it could not be looked through for a fault of the desk's: since when, and how often that was tried. */
  readonly failing: { readonly since: Date; readonly tries: number } | null;
  /** As what it is kept; `null` until it is. */
  readonly kind: EvidenceKind | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly masked: Readonly<Record<string, number>>;
  readonly at: Date;
  /** The archive that it came out of. */
  readonly originId: UploadId | null;
  /** Of a PDF. */
  readonly pages: number | null;
  readonly hasThumbnail: boolean;
}

export interface DecisionView {
  readonly id: DecisionId;
  readonly decision: DecisionKind;
  readonly amount: Money | null;
  readonly ground: string;
  readonly clauses: readonly string[];
  readonly at: Date;
  readonly exception: DecisionException | null;
  readonly state: DecisionState;
  /** `null` where the desk decided by itself. */
  readonly decidedBy: ColleagueView | null;
  readonly confirmedBy: ColleagueView | null;
}

export interface ReviewView {
  readonly cause: ReviewCause;
  readonly finding: string;
  readonly persistent: boolean | null;
  readonly sellerMistake: boolean;
  readonly diagnosis: DiagnosisAnswer | null;
  readonly mended: boolean | null;
  readonly lost: readonly { readonly from: Date; readonly until: Date }[];
  readonly at: Date;
  readonly reviewer: ColleagueView;
}

export interface PauseView {
  readonly clock: ClockKind;
  readonly reason: PauseReason;
  readonly from: Date;
  readonly until: Date | null;
  readonly by: ColleagueView | null;
}

export interface HoldView {
  readonly id: HoldId;
  readonly kind: HoldKind;
  readonly ground: string;
  readonly since: Date;
  readonly until: Date | null;
  readonly result: HoldResult | null;
  readonly stops: readonly ClockKind[];
  readonly placedBy: ColleagueView | null;
}

export interface OfferView {
  readonly refund: Money | null;
  readonly extension: { readonly minutes: number; readonly bytes: string } | null;
  readonly endsPlan: boolean;
  readonly offeredAt: Date;
  readonly expiresAt: Date | null;
  readonly choice: OfferEnd | null;
}

/** What a ticket has been through and waits for beside its phase. */
export interface TicketCourseView {
  readonly policy: { readonly atAsking: number | null; readonly atPurchase: number | null };
  readonly pauses: readonly PauseView[];
  readonly holds: readonly HoldView[];
  readonly informationRequest: {
    readonly holdId: HoldId;
    readonly materials: readonly Material[];
    readonly question: string;
    readonly askedAt: Date;
    readonly lapsesAt: Date | null;
  } | null;
  readonly remediation: {
    readonly deadline: Date | null;
    readonly fixReportedAt: Date | null;
    readonly answer: FixAnswer | null;
  } | null;
  /** RP-4.3: by when it is answered; `null` while nothing is promised, or its clock stands still. */
  readonly promisedAt: Date | null;
  /** Oldest first, also those that wait for a second person or were rejected. */
  readonly decisions: readonly DecisionView[];
  readonly offer: OfferView | null;
  readonly remedies: readonly {
    readonly kind: RemedyKind;
    readonly state: RemedyState;
    readonly planEndsAt: Date | null;
  }[];
  /** What was kept for it that its workflow has not taken yet (T10). */
  readonly pending: { readonly count: number; readonly since: Date } | null;
  /** Of other orders that the same request named, in the order in which they were opened. */
  readonly linked: readonly {
    readonly id: TicketId;
    readonly reference: string;
    readonly orderRef: string;
    readonly phase: TicketPhase;
    readonly outcome: TicketOutcome | null;
  }[];
  /** The newest; `null` as its decision where the ticket closed without one. */
  readonly appeal: { readonly at: Date; readonly decisionId: DecisionId | null } | null;
}

export interface TicketIncidentView {
  readonly id: IncidentId;
  readonly ref: string;
  readonly state: IncidentState;
  readonly coverage: Coverage;
}

export interface TicketView extends TicketSummaryView, TicketCourseView {
  readonly paymentMethod: string;
  readonly description: string;
  readonly networkContext: NetworkContext | null;
  readonly missing: readonly Material[];
  readonly evidence: readonly EvidenceView[];
  readonly payouts: readonly PayoutView[];
  readonly reviews: readonly ReviewView[];
  /** Of its customer; for staff's eyes only. */
  readonly contacts: readonly ContactView[];
  /** Of its account, newest first; for staff's eyes only. */
  readonly pastTickets: readonly PastTicketView[];
  /** Of its order; for staff's eyes only. */
  readonly incidents: readonly TicketIncidentView[];
  /** The one who looks is of the staff, and shares an address or instrument with its account. */
  readonly isOwnClaim: boolean;
  /** RP-2.3: by the version that judges it; `null` where there is none. */
  readonly windowEndsAt: Date | null;
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
  readonly places: readonly string[];
  /** CIDR ranges. */
  readonly egress: readonly string[];
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
  /** Parameters that the draft changes, and whose effect stored facts cannot show. */
  readonly unjudged: readonly ('materials' | 'abuse')[];
  readonly outcomes: Readonly<Record<'before' | 'after', Readonly<Partial<Record<ProposalKind, number>>>>>;
  readonly by: readonly { readonly from: ProposalKind; readonly to: ProposalKind; readonly tickets: number }[];
  readonly money: Readonly<Partial<Record<Currency, Readonly<Record<'before' | 'after' | 'difference', string>>>>>;
  readonly milliseconds: number;
}
