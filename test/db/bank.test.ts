/** What a bank's files leave in Postgres: each once, each transaction once, each word kept, whatever their order. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBankStore } from '../../db/bank.ts';
import { type BankFileTaken, bankIdsOf } from '../../domain/bank.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
import type { PayoutId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import type { RailReport } from '../../domain/rail.ts';
import { takeBankFile } from '../../runtime/bank-inbox.ts';
import { createRail, paidByTransfer, type RunningBank, startBank, takeIn } from '../providers/bank-bench.ts';
import {
  charges,
  details,
  entry,
  ourIban,
  payment,
  statement,
  status,
  theirIban,
  transfer,
} from '../providers/bank-messages.ts';
import { aPerson, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const eur = (minor: bigint) => money(minor, 'EUR');

let bank: RunningBank;
beforeAll(async () => {
  bank = await startBank();
});
afterAll(() => bank.close());

const take = (bytes: Buffer): Promise<BankFileTaken | Refusal> =>
  suite.db.transaction((trx) => takeBankFile(trx, ourIban, { bytes, source: 'drop', by: null, at: noon }));

async function taken(bytes: Buffer): Promise<BankFileTaken> {
  const answer = await take(bytes);
  if (isRefusal(answer)) throw new Error(`${answer.refused} ${JSON.stringify(answer.facts)}`);
  return answer;
}

const rail = () => createRail(createBankStore(suite.db), bank.drop);

interface Told {
  readonly request: { key: string; payoutId: PayoutId; captureRef: string; amount: { minor: bigint; currency: 'EUR' } };
  readonly endToEndId: string;
  /** What the bank's word on it is by now. */
  word(): Promise<RailReport | null>;
}

/** A payout that the bank was told to make, of a transfer of 19.99. */
async function aPayout(minor = 500n): Promise<Told> {
  const payoutId = randomUUID() as PayoutId;
  const captureRef = await paidByTransfer(suite.db, bank, 1999n);
  const request = { key: `payout/${randomUUID()}/1`, payoutId, captureRef, amount: eur(minor) } as Told['request'];
  expect((await rail().send(request)).status).toBe('sent');
  return { request, endToEndId: bankIdsOf(payoutId).endToEndId, word: () => rail().lookUp(request) };
}

const id = () => randomUUID().slice(0, 18);

const paid = (endToEndId: string, amount = '5.00', bankRef = id()): string =>
  entry({ amount, direction: 'DBIT', details: details({ endToEndId, bankRef }) });

const back = (endToEndId: string, returned = 'AC04', amount = '5.00'): string =>
  entry({ amount, direction: 'CRDT', details: details({ endToEndId, bankRef: id(), returned }) });

test('B2: the same file by a person is refused with the id under which it was taken', async () => {
  const { endToEndId } = await aPayout();
  const file = statement(paid(endToEndId), { id: id() });
  const { fileId } = await taken(file);
  const by = await aPerson(suite.db, 'finance');
  const again = await suite.db.transaction((trx) =>
    takeBankFile(trx, ourIban, { bytes: file, source: 'upload', by, at: noon }),
  );
  expect(again).toEqual({ refused: 'bank-file-known', facts: { fileId } });
});

test('B2: the same file twice at once is taken once', async () => {
  const { endToEndId } = await aPayout();
  const file = statement(paid(endToEndId), { id: id() });
  const answers = await Promise.all(Array.from({ length: 8 }, () => take(file)));
  expect(answers.filter((answer) => !isRefusal(answer))).toHaveLength(1);
  expect(answers.filter(isRefusal).map(({ refused }) => refused)).toEqual(Array(7).fill('bank-file-known'));
});

test('B2: a message id that was seen with other content is refused, and nothing of it is taken', async () => {
  const { endToEndId, word } = await aPayout();
  const messageId = id();
  const { fileId } = await taken(statement('', { id: messageId }));
  expect(await take(statement(paid(endToEndId), { id: messageId }))).toEqual({
    refused: 'bank-file-reused',
    facts: { fileId, messageId },
  });
  expect((await word())?.status).toBe('sent');
});

test('B7: a statement that comes again under another name books nothing twice', async () => {
  const { request, endToEndId } = await aPayout();
  const entries = paid(endToEndId);
  expect(await taken(statement(entries, { id: id() }))).toMatchObject({
    entries: 1,
    news: 1,
    payoutIds: [request.payoutId],
  });
  expect(await taken(statement(entries, { id: id() }))).toMatchObject({ entries: 1, news: 0 });
  expect(await suite.db('bank_entries').where({ payout_id: request.payoutId })).toHaveLength(1);
});

test('B7: whatever the order in which they are told, what came back came back', async () => {
  const files = (endToEndId: string) => [
    status({ id: id(), of: endToEndId.replace('RDE', 'RDM'), group: 'ACTC' }),
    statement(paid(endToEndId), { id: id() }),
    statement(back(endToEndId), { id: id() }),
  ];
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const { endToEndId, word } = await aPayout();
    const all = files(endToEndId);
    for (const index of order) await taken(all[index] ?? Buffer.alloc(0));
    expect(await word()).toEqual({ status: 'failed', providerRef: endToEndId, reason: 'AC04' });
  }
});

