/**
 * A statement is read transaction by transaction, the same in whatever file it stands. No schema checked the files of this
 * suite: none of camt.053.001.08 is carried by a package that was found; they are written by hand after its definition.
 */

import { expect, test } from '@jest/globals';
import type { BankEntry } from '../../domain/bank.ts';
import { bankIdsOf } from '../../domain/bank.ts';
import { readBankFile } from '../../providers/bank-file.ts';
import { charges, details, endToEndId, entry, ourIban, payoutId, statement, theirIban } from './bank-messages.ts';

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });

function booked(file: Buffer): readonly BankEntry[] {
  const read = readBankFile(file);
  if ('refused' in read || read.kind !== 'camt.053') throw new Error(`it is no statement: ${JSON.stringify(read)}`);
  return read.entries;
}

const customer = { name: 'Acme SARL', iban: theirIban };

test('a credit tells who paid, from where, how much, and under which references', () => {
  const file = statement(
    entry({
      amount: '299.00',
      direction: 'CRDT',
      details: details({ endToEndId: 'DEMO-1006', bankRef: 'BK-77', debtor: customer, remittance: 'my order' }),
    }),
  );
  expect(booked(file)).toEqual([
    expect.objectContaining({
      direction: 'credit',
      amount: eur(29_900n),
      fee: null,
      bookedOn: '2026-11-30',
      valueOn: '2026-12-01',
      bankRef: 'BK-77',
      endToEndId: 'DEMO-1006',
      party: { ...customer, bic: null },
      payoutId: null,
      isReturn: false,
    }),
  ]);
});

test('a debit under our reference is our payout, and what is only announced is not there', () => {
  const ours = { direction: 'DBIT', amount: '5.00', details: details({ endToEndId }) } as const;
  expect(booked(statement(entry({ ...ours, bankRef: 'BK-1' })))).toMatchObject([
    { payoutId, direction: 'debit', bankRef: 'BK-1', isReturn: false },
  ]);
  expect(booked(statement(entry({ ...ours, status: 'PDNG' }) + entry({ ...ours, status: 'INFO' })))).toEqual([]);
});

test('what came back names our payout and why', () => {
  const back = { direction: 'CRDT', amount: '5.00' } as const;
  const file = statement(
    entry({ ...back, details: details({ endToEndId, returned: 'AC04' }) }) +
      entry({ ...back, reversal: true, details: details({ endToEndId }) }),
  );
  expect(booked(file)).toMatchObject([
    { payoutId, isReturn: true, reason: 'AC04' },
    { payoutId, isReturn: true, reason: null },
  ]);
});

test('B7: of a batch, each transaction is one, with its own amount', () => {
  const other = '0193f2a4-7c1e-7b3a-9d55-3f6a2b1c0d9f';
  const batch =
    details({ endToEndId, amount: '5.00' }) + details({ endToEndId: bankIdsOf(other).endToEndId, amount: '7.25' });
  const entries = booked(statement(entry({ amount: '12.25', direction: 'DBIT', bankRef: 'BATCH-1', details: batch })));
  expect(entries.map((one) => [one.payoutId, one.amount])).toEqual([
    [payoutId, eur(500n)],
    [other, eur(725n)],
  ]);
  expect(new Set(entries.map(({ key }) => key)).size).toBe(2);
});

test('B7: a batch whose amounts nobody can tell apart is not guessed at', () => {
  const batch = details({ endToEndId }) + details({ endToEndId: 'X' });
  expect(readBankFile(statement(entry({ amount: '12.25', direction: 'DBIT', details: batch })))).toMatchObject({
    refused: 'bank-file-unreadable',
    facts: { problem: 'malformed', part: 'Ntry/Amt' },
  });
});

test('B7: a booking that names our payment only as its batch is still ours', () => {
  const { paymentId } = bankIdsOf(payoutId);
  const file = statement(
    entry({ amount: '5.00', direction: 'DBIT', details: `<Btch><PmtInfId>${paymentId}</PmtInfId></Btch>` }),
  );
  expect(booked(file)).toMatchObject([{ payoutId, amount: eur(500n) }]);
});

test('B7: a fee that the bank nets off is no part of what was paid, on either side', () => {
  const file = statement(
    entry({ amount: '5.35', direction: 'DBIT', charges: charges('0.35'), details: details({ endToEndId }) }) +
      entry({ amount: '293.50', direction: 'CRDT', charges: charges('5.50'), details: details({ bankRef: 'A' }) }) +
      entry({
        amount: '293.50',
        direction: 'CRDT',
        details: details({ bankRef: 'B', more: '<AmtDtls><InstdAmt><Amt Ccy="EUR">299.00</Amt></InstdAmt></AmtDtls>' }),
      }),
  );
  expect(booked(file).map(({ amount, fee }) => [amount.minor, fee?.minor])).toEqual([
    [500n, 35n],
    [29_900n, 550n],
    [29_900n, undefined],
  ]);
});

