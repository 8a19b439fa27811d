/** PayPal's sandbox as a process of the stack: ready, killed, started again with the same authority, never left behind. */

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { money } from '../../domain/money.ts';
import { createPaypalRail } from '../../providers/paypal.ts';
import { createPaypalClient } from '../../providers/paypal-client.ts';
import { credentials, webhookId } from '../providers/paypal-bench.ts';
import { aPayout } from '../providers/stripe-bench.ts';
import { complaintOf, ended, launchSandbox, ready } from './sandbox-child.ts';

let folder: string;
let caFile: string;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refund-desk-paypal-main-'));
  caFile = join(folder, 'ca.pem');
  port = await findFreePort();
});
afterAll(() => rmSync(folder, { recursive: true }));

const launch = (more: Readonly<Record<string, string>> = {}): ChildProcess =>
  launchSandbox('dev/paypal-sandbox-main.ts', {
    PORT: String(port),
    STATE_FILE: join(folder, 'paypal.jsonl'),
    CA_FILE: caFile,
    WEBHOOK_ID: webhookId,
    PAYPAL_CLIENT_ID: credentials.clientId,
    PAYPAL_CLIENT_SECRET: credentials.clientSecret,
    SETTLE: 'at-once',
    ...more,
  });

async function control(path: string, body: object): Promise<{ id?: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}/_sandbox/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { id?: string };
}

test('R4: killed right after a refund, it still knows it, and who trusted it once still does', async () => {
  const first = launch();
  await ready(first);
  const ca = readFileSync(caFile, 'utf8');
  const standIn = { host: '127.0.0.1', port, ca };
  const client = createPaypalClient({
    ...credentials,
    environment: 'sandbox',
    timeoutMs: 5_000,
    readTimeoutMs: 5_000,
    standIn,
  });
  const rail = createPaypalRail({ paypal: client });
  const { id = '' } = await control('captures', { amount: { currency_code: 'EUR', value: '19.99' } });
  const request = aPayout(id, money(500n, 'EUR'));
  await control('faults', { kind: 'lose-answer', method: 'POST', path: '/v2/payments/captures/' });
  const lost = await rail.send(request);
  first.kill('SIGKILL');
  expect(await ended(first)).toBe('SIGKILL');
  expect(lost.status).toBe('unknown');

  const second = launch();
  await ready(second);
  expect(readFileSync(caFile, 'utf8')).toBe(ca);
  expect((await rail.lookUp(request))?.status).toBe('settled');
  expect((await rail.send(request)).status).toBe('settled');
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
  const complaint = await complaintOf(launch({ PAYPAL_CLIENT_SECRET: '' }));
  expect(complaint).toContain('PAYPAL_CLIENT_SECRET');
  expect(complaint).not.toContain('    at ');
});