test('B7: a wrong amount that the bank booked and took back says nothing of the right one, whatever comes first', async () => {
  const parts = (endToEndId: string) => [
    paid(endToEndId, '4.50'),
    back(endToEndId, 'AM09', '4.50'),
    paid(endToEndId, '5.00', 'BK-RIGHT'),
  ];
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const { request, endToEndId, word } = await aPayout();
    const all = parts(endToEndId);
    for (const index of order) {
      await taken(statement(all[index] ?? '', { id: id() }));
      expect((await word())?.status).not.toBe('failed');
    }
    expect(await word()).toEqual({ status: 'settled', providerRef: endToEndId, bankRef: 'BK-RIGHT' });
    expect(await rail().readCapture(request.captureRef, [])).toMatchObject({ refundedElsewhere: eur(500n) });
    await taken(statement(back(endToEndId), { id: id() }));
    expect(await word()).toEqual({ status: 'failed', providerRef: endToEndId, reason: 'AC04' });
  }
});

test('B7, R2: what a bank paid beyond what it was told is gone from the capture, also where the right amount follows', async () => {
  const { request, endToEndId } = await aPayout();
  const elsewhere = async () => rail().readCapture(request.captureRef, [request.payoutId]);
  await taken(statement(paid(endToEndId, '7.50', 'BK-WRONG'), { id: id() }));
  expect(await elsewhere()).toMatchObject({ refundedElsewhere: eur(250n) });
  await taken(statement(paid(endToEndId, '5.00', 'BK-RIGHT'), { id: id() }));
  expect(await elsewhere()).toMatchObject({ refundedElsewhere: eur(750n) });
  await taken(statement(back(endToEndId, 'AM09', '7.50'), { id: id() }));
  expect(await elsewhere()).toMatchObject({ refundedElsewhere: eur(0n) });
});

test('B7: what came back is not back while another amount is gone under its id', async () => {
  const { endToEndId, word } = await aPayout();
  await taken(statement(paid(endToEndId) + paid(endToEndId, '4.50') + back(endToEndId), { id: id() }));
  expect((await word())?.status).toBe('sent');
});

test('B3: a payment that was refused has failed, and the one beside it in the answer has not', async () => {
  const [first, second] = [await aPayout(), await aPayout()];
  const payments =
    payment(transfer(first.endToEndId, 'RJCT', 'AC01'), first.endToEndId.replace('RDE', 'RDP')) +
    payment(transfer(second.endToEndId, 'ACSP'), second.endToEndId.replace('RDE', 'RDP'));
  await taken(status({ id: id(), of: first.endToEndId.replace('RDE', 'RDM'), group: 'PART', payments }));
  expect(await first.word()).toEqual({ status: 'failed', providerRef: first.endToEndId, reason: 'AC01' });
  expect((await second.word())?.status).toBe('sent');
});

test('B3: what the bank refused is free again for another payout, and what it booked outweighs a refusal', async () => {
  const { request, endToEndId, word } = await aPayout(1999n);
  const other = { ...request, payoutId: randomUUID() as PayoutId, key: `payout/${randomUUID()}/2` };
  expect(await rail().send(other)).toEqual({ status: 'failed', reason: 'amount_over_capture' });
  await taken(status({ id: id(), of: endToEndId.replace('RDE', 'RDM'), group: 'RJCT', groupReason: 'AC04' }));
  expect(await rail().readCapture(request.captureRef, [])).toMatchObject({ refundedElsewhere: eur(0n) });
  await taken(statement(paid(endToEndId, '19.99'), { id: id() }));
  expect((await word())?.status).toBe('settled');
  expect(await rail().send(other)).toEqual({ status: 'failed', reason: 'amount_over_capture' });
});

test('B1: a file that the bank refuses as a duplicate is still paid', async () => {
  const { endToEndId, word } = await aPayout();
  await taken(status({ id: id(), of: endToEndId.replace('RDE', 'RDM'), group: 'RJCT', groupReason: 'AM05' }));
  expect((await word())?.status).toBe('sent');
});

test('B7: a booking with a fee netted off settles, and one of another amount settles nothing', async () => {
  const [fee, other] = [await aPayout(), await aPayout()];
  const withFee = entry({
    amount: '5.35',
    direction: 'DBIT',
    charges: charges('0.35'),
    details: details({ endToEndId: fee.endToEndId, bankRef: 'BK-FEE' }),
  });
  await taken(statement(withFee + paid(other.endToEndId, '4.99'), { id: id() }));
  expect(await fee.word()).toEqual({ status: 'settled', providerRef: fee.endToEndId, bankRef: 'BK-FEE' });
  expect((await other.word())?.status).toBe('sent');
});

