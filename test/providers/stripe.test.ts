/** The card rail over Stripe's official SDK: the conformance suite, and what only Stripe has. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ZodError } from 'zod';
import { disputeStatuses } from '../../dev/stripe-sandbox-objects.ts';
import { type Currency, currencyExponents, money } from '../../domain/money.ts';
import { type Rail, RailUnavailable } from '../../domain/rail.ts';
import { createStripeClient, createStripeRail } from '../../providers/stripe.ts';
import { disputeBars, refundSchema, reportOfRefund, type StripeRefund } from '../../providers/stripe-refund.ts';
import { listStripeRefunds } from '../../providers/stripe-refund-list.ts';
import { captureOf, describeRail } from './rail-conformance.ts';
import { aPayout, apiKey, openStripeBench, type RunningSandbox, startSandbox } from './stripe-bench.ts';

describeRail('Stripe, by charge, settling at once,', () => openStripeBench('charge', 'at-once'));
describeRail('Stripe, by payment intent, settling later,', () => openStripeBench('payment_intent', 'webhook'));

describe('what only Stripe has', () => {
  let sandbox: RunningSandbox;
  let rail: Rail;
  beforeAll(async () => {
    sandbox = await startSandbox({ settleMs: 3_600_000 });
    rail = createStripeRail({ stripe: sandbox.stripe });
  });
  beforeEach(() => sandbox.control('DELETE', 'faults'));
  afterAll(() => sandbox.close());

  const fault = (body: object) => sandbox.control('POST', 'faults', body);
  const sendWith = async (body: object) => {
    const captureRef = await sandbox.charge({ amount: 1999, currency: 'EUR' });
    const request = aPayout(captureRef, money(500n, 'EUR'));
    await fault({ method: 'POST', path: '/v1/refunds', ...body });
    return { request, outcome: await rail.send(request) };
  };

  test.each([
    ['charge_already_refunded', 400],
    ['charge_disputed', 400],
    ['balance_insufficient', 400],
    ['insufficient_funds', 402],
  ])('N6: %s with status %d is a clear refusal, told by its code', async (code, status) => {
    const { outcome } = await sendWith({ kind: 'fail', status, code });
    expect(outcome).toEqual({ status: 'failed', reason: code });
  });

  const waiting = async (status: 'requires_action' | 'pending') => {
    await fault({ kind: 'refund-outcome', status, times: 1 });
    const request = aPayout(await sandbox.charge({ amount: 1999, currency: 'EUR' }), money(500n, 'EUR'));
    const outcome = await rail.send(request);
    return { request, ref: outcome.status === 'sent' ? outcome.providerRef : '' };
  };

  test('S6: a refund that waits for the customer is called off, and its amount is free again', async () => {
    const { request, ref } = await waiting('requires_action');
    expect(await rail.cancel?.(request, ref)).toEqual({ status: 'cancelled', providerRef: ref });
    expect((await captureOf(rail, request.captureRef)).refundedElsewhere).toEqual(money(0n, 'EUR'));
    expect(await rail.cancel?.(request, ref)).toEqual({ status: 'cancelled', providerRef: ref });
  });

  test('S6: one that Stripe does not let go of is told as it stands, and an unclear answer as unknown', async () => {
    const { request, ref } = await waiting('pending');
    expect(await rail.cancel?.(request, ref)).toMatchObject({ status: 'sent', providerRef: ref });
    await fault({ method: 'POST', path: `/v1/refunds/${ref}/cancel`, kind: 'fail', status: 500 });
    expect(await rail.cancel?.(request, ref)).toMatchObject({ status: 'unknown' });
  });

  test.each([401, 403])('a refused key (%d) leaves the question open for a person', async (status) => {
    const { outcome } = await sendWith({ kind: 'fail', status });
    expect(outcome).toEqual({ status: 'unknown', reason: 'credentials_refused' });
  });

  test('a wrong key is told without the key', async () => {
    const stripe = createStripeClient({ apiKey: 'sk_test_of_another_account', apiUrl: sandbox.url, timeoutMs: 5_000 });
    const captureRef = await sandbox.charge({ amount: 1999, currency: 'EUR' });
    const stranger = createStripeRail({ stripe });
    const request = aPayout(captureRef, money(500n, 'EUR'));
    expect(await stranger.send(request)).toEqual({ status: 'unknown', reason: 'credentials_refused' });
    const told = await stranger.lookUp(request).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(RailUnavailable);
    expect(String(told)).toBe('RailUnavailable: Stripe could not be asked (credentials_refused)');
  });

  test('a capture that Stripe does not know leaves the question open, since the account may be another', async () => {
    const request = aPayout('ch_unknown', money(500n, 'EUR'));
    expect(await rail.send(request)).toEqual({ status: 'unknown', reason: 'capture_not_found' });
    await expect(rail.lookUp(request)).rejects.toThrow(RailUnavailable);
    expect(await rail.readCapture('ch_unknown', [])).toEqual({ problem: 'capture_not_found' });
  });

  test('N2: while the key is being worked on a second attempt is told to wait, and one refund is made', async () => {
    const captureRef = await sandbox.charge({ amount: 1999, currency: 'EUR' });
    const request = aPayout(captureRef, money(500n, 'EUR'));
    await fault({ kind: 'slow', ms: 600, method: 'POST' });
    const outcomes = await Promise.all([rail.send(request), rail.send(request)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['settled', 'unknown']);
    expect(outcomes).toContainEqual({ status: 'unknown', reason: 'idempotency_key_in_use' });
    expect((await sandbox.books()).refunds.filter((refund) => refund.charge === captureRef)).toHaveLength(1);
  });

  test('nothing that listens there is unknown, and cannot be asked', async () => {
    const gone = await startSandbox();
    await gone.close();
    const request = aPayout('ch_1', money(500n, 'EUR'));
    const lonely = createStripeRail({ stripe: gone.stripe });
    expect(await lonely.send(request)).toEqual({ status: 'unknown', reason: 'connection_lost' });
    await expect(lonely.lookUp(request)).rejects.toThrow(RailUnavailable);
  });

  test('S1, R11: a refund that failed after it had settled is told as failed, and its amount can be paid again', async () => {
    const captureRef = await sandbox.charge({ amount: 1999, currency: 'EUR' });
    const request = aPayout(captureRef, money(1999n, 'EUR'));
    const first = await rail.send(request);
    expect(first.status).toBe('settled');
    const refundId = 'providerRef' in first ? first.providerRef : '';
    await sandbox.control('POST', `refunds/${refundId}/transition`, {
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
    });
    expect(await rail.lookUp(request)).toEqual({
      status: 'failed',
      providerRef: refundId,
      reason: 'lost_or_stolen_card',
    });
    const second = await rail.send({ ...request, key: `payout/${randomUUID()}/2`, payoutId: randomUUID() });
    expect(second.status).toBe('settled');
  });

  test('S5: a refund that waits for the seller’s balance is sent, with the reason', async () => {
    const captureRef = await sandbox.charge({ amount: 1999, currency: 'EUR' });
    await fault({ kind: 'refund-outcome', status: 'pending', pendingReason: 'insufficient_funds' });
    const report = await rail.send(aPayout(captureRef, money(500n, 'EUR')));
    expect(report).toMatchObject({ status: 'sent', reason: 'insufficient_funds' });
  });

  test('a payout is found among more refunds than one page lists', async () => {
    const captureRef = await sandbox.charge({ amount: 5_000, currency: 'EUR' });
    const request = aPayout(captureRef, money(10n, 'EUR'));
    await rail.send(request);
    const others = Array.from({ length: 105 }, () => rail.send(aPayout(captureRef, money(10n, 'EUR'))));
    await Promise.all(others);
    expect(await rail.lookUp(request)).toMatchObject({ status: 'settled' });
  });

  test('M1: not one currency’s amount is multiplied on its way', async () => {
    for (const currency of Object.keys(currencyExponents) as Currency[]) {
      const captureRef = await sandbox.charge({ amount: 9_000, currency });
      expect((await captureOf(rail, captureRef)).captured).toEqual(money(9_000n, currency));
      await rail.send(aPayout(captureRef, money(5_800n, currency)));
      const held = (await sandbox.books()).refunds.filter((refund) => refund.charge === captureRef);
      expect(held).toMatchObject([{ amount: 5_800, currency: currency.toLowerCase() }]);
    }
  });

  test('M3: a third decimal that Stripe cannot carry is refused, not rounded', async () => {
    const captureRef = await sandbox.charge({ amount: 9_000, currency: 'KWD' });
    const outcome = await rail.send(aPayout(captureRef, money(1_234n, 'KWD')));
    expect(outcome).toEqual({ status: 'failed', reason: 'parameter_invalid_integer' });
  });

  test.each(['ISK', 'UGX', 'XAU'])(
    'M3: %s, which the money table does not know, is named, not guessed',
    async (currency) => {
      const captureRef = await sandbox.charge({ amount: 9_000, currency });
      expect(await rail.readCapture(captureRef, [])).toEqual({ problem: 'currency_unsupported' });
    },
  );

  test('D1: of all dispute statuses, inquiries and won ones leave the charge refundable', async () => {
    const refundable = disputeStatuses.filter((status) => !disputeBars(status));
    expect(refundable).toEqual(['warning_needs_response', 'warning_under_review', 'warning_closed', 'won']);
    expect(['appeal_needs_response', 'appeal_under_review', 'a status of tomorrow'].every(disputeBars)).toBe(true);
  });

  test('RP-3.6: a capture names the instrument that paid, the same for each of its uses', async () => {
    const paid = { amount: 1999, currency: 'EUR', fingerprint: 'fp_shared' };
    const [one, other] = [await sandbox.charge(paid), await sandbox.charge(paid)];
    expect([(await captureOf(rail, one)).instrument, (await captureOf(rail, other)).instrument]).toEqual([
      'fp_shared',
      'fp_shared',
    ]);
    const own = await captureOf(rail, await sandbox.charge({ amount: 1999, currency: 'EUR' }));
    expect(own.instrument).not.toBe('fp_shared');
  });

  test('D6: a dispute that was won frees the charge again', async () => {
    const charge = await sandbox.charge({ amount: 1999, currency: 'EUR' });
    const { body } = await sandbox.control('POST', 'disputes', { charge, status: 'under_review' });
    expect((await captureOf(rail, charge)).disputeBars).toBe(true);
    await sandbox.control('POST', `disputes/${(body as { id: string }).id}/transition`, { status: 'won' });
    expect((await captureOf(rail, charge)).disputeBars).toBe(false);
  });
});

describe('a refund’s status', () => {
  const refund = (more: object): StripeRefund =>
    refundSchema.parse({
      id: 're_1',
      object: 'refund',
      amount: 500,
      currency: 'usd',
      created: 1,
      charge: 'ch_1',
      ...more,
    });

  test.each([
    [
      { status: 'pending', pending_reason: 'charge_pending' },
      { status: 'sent', reason: 'charge_pending' },
    ],
    [{ status: 'pending' }, { status: 'sent' }],
    [{ status: 'requires_action' }, { status: 'sent', reason: 'requires_action' }],
    [{ status: 'succeeded' }, { status: 'settled' }],
    [
      { status: 'succeeded', destination_details: { card: { reference: '74000000000000000000001' } } },
      { status: 'settled', bankRef: '74000000000000000000001' },
    ],
    [
      { status: 'failed', failure_reason: 'declined' },
      { status: 'failed', reason: 'declined' },
    ],
    [{ status: 'failed' }, { status: 'failed', reason: 'unknown' }],
    [{ status: 'canceled' }, { status: 'cancelled' }],
  ])('S4, S9: %j reads %j', (stripes, ours) => {
    expect(reportOfRefund(refund(stripes))).toEqual({ providerRef: 're_1', ...ours });
  });

  test.each(['a status of tomorrow', null])('%p is not guessed at', (status) => {
    expect(reportOfRefund(refund({ status }))).toBeNull();
  });

  test.each([{ amount: 5.5 }, { amount: -1 }, { amount: '500' }, { id: '' }, { object: 'charge' }])(
    'a refund with %j is not read',
    (more) => {
      expect(() => refund(more)).toThrow(ZodError);
    },
  );

  test('R10: an authorisation that was never captured is no refund in the list', async () => {
    const rows = [{ status: 'succeeded' }, { id: 're_2', reason: 'expired_uncaptured_charge' }].map((more) => ({
      ...refund(more),
      currency: 'eur',
    }));
    const stripe = createStripeClient({ apiKey, timeoutMs: 1_000 });
    stripe.refunds.list = (() => Promise.resolve({ data: rows, has_more: false })) as never;
    const listed: string[] = [];
    for await (const page of listStripeRefunds(stripe, { from: new Date(0), until: new Date() }))
      listed.push(...page.map(({ providerRef }) => providerRef));
    expect(listed).toEqual(['re_1']);
  });
});

test('the client speaks to the address that it is given, and to Stripe where it is given none', () => {
  const to = (apiUrl?: string) => {
    const stripe = createStripeClient({ apiKey, timeoutMs: 1_000, ...(apiUrl === undefined ? {} : { apiUrl }) });
    return [stripe.getApiField('protocol'), stripe.getApiField('host'), String(stripe.getApiField('port'))].join(' ');
  };
  expect(to('http://127.0.0.1:4242')).toBe('http 127.0.0.1 4242');
  expect(to('https://cards.example')).toBe('https cards.example 443');
  expect(to()).toBe(to(''));
  expect(to()).toMatch(/^https .*stripe.* 443$/);
});
