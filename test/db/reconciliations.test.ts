/** Looks at a provider's list through the real store: proofs, words taken over, and breaks that come, stay and go. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { readDueInputs } from '../../db/inputs.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readPayout, readTicketPayouts } from '../../db/payouts.ts';
import { listBreaks, readReconciliation, resolveBreak } from '../../db/reconciliation-views.ts';
import { beginLook, finishLook, takePage } from '../../db/reconciliations.ts';
import { isRefusal } from '../../domain/errors.ts';
import { money } from '../../domain/money.ts';
import { provenOf } from '../../domain/payout-sums.ts';
import type { RailRecord, RailReport } from '../../domain/rail.ts';
import { aDecidedClaim, aPerson, approve, aTender, granted, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const hourMs = 3_600_000;
const after = (hours: number): Date => new Date(noon.getTime() + hours * hourMs);

/** A payout of 5.00 that left at noon, and what the provider calls it. */
async function aSentPayout(state: 'sent' | 'settled' = 'sent') {
  const captureRef = `ch_${randomUUID()}`;
  const { ticketId, order } = await aDecidedClaim(suite.db, 500n, [aTender(1999n, { captureRef })]);
  const [payout] = await readTicketPayouts(suite.db, ticketId);
  if (!payout) throw new Error('the claim has no payout');
  granted(await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance')));
  const released = await readPayout(suite.db, payout.id);
  if (released) await beginSending(suite.db, released, { dryRun: false }, noon);
  const providerRef = `re_${payout.id}`;
  const report: RailReport = { status: state, providerRef };
  granted(await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon));
  const record = (given: Partial<RailRecord> = {}): RailRecord => ({
    providerRef,
    payoutId: payout.id,
    captureRefs: [captureRef],
    amount: money(500n, 'USD'),
    report: { status: 'settled', providerRef },
    at: noon,
    word: 'provider',
    ...given,
  });
  return { ticketId, order, payoutId: payout.id, providerRef, captureRef, record };
}

/** One look over the day around noon, which the provider answers with these pages. */
async function lookAt(pages: readonly (readonly RailRecord[])[], at: Date) {
  const listedUntil = new Date(at.getTime() - hourMs);
  const window = { rail: 'card' as const, from: after(-1), until: at, listedUntil };
  const look = await beginLook(suite.db, window, at);
  for (const page of pages) await takePage(suite.db, look, page, at);
  return finishLook(suite.db, look, at);
}

async function breaksOf(payoutIdOrRef: string) {
  const pages = await Promise.all(
    (['open', 'closed'] as const).map((state) => listBreaks(suite.db, { state }, { limit: 100, cursor: null })),
  );
  return pages
    .flatMap((page) => (isRefusal(page) ? [] : page.items))
    .filter(({ payoutId, providerRef }) => payoutId === payoutIdOrRef || providerRef === payoutIdOrRef);
}

const proofOf = (payoutId: string): PromiseLike<string[]> =>
  suite.db('payout_proofs').where({ payout_id: payoutId }).pluck('status');

test('W8: a word that no webhook brought is kept for its ticket once, however often it is listed', async () => {
  const { ticketId, payoutId, record } = await aSentPayout();
  expect(await lookAt([[record()]], after(2))).toMatchObject({ listed: 1, matched: 1, takenOver: 1 });
  await lookAt([[record()], [record()]], after(3));
  const due = (await readDueInputs(suite.db, ticketId)).filter(({ operation }) => operation === 'reportPayout');
  expect(due.map(({ payout_id: of }) => of)).toEqual([payoutId]);
  expect(await proofOf(payoutId)).toEqual(['settled']);
  expect(await breaksOf(payoutId)).toEqual([]);
});

test('what went and is not listed is missing, once; and gone as soon as it is listed', async () => {
  const { payoutId, record } = await aSentPayout('settled');
  await lookAt([[]], after(2));
  await lookAt([[]], after(3));
  const found = await breaksOf(payoutId);
  expect(found).toMatchObject([{ kind: 'missing', firstSeenAt: after(2), lastSeenAt: after(3), closedAt: null }]);
  await lookAt([[record()]], after(4));
  expect(await breaksOf(payoutId)).toMatchObject([{ kind: 'missing', closedAs: 'gone', closedAt: after(4) }]);
  await lookAt([[]], after(5));
  expect((await breaksOf(payoutId)).map(({ closedAs }) => closedAs)).toEqual([null, 'gone']);
});

test('what was sent just now may be listed later', async () => {
  const { payoutId } = await aSentPayout();
  await lookAt([[]], after(0.5));
  expect(await breaksOf(payoutId)).toEqual([]);
});

test('R10: what went back elsewhere for an order of ours is foreign, and for another’s order no concern', async () => {
  const { order, captureRef, record } = await aSentPayout();
  const elsewhere = `re_${randomUUID()}`;
  const foreign = record({ providerRef: elsewhere, payoutId: null });
  const unknown = record({ providerRef: `re_${randomUUID()}`, payoutId: null, captureRefs: [`ch_${randomUUID()}`] });
  await lookAt([[record(), foreign, unknown]], after(2));
  expect(await breaksOf(elsewhere)).toMatchObject([{ kind: 'foreign', orderRef: order.ref, payoutId: null }]);
  expect(await breaksOf(unknown.providerRef)).toEqual([]);
  expect(captureRef).not.toBe('');
});

