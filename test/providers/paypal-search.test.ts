/** PayPal's list of refunds over the official SDK: its delay, its 31 days, and what it tells in short. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { money } from '../../domain/money.ts';
import type { Rail } from '../../domain/rail.ts';
import { createPaypalRail } from '../../providers/paypal.ts';
import { type RunningSandbox, startSandbox } from './paypal-bench.ts';
import { pagesOf } from './rail-list-conformance.ts';
import { aPayout } from './stripe-bench.ts';

const eur = (value: string) => ({ currency_code: 'EUR', value });

describe('the transaction search', () => {
  let sandbox: RunningSandbox;
  let rail: Rail;
  beforeAll(async () => {
    sandbox = await startSandbox();
    rail = createPaypalRail({ paypal: sandbox.client() });
  });
  afterAll(() => sandbox.close());

  const sent = async () => {
    const request = aPayout(await sandbox.capture({ amount: eur('19.99') }), money(500n, 'EUR'));
    const report = await rail.send(request);
    return { request, providerRef: 'providerRef' in report ? (report.providerRef ?? '') : '' };
  };
  const lately = () => ({ from: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 400 * 86_400_000) });
  const listedOf = async (payoutId: string) =>
    (await pagesOf(rail, lately())).flat().filter((record) => record.payoutId === payoutId);

  test('W8: what PayPal’s reports do not have yet is not on the list, and is within its time', async () => {
    await sandbox.control('POST', 'search', { delay_ms: 3 * 3_600_000 });
    const { request } = await sent();
    expect(await listedOf(request.payoutId)).toEqual([]);
    await sandbox.control('POST', 'clock', { advance_ms: rail.facts.list.withinMs });
    expect(await listedOf(request.payoutId)).toMatchObject([{ report: { status: 'settled' } }]);
    await sandbox.control('POST', 'search', { delay_ms: 0 });
  });

  test('W8: an account without the permission is told by name, and its other calls go on', async () => {
    const { request, providerRef } = await sent();
    await sandbox.control('POST', 'search', { permitted: false });
    await expect(pagesOf(rail, lately())).rejects.toMatchObject({
      name: 'ListNotComparable',
      problem: 'list_not_permitted',
    });
    expect(await rail.lookUp(request)).toMatchObject({ status: 'settled', providerRef });
    await sandbox.control('POST', 'search', { permitted: true });
    expect(await listedOf(request.payoutId)).toHaveLength(1);
  });

  test('W8: a stretch of more than 31 days is asked for in parts', async () => {
    const { request } = await sent();
    const [from, until] = [new Date(Date.now() - 100 * 86_400_000), new Date(Date.now() + 86_400_000)];
    await expect(sandbox.client().searchRefunds({ from, until, page: 1 })).rejects.toThrow('31_DAYS');
    const found = (await pagesOf(rail, { from, until })).flat();
    expect(found.filter(({ payoutId }) => payoutId === request.payoutId)).toHaveLength(1);
  });

  test('a stretch with more than PayPal tells in one answer is halved', async () => {
    const { request } = await sent();
    const path = '/v1/reporting/transactions';
    await sandbox.control('POST', 'faults', { kind: 'fail', status: 400, code: 'RESULTSET_TOO_LARGE', path });
    expect(await listedOf(request.payoutId)).toHaveLength(1);
  });

  test('S1: of a refund that PayPal reversed later the refund itself says what became of it', async () => {
    const { request, providerRef } = await sent();
    await sandbox.control('POST', `refunds/${providerRef}/transition`, { status: 'FAILED', reason: 'ECHECK' });
    expect(await listedOf(request.payoutId)).toMatchObject([
      { providerRef, report: { status: 'failed', providerRef, reason: 'echeck' } },
    ]);
  });

  test('a refund of somebody else’s whose custom field is no id of ours names the capture alone', async () => {
    const captureRef = await sandbox.capture({ amount: eur('19.99') });
    await sandbox.control('POST', `captures/${captureRef}/refund`, { amount: eur('1.00'), custom_id: 'order 7' });
    const found = (await pagesOf(rail, lately())).flat().filter(({ captureRefs }) => captureRefs.includes(captureRef));
    expect(found).toMatchObject([{ payoutId: null, captureRefs: [captureRef], amount: money(100n, 'EUR') }]);
  });
});
