/**
 * The port of a payment rail: how money goes back over cards, PayPal, a bank. Every rail passes the same conformance
 * suite. A rail never decides; it sends what it is told under the key it is given, and reports what the provider says.
 */

import type { Currency, Money } from './money.ts';

export const tenderMethods = ['card', 'paypal', 'bank', 'crypto', 'store_balance', 'promotional_credit'] as const;

export type TenderMethod = (typeof tenderMethods)[number];

/**
 * A rail bears the name of the method that it pays back to. `manual` is a person who pays by hand and records it: the
 * other way for a method that is dead, and the only one for crypto.
 */
export const railNames = ['card', 'paypal', 'bank', 'store_balance', 'manual'] as const;

export type RailName = (typeof railNames)[number];

/** The rail that pays back to a method by itself; `null` where nothing ever goes back (RP-3.7). */
export const railOf = (method: TenderMethod): RailName | null => {
  if (method === 'promotional_credit') return null;
  return method === 'crypto' ? 'manual' : method;
};

/** Where the books have money stand: at what the tender was paid by, or where payments by another way are made from. */
export type MoneyHolder = TenderMethod | 'manual';

/** RP-4.4: money that goes another way than it came is taken from where that way takes it. */
export const holderOf = (method: TenderMethod, rail: RailName): MoneyHolder =>
  rail === railOf(method) ? method : rail;

/**
 * Whose word a list is: the provider's own, the bank's statement, or a person's, which proves nothing until a statement
 * says the same.
 */
export const proofSources = ['provider', 'statement', 'person'] as const;

export type ProofSource = (typeof proofSources)[number];

export type PayeeKind = 'anyone' | 'iban';

/** What is true of a rail whatever the payout: nobody else needs to know which provider stands behind it. */
export interface RailFacts {
  /** What it can report of a payout. */
  readonly reports: readonly RailReport['status'][];
  /** Business days from its last word until the receiver's bank usually shows the money. */
  readonly postingDays: { readonly min: number; readonly max: number };
  readonly currencies: 'all' | readonly Currency[];
  /** Decimals of an amount on its wire, where they are not those of ISO 4217 (M3). */
  readonly exponents: Readonly<Partial<Record<Currency, number>>>;
  /** What it reports of money that is taken back from the seller. */
  readonly disputes: readonly ('chargeback' | 'inquiry' | 'early_fraud_warning' | 'claim')[];
  /** Of its list: whose word it is at the least, and how long after it was sent a payout may be missing from it. */
  readonly list: {
    readonly word: ProofSource;
    readonly withinMs: number;
    /** Dated by the desk's own clock, since the desk keeps it; any other list is in real time. */
    readonly isOurs?: true;
  };
  /**
   * Pays whom it is told to, so that a payout whose own way is dead can be rerouted to it (RP-4.4): `anyone`, or `iban`, an
   * account by its IBAN within SEPA.
   */
  readonly takesPayee?: PayeeKind;
}

export interface PayoutRequest {
  /** `payout/{orderId}/{payoutNo}`: the provider's idempotency key, the same at every retry. */
  readonly key: string;
  /** Kept by the provider beside the refund, so that it can be found again without the key (R5). */
  readonly payoutId: string;
  /** The provider's id of what was captured, e.g. a charge. */
  readonly captureRef: string;
  readonly amount: Money;
}

/**
 * M6, M7: what a refund cost us beside its amount, by one movement at its provider, and in the currency of the account
 * there. Negative where the provider gives something back.
 */
export interface PayoutCost {
  /** The provider's own name for the movement, or one that follows from it: what bears it is one cost, however often told. */
  readonly ref: string;
  /** What is charged for the refund, and what is not given back of the charge for the sale. */
  readonly fee?: Money;
  /** What was paid for the refund above what was received for the sale; negative where the rate was in our favour. */
  readonly exchangeLoss?: Money;
  /** The movement, told before, that this one undoes: what was booked of it is booked back; nothing where nothing was. */
  readonly undoes?: string;
}

/** A payout that its provider has, under the provider's own name for it. */
export interface MadePayout extends PayoutRequest {
  readonly providerRef: string;
}

/** What a provider reports of a payout, whether by answer, look-up or webhook. */
export type RailReport =
  | { readonly status: 'sent'; readonly providerRef: string; readonly reason?: string }
  | { readonly status: 'settled'; readonly providerRef: string; readonly bankRef?: string }
  | { readonly status: 'failed'; readonly providerRef?: string; readonly reason: string }
  | { readonly status: 'cancelled'; readonly providerRef: string; readonly reason?: string };

/** No clear answer came: the provider may or may not have done it. Never means that it failed. */
export interface OutcomeUnknown {
  readonly status: 'unknown';
  readonly reason: string;
  /** Provider's own wish when to ask again (e.g. Retry-After), if it named one. */
  readonly retryAfterMs?: number;
}

