/**
 * A small server that speaks PayPal's wire format over TLS with a memory of its own, so that the official SDK runs
 * against it unchanged. For tests and the embedded stack only; binds to loopback and holds no real money.
 */

import { writeFileSync } from 'node:fs';
import { createApi, createTokens } from './paypal-sandbox-api.ts';
import { type Authority, makeAuthority } from './paypal-sandbox-authority.ts';
import { type Books, openBooks, put } from './paypal-sandbox-books.ts';
import { type ControlsParts, createControls } from './paypal-sandbox-controls.ts';
import { createFaults } from './paypal-sandbox-faults.ts';
import { createLife, sandboxClock } from './paypal-sandbox-life.ts';
import { sandboxPage } from './paypal-sandbox-page.ts';
import type { RefundOutcome } from './paypal-sandbox-rules.ts';
import { createWebhooks } from './paypal-sandbox-webhooks.ts';
import { createSandboxServer, type SandboxServer } from './sandbox-server.ts';

export interface PaypalSandboxOptions {
  readonly stateFile: string;
  /** Where the authority's certificate is left for those who shall trust it. */
  readonly caFile?: string;
  /** Where events are sent; absent: they are only listed. */
  readonly webhookUrl?: string;
  readonly webhookId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** at-once: refunds answer `COMPLETED`. webhook: `PENDING` first, completed by event. */
  readonly settle: 'at-once' | 'webhook';
  /** How long after a refund it completes. */
  readonly settleMs?: number;
  /** Wait before the second attempt of a webhook; doubles from there. */
  readonly webhookRetryMs?: number;
  readonly refundsPerCaptureMax?: number;
  /** How long a transaction takes until the search shows it, up to three hours at PayPal; `POST search` changes it. */
  readonly searchDelayMs?: number;
  readonly log?: (line: string) => void;
}

export interface PaypalSandbox extends SandboxServer {
  readonly authority: Authority;
}

export async function createPaypalSandbox(options: PaypalSandboxOptions): Promise<PaypalSandbox> {
  const log = options.log ?? (() => undefined);
  const closing = new AbortController();
  const books = openBooks(options.stateFile);
  const authority = await authorityOf(books);
  if (options.caFile !== undefined) writeFileSync(options.caFile, authority.ca);
  const nowMs = sandboxClock(books);
  const faults = createFaults();
  const tokens = createTokens();
  const webhooks = createWebhooks({
    books,
    faults,
    authority,
    webhookId: options.webhookId,
    url: options.webhookUrl,
    retryMs: options.webhookRetryMs ?? 500,
    log,
  });
  const life = createLife({ books, webhooks, nowMs });
  let search = { delayMs: options.searchDelayMs ?? 0, permitted: true };
  const context = {
    books,
    search: () => search,
    nowMs,
    refundsPerCaptureMax: options.refundsPerCaptureMax ?? 100,
    refundOutcome: () => faults.forRefund() ?? usualOutcome(options.settle, options.settleMs ?? 1_000),
  };
  const api = createApi({
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    certificates: new Map([[authority.certId, authority.webhooks.cert]]),
    context,
    faults,
    tokens,
    life,
    closing: closing.signal,
  });
  const changeSearch: ControlsParts['changeSearch'] = ({ delayMs = search.delayMs, permitted = search.permitted }) => {
    search = { delayMs, permitted };
  };
  const control = createControls({ books, faults, webhooks, life, tokens, nowMs, changeSearch });
  const server = createSandboxServer({
    doors: { api, control, page: () => sandboxPage(books, nowMs()) },
    tls: authority.tls,
    log,
  });

  return {
    authority,
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

async function authorityOf(books: Books): Promise<Authority> {
  const known = books.get('authority', 'authority');
  if (known) return known;
  const made = await makeAuthority();
  books.commit([put('authority', { id: 'authority', ...made })]);
  return made;
}

const usualOutcome = (settle: PaypalSandboxOptions['settle'], afterMs: number): RefundOutcome =>
  settle === 'at-once' ? { status: 'COMPLETED', afterMs } : { status: 'PENDING', next: 'COMPLETED', afterMs };
