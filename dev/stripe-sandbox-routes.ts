/**
 * The part of Stripe's API v1 that the sandbox speaks: which address does what, with which parameters. Holds no rule
 * of its own.
 */

import { createHash } from 'node:crypto';
import { expandedRefund } from './stripe-sandbox-balance.ts';
import type { Books } from './stripe-sandbox-books.ts';
import { addFile, closeDispute, updateDispute } from './stripe-sandbox-disputes.ts';
import type { ChargeObject } from './stripe-sandbox-objects.ts';
import {
  captureIntent,
  createRefund,
  type Move,
  moveRefund,
  pay,
  type RefundOutcome,
  reading,
} from './stripe-sandbox-rules.ts';
import {
  allowOnly,
  amountParam,
  createdIn,
  listPage,
  listParam,
  metadataParam,
  type Params,
  requiredText,
  StripeRefusal,
  textParam,
} from './stripe-sandbox-wire.ts';

export interface RouteContext {
  readonly books: Books;
  readonly nowMs: () => number;
  /** How the next refund of this charge begins, and what becomes of it. */
  readonly refundOutcome: (charge: ChargeObject | undefined) => RefundOutcome;
}

interface Call {
  readonly context: RouteContext;
  readonly params: Params;
  readonly id: string;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly run: (call: Call) => Move;
}

const intentParams = ['amount', 'currency', 'confirm', 'payment_method', 'capture_method', 'description', 'metadata'];
const paging = ['limit', 'starting_after'];

const missing = (what: string, id: string): StripeRefusal =>
  new StripeRefusal(404, `No such ${what}: '${id}'`, { code: 'resource_missing', param: 'id', executed: true });

const routes: readonly Route[] = [
  { method: 'POST', path: /^\/v1\/payment_intents$/, run: postIntent },
  { method: 'POST', path: /^\/v1\/payment_intents\/([^/]+)\/capture$/, run: postCapture },
  {
    method: 'GET',
    path: /^\/v1\/payment_intents\/([^/]+)$/,
    run: ({ context, params, id }) => reading(one(params, 'payment_intent', id, context.books.get('intent', id))),
  },
  {
    method: 'GET',
    path: /^\/v1\/charges\/([^/]+)$/,
    run: ({ context, params, id }) => reading(one(params, 'charge', id, context.books.get('charge', id))),
  },
  { method: 'GET', path: /^\/v1\/charges$/, run: listCharges },
  { method: 'POST', path: /^\/v1\/refunds$/, run: postRefund },
  { method: 'POST', path: /^\/v1\/refunds\/([^/]+)\/cancel$/, run: cancelRefund },
  { method: 'GET', path: /^\/v1\/refunds$/, run: listRefunds },
  { method: 'GET', path: /^\/v1\/refunds\/([^/]+)$/, run: getRefund },
  {
    method: 'GET',
    path: /^\/v1\/balance_transactions\/([^/]+)$/,
    run: ({ context, params, id }) => reading(one(params, 'balance_transaction', id, context.books.get('balance', id))),
  },
  { method: 'GET', path: /^\/v1\/disputes$/, run: listDisputes },
  {
    method: 'GET',
    path: /^\/v1\/disputes\/([^/]+)$/,
    run: ({ context, params, id }) => reading(one(params, 'dispute', id, context.books.get('dispute', id))),
  },
  { method: 'POST', path: /^\/v1\/disputes\/([^/]+)$/, run: postDispute },
  {
    method: 'POST',
    path: /^\/v1\/disputes\/([^/]+)\/close$/,
    run: ({ context, id }) => closeDispute(context.books, id),
  },
  { method: 'POST', path: /^\/v1\/files$/, run: postFile },
  {
    method: 'GET',
    path: /^\/v1\/files\/([^/]+)$/,
    run: ({ context, params, id }) => reading(one(params, 'file', id, context.books.get('file', id))),
  },
  { method: 'GET', path: /^\/v1\/radar\/early_fraud_warnings$/, run: listWarnings },
  { method: 'GET', path: /^\/v1\/events$/, run: listEvents },
  {
    method: 'GET',
    path: /^\/v1\/events\/([^/]+)$/,
    run: ({ context, params, id }) => reading(one(params, 'event', id, context.books.get('event', id))),
  },
  { method: 'GET', path: /^\/v1\/balance$/, run: ({ context }) => reading(balanceOf(context.books)) },
];

