/**
 * What the desk and a bank tell each other: the instruction to pay, what its files say of it, and the ports by which the
 * bank's rail keeps and hands over. Pure. A payout is one message with one transfer, so every id follows from the payout.
 */

import { isUuid, type PayoutId } from './ids.ts';
import type { Money } from './money.ts';
import type { PayoutCost, RailRecord, RailReport } from './rail.ts';

/** ISO 20022 allows 35 characters for each: three that tell them apart, and the payout's id without its dashes. */
export interface BankIds {
  readonly messageId: string;
  readonly paymentId: string;
  /** What the bank repeats in each of its files; the payout's reference at this rail. */
  readonly endToEndId: string;
}

const idPattern = /^RD[MPE]([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

export function bankIdsOf(payoutId: string): BankIds {
  if (!isUuid(payoutId)) throw new RangeError('a payout’s id is a UUID');
  const digits = payoutId.replaceAll('-', '');
  return { messageId: `RDM${digits}`, paymentId: `RDP${digits}`, endToEndId: `RDE${digits}` };
}

/** Whose any of the three ids is; `null` for an id that is not of our making. */
export function payoutOfBankId(text: string | null): PayoutId | null {
  const parts = text === null ? null : idPattern.exec(text);
  return parts && (parts.slice(1).join('-') as PayoutId);
}

/** The account that the money goes back to: the one that it came from, as the bank told it. */
export interface BankAccount {
  readonly name: string;
  readonly iban: string;
  readonly bic: string | null;
}

/** ISO 20022's structured address; only what is known, and town and country at the least (B5). */
export interface BankAddress {
  readonly streetName?: string;
  readonly buildingNumber?: string;
  readonly postCode?: string;
  readonly townName: string;
  readonly country: string;
}

/** One payout as the bank is told of it. Kept before it is written, so that it is written the same way each time (B1). */
export interface BankInstruction {
  readonly payoutId: PayoutId;
  readonly amount: Money;
  readonly creditor: BankAccount & { readonly address?: BankAddress };
  readonly remittance: string;
  readonly createdAt: Date;
  /** `YYYY-MM-DD`, a TARGET day (B9). */
  readonly executionDate: string;
}

export const bankFileKinds = ['pain.002', 'camt.053'] as const;

export type BankFileKind = (typeof bankFileKinds)[number];

/** What the bank's answer to an instruction says of it. */
export interface BankStatus {
  readonly payoutId: PayoutId | null;
  readonly outcome: 'accepted' | 'rejected';
  /** ISO 20022's external reason code, e.g. AC04. */
  readonly reason: string | null;
}

/** One booked transaction; of a batch, each is one. */
export interface BankEntry {
  /** The same however often and in whatever statement it is told (B7). */
  readonly key: string;
  readonly direction: 'credit' | 'debit';
  /** What was paid, whatever fee the bank took from it. */
  readonly amount: Money;
  /** In the currency of the account, which may be another than what was paid (M6). */
  readonly fee: Money | null;
  readonly bookedOn: string;
  readonly valueOn: string | null;
  readonly bankRef: string | null;
  readonly endToEndId: string | null;
  readonly remittance: string | null;
  /** The other side, as far as the bank tells it. */
  readonly party: { readonly name: string | null; readonly iban: string; readonly bic: string | null } | null;
  /** Whose payout it is, by the ids that the bank repeats. */
  readonly payoutId: PayoutId | null;
  /** Whether it undoes another. */
  readonly isReturn: boolean;
  readonly reason: string | null;
}

export type BankFile =
  | { readonly kind: 'pain.002'; readonly messageId: string; readonly statuses: readonly BankStatus[] }
  | {
      readonly kind: 'camt.053';
      readonly messageId: string;
      /** Accounts that it is a statement of. */
      readonly accounts: readonly string[];
      readonly entries: readonly BankEntry[];
    };

/** What a file held, once it was taken. */
export interface BankFileTaken {
  readonly fileId: string;
  readonly kind: BankFileKind;
  readonly messageId: string;
  /** Of what the file tells. */
  readonly entries: number;
  /** Of them, those that no file told before. */
  readonly news: number;
  /** Payouts that it tells something of. */
  readonly payoutIds: readonly PayoutId[];
}

/** Reasons by which a bank says that it has the payment already: the opposite of not having made it (B1). */
const duplicateReasons: ReadonlySet<string> = new Set(['AM05', 'DUPL', 'DU01', 'DU02', 'DU03', 'DU04', 'DU05']);

export const saysDuplicate = (reason: string | null): boolean => reason !== null && duplicateReasons.has(reason);

/** All that the bank's files told of one instruction, in whatever order they came. */
export interface BankWord {
  readonly rejected: { readonly reason: string | null } | null;
  /** `times`: how often it was booked and has not come back, which is once where nobody is mistaken. */
  readonly booked: { readonly bankRef: string | null; readonly times: number } | null;
  readonly returned: { readonly reason: string | null } | null;
}

/** What is booked outweighs what was announced, and what came back outweighs both. */
export function reportOfBank(payoutId: string, { rejected, booked, returned }: BankWord): RailReport {
  const providerRef = bankIdsOf(payoutId).endToEndId;
  if (returned) return { status: 'failed', providerRef, reason: returned.reason ?? 'returned' };
  if (booked)
    return { status: 'settled', providerRef, ...(booked.bankRef === null ? {} : { bankRef: booked.bankRef }) };
  if (rejected) return { status: 'failed', providerRef, reason: rejected.reason ?? 'rejected' };
  return { status: 'sent', providerRef };
}

/** What came in under a reference, and what went back of it. */
export interface BankCapture {
  readonly captured: Money;
  readonly creditor: BankAccount;
  /** A name for the account that says nothing of it. */
  readonly accountRef: string;
  /** Booked debits that name the reference and are none of the desk's, and what was booked of the desk's more than once. */
  readonly elsewhere: Money;
  /** The desk's own instructions that were neither rejected nor returned. */
  readonly instructed: readonly { readonly payoutId: PayoutId; readonly amount: Money }[];
}

export type BankCaptureProblem = 'capture_not_found' | 'capture_ambiguous';

export interface NewBankInstruction {
  readonly payoutId: PayoutId;
  readonly captureRef: string;
  readonly amount: Money;
  readonly remittance: string;
  readonly createdAt: Date;
  readonly executionDate: string;
}

export type KeptInstruction =
  | { readonly kind: 'kept' }
  /** The payout was kept with another amount or reference (R6). */
  | { readonly kind: 'differs' }
  | {
      readonly kind: 'refused';
      readonly reason: BankCaptureProblem | 'amount_over_capture' | 'currency_mismatch' | 'instruction_withdrawn';
    };

/** What was instructed, with what became of it; and what the statements tell beside that. */
export const bankListParts = ['instructed', 'others'] as const;

export type BankListPart = (typeof bankListParts)[number];

export interface BankListPage {
  readonly records: readonly RailRecord[];
  /** Where the next page begins; `null` after the last one. */
  readonly after: string | null;
}

/** What the bank's rail remembers; PostgreSQL behind it. */
export interface BankStore {
  readCapture(captureRef: string): Promise<BankCapture | BankCaptureProblem>;
  /**
   * Keeps the instruction once and has it written, in one transaction: whoever comes second waits, and finds it written.
   * A `write` that throws leaves nothing kept.
   */
  keepInstruction(
    given: NewBankInstruction,
    write: (instruction: BankInstruction) => Promise<void>,
  ): Promise<KeptInstruction>;
  /** What the bank said of a payout; `null` where no instruction was kept, or it was withdrawn and the bank tells of none. */
  readWord(payoutId: PayoutId): Promise<BankWord | null>;
  /** What its bookings have cost; `null` where none was told. */
  readCosts(payoutId: PayoutId): Promise<readonly PayoutCost[] | null>;
  /** Its file was taken back and never reached the bank: it holds no room in its capture any more. */
  withdraw(payoutId: PayoutId, at: Date): Promise<void>;
  /** What the statements say of a stretch of time: of payouts that were instructed in it, of all else that came in it. */
  readStatements(
    part: BankListPart,
    window: { readonly from: Date; readonly until: Date },
    page: { readonly after: string | null; readonly rows: number },
  ): Promise<BankListPage>;
}

/** Where files are left for the bank: written aside, then handed over by one move that cannot be half done. */
export interface BankDrop {
  /** On disk when it resolves; the same name again replaces what was written aside. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Whether it lies written aside, and so was surely not handed over. */
  isAside(name: string): Promise<boolean>;
  /** Moves it to where the bank takes it from; what was moved before stays moved. */
  handOver(name: string): Promise<void>;
  /** Moves it out of the way for good; `false` where it does not lie aside, and so may have been handed over. */
  takeBack(name: string): Promise<boolean>;
}
