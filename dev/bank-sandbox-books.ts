/** The tables of the bank's sandbox, over the books that all sandboxes keep. */

import { type JournalBooks, type JournalPut, openJournal } from './sandbox-books.ts';

/** A message that was taken, by its id: seen again, it is refused as a duplicate. */
export interface MessageRow {
  readonly id: string;
  readonly duplicates: number;
}

/** A payment that the bank was told to make, by its end-to-end id. */
export interface PaymentRow {
  readonly id: string;
  readonly messageId: string;
  readonly paymentId: string;
  readonly minor: string;
  readonly name: string;
  readonly iban: string;
  readonly remittance: string;
  readonly executionDate: string;
  readonly state: 'accepted' | 'booked' | 'returned' | 'rejected';
  readonly reason: string | null;
}

/** What was booked on the seller's account and in which statement it was told. */
export interface BookingRow {
  readonly id: string;
  readonly statement: number;
  readonly direction: 'credit' | 'debit';
  readonly minor: string;
  readonly feeMinor: string;
  readonly endToEndId: string | null;
  /** Why it came back; `null` for what is no return. */
  readonly returned: string | null;
  readonly name: string | null;
  readonly iban: string | null;
  readonly remittance: string | null;
  readonly bookedOn: string;
  /** Where it is another. */
  readonly valueOn?: string;
}

interface Tables {
  message: MessageRow;
  payment: PaymentRow;
  booking: BookingRow;
}

export type Put = JournalPut<Tables>;

export type Books = JournalBooks<Tables>;

export const put = <Name extends keyof Tables>(table: Name, row: Tables[Name]): Put =>
  ({ table, id: row.id, row }) as Put;

const tableNames = ['message', 'payment', 'booking'] as const satisfies readonly (keyof Tables)[];

export const openBooks = (stateFile: string): Books => openJournal<Tables>(stateFile, tableNames);

export const nextStatement = (books: Books): number =>
  books.all('booking').reduce((last, { statement }) => Math.max(last, statement), 0) + 1;
