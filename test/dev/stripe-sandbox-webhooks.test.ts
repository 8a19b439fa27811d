/** The sandbox's webhooks come as Stripe's do: signed, until they are taken, doubled and shuffled where told so. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { isRefusal } from '../../domain/errors.ts';
import { reportOfStripeEvent, type StripeEvent, verifyStripeEvent } from '../../providers/stripe-webhook.ts';
import { type RunningSandbox, startSandbox, webhookSecret } from '../providers/stripe-bench.ts';

interface Receiver {
  readonly url: string;
  readonly taken: StripeEvent[];
  readonly refused: StripeEvent[];
  /** How many of the next requests are answered with 500. */
  failing: number;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const taken: StripeEvent[] = [];
  const refused: StripeEvent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const header = request.headers['stripe-signature'];
      const event = verifyStripeEvent(Buffer.concat(chunks), String(header), [webhookSecret]);
      if (isRefusal(event)) throw new Error('the sandbox signs wrongly');
      const fails = receiver.failing > 0;
      receiver.failing -= fails ? 1 : 0;
      (fails ? refused : taken).push(event);
      response.writeHead(fails ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/webhooks/stripe`,
    taken,
    refused,
    failing: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

let receiver: Receiver;
let sandbox: RunningSandbox;
let folder: string;
const options = () => ({
  webhookUrl: receiver.url,
  webhookRetryMs: 20,
  settle: 'webhook' as const,
  settleMs: 20,
  stateFile: join(folder, 'books.jsonl'),
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'refund-desk-webhooks-'));
  receiver = await startReceiver();
  sandbox = await startSandbox(options());
});

afterEach(async () => {
  await sandbox.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const typesTaken = (): string[] => receiver.taken.map(({ type }) => type);
const within = { withinMs: 10_000, everyMs: 10 };
const refundOne = async (): Promise<string> => {
  const charge = await sandbox.charge({ amount: 1999, currency: 'EUR' });
  return (await sandbox.stripe.refunds.create({ charge, amount: 500 })).id;
};
const allDelivered = async (): Promise<boolean> =>
  (await sandbox.books()).events.filter(({ type }) => type.includes('refund')).every(({ delivered }) => delivered);

const wholeLife = ['charge.refund.updated', 'charge.refunded', 'refund.created', 'refund.updated'];

test('a refund is pending when asked for and told as settled, with the bank’s reference, by event', async () => {
  const id = await refundOne();
  expect(await until(() => receiver.taken.length === 4, within)).toBe(true);
  expect(typesTaken().sort()).toEqual(wholeLife);
  const settled = receiver.taken.find(({ type }) => type === 'refund.updated');
  expect(settled && reportOfStripeEvent(settled)?.report).toEqual({
    status: 'settled',
    providerRef: id,
    bankRef: expect.stringMatching(/^\d{23}$/),
  });
});

test('W6: an event that is not taken comes again until it is', async () => {
  receiver.failing = 3;
  await refundOne();
  expect(await until(() => receiver.taken.length === 4, within)).toBe(true);
  expect(receiver.refused).toHaveLength(3);
  expect(await until(allDelivered, within)).toBe(true);
  const attempts = (await sandbox.books()).events.map((event) => event.attempts);
  expect(attempts.reduce((total, count) => total + count, 0)).toBe(7);
});

test('W6: what was not taken before a restart is sent after it, and what was taken is not', async () => {
  await refundOne();
  expect(await until(allDelivered, within)).toBe(true);
  expect(await until(() => receiver.taken.length === 4, within)).toBe(true);
  receiver.failing = 1_000;
  const id = await refundOne();
  expect(await until(() => receiver.refused.length >= 4, within)).toBe(true);
  await sandbox.close();
  receiver.failing = 0;
  sandbox = await startSandbox(options());
  expect(await until(allDelivered, within)).toBe(true);
  // What was on its way when the sandbox stopped may come twice, as Stripe's may; what was taken before may not.
  const before = new Set(receiver.taken.slice(0, 4).map((event) => event.id));
  const after = new Map(receiver.taken.slice(4).map((event) => [event.id, event.type]));
  expect([...after.values()].sort()).toEqual(wholeLife);
  expect([...after.keys()].filter((event) => before.has(event))).toEqual([]);
  expect(receiver.taken.slice(4).map((event) => event.data.object.id)).toContain(id);
});

test('W1: an event comes as often as it was told to, with the same id', async () => {
  await sandbox.control('POST', 'faults', { kind: 'webhook-duplicate', type: 'refund.created', copies: 5 });
  await refundOne();
  expect(await until(() => receiver.taken.length === 8, within)).toBe(true);
  const copies = receiver.taken.filter(({ type }) => type === 'refund.created');
  expect(copies).toHaveLength(5);
  expect(new Set(copies.map(({ id }) => id)).size).toBe(1);
});

test('W2: events that are held come newest first', async () => {
  await sandbox.control('POST', 'faults', { kind: 'webhook-reorder', hold: 4 });
  await refundOne();
  expect(await until(() => receiver.taken.length === 4, within)).toBe(true);
  expect(typesTaken()).toEqual(['charge.refund.updated', 'refund.updated', 'charge.refunded', 'refund.created']);
});

test('W8: what is withheld comes when the switches are taken away', async () => {
  await sandbox.control('POST', 'faults', { kind: 'webhook-withhold', times: 0, type: 'refund.updated' });
  await refundOne();
  expect(await until(() => receiver.taken.length === 3, within)).toBe(true);
  expect(typesTaken()).not.toContain('refund.updated');
  await sandbox.control('DELETE', 'faults');
  expect(await until(() => typesTaken().includes('refund.updated'), within)).toBe(true);
});

test('W7: an event can arrive before the answer to the call that caused it', async () => {
  await sandbox.control('POST', 'faults', { kind: 'slow', ms: 1_000, when: 'after', method: 'POST' });
  let isAnswered = false;
  const answered = refundOne().finally(() => {
    isAnswered = true;
  });
  expect(await until(() => typesTaken().includes('refund.created'), within)).toBe(true);
  expect(isAnswered).toBe(false);
  await answered;
});

test('a delayed event still comes', async () => {
  await sandbox.control('POST', 'faults', { kind: 'webhook-delay', ms: 500, type: 'refund.created' });
  const before = performance.now();
  await refundOne();
  expect(await until(() => typesTaken().includes('refund.created'), within)).toBe(true);
  expect(performance.now() - before).toBeGreaterThanOrEqual(500);
  expect(await until(() => receiver.taken.length === 4, within)).toBe(true);
});

test('events that the desk is not subscribed to are listed and not sent', async () => {
  await sandbox.charge({ amount: 1999, currency: 'EUR' });
  await refundOne();
  expect(await until(() => receiver.taken.length === 4, within)).toBe(true);
  expect((await sandbox.books()).events.map(({ type }) => type)).toContain('charge.succeeded');
  expect(typesTaken()).not.toContain('charge.succeeded');
});
