/** Facts that a case derives from more than its own order: since when the window counts, and which usage does. */

import { describe, expect, test } from '@jest/globals';
import { judge, readCase, type TicketCase } from '../../db/cases.ts';
import { reportUsage } from '../../db/order-reports.ts';
import type { RefundClauseId } from '../../domain/policy.ts';
import { aMeasurement, anOrder, aTender, aTicket, type BuiltOrder, noon, type OrderGiven } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const dayMs = 86_400_000;

const daysBefore = (days: number, ms = 0): Date => new Date(noon.getTime() - days * dayMs + ms);

type Buyer = Pick<BuiltOrder, 'accountId' | 'subjectId'>;

const buyerOf = ({ accountId, subjectId }: BuiltOrder): Buyer => ({ accountId, subjectId });

/** An order whose money was captured at the moment when it was bought. */
const bought = (at: Date, given: OrderGiven = {}): Promise<BuiltOrder> =>
  anOrder(suite.db, [aTender(1999n, { capturedAt: at })], { purchasedAt: at, firstPurchasedAt: at, ...given });

async function caseOf(order: BuiltOrder): Promise<TicketCase> {
  const kase = await readCase(suite.db, await aTicket(suite.db, order));
  if (kase === null) throw new Error('no policy is in force');
  return kase;
}

const firstCaptureOf = async (order: BuiltOrder) => (await caseOf(order)).facts.order.firstCapturedAt;

const since = (at: Date) => ({ value: at.toISOString(), source: 'shop', at: noon.toISOString() });

const verdictOf = (kase: TicketCase, clause: RefundClauseId) =>
  judge(kase, noon).findings.find((finding) => finding.clause === clause)?.verdict;

describe('RP-2.3: the window counts', () => {
  test('from the capture of the order itself, where the plan was bought for the first time', async () => {
    const kase = await caseOf(await bought(daysBefore(7)));
    expect(kase.facts.order.firstCapturedAt).toEqual(since(daysBefore(7)));
    expect(verdictOf(kase, 'RP-2.3')).toBe('passed');
  });

  test('from the first capture also for a second purchase of the plan on the account', async () => {
    const first = await bought(daysBefore(7, -1));
    const kase = await caseOf(await bought(daysBefore(1), buyerOf(first)));
    expect(kase.facts.order.firstCapturedAt).toEqual(since(daysBefore(7, -1)));
    expect(verdictOf(kase, 'RP-2.3')).toBe('failed');
  });

  test('from the first capture also for a renewal, and for the renewal of that', async () => {
    const first = await bought(daysBefore(60));
    const renewal = await bought(daysBefore(30), { ...buyerOf(first), renewalOf: first.ref });
    const next = await bought(daysBefore(0), { ...buyerOf(first), renewalOf: renewal.ref });
    expect(await firstCaptureOf(renewal)).toEqual(since(daysBefore(60)));
    expect(await firstCaptureOf(next)).toEqual(since(daysBefore(60)));
  });

  test('from the first capture also where the shop reported the later order first', async () => {
    const later = await bought(daysBefore(2));
    await bought(daysBefore(20), buyerOf(later));
    expect(await firstCaptureOf(later)).toEqual(since(daysBefore(20)));
  });

  test('for a plan by its key, whatever it was called when it was bought', async () => {
    const first = await bought(daysBefore(9), { plan: { key: 'residential', kind: 'metered', name: 'Residential' } });
    const renamed = { plan: { key: 'residential', kind: 'metered', name: 'Home addresses' } };
    expect(await firstCaptureOf(await bought(daysBefore(1), { ...buyerOf(first), ...renamed }))).toEqual(
      since(daysBefore(9)),
    );
  });

  test('for another plan of the account by itself, though it bears the same name', async () => {
    const first = await bought(daysBefore(9), { plan: { key: 'residential-1', kind: 'metered', name: 'Residential' } });
    const other = { plan: { key: 'residential-2', kind: 'metered', name: 'Residential' } };
    expect(await firstCaptureOf(await bought(daysBefore(1), { ...buyerOf(first), ...other }))).toEqual(
      since(daysBefore(1)),
    );
  });

  test('for the same plan on another account by itself', async () => {
    await bought(daysBefore(9));
    expect(await firstCaptureOf(await bought(daysBefore(1)))).toEqual(since(daysBefore(1)));
  });

  test('from the shop’s word, where the first order is older than the desk’s books', async () => {
    const known = await bought(daysBefore(30), { firstPurchasedAt: daysBefore(90) });
    expect(await firstCaptureOf(known)).toEqual(since(daysBefore(90)));
    const renewal = { ...buyerOf(known), renewalOf: known.ref, firstPurchasedAt: daysBefore(90) };
    expect(await firstCaptureOf(await bought(daysBefore(0), renewal))).toEqual(since(daysBefore(90)));
  });

  test('from when all the money was there: the latest capture of several tenders, promotional credit left out', async () => {
    const tenders = [
      aTender(500n, { capturedAt: daysBefore(5) }),
      aTender(500n, { method: 'bank', captureRef: null, capturedAt: daysBefore(3) }),
      aTender(500n, { method: 'store_balance', capturedAt: daysBefore(4) }),
      aTender(500n, { method: 'promotional_credit', captureRef: null, capturedAt: daysBefore(1) }),
    ];
    const mixed = await anOrder(suite.db, tenders, { purchasedAt: daysBefore(5), firstPurchasedAt: daysBefore(5) });
    expect(await firstCaptureOf(mixed)).toEqual(since(daysBefore(3)));
    expect(await firstCaptureOf(await bought(daysBefore(0), buyerOf(mixed)))).toEqual(since(daysBefore(3)));
  });
});

