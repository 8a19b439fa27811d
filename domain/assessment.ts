/** What the policy engine says of a case: each clause's verdict with its facts and sentences, what is missing, and a proposal. */

import type { DiagnosisFact, FactSource, ReviewFact } from './facts.ts';
import type { MoneyWire } from './money.ts';
import type { PolicyLanguage, RefundClauseId } from './policy.ts';

/** Raised whenever the same facts and version could give another answer; kept beside each assessment. */
export const engineVersion = 4;

/** What a case was judged for. */
export const assessmentOccasions = ['review', 'deciding', 'decision', 'offer', 'appeal', 'closing'] as const;

export type AssessmentOccasion = (typeof assessmentOccasions)[number];

export const verdicts = ['passed', 'failed', 'unknown', 'not_applicable'] as const;

export type Verdict = (typeof verdicts)[number];

/** A fact as a clause used it: its name as a path into the case's facts, its value as text, and who says so. */
export interface FactUsed {
  readonly fact: string;
  readonly value: string;
  readonly source: FactSource;
}

export interface ClauseFinding {
  readonly clause: RefundClauseId;
  readonly verdict: Verdict;
  /** Why, as a code: what sentences, pages and tests go by. */
  readonly reason: string;
  readonly facts: readonly FactUsed[];
  readonly customer: Readonly<Record<PolicyLanguage, string>>;
  readonly agent: string;
}

/** One line of a sum, e.g. `lost minutes`, `4320`, `minute`; the last line is the result. */
export interface ArithmeticLine {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
}

export interface ProposedRefund {
  readonly amount: MoneyWire;
  /** Whether it is all that is left of the order. */
  readonly full: boolean;
  /** It is for all that is left of the money, or for all that is unused of the plan. */
  readonly endsPlan: boolean;
  readonly tax: MoneyWire;
  readonly lines: readonly ArithmeticLine[];
  /** Lost intervals that it compensates; empty for a full refund. */
  readonly intervals: readonly { readonly from: string; readonly until: string }[];
}

export interface ProposedExtension {
  /** Whole minutes by which the plan's current end moves, or bytes that are added; one of the two is zero. */
  readonly minutes: number;
  readonly bytes: string;
  readonly lines: readonly ArithmeticLine[];
  readonly intervals: readonly { readonly from: string; readonly until: string }[];
}

/** What a case waits for before it can be decided. */
export const waitReasons = [
  'materials',
  'review',
  'information',
  /** What the shop's record of the order lacks: its channel, or the usage up to the asking. */
  'shop',
  'remediation',
  'kyc',
  'dispute',
  'capture',
  'place',
  'second_person',
] as const;

export type WaitReason = (typeof waitReasons)[number];

export const proposalKinds = [
  'refund',
  'refuse',
  'offer',
  'wait',
  'remediated',
  'charged_back',
  'unclear',
] as const satisfies readonly Proposal['kind'][];

export type ProposalKind = Proposal['kind'];

export type Proposal =
  | { readonly kind: 'refund'; readonly clauses: readonly RefundClauseId[]; readonly refund: ProposedRefund }
  | { readonly kind: 'refuse'; readonly clauses: readonly RefundClauseId[] }
  /** RP-4.5: the customer chooses; either is missing where its sum is zero. */
  | {
      readonly kind: 'offer';
      readonly clauses: readonly RefundClauseId[];
      readonly refund: ProposedRefund | null;
      readonly extension: ProposedExtension | null;
      readonly expiresAfterDays: number;
    }
  | { readonly kind: 'wait'; readonly for: readonly WaitReason[]; readonly until: string | null }
  /** RP-2.4a: mended in time, so nothing is owed. */
  | { readonly kind: 'remediated'; readonly clauses: readonly RefundClauseId[] }
  /** RP-3.8: a lost dispute has taken the money. */
  | { readonly kind: 'charged_back'; readonly clauses: readonly RefundClauseId[] }
  /** Clauses conflict or a fact is disputed: a person must settle it first. */
  | { readonly kind: 'unclear'; readonly conflicts: readonly string[] };

export interface ClockStanding {
  readonly startedAt: string;
  readonly dueAt: string;
  /** Whether it stands still now; `dueAt` then moves on with time. */
  readonly paused: boolean;
}

export interface DecisionStanding extends ClockStanding {
  readonly remindAt: string;
  readonly escalateAt: string;
  /** Whether the version knows the holidays of every day counted; where not, only weekends were left out. */
  readonly holidaysKnown: boolean;
}

export interface Assessment {
  readonly engine: number;
  readonly at: string;
  readonly versionNumber: number;
  /** The version whose answer counts: the one at asking, or at purchase where that is better and kept (RP-6.1). */
  readonly judgedBy: number;
  readonly findings: readonly ClauseFinding[];
  readonly proposal: Proposal;
  readonly clocks: {
    /** RP-2.3: until when it could be asked for. */
    readonly windowEndsAt: string | null;
    /** RP-2.4a. */
    readonly remediation: ClockStanding | null;
    /** RP-4.3: reminders before it breaks, and the promise. */
    readonly decision: DecisionStanding | null;
  };
  /** The tenders over which money may go back by the version that counts (RP-2.2, RP-3.7). */
  readonly refundableTenders: readonly string[];
  /** Whether the desk may decide the proposal without a person (RP-4.6). */
  readonly systemMayDecide: boolean;
}

/** What would follow from the finding that the files show. */
export interface Suggestion {
  readonly review: ReviewFact;
  /** Of the files, and of the desk's own tests; `null` where there are none. */
  readonly diagnosis: DiagnosisFact | null;
  readonly probes: DiagnosisFact | null;
  readonly assessment: Assessment;
}
