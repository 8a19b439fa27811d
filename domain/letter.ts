/**
 * A decision as a letter to keep: what was decided, on which clauses as they were posted, by which facts and sums; or how a
 * ticket closed without one. All its words but the letter's own are handed over in the reader's language; nothing in it is
 * looked up again.
 */

import type { ArithmeticLine, Verdict } from './assessment.ts';
import type { ClosingCause, closingOutcomes } from './closing.ts';
import type { CreditNote } from './credit-note.ts';
import type { DecisionException } from './decision.ts';
import type { ExtensionGranted } from './notice.ts';
import type { PolicyLanguage, RefundClauseId } from './policy.ts';
import type { PrintedTable, Table } from './table.ts';

export type LetterDecision =
  /** Amounts from `formatMoney`. */
  | { readonly kind: 'refund'; readonly amount: string }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'extension'; readonly extension: ExtensionGranted }
  | { readonly kind: 'replacement' }
  /** RP-4.5: one of the two may be missing. */
  | { readonly kind: 'offer'; readonly amount: string | null; readonly extension: ExtensionGranted | null };

export interface LetterFinding {
  readonly clause: RefundClauseId;
  /** As posted in the version that counts. */
  readonly text: string;
  readonly verdict: Verdict;
  readonly sentence: string;
}

export interface LetterSum {
  readonly of: 'refund' | 'extension';
  /** As the engine gave them; the last one is the result. */
  readonly lines: readonly ArithmeticLine[];
}

export interface LetterVersion {
  readonly number: number;
  /** RFC 3339, as all instants here. */
  readonly effectiveAt: string;
}

interface LetterHead {
  readonly sellerName: string;
  readonly contact: string;
  readonly ticketRef: string;
  readonly orderRef: string;
  readonly askedAt: string;
  readonly findings: readonly LetterFinding[];
  readonly sums: readonly LetterSum[];
  /** RP-6.1. */
  readonly versionAtAsking: LetterVersion;
  readonly versionAtPurchase: LetterVersion | null;
  readonly appealBy: string | null;
  /** The assessment's hash, by which the letter can be proved against the desk's records. */
  readonly reference: string;
}

export interface DecisionLetter extends LetterHead {
  readonly about: 'decision';
  readonly decidedAt: string;
  readonly decision: LetterDecision;
  /** RP-4.6: decided without a person. */
  readonly byDesk: boolean;
  readonly ground: string;
  /** Against what the policy proposes; the law is named where the refund is a right by it (RP-3.9). */
  readonly exception: { readonly kind: DecisionException; readonly provision: string | null } | null;
}

/** A withdrawal was the customer's own word, and nothing was judged for it. */
type ToldCause = Exclude<ClosingCause, 'withdrawn'>;

export interface LetterClosing {
  readonly cause: ToldCause;
  readonly outcome: (typeof closingOutcomes)[ToldCause];
}

export interface ClosingLetter extends LetterHead {
  readonly about: 'closing';
  readonly closedAt: string;
  readonly closing: LetterClosing;
}

export type Letter = DecisionLetter | ClosingLetter;

export interface LetterPrinter {
  /** A PDF; the same letter in the same language is the same bytes. */
  print(letter: Letter, language: PolicyLanguage): Promise<Uint8Array>;
  printCreditNote(note: CreditNote, language: PolicyLanguage): Promise<Uint8Array>;
  printTable(table: PrintedTable): Promise<Uint8Array>;
  /** CSV, a piece at a time. */
  writeCsv(table: Table): AsyncIterable<string>;
}
