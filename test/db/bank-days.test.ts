/** B9: the days of a payout by bank, as its statements have them, in the payout itself and in what a bookkeeper takes away. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBankStore } from '../../db/bank.ts';
import { recordCosts } from '../../db/payout-costs.ts';
import { listExportedPayouts } from '../../db/payout-export.ts';
import { readWholePayout } from '../../db/payout-history.ts';
import { bankIdsOf } from '../../domain/bank.ts';
import { isRefusal } from '../../domain/errors.ts';
import { money } from '../../domain/money.ts';
import { takeBankFile } from '../../runtime/bank-inbox.ts';
import { createRail, paidByTransfer, type RunningBank, startBank, takeIn } from '../providers/bank-bench.ts';
import { details, entry, ourIban, statement } from '../providers/bank-messages.ts';
import { aTender, noon } from './builders.ts';
import { aSentClaim, atOnce } from './settled-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

let bank: RunningBank;
beforeAll(async () => {
  bank = await startBank();
});
afterAll(() => bank.close());

const today = (): string => new Date().toISOString().slice(0, 10);

/** Handed to the bank, which has taken it. */
async function aPayout() {
  const captureRef = await paidByTransfer(suite.db, bank, 1999n);
  const { payouts } = await aSentClaim(suite.db, 500n, aTender(1999n, { method: 'bank', captureRef }));
  const [payout] = payouts;
  if (!payout) throw new Error('the claim has a payout');
  const rail = createRail(createBankStore(suite.db), bank.drop);
  // The claims that tests build are in dollars, which a bank does not take.
  await rail.send({ key: payout.key, payoutId: payout.id, captureRef, amount: money(500n, 'EUR') });
  await bank.books();
  const { endToEndId } = bankIdsOf(payout.id);
  return {
    payoutId: payout.id,
    book: (more: object) => bank.control('POST', `payments/${endToEndId}/book`, more),
    giveBack: () => bank.control('POST', `payments/${endToEndId}/return`, {}),
  };
}

test('B9: when the bank was to pay, when it booked and with which value date, and the same of its coming back', async () => {
  const { payoutId, book, giveBack } = await aPayout();
  const days = async () => (await readWholePayout(suite.db, payoutId))?.bankDays;
  const none = { bookedOn: null, valueOn: null, returnedOn: null, returnedValueOn: null };
  expect(await days()).toEqual({ ...none, executionOn: '2026-11-30' });
  await book({ valueOn: '2026-12-02' });
  await takeIn(suite.db, bank);
  expect(await days()).toEqual({ ...none, executionOn: '2026-11-30', bookedOn: today(), valueOn: '2026-12-02' });
  await giveBack();
  await takeIn(suite.db, bank);
  expect(await days()).toMatchObject({ valueOn: '2026-12-02', returnedOn: today(), returnedValueOn: today() });
  const page = await listExportedPayouts(
    suite.db,
    { from: new Date(noon.getTime() - 86_400_000), until: new Date(noon.getTime() + 86_400_000) },
    { limit: 100, cursor: null },
  );
  const row = isRefusal(page) ? undefined : page.items.find(({ id }) => id === payoutId);
  expect(row).toMatchObject({ bookedOn: today(), valueOn: '2026-12-02' });
});

test('of what no bank was told to pay there is none', async () => {
  const [payout] = (await aSentClaim(suite.db, 500n, aTender(900n))).payouts;
  expect(payout && (await readWholePayout(suite.db, payout.id))?.bankDays).toBeNull();
});

const taken = (entries: string, id: string) =>
  suite.db.transaction((trx) =>
    takeBankFile(trx, ourIban, { bytes: statement(entries, { id }), source: 'drop', by: null, at: noon }),
  );

test('B9, B7: a wrong amount that the bank booked and took back is no day of the payout', async () => {
  const { payoutId } = await aPayout();
  const { endToEndId } = bankIdsOf(payoutId);
  const days = async () => (await readWholePayout(suite.db, payoutId))?.bankDays;
  const moved = (amount: string, direction: 'DBIT' | 'CRDT', bankRef: string, returned?: string) =>
    entry({ amount, direction, details: details({ endToEndId, bankRef, ...(returned && { returned }) }) });
  await taken(moved('4.50', 'DBIT', 'BK-WRONG') + moved('4.50', 'CRDT', 'BK-UNDONE', 'AM09'), 'WRONG-DAY');
  expect(await days()).toMatchObject({ bookedOn: null, valueOn: null, returnedOn: null, returnedValueOn: null });
  await taken(moved('5.00', 'DBIT', 'BK-PUT-RIGHT'), 'RIGHT-DAY');
  expect(await days()).toMatchObject({ bookedOn: '2026-11-30', valueOn: '2026-12-01', returnedOn: null });
});

test('M6: what a statement tells later is asked for again, though costs were told before', async () => {
  const { payoutId, book } = await aPayout();
  const toldAt = (): PromiseLike<unknown[]> => suite.db('payout_costs').where({ payout_id: payoutId }).pluck('told_at');
  await recordCosts(suite.db, payoutId, [], atOnce(noon));
  expect(await toldAt()).toEqual([noon]);
  await book({});
  await takeIn(suite.db, bank);
  expect(await toldAt()).toEqual([null]);
});

test('B9: money that moved back and is not called a return gives a payout no day, in either place', async () => {
  const { payoutId } = await aPayout();
  const { endToEndId } = bankIdsOf(payoutId);
  const unclear = entry({ amount: '5.00', direction: 'CRDT', details: details({ endToEndId, bankRef: 'BK-UNCLEAR' }) });
  await taken(unclear, 'UNCLEAR-DAY');
  expect(await suite.db('bank_entries').where({ payout_id: payoutId })).toHaveLength(1);
  expect((await readWholePayout(suite.db, payoutId))?.bankDays).toMatchObject({ bookedOn: null, returnedOn: null });
  const page = await listExportedPayouts(
    suite.db,
    { from: new Date(noon.getTime() - 86_400_000), until: new Date(noon.getTime() + 86_400_000) },
    { limit: 100, cursor: null },
  );
  const row = isRefusal(page) ? undefined : page.items.find(({ id }) => id === payoutId);
  expect(row).toMatchObject({ bookedOn: null, valueOn: null });
});
