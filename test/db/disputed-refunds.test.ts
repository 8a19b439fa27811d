/** Disputes of payments of which money went back before: what their packet says of it, and what of it is left. */

import { expect, test } from '@jest/globals';
import { compileEvidence } from '../../db/dispute-evidence.ts';
import { readDisputeDetail } from '../../db/dispute-views.ts';
import { lockTenders, storeCaptures } from '../../db/orders.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { money } from '../../domain/money.ts';
import { createPacketPrinter } from '../../providers/evidence-packet.ts';
import { pdfText } from '../providers/pdf-text.ts';
import { aDecidedClaim, aPerson, approve, aTender, granted, noon } from './builders.ts';
import { after, aWord, openDisputes } from './dispute-bench.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const printer = createPacketPrinter();
const { idOf, tell } = openDisputes(suite);

/** A claim of which a part, or all, went back and arrived. */
async function aPaidClaim(minor: bigint) {
  const claim = await aDecidedClaim(suite.db, minor, [aTender(1999n)]);
  const [payout] = claim.payouts;
  if (!payout) throw new Error('the claim has no payout');
  if (payout.state === 'granted')
    granted(await approve(suite.db, claim.ticketId, payout.id, await aPerson(suite.db, 'finance')));
  await beginSending(suite.db, payout, { dryRun: false }, noon);
  const report = { status: 'settled' as const, providerRef: `re_${payout.id}`, bankRef: '74987500000000000000001' };
  granted(await recordReport(suite.db, { ticketId: claim.ticketId, payoutId: payout.id, inputId: null, report }, noon));
  return claim;
}

test('D4: a dispute after the refund has a packet with the refund’s own id and the bank’s reference, the same bytes each time', async () => {
  const { order, payouts } = await aPaidClaim(1999n);
  const told = aWord(order);
  await tell(told);
  const packet = granted(await compileEvidence(suite.db, await idOf(told), after(1)));
  expect(packet.refunds).toMatchObject([
    { amount: '19.99 USD', providerRef: `re_${payouts[0]?.id}`, bankRef: '74987500000000000000001' },
  ]);
  const pdf = await printer.print(packet);
  const later = granted(await compileEvidence(suite.db, await idOf(told), after(2)));
  expect(Buffer.compare(Buffer.from(pdf), Buffer.from(await printer.print(later)))).toBe(0);
  const text = pdfText(pdf);
  for (const said of ['74987500000000000000001', 'It does not connect.', 'RP-2.4b', told.providerRef, 'refund decided'])
    expect(text).toContain(said);
  expect(text).not.toMatch(/@example\.com/);
});

test('D5: lost after a partial refund, both stand side by side, and nothing is refundable below zero', async () => {
  const { order } = await aPaidClaim(500n);
  const told = aWord(order, { state: 'lost', amount: money(1499n, 'USD') });
  await tell(told);
  await suite.db.transaction(async (trx) => {
    const tenders = await lockTenders(trx, order.id);
    const usd = (minor: bigint) => money(minor, 'USD');
    const reads = tenders.map(
      ({ id }) => [id, { captured: usd(1999n), refundedElsewhere: usd(0n), disputeBars: true }] as const,
    );
    await storeCaptures(trx, tenders, new Map(reads), after(1));
  });
  const detail = await readDisputeDetail(suite.db, await idOf(told));
  expect(detail).toMatchObject({ state: 'lost', amount: money(1499n, 'USD') });
  expect(detail?.payouts).toMatchObject([{ state: 'settled', amount: money(500n, 'USD') }]);
  expect(detail?.tenders).toMatchObject([{ committed: money(500n, 'USD'), refundable: money(0n, 'USD') }]);
});