test('I1: money that went twice under one payout is a break', async () => {
  const { payoutId, record } = await aSentPayout('settled');
  const second = `re_${randomUUID()}`;
  await lookAt([[record(), record({ providerRef: second })]], after(2));
  expect(await breaksOf(payoutId)).toMatchObject([{ kind: 'double', providerRef: second, amount: money(500n, 'USD') }]);
});

test('R11: money that went though its amount was freed is a break, and nothing is taken over', async () => {
  const { ticketId, payoutId, providerRef, record } = await aSentPayout();
  const failed: RailReport = { status: 'failed', providerRef, reason: 'declined' };
  granted(await recordReport(suite.db, { ticketId, payoutId, inputId: null, report: failed }, noon));
  expect(await lookAt([[record()]], after(2))).toMatchObject({ takenOver: 0 });
  expect(await breaksOf(payoutId)).toMatchObject([{ kind: 'freed' }]);
});

test('a break that a person closed stays closed, and is closed once', async () => {
  const { record } = await aSentPayout('settled');
  const elsewhere = `re_${randomUUID()}`;
  const foreign = record({ providerRef: elsewhere, payoutId: null });
  await lookAt([[record(), foreign]], after(2));
  const [found] = await breaksOf(elsewhere);
  if (!found) throw new Error('the refund is foreign');
  const by = await aPerson(suite.db, 'finance');
  const closing = {
    breakId: found.id,
    by,
    closedAs: 'made_elsewhere' as const,
    ground: 'In the dashboard.',
    at: after(3),
  };
  const close = () => suite.db.transaction((trx) => resolveBreak(trx, closing));
  expect(await close()).toMatchObject({ closedAs: 'made_elsewhere', owner: { id: by }, closedBy: { id: by } });
  expect(await close()).toMatchObject({ refused: 'break-closed', facts: { closedAs: 'made_elsewhere' } });
  await lookAt([[record(), foreign]], after(4));
  expect(await breaksOf(elsewhere)).toMatchObject([{ closedAs: 'made_elsewhere', lastSeenAt: after(4) }]);
});

test('a look that was cut off closes nothing and misses nothing', async () => {
  const { payoutId } = await aSentPayout('settled');
  await lookAt([[]], after(2));
  const window = { rail: 'card' as const, from: after(-1), until: after(3), listedUntil: after(2) };
  const look = await beginLook(suite.db, window, after(3));
  await takePage(suite.db, look, [], after(3));
  expect(await breaksOf(payoutId)).toMatchObject([{ kind: 'missing', closedAt: null, lastSeenAt: after(2) }]);
});

const shareNow = async () => {
  const shares = provenOf((await readReconciliation(suite.db, after(9))).cells);
  return shares.find(({ currency }) => currency === 'USD');
};

test('the share that is proven is of what is settled, per currency, with the age of the look that says so', async () => {
  const { payoutId, record } = await aSentPayout('settled');
  const before = await shareNow();
  await lookAt([[record()]], after(6));
  const now = await shareNow();
  expect(now && before && now.proven.minor - before.proven.minor).toBe(500n);
  expect(now?.settled).toEqual(before?.settled);
  expect(now?.asOf).toEqual(after(6));
  expect(await proofOf(payoutId)).toEqual(['settled']);
});

test('what a person alone says is no proof, whatever is said', async () => {
  const { payoutId, record } = await aSentPayout('settled');
  await lookAt([[record({ word: 'person' })]], after(2));
  // All else is not on this list, and proven no longer either.
  expect(await shareNow()).toMatchObject({ proven: money(0n, 'USD'), basisPoints: 0 });
  await lookAt([[record({ word: 'statement' })]], after(3));
  expect((await shareNow())?.proven).toEqual(money(500n, 'USD'));
  expect(await breaksOf(payoutId)).toEqual([]);
});

test.each([
  ['is not listed any more', () => []],
  ['is listed in another amount', (record: RailRecord) => [{ ...record, amount: money(499n, 'USD') }]],
])('what was proven and %s is proven no longer', async (_what, listed: (record: RailRecord) => RailRecord[]) => {
  const { payoutId, record } = await aSentPayout('settled');
  await lookAt([[record()]], after(2));
  expect(await proofOf(payoutId)).toEqual(['settled']);
  await lookAt([listed(record())], after(3));
  expect(await proofOf(payoutId)).toEqual([]);
});

test('what the list has as ours and nothing of ours explains is a break of no order', async () => {
  const { record } = await aSentPayout('settled');
  const ref = `entry/${randomUUID()}`;
  const stranger = record({ providerRef: ref, payoutId: randomUUID(), captureRefs: [], concernsUs: true });
  await lookAt([[stranger]], after(2));
  expect(await breaksOf(ref)).toMatchObject([{ kind: 'unexplained', orderRef: null, payoutId: null, owner: null }]);
});

test('W8: a payout that a look of fewer days finds again is missing no longer', async () => {
  const { payoutId, record } = await aSentPayout('settled');
  await lookAt([[]], after(2));
  const short = { rail: 'card' as const, from: after(3), until: after(4), listedUntil: after(3.5) };
  const look = await beginLook(suite.db, short, after(4));
  await takePage(suite.db, look, [record()], after(4));
  await finishLook(suite.db, look, after(4));
  expect(await breaksOf(payoutId)).toMatchObject([{ kind: 'missing', closedAs: 'gone' }]);
});
