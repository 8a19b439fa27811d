/** The PayPal rail over the official SDK: the conformance suite, and what only PayPal has. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { disputeOutcomes, disputeStages } from '../../dev/paypal-sandbox-books.ts';
import { type Currency, currencyExponents, money } from '../../domain/money.ts';
import { attentionOf } from '../../domain/payout-waits.ts';
import { type Rail, RailUnavailable } from '../../domain/rail.ts';
import { createPaypalRail } from '../../providers/paypal.ts';
import { disputeBars, stateOfDispute } from '../../providers/paypal-dispute.ts';
import { fromPaypal, paypalCurrencies, toPaypal } from '../../providers/paypal-money.ts';
import { type PaypalRefund, refundSchema, reportOfRefund } from '../../providers/paypal-refund.ts';
import { openPaypalBench, type RunningSandbox, startSandbox, wireOf } from './paypal-bench.ts';
import { captureOf, describeRail } from './rail-conformance.ts';
import { aPayout } from './stripe-bench.ts';

describeRail('PayPal, completing at once,', () => openPaypalBench('at-once'));
describeRail('PayPal, completing later,', () => openPaypalBench('webhook'));

const eur = (value: string) => ({ currency_code: 'EUR', value });

describe('what only PayPal has', () => {
  let sandbox: RunningSandbox;
  let rail: Rail;
  beforeAll(async () => {
    sandbox = await startSandbox({ refundsPerCaptureMax: 3 });
    rail = createPaypalRail({ paypal: sandbox.client() });
  });
  beforeEach(() => sandbox.control('DELETE', 'faults'));
  afterAll(() => sandbox.close());

  const fault = (body: object) => sandbox.control('POST', 'faults', body);
  const paid = () => sandbox.capture({ amount: eur('19.99') });
  const heldOf = async (captureRef: string) =>
    (await sandbox.books()).refunds.filter(({ capture_id }) => capture_id === captureRef);
  const sendWith = async (body: object) => {
    const request = aPayout(await paid(), money(500n, 'EUR'));
    await fault({ method: 'POST', path: '/v2/payments/captures/', ...body });
    return { request, outcome: await rail.send(request) };
  };

  test('R8: every refund goes out under a request id, which is the payout’s key', async () => {
    const request = aPayout(await paid(), money(500n, 'EUR'));
    await rail.send(request);
    const [refund] = await heldOf(request.captureRef);
    expect((await sandbox.books()).keys).toContainEqual({ key: request.key, refund: refund?.id });
  });

  test('R8: of two calls at once with one id the second is told to wait, and one refund is made', async () => {
    const request = aPayout(await paid(), money(500n, 'EUR'));
    await fault({ kind: 'slow', ms: 600, method: 'POST' });
    const outcomes = await Promise.all([rail.send(request), rail.send(request)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['settled', 'unknown']);
    expect(outcomes).toContainEqual({ status: 'unknown', reason: 'previous_request_in_progress' });
    expect(await heldOf(request.captureRef)).toHaveLength(1);
  });

  test('looking up never sends: a payout that never came is not made by asking for it', async () => {
    const request = aPayout(await paid(), money(500n, 'EUR'));
    await fault({ kind: 'reset', method: 'POST', path: '/v2/payments/captures/' });
    expect((await rail.send(request)).status).toBe('unknown');
    expect(await rail.lookUp(request)).toBeNull();
    expect(await heldOf(request.captureRef)).toEqual([]);
  });

  test('S10: an e-check that has not come yet is a wait: no amount is told, and nothing is failed', async () => {
    const captureRef = await sandbox.capture({ amount: eur('19.99'), status: 'PENDING' });
    const request = aPayout(captureRef, money(500n, 'EUR'));
    expect(await rail.readCapture(captureRef, [])).toEqual({ problem: 'capture_pending' });
    expect(await rail.send(request)).toEqual({ status: 'unknown', reason: 'capture_pending' });
    await sandbox.control('POST', `captures/${captureRef}/transition`, { status: 'COMPLETED' });
    expect((await captureOf(rail, captureRef)).captured).toEqual(money(1999n, 'EUR'));
    expect((await rail.send(request)).status).toBe('settled');
  });

  test.each(['DECLINED', 'FAILED'])('R10: of a capture that ended as %s nothing was captured', async (status) => {
    const captureRef = await sandbox.capture({ amount: eur('19.99'), status });
    expect((await captureOf(rail, captureRef)).captured).toEqual(money(0n, 'EUR'));
  });

  test.each([
    'REFUND_AMOUNT_EXCEEDED',
    'CAPTURE_FULLY_REFUNDED',
    'REFUND_TIME_LIMIT_EXCEEDED',
    'REFUND_TIME_EXCEEDED_FOR_PAYMENT_SOURCE',
    'MAX_NUMBER_OF_REFUNDS_EXCEEDED',
    'TRANSACTION_DISPUTED',
    'REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK',
  ])('S11: %s is a clear refusal, told by its code', async (code) => {
    const { outcome, request } = await sendWith({ kind: 'fail', status: 422, code });
    expect(outcome).toEqual({ status: 'failed', reason: code.toLowerCase() });
    expect(await heldOf(request.captureRef)).toEqual([]);
  });

  test('S5, S11, M9: a balance that does not suffice is a clear refusal, by which finance sees what to bring', async () => {
    const { outcome, request } = await sendWith({
      kind: 'fail',
      status: 422,
      code: 'REFUND_FAILED_INSUFFICIENT_FUNDS',
    });
    expect(outcome).toEqual({ status: 'failed', reason: 'insufficient_funds' });
    expect(attentionOf('failed', 'insufficient_funds')).toBe('insufficient_funds');
    expect(await heldOf(request.captureRef)).toEqual([]);
  });

  test('S11: CAPTURE_FULLY_REFUNDED is success where the refund is ours, and failed where it is not', async () => {
    const ours = aPayout(await paid(), money(1999n, 'EUR'));
    const first = await rail.send(ours);
    expect(await rail.send({ ...ours, key: `payout/${randomUUID()}/1` })).toEqual(first);
    const another = aPayout(ours.captureRef, money(1999n, 'EUR'));
    expect(await rail.send(another)).toEqual({ status: 'failed', reason: 'capture_fully_refunded' });
  });

  test('S11: after 180 days, and past the number of refunds that PayPal makes, it is refused', async () => {
    const captureRef = await paid();
    for (const _ of [1, 2, 3]) await rail.send(aPayout(captureRef, money(100n, 'EUR')));
    const fourth = await rail.send(aPayout(captureRef, money(100n, 'EUR')));
    expect(fourth).toEqual({ status: 'failed', reason: 'max_number_of_refunds_exceeded' });
    const old = await paid();
    await sandbox.control('POST', 'clock', { advance_ms: 181 * 86_400_000 });
    const late = await rail.send(aPayout(old, money(100n, 'EUR')));
    expect(late).toEqual({ status: 'failed', reason: 'refund_time_limit_exceeded' });
  });

  test('S11: 500 after the work is unknown, and the look-up finds the one refund', async () => {
    const { outcome, request } = await sendWith({ kind: 'fail', status: 500, worked: true });
    expect(outcome).toEqual({ status: 'unknown', reason: 'status_500' });
    expect(await rail.lookUp(request)).toMatchObject({ status: 'settled' });
  });

  test.each(['DUPLICATE_REQUEST_ID', 'PAYPAL_REQUEST_ID_PREVIOUSLY_USED'])(
    'R6: %s is left open for a person',
    async (code) => {
      const { outcome } = await sendWith({ kind: 'fail', status: 422, code });
      expect(outcome).toEqual({ status: 'unknown', reason: 'idempotency_mismatch' });
    },
  );

  test('a refusal that cannot be proved, since PayPal is away, is not told as failed', async () => {
    const request = aPayout(await paid(), money(500n, 'EUR'));
    await fault({ kind: 'fail', status: 422, code: 'CAPTURE_FULLY_REFUNDED', method: 'POST' });
    await fault({ kind: 'reset', method: 'GET' });
    expect(await rail.send(request)).toEqual({ status: 'unknown', reason: 'refusal_unproven' });
  });

  test('a token that PayPal has taken back is renewed, and the payout goes once', async () => {
    const request = aPayout(await paid(), money(500n, 'EUR'));
    await sandbox.control('DELETE', 'tokens');
    expect((await rail.send(request)).status).toBe('settled');
    expect(await heldOf(request.captureRef)).toHaveLength(1);
  });

  test('a token that could not be had once does not spoil the calls after it', async () => {
    const fresh = createPaypalRail({ paypal: sandbox.client() });
    const request = aPayout(await paid(), money(500n, 'EUR'));
    await fault({ kind: 'fail', status: 503, path: '/v1/oauth2/token' });
    expect(await fresh.send(request)).toEqual({ status: 'unknown', reason: 'status_503' });
    expect((await fresh.send(request)).status).toBe('settled');
  });

  test('wrong credentials leave the question open, and are told without them', async () => {
    const stranger = createPaypalRail({ paypal: sandbox.client({ clientSecret: 'secret-of-somebody' }) });
    const request = aPayout(await paid(), money(500n, 'EUR'));
    expect(await stranger.send(request)).toEqual({ status: 'unknown', reason: 'credentials_refused' });
    const told = await stranger.lookUp(request).catch((error: unknown) => error);
    expect(String(told)).toBe('RailUnavailable: PayPal could not be asked (credentials_refused)');
    expect(told).not.toHaveProperty('cause.request');
  });

  test('a server with a certificate of another authority is not spoken to', async () => {
    const other = await startSandbox();
    const misled = createPaypalRail({ paypal: sandbox.client({ ca: other.authority.ca }) });
    const request = aPayout(await paid(), money(500n, 'EUR'));
    expect(await misled.send(request)).toEqual({ status: 'unknown', reason: 'connection_lost' });
    expect(await heldOf(request.captureRef)).toEqual([]);
    await other.close();
  });

  test('a capture that PayPal does not know is told, and leaves the question open', async () => {
    const request = aPayout('0NOWHERE000000000', money(500n, 'EUR'));
    expect(await rail.readCapture(request.captureRef, [])).toEqual({ problem: 'capture_not_found' });
    expect(await rail.send(request)).toEqual({ status: 'unknown', reason: 'capture_not_found' });
    await expect(rail.lookUp(request)).rejects.toThrow(RailUnavailable);
  });

  test('a capture without an order has no list of refunds: nothing is claimed of it', async () => {
    const captureRef = await sandbox.capture({ amount: eur('19.99'), order_id: null });
    expect(await rail.readCapture(captureRef, [])).toEqual({ problem: 'refunds_unlisted' });
    await expect(rail.lookUp(aPayout(captureRef, money(500n, 'EUR')))).rejects.toThrow(RailUnavailable);
  });

  test('of an order with two captures each one’s refunds are its own', async () => {
    const order = { amount: eur('10.00'), order_id: 'ORDER-OF-TWO' };
    const [one, other] = [await sandbox.capture(order), await sandbox.capture(order)];
    await sandbox.control('POST', `captures/${one}/refund`, { amount: eur('3.00') });
    expect((await captureOf(rail, one)).refundedElsewhere).toEqual(money(300n, 'EUR'));
    expect((await captureOf(rail, other)).refundedElsewhere).toEqual(money(0n, 'EUR'));
  });

  test('R11: a refund that failed frees its amount, and a pending one takes it', async () => {
    const captureRef = await paid();
    const request = aPayout(captureRef, money(1999n, 'EUR'));
    await fault({ kind: 'refund-outcome', status: 'PENDING' });
    const sent = await rail.send(request);
    expect(sent).toMatchObject({ status: 'sent', reason: 'echeck' });
    expect((await captureOf(rail, captureRef)).refundedElsewhere).toEqual(money(1999n, 'EUR'));
    const refundId = 'providerRef' in sent ? sent.providerRef : '';
    await sandbox.control('POST', `refunds/${refundId}/transition`, { status: 'FAILED', reason: 'ECHECK' });
    expect(await rail.lookUp(request)).toEqual({ status: 'failed', providerRef: refundId, reason: 'echeck' });
    expect((await captureOf(rail, captureRef)).refundedElsewhere).toEqual(money(0n, 'EUR'));
  });

  test('RP-3.6: a capture names the account that paid, the same for each of its uses', async () => {
    const both = { amount: eur('5.00'), payer_id: 'PAYER7' };
    const [one, other] = [await sandbox.capture(both), await sandbox.capture(both)];
    expect((await captureOf(rail, one)).instrument).toBe('PAYER7');
    expect((await captureOf(rail, other)).instrument).toBe('PAYER7');
  });

  test('D6: a case that was won frees the capture again, one that was lost does not', async () => {
    const bars = async (outcome: string) => {
      const captureRef = await paid();
      const { body } = await sandbox.control('POST', 'disputes', { capture: captureRef });
      const { dispute_id: id } = body as { dispute_id: string };
      await sandbox.control('POST', `disputes/${id}/transition`, { status: 'RESOLVED', outcome });
      return (await captureOf(rail, captureRef)).disputeBars;
    };
    expect(await bars('RESOLVED_SELLER_FAVOUR')).toBe(false);
    expect(await bars('RESOLVED_BUYER_FAVOUR')).toBe(true);
  });

  test('D3: an inquiry that our refund in full has ended bars nothing, nor does such a claim', async () => {
    for (const stage of ['INQUIRY', 'CHARGEBACK']) {
      const captureRef = await paid();
      const { body } = await sandbox.control('POST', 'disputes', { capture: captureRef, stage: 'INQUIRY' });
      const { dispute_id: id } = body as { dispute_id: string };
      await sandbox.control('POST', 'faults', { kind: 'refund-outcome', status: 'PENDING' });
      const sent = await rail.send(aPayout(captureRef, money(1999n, 'EUR')));
      if (!('providerRef' in sent) || !sent.providerRef) throw new Error('PayPal has no refund');
      await sandbox.control('POST', `disputes/${id}/transition`, { stage });
      await sandbox.control('POST', `refunds/${sent.providerRef}/transition`, { status: 'COMPLETED' });
      const outcome = { outcome_code: 'RESOLVED_BUYER_FAVOUR', amount_refunded: eur('19.99') };
      const ended = { status: 'RESOLVED', dispute_life_cycle_stage: stage, dispute_outcome: outcome };
      expect(await sandbox.client().readDispute(id)).toMatchObject(ended);
      expect((await captureOf(rail, captureRef)).disputeBars).toBe(false);
    }
  });

  test('M1, M3: each currency goes out with PayPal’s own decimals, and comes back the same', async () => {
    for (const currency of paypalCurrencies) {
      const captureRef = await sandbox.capture({ amount: wireOf(money(900_000n, currency)) });
      expect((await captureOf(rail, captureRef)).captured).toEqual(money(900_000n, currency));
      expect((await rail.send(aPayout(captureRef, money(580_000n, currency)))).status).toBe('settled');
      const [refund] = await heldOf(captureRef);
      expect(refund?.amount).toEqual(wireOf(money(580_000n, currency)));
    }
  });

  test('M3: a part of a forint, which PayPal cannot carry, is refused and not rounded', async () => {
    const captureRef = await sandbox.capture({ amount: { currency_code: 'HUF', value: '9000' } });
    const outcome = await rail.send(aPayout(captureRef, money(5_850n, 'HUF')));
    expect(outcome).toEqual({ status: 'failed', reason: 'amount_not_representable' });
  });

  test('M3: TWD, which the money table does not know, is named, not guessed', async () => {
    const captureRef = await sandbox.capture({ amount: { currency_code: 'TWD', value: '9000' } });
    expect(await rail.readCapture(captureRef, [])).toEqual({ problem: 'currency_unsupported' });
  });
});

describe('a case', () => {
  const dispute = (more: object) => ({ dispute_id: 'PP-D-1', status: 'OPEN', ...more });

  test.each(disputeStages)('D11: open at stage %s, only the inquiry leaves the capture refundable', (stage) => {
    const state = stateOfDispute(dispute({ dispute_life_cycle_stage: stage }));
    expect(state).toBe(stage === 'INQUIRY' ? 'inquiry' : 'open');
    expect(disputeBars(state)).toBe(stage !== 'INQUIRY');
  });

  test('D11: what PayPal calls a chargeback is no card’s chargeback: the rail tells of claims', () => {
    const rail = createPaypalRail({ paypal: {} as Parameters<typeof createPaypalRail>[0]['paypal'] });
    expect(rail.facts.disputes).toEqual(['inquiry', 'claim']);
  });

  test('D1: of all outcomes, those in the seller’s favour leave the capture refundable', () => {
    const refundable = disputeOutcomes.filter(
      (outcome_code) =>
        !disputeBars(stateOfDispute(dispute({ status: 'RESOLVED', dispute_outcome: { outcome_code } }))),
    );
    expect(refundable).toEqual(['RESOLVED_SELLER_FAVOUR', 'CANCELED_BY_BUYER', 'DENIED', 'NONE']);
  });

  test('a stage or an outcome of tomorrow bars until somebody has looked', () => {
    expect(stateOfDispute(dispute({ dispute_life_cycle_stage: 'OF_TOMORROW' }))).toBe('open');
    expect(stateOfDispute(dispute({ status: 'RESOLVED' }))).toBe('open');
    expect(stateOfDispute(dispute({ status: 'RESOLVED', dispute_outcome: { outcome_code: 'NEW' } }))).toBe('open');
  });
});

describe('a refund’s status', () => {
  const refund = (more: object): PaypalRefund =>
    refundSchema.parse({ id: '1JU08902781691411', amount: eur('5.00'), status: 'COMPLETED', ...more });

  test.each([
    [
      { status: 'PENDING', status_details: { reason: 'ECHECK' } },
      { status: 'sent', reason: 'echeck' },
    ],
    [{ status: 'PENDING' }, { status: 'sent' }],
    [{ status: 'COMPLETED' }, { status: 'settled' }],
    [
      { status: 'COMPLETED', acquirer_reference_number: '74000000000000000000001' },
      { status: 'settled', bankRef: '74000000000000000000001' },
    ],
    [{ status: 'FAILED' }, { status: 'failed', reason: 'unknown' }],
    [{ status: 'CANCELLED' }, { status: 'cancelled' }],
  ])('S9: %j reads %j', (paypals, ours) => {
    expect(reportOfRefund(refund(paypals))).toEqual({ providerRef: '1JU08902781691411', ...ours });
  });

  test('a status of tomorrow is not guessed at', () => {
    expect(reportOfRefund(refund({ status: 'OF_TOMORROW' }))).toBeNull();
  });
});

describe('an amount', () => {
  test.each([
    [1999n, 'EUR', '19.99'],
    [5n, 'EUR', '0.05'],
    [5800n, 'JPY', '5800'],
    [900_000n, 'HUF', '9000'],
  ] as const)('M1: %p minor units of %s are written %s', (minor, currency, value) => {
    expect(toPaypal(money(minor, currency))).toEqual({ currency_code: currency, value });
    expect(fromPaypal({ currency_code: currency, value })).toEqual(money(minor, currency));
  });

  test('M8: a part of a minor unit is not read, and trailing zeros are', () => {
    expect(fromPaypal(eur('19.999'))).toBeNull();
    expect(fromPaypal(eur('19.990'))).toEqual(money(1999n, 'EUR'));
    expect(fromPaypal({ currency_code: 'JPY', value: '5800.00' })).toEqual(money(5800n, 'JPY'));
  });

  test('what is written is read as the same, whatever the currency', () => {
    for (const currency of Object.keys(currencyExponents) as Currency[]) {
      const wire = toPaypal(money(123_400n, currency));
      expect(wire && fromPaypal(wire)).toEqual(money(123_400n, currency));
    }
  });
});