/** Finds the route and runs it; throws `StripeRefusal` for all that Stripe would refuse. */
export function runRoute(context: RouteContext, method: string, path: string, params: Params): Move {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return route.run({ context, params, id: decodeURIComponent(match[1] ?? '') });
  }
  throw new StripeRefusal(404, `Unrecognized request URL (${method}: ${path}).`);
}

function one<Row extends object>(params: Params, what: string, id: string, row: Row | undefined): Row {
  allowOnly(params, []);
  if (!row) throw missing(what, id);
  return row;
}

function postIntent({ context, params }: Call): Move {
  allowOnly(params, intentParams);
  const amount = amountParam(params, 'amount');
  const currency = requiredText(params, 'currency').toLowerCase();
  if (amount === undefined) requiredText(params, 'amount');
  if (!/^[a-z]{3}$/.test(currency))
    throw new StripeRefusal(400, `Invalid currency: ${currency}`, { param: 'currency' });
  if (textParam(params, 'confirm') !== 'true')
    throw new StripeRefusal(400, 'The sandbox takes payments only with confirm=true.', { param: 'confirm' });
  return pay(context.books, {
    amount: amount ?? 0,
    currency,
    capture: textParam(params, 'capture_method') !== 'manual',
    created: Math.floor(context.nowMs() / 1000),
    paymentMethod: requiredText(params, 'payment_method'),
    description: textParam(params, 'description') ?? null,
    metadata: metadataParam(params),
  });
}

function postCapture({ context, params, id }: Call): Move {
  allowOnly(params, ['amount_to_capture']);
  const amount = amountParam(params, 'amount_to_capture');
  const intent = context.books.get('intent', id);
  if (!intent) throw missing('payment_intent', id);
  return captureIntent(context.books, intent, amount);
}

function postRefund({ context, params }: Call): Move {
  allowOnly(params, ['charge', 'payment_intent', 'amount', 'metadata', 'reason']);
  const amount = amountParam(params, 'amount');
  const metadata = metadataParam(params);
  const reason = textParam(params, 'reason') ?? null;
  if (reason !== null && !['duplicate', 'fraudulent', 'requested_by_customer'].includes(reason))
    throw new StripeRefusal(400, `Invalid reason: ${reason}`, { param: 'reason' });
  const intentId = textParam(params, 'payment_intent');
  const chargeId = textParam(params, 'charge');
  if (intentId === undefined && chargeId === undefined)
    throw new StripeRefusal(
      400,
      'One of the following params should be provided for this request: payment_intent or charge.',
      {
        code: 'parameter_missing',
      },
    );
  const intent = intentId === undefined ? undefined : context.books.get('intent', intentId);
  if (intentId !== undefined && !intent)
    throw new StripeRefusal(400, `No such payment_intent: '${intentId}'`, {
      code: 'resource_missing',
      param: 'payment_intent',
      executed: true,
    });
  const refunded = chargeId ?? intent?.latest_charge ?? '';
  const charge = context.books.get('charge', refunded);
  return createRefund(context.books, {
    chargeId: refunded,
    amount,
    metadata,
    reason,
    nowMs: context.nowMs(),
    outcome: context.refundOutcome(charge),
  });
}

function getRefund({ context: { books }, params, id }: Call): Move {
  allowOnly(params, ['expand']);
  const refund = one({}, 'refund', id, books.get('refund', id));
  const told = expandedRefund(books, refund, listParam(params, 'expand'));
  if (told === null) throw new StripeRefusal(400, 'This property cannot be expanded.', { param: 'expand' });
  return reading(told);
}

