/**
 * The sandbox's own door, `/_sandbox`: switches, demo captures, refunds on PayPal's own pages, cases, the clock, and the
 * books as an auditor reads them. No part of PayPal; JSON in and out.
 */

import { z } from 'zod';
import { keyDaysMax, type Tokens } from './paypal-sandbox-api.ts';
import {
  type Books,
  captureStatuses,
  disputeChannels,
  disputeOutcomes,
  disputeStages,
  disputeStatuses,
  type Move,
  put,
  refundStatuses,
} from './paypal-sandbox-books.ts';
import { moveDispute, openDispute } from './paypal-sandbox-disputes.ts';
import { type Faults, faultSchema } from './paypal-sandbox-faults.ts';
import type { Life } from './paypal-sandbox-life.ts';
import { amountSchema } from './paypal-sandbox-routes.ts';
import { moveRefund, refundCapture, setCapture } from './paypal-sandbox-rules.ts';
import type { PaypalWebhooks } from './paypal-sandbox-webhooks.ts';
import { mintId, notFound, PaypalSandboxRefusal, shownCapture } from './paypal-sandbox-wire.ts';
import { type Controls, controlDoor } from './sandbox-controls.ts';
import type { ControlAnswer } from './sandbox-server.ts';

const id = z.string().regex(/^[A-Z0-9-]{1,60}$/);

const captureInput = z.strictObject({
  /** Chosen by who loads demo data, so that loading twice makes one capture. */
  id: id.optional(),
  amount: amountSchema,
  /** The order that it was captured for; one of its own unless it is named, `null` for none. */
  order_id: id.nullish(),
  payer_id: id.optional(),
  status: z.enum(captureStatuses).default('COMPLETED'),
});

const captureTransition = z.strictObject({ status: z.enum(captureStatuses) });
const elsewhereInput = z.strictObject({ amount: amountSchema, custom_id: z.string().optional() });
const refundTransition = z.strictObject({ status: z.enum(refundStatuses), reason: z.string().optional() });
const disputeInput = z.strictObject({
  capture: z.string(),
  stage: z.enum(disputeStages).default('CHARGEBACK'),
  status: z.enum(disputeStatuses).default('OPEN'),
  channel: z.enum(disputeChannels).optional(),
  amount: amountSchema.optional(),
  due: z.iso.datetime().optional(),
});
const disputeTransition = z.strictObject({
  stage: z.enum(disputeStages).optional(),
  status: z.enum(disputeStatuses).optional(),
  outcome: z.enum(disputeOutcomes).optional(),
  refunded: amountSchema.optional(),
  shows_movements: z.boolean().optional(),
  due: z.iso.datetime().optional(),
});
/** How late it is, and whether the account may search its transactions at all. */
const searchInput = z.strictObject({ delay_ms: z.number().int().min(0).optional(), permitted: z.boolean().optional() });
/** In what currency the account is from now on, at what rate, and whether the fee of what is refunded is given back. */
const settlementInput = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  rate_millionths: z.number().int().positive().default(1_000_000),
  returns_fee: z.boolean().default(false),
});
const clockInput = z.strictObject({ advance_ms: z.number().int().positive() });

export interface ControlsParts {
  readonly books: Books;
  readonly faults: Faults;
  readonly webhooks: PaypalWebhooks;
  readonly life: Life;
  readonly tokens: Tokens;
  readonly nowMs: () => number;
  readonly changeSearch: (search: { delayMs?: number | undefined; permitted?: boolean | undefined }) => void;
}

export const createControls = (parts: ControlsParts): Controls =>
  controlDoor(
    (method, path, body) => run(parts, method, path, body),
    (error) => (error instanceof PaypalSandboxRefusal ? error.issue : null),
  );

