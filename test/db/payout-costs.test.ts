/** Which payouts are still asked about for what they cost, and what becomes of what is told (M6, M7). */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { proveLedger } from '../../db/ledger-proof.ts';
import { listUncosted, recordCosts } from '../../db/payout-costs.ts';
import { readPayoutView } from '../../db/payout-views.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import { money } from '../../domain/money.ts';
import { aTender, noon } from './builders.ts';
import { aSentClaim, atOnce, returnedReport, settledReport, tell } from './settled-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

/** Called for at noon. */
async function aPayout() {
  const captureRef = `ch_${randomUUID()}`;
  const { ticketId } = await aSentClaim(suite.db, 500n, aTender(900n, { captureRef }));
  const [payout] = await readTicketPayouts(suite.db, ticketId);
  if (!payout) throw new Error('the claim has a payout');
  return { ticketId, payoutId: payout.id, captureRef, key: payout.key };
}

const uncosted = (at: Date) => listUncosted(suite.db, { rail: 'card', from: after(-1), until: at });

const isAsked = async (payoutId: string, at = after(9)): Promise<boolean> =>
  (await uncosted(at)).some((payout) => payout.payoutId === payoutId);

test('M7: one is asked about once it has ended at its provider, until that is told, and again once it came back', async () => {
  const { payoutId, captureRef, key, ...of } = await aPayout();
  expect(await isAsked(payoutId)).toBe(false);
  await tell(suite.db, { ...of, payoutId }, settledReport(payoutId), after(1));
  expect((await uncosted(after(9))).find((payout) => payout.payoutId === payoutId)).toEqual({
    payoutId,
    key,
    captureRef,
    amount: money(500n, 'USD'),
    providerRef: `re_${payoutId}`,
  });
  await recordCosts(suite.db, payoutId, null, atOnce(after(2)));
  expect(await isAsked(payoutId)).toBe(true);
  await recordCosts(suite.db, payoutId, [{ ref: 'txn_1', fee: money(30n, 'USD') }], atOnce(after(3)));
  expect(await isAsked(payoutId)).toBe(false);

  await tell(suite.db, { ...of, payoutId }, returnedReport(payoutId), after(4));
  expect(await isAsked(payoutId)).toBe(true);
  const both = [
    { ref: 'txn_1', fee: money(30n, 'USD') },
    { ref: 'txn_2', fee: money(-12n, 'USD'), exchangeLoss: money(3n, 'EUR') },
  ];
  for (const hours of [5, 6]) await recordCosts(suite.db, payoutId, both, atOnce(after(hours)));
  expect(await isAsked(payoutId)).toBe(false);
  expect((await readPayoutView(suite.db, payoutId))?.costs).toEqual([
    { kind: 'fee', amount: money(18n, 'USD') },
    { kind: 'exchange', amount: money(3n, 'EUR') },
  ]);
  expect(await proveLedger(suite.db)).toEqual([]);
});

test('S1, M7: what undoes a movement books back what was told of it, once, and nothing where nothing was told', async () => {
  const [paid, never] = [await aPayout(), await aPayout()];
  for (const { ticketId, payoutId } of [paid, never]) {
    await tell(suite.db, { ticketId, payoutId }, settledReport(payoutId), after(1));
    await tell(suite.db, { ticketId, payoutId }, returnedReport(payoutId), after(4));
  }
  const cost = [{ ref: 'pp_1', fee: money(30n, 'USD'), exchangeLoss: money(-3n, 'EUR') }];
  await recordCosts(suite.db, paid.payoutId, cost, atOnce(after(2)));
  expect(await isAsked(paid.payoutId)).toBe(true);
  const undone = [{ ref: 'pp_1/returned', undoes: 'pp_1' }];
  for (const { payoutId } of [paid, paid, never]) await recordCosts(suite.db, payoutId, undone, atOnce(after(5)));
  const booked: { payout_id: string; key: string }[] = await suite
    .db('ledger_entries')
    .whereIn('payout_id', [paid.payoutId, never.payoutId])
    .whereIn('kind', ['refund_fee', 'exchange_difference']);
  expect(booked.map(({ payout_id }) => payout_id)).toEqual(Array(4).fill(paid.payoutId));
  expect((await readPayoutView(suite.db, paid.payoutId))?.costs.filter(({ amount }) => amount.minor !== 0n)).toEqual(
    [],
  );
  expect(await isAsked(paid.payoutId)).toBe(false);
  expect(await isAsked(never.payoutId)).toBe(false);
  expect(await proveLedger(suite.db)).toEqual([]);
});

test('S1: what comes back while its provider is asked is asked about again, however late after it was sent', async () => {
  const { ticketId, payoutId } = await aPayout();
  await tell(suite.db, { ticketId, payoutId }, settledReport(payoutId), after(1));
  await recordCosts(suite.db, payoutId, [], atOnce(after(2)));
  const late = 60 * 24;
  await tell(suite.db, { ticketId, payoutId }, returnedReport(payoutId), after(late));
  const window = { rail: 'card', from: after(late - 1), until: after(late + 3) } as const;
  const isIn = async () => (await listUncosted(suite.db, window)).some((payout) => payout.payoutId === payoutId);
  expect(await isIn()).toBe(true);
  for (const askedAt of [after(late - 0.1), after(late)]) {
    await recordCosts(suite.db, payoutId, [], { askedAt, at: after(late + 1) });
    expect(await isIn()).toBe(true);
  }
  await recordCosts(suite.db, payoutId, [], { askedAt: after(late + 1), at: after(late + 2) });
  expect(await isIn()).toBe(false);
});

test('what a provider does not tell is asked last, and what cost nothing is not asked again', async () => {
  const [mute, free, fresh] = [await aPayout(), await aPayout(), await aPayout()];
  for (const { ticketId, payoutId } of [mute, free, fresh])
    await tell(suite.db, { ticketId, payoutId }, settledReport(payoutId), after(1));
  await recordCosts(suite.db, mute.payoutId, null, atOnce(after(2)));
  await recordCosts(suite.db, free.payoutId, [], atOnce(after(2)));
  const asked = (await uncosted(after(9))).map(({ payoutId }) => payoutId);
  expect(asked.indexOf(mute.payoutId)).toBeGreaterThan(asked.indexOf(fresh.payoutId));
  expect(asked).not.toContain(free.payoutId);
  expect(await listUncosted(suite.db, { rail: 'card', from: after(-9), until: noon })).toEqual([]);
});

test('two looks at once book a movement once', async () => {
  const { ticketId, payoutId } = await aPayout();
  await tell(suite.db, { ticketId, payoutId }, settledReport(payoutId), after(1));
  const cost = [{ ref: 'txn_1', fee: money(30n, 'USD') }];
  await Promise.all([1, 2, 3, 4].map(() => recordCosts(suite.db, payoutId, cost, atOnce(after(2)))));
  const booked: unknown[] = await suite.db('ledger_entries').where({ payout_id: payoutId, kind: 'refund_fee' });
  expect(booked).toHaveLength(1);
  expect(await proveLedger(suite.db)).toEqual([]);
});
