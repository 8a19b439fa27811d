/** PayPal's webhooks, proved offline against a sandbox's certificate, and what each tells. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, makeAuthority } from '../../dev/paypal-sandbox-authority.ts';
import { transmission } from '../../dev/paypal-sandbox-webhooks.ts';
import { isRefusal } from '../../domain/errors.ts';
import { type Certificates, createCertificates, paypalAddress } from '../../providers/paypal-certificates.ts';
import { paypalAgent } from '../../providers/paypal-https.ts';
import {
  disputeOfPaypalEvent,
  type PaypalEvent,
  reportOfPaypalEvent,
  verifyPaypalEvent,
} from '../../providers/paypal-webhook.ts';
import { type RunningSandbox, startSandbox, webhookId } from './paypal-bench.ts';

let sandbox: RunningSandbox;
let certificates: Certificates;

const certificatesOf = (options: { authorities?: string; intermediates?: string } = {}) =>
  createCertificates({
    agent: paypalAgent({ host: '127.0.0.1', port: sandbox.port, ca: sandbox.authority.ca }),
    authorities: options.authorities ?? sandbox.authority.ca,
    intermediates: options.intermediates ?? '',
    timeoutMs: 5_000,
  });

beforeAll(async () => {
  sandbox = await startSandbox();
  certificates = certificatesOf();
});
afterAll(() => sandbox.close());

const body = JSON.stringify(
  { id: 'WH-1', event_type: 'PAYMENT.CAPTURE.REFUNDED', create_time: '2026-11-21T10:00:00Z', resource: { id: 'x' } },
  null,
  2,
);

const signed = (more: { authority?: Authority; id?: string; at?: Date; text?: string } = {}) =>
  transmission(more.text ?? body, {
    authority: more.authority ?? sandbox.authority,
    webhookId: more.id ?? webhookId,
    ...(more.at ? { at: more.at } : {}),
  });

const verified = (
  headers: Readonly<Record<string, string>>,
  raw: string = body,
  given: { certificates?: Certificates; now?: Date } = {},
) =>
  verifyPaypalEvent(
    Buffer.from(raw),
    (name) => headers[name.toLowerCase()],
    { webhookId, certificates: given.certificates ?? certificates },
    given.now,
  );

const refusedAs = async (...given: Parameters<typeof verified>) => {
  const answer = await verified(...given);
  return isRefusal(answer) ? answer.refused : null;
};

describe('W4: a transmission', () => {
  test('that PayPal signed over the raw bytes is read', async () => {
    expect(await verified(signed())).toMatchObject({ id: 'WH-1', event_type: 'PAYMENT.CAPTURE.REFUNDED' });
  });

  test('whose body was written anew is refused', async () => {
    expect(await refusedAs(signed(), JSON.stringify(JSON.parse(body)))).toBe('webhook-signature');
  });

  test.each([
    ['300 s old', -300, null],
    ['302 s old', -302, 'webhook-signature'],
    ['302 s ahead of us', 302, 'webhook-signature'],
  ])('that is %s is judged by its time', async (_name, seconds, refusal) => {
    const now = new Date('2026-11-30T10:00:00Z');
    const headers = signed({ at: new Date(now.getTime() + seconds * 1_000) });
    expect(await refusedAs(headers, body, { now })).toBe(refusal);
  });

  test('whose time was put forward is refused, since the time is signed', async () => {
    const headers = signed({ at: new Date(Date.now() - 3_600_000) });
    const later = { ...headers, 'paypal-transmission-time': new Date().toISOString() };
    expect(await refusedAs(later)).toBe('webhook-signature');
  });

  test.each([
    'paypal-transmission-id',
    'paypal-transmission-time',
    'paypal-cert-url',
    'paypal-auth-algo',
    'paypal-transmission-sig',
  ])('without %s, or with another, is refused', async (name) => {
    const { [name]: _, ...without } = signed();
    expect(await refusedAs(without)).toBe('webhook-signature');
    expect(await refusedAs({ ...signed(), [name]: randomUUID() })).toBe('webhook-signature');
  });

  test('that is signed and no event is told as malformed', async () => {
    expect(await refusedAs(signed({ text: '{"id":' }), '{"id":')).toBe('request-malformed');
    expect(await refusedAs(signed({ text: '{}' }), '{}')).toBe('request-malformed');
  });
});

describe('W5: PayPal’s certificate', () => {
  test('for another webhook, as that of another environment, proves nothing here', async () => {
    expect(await refusedAs(signed({ id: 'ANOTHER0000000000' }))).toBe('webhook-signature');
  });

  const path = '/v1/notifications/certs/CERT-1';
  test.each([`https://api.paypal.com${path}`, `https://api.sandbox.paypal.com${path}`, `https://paypal.com${path}`])(
    'is fetched from %s',
    (address) => {
      expect(paypalAddress(address)?.href).toBe(address);
    },
  );

  test.each([
    `https://evilpaypal.com${path}`,
    `https://paypal.com.evil${path}`,
    `https://paypal.com.evil.example${path}`,
    `https://evil.example/api.paypal.com${path}`,
    `https://evil.example#.paypal.com${path}`,
    `https://evil.example\\.paypal.com${path}`,
    `http://api.paypal.com${path}`,
    `https://user@api.paypal.com${path}`,
    `https://api.paypal.com@evil.example${path}`,
    `https://api.paypal.com:8443${path}`,
    `https://api.paypal.com:443${path}`,
    `https://API.PAYPAL.COM.${path}`,
    `https://api.paypal.com.${path}`,
    ` https://api.paypal.com${path}`,
    `https:api.paypal.com${path}`,
    `//api.paypal.com${path}`,
    `https://127.0.0.1${path}`,
    'file:///etc/passwd',
    'https://',
    `https://api.paypal.com/${'a'.repeat(600)}`,
  ])('is never fetched from %s', async (address) => {
    expect(paypalAddress(address)).toBeNull();
    expect(await refusedAs({ ...signed(), 'paypal-cert-url': address })).toBe('webhook-signature');
  });

  test('that comes from no authority of ours is refused, though it is served under PayPal’s name', async () => {
    const strict = certificatesOf({ authorities: '' });
    expect(await refusedAs(signed(), body, { certificates: strict })).toBe('webhook-signature');
  });

  test('is not trusted for a link that was merely given along', async () => {
    const given = certificatesOf({ authorities: '', intermediates: sandbox.authority.ca });
    expect(await refusedAs(signed(), body, { certificates: given })).toBe('webhook-signature');
  });

  test('that has run out is refused', async () => {
    const now = new Date(Date.now() + 11 * 365 * 86_400_000);
    expect(await refusedAs(signed({ at: now }), body, { now })).toBe('webhook-signature');
  });

  test('of another authority does not prove what was signed with its own key', async () => {
    const other = await makeAuthority();
    const forged = { ...other, certId: sandbox.authority.certId };
    expect(await refusedAs(signed({ authority: forged }))).toBe('webhook-signature');
  });

  test('that is not there is refused, and one that cannot be had just now is asked for again', async () => {
    const missing = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-0';
    expect(await refusedAs({ ...signed(), 'paypal-cert-url': missing })).toBe('webhook-signature');
    const away = await startSandbox();
    const agent = paypalAgent({ host: '127.0.0.1', port: away.port, ca: away.authority.ca });
    const fetching = createCertificates({ agent, authorities: away.authority.ca, intermediates: '', timeoutMs: 5_000 });
    await away.close();
    const headers = signed({ authority: away.authority });
    await expect(verified(headers, body, { certificates: fetching })).rejects.toThrow('no answer of PayPal');
  });

  test('is fetched once, and kept', async () => {
    const own = await startSandbox();
    const agent = paypalAgent({ host: '127.0.0.1', port: own.port, ca: own.authority.ca });
    const kept = createCertificates({ agent, authorities: own.authority.ca, intermediates: '', timeoutMs: 5_000 });
    const headers = signed({ authority: own.authority });
    expect(await refusedAs(headers, body, { certificates: kept })).toBeNull();
    await own.close();
    expect(await refusedAs(headers, body, { certificates: kept })).toBeNull();
  });
});

describe('what an event tells', () => {
  const event = (event_type: string, resource: object): PaypalEvent => ({
    id: 'WH-1',
    event_type,
    create_time: '2026-11-21T10:00:00Z',
    resource: resource as PaypalEvent['resource'],
  });
  const payoutId = randomUUID();
  const refund = {
    id: '1JU08902781691411',
    status: 'COMPLETED',
    amount: { currency_code: 'EUR', value: '5.00' },
    custom_id: payoutId,
    links: [{ rel: 'up', href: 'https://api.paypal.com/v2/payments/captures/2GG279541U471931P' }],
  };

  test.each([
    ['PAYMENT.CAPTURE.REFUNDED', 'COMPLETED', 'settled'],
    ['PAYMENT.REFUND.PENDING', 'PENDING', 'sent'],
    ['PAYMENT.REFUND.FAILED', 'FAILED', 'failed'],
    // The event may be older than what it shows, or newer: the refund's own status counts.
    ['PAYMENT.REFUND.PENDING', 'COMPLETED', 'settled'],
  ])('S3: %s of a refund that is %s reports %s', (type, status, reported) => {
    expect(reportOfPaypalEvent(event(type, { ...refund, status }))).toMatchObject({
      providerRef: refund.id,
      payoutId,
      captureRefs: ['2GG279541U471931P'],
      report: { status: reported },
    });
  });

  test('a refund made on PayPal’s own pages names no payout', () => {
    const told = reportOfPaypalEvent(event('PAYMENT.CAPTURE.REFUNDED', { ...refund, custom_id: 'order 7' }));
    expect(told?.payoutId).toBeNull();
  });

  test.each([
    ['PAYMENT.CAPTURE.REVERSED', refund],
    ['PAYMENT.CAPTURE.COMPLETED', refund],
    ['PAYMENT.CAPTURE.REFUNDED', { ...refund, status: 'OF_TOMORROW' }],
    ['PAYMENT.CAPTURE.REFUNDED', { ...refund, amount: 5 }],
    ['CUSTOMER.DISPUTE.CREATED', refund],
  ])('%s says nothing of a refund where it is none', (type, resource) => {
    expect(reportOfPaypalEvent(event(type, resource))).toBeNull();
  });

  const dispute = {
    dispute_id: 'PP-D-27803',
    status: 'UNDER_REVIEW',
    dispute_life_cycle_stage: 'CHARGEBACK',
    dispute_amount: { currency_code: 'USD', value: '19.99' },
    disputed_transactions: [{ seller_transaction_id: '2GG279541U471931P' }],
    update_time: '2026-11-21T09:59:58.000Z',
  };

  test('D11: a case tells its state, the capture that it is about, and PayPal’s own time', () => {
    expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.UPDATED', dispute))).toEqual({
      providerRef: 'PP-D-27803',
      captureRefs: ['2GG279541U471931P'],
      state: 'open',
      amount: { minor: 1999n, currency: 'USD' },
      toldAt: new Date('2026-11-21T09:59:58.000Z'),
      cause: 'CUSTOMER.DISPUTE.UPDATED',
      kind: 'paypal_claim',
      reason: null,
      evidenceDueAt: null,
      submissions: 0,
    });
  });

  const dueAt = '2026-12-01T10:00:00.000Z';
  const asked = { status: 'WAITING_FOR_SELLER_RESPONSE', seller_response_due_date: dueAt };

  test.each([
    [asked, new Date(dueAt)],
    [{ ...asked, dispute_life_cycle_stage: 'PRE_ARBITRATION' }, new Date(dueAt)],
    [{ ...asked, dispute_life_cycle_stage: 'INQUIRY' }, null],
    [{ ...asked, status: 'UNDER_REVIEW' }, null],
    [{ ...asked, seller_response_due_date: null }, null],
  ])('D4, D11: of a case with %j evidence is due by %p', (more, due) => {
    expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.UPDATED', { ...dispute, ...more }))?.evidenceDueAt).toEqual(
      due,
    );
  });

  test('a case tells PayPal’s reason, and what the seller showed; what others showed is none of ours', () => {
    const evidences = [{ source: 'SUBMITTED_BY_SELLER', notes: 'one' }, { source: 'REQUESTED_FROM_SELLER' }];
    expect(
      disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.UPDATED', { ...dispute, reason: 'UNAUTHORISED', evidences })),
    ).toMatchObject({ reason: 'UNAUTHORISED', submissions: 1 });
  });

  test.each([
    [{ dispute_life_cycle_stage: 'INQUIRY' }, 'inquiry'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'RESOLVED_SELLER_FAVOUR' } }, 'won'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR' } }, 'lost'],
    [{ status: 'RESOLVED', dispute_outcome: { outcome_code: 'CANCELED_BY_BUYER' } }, 'closed'],
  ])('D1: a case with %j reads %s', (more, state) => {
    expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.RESOLVED', { ...dispute, ...more }))?.state).toBe(state);
  });

  test.each([{ dispute_id: '' }, { dispute_amount: { currency_code: 'XAU', value: '1.00' } }])(
    'a case with %j is not read',
    (more) => {
      expect(disputeOfPaypalEvent(event('CUSTOMER.DISPUTE.CREATED', { ...dispute, ...more }))).toBeNull();
    },
  );
});
