/**
 * A small server that speaks Stripe's wire format with a memory of its own, so that the official SDK runs against it
 * unchanged. For tests and the embedded stack only; binds to loopback and holds no real money.
 */

import { createSandboxServer, type SandboxServer } from './sandbox-server.ts';
import { createApi } from './stripe-sandbox-api.ts';
import { openBooks } from './stripe-sandbox-books.ts';
import { createControls } from './stripe-sandbox-controls.ts';
import { createFaults } from './stripe-sandbox-faults.ts';
import { createIdempotency } from './stripe-sandbox-idempotency.ts';
import { createLife, sandboxClock } from './stripe-sandbox-life.ts';
import type { ChargeObject } from './stripe-sandbox-objects.ts';
import { sandboxPage } from './stripe-sandbox-page.ts';
import type { RefundOutcome } from './stripe-sandbox-rules.ts';
import { createWebhooks } from './stripe-sandbox-webhooks.ts';

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

export function createStripeSandbox(options: StripeSandboxOptions): SandboxServer {
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

  const server = createSandboxServer({
    doors: {
      api: (request, response, { pathname, search }, body) =>
        api(request, response, pathname, request.method === 'GET' ? search.slice(1) : body),
      control,
      page: () => sandboxPage(books, nowMs()),
    },
    log,
  });

  return {
    async listen(port) {
      const taken = await server.listen(port);
      life.beat();
      webhooks.resume();
      return taken;
    },
    async close() {
      closing.abort();
      life.close();
      await Promise.all([server.close(), webhooks.close()]);
      books.close();
    },
  };
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
