/** The shop's sandbox with a client before it, and the sandbox's own door to seed, break and read it by. */

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createShopSandbox } from '../../dev/shop-sandbox.ts';
import type { Shop, ShopAction, ShopRequest } from '../../domain/shop.ts';
import { createShopClient } from '../../providers/shop.ts';
import { createShopRail } from '../../providers/shop-rail.ts';
import { faultBodies } from './fault-bodies.ts';
import type { RailBench } from './rail-bench.ts';

export const signingSecret = `whsec_${Buffer.from('for the sandbox only, as it is known').toString('base64')}`;

const booksSchema = z.object({
  plans: z.array(
    z.object({
      id: z.string(),
      planRef: z.string(),
      endsAt: z.string().nullable(),
      bytes: z.string().nullable(),
      ended: z.boolean(),
      upgraded: z.boolean(),
      replacements: z.number(),
    }),
  ),
  payments: z.array(z.object({ id: z.string(), minor: z.string(), currency: z.string(), credited: z.string() })),
  credits: z.array(
    z.object({ id: z.string(), captureRef: z.string(), remedyId: z.string().nullable(), minor: z.string() }),
  ),
  actions: z.array(
    z.object({
      remedyId: z.string(),
      key: z.string(),
      kind: z.string(),
      outcome: z.object({ status: z.string(), code: z.string().optional(), shopRef: z.string().optional() }),
    }),
  ),
  keys: z.array(z.object({ key: z.string(), status: z.number() })),
});

export type ShopBooks = z.output<typeof booksSchema>;

export interface ShopAccess {
  readonly url: string;
  control(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  books(): Promise<ShopBooks>;
  plan(orderRef: string): Promise<ShopBooks['plans'][number]>;
  /** Sells a plan of its own; resolves to the order's reference. */
  sell(plan: { endsAt?: string | null; bytes?: string | null }): Promise<string>;
  client(timeoutMs?: number): Shop;
}

export function accessToShop(url: string): ShopAccess {
  const control: ShopAccess['control'] = async (method, path, body) => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: await response.json() };
  };
  const books = async (): Promise<ShopBooks> => booksSchema.parse((await control('GET', 'books')).body);
  return {
    url,
    control,
    books,
    async plan(orderRef) {
      const found = (await books()).plans.find(({ id }) => id === orderRef);
      if (!found) throw new Error('the shop has no such plan');
      return found;
    },
    async sell(plan) {
      const orderRef = `ORDER-${randomBytes(6).toString('hex')}`;
      await control('PUT', `plans/${orderRef}`, plan);
      return orderRef;
    },
    client: (timeoutMs = 10_000) => createShopClient({ apiUrl: url, signingSecret, timeoutMs }),
  };
}

export interface RunningShop extends ShopAccess {
  readonly stateFile: string;
  close(): Promise<void>;
}

export async function startShop(options: { stateFile?: string } = {}): Promise<RunningShop> {
  const folder = mkdtempSync(join(tmpdir(), 'refund-desk-shop-'));
  const stateFile = options.stateFile ?? join(folder, 'shop.jsonl');
  const sandbox = createShopSandbox({ stateFile, signingSecret });
  const port = await sandbox.listen(0);
  return {
    ...accessToShop(`http://127.0.0.1:${port}`),
    stateFile,
    async close() {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const aRemedy = (action: ShopAction): ShopRequest => ({
  key: `remedy/${randomUUID()}/1`,
  remedyId: randomUUID(),
  action,
});

export async function openShopBench(): Promise<RailBench> {
  const shop = await startShop();
  const { control } = shop;
  return {
    pageRows: 100,
    rail: createShopRail({ shop: shop.client() }),
    impatientRail: createShopRail({ shop: shop.client(400) }),
    async pay(amount, capturedMinor = amount.minor) {
      const captureRef = `pay_${randomBytes(8).toString('hex')}`;
      const { currency } = amount;
      await control('PUT', `payments/${captureRef}`, { accountRef: 'acme', minor: String(capturedMinor), currency });
      return captureRef;
    },
    async refundElsewhere(captureRef, amount) {
      await control('POST', 'credits', { captureRef, minor: String(amount.minor) });
    },
    async dispute(captureRef, bars) {
      await control('PATCH', `payments/${captureRef}`, { disputed: bars });
    },
    async held(captureRef) {
      const credits = (await shop.books()).credits.filter((credit) => credit.captureRef === captureRef);
      return credits.map(({ id, remedyId, minor }) => ({
        providerRef: id,
        payoutId: remedyId,
        minor: BigInt(minor),
      }));
    },
    async breakNext(call, fault) {
      await control('POST', 'faults', { ...faultBodies[fault], method: call === 'send' ? 'POST' : 'GET' });
    },
    async mend() {
      await control('DELETE', 'faults');
    },
    async forgetKeys() {
      await control('DELETE', 'keys');
    },
    close: () => shop.close(),
  };
}
