/**
 * The shop sandbox's own door, `/_sandbox`: switches, what the shop has sold, and the books as an auditor reads them.
 * No part of the protocol; JSON in and out.
 */

import { z } from 'zod';
import { type Controls, controlDoor } from './sandbox-controls.ts';
import { type RequestFault, requestFaultSchemas, type Switches } from './sandbox-faults.ts';
import type { ControlAnswer } from './sandbox-server.ts';
import { type Books, type Put, put } from './shop-sandbox-books.ts';
import { creditedOf, mintRef } from './shop-sandbox-rules.ts';

const digits = z.string().regex(/^(0|[1-9]\d{0,17})$/);

const planInput = z.strictObject({
  endsAt: z.iso.datetime().nullable().default(null),
  bytes: digits.nullable().default(null),
});
const planChange = z.strictObject({
  endsAt: z.iso.datetime().nullable().optional(),
  bytes: digits.nullable().optional(),
  ended: z.boolean().optional(),
  upgraded: z.boolean().optional(),
});
const paymentInput = z.strictObject({
  accountRef: z.string().min(1).max(255),
  minor: digits,
  currency: z.string().regex(/^[A-Z]{3}$/),
});
const paymentChange = z.strictObject({ disputed: z.boolean() });
const creditInput = z.strictObject({ captureRef: z.string().min(1), minor: digits });
const faultSchema = z.discriminatedUnion('kind', [...requestFaultSchemas]);

export interface ControlsParts {
  readonly books: Books;
  readonly switches: Switches<RequestFault>;
}

export const createControls = (parts: ControlsParts): Controls =>
  controlDoor((method, path, body) => run(parts, method, path, body));

function run({ books, switches }: ControlsParts, method: string, path: string, body: unknown): ControlAnswer {
  const [, , noun, id = ''] = path.split('/').map(decodeURIComponent);
  switch (`${method} ${noun}${id ? '/:id' : ''}`) {
    case 'GET books':
      return { status: 200, body: auditorsBooks(books, switches) };
    case 'GET faults':
      return { status: 200, body: { faults: switches.list() } };
    case 'POST faults':
      switches.add(faultSchema.parse(body));
      return { status: 201, body: { faults: switches.list() } };
    case 'DELETE faults':
      switches.clear();
      return { status: 200, body: { faults: [] } };
    case 'GET plans':
      return { status: 200, body: { plans: books.all('plan') } };
    case 'PUT plans/:id':
      return addPlan(books, id, planInput.parse(body));
    case 'PATCH plans/:id':
      return changePlan(books, id, planChange.parse(body));
    case 'PUT payments/:id':
      return addPayment(books, id, paymentInput.parse(body));
    case 'PATCH payments/:id':
      return changePayment(books, id, paymentChange.parse(body));
    case 'POST credits':
      return addCredit(books, creditInput.parse(body));
    case 'DELETE keys':
      books.commit(books.all('key').map((row): Put => ({ table: 'key', id: row.id, row: null })));
      return { status: 200, body: { keys: [] } };
    default:
      return { status: 404, body: { problem: `the sandbox has no ${method} ${path}` } };
  }
}

/** The same order again is the same plan, so that demo data loaded twice takes back no extension. */
function addPlan(books: Books, id: string, { endsAt, bytes }: z.output<typeof planInput>): ControlAnswer {
  const known = books.get('plan', id);
  if (known) return { status: 200, body: known };
  const plan = { id, planRef: mintRef('plan'), endsAt, bytes, ended: false, upgraded: false, replacements: 0 };
  books.commit([put('plan', plan)]);
  return { status: 201, body: plan };
}

/** As when the customer renews, upgrades or cancels at the shop meanwhile. */
function changePlan(books: Books, id: string, change: z.output<typeof planChange>): ControlAnswer {
  const known = books.get('plan', id);
  if (!known) return { status: 404, body: { problem: 'there is no such plan' } };
  const plan = {
    ...known,
    endsAt: change.endsAt === undefined ? known.endsAt : change.endsAt,
    bytes: change.bytes === undefined ? known.bytes : change.bytes,
    ended: change.ended ?? known.ended,
    upgraded: change.upgraded ?? known.upgraded,
  };
  books.commit([put('plan', plan)]);
  return { status: 200, body: plan };
}

function addPayment(books: Books, id: string, input: z.output<typeof paymentInput>): ControlAnswer {
  const known = books.get('payment', id);
  if (known) return { status: 200, body: known };
  const payment = { id, ...input, disputed: false };
  books.commit([put('payment', payment)]);
  return { status: 201, body: payment };
}

function changePayment(books: Books, id: string, { disputed }: z.output<typeof paymentChange>): ControlAnswer {
  const known = books.get('payment', id);
  if (!known) return { status: 404, body: { problem: 'there is no such payment' } };
  const payment = { ...known, disputed };
  books.commit([put('payment', payment)]);
  return { status: 200, body: payment };
}

/** As when the shop's own people give something back. */
function addCredit(books: Books, { captureRef, minor }: z.output<typeof creditInput>): ControlAnswer {
  const payment = books.get('payment', captureRef);
  if (!payment || creditedOf(books, captureRef) + BigInt(minor) > BigInt(payment.minor))
    return { status: 409, body: { problem: 'no such payment holds so much' } };
  const credit = { id: mintRef('bal'), captureRef, remedyId: null, minor, at: new Date().toISOString() };
  books.commit([put('credit', credit)]);
  return { status: 201, body: credit };
}

const auditorsBooks = (books: Books, switches: Switches<RequestFault>): object => ({
  plans: books.all('plan'),
  payments: books.all('payment').map((row) => ({ ...row, credited: String(creditedOf(books, row.id)) })),
  credits: books.all('credit'),
  actions: books.all('action').map(({ id, key, kind, outcome }) => ({ remedyId: id, key, kind, outcome })),
  keys: books.all('key').map((row) => ({ key: row.id, status: row.answer.status })),
  faults: switches.list(),
  acted: switches.acted(),
});