function run(parts: ControlsParts, method: string, path: string, body: unknown): ControlAnswer {
  const { books, faults, life, nowMs } = parts;
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
    case 'DELETE tokens':
      parts.tokens.revoke();
      return { status: 200, body: {} };
    case 'DELETE keys':
      return forgetKeys(parts);
    case 'POST captures':
      return addCapture(parts, captureInput.parse(body));
    case 'POST captures/:id/transition':
      return moveCapture(parts, id, captureTransition.parse(body).status);
    case 'POST captures/:id/refund':
      return refundElsewhere(parts, id, elsewhereInput.parse(body));
    case 'POST refunds/:id/transition': {
      const { status, reason } = refundTransition.parse(body);
      return applied(life, moveRefund(books, id, status, nowMs(), reason));
    }
    case 'POST disputes': {
      const { capture, ...given } = disputeInput.parse(body);
      return applied(life, openDispute(books, { ...given, capture_id: capture, nowMs: nowMs() }));
    }
    case 'POST disputes/:id/transition':
      return applied(life, moveDispute(books, id, disputeTransition.parse(body), nowMs()));
    case 'POST search': {
      const { delay_ms: delayMs, permitted } = searchInput.parse(body);
      parts.changeSearch({ delayMs, permitted });
      return { status: 200, body: {} };
    }
    case 'POST settlement':
      return settle(books, settlementInput.parse(body));
    case 'POST clock':
      life.advance(clockInput.parse(body).advance_ms);
      return { status: 200, body: { now: new Date(nowMs()).toISOString() } };
    default:
      return { status: 404, body: { problem: `the sandbox has no ${method} ${path}` } };
  }
}

function settle(books: Books, input: z.output<typeof settlementInput>): ControlAnswer {
  const { currency, rate_millionths: rateMillionths, returns_fee: returnsFee } = input;
  const row = {
    id: 'settlement',
    rateMillionths,
    returnsFee,
    ...(currency === undefined ? {} : { currency }),
  } as const;
  books.commit([put('settlement', row)]);
  return { status: 200, body: row };
}

function applied(life: Life, move: Move): ControlAnswer {
  life.apply(move);
  return { status: 200, body: move.answer };
}

function addCapture({ books, life, nowMs }: ControlsParts, input: z.output<typeof captureInput>): ControlAnswer {
  const known = input.id === undefined ? undefined : books.get('capture', input.id);
  if (known) return { status: 200, body: shownCapture(books, known) };
  const capture = {
    id: input.id ?? mintId(),
    status: input.status,
    amount: input.amount,
    order_id: input.order_id === undefined ? mintId() : input.order_id,
    payer_id: input.payer_id ?? mintId().slice(0, 13),
    created: new Date(nowMs()).toISOString(),
  };
  return applied(life, setCapture(books, capture));
}

function moveCapture(
  { books, life }: ControlsParts,
  captureId: string,
  status: (typeof captureStatuses)[number],
): ControlAnswer {
  const capture = books.get('capture', captureId);
  if (!capture) throw notFound();
  return applied(life, setCapture(books, { ...capture, status }));
}

function refundElsewhere(
  { books, life, nowMs }: ControlsParts,
  captureId: string,
  { amount, custom_id }: z.output<typeof elsewhereInput>,
): ControlAnswer {
  const outcome = { status: 'COMPLETED', afterMs: 0 } as const;
  const refundsMax = Number.POSITIVE_INFINITY;
  const move = refundCapture(books, {
    captureId,
    amount,
    customId: custom_id ?? null,
    nowMs: nowMs(),
    outcome,
    refundsMax,
  });
  return applied(life, move);
}

/** As if so many days had passed for the request ids alone. */
function forgetKeys({ books }: ControlsParts): ControlAnswer {
  const aged = books.all('key').map((row) => ({ ...row, createdMs: row.createdMs - keyDaysMax * 86_400_000 }));
  books.commit(aged.map((row) => ({ table: 'key', id: row.id, row }) as const));
  return { status: 200, body: {} };
}

const auditorsBooks = ({ books, faults, webhooks, nowMs }: ControlsParts): object => ({
  now: new Date(nowMs()).toISOString(),
  captures: books.all('capture').map((capture) => shownCapture(books, capture)),
  refunds: books.all('refund'),
  disputes: books.all('dispute'),
  events: books.all('event').map((event) => ({
    id: event.id,
    type: event.event_type,
    delivered: books.get('delivery', event.id)?.delivered ?? false,
    attempts: webhooks.attemptsOf(event.id),
  })),
  keys: books.all('key').map((row) => ({ key: row.id, refund: row.refundId ?? null })),
  /** How many refunds have a later life before them. */
  due: books.all('plan').length,
  faults: faults.list(),
  acted: faults.acted(),
});
