/** Store balance as a rail over the shop: the conformance suite, and what only the shop has. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { money } from '../../domain/money.ts';
import { type Rail, RailUnavailable } from '../../domain/rail.ts';
import { createShopRail } from '../../providers/shop-rail.ts';
import { describeRail } from './rail-conformance.ts';
import { openShopBench, type RunningShop, startShop } from './shop-bench.ts';

describeRail('Store balance', openShopBench, { costs: true });

describe('what only store balance has', () => {
  let shop: RunningShop;
  let rail: Rail;
  beforeAll(async () => {
    shop = await startShop();
    rail = createShopRail({ shop: shop.client() });
  });
  beforeEach(() => shop.control('DELETE', 'faults'));
  afterAll(() => shop.close());

  const paid = async (minor: string, currency: string): Promise<string> => {
    const captureRef = `pay_${randomUUID()}`;
    await shop.control('PUT', `payments/${captureRef}`, { accountRef: 'acme', minor, currency });
    return captureRef;
  };
  const aPayout = (captureRef: string, minor: bigint) => ({
    key: `payout/${randomUUID()}/1`,
    payoutId: randomUUID(),
    captureRef,
    amount: money(minor, 'EUR'),
  });

  test('what the shop has credited is settled, since no bank comes after it', async () => {
    const request = aPayout(await paid('1200', 'EUR'), 1200n);
    expect(await rail.send(request)).toMatchObject({ status: 'settled' });
    expect(await rail.lookUp(request)).toMatchObject({ status: 'settled' });
  });

  test('a payment that the shop does not know leaves the question open, since it may be another shop', async () => {
    const request = aPayout('pay_unknown', 500n);
    expect(await rail.send(request)).toEqual({ status: 'unknown', reason: 'capture_not_found' });
    await expect(rail.lookUp(request)).rejects.toThrow(RailUnavailable);
    expect(await rail.readCapture('pay_unknown', [])).toEqual({ problem: 'capture_not_found' });
  });

  test('M6: another currency is refused, never converted', async () => {
    const request = aPayout(await paid('1200', 'USD'), 500n);
    expect(await rail.send(request)).toEqual({ status: 'failed', reason: 'currency_mismatch' });
  });

  test('M3: a currency that the money table does not know is named, not guessed', async () => {
    expect(await rail.readCapture(await paid('1200', 'XAU'), [])).toEqual({ problem: 'currency_unsupported' });
  });

  test('N6: a refused payout is found as failed, and a later one of the same order may still go', async () => {
    const captureRef = await paid('1000', 'EUR');
    const refused = aPayout(captureRef, 1001n);
    expect(await rail.send(refused)).toEqual({ status: 'failed', reason: 'amount_over_payment' });
    expect(await rail.lookUp(refused)).toEqual({ status: 'failed', reason: 'amount_over_payment' });
    expect(await rail.send(aPayout(captureRef, 1000n))).toMatchObject({ status: 'settled' });
  });

  test('a shop that is away is unknown to a payout, and cannot be asked', async () => {
    const gone = await startShop();
    await gone.close();
    const lonely = createShopRail({ shop: gone.client() });
    expect(await lonely.send(aPayout('pay_1', 500n))).toEqual({ status: 'unknown', reason: 'connection_lost' });
    await expect(lonely.readCapture('pay_1', [])).rejects.toThrow(RailUnavailable);
  });
});
