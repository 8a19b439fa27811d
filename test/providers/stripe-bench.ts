/**
 * A Stripe rail over the official SDK with a sandbox behind it, and the sandbox's own door to break and read it by.
 */

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stripe } from 'stripe';
import { z } from 'zod';
import { createStripeSandbox, type StripeSandboxOptions } from '../../dev/stripe-sandbox.ts';
import type { Money } from '../../domain/money.ts';
import { createStripeClient, createStripeRail } from '../../providers/stripe.ts';
import { faultBodies } from './fault-bodies.ts';
import type { RailBench } from './rail-bench.ts';

export const apiKey = 'sk_test_for_the_sandbox_only';
export const webhookSecret = 'whsec_for_the_sandbox_only';

const booksSchema = z.object({
  charges: z.array(z.object({ id: z.string(), amount_refunded: z.number(), refunded: z.boolean() })),
  refunds: z.array(
    z.object({
      id: z.string(),
      amount: z.number(),
      charge: z.string(),
      currency: z.string(),
      status: z.string(),
      metadata: z.record(z.string(), z.string()),
    }),
  ),
  events: z.array(
    z.object({ id: z.string(), type: z.string(), object: z.string(), delivered: z.boolean(), attempts: z.number() }),
  ),
  keys: z.array(z.object({ key: z.string(), status: z.number() })),
});

export type SandboxBooks = z.output<typeof booksSchema>;

export interface SandboxAccess {
  readonly url: string;
  readonly stripe: Stripe;
  control(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  books(): Promise<SandboxBooks>;
  charge(input: { amount: number; currency: string; [more: string]: unknown }): Promise<string>;
}

export function accessTo(url: string, timeoutMs = 10_000): SandboxAccess {
  const control: SandboxAccess['control'] = async (method, path, body) => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    url,
    stripe: createStripeClient({ apiKey, apiUrl: url, timeoutMs }),
    control,
    books: async () => booksSchema.parse((await control('GET', 'books')).body),
    charge: async (input) => z.object({ id: z.string() }).parse((await control('POST', 'charges', input)).body).id,
  };
}

export interface RunningSandbox extends SandboxAccess {
  readonly stateFile: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function startSandbox(options: Partial<StripeSandboxOptions> = {}): Promise<RunningSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'refund-desk-sandbox-'));
  const stateFile = options.stateFile ?? join(folder, 'books.jsonl');
  const sandbox = createStripeSandbox({ webhookSecret, apiKey, settle: 'at-once', ...options, stateFile });
  const port = await sandbox.listen(0);
  return {
    ...accessTo(`http://127.0.0.1:${port}`),
    stateFile,
    port,
    async close() {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type CaptureKind = 'charge' | 'payment_intent';

export async function openStripeBench(kind: CaptureKind, settle: StripeSandboxOptions['settle']): Promise<RailBench> {
  const sandbox = await startSandbox({ settle, settleMs: 3_600_000 });
  const { stripe, control, books } = sandbox;
  const impatient = createStripeClient({ apiKey, apiUrl: sandbox.url, timeoutMs: 400 });
  const chargeOf = async (captureRef: string): Promise<string> =>
    captureRef.startsWith('pi_')
      ? z.string().parse((await stripe.paymentIntents.retrieve(captureRef)).latest_charge)
      : captureRef;

  return {
    pageRows: 100,
    rail: createStripeRail({ stripe }),
    impatientRail: createStripeRail({ stripe: impatient }),
    async pay(amount: Money, capturedMinor = amount.minor) {
      const intent = await stripe.paymentIntents.create({
        amount: Number(amount.minor),
        currency: amount.currency.toLowerCase(),
        confirm: true,
        payment_method: 'pm_card_visa',
        capture_method: 'manual',
      });
      await stripe.paymentIntents.capture(intent.id, { amount_to_capture: Number(capturedMinor) });
      return kind === 'charge' ? z.string().parse(intent.latest_charge) : intent.id;
    },
    async refundElsewhere(captureRef, amount) {
      await stripe.refunds.create({ charge: await chargeOf(captureRef), amount: Number(amount.minor) });
    },
    async dispute(captureRef, bars) {
      const charge = await chargeOf(captureRef);
      await control('POST', 'disputes', { charge, status: bars ? 'needs_response' : 'warning_needs_response' });
    },
    async costly() {
      await control('POST', 'settlement', { currency: 'eur', rate_millionths: 900_000 });
      const captureRef = await sandbox.charge({ amount: 2_000, currency: 'usd' });
      await control('POST', 'settlement', { currency: 'eur', rate_millionths: 950_000, refund_fee: 7 });
      return {
        captureRef,
        amount: { minor: 500n, currency: 'USD' },
        finish: async () => void (await control('POST', 'settlement', {})),
        // A quarter of 18.00 came in, of which 0.82 was Stripe's; 4.75 went back.
        fee: { minor: 21n + 7n, currency: 'EUR' },
        exchangeLoss: { minor: 25n, currency: 'EUR' },
      };
    },
    async held(captureRef) {
      const charge = await chargeOf(captureRef);
      const refunds = (await books()).refunds.filter((refund) => refund.charge === charge);
      return refunds
        .filter((refund) => refund.status !== 'failed' && refund.status !== 'canceled')
        .map((refund) => ({
          providerRef: refund.id,
          payoutId: refund.metadata.refund_desk_payout ?? null,
          minor: BigInt(refund.amount),
        }));
    },
    async breakNext(call, fault) {
      const aim = call === 'send' ? { method: 'POST', path: '/v1/refunds' } : { method: 'GET' };
      await control('POST', 'faults', { ...faultBodies[fault], ...aim });
    },
    async mend() {
      await control('DELETE', 'faults');
    },
    async forgetKeys() {
      await control('POST', 'clock', { advance_ms: 24 * 3_600_000 });
    },
    close: () => sandbox.close(),
  };
}

export const aPayout = (captureRef: string, amount: Money) => ({
  key: `payout/${randomUUID()}/1`,
  payoutId: randomUUID(),
  captureRef,
  amount,
});
