/** The part of PayPal's API that the sandbox speaks: which address does what. Holds no rule of its own. */

import { z } from 'zod';
import type { Books, Move } from './paypal-sandbox-books.ts';
import { provideEvidence } from './paypal-sandbox-disputes.ts';
import { type RefundOutcome, reading, refundCapture } from './paypal-sandbox-rules.ts';
import { searchTransactions } from './paypal-sandbox-search.ts';
import {
  listedDispute,
  notFound,
  PaypalSandboxRefusal,
  shownCapture,
  shownDispute,
  shownOrder,
  shownRefund,
} from './paypal-sandbox-wire.ts';

export interface RouteContext {
  readonly books: Books;
  readonly nowMs: () => number;
  readonly refundsPerCaptureMax: number;
  /** How the next refund begins, and what becomes of it. */
  readonly refundOutcome: () => RefundOutcome;
  /** How long a transaction takes until the search shows it, and whether the account may search at all; a switch. */
  readonly search: () => { readonly delayMs: number; readonly permitted: boolean };
}

export const amountSchema = z.object({ currency_code: z.string().regex(/^[A-Z]{3}$/), value: z.string().max(32) });

const refundSchema = z.object({
  amount: amountSchema.optional(),
  custom_id: z.string().max(127).optional(),
  invoice_id: z.string().max(127).optional(),
  note_to_payer: z.string().max(255).optional(),
});

/** What came as multipart: what is claimed, and the files by their hashes (see `paypal-sandbox-api.ts`). */
const evidenceSchema = z.object({
  input: z.object({
    evidences: z
      .array(
        z.object({
          evidence_type: z.enum(['OTHER', 'PROOF_OF_REFUND']),
          evidence_info: z.object({ refund_ids: z.array(z.object({ refund_id: z.string() })) }).optional(),
          notes: z.string().max(2_000).optional(),
        }),
      )
      .min(1),
  }),
  files: z.array(z.object({ name: z.string(), size: z.string(), sha256: z.string() })),
});

interface Call {
  readonly context: RouteContext;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly run: (call: Call) => Move & { readonly refund?: { readonly id: string } };
}

const shown = <Row>(row: Row | undefined, show: (row: Row) => object | null): Move => {
  const answer = row === undefined ? null : show(row);
  if (answer === null) throw notFound();
  return reading(answer);
};

const routes: readonly Route[] = [
  { method: 'POST', path: /^\/v2\/payments\/captures\/([^/]+)\/refund$/, run: postRefund },
  {
    method: 'GET',
    path: /^\/v2\/payments\/captures\/([^/]+)$/,
    run: ({ context: { books }, id }) => shown(books.get('capture', id), (row) => shownCapture(books, row)),
  },
  {
    method: 'GET',
    path: /^\/v2\/payments\/refunds\/([^/]+)$/,
    run: ({ context: { books }, id }) => shown(books.get('refund', id), shownRefund),
  },
  {
    method: 'GET',
    path: /^\/v2\/checkout\/orders\/([^/]+)$/,
    run: ({ context: { books }, id }) => shown(id, (orderId) => shownOrder(books, orderId)),
  },
  {
    method: 'GET',
    path: /^\/v1\/reporting\/transactions$/,
    run: ({ context: { books, nowMs, search }, query }) => {
      if (!search().permitted) throw new PaypalSandboxRefusal(403, 'NOT_AUTHORIZED', 'PERMISSION_DENIED');
      return reading(searchTransactions(books, query, nowMs() - search().delayMs));
    },
  },
  { method: 'GET', path: /^\/v1\/customer\/disputes$/, run: listDisputes },
  {
    method: 'GET',
    path: /^\/v1\/customer\/disputes\/([^/]+)$/,
    run: ({ context: { books }, id }) => shown(books.get('dispute', id), shownDispute),
  },
  { method: 'POST', path: /^\/v1\/customer\/disputes\/([^/]+)\/provide-evidence$/, run: postEvidence },
];

/** Finds the route and runs it; throws a refusal for all that PayPal would refuse. */
export function runRoute(context: RouteContext, method: string, url: URL, body: string): ReturnType<Route['run']> {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(url.pathname) : null;
    if (match) return route.run({ context, body, query: url.searchParams, id: decodeURIComponent(match[1] ?? '') });
  }
  throw notFound();
}

function postRefund({ context, id, body }: Call) {
  const given = refundSchema.safeParse(readJson(body));
  if (!given.success) throw new PaypalSandboxRefusal(400, 'INVALID_REQUEST', 'INVALID_PARAMETER_SYNTAX');
  return refundCapture(context.books, {
    captureId: id,
    amount: given.data.amount,
    customId: given.data.custom_id ?? null,
    nowMs: context.nowMs(),
    outcome: context.refundOutcome(),
    refundsMax: context.refundsPerCaptureMax,
  });
}

/** PayPal puts the files beside the first kind of evidence that is no mere id. */
function postEvidence({ context: { books, nowMs }, id, body }: Call): Move {
  const given = evidenceSchema.safeParse(readJson(body));
  if (!given.success) throw new PaypalSandboxRefusal(400, 'INVALID_REQUEST', 'INVALID_PARAMETER_SYNTAX');
  const { input, files } = given.data;
  const evidences = input.evidences.map((evidence) =>
    evidence.evidence_type === 'OTHER' ? { ...evidence, documents: files } : evidence,
  );
  return provideEvidence(books, id, evidences, nowMs());
}

function readJson(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new PaypalSandboxRefusal(400, 'INVALID_REQUEST', 'MALFORMED_REQUEST_JSON');
  }
}

function listDisputes({ context: { books }, query }: Call): Move {
  const of = query.get('disputed_transaction_id');
  const size = Math.min(Number(query.get('page_size') ?? '10'), 50);
  const found = books.all('dispute').filter(({ capture_id }) => of === null || capture_id === of);
  return reading({
    items: found.slice(0, size).map(listedDispute),
    links: found.length > size ? [{ rel: 'next', href: '', method: 'GET' }] : [],
  });
}
