/** PayPal's sandbox itself: what it refuses, what it keeps, and that its API is spoken over TLS only. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { PaypalRefusal } from '../../providers/paypal-refusal.ts';
import { type RunningSandbox, startSandbox } from '../providers/paypal-bench.ts';

let sandbox: RunningSandbox;
const received: { readonly headers: IncomingHttpHeaders; readonly type: string }[] = [];
const receiver = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  request.on('end', () => {
    received.push({ headers: request.headers, type: String((JSON.parse(text) as { event_type: string }).event_type) });
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  sandbox = await startSandbox({ webhookUrl: `http://127.0.0.1:${port}/`, settle: 'webhook', settleMs: 50 });
});
beforeEach(() => sandbox.control('DELETE', 'faults'));
afterAll(async () => {
  await sandbox.close();
  receiver.closeAllConnections();
  receiver.close();
});

const usd = (value: string) => ({ currency_code: 'USD', value });
const typesOf = () => received.map(({ type }) => type);

test('its API is not spoken without TLS, its page is', async () => {
  expect((await fetch(`${sandbox.url}/v1/oauth2/token`, { method: 'POST' })).status).toBe(404);
  const page = await (await fetch(sandbox.url)).text();
  expect(page).toContain('PayPal’s sandbox');
});

test('a refund is told as pending, and as made once it is', async () => {
  const captureId = await sandbox.capture({ amount: usd('10.00') });
  const amount = usd('4.00');
  const refund = await sandbox.client().refund({ captureId, requestId: 'one', amount, customId: 'mine' });
  expect(refund).toMatchObject({ status: 'PENDING', custom_id: 'mine', amount });
  expect(await until(() => typesOf().includes('PAYMENT.CAPTURE.REFUNDED'), { withinMs: 10_000 })).toBe(true);
  expect(typesOf()).toContain('PAYMENT.REFUND.PENDING');
  expect(received[0]?.headers).toMatchObject({
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-cert-url': expect.stringMatching(/^https:\/\/api\.sandbox\.paypal\.com\/v1\/notifications\/certs\/CERT-/),
  });
});

test('R8: without a request id, which no client of ours can leave out, a repeat would pay again', async () => {
  const captureId = await sandbox.capture({ amount: usd('10.00') });
  const client = sandbox.client();
  // @ts-expect-error: the id is not optional.
  const careless: Parameters<typeof client.refund>[0] = { captureId, amount: usd('4.00'), customId: 'mine' };
  await client.refund(careless);
  await client.refund(careless);
  const refunds = (await sandbox.books()).refunds.filter(({ capture_id }) => capture_id === captureId);
  expect(refunds).toHaveLength(2);
});

test.each([
  ['0.00', 'INVALID_CURRENCY_AMOUNT_FORMAT'],
  ['-1.00', 'INVALID_CURRENCY_AMOUNT_FORMAT'],
  ['1.005', 'INVALID_CURRENCY_AMOUNT_FORMAT'],
  ['10.01', 'REFUND_AMOUNT_EXCEEDED'],
])('R9: a refund of %s is refused with %s', async (value, issue) => {
  const captureId = await sandbox.capture({ amount: usd('10.00') });
  const refused = await sandbox
    .client()
    .refund({ captureId, requestId: `r-${value}`, amount: usd(value), customId: 'mine' })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PaypalRefusal);
  expect(refused).toMatchObject({ status: 422, issue });
});

test('a capture shows what refunds make of it', async () => {
  const captureId = await sandbox.capture({ amount: usd('10.00') });
  const client = sandbox.client();
  await sandbox.control('POST', `captures/${captureId}/refund`, { amount: usd('4.00') });
  expect(await client.readCapture(captureId)).toMatchObject({ status: 'PARTIALLY_REFUNDED' });
  await sandbox.control('POST', `captures/${captureId}/refund`, { amount: usd('6.00') });
  expect(await client.readCapture(captureId)).toMatchObject({ status: 'REFUNDED' });
});

test('events that are held back come once the switches are taken away', async () => {
  await sandbox.control('POST', 'faults', { kind: 'webhook-withhold', times: 0 });
  const captureId = await sandbox.capture({ amount: usd('10.00') });
  await sandbox.control('POST', 'disputes', { capture: captureId });
  expect(typesOf()).not.toContain('CUSTOMER.DISPUTE.CREATED');
  await sandbox.control('DELETE', 'faults');
  expect(await until(() => typesOf().includes('CUSTOMER.DISPUTE.CREATED'), { withinMs: 10_000 })).toBe(true);
});

test.each([
  ['captures', { amount: usd('10.00'), colour: 'red' }],
  ['disputes', { capture: 'X', stage: 'OF_TOMORROW' }],
  ['faults', { kind: 'of-tomorrow' }],
])('a control that %s does not know is told', async (path, body) => {
  expect((await sandbox.control('POST', path, body)).status).toBe(422);
});

test('D3: an inquiry ends by itself once all of its capture has gone back, and not before', async () => {
  const captureId = await sandbox.capture({ amount: usd('10.00') });
  const { body } = await sandbox.control('POST', 'disputes', { capture: captureId, stage: 'INQUIRY' });
  const { dispute_id: id } = body as { dispute_id: string };
  await sandbox.control('POST', `captures/${captureId}/refund`, { amount: usd('4.00') });
  expect(await sandbox.client().readDispute(id)).toMatchObject({ status: 'OPEN' });
  await sandbox.control('POST', `captures/${captureId}/refund`, { amount: usd('6.00') });
  expect(await sandbox.client().readDispute(id)).toMatchObject({
    status: 'RESOLVED',
    dispute_life_cycle_stage: 'INQUIRY',
    dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR', amount_refunded: usd('10.00') },
  });
});

test.each([
  ['RESOLVED_BUYER_FAVOUR', ['BUYER CREDIT 4.00', 'SELLER DEBIT 4.00']],
  ['RESOLVED_WITH_PAYOUT', ['BUYER CREDIT 4.00']],
  ['RESOLVED_SELLER_FAVOUR', null],
])('a case that ends as %s shows how it was settled', async (outcome, moved) => {
  const captureId = await sandbox.capture({ amount: usd('10.00') });
  const { body } = await sandbox.control('POST', 'disputes', { capture: captureId });
  const { dispute_id: id } = body as { dispute_id: string };
  const end = { status: 'RESOLVED', outcome, refunded: usd('4.00') };
  const { body: ended } = await sandbox.control('POST', `disputes/${id}/transition`, end);
  const { money_movements: movements } = ended as {
    money_movements?: { affected_party: string; type: string; amount: { value: string } }[];
  };
  const told = movements?.map(({ affected_party, type, amount }) => `${affected_party} ${type} ${amount.value}`);
  expect(told ?? null).toEqual(moved);
});
