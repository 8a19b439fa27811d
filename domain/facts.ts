/**
 * The facts of a case, as the engine judges them: each with who says so and since when, or not yet known, or disputed.
 * Codes, amounts and instants only, never personal data, so that a case can be judged again years later. Plain JSON:
 * instants are RFC 3339 in UTC, amounts and counts are digits.
 */

import type { AttemptClass, Certainty } from './attempt-class.ts';
import type { Material } from './materials.ts';
import type { Currency } from './money.ts';
import type { FaultKind, PolicyVersion } from './policy.ts';
import type { TenderMethod } from './rail.ts';
import type { ReviewCause } from './review.ts';

export type FactSource = 'shop' | 'provider' | 'customer' | 'agent' | 'lead' | 'finance' | 'desk';

export interface StatedFact<Value> {
  readonly value: Value;
  readonly source: FactSource;
  /** Since when it is known. */
  readonly at: string;
}

/** Statements that contradict each other and that nobody has settled: the engine says so and guesses nothing. */
export interface DisputedFact<Value> {
  readonly disputed: readonly StatedFact<Value>[];
}

/** `null`: not yet known. */
export type Fact<Value> = StatedFact<Value> | DisputedFact<Value> | null;

export const orderChannels = ['official', 'designated_link', 'reseller', 'marketplace'] as const;

export type OrderChannel = (typeof orderChannels)[number];

export interface TenderFact {
  readonly id: string;
  readonly method: TenderMethod;
  /** As the shop reported; the refund's bound is what the provider captured. */
  readonly amountMinor: string;
  readonly taxMinor: string;
  /** `null` until the provider was asked (R10). */
  readonly capturedMinor: string | null;
  /** What can no longer go back: granted and open, settled, refunded elsewhere, taken by disputes. */
  readonly goneMinor: string;
}

export interface OrderFacts {
  readonly currency: Currency;
  readonly planKind: string;
  readonly channel: Fact<OrderChannel>;
  /** RP-2.3: when the money for the first purchase of that plan was captured or booked. */
  readonly firstCapturedAt: Fact<string>;
  readonly purchasedAt: string;
  readonly period: Interval | null;
  readonly meteredBytes: string | null;
  readonly tenders: readonly TenderFact[];
}

export interface Interval {
  readonly from: string;
  readonly until: string;
}

/** RP-2.5: measured from purchase to the moment of asking. */
export interface UsageFact {
  readonly bytes: string;
  readonly requests: string | null;
  readonly measuredAt: string;
}

/** RP-4.2: what the technical review found. */
export interface ReviewFact {
  readonly cause: ReviewCause;
  /** Whether the service was persistently unusable; `null` where the review could not tell. */
  readonly persistent: boolean | null;
  /** An account restriction that the seller set by mistake is no ground of RP-3.4. */
  readonly sellerMistake: boolean;
  /** When it was unusable, as far as the review could tell. */
  readonly lost: readonly Interval[];
}

/** What the files handed in say of the fault, as far as they were read: a proposal to whoever reviews (RP-2.4a, RP-3.4). */
export interface DiagnosisFact {
  /** `null` where none stands out. */
  readonly cause: ReviewCause | null;
  readonly certainty: Certainty | null;
  readonly persistent: boolean | null;
  readonly unusable: Interval | null;
  readonly attempts: number;
  readonly failed: number;
  /** Failed for a known cause that is not the user's. */
  readonly nonUser: number;
  /** The commonest of that cause, with the lines of the files that show them. */
  readonly classes: readonly {
    readonly class: AttemptClass;
    readonly vendor: string | null;
    readonly attempts: number;
    readonly proofs: readonly { readonly evidenceId: string; readonly from: number; readonly until: number }[];
  }[];
}

/** RP-2.4b: an incident as it bears on this order. */
export interface IncidentFact {
  readonly ref: string;
  readonly confirmed: boolean;
  readonly widelyImpacting: boolean;
  /** Whether it covers this order's plan, place and time. */
  readonly covers: boolean;
  readonly from: string;
  /** `null` while it goes on. */
  readonly until: string | null;
  /** RP-4.5: the stretches of it that were measured as lost; left out where all of it was. */
  readonly lost?: readonly Interval[];
}

/** D1: `open` blocks everything, `inquiry` allows a full refund only, `lost` ends the ticket. */
export const disputeStates = ['open', 'inquiry', 'won', 'lost', 'closed', 'prevented'] as const;

export type DisputeState = (typeof disputeStates)[number];

export interface DisputeFact {
  readonly ref: string;
  readonly state: DisputeState;
  /** RP-3.8: the customer's own withdrawal; the block ends only when the provider reports its end. */
  readonly withdrawnByCustomerAt: string | null;
}

