/** M6, M7: what a refund costs by the sandboxes' own books is what the desk reads of it, however it splits it. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkCosts } from '../../dev/audit-costs.ts';
import { costsAtPaypal, costsAtStripe } from '../../dev/audit-provider-costs.ts';
import type { MadePayout, PayoutCost } from '../../domain/rail.ts';
import { createPaypalRail } from '../../providers/paypal.ts';
import { refundSchema } from '../../providers/paypal-refund.ts';
import { createStripeRail } from '../../providers/stripe.ts';
import * as paypalBench from '../providers/paypal-bench.ts';
import * as stripeBench from '../providers/stripe-bench.ts';
import { entry, first, refund, wholeFacts } from './audited-facts.ts';

const made = (captureRef: string, providerRef: string): MadePayout => ({
  key: 'payout/o/1',
  payoutId: '00000000-0000-4000-8000-000000000002',
  captureRef,
  amount: { minor: 700n, currency: 'USD' },
  providerRef,
});

const total = (costs: readonly PayoutCost[] | null | undefined): bigint =>
  (costs ?? []).reduce((sum, { fee, exchangeLoss }) => sum + (fee?.minor ?? 0n) + (exchangeLoss?.minor ?? 0n), 0n);

describe('at Stripe', () => {
  let sandbox: stripeBench.RunningSandbox;
  beforeAll(async () => {
    sandbox = await stripeBench.startSandbox();
  });
  afterAll(() => sandbox.close());

  const refunded = async (rates: readonly [number, number], amount: number): Promise<[string, string]> => {
    await sandbox.control('POST', 'settlement', { currency: 'eur', rate_millionths: rates[0] });
    const charge = await sandbox.charge({ amount: 1999, currency: 'usd' });
    await sandbox.control('POST', 'settlement', { currency: 'eur', rate_millionths: rates[1], refund_fee: 11 });
    return [charge, (await sandbox.stripe.refunds.create({ charge, amount })).id];
  };

  test.each([
    [[913_377, 951_112], 1999],
    [[951_112, 913_377], 700],
    [[1_000_001, 999_999], 1],
  ] as const)('M6, M7: at rates %p, a refund of %p costs what the balance says', async (rates, amount) => {
    const [charge, providerRef] = await refunded(rates, amount);
    const rail = createStripeRail({ stripe: sandbox.stripe });
    const there = costsAtStripe((await sandbox.control('GET', 'books')).body).get(providerRef);
    const off = total(await rail.readCosts?.(made(charge, providerRef))) - (there?.minor ?? 0n);
    expect(there?.currency).toBe('EUR');
    expect(off >= -2n && off <= 2n).toBe(true);
  });

  test('S1, M7: one that came back has cost what was charged for it alone, under movements of its own', async () => {
    const [charge, providerRef] = await refunded([900_000, 950_000], 700);
    const rail = createStripeRail({ stripe: sandbox.stripe });
    const before = await rail.readCosts?.(made(charge, providerRef));
    await sandbox.control('POST', `refunds/${providerRef}/transition`, { status: 'failed' });
    const after = await rail.readCosts?.(made(charge, providerRef));
    expect(after?.slice(0, before?.length)).toEqual(before);
    expect(new Set(after?.map(({ ref }) => ref)).size).toBe(after?.length);
    expect(total(after)).toBe(11n);
  });

  test('in the currency of the sale there is no difference of exchange, and the fee of the sale is kept in its share', async () => {
    await sandbox.control('POST', 'settlement', {});
    const charge = await sandbox.charge({ amount: 1000, currency: 'usd' });
    const { id } = await sandbox.stripe.refunds.create({ charge, amount: 500 });
    const rail = createStripeRail({ stripe: sandbox.stripe });
    expect(await rail.readCosts?.(made(charge, id))).toEqual([{ ref: 'sale', fee: { minor: 30n, currency: 'USD' } }]);
  });
});

describe('at PayPal', () => {
  let sandbox: paypalBench.RunningSandbox;
  beforeAll(async () => {
    sandbox = await paypalBench.startSandbox();
  });
  afterAll(() => sandbox.close());

  const usd = (value: string) => ({ currency_code: 'USD', value });

  test.each([
    [[913_377, 951_112], '19.99', false],
    [[951_112, 913_377], '7.00', true],
    [null, '7.00', false],
    [null, '19.99', true],
  ] as const)('M6, M7: at rates %p, a refund of %p with its fee returned: %p', async (rates, value, returnsFee) => {
    const settle = (rate: number | undefined) =>
      sandbox.control('POST', 'settlement', {
        ...(rate === undefined ? {} : { currency: 'EUR', rate_millionths: rate }),
        returns_fee: returnsFee,
      });
    await settle(rates?.[0]);
    const captureRef = await sandbox.capture({ amount: usd('19.99') });
    await settle(rates?.[1]);
    await sandbox.control('POST', `captures/${captureRef}/refund`, { amount: usd(value) });
    const books = (await sandbox.control('GET', 'books')).body;
    const [providerRef, there] = [...costsAtPaypal(books)].at(-1) ?? [''];
    const rail = createPaypalRail({ paypal: sandbox.client() });
    const off = total(await rail.readCosts?.(made(captureRef, providerRef))) - (there?.minor ?? 0n);
    expect(there?.currency).toBe(rates === null ? 'USD' : 'EUR');
    expect(off >= -2n && off <= 2n).toBe(true);
    // M7: on what is given back nothing is lost.
    expect(there?.minor === 0n).toBe(rates === null && returnsFee);
  });

  test.each([
    ['COMPLETED', 'FAILED'],
    ['PENDING', 'FAILED'],
    ['PENDING', 'CANCELLED'],
  ])('S1, M7: one that was %s and is %s has cost nothing, though PayPal still breaks it down', async (was, status) => {
    await sandbox.control('POST', 'settlement', { currency: 'EUR', rate_millionths: 950_000 });
    const captureRef = await sandbox.capture({ amount: usd('19.99') });
    const paypal = sandbox.client();
    await sandbox.control('POST', 'faults', { kind: 'refund-outcome', status: was });
    const call = { captureId: captureRef, requestId: randomUUID(), amount: usd('7.00'), customId: randomUUID() };
    const { id, status: begun } = refundSchema.parse(await paypal.refund(call));
    expect(begun).toBe(was);
    await sandbox.control('POST', `refunds/${id}/transition`, { status });
    const rail = createPaypalRail({ paypal });
    expect(await paypal.readRefund(id)).toHaveProperty('seller_payable_breakdown');
    expect(await rail.readCosts?.(made(captureRef, id))).toEqual([{ ref: `${id}/returned`, undoes: id }]);
    expect(costsAtPaypal((await sandbox.control('GET', 'books')).body).get(id)).toEqual({ minor: 0n, currency: 'EUR' });
  });
});

test.each([
  ['settled, nothing booked', 'settled', 0n, 35n, true, ['cost nothing here and 35 USD there']],
  ['returned, its cost still booked', 'returned', 35n, 0n, true, ['cost 35 USD here and 0 USD there']],
  ['failed, a cost booked', 'failed', 35n, 0n, true, ['cost 35 USD here and 0 USD there']],
  ['failed, at a cost that is booked', 'failed', 35n, 35n, true, []],
  ['returned, and not asked about since', 'returned', 35n, 0n, false, []],
] as const)('I2: the auditor looks at what is %s', (_what, state, here, there, costed, found) => {
  const facts = wholeFacts();
  const lines =
    here === 0n ? facts.lines : [...facts.lines, ...entry('refund_fee', 'fees:refunds', 'provider:card', here)];
  const payouts = first(facts.payouts, { state, costed });
  const refunds = [refund('re_1', { cost: { minor: there, currency: 'USD' } })];
  expect(checkCosts({ ...facts, lines, payouts, refunds }).map(({ what }) => what)).toEqual(found);
});

test('the auditor finds no fault with a cost that the provider has as well', () => {
  const facts = wholeFacts();
  const lines = [...facts.lines, ...entry('refund_fee', 'fees:refunds', 'provider:card', 35n)];
  expect(checkCosts({ ...facts, lines, refunds: [refund('re_1', { cost: { minor: 35n, currency: 'USD' } })] })).toEqual(
    [],
  );
});
