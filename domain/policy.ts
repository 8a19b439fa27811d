/**
 * A policy version: the seller's published refund policy as data that the engine reads. Texts per clause and language,
 * and the parameters on which judgement stands. Immutable once posted; plain JSON, so that it can be kept and compared.
 */

import { type ClauseId, clauseIds } from './clauses.ts';
import type { Material } from './materials.ts';
import type { Currency } from './money.ts';
import type { TenderMethod } from './rail.ts';

/** Clauses that a policy version holds texts for and the engine judges, in their order. */
export type RefundClauseId = Extract<ClauseId, `RP-${string}`>;

export const refundClauseIds = clauseIds.filter((id): id is RefundClauseId => id.startsWith('RP-'));

export const policyLanguages = ['en', 'ru'] as const;

export type PolicyLanguage = (typeof policyLanguages)[number];

/** What a customer says is wrong; each kind has the materials that a review of it needs. */
export const faultKinds = [
  'unreachable',
  'slow',
  'blocked_by_target',
  'authentication',
  'wrong_location',
  'other',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** refundable: RP-2.2's methods. crypto: only where a law demands it. store_balance: back to it. never: RP-3.7. */
export const methodClasses = ['refundable', 'crypto', 'store_balance', 'never'] as const;

export type MethodClass = (typeof methodClasses)[number];

/** RP-2.5: a measure and the most of it that still counts as light testing; at the cap is inside. */
export type UsageCap =
  | { readonly measure: 'bytes'; readonly max: string }
  | { readonly measure: 'requests'; readonly max: string }
  /** Of what the plan meters, in hundredths of a per cent. */
  | { readonly measure: 'share'; readonly basisPointsMax: number };

export interface PlanRule {
  /** RP-2.5: exceeding either of the two disqualifies; `null` where there is none for this kind. */
  readonly usageCaps: readonly [UsageCap | null, UsageCap | null];
  /** How a part is reckoned: over the period, over the metered term, or in traffic alone (RP-4.5). */
  readonly compensation: 'period' | 'metered_term' | 'traffic_only';
}

/** Minor units as digits, per currency; a currency that is not listed has no limit of its own and always needs people. */
export type LimitPerCurrency = Readonly<Partial<Record<Currency, string>>>;

export interface PolicyCalendar {
  /** IANA name of the seller's zone, in which business days begin and end. */
  readonly timeZone: string;
  /** ISO weekdays that are no business days: 1 is Monday, 7 Sunday. */
  readonly weekend: readonly number[];
  /** Dates of the seller's holidays, `YYYY-MM-DD`, frozen here so that no feed can change a promise (T2). */
  readonly holidays: readonly string[];
  /** Where the dates were taken from, e.g. a data set's name, region and version. */
  readonly holidaysFrom: string;
  /** The dates are complete for these years, both included. */
  readonly firstYear: number;
  readonly lastYear: number;
}

export interface PolicyParameters {
  /** RP-2.3. */
  readonly requestWindowDays: number;
  /** RP-2.4a. */
  readonly remediation: {
    readonly days: number;
    /** Whether days on which the customer owed details of RP-5.2 do not count. */
    readonly owedDaysPause: boolean;
    /** How long a customer may be silent after a fix was reported, until it counts as mended. */
    readonly answerDays: number;
  };
  /** RP-4.3, in business days after the materials are complete. */
  readonly response: {
    readonly remindAfterBusinessDays: number;
    readonly escalateAfterBusinessDays: number;
    readonly dueAfterBusinessDays: number;
  };
  /** By kind of plan; a kind that is not listed is judged by a person. */
  readonly plans: Readonly<Record<string, PlanRule>>;
  /** RP-2.2. */
  readonly methods: Readonly<Record<TenderMethod, MethodClass>>;
  /** RP-2.2: places whose law demands that crypto is paid back; ISO 3166-1 alpha-2 and the provision's name. */
  readonly cryptoExceptions: readonly { readonly country: string; readonly provision: string }[];
  /** RP-3.6: from when on a pattern is a signal for an agent. */
  readonly abuse: { readonly refundsMax: number; readonly withinDays: number };
  /** RP-4.5. */
  readonly compensation: {
    readonly claimDaysAfterIncident: number;
    readonly offerDays: number;
  };
  /** RP-4.1, RP-5.2. */
  readonly materials: Readonly<Record<FaultKind, readonly Material[]>>;
  /** RP-4.2, RP-5.3; reminders in days after the request, each before the lapse. */
  readonly waiting: {
    readonly reminderDays: readonly number[];
    readonly lapseDays: number;
    readonly kycDays: number;
  };
  readonly limits: {
    /** Up to this a payout needs no approval of finance. */
    readonly payoutWithoutApproval: LimitPerCurrency;
    /** The most that an exception in the customer's favour may give. */
    readonly goodwill: LimitPerCurrency;
  };
  readonly appealDays: number;
  /** RP-4.6: what the desk may decide without a person: refunds under RP-2.4b, below a limit and a daily cap. */
  readonly system: {
    readonly refundsByIncident: boolean;
    readonly refundMax: LimitPerCurrency;
    readonly dailyMax: LimitPerCurrency;
  };
  /** RP-6.1: orders bought under an earlier version keep the better of both. */
  readonly betterOfBoth: boolean;
  readonly calendar: PolicyCalendar;
}

export interface PolicyDocument {
  readonly format: 1;
  readonly seller: {
    readonly name: string;
    /** RP-1.1: where the buyer of a reseller turns, per language. */
    readonly resellerAdvice: Readonly<Record<PolicyLanguage, string>>;
    /** RP-7.1. */
    readonly contact: string;
  };
  readonly texts: Readonly<Record<PolicyLanguage, Readonly<Record<RefundClauseId, string>>>>;
  readonly parameters: PolicyParameters;
}

/** A version as posted: it holds from its moment until the next one's (RP-6.1). */
export interface PolicyVersion {
  readonly id: string;
  /** 1, 2, 3 … in the order of posting. */
  readonly number: number;
  /** RFC 3339, UTC. */
  readonly effectiveAt: string;
  readonly document: PolicyDocument;
}
