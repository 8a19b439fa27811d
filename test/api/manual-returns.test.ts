/** S8: a payment by hand that bounced, as a person of finance says it: once, by another, and all that was paid. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBalances } from '../../db/ledger.ts';
import type { PayoutId } from '../../domain/ids.ts';
import type { Answer } from './client.ts';
import { startDesk } from './desk.ts';
import {
  askedByHand,
  type ByHand,
  type HandCast,
  handCastOf,
  type PaidByHand,
  paidByHand,
  payoutOf,
  wrongInBooks,
} from './paid-by-hand.ts';

let cast: HandCast;

beforeAll(async () => {
  cast = await handCastOf(await startDesk());
});
afterAll(() => cast.desk.close());

const said = (answer: Answer) => [answer.status, answer.json['id'], answer.json['facts']];

const back = {
  amount: { minor: '1999', currency: 'EUR' },
  reference: 'RET-1',
  returnedOn: '2026-11-30',
  reason: 'account_closed',
  ground: 'The statement of today shows it.',
};

const sayBack = ({ payoutId }: ByHand, given: object = {}, who = cast.finance, key: string = randomUUID()) =>
  who.post(`/v1/payouts/${payoutId}/manual-return`, { ...back, ...given }, { key });

const phaseOf = async ({ ticketId }: ByHand) => (await cast.finance.get(`/v1/tickets/${ticketId}`)).json['phase'];

const bookOf = async ({ payoutId }: ByHand): Promise<unknown> =>
  cast.desk.db('manual_payments').where({ payout_id: payoutId }).first();

const committedOf = async ({ payoutId }: ByHand): Promise<unknown> => {
  const { tender_id } = await payoutOf(cast.desk, payoutId);
  return cast.desk.db('order_tenders').where({ id: tender_id }).first('committed_minor');
};

const mailsOf = ({ ticketId }: ByHand): PromiseLike<string[]> =>
  cast.desk
    .db('notices')
    .where({ ticket_id: ticketId, template: 'payout-returned' })
    .distinct('audience')
    .pluck('audience');

async function booksOf({ payoutId }: ByHand) {
  const { order_id } = await payoutOf(cast.desk, payoutId);
  const standing = (await readBalances(cast.desk.db, order_id)).filter(({ minor }) => minor !== 0n);
  return Object.fromEntries(standing.map(({ account, minor }) => [account, minor]));
}

test('S8: what came back opens its ticket, is owed again, stands in the books, and may go another way', async () => {
  const paid = await paidByHand(cast);
  expect(await phaseOf(paid)).toBe('closed');
  const answer = await sayBack(paid);
  expect([answer.status, answer.json['state'], answer.json['reason']]).toEqual([200, 'returned', 'account_closed']);
  expect(answer.json['actions']).toEqual(['declinePayout', 'reroutePayout']);
  expect(await phaseOf(paid)).toBe('settling');
  expect(await bookOf(paid)).toMatchObject({
    state: 'returned',
    reference: paid.reference,
    returned_by: cast.finance.id,
    return_reference: 'RET-1',
    return_reason: 'account_closed',
  });
  expect(await committedOf(paid)).toEqual({ committed_minor: '0' });
  expect(await booksOf(paid)).toEqual({});
  expect(await wrongInBooks(cast.desk)).toEqual([]);
  expect((await mailsOf(paid)).toSorted()).toEqual(['customer', 'staff']);
  const events = (await cast.finance.get(`/v1/payouts/${paid.payoutId}`)).json['history'];
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'payoutReturned', actor: expect.objectContaining({ role: 'finance' }) }),
  );
  const payee = { holder: 'Carol Customer', account: 'FR1420041010050500013M02606', country: 'FR' };
  const body = { rail: 'manual', payee, verifiedHow: 'callback', nameCheck: 'match' };
  expect((await cast.finance.post(`/v1/payouts/${paid.payoutId}/reroute`, body)).status).toBe(200);
  expect(await committedOf(paid)).toEqual({ committed_minor: '1999' });
  const [from, until] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
  const conduct = (await cast.finance.get(`/v1/conduct?from=${from}&until=${until}`)).json['people'];
  expect(conduct).toContainEqual(
    expect.objectContaining({ person: expect.objectContaining({ id: cast.finance.id }), returnsByHand: 1 }),
  );
});

describe('who may', () => {
  test('neither the one who said that it was paid nor the one who decided it, at the door and in the database', async () => {
    const paid = await paidByHand(cast);
    const stands = async (who = cast.finance) => (await who.get(`/v1/payouts/${paid.payoutId}`)).json['actions'];
    expect(await stands()).toEqual(['recordManualReturn']);
    expect(await stands(cast.second)).toEqual([]);
    expect(said(await sayBack(paid, {}, cast.second))).toEqual([403, 'recorder-apart', { because: 'paid' }]);
    const told = { state: 'returned', returned_at: new Date(), returned_on: '2026-11-30', return_reason: 'sent_back' };
    const by = { returned_by: cast.second.id, return_reference: 'x', return_ground: 'x' };
    await expect(
      cast.desk
        .db('manual_payments')
        .where({ payout_id: paid.payoutId })
        .update({ ...told, ...by }),
    ).rejects.toThrow('another person says');

    // Whoever decides is of another role; a person who has changed roles is meant.
    await cast.desk.db.transaction(async (trx) => {
      await trx.raw('alter table payouts disable trigger payouts_commit');
      await trx('payouts').where({ id: paid.payoutId }).update({ decided_by: cast.finance.id });
      await trx.raw('alter table payouts enable trigger payouts_commit');
    });
    expect(await stands()).toEqual([]);
    expect(said(await sayBack(paid))).toEqual([403, 'recorder-apart', { because: 'decided' }]);
    expect((await sayBack(paid, {}, await cast.desk.signedIn('finance'))).status).toBe(200);
  });

  test('finance alone', async () => {
    const paid = await paidByHand(cast);
    for (const who of [cast.customer, cast.agent, cast.service])
      expect(said(await sayBack(paid, {}, who)).slice(0, 2)).toEqual([403, 'not-allowed']);
  });
});

describe('is refused by name, and changes nothing,', () => {
  const eur = (minor: string) => ({ amount: { minor, currency: 'EUR' } });
  test.each([
    ['less', eur('1998'), { what: 'amount', minor: '1999', currency: 'EUR' }],
    ['more', eur('2000'), { what: 'amount', minor: '1999', currency: 'EUR' }],
    ['another currency', { amount: { minor: '1999', currency: 'USD' } }, { what: 'currency', currency: 'EUR' }],
    ['a day before it was paid', { returnedOn: '2026-11-28' }, { what: 'day', paidOn: '2026-11-29' }],
  ])('%s', async (_what, given, facts) => {
    const paid = await paidByHand(cast);
    expect(said(await sayBack(paid, given))).toEqual([409, 'return-differs', facts]);
    expect((await payoutOf(cast.desk, paid.payoutId)).state).toBe('settled');
    expect(await bookOf(paid)).toMatchObject({ state: 'paid', returned_at: null });
    expect(await phaseOf(paid)).toBe('closed');
  });

  test.each([
    ['a day to come', { returnedOn: '2999-01-01' }],
    ['a card’s number', { reference: '4242 4242 4242 4242' }],
    ['no reason that the desk knows', { reason: 'because' }],
    ['no ground', { ground: ' ' }],
  ])('%s', async (_what, given) => {
    const paid = await paidByHand(cast);
    expect(said(await sayBack(paid, given)).slice(0, 2)).toEqual([422, 'request-invalid']);
    expect((await payoutOf(cast.desk, paid.payoutId)).state).toBe('settled');
  });

  test('what nobody has paid yet, and what goes by another rail', async () => {
    const asked = await askedByHand(cast);
    expect(said(await sayBack(asked))).toEqual([409, 'payout-phase', { state: 'sent', rail: 'manual' }]);
    const rows: { id: PayoutId }[] = await cast.desk.db('payouts').where({ ticket_id: asked.ticketId, rail: 'card' });
    expect(said(await sayBack({ ...asked, payoutId: rows[0]?.id ?? asked.payoutId }))).toMatchObject([
      409,
      'payout-phase',
      { rail: 'card' },
    ]);
  });
});

describe('W2: told twice', () => {
  const returns = ({ ticketId }: PaidByHand): PromiseLike<unknown[]> =>
    cast.desk.db('ticket_events').where({ ticket_id: ticketId, kind: 'payoutReturned' });

  test('under one key it answers as before, under another it is refused', async () => {
    const paid = await paidByHand(cast);
    const key = randomUUID();
    const first = await sayBack(paid, {}, cast.finance, key);
    expect((await sayBack(paid, {}, cast.finance, key)).text).toBe(first.text);
    expect(said(await sayBack(paid))).toEqual([409, 'payout-phase', { state: 'returned', rail: 'manual' }]);
    expect(await returns(paid)).toHaveLength(1);
  });

  test('at once by two people it came back once', async () => {
    const paid = await paidByHand(cast);
    const third = await cast.desk.signedIn('finance');
    const answers = await Promise.all([sayBack(paid), sayBack(paid, {}, third)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
    expect(await returns(paid)).toHaveLength(1);
    expect(await wrongInBooks(cast.desk)).toEqual([]);
  });

  test('what was said of it stands', async () => {
    const paid = await paidByHand(cast);
    await sayBack(paid);
    const book = () => cast.desk.db('manual_payments').where({ payout_id: paid.payoutId });
    for (const changed of [
      { state: 'paid' },
      { return_reference: 'RET-2' },
      { reference: 'TRX-2' },
      { returned_by: null },
    ])
      await expect(book().update(changed)).rejects.toThrow(/stands|keeps/);
    await expect(book().delete()).rejects.toThrow('stands');
  });
});
