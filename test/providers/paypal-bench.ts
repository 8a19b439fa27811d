/**
 * A PayPal rail over the official SDK with a sandbox behind TLS, and the sandbox's own door to break and read it by.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createPaypalSandbox, type PaypalSandboxOptions } from '../../dev/paypal-sandbox.ts';
import type { Authority } from '../../dev/paypal-sandbox-authority.ts';
import type { Money } from '../../domain/money.ts';
import { createPaypalRail } from '../../providers/paypal.ts';
import { createPaypalClient, type PaypalClient } from '../../providers/paypal-client.ts';
import { fromPaypal, type PaypalMoney, paypalMoneySchema, toPaypal } from '../../providers/paypal-money.ts';
import { faultBodies } from './fault-bodies.ts';
import type { RailBench } from './rail-bench.ts';

export const credentials = { clientId: 'client-of-the-sandbox', clientSecret: 'secret-of-the-sandbox' };
export const webhookId = '5GP028458E2496506';

const booksSchema = z.object({
  refunds: z.array(
    z.object({
      id: z.string(),
      capture_id: z.string(),
      status: z.string(),
      amount: paypalMoneySchema,
      custom_id: z.string().nullable(),
    }),
  ),
  keys: z.array(z.object({ key: z.string(), refund: z.string().nullable() })),
  events: z.array(z.object({ id: z.string(), type: z.string(), delivered: z.boolean(), attempts: z.number() })),
});

export type SandboxBooks = z.output<typeof booksSchema>;

export interface SandboxAccess {
  /** Of the controls and the page, which are not behind TLS. */
  readonly url: string;
  readonly port: number;
  readonly authority: Authority;
  client(options?: { timeoutMs?: number; clientSecret?: string; ca?: string }): PaypalClient;
  control(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  books(): Promise<SandboxBooks>;
  capture(input: { amount: PaypalMoney; [more: string]: unknown }): Promise<string>;
}

export interface RunningSandbox extends SandboxAccess {
  readonly stateFile: string;
  close(): Promise<void>;
}

export async function startSandbox(options: Partial<PaypalSandboxOptions> = {}): Promise<RunningSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'refund-desk-paypal-'));
  const stateFile = options.stateFile ?? join(folder, 'books.jsonl');
  const sandbox = await createPaypalSandbox({ ...credentials, webhookId, settle: 'at-once', ...options, stateFile });
  const { authority } = sandbox;
  const port = await sandbox.listen(0);
  const url = `http://127.0.0.1:${port}`;
  const control: SandboxAccess['control'] = async (method, path, body) => {
    const response = await fetch(`${url}/_sandbox/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, body: await response.json() };
  };
  return {
    url,
    port,
    authority,
    stateFile,
    control,
    client: ({ timeoutMs = 10_000, clientSecret = credentials.clientSecret, ca = authority.ca } = {}) =>
      createPaypalClient({
        clientId: credentials.clientId,
        clientSecret,
        environment: 'sandbox',
        timeoutMs,
        readTimeoutMs: 10_000,
        standIn: { host: '127.0.0.1', port, ca },
      }),
    books: async () => booksSchema.parse((await control('GET', 'books')).body),
    capture: async (input) => z.object({ id: z.string() }).parse((await control('POST', 'captures', input)).body).id,
    async close() {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function wireOf(amount: Money): PaypalMoney {
  const wire = toPaypal(amount);
  if (!wire) throw new Error('PayPal cannot carry the amount');
  return wire;
}

export async function openPaypalBench(settle: PaypalSandboxOptions['settle']): Promise<RailBench> {
  const sandbox = await startSandbox({ settle, settleMs: 3_600_000 });
  const { control } = sandbox;
  return {
    pageRows: 100,
    rail: createPaypalRail({ paypal: sandbox.client() }),
    impatientRail: createPaypalRail({ paypal: sandbox.client({ timeoutMs: 1_000 }) }),
    pay: ({ currency, minor }, capturedMinor = minor) =>
      sandbox.capture({ amount: wireOf({ currency, minor: capturedMinor }) }),
    async refundElsewhere(captureRef, amount) {
      await control('POST', `captures/${captureRef}/refund`, { amount: wireOf(amount) });
    },
    async dispute(captureRef, bars) {
      await control('POST', 'disputes', { capture: captureRef, stage: bars ? 'CHARGEBACK' : 'INQUIRY' });
    },
    async costly() {
      await control('POST', 'settlement', { currency: 'EUR', rate_millionths: 900_000 });
      const captureRef = await sandbox.capture({ amount: { currency_code: 'USD', value: '20.00' } });
      await control('POST', 'settlement', { currency: 'EUR', rate_millionths: 950_000 });
      return {
        captureRef,
        amount: { minor: 500n, currency: 'USD' },
        finish: async () => void (await control('POST', 'settlement', {})),
        // Of 20.00 PayPal took 1.19, a quarter of which is 0.30, or 0.27 at the rate of the sale; 4.50 came in, 4.75 went.
        fee: { minor: 27n, currency: 'EUR' },
        exchangeLoss: { minor: 25n, currency: 'EUR' },
      };
    },
    async held(captureRef) {
      const refunds = (await sandbox.books()).refunds.filter((refund) => refund.capture_id === captureRef);
      return refunds
        .filter((refund) => refund.status !== 'FAILED' && refund.status !== 'CANCELLED')
        .map((refund) => ({
          providerRef: refund.id,
          payoutId: refund.custom_id,
          minor: fromPaypal(refund.amount)?.minor ?? -1n,
        }));
    },
    async breakNext(call, fault) {
      const aim = call === 'send' ? { method: 'POST', path: '/v2/payments/captures/' } : { method: 'GET' };
      await control('POST', 'faults', { ...faultBodies[fault], ...aim });
    },
    async mend() {
      await control('DELETE', 'faults');
    },
    async forgetKeys() {
      await control('DELETE', 'keys');
    },
    close: () => sandbox.close(),
  };
}
