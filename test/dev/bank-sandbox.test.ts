/** The bank's sandbox behaves as a bank: it takes a message once, refuses what is not well, and tells what it has booked. */

import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type BankEntry, type BankFile, type BankStatus, bankIdsOf } from '../../domain/bank.ts';
import type { PayoutId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { readBankFile } from '../../providers/bank-file.ts';
import { writePain001 } from '../../providers/pain-001.ts';
import { debtor, type RunningBank, startBank } from '../providers/bank-bench.ts';
import { theirIban } from '../providers/bank-messages.ts';
import { complaintOf, ended, launchSandbox, ready } from './sandbox-child.ts';

let bank: RunningBank;
beforeAll(async () => {
  bank = await startBank();
});
afterAll(() => bank.close());

const aPayout = (payoutId: string): string =>
  writePain001(
    {
      payoutId: payoutId as PayoutId,
      amount: money(500n, 'EUR'),
      creditor: { name: 'Acme', iban: theirIban, bic: null },
      remittance: 'Refund DEMO-1006',
      createdAt: new Date('2026-11-30T08:00:00Z'),
      executionDate: '2026-11-30',
    },
    debtor,
  ).toString();

/** What the bank leaves, read as the desk reads it, and taken away. */
function left(directory = bank.directory): (BankFile | string)[] {
  return readdirSync(join(directory, 'in')).map((name) => {
    const bytes = readFileSync(join(directory, 'in', name));
    rmSync(join(directory, 'in', name));
    const read = readBankFile(bytes);
    return 'refused' in read ? read.refused : read;
  });
}

async function answersTo(...messages: string[]): Promise<(BankFile | string)[]> {
  left();
  for (const [index, text] of messages.entries()) writeFileSync(join(bank.directory, 'out', `${index}.xml`), text);
  await bank.books();
  return left();
}

/** Each status and each booking, in the files' order; of what cannot be read, why. */
const told = (answers: (BankFile | string)[]): (BankStatus | BankEntry | string)[] =>
  answers.flatMap((file): readonly (BankStatus | BankEntry | string)[] => {
    if (typeof file === 'string') return [file];
    return file.kind === 'pain.002' ? file.statuses : file.entries;
  });

test('B1: a message that is handed in twice is paid once, and the second is refused as a duplicate', async () => {
  const payoutId = randomUUID();
  const answers = told(await answersTo(aPayout(payoutId), aPayout(payoutId)));
  expect(answers).toHaveLength(2);
  expect(answers).toContainEqual({ payoutId, outcome: 'accepted', reason: null });
  expect(answers).toContainEqual({ payoutId, outcome: 'accepted', reason: 'AM05' });
  const { payments, messages } = await bank.books();
  const { endToEndId, messageId } = bankIdsOf(payoutId);
  expect(payments.filter(({ id }) => id === endToEndId)).toHaveLength(1);
  expect(messages.find(({ id }) => id === messageId)?.duplicates).toBe(1);
});

test.each([
  ['another account that pays', (text: string) => text.replace(debtor.iban, 'DE02120300000000202051'), 'AC02'],
  ['sums that do not agree', (text: string) => text.replace('<CtrlSum>5.00<', '<CtrlSum>6.00<'), 'AM10'],
  ['another currency', (text: string) => text.replace('Ccy="EUR"', 'Ccy="USD"'), 'AM03'],
  [
    'an address in lines (B5)',
    (text: string) => text.replace('<CdtrAcct>', '<PstlAdr><AdrLine>Paris</AdrLine></PstlAdr><CdtrAcct>'),
    'BE04',
  ],
  ['letters that no bank takes (B10)', (text: string) => text.replace('>Acme<', '>Acmé<'), 'FF10'],
])('a message with %s is refused', async (_what, change, reason) => {
  const payoutId = randomUUID();
  expect(told(await answersTo(change(aPayout(payoutId))))).toEqual([{ payoutId, outcome: 'rejected', reason }]);
  const { payments } = await bank.books();
  expect(payments.filter(({ id }) => id === bankIdsOf(payoutId).endToEndId)).toEqual([]);
});

test('what it books and gives back it tells in statements, and a repeated one tells the same transaction', async () => {
  const payoutId = randomUUID();
  const { endToEndId } = bankIdsOf(payoutId);
  await answersTo(aPayout(payoutId));
  await bank.control('POST', `payments/${endToEndId}/book`, { feeMinor: '35' });
  const [debit] = told(left());
  expect(debit).toMatchObject({ payoutId, direction: 'debit', amount: money(500n, 'EUR'), fee: money(35n, 'EUR') });
  await bank.control('POST', 'statements');
  expect(told(left())).toEqual([debit]);
  await bank.control('POST', `payments/${endToEndId}/return`, { code: 'AC04' });
  expect(told(left())).toMatchObject([{ payoutId, direction: 'credit', isReturn: true, reason: 'AC04' }]);
});

test('a statement that was cut off comes again whole', async () => {
  await bank.control('POST', 'faults', { kind: 'truncate' });
  await bank.control('PUT', `credits/CUT-${randomUUID().slice(0, 8)}`, { minor: '100', iban: theirIban });
  expect(told(left())).toEqual(['bank-file-unreadable']);
  await bank.control('POST', 'sweep');
  expect(told(left())).toHaveLength(1);
});

test('R4: killed after it took a message, it still knows it, and pays a repeat to nobody', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'refund-desk-bank-main-'));
  const settings = {
    PORT: '0',
    STATE_FILE: join(directory, 'bank.jsonl'),
    BANK_DROP_DIRECTORY: directory,
    BANK_DEBTOR_IBAN: debtor.iban,
    SWEEP_MS: '50',
  };
  const payoutId = randomUUID();
  const handIn = async () => {
    const child = launchSandbox('dev/bank-sandbox-main.ts', settings);
    await ready(child);
    writeFileSync(join(directory, 'out', 'a.xml'), aPayout(payoutId));
    while (readdirSync(join(directory, 'out')).length > 0) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    expect(await ended(child)).toBe('SIGKILL');
    return told(left(directory));
  };
  expect(await handIn()).toContainEqual({ payoutId, outcome: 'accepted', reason: null });
  const again = await handIn();
  expect(again).toContainEqual({ payoutId, outcome: 'accepted', reason: 'AM05' });
  rmSync(directory, { recursive: true });
});

test('missing settings are told by name, without a stack trace', async () => {
  const complaint = await complaintOf(launchSandbox('dev/bank-sandbox-main.ts', { PORT: '0' }));
  expect(complaint).toContain('BANK_DROP_DIRECTORY');
  expect(complaint).not.toContain('    at ');
});