/** Stripe lets go only of a refund that waits for the customer's details. */
function cancelRefund({ context, params, id }: Call): Move {
  const refund = one(params, 'refund', id, context.books.get('refund', id));
  if (refund.status !== 'requires_action')
    throw new StripeRefusal(400, `A refund in status ${refund.status} cannot be canceled.`, { param: 'id' });
  return moveRefund(context.books, id, 'canceled');
}

function listCharges({ context, params }: Call): Move {
  allowOnly(params, [...paging, 'payment_intent']);
  const intentId = textParam(params, 'payment_intent');
  const rows = context.books.all('charge').filter((row) => !intentId || row.payment_intent === intentId);
  return reading(listPage('/v1/charges', rows, params));
}

function listRefunds({ context, params }: Call): Move {
  allowOnly(params, [...paging, 'charge', 'payment_intent', 'created']);
  const made = createdIn(params);
  const rows = ofCapture(context.books, 'refund', params).filter(({ created }) => made(created));
  return reading(listPage('/v1/refunds', rows, params));
}

function listDisputes({ context, params }: Call): Move {
  allowOnly(params, [...paging, 'charge', 'payment_intent']);
  return reading(listPage('/v1/disputes', ofCapture(context.books, 'dispute', params), params));
}

function ofCapture<Name extends 'refund' | 'dispute'>(books: Books, table: Name, params: Params) {
  const chargeId = textParam(params, 'charge');
  const intentId = textParam(params, 'payment_intent');
  if (chargeId && !books.get('charge', chargeId))
    throw new StripeRefusal(404, `No such charge: '${chargeId}'`, { code: 'resource_missing', param: 'charge' });
  if (intentId && !books.get('intent', intentId))
    throw new StripeRefusal(404, `No such payment_intent: '${intentId}'`, {
      code: 'resource_missing',
      param: 'payment_intent',
    });
  return books
    .all(table)
    .filter((row) => (!chargeId || row.charge === chargeId) && (!intentId || row.payment_intent === intentId));
}

function postDispute({ context, params, id }: Call): Move {
  allowOnly(params, ['evidence', 'metadata', 'submit']);
  const evidence = params['evidence'];
  const given = typeof evidence === 'object' ? evidence : {};
  allowOnly(given, ['uncategorized_file', 'uncategorized_text']);
  return updateDispute(context.books, id, {
    file: textParam(given, 'uncategorized_file') ?? null,
    metadata: metadataParam(params),
    // Stripe submits unless it is told to wait.
    submit: textParam(params, 'submit') !== 'false',
    now: Math.floor(context.nowMs() / 1000),
  });
}

/** What came as multipart, its bytes in base64 (see `stripe-sandbox-api.ts`). */
function postFile({ context, params }: Call): Move {
  allowOnly(params, ['purpose', 'file', 'file_name']);
  const bytes = Buffer.from(requiredText(params, 'file'), 'base64');
  return addFile({
    purpose: requiredText(params, 'purpose'),
    name: textParam(params, 'file_name') ?? 'file',
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    created: Math.floor(context.nowMs() / 1000),
  });
}

function listWarnings({ context, params }: Call): Move {
  allowOnly(params, [...paging, 'charge']);
  const chargeId = textParam(params, 'charge');
  const rows = context.books.all('warning').filter((row) => !chargeId || row.charge === chargeId);
  return reading(listPage('/v1/radar/early_fraud_warnings', rows, params));
}

function listEvents({ context, params }: Call): Move {
  allowOnly(params, [...paging, 'type']);
  const type = textParam(params, 'type');
  const rows = context.books.all('event').filter((row) => !type || row.type === type);
  return reading(listPage('/v1/events', rows, params));
}

function balanceOf(books: Books): object {
  const totals = new Map<string, number>();
  for (const charge of books.all('charge'))
    totals.set(charge.currency, (totals.get(charge.currency) ?? 0) + charge.amount_captured - charge.amount_refunded);
  const available = [...totals].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
  return { object: 'balance', available, livemode: false, pending: [] };
}
