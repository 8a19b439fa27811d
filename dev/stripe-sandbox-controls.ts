/**
 * The sandbox's own door, `/_sandbox`: switches, demo captures, disputes, the clock, and the books as an auditor reads
 * them. No part of Stripe; JSON in and out.
 */

import { z } from 'zod';
import { type Controls, controlDoor } from './sandbox-controls.ts';
import type { ControlAnswer } from './sandbox-server.ts';
import { sold } from './stripe-sandbox-balance.ts';
import { type Books, put } from './stripe-sandbox-books.ts';
import { moveDispute, openDispute, warn } from './stripe-sandbox-disputes.ts';
import { type Faults, faultSchema } from './stripe-sandbox-faults.ts';
import type { Life } from './stripe-sandbox-life.ts';
import { disputeStatuses, newCharge, refundStatuses } from './stripe-sandbox-objects.ts';
import { type Move, moveRefund } from './stripe-sandbox-rules.ts';
import type { StripeWebhooks } from './stripe-sandbox-webhooks.ts';
import { StripeRefusal } from './stripe-sandbox-wire.ts';

const chargeInput = z.strictObject({
  /** Chosen by who loads demo data, so that loading twice makes one charge. */
  id: z
    .string()
    .regex(/^(ch|py)_\w{1,60}$/)
    .optional(),
  amount: z.number().int().positive(),
  amount_captured: z.number().int().positive().optional(),
  captured: z.boolean().default(true),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  created: z.number().int().positive().optional(),
  description: z.string().nullable().default(null),
  payment_method: z.string().default('pm_card_visa'),
  /** The card that paid; one of its own unless it is named. */
  fingerprint: z.string().optional(),
  metadata: z.record(z.string(), z.string()).default({}),
});

const disputeInput = z.strictObject({
  charge: z.string(),
  status: z.enum(disputeStatuses),
  amount: z.number().int().positive().optional(),
  reason: z.string().optional(),
  /** Epoch seconds. */
  due_by: z.number().int().min(0).optional(),
});

const warningInput = z.strictObject({ charge: z.string() });

const refundTransition = z.strictObject({ status: z.enum(refundStatuses), failure_reason: z.string().optional() });
const disputeTransition = z.strictObject({ status: z.enum(disputeStatuses) });
/** In what currency the account settles from now on, at what rate, and what is taken for a refund. */
const settlementInput = z.strictObject({
  currency: z
    .string()
    .regex(/^[a-z]{3}$/)
    .optional(),
  rate_millionths: z.number().int().positive().default(1_000_000),
  refund_fee: z.number().int().min(0).default(0),
});
const clockInput = z.strictObject({ advance_ms: z.number().int().positive() });

export interface ControlsParts {
  readonly books: Books;
  readonly faults: Faults;
  readonly webhooks: StripeWebhooks;
  readonly life: Life;
  readonly nowMs: () => number;
}

export const createControls = (parts: ControlsParts): Controls =>
  controlDoor(
    (method, path, body) => run(parts, method, path, body),
    (error) => (error instanceof StripeRefusal ? error.message : null),
  );

function run(parts: ControlsParts, method: string, path: string, body: unknown): ControlAnswer {
  const { books, faults, life } = parts;
  const [, , noun, id = '', verb] = path.split('/');
  switch (`${method} ${[noun, ...(id ? [':id'] : []), ...(verb ? [verb] : [])].join('/')}`) {
    case 'GET books':
      return { status: 200, body: auditorsBooks(parts) };
    case 'GET faults':
      return { status: 200, body: { faults: faults.list() } };
    case 'POST faults':
      faults.add(faultSchema.parse(body));
      return { status: 201, body: { faults: faults.list() } };
    case 'DELETE faults':
      faults.clear();
      parts.webhooks.release();
      return { status: 200, body: { faults: [] } };
    case 'POST charges':
      return addCharge(parts, chargeInput.parse(body));
    case 'POST disputes':
      return addDispute(parts, disputeInput.parse(body));
    case 'POST warnings':
      return applied(
        life,
        warn(books, { chargeId: warningInput.parse(body).charge, created: Math.floor(parts.nowMs() / 1000) }),
      );
    case 'POST disputes/:id/transition':
      return applied(life, moveDispute(books, id, disputeTransition.parse(body).status));
    case 'POST refunds/:id/transition': {
      const { status, failure_reason } = refundTransition.parse(body);
      return applied(life, moveRefund(books, id, status, failure_reason));
    }
    case 'POST settlement':
      return settle(books, settlementInput.parse(body));
    case 'POST clock':
      life.advance(clockInput.parse(body).advance_ms);
      return { status: 200, body: { now: new Date(parts.nowMs()).toISOString() } };
    default:
      return { status: 404, body: { problem: `the sandbox has no ${method} ${path}` } };
  }
}

function settle(books: Books, input: z.output<typeof settlementInput>): ControlAnswer {
  const { currency, rate_millionths: rateMillionths, refund_fee: refundFee } = input;
  const row = { id: 'settlement', rateMillionths, refundFee, ...(currency === undefined ? {} : { currency }) } as const;
  books.commit([put('settlement', row)]);
  return { status: 200, body: row };
}

function applied(life: Life, move: Move): ControlAnswer {
  life.apply(move);
  return { status: 200, body: move.answer };
}

function addCharge({ books, life, nowMs }: ControlsParts, input: z.output<typeof chargeInput>): ControlAnswer {
  const known = input.id === undefined ? undefined : books.get('charge', input.id);
  if (known) return { status: 200, body: known };
  const made = newCharge({
    ...(input.id === undefined ? {} : { id: input.id }),
    amount: input.amount,
    amountCaptured: input.captured ? Math.min(input.amount_captured ?? input.amount, input.amount) : 0,
    currency: input.currency.toLowerCase(),
    created: input.created ?? Math.floor(nowMs() / 1000),
    paymentIntent: null,
    paymentMethod: input.payment_method,
    ...(input.fingerprint === undefined ? {} : { fingerprint: input.fingerprint }),
    description: input.description,
    metadata: input.metadata,
  });
  const { charge, puts } = sold(books, made);
  const events = [{ type: 'charge.succeeded', object: charge }];
  return applied(life, { answer: charge, puts: [put('charge', charge), ...puts], events });
}

function addDispute({ books, life, nowMs }: ControlsParts, input: z.output<typeof disputeInput>): ControlAnswer {
  const { charge, status, amount, reason, due_by: dueBy } = input;
  const more = {
    ...(amount === undefined ? {} : { amount }),
    ...(reason === undefined ? {} : { reason }),
    ...(dueBy === undefined ? {} : { dueBy }),
  };
  return applied(life, openDispute(books, { chargeId: charge, status, created: Math.floor(nowMs() / 1000), ...more }));
}

const auditorsBooks = ({ books, faults, webhooks, nowMs }: ControlsParts): object => ({
  now: new Date(nowMs()).toISOString(),
  charges: books.all('charge'),
  payment_intents: books.all('intent'),
  refunds: books.all('refund'),
  balance_transactions: books.all('balance'),
  disputes: books.all('dispute'),
  warnings: books.all('warning'),
  files: books.all('file'),
  events: books.all('event').map((event) => ({
    id: event.id,
    type: event.type,
    object: event.data.object.id,
    delivered: books.get('delivery', event.id)?.delivered ?? false,
    attempts: webhooks.attemptsOf(event.id),
  })),
  keys: books.all('key').map((row) => ({ key: row.id, status: row.answer.status })),
  /** How many refunds have a later life before them. */
  due: books.all('plan').length,
  faults: faults.list(),
  acted: faults.acted(),
});
