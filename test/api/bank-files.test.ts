/** A file of the bank that finance hands in: taken once, refused by name, and never kept as it came. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBankStore } from '../../db/bank.ts';
import { bankIdsOf } from '../../domain/bank.ts';
import { bankUploadBytesMax } from '../../domain/limits.ts';
import { money } from '../../domain/money.ts';
import { anOrder, aTender } from '../db/builders.ts';
import { createRail, paidByTransfer, type RunningBank, startBank } from '../providers/bank-bench.ts';
import { details, entry, statement, theirIban } from '../providers/bank-messages.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

let desk: Desk;
let bank: RunningBank;
let finance: Person;
beforeAll(async () => {
  desk = await startDesk();
  bank = await startBank();
  finance = await desk.signedIn('finance');
});
afterAll(async () => {
  await bank.close();
  await desk.close();
});

const path = '/v1/bank-files';
const hand = (bytes: Uint8Array, who = finance) =>
  who.post(path, { fileBase64: Buffer.from(bytes).toString('base64') });

const refusalIn = ({ status, json }: { status: number; json: Record<string, unknown> }) => [
  status,
  json['id'],
  json['facts'],
];

async function aStatement(): Promise<{ file: Buffer; payoutId: string; messageId: string }> {
  const payoutId = randomUUID();
  const captureRef = await paidByTransfer(desk.db, bank, 1999n);
  const amount = money(500n, 'EUR');
  const rail = createRail(createBankStore(desk.db), bank.drop);
  await rail.send({ key: `payout/${randomUUID()}/1`, payoutId, captureRef, amount });
  const messageId = `S-${randomUUID().slice(0, 18)}`;
  const { endToEndId } = bankIdsOf(payoutId);
  const booked = entry({ amount: '5.00', direction: 'DBIT', details: details({ endToEndId, bankRef: messageId }) });
  return { file: statement(booked, { id: messageId }), payoutId, messageId };
}

test('the answer tells what the file held, and which payouts it was about', async () => {
  const { file, payoutId, messageId } = await aStatement();
  const answer = await hand(file);
  expect([answer.status, answer.json]).toEqual([
    201,
    {
      fileId: expect.any(String),
      kind: 'camt.053',
      messageId,
      entries: 1,
      news: 1,
      payoutIds: [payoutId],
    },
  ]);
});

test('B2: the same file handed in again is refused with its id, and the same request again has the same answer', async () => {
  const { file } = await aStatement();
  const body = { fileBase64: file.toString('base64') };
  const headers = { 'Idempotency-Key': randomUUID() };
  const first = await finance.send('POST', path, { body, headers });
  const replayed = await finance.send('POST', path, { body, headers });
  expect([replayed.status, replayed.text]).toEqual([201, first.text]);
  expect(refusalIn(await hand(file))).toEqual([409, 'bank-file-known', { fileId: first.json['fileId'] }]);
});

test('B10: a file that is not whole, or of another account, is refused and says why', async () => {
  const { file } = await aStatement();
  expect(refusalIn(await hand(file.subarray(0, file.length / 2)))).toEqual([
    422,
    'bank-file-unreadable',
    { problem: 'not_xml' },
  ]);
  expect(refusalIn(await hand(Buffer.from('<!DOCTYPE x><x/>')))).toEqual([
    422,
    'bank-file-unreadable',
    { problem: 'document_type' },
  ]);
  expect((await hand(statement('', { id: randomUUID(), iban: theirIban }))).json['id']).toBe('bank-file-foreign');
  expect((await hand(file)).status).toBe(201);
});

test('what is no base64 or too large is refused at the door', async () => {
  expect((await finance.post(path, { fileBase64: '!!' })).json['id']).toBe('request-invalid');
  expect((await hand(Buffer.alloc(bankUploadBytesMax + 3))).json['id']).toBe('request-invalid');
});

test('who is not of finance hands in nothing', async () => {
  const { file } = await aStatement();
  expect((await hand(file, await desk.signedIn('agent'))).json['id']).toBe('not-allowed');
});

test('of the file itself the inbox keeps nothing, since it names people who asked for nothing', async () => {
  const { file } = await aStatement();
  const key = randomUUID();
  await finance.send('POST', path, {
    body: { fileBase64: file.toString('base64') },
    headers: { 'Idempotency-Key': key },
  });
  expect(await desk.db('inputs').where({ key }).first('operation', 'body')).toEqual({
    operation: 'importBankFile',
    body: {},
  });
});

test('R10: a debit that is none of ours, and its return, are due to be taken over by the order that they name', async () => {
  const captureRef = `ORDER-${randomUUID().slice(0, 13)}`;
  const order = await anOrder(desk.db, [aTender(1999n, { method: 'bank', currency: 'EUR', captureRef })]);
  const statementOf = (direction: 'DBIT' | 'CRDT', given: Parameters<typeof details>[0]) => {
    const id = randomUUID().slice(0, 18);
    return statement(entry({ amount: '5.00', direction, details: details({ bankRef: id, ...given }) }), { id });
  };
  /** Takes away what is due; whether something was. */
  const isDue = async () => {
    const key = `read_captures/${order.id}`;
    const due: unknown[] = await desk.db('graphile_worker.jobs').where({ key });
    await desk.db.raw('select graphile_worker.remove_job(?)', [key]);
    return due.length > 0;
  };
  expect((await hand(statementOf('DBIT', { remittance: `Sorry! ${captureRef}` }))).status).toBe(201);
  expect(await isDue()).toBe(true);
  expect((await hand(statementOf('CRDT', { remittance: captureRef, returned: 'AC04' }))).status).toBe(201);
  expect(await isDue()).toBe(true);
});
