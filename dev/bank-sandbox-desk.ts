/**
 * What the sandbox's bank does: takes the files that are left for it, answers each, books payments, and tells what it has
 * booked in statements. It pays a message once, whatever is handed in. Books are on disk before a file is taken away or
 * another left, so that a killed sandbox pays nothing twice.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BookingRow, type Books, nextStatement, type PaymentRow, type Put, put } from './bank-sandbox-books.ts';
import { type Answered, statementFile, statusFile } from './bank-sandbox-files.ts';
import { type Instruction, readInstruction } from './bank-sandbox-instruction.ts';
import { type Switches, times } from './sandbox-faults.ts';

const code = z.string().regex(/^[A-Z0-9]{4}$/);

export const bankFaultSchema = z.discriminatedUnion('kind', [
  /** Takes the message and pays it, but says nothing of it. */
  z.strictObject({ kind: z.literal('no-answer'), times }),
  /** Refuses it; `part`: the group's status is PART and the payment's own says why. */
  z.strictObject({ kind: z.literal('reject'), times, code: code.default('AC04'), part: z.boolean().default(false) }),
  /** Leaves no file while it stands; all of them once it is taken away. */
  z.strictObject({ kind: z.literal('withhold'), times }),
  /** The next file that it leaves is cut in half, and left again whole on the next sweep. */
  z.strictObject({ kind: z.literal('truncate'), times }),
  /** Pays, and gives the money back in the statement after. */
  z.strictObject({ kind: z.literal('return'), times, code: code.default('AC04') }),
]);

export type BankFault = z.output<typeof bankFaultSchema>;

export interface DeskParts {
  readonly directory: string;
  readonly iban: string;
  readonly books: Books;
  readonly switches: Switches<BankFault>;
  /** Whether it books what it has accepted by itself, a sweep later. */
  readonly settles: boolean;
}

/** What a bank takes for a booking and on which day it counts, where that is another than that of the booking. */
export interface BookingDetails {
  readonly feeMinor?: string | undefined;
  readonly valueOn?: string | undefined;
}

export interface BankDesk {
  /** Takes what lies there and goes on with what it has; resolves to how many files it took. */
  sweep(): number;
  /** Money that came in, told in a statement of its own. */
  credit(given: { endToEndId: string; minor: string; name: string; iban: string; feeMinor?: string }): BookingRow;
  /** Paid back by hand, without the desk. */
  debit(given: { minor: string; remittance: string }): BookingRow;
  book(endToEndId: string, more?: BookingDetails): boolean;
  giveBack(endToEndId: string, reason: string): boolean;
  /** Leaves the last statement once more, under another name. */
  repeatStatement(): boolean;
}

const today = (): string => new Date().toISOString().slice(0, 10);

export function createBankDesk(parts: DeskParts): BankDesk {
  const { directory, books, switches } = parts;
  for (const folder of ['in', 'out']) mkdirSync(join(directory, folder), { recursive: true });
  const counter = createCounter(parts);
  const teller = createTeller(parts, counter);
  const out = join(directory, 'out');
  return {
    sweep() {
      counter.leaveOwed();
      const accepted = parts.settles ? books.all('payment').filter(({ state }) => state === 'accepted') : [];
      // What was booked before this sweep: a statement stands between a payment and its return.
      const booked = books.all('payment').filter(({ state }) => state === 'booked');
      for (const payment of accepted) teller.book(payment);
      for (const payment of booked) {
        const back = takeFault(switches, 'return');
        if (back) teller.giveBack(payment, back.code);
      }
      const names = readdirSync(out).filter((name) => name.endsWith('.xml'));
      for (const name of names.sort()) {
        take(parts, counter, readFileSync(join(out, name), 'utf8'));
        rmSync(join(out, name));
      }
      return names.length;
    },
    credit({ endToEndId, minor, name, iban, feeMinor = '0' }) {
      const known = books.all('booking').find((row) => row.direction === 'credit' && row.endToEndId === endToEndId);
      const row = {
        direction: 'credit',
        minor,
        feeMinor,
        endToEndId,
        returned: null,
        name,
        iban,
        remittance: null,
      } as const;
      return known ?? teller.state(row);
    },
    debit: ({ minor, remittance }) =>
      teller.state({
        ...nobody,
        direction: 'debit',
        minor,
        feeMinor: '0',
        endToEndId: null,
        returned: null,
        remittance,
      }),
    book: (endToEndId, more) => teller.book(books.get('payment', endToEndId), more),
    giveBack: (endToEndId, reason) => teller.giveBack(books.get('payment', endToEndId), reason),
    repeatStatement() {
      const last = nextStatement(books) - 1;
      if (last > 0) teller.tell(last, `${statementName(last)}-AGAIN-${randomBytes(4).toString('hex')}`);
      return last > 0;
    },
  };
}

const nobody = { name: null, iban: null } as const;

const takeFault = <Kind extends BankFault['kind']>(switches: DeskParts['switches'], kind: Kind) =>
  switches.take((fault): fault is Extract<BankFault, { kind: Kind }> => fault.kind === kind);