test('B10: a statement of another account, or an answer to somebody else’s payments, is refused whole', async () => {
  const { endToEndId, word } = await aPayout();
  const foreign = statement(paid(endToEndId), { id: id(), iban: theirIban });
  expect(await take(foreign)).toMatchObject({ refused: 'bank-file-foreign' });
  const stranger = bankIdsOf(randomUUID());
  const payments =
    payment(transfer(endToEndId, 'RJCT', 'AC01')) + payment(transfer(stranger.endToEndId, 'RJCT', 'AC01'));
  expect(await take(status({ id: id(), payments }))).toMatchObject({ refused: 'bank-file-foreign' });
  expect((await word())?.status).toBe('sent');
});

test('two payers under one reference are told apart by nobody: no account is taken for the customer’s', async () => {
  const captureRef = await paidByTransfer(suite.db, bank, 1999n);
  const intruder = entry({
    amount: '0.01',
    direction: 'CRDT',
    details: details({ endToEndId: captureRef, bankRef: id(), debtor: { name: 'X', iban: 'NO9386011117947' } }),
  });
  await taken(statement(intruder, { id: id() }));
  expect(await rail().readCapture(captureRef, [])).toEqual({ problem: 'capture_ambiguous' });
  const { bank_ref: bankRef } = (await suite
    .db('bank_entries')
    .where({ end_to_end_id: captureRef })
    .orderBy('id')
    .first()) as {
    bank_ref: string;
  };
  expect(await rail().readCapture(bankRef, [])).toMatchObject({ captured: eur(1999n) });
});

test('a reference that no statement told of, or that came without an account, is not found', async () => {
  expect(await rail().readCapture('UNKNOWN', [])).toEqual({ problem: 'capture_not_found' });
  const captureRef = `CASH-${id()}`;
  await taken(
    statement(entry({ amount: '5.00', direction: 'CRDT', details: details({ endToEndId: captureRef }) }), { id: id() }),
  );
  expect(await rail().readCapture(captureRef, [])).toEqual({ problem: 'capture_not_found' });
});

test('what was paid back by hand counts where it names the reference whole, and not where a longer one begins so', async () => {
  const captureRef = await paidByTransfer(suite.db, bank, 1999n);
  const byHand = (amount: string, remittance: string) =>
    entry({ amount, direction: 'DBIT', details: details({ remittance, bankRef: id() }) });
  await taken(
    statement(byHand('3.00', `Refund ${captureRef}, sorry`) + byHand('4.00', `Refund ${captureRef}7`), { id: id() }),
  );
  expect(await rail().readCapture(captureRef, [])).toMatchObject({ refundedElsewhere: eur(300n) });
});

test('what was paid back by hand and came back is not gone; each return brings back one, of its amount', async () => {
  const captureRef = await paidByTransfer(suite.db, bank, 1999n);
  const out = (given: { endToEndId?: string; remittance?: string }) =>
    entry({ amount: '3.00', direction: 'DBIT', details: details({ ...given, bankRef: id() }) });
  const undone = (given: { endToEndId?: string; remittance?: string }, amount = '3.00') =>
    entry({ amount, direction: 'CRDT', details: details({ ...given, bankRef: id(), returned: 'AC04' }) });
  const elsewhere = async (...entries: string[]) => {
    await taken(statement(entries.join(''), { id: id() }));
    const capture = await createBankStore(suite.db).readCapture(captureRef);
    return typeof capture === 'string' ? capture : capture.elsewhere;
  };
  const endToEndId = `HAND-${id()}`;
  expect(await elsewhere(out({ endToEndId, remittance: captureRef }), out({ endToEndId: captureRef }))).toEqual(
    eur(600n),
  );
  expect(await elsewhere(undone({ remittance: captureRef }, '2.00'), undone({ remittance: `${captureRef}7` }))).toEqual(
    eur(600n),
  );
  expect(await elsewhere(undone({ endToEndId }))).toEqual(eur(300n));
  expect(await elsewhere(undone({ remittance: `Return (${captureRef})` }))).toEqual(eur(0n));
});

test('what a customer wrote with a transfer is not kept, and what was booked is never changed', async () => {
  const captureRef = `DEMO-${id()}`;
  const credit = entry({
    amount: '19.99',
    direction: 'CRDT',
    details: details({
      endToEndId: captureRef,
      remittance: 'my name is Carol',
      debtor: { name: 'Carol', iban: theirIban },
    }),
  });
  await taken(statement(credit, { id: id() }));
  expect(await suite.db('bank_entries').where({ end_to_end_id: captureRef }).first('remittance')).toEqual({
    remittance: null,
  });
  await expect(
    suite.db('bank_entries').where({ end_to_end_id: captureRef }).update({ amount_minor: '1' }),
  ).rejects.toThrow('never changed');
  await expect(suite.db('bank_instructions').delete()).rejects.toThrow('never changed');
});

test('the money goes to the account that it came from, under the name that the bank told', async () => {
  const { endToEndId } = await aPayout();
  const { payments } = await bank.books();
  expect(payments.find((one) => one.id === endToEndId)).toMatchObject({
    iban: theirIban,
    name: 'Acme SARL',
    minor: '500',
    executionDate: '2026-11-30',
  });
  await takeIn(suite.db, bank);
});