export const kycStates = ['asked', 'passed', 'failed', 'timed_out'] as const;

export type KycState = (typeof kycStates)[number];

/** RP-2.4a: how a remediation stands. */
export interface RemediationFact {
  /** The customer's report, from which the days count. */
  readonly reportedAt: string;
  readonly fixReportedAt: string | null;
  /** When the customer was asked about it, where that was later: their days count from then. */
  readonly fixAskedAt?: string;
  /** The customer's word on the fix, or that they were silent for the version's time. */
  readonly answer: 'mended' | 'not_mended' | 'silent' | null;
  /** Whose word the answer is: the customer's, a reviewer's or a probe's, or the desk's where it was presumed. */
  readonly answeredBy: FactSource | null;
}

/** A stretch of time on which a clock stood still: who stopped it, why, from when to when. */
export const clockKinds = ['decision', 'remediation', 'lapse', 'offer'] as const;

export type ClockKind = (typeof clockKinds)[number];

export const pauseReasons = ['customer', 'kyc', 'dispute', 'provider', 'remediation'] as const;

export type PauseReason = (typeof pauseReasons)[number];

export interface ClockPause {
  readonly clock: ClockKind;
  readonly reason: PauseReason;
  readonly from: string;
  /** `null` while it lasts. */
  readonly until: string | null;
}

/** RP-3.9: a ground by law or contract that people wrote down. */
export interface OtherGroundFact {
  readonly kind: 'refusal' | 'statutory';
  readonly confirmed: boolean;
}

export interface CaseFacts {
  readonly order: OrderFacts;
  readonly fault: FaultKind;
  /**
   * RP-2.3: the first message that asked or reported the fault, by our server's clock. Of this claim: one that was answered
   * lends its moment to no later one, or a first no would keep the window open for ever.
   */
  readonly askedAt: string;
  readonly missing: readonly Material[];
  /** When the materials were first complete; the decision clock counts from it (RP-4.3). */
  readonly materialsCompleteAt: string | null;
  /** When the claim, once closed, was last opened again: its answer is owed anew, and counts from then (RP-4.3). */
  readonly reopenedAt: string | null;
  readonly usage: Fact<UsageFact>;
  /** RP-4.5: the newest measure, for what of the plan is still unused; RP-2.5 never counts what came after the asking. */
  readonly latestUsage: Fact<UsageFact>;
  readonly review: Fact<ReviewFact>;
  /** Left out where no file was read; facts that were kept before files were read have none. */
  readonly diagnosis?: StatedFact<DiagnosisFact>;
  /** What the desk's own tests of the plan say; left out where none were made. */
  readonly probes?: StatedFact<DiagnosisFact>;
  readonly remediation: RemediationFact | null;
  readonly incidents: readonly IncidentFact[];
  readonly disputes: readonly DisputeFact[];
  readonly kyc: Fact<KycState>;
  /** RP-3.5. */
  readonly breach: Fact<boolean>;
  /** RP-3.6: matches are signals; only a person confirms. */
  readonly abuse: { readonly signals: readonly string[]; readonly confirmed: Fact<boolean> };
  /** RP-2.2: the place, by billing country and one independent sign; ISO 3166-1 alpha-2. */
  readonly place: { readonly billing: Fact<string>; readonly independent: Fact<string> };
  readonly otherGround: OtherGroundFact | null;
  /** Lost intervals of this order that were compensated before, in money or in time. */
  readonly compensated: readonly Interval[];
  readonly pauses: readonly ClockPause[];
  /** RP-4.2: whether the review waits for an answer of the customer. */
  readonly informationRequested: boolean;
  /** RP-5.1. */
  readonly contactVerified: Fact<boolean>;
}

/** All that a judgement needs; what it stands on is kept with it. */
export interface AssessmentInput {
  /** The instant of judgement. */
  readonly at: string;
  /** RP-6.1: the version in force when it was asked for. */
  readonly version: PolicyVersion;
  /** RP-6.1: the one at purchase, where the version says that orders keep the better of both. */
  readonly purchaseVersion: PolicyVersion | null;
  readonly facts: CaseFacts;
}

/** Facts that staff establish themselves, each with a written ground. */
export const statedFacts = ['breach', 'abuse', 'billing_country', 'independent_country', 'contact_verified'] as const;

export type StatedFactName = (typeof statedFacts)[number];

/** What staff record: beside those the customer's withdrawal of a dispute, which is kept with the dispute (RP-3.8). */
export const recordedFacts = [...statedFacts, 'dispute_withdrawn'] as const;