export interface CaptureState {
  readonly captured: Money;
  /** What was or is being paid back of it under any id but those given: from a dashboard, for another order, or lost to us. */
  readonly refundedElsewhere: Money;
  /** Whether a dispute now bars a refund (D1). */
  readonly disputeBars: boolean;
  /** RP-3.6: the provider's name for the instrument, the same wherever it pays; never a card's number. */
  readonly instrument?: string;
}

/**
 * Why a capture cannot be told. `capture_pending` ends by itself once the money has come (S10), and `capture_not_found`
 * where only the bank’s statement had not; the others stay until somebody puts them right, such as one whose refunds the
 * provider does not list. All are read again while a ticket waits for them.
 */
export const captureProblems = [
  'capture_not_found',
  'capture_ambiguous',
  'currency_unsupported',
  'currency_mismatch',
  'capture_pending',
  'refunds_unlisted',
] as const;

export interface CaptureProblem {
  readonly problem: (typeof captureProblems)[number];
}

/**
 * Why a rail's list cannot be compared with our books, until somebody puts that right: the account there may not read it.
 * What the rail reports by itself goes on meanwhile, and nothing of it is proven.
 */
export const listProblems = ['list_not_permitted'] as const;

export type ListProblem = (typeof listProblems)[number];

/** One payment back as a provider lists it, whoever made it. */
export interface RailRecord {
  readonly providerRef: string;
  /** Our payout's id, where it was kept beside it. */
  readonly payoutId: string | null;
  /** What was captured, as the shop may have named it. */
  readonly captureRefs: readonly string[];
  readonly amount: Money;
  readonly report: RailReport;
  /** When the provider made it. */
  readonly at: Date;
  /** Whose word this one is. */
  readonly word: ProofSource;
  /** Bears an id of the desk's own making, or undoes something: it concerns the desk even where it is of no order here. */
  readonly concernsUs?: true;
  /** It names a payout of ours and does not say what became of it. */
  readonly isUnclear?: true;
}

export interface Rail {
  readonly name: RailName;
  readonly facts: RailFacts;
  /** Reads what was captured and refunded, from the provider itself (R10). Throws `RailUnavailable` if it cannot tell. */
  readCapture(captureRef: string, ownPayoutIds: readonly string[]): Promise<CaptureState | CaptureProblem>;
  /** Sends the money once per key. Never throws for what the provider says; an unclear end is `unknown`. */
  send(request: PayoutRequest): Promise<RailReport | OutcomeUnknown>;
  /** Looks the payout up by our ids; `null` means the provider surely has none. Throws `RailUnavailable` if it cannot tell. */
  lookUp(request: PayoutRequest): Promise<RailReport | null>;
  /** All that was paid back in a stretch of time, page by page; left out where a provider has no such list. Throws `RailUnavailable`, or `ListNotComparable` for good. */
  list?(window: { readonly from: Date; readonly until: Date }): AsyncIterable<readonly RailRecord[]>;
  /**
   * All that the payout has cost us so far, also where it came back; `null` where the provider does not tell yet. Left out
   * where nobody tells. Throws `RailUnavailable`.
   */
  readCosts?(payout: MadePayout): Promise<readonly PayoutCost[] | null>;
  /** Asks to call off what waits for somebody (S6); answers as it then stands. Rails that cannot do so have none. */
  cancel?(request: PayoutRequest, providerRef: string): Promise<RailReport | OutcomeUnknown>;
  /**
   * Of a payout that has ended unsent: what was prepared for it is never handed over, and holds no room in its capture. Left
   * out where nothing is prepared. Throws `RailUnavailable`.
   */
  withdraw?(request: PayoutRequest): Promise<void>;
}

export type Rails = ReadonlyMap<RailName, Rail>;

/** The rail, of those that the desk has, which pays back to a method by itself. */
export function railFrom(rails: Rails, method: TenderMethod): Rail | undefined {
  const name = railOf(method);
  return name === null ? undefined : rails.get(name);
}

/** The list is closed to us: no fault that trying again would mend. */
export class ListNotComparable extends Error {
  readonly problem: ListProblem;
  constructor(problem: ListProblem) {
    super(`the list cannot be compared (${problem})`);
    this.name = 'ListNotComparable';
    this.problem = problem;
  }
}

/** The provider could not be asked; nothing was learnt and nothing was sent. */
export class RailUnavailable extends Error {
  readonly retryAfterMs: number | undefined;
  /** What kept it from an answer, by the same codes as an unclear outcome; none where it was in no such words. */
  readonly reason: string | undefined;
  constructor(
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined; reason?: string | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
    this.name = 'RailUnavailable';
    this.retryAfterMs = options.retryAfterMs;
  }
}
