/** The shop's sandbox as a process of the stack: ready, killed, started again, and never left behind. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { accessToShop, aRemedy, signingSecret } from '../providers/shop-bench.ts';

const main = fileURLToPath(new URL('../../dev/shop-sandbox-main.ts', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refund-desk-shop-main-'));
  port = await findFreePort();
});
afterAll(() => rmSync(folder, { recursive: true }));

const launch = (more: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      STATE_FILE: join(folder, 'shop.jsonl'),
      SHOP_SIGNING_SECRET: signingSecret,
      ...more,
    },
  });

async function ready(child: ChildProcess): Promise<void> {
  const said: unknown[] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  expect(said[0]).toBe('ready');
}

async function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
}

test('R4, M11: killed right after extending a plan, it still knows it, and the same key extends nothing again', async () => {
  const first = launch();
  await ready(first);
  const shop = accessToShop(`http://127.0.0.1:${port}`);
  const orderRef = await shop.sell({ endsAt: '2026-12-01T00:00:00.000Z' });
  const grantedAt = '2026-11-20T00:00:00.000Z';
  const request = aRemedy({ kind: 'extend_plan', orderRef, minutes: 60, bytes: '0', grantedAt });
  await shop.control('POST', 'faults', { kind: 'lose-answer', method: 'POST' });
  const lost = await shop.client().apply(request);
  first.kill('SIGKILL');
  expect(await ended(first)).toBe('SIGKILL');
  expect(lost.status).toBe('unknown');

  const second = launch();
  await ready(second);
  expect((await shop.client().lookUp(request))?.status).toBe('applied');
  expect((await shop.client().apply(request)).status).toBe('applied');
  expect((await shop.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
  second.kill('SIGTERM');
  expect(await ended(second)).toBe(0);
});

test('it ends when its parent is gone', async () => {
  const child = launch();
  await ready(child);
  child.disconnect();
  expect(await ended(child)).toBe(0);
});

test('missing settings are told by name, without a stack trace', async () => {
  const bare = launch({ SHOP_SIGNING_SECRET: '' });
  let complaint = '';
  bare.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    complaint += chunk;
  });
  await once(bare, 'close');
  expect(complaint).toContain('SHOP_SIGNING_SECRET');
  expect(complaint).not.toContain('    at ');
});
