/** The sandbox as a process of the stack: ready, killed, started again, stopped, and never left behind. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { money } from '../../domain/money.ts';
import { createStripeRail } from '../../providers/stripe.ts';
import { accessTo, aPayout, apiKey, webhookSecret } from '../providers/stripe-bench.ts';

const main = fileURLToPath(new URL('../../dev/stripe-sandbox-main.ts', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refund-desk-sandbox-main-'));
  port = await freePort();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

const launch = (more: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      STATE_FILE: join(folder, 'books.jsonl'),
      WEBHOOK_SECRET: webhookSecret,
      STRIPE_API_KEY: apiKey,
      SETTLE: 'at-once',
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

async function complaintOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}

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
