/** S8, B7: a payment by hand whose return a bank's statement tells, where the statement has its debit too. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBankStore } from '../../db/bank.ts';
import { createManualRail } from '../../providers/manual.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import { details, entry, statement, theirIban } from '../providers/bank-messages.ts';
import { pagesOf } from '../providers/rail-list-conformance.ts';
import { startDesk } from './desk.ts';
import {
  askedByHand,
  type ByHand,
  deliverDue,
  type HandCast,
  handCastOf,
  openBreaksOf,
  paidByHand,
  payoutOf,
  sayPaid,
  wrongInBooks,
} from './paid-by-hand.ts';

let cast: HandCast;

beforeAll(async () => {
  cast = await handCastOf(await startDesk());
});
afterAll(() => cast.desk.close());

const id = () => randomUUID().slice(0, 18);

async function hand(...entries: string[]): Promise<number> {
  const file = statement(entries.join(''), { id: id() });
  const answer = await cast.second.post('/v1/bank-files', { fileBase64: file.toString('base64') });
  expect(answer.status).toBe(201);
  return Number(answer.json['news']);
}

const debit = (remittance: string) =>
  entry({ amount: '19.99', direction: 'DBIT', details: details({ bankRef: id(), remittance }) });

type Credit = Parameters<typeof details>[0] & { readonly amount?: string };

const credit = ({ amount = '19.99', ...given }: Credit) =>
  entry({ amount, direction: 'CRDT', details: details({ bankRef: id(), ...given }) });

const stands = async (given: ByHand) => {
  await deliverDue(cast.desk, given);
  const { state, reason } = await payoutOf(cast.desk, given.payoutId);
  const ticket = (await cast.finance.get(`/v1/tickets/${given.ticketId}`)).json;
  return [state, reason, ticket['phase']];
};

const settled = ['settled', null, 'closed'];
const returned = (reason: string) => ['returned', reason, 'settling'];

async function wordOn({ payoutId }: ByHand) {
  const rail = createManualRail({ payments: bindManualPayments(cast.desk.db, { now: cast.desk.now }) });
  const until = new Date(cast.desk.now().getTime() + 1_000);
  const pages = await pagesOf(rail, { from: new Date(until.getTime() - 86_400_000), until });
  const record = pages.flat().find((one) => one.payoutId === payoutId);
  return [record?.report.status, record?.word];
}

const returnedByPerson = { amount: { minor: '1999', currency: 'EUR' }, reference: 'RET-1', returnedOn: '2026-11-30' };

test('S8: the return is taken for the payment, opens its ticket, and stands in the books; finance may reroute it', async () => {
  const paid = await paidByHand(cast);
  await hand(debit(`Refund ${paid.reference}`));
  expect(await stands(paid)).toEqual(settled);
  await hand(credit({ remittance: `Return of ${paid.reference}.`, returned: 'AC04' }));
  expect(await stands(paid)).toEqual(returned('AC04'));
  expect(await wrongInBooks(cast.desk)).toEqual([]);
  expect(await wordOn(paid)).toEqual(['failed', 'statement']);
  expect((await cast.finance.get(`/v1/payouts/${paid.payoutId}`)).json['actions']).toContain('reroutePayout');
  expect(await openBreaksOf(cast, ({ amount }) => JSON.stringify(amount).includes('1999'))).toEqual([]);
});

test('W2, B7: told again in another file it changes nothing, and a second credit is a difference of its own', async () => {
  const paid = await paidByHand(cast);
  const returning = credit({ endToEndId: paid.reference, returned: 'AC04', bankRef: id() });
  await hand(debit(paid.reference), returning);
  expect(await stands(paid)).toEqual(returned('AC04'));
  expect(await hand(returning)).toBe(0);
  expect(await deliverDue(cast.desk, paid)).toBe(0);
  const before = await openBreaksOf(cast, ({ kind }) => kind === 'unexplained');
  await hand(credit({ endToEndId: paid.reference, returned: 'AC04' }));
  expect(await deliverDue(cast.desk, paid)).toBe(0);
  expect(await openBreaksOf(cast, ({ kind }) => kind === 'unexplained')).toHaveLength(before.length + 1);
});

test('B7: the return that is told before its debit is taken once the debit is there', async () => {
  const paid = await paidByHand(cast);
  await hand(credit({ remittance: paid.reference, returned: 'AC01' }));
  expect(await stands(paid)).toEqual(settled);
  await hand(debit(paid.reference));
  expect(await stands(paid)).toEqual(returned('AC01'));
});

test('what both are told of before anybody says that it was paid comes back as soon as they do', async () => {
  const asked = await askedByHand(cast);
  const reference = `TRX-${id()}`;
  await hand(debit(reference), credit({ remittance: reference, returned: 'MS03' }));
  expect((await stands(asked))[0]).toBe('sent');
  expect((await sayPaid(cast, asked, reference)).status).toBe(200);
  expect(await stands(asked)).toEqual(returned('MS03'));
});

test('a credit that repeats the reference and is called no return is a difference at once, for a person to tell', async () => {
  const paid = await paidByHand(cast);
  const before = await openBreaksOf(cast, ({ kind }) => kind === 'unexplained');
  await hand(debit(paid.reference), credit({ endToEndId: paid.reference }));
  expect(await stands(paid)).toEqual(settled);
  const found = await openBreaksOf(cast, ({ kind }) => kind === 'unexplained');
  expect(found.slice(before.length)).toMatchObject([{ rail: 'bank', amount: { minor: '1999', currency: 'EUR' } }]);
});

test('a debit of another amount under the reference of a payment by hand is a difference at once', async () => {
  const paid = await paidByHand(cast);
  const before = await openBreaksOf(cast, ({ kind }) => kind === 'unexplained');
  await hand(
    entry({ amount: '199.90', direction: 'DBIT', details: details({ remittance: paid.reference, bankRef: id() }) }),
  );
  const found = await openBreaksOf(cast, ({ kind }) => kind === 'unexplained');
  expect(found.slice(before.length)).toMatchObject([{ rail: 'bank', amount: { minor: '19990', currency: 'EUR' } }]);
  expect(await stands(paid)).toEqual(settled);
});

test.each([
  ['of which no statement has the debit', (reference: string) => [credit({ remittance: reference, returned: 'AC04' })]],
  [
    'of another amount',
    (reference: string) => [debit(reference), credit({ amount: '19.98', remittance: reference, returned: 'AC04' })],
  ],
  [
    'of a longer reference',
    (reference: string) => [debit(reference), credit({ remittance: `${reference}9`, returned: 'AC04' })],
  ],
])('a return %s is not taken, and is a difference at once', async (_what, entries: (reference: string) => string[]) => {
  const paid = await paidByHand(cast);
  const before = await openBreaksOf(cast, ({ kind }) => kind === 'unexplained');
  await hand(...entries(paid.reference));
  expect(await stands(paid)).toEqual(settled);
  expect(await openBreaksOf(cast, ({ kind }) => kind === 'unexplained')).toHaveLength(before.length + 1);
});

test('a reference in Cyrillic is found by its words, and not by a number in it', async () => {
  const asked = await askedByHand(cast);
  const reference = 'Возврат 12';
  expect((await sayPaid(cast, asked, reference)).status).toBe(200);
  const before = (await unexplained()).length;
  await hand(debit('Invoice 12'), credit({ remittance: 'Your 12', returned: 'AC04' }));
  expect(await stands(asked)).toEqual(settled);
  expect(await unexplained()).toHaveLength(before + 1);
  await hand(debit(`SEPA: ${reference}.`), credit({ remittance: `${reference}, closed`, returned: 'AC04' }));
  expect(await stands(asked)).toEqual(returned('AC04'));
});

test('what somebody writes into a payment of their own brings nothing back, nor does what some order was paid by', async () => {
  const paid = await paidByHand(cast);
  const debtor = { name: 'Mallory', iban: theirIban };
  await hand(debit(paid.reference), credit({ remittance: paid.reference, debtor }));
  expect(await stands(paid)).toEqual(settled);
  const tender = cast.desk
    .db('order_tenders')
    .where('order_id', cast.desk.db('orders').where({ ref: paid.orderRef }).select('id'));
  await tender.update({ capture_ref: paid.reference });
  await hand(credit({ endToEndId: paid.reference, debtor }));
  expect(await stands(paid)).toEqual(settled);
});

test('a statement bears out what a person had said, and opens nothing again', async () => {
  const paid = await paidByHand(cast);
  const body = { ...returnedByPerson, reason: 'account_closed', ground: 'The bank called.' };
  expect((await cast.finance.post(`/v1/payouts/${paid.payoutId}/manual-return`, body)).status).toBe(200);
  expect(await wordOn(paid)).toEqual(['failed', 'person']);
  await hand(debit(paid.reference), credit({ remittance: paid.reference, returned: 'AC04' }));
  expect(await deliverDue(cast.desk, paid)).toBe(0);
  expect(await wordOn(paid)).toEqual(['failed', 'statement']);
  expect(await stands(paid)).toEqual(returned('account_closed'));
});

test('a person who comes after the statement is told that it came back already', async () => {
  const paid = await paidByHand(cast);
  await hand(debit(paid.reference), credit({ remittance: paid.reference, returned: 'AC04' }));
  const body = { ...returnedByPerson, reason: 'account_closed', ground: 'The bank called.' };
  const answer = await cast.finance.post(`/v1/payouts/${paid.payoutId}/manual-return`, body);
  expect([answer.status, answer.json['id'], answer.json['facts']]).toEqual([
    409,
    'payout-phase',
    { state: 'returned' },
  ]);
  expect(await stands(paid)).toEqual(returned('AC04'));
});

const unexplained = () => openBreaksOf(cast, ({ kind }) => kind === 'unexplained');

test.each([
  ['in one file', ['debit debit credit']],
  ['the second debit last but one', ['debit', 'debit', 'credit']],
  ['the return first', ['credit', 'debit debit']],
])('I1: what was transferred twice and came back once is paid, and is a break: %s', async (_order, files) => {
  const paid = await paidByHand(cast);
  const before = await unexplained();
  for (const file of files)
    await hand(
      ...file
        .split(' ')
        .map((what) =>
          what === 'debit' ? debit(paid.reference) : credit({ remittance: paid.reference, returned: 'AC04' }),
        ),
    );
  expect(await stands(paid)).toEqual(settled);
  const found = (await unexplained()).slice(before.length);
  expect(found.length).toBeGreaterThan(0);
  expect(found).toContainEqual(
    expect.objectContaining({ rail: 'bank', amount: expect.objectContaining({ minor: '1999' }) }),
  );
  await hand(credit({ remittance: paid.reference, returned: 'AC04' }));
  expect(await stands(paid)).toEqual(returned('AC04'));
});

test('I1: what was transferred twice is a break, though nothing came back', async () => {
  const paid = await paidByHand(cast);
  const before = await unexplained();
  await hand(debit(paid.reference));
  expect(await unexplained()).toHaveLength(before.length);
  await hand(debit(paid.reference));
  expect(await unexplained()).toHaveLength(before.length + 1);
});

test('of two payments under one reference, the one that a person said came back is the one that did', async () => {
  const [paid, other] = [await paidByHand(cast), await askedByHand(cast)];
  expect((await sayPaid(cast, other, paid.reference)).status).toBe(200);
  await hand(debit(paid.reference), debit(paid.reference));
  const body = { ...returnedByPerson, reason: 'account_closed', ground: 'The bank called.' };
  expect((await cast.finance.post(`/v1/payouts/${other.payoutId}/manual-return`, body)).status).toBe(200);
  await hand(credit({ remittance: paid.reference, returned: 'AC04' }));
  expect(await stands(paid)).toEqual(settled);
  expect(await wordOn(other)).toEqual(['failed', 'statement']);
});

test('S3: a file with debit and return, taken while somebody says that it was paid, is not missed', async () => {
  const asked = await askedByHand(cast);
  const reference = `TRX-${id()}`;
  const told = [debit(reference), credit({ remittance: reference, returned: 'MS03' })];
  const [, answer] = await Promise.all([hand(...told), sayPaid(cast, asked, reference)]);
  expect(answer.status).toBe(200);
  expect(await stands(asked)).toEqual(returned('MS03'));
});

test('R10: what a payment by hand explains is not gone elsewhere as well, whether or not it came back; what nothing explains is', async () => {
  const paid = await paidByHand(cast);
  const order = cast.desk.db('orders').where({ ref: paid.orderRef }).select('id');
  const captureRefs: string[] = await cast.desk.db('order_tenders').where('order_id', order).pluck('capture_ref');
  const captureRef = captureRefs[0] ?? '';
  const named = `${paid.reference} for ${captureRef}`;
  const elsewhere = async (...entries: string[]) => {
    await hand(...entries);
    const capture = await createBankStore(cast.desk.db).readCapture(captureRef);
    return typeof capture === 'string' ? capture : capture.elsewhere.minor;
  };
  const debtor = { name: 'Carol Customer', iban: theirIban };
  expect(await elsewhere(credit({ endToEndId: captureRef, debtor }), debit(named))).toBe(0n);
  expect(await elsewhere(credit({ remittance: named, returned: 'AC04' }))).toBe(0n);
  expect(await stands(paid)).toEqual(returned('AC04'));
  expect(await elsewhere(debit(named))).toBe(1999n);
  expect(await elsewhere(credit({ remittance: named, returned: 'AC04' }))).toBe(0n);
});
