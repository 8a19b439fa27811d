/** The shop's sandbox as a process of the stack: ready, killed, started again, and never left behind. */

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { accessToShop, aRemedy, signingSecret } from '../providers/shop-bench.ts';
import { complaintOf, ended, launchSandbox, ready } from './sandbox-child.ts';

let folder: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refund-desk-shop-main-'));
  port = await findFreePort();
});
afterAll(() => rmSync(folder, { recursive: true }));

const launch = (more: Readonly<Record<string, string>> = {}): ChildProcess =>
  launchSandbox('dev/shop-sandbox-main.ts', {
    PORT: String(port),
    STATE_FILE: join(folder, 'shop.jsonl'),
    SHOP_SIGNING_SECRET: signingSecret,
    ...more,
  });

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
  const complaint = await complaintOf(launch({ SHOP_SIGNING_SECRET: '' }));
  expect(complaint).toContain('SHOP_SIGNING_SECRET');
  expect(complaint).not.toContain('    at ');
});
