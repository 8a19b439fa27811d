/** The bank's statements as a list: what was booked of ours, twice or in another amount, and what nothing of ours explains. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBankStore } from '../../db/bank.ts';
import { bankIdsOf } from '../../domain/bank.ts';
import { isRefusal } from '../../domain/errors.ts';
import { money } from '../../domain/money.ts';
import type { RailRecord } from '../../domain/rail.ts';
import { takeBankFile } from '../../runtime/bank-inbox.ts';
import { clock, createRail, paidByTransfer, type RunningBank, startBank } from '../providers/bank-bench.ts';
import { details, entry, ourIban, statement } from '../providers/bank-messages.ts';
import { pagesOf } from '../providers/rail-list-conformance.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const eur = (minor: bigint) => money(minor, 'EUR');

let bank: RunningBank;
beforeAll(async () => {
  bank = await startBank();
});
afterAll(() => bank.close());

const rail = () => createRail(createBankStore(suite.db), bank.drop);

async function told(...entries: string[]): Promise<void> {
  const bytes = statement(entries.join(''), { id: randomUUID().slice(0, 18) });
  const given = { bytes, source: 'drop', by: null, at: clock.now() } as const;
  const taken = await suite.db.transaction((trx) => takeBankFile(trx, ourIban, given));
  if (isRefusal(taken)) throw new Error(taken.refused);
}

const ref = () => randomUUID().slice(0, 18);

const debit = (given: { endToEndId?: string; remittance?: string; bankRef?: string }, amount = '5.00'): string =>
  entry({ amount, direction: 'DBIT', details: details({ bankRef: ref(), ...given }) });

const backAs = (endToEndId: string, amount: string): string =>
  entry({ amount, direction: 'CRDT', details: details({ endToEndId, bankRef: ref(), returned: 'AC04' }) });

const back = (endToEndId: string): string => backAs(endToEndId, '5.00');

async function instructed() {
  const captureRef = await paidByTransfer(suite.db, bank, 1999n);
  const payoutId = randomUUID();
  const sent = await rail().send({ key: `payout/${payoutId}/1`, payoutId, captureRef, amount: eur(500n) });
  expect(sent.status).toBe('sent');
  const { endToEndId } = bankIdsOf(payoutId);
  return { payoutId, endToEndId, captureRef };
}

async function listed(isOf: (record: RailRecord) => boolean): Promise<RailRecord[]> {
  const now = clock.now().getTime();
  const window = { from: new Date(now - 3_600_000), until: new Date(now + 3_600_000) };
  return (await pagesOf(rail(), window)).flat().filter(isOf);
}

const recordsOf = (payoutId: string) => listed((record) => record.payoutId === payoutId);

test('what was handed over and no statement tells of is not on the list', async () => {
  const { payoutId } = await instructed();
  expect(await recordsOf(payoutId)).toEqual([]);
});

test('B7: what was booked is on it once, in whatever statements it is told', async () => {
  const { payoutId, endToEndId, captureRef } = await instructed();
  const booked = debit({ endToEndId, bankRef: ref() });
  await told(booked);
  await told(booked);
  expect(await recordsOf(payoutId)).toMatchObject([
    {
      providerRef: endToEndId,
      captureRefs: [captureRef],
      amount: eur(500n),
      report: { status: 'settled' },
      word: 'statement',
    },
  ]);
});

test('I1: what was booked twice is a second payment under a reference of its own', async () => {
  const { payoutId, endToEndId } = await instructed();
  await told(debit({ endToEndId }), debit({ endToEndId }));
  const found = await recordsOf(payoutId);
  expect(found).toHaveLength(2);
  expect(new Set(found.map(({ providerRef }) => providerRef)).size).toBe(2);
});

test('what was booked in another amount than the bank was told is listed in that amount', async () => {
  const { payoutId, endToEndId } = await instructed();
  await told(debit({ endToEndId }, '4.00'));
  expect(await recordsOf(payoutId)).toMatchObject([{ amount: eur(400n), report: { status: 'settled' } }]);
});

test('S8: what came back is failed, and stays so whatever came first', async () => {
  const { payoutId, endToEndId } = await instructed();
  await told(back(endToEndId));
  await told(debit({ endToEndId }));
  expect(await recordsOf(payoutId)).toMatchObject([{ report: { status: 'failed', reason: 'AC04' } }]);
});

test('a debit under an id of our making that the desk never gave concerns us', async () => {
  const stranger = randomUUID();
  await told(debit({ endToEndId: bankIdsOf(stranger).endToEndId }));
  expect(await recordsOf(stranger)).toMatchObject([
    { concernsUs: true, captureRefs: [], amount: eur(500n), report: { status: 'settled' } },
  ]);
});

test('what came back of nothing that the desk sent concerns us', async () => {
  const unknown = `UNKNOWN-${ref()}`;
  await told(back(unknown));
  expect(await listed(({ captureRefs }) => captureRefs.includes(unknown))).toMatchObject([
    { concernsUs: true, payoutId: null, report: { status: 'failed' } },
  ]);
});

test('R10: a debit by hand names each word of its text as what it may have paid back, and no part of one', async () => {
  const captureRef = `DEMO-${ref()}`;
  await told(debit({ remittance: `Back for (${captureRef}), sorry.` }));
  const found = await listed(({ captureRefs }) => captureRefs.includes(captureRef));
  expect(found).toMatchObject([{ payoutId: null, amount: eur(500n) }]);
  expect(found[0]?.captureRefs).not.toContain(captureRef.slice(0, -1));
  expect(found[0]).not.toHaveProperty('concernsUs');
});

test('B7: what came back less than it was sent is back, and the difference is told as it stands', async () => {
  const { payoutId, endToEndId } = await instructed();
  await told(debit({ endToEndId }), backAs(endToEndId, '4.50'));
  expect(await recordsOf(payoutId)).toMatchObject([
    { report: { status: 'failed', reason: 'AC04' } },
    { amount: eur(450n), isUnclear: true },
  ]);
});

test('B7: of two bookings of which one came back, one is left, and is no payment twice', async () => {
  const { payoutId, endToEndId } = await instructed();
  await told(debit({ endToEndId }), debit({ endToEndId }), back(endToEndId));
  expect(await recordsOf(payoutId)).toMatchObject([{ report: { status: 'settled' } }]);
});

test('B7: of a wrong amount that the bank booked and took back, the list tells nothing once the right one is booked', async () => {
  const { payoutId, endToEndId } = await instructed();
  await told(debit({ endToEndId }, '4.50'), backAs(endToEndId, '4.50'));
  expect(await recordsOf(payoutId)).toEqual([]);
  await told(debit({ endToEndId }));
  const found = await recordsOf(payoutId);
  expect(found).toHaveLength(1);
  expect(found).toMatchObject([{ amount: eur(500n), report: { status: 'settled' } }]);
});

test('of bookings in two amounts, the one that was instructed is the payout, and the other one beside it', async () => {
  const { payoutId, endToEndId } = await instructed();
  await told(debit({ endToEndId }, '4.50'), debit({ endToEndId }));
  expect(await recordsOf(payoutId)).toMatchObject([
    { providerRef: endToEndId, amount: eur(500n) },
    { amount: eur(450n), report: { status: 'settled' } },
  ]);
});
