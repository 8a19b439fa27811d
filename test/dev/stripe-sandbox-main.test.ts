/** The sandbox as a process of the stack: ready, killed, started again, stopped, and never left behind. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { money } from '../../domain/money.ts';
import { createStripeRail } from '../../providers/stripe.ts';
import { accessTo, aPayout, apiKey, webhookSecret } from '../providers/stripe-bench.ts';
import { complaintOf, ended, launchSandbox, ready } from './sandbox-child.ts';

let folder: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refund-desk-sandbox-main-'));
  port = await findFreePort();
});
afterAll(() => rmSync(folder, { recursive: true }));

const launch = (more: Readonly<Record<string, string>> = {}): ChildProcess =>
  launchSandbox('dev/stripe-sandbox-main.ts', {
    PORT: String(port),
    STATE_FILE: join(folder, 'books.jsonl'),
    WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_KEY: apiKey,
    SETTLE: 'at-once',
    ...more,
  });

test('R4: killed right after doing the work, it still knows it, and the same key pays nothing again', async () => {
  const first = launch();
  await ready(first);
  const access = accessTo(`http://127.0.0.1:${port}`);
  const rail = createStripeRail({ stripe: access.stripe });
  const request = aPayout(await access.charge({ amount: 1999, currency: 'EUR' }), money(500n, 'EUR'));
  await access.control('POST', 'faults', { kind: 'lose-answer', method: 'POST' });
  const lost = await rail.send(request);
  first.kill('SIGKILL');
  expect(await ended(first)).toBe('SIGKILL');
  expect(lost.status).toBe('unknown');

  const second = launch();
  await ready(second);
  const found = await rail.lookUp(request);
  expect(found?.status).toBe('settled');
  expect(await rail.send(request)).toMatchObject({ status: 'settled' });
  expect((await access.books()).refunds).toHaveLength(1);
  second.kill('SIGTERM');
  expect(await ended(second)).toBe(0);
});

test('it ends when its parent is gone', async () => {
  const child = launch();
  await ready(child);
  child.disconnect();
  expect(await ended(child)).toBe(0);
});

test('a taken port and missing settings are told in a sentence, without a stack trace', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const taken = typeof address === 'object' && address ? address.port : 0;
  const child = launch({ PORT: String(taken) });
  expect(await complaintOf(child)).toBe(`Port ${taken} is taken: another process listens there.\n`);
  expect(await ended(child)).toBe(1);
  blocker.close();
  await once(blocker, 'close');

  const bare = launch({ STATE_FILE: '' });
  const complaint = await complaintOf(bare);
  expect(complaint).toContain('STATE_FILE');
  expect(complaint).not.toContain('    at ');
  expect(await ended(bare)).toBe(1);
});