/** Where files are left for the desk: whole, or in half at first where a switch says so. */
interface Counter {
  leave(name: string, text: string): void;
  answer(given: Omit<Answered, 'id' | 'at'>): void;
  /** The whole of what was cut, and what was withheld. */
  leaveOwed(): void;
}

function createCounter({ directory, switches }: DeskParts): Counter {
  const owed: { readonly name: string; readonly text: string }[] = [];
  const leaveWhole = (name: string, text: string): void => {
    writeFileSync(join(directory, 'in', `${name}.part`), text);
    renameSync(join(directory, 'in', `${name}.part`), join(directory, 'in', name));
  };
  const isWithheld = (): boolean => switches.list().some(({ kind }) => kind === 'withhold');
  const leave = (name: string, text: string): void => {
    if (isWithheld()) return void owed.push({ name, text });
    if (!takeFault(switches, 'truncate')) return leaveWhole(name, text);
    leaveWhole(`cut-${name}`, text.slice(0, Math.floor(text.length / 2)));
    owed.push({ name, text });
  };
  return {
    leave,
    answer(given) {
      const id = `STS-${randomBytes(8).toString('hex')}`;
      leave(`${id}.xml`, statusFile({ ...given, id, at: new Date().toISOString() }));
    },
    leaveOwed() {
      if (isWithheld()) return;
      for (const file of owed.splice(0)) leaveWhole(file.name, file.text);
    },
  };
}

type NewBooking = Omit<BookingRow, 'id' | 'statement' | 'bookedOn'>;

/** What books and tells: each booking has a statement of its own. */
interface Teller {
  state(row: NewBooking, puts?: readonly Put[]): BookingRow;
  tell(statement: number, name?: string): void;
  book(payment: PaymentRow | undefined, more?: BookingDetails): boolean;
  giveBack(payment: PaymentRow | undefined, reason: string): boolean;
}

const statementName = (statement: number): string => `STMT-${String(statement).padStart(6, '0')}`;

function createTeller({ books, iban }: DeskParts, counter: Counter): Teller {
  const tell: Teller['tell'] = (statement, name = statementName(statement)) => {
    const bookings = books.all('booking').filter((row) => row.statement === statement);
    const at = new Date().toISOString();
    counter.leave(
      `${name}.xml`,
      statementFile({ id: name, statementId: statementName(statement), at, iban, bookings }),
    );
  };
  const state: Teller['state'] = (row, puts = []) => {
    const statement = nextStatement(books);
    const booking = { ...row, id: `BK${randomBytes(8).toString('hex')}`, statement, bookedOn: today() };
    books.commit([...puts, put('booking', booking)]);
    tell(statement);
    return booking;
  };
  return {
    state,
    tell,
    book(payment, { feeMinor = '0', valueOn } = {}) {
      if (payment?.state !== 'accepted') return false;
      const dated = valueOn === undefined ? {} : { valueOn };
      state({ ...bookingOf(payment), direction: 'debit', feeMinor, ...dated }, [
        put('payment', { ...payment, state: 'booked' }),
      ]);
      return true;
    },
    giveBack(payment, reason) {
      if (payment?.state !== 'booked') return false;
      const back = { ...bookingOf(payment), direction: 'credit', returned: reason } as const;
      state(back, [put('payment', { ...payment, state: 'returned', reason })]);
      return true;
    },
  };
}

/** One message: refused where it is not well, or known; else in the books before it is answered. */
function take({ iban, books, switches }: DeskParts, counter: Counter, text: string): void {
  const read = readInstruction(text, iban);
  if ('code' in read) return counter.answer({ messageId: read.messageId, group: 'RJCT', code: read.code });
  const { messageId, paymentId, endToEndId } = read;
  const known = books.get('message', messageId);
  if (known || books.get('payment', endToEndId)) {
    books.commit([put('message', { id: messageId, duplicates: (known?.duplicates ?? 0) + 1 })]);
    return counter.answer({ messageId, group: 'RJCT', code: 'AM05' });
  }
  const refusal = takeFault(switches, 'reject');
  const payment = paymentOf(read, refusal?.code ?? null);
  books.commit([put('message', { id: messageId, duplicates: 0 }), put('payment', payment)]);
  // A bank that refuses says so: what was neither paid nor told would be nobody's to know.
  if (!refusal && takeFault(switches, 'no-answer')) return;
  const group = refusal ? (refusal.part ? 'PART' : 'RJCT') : 'ACTC';
  const named = group === 'RJCT' ? {} : { payment: { paymentId, endToEndId } };
  counter.answer({ messageId, group, code: payment.reason, ...named });
}

const paymentOf = (read: Instruction, refused: string | null): PaymentRow => ({
  id: read.endToEndId,
  messageId: read.messageId,
  paymentId: read.paymentId,
  minor: read.minor,
  name: read.name,
  iban: read.iban,
  remittance: read.remittance,
  executionDate: read.executionDate,
  state: refused === null ? 'accepted' : 'rejected',
  reason: refused,
});

const bookingOf = ({ id, minor, name, iban, remittance }: PaymentRow) => ({
  minor,
  feeMinor: '0',
  endToEndId: id,
  returned: null,
  name,
  iban,
  remittance,
});
