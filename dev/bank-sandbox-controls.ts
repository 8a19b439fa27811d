/**
 * The bank sandbox's own door, `/_sandbox`: switches, what comes in, what is booked and given back, and the books as an
 * auditor reads them. JSON in and out.
 */

import { z } from 'zod';
import type { Books } from './bank-sandbox-books.ts';
import { type BankDesk, type BankFault, bankFaultSchema } from './bank-sandbox-desk.ts';
import { type Controls, controlDoor } from './sandbox-controls.ts';
import type { Switches } from './sandbox-faults.ts';
import type { ControlAnswer } from './sandbox-server.ts';

const digits = z.string().regex(/^[1-9]\d{0,17}$/);
const reference = z.string().min(1).max(35);

const creditInput = z.strictObject({
  minor: digits,
  name: z.string().min(1).max(140).default('Demo Customer'),
  iban: z.string().regex(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/),
  feeMinor: digits.optional(),
});
const debitInput = z.strictObject({ minor: digits, remittance: z.string().min(1).max(140) });
const bookInput = z.strictObject({ feeMinor: digits.optional(), valueOn: z.iso.date().optional() });
const returnInput = z.strictObject({
  code: z
    .string()
    .regex(/^[A-Z0-9]{4}$/)
    .default('AC04'),
});

export interface ControlsParts {
  readonly books: Books;
  readonly switches: Switches<BankFault>;
  readonly desk: BankDesk;
}

export const createControls = (parts: ControlsParts): Controls =>
  controlDoor((method, path, body) => run(parts, method, path, body));

function run({ books, switches, desk }: ControlsParts, method: string, path: string, body: unknown): ControlAnswer {
  const [, , noun, id = '', act = ''] = path.split('/').map(decodeURIComponent);
  switch ([method, ' ', noun, id && '/:id', act && `/${act}`].join('')) {
    case 'GET books':
      return { status: 200, body: auditorsBooks(books, switches) };
    case 'GET faults':
      return { status: 200, body: { faults: switches.list() } };
    case 'POST faults':
      switches.add(bankFaultSchema.parse(body));
      return { status: 201, body: { faults: switches.list() } };
    case 'DELETE faults':
      switches.clear();
      return { status: 200, body: { faults: [] } };
    case 'POST sweep':
      return { status: 200, body: { taken: desk.sweep() } };
    case 'PUT credits/:id': {
      const { feeMinor, ...given } = creditInput.parse(body);
      const endToEndId = reference.parse(id);
      return {
        status: 200,
        body: desk.credit({ ...given, endToEndId, ...(feeMinor === undefined ? {} : { feeMinor }) }),
      };
    }
    case 'POST debits':
      return { status: 201, body: desk.debit(debitInput.parse(body)) };
    case 'POST payments/:id/book':
      return done(desk.book(id, bookInput.parse(body)), 'no such payment waits to be booked');
    case 'POST payments/:id/return':
      return done(desk.giveBack(id, returnInput.parse(body).code), 'no such payment is booked');
    case 'POST statements':
      return done(desk.repeatStatement(), 'there is no statement yet');
    case 'DELETE messages':
      books.commit(books.all('message').map((row) => ({ table: 'message', id: row.id, row: null })));
      return { status: 200, body: { messages: [] } };
    default:
      return { status: 404, body: { problem: `the sandbox has no ${method} ${path}` } };
  }
}

const done = (isDone: boolean, problem: string): ControlAnswer =>
  isDone ? { status: 200, body: {} } : { status: 409, body: { problem } };

const auditorsBooks = (books: Books, switches: Switches<BankFault>): object => ({
  payments: books.all('payment'),
  bookings: books.all('booking'),
  messages: books.all('message'),
  faults: switches.list(),
  acted: switches.acted(),
});
