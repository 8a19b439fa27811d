/**
 * A small server that speaks Stripe's wire format with a memory of its own, so that the official SDK runs against it
 * unchanged. For tests and the embedded stack only; binds to loopback and holds no real money.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Api, createApi } from './stripe-sandbox-api.ts';
import { openBooks } from './stripe-sandbox-books.ts';
import { type Controls, createControls } from './stripe-sandbox-controls.ts';
import { createFaults } from './stripe-sandbox-faults.ts';
import { createIdempotency } from './stripe-sandbox-idempotency.ts';
import { createLife, sandboxClock } from './stripe-sandbox-life.ts';
import type { ChargeObject } from './stripe-sandbox-objects.ts';
import { sandboxPage } from './stripe-sandbox-page.ts';
import type { RefundOutcome } from './stripe-sandbox-rules.ts';
import { createWebhooks } from './stripe-sandbox-webhooks.ts';

const bodyBytesMax = 256 * 1024;

export interface StripeSandboxOptions {
  readonly stateFile: string;
  /** Where events are sent; absent: they are only listed. */
  readonly webhookUrl?: string;
  readonly webhookSecret: string;
  readonly apiKey: string;
  /** at-once: card refunds answer `succeeded`, as Stripe's do. webhook: `pending` first, settled by event. */
  readonly settle: 'at-once' | 'webhook';
  /** How long after a refund its next news comes: settlement, or the bank's reference. */
  readonly settleMs?: number;
  /** Wait before the second attempt of a webhook; doubles from there. */
  readonly webhookRetryMs?: number;
  readonly log?: (line: string) => void;
}

export interface StripeSandbox {
  /** Binds to loopback; 0 takes a free port. Resolves to the port taken. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

export function createStripeSandbox(options: StripeSandboxOptions): StripeSandbox {
  const log = options.log ?? (() => undefined);
  const settleMs = options.settleMs ?? 1_000;
  const closing = new AbortController();
  const books = openBooks(options.stateFile);
  const nowMs = sandboxClock(books);
  const faults = createFaults();
  const webhooks = createWebhooks({
    books,
    faults,
    url: options.webhookUrl,
    secret: options.webhookSecret,
    retryMs: options.webhookRetryMs ?? 500,
    log,
  });
  const life = createLife({ books, webhooks, nowMs });
  const idempotency = createIdempotency({ books, nowMs });
  const context = {
    books,
    nowMs,
    refundOutcome: (charge: ChargeObject | undefined) =>
      faults.forRefund() ?? usualOutcome(charge?.payment_method, options.settle, settleMs),
  };
  const api = createApi({ apiKey: options.apiKey, context, faults, idempotency, life, closing: closing.signal });
  const control = createControls({ books, faults, webhooks, life, nowMs });

  const doors = { api, control, page: () => sandboxPage(books, nowMs()) };

  const server = createServer((request, response) => {
    answer(doors, request, response).catch((error: unknown) => {
      log(`sandbox fault: ${error instanceof Error ? error.message : 'unknown'}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });

  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          const address = server.address();
          life.beat();
          webhooks.resume();
          resolve(typeof address === 'object' && address ? address.port : port);
        });
      }),
    async close() {
      closing.abort();
      life.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, webhooks.close()]);
      books.close();
    },
  };
}

interface Doors {
  readonly api: Api;
  readonly control: Controls;
  readonly page: () => string;
}

async function answer(doors: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://sandbox');
  const method = request.method ?? 'GET';
  // Another site's page in the same browser is none of the people whom these switches are for.
  if (request.headers['sec-fetch-site'] === 'cross-site') return void response.writeHead(403).end();
  const body = await readBody(request);
  if (body === null) return void response.writeHead(413, { connection: 'close' }).end();
  if (pathname.startsWith('/v1/'))
    return doors.api(request, response, pathname, method === 'GET' ? search.slice(1) : body);
  if (pathname.startsWith('/_sandbox/')) {
    const { status, body: said } = doors.control(method, pathname, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    return void response.end(`${JSON.stringify(said, null, 2)}\n`);
  }
  if (pathname !== '/') return void response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(doors.page());
}

/** Stripe's test cards have their own ends; all others go the way that the sandbox was set up for. */
function usualOutcome(
  paymentMethod: string | undefined,
  settle: StripeSandboxOptions['settle'],
  settleMs: number,
): RefundOutcome {
  if (paymentMethod === 'pm_card_refundFail')
    return { status: 'succeeded', next: 'fail', failureReason: 'expired_or_canceled_card', afterMs: settleMs };
  if (settle === 'webhook' || paymentMethod === 'pm_card_pendingRefund')
    return { status: 'pending', pendingReason: 'processing', next: 'succeed', afterMs: settleMs };
  return { status: 'succeeded', next: 'reference', afterMs: settleMs };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bodyBytesMax) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