describe('RP-2.5: the usage that counts', () => {
  const used = { value: { bytes: '1000', requests: null, measuredAt: noon.toISOString() }, source: 'shop' };

  /** A ticket that was asked for an hour after the measure of its builder, with further measures. */
  async function caseWith(measures: readonly { readonly ms: number; readonly bytes: string }[]): Promise<TicketCase> {
    const order = await bought(noon, { plan: { key: 'residential', kind: 'metered', name: 'Residential' } });
    const ticketId = await aTicket(suite.db, order);
    const askedAt = new Date(noon.getTime() + 3_600_000);
    await suite.db('tickets').where({ id: ticketId }).update({ asked_at: askedAt });
    for (const { ms, bytes } of measures) {
      const at = new Date(askedAt.getTime() + ms);
      const measure = aMeasurement(order.id, { at, usedBytes: bytes, requests: 7, reportedAt: at });
      await suite.db.transaction((trx) => reportUsage(trx, measure));
    }
    const kase = await readCase(suite.db, ticketId);
    if (kase === null) throw new Error('no policy is in force');
    return kase;
  }

  const countedBy = ({ facts: { usage, latestUsage } }: TicketCase) =>
    [usage, latestUsage].map((fact) => (fact && 'value' in fact ? fact.value.bytes : null));

  test('is the newest at or before the asking, to the millisecond; what came later is shown and not counted', async () => {
    expect(countedBy(await caseWith([{ ms: -1, bytes: '2000' }]))).toEqual(['2000', '2000']);
    expect(countedBy(await caseWith([{ ms: 0, bytes: '3000' }]))).toEqual(['3000', '3000']);
    expect(countedBy(await caseWith([{ ms: 1, bytes: '4000' }]))).toEqual(['1000', '4000']);
    const told = [
      { ms: 1, bytes: '4000' },
      { ms: 0, bytes: '3000' },
      { ms: dayMs, bytes: '5000' },
      { ms: -1, bytes: '2000' },
    ];
    expect(countedBy(await caseWith(told))).toEqual(['3000', '5000']);
  });

  test('is told with the moment when it was measured, by the shop', async () => {
    const { facts } = await caseWith([{ ms: 1, bytes: '4000' }]);
    const later = new Date(noon.getTime() + 3_600_001).toISOString();
    expect(facts.usage).toEqual({ ...used, at: noon.toISOString() });
    expect(facts.latestUsage).toEqual({
      value: { bytes: '4000', requests: '7', measuredAt: later },
      source: 'shop',
      at: later,
    });
  });

  test('bars the full refund beyond a cap, and what was used a millisecond after the asking bars nothing', async () => {
    const beyond = '5000000001';
    expect(verdictOf(await caseWith([{ ms: 0, bytes: beyond }]), 'RP-2.5')).toBe('failed');
    expect(verdictOf(await caseWith([{ ms: 1, bytes: beyond }]), 'RP-2.5')).toBe('passed');
  });

  test('is not known where nothing was measured by then', async () => {
    const order = await bought(noon);
    const ticketId = await aTicket(suite.db, order);
    await suite
      .db('tickets')
      .where({ id: ticketId })
      .update({ asked_at: daysBefore(0, -1) });
    const facts = (await readCase(suite.db, ticketId))?.facts;
    expect(facts?.usage).toBeNull();
    expect(facts?.latestUsage).toEqual({ ...used, at: noon.toISOString() });
  });
});