test('M6: what was paid in another currency counts as what was booked', () => {
  const more =
    '<AmtDtls><InstdAmt><Amt Ccy="USD">320.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">299.00</Amt></TxAmt></AmtDtls>';
  const file = statement(entry({ amount: '299.00', direction: 'CRDT', details: details({ bankRef: 'A', more }) }));
  expect(booked(file).map(({ amount }) => amount)).toEqual([eur(29_900n)]);
});

test('M6: what we had the bank pay in another currency than the account’s is what we told it, and its fee is the account’s', () => {
  const more =
    '<AmtDtls><InstdAmt><Amt Ccy="USD">320.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">299.00</Amt><CcyXchg><SrcCcy>EUR</SrcCcy><TrgtCcy>USD</TrgtCcy><XchgRate>1.0702</XchgRate></CcyXchg></TxAmt></AmtDtls>';
  const file = statement(
    entry({ amount: '299.35', direction: 'DBIT', charges: charges('0.35'), details: details({ endToEndId, more }) }),
  );
  expect(booked(file)).toMatchObject([{ payoutId, amount: { minor: 32_000n, currency: 'USD' }, fee: eur(35n) }]);
});

test('B7: a transaction is the same in a statement that is sent again, and another one beside it is not', () => {
  const known = entry({ amount: '5.00', direction: 'DBIT', details: details({ endToEndId, bankRef: 'BK-1' }) });
  const [first] = booked(statement(known, { id: 'MSG-1', statementId: 'S-1' }));
  const again = booked(statement(known + known.replace('BK-1', 'BK-2'), { id: 'MSG-2', statementId: 'S-2' }));
  expect(again[0]?.key).toBe(first?.key);
  expect(again[1]?.key).not.toBe(first?.key);
});

test('B7: without a reference of the bank’s, a transaction is known by its statement and its place there', () => {
  const bare = entry({ amount: '5.00', direction: 'DBIT' });
  const first = booked(statement(bare + bare, { id: 'MSG-1' }));
  expect(booked(statement(bare + bare, { id: 'MSG-2' })).map(({ key }) => key)).toEqual(first.map(({ key }) => key));
  expect(new Set(first.map(({ key }) => key)).size).toBe(2);
});

test('a reference that says that there is none is none, and an account that is no IBAN is nobody’s', () => {
  const file = statement(
    entry({
      amount: '5.00',
      direction: 'CRDT',
      details: details({ endToEndId: 'NOTPROVIDED', debtor: { name: 'A', iban: 'DE00123456780000000000' } }),
    }),
  );
  expect(booked(file)).toMatchObject([{ endToEndId: null, party: null }]);
});

test('a statement says of which account it is', () => {
  expect(readBankFile(statement(''))).toMatchObject({ kind: 'camt.053', accounts: [ourIban], messageId: 'MSG-1' });
});

test.each(['-5.00', '5,00', '5.001', '', '1e3', '٥'])('M1: an amount of “%s” makes the file unreadable', (amount) => {
  expect(readBankFile(statement(entry({ amount, direction: 'DBIT' })))).toMatchObject({
    refused: 'bank-file-unreadable',
  });
});

test('B7: a reversal and an included fee are told by 1 as well as by true', () => {
  const ours = { direction: 'CRDT', amount: '5.00', reversal: true, details: details({ endToEndId }) } as const;
  const reversal = entry(ours).replace('<RvslInd>true', '<RvslInd>1');
  const fee = charges('0.35').replace('>true<', '>1<');
  const file = statement(
    reversal + entry({ amount: '5.35', direction: 'DBIT', charges: fee, details: details({ bankRef: 'A' }) }),
  );
  expect(booked(file)).toMatchObject([{ isReturn: true }, { amount: eur(500n), fee: eur(35n) }]);
});

test('B7: of several batches in one entry, each names its own payment', () => {
  const other = '0193f2a4-7c1e-7b3a-9d55-3f6a2b1c0d9f';
  const batch = (id: string) =>
    `<Btch><PmtInfId>${bankIdsOf(id).paymentId}</PmtInfId></Btch>${details({ bankRef: id, amount: '5.00' })}`;
  const both = `${batch(payoutId)}</NtryDtls><NtryDtls>${batch(other)}`;
  const entries = booked(statement(entry({ amount: '10.00', direction: 'DBIT', details: both })));
  expect(entries.map((one) => one.payoutId)).toEqual([payoutId, other]);
});

test('B7: two payouts of one amount are two, also where the bank has one reference for all of a day', () => {
  const other = bankIdsOf('0193f2a4-7c1e-7b3a-9d55-3f6a2b1c0d9f').endToEndId;
  const paid = (of: string) =>
    entry({ amount: '5.00', direction: 'DBIT', bankRef: 'DAY-1', details: details({ endToEndId: of }) });
  expect(new Set(booked(statement(paid(endToEndId) + paid(other))).map(({ key }) => key)).size).toBe(2);
});

test('a day that no calendar has makes the file unreadable', () => {
  const file = statement(entry({ amount: '5.00', direction: 'DBIT' }))
    .toString()
    .replace('2026-11-30</Dt></BookgDt>', '2026-02-30</Dt></BookgDt>');
  expect(readBankFile(Buffer.from(file))).toMatchObject({ facts: { problem: 'malformed', part: 'Ntry/BookgDt' } });
});
