/** What proves a payment by hand: a person's word never, a bank's statement that bears its reference, and each booking once. */

import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { isRefusal } from '../../domain/errors.ts';
import { createManualRail } from '../../providers/manual.ts';
import { takeBankFile } from '../../runtime/bank-inbox.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import { details, entry, ourIban, statement } from '../providers/bank-messages.ts';
import { pagesOf } from '../providers/rail-list-conformance.ts';
import { aPerson, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
let recorder: string;

beforeAll(async () => {
  recorder = await aPerson(suite.db, 'finance');
  // The book alone: its payouts are not needed for what proves one.
  await suite.db.raw(
    `alter table manual_payments drop constraint manual_payments_payout_id_fkey, drop constraint manual_payments_key_fkey`,
  );
});

/** The day on which the statements of these tests book. */
const bookedOn = '2026-11-30';

/** 5.00 EUR that finance says it paid, under the reference. */
async function paidByHand(reference: string, paidOn = bookedOn): Promise<string> {
  const payoutId = randomUUID();
  await suite.db('manual_payments').insert({
    payout_id: payoutId,
    key: `payout/${payoutId}/1`,
    amount_minor: '500',
    currency: 'EUR',
    state: 'paid',
    opened_at: noon,
    ended_at: noon,
    recorded_by: recorder,
    reference,
    paid_on: paidOn,
  });
  return payoutId;
}

async function booked(remittance: string, amount = '5.00'): Promise<void> {
  const bankRef = randomUUID().slice(0, 18);
  const debit = entry({ amount, direction: 'DBIT', details: details({ bankRef, remittance }) });
  const bytes = statement(debit, { id: randomUUID().slice(0, 18) });
  const given = { bytes, source: 'drop', by: null, at: noon } as const;
  const taken = await suite.db.transaction((trx) => takeBankFile(trx, ourIban, given));
  if (isRefusal(taken)) throw new Error(taken.refused);
}

async function wordOn(payoutId: string): Promise<string | undefined> {
  const rail = createManualRail({ payments: bindManualPayments(suite.db, { now: () => noon }) });
  const window = { from: new Date(noon.getTime() - 1), until: new Date(noon.getTime() + 1) };
  return (await pagesOf(rail, window)).flat().find((record) => record.payoutId === payoutId)?.word;
}

const aReference = () => `TRX-${randomUUID().slice(0, 8)}`;

test('a payment that finance recorded is its word alone, until a statement bears the reference', async () => {
  const reference = aReference();
  const payoutId = await paidByHand(reference);
  expect(await wordOn(payoutId)).toBe('person');
  await booked(`Transfer ${reference}.`);
  expect(await wordOn(payoutId)).toBe('statement');
});

test.each([
  ['another amount', (reference: string) => booked(reference, '4.99')],
  ['a longer reference', (reference: string) => booked(`${reference}9`)],
])('a statement with %s proves nothing', async (_what, tell: (reference: string) => Promise<void>) => {
  const reference = aReference();
  const payoutId = await paidByHand(reference);
  await tell(reference);
  expect(await wordOn(payoutId)).toBe('person');
});

test('a booking weeks away from the day that was recorded is another payment', async () => {
  const reference = aReference();
  const payoutId = await paidByHand(reference, '2026-11-01');
  await booked(reference);
  expect(await wordOn(payoutId)).toBe('person');
});

test('I1: of two payments that were recorded under one reference, one booking proves one', async () => {
  const reference = aReference();
  const both = [await paidByHand(reference), await paidByHand(reference)];
  await booked(reference);
  expect(new Set(await Promise.all(both.map(wordOn)))).toEqual(new Set(['person', 'statement']));
});
