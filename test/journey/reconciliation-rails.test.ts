/** W8 over PayPal and the bank: what no webhook and no file told for days is found by the looks, and shown meanwhile. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { proveLedger } from '../../db/ledger-proof.ts';
import { bankIdsOf } from '../../domain/bank.ts';
import { targetDayAfter } from '../../domain/target-days.ts';
import { createProviders } from '../../runtime/providers.ts';
import { ensureSchedules } from '../../runtime/schedules.ts';
import { type Json, listIn, objectIn } from '../api/client.ts';
import { anOrder, boughtAt, coverByIncident, createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, closedAs, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { accessToBank, type BankAccess } from '../providers/bank-bench.ts';
import { theirIban } from '../providers/bank-messages.ts';
import { expectStatus, payoutsOf, putOrderPaidBy, untilFound, untilPayout } from './people-at-work.ts';

const fourDaysMs = 4 * 86_400_000;

let desk: Desk;
let cast: Cast;
let bank: BankAccess;

beforeAll(async () => {
  desk = await startDesk({ paypal: true });
  cast = await castOf(desk);
  bank = accessToBank(desk.bankUrl);
  await ensureSchedules(desk.temporal.client, createProviders(desk.core).rails);
});

beforeEach(async () => {
  await paypal('DELETE', 'faults');
  await bank.control('DELETE', 'faults');
});

afterAll(() => desk.close());

async function paypal(method: string, path: string, body?: object): Promise<Json> {
  const url = `${desk.paypalUrl}/_sandbox/${path}`;
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`PayPal’s sandbox answered ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

/** One look over 45 days, as the schedule makes it once a day. */
async function reconcile(rail: 'paypal' | 'bank'): Promise<void> {
  const finished = async (): Promise<number> =>
    (await desk.core.db('reconciliations').where({ rail }).whereNotNull('finished_at').pluck('id')).length;
  const before = await finished();
  await desk.temporal.client.schedule.getHandle(`reconcile/${rail}/long`).trigger();
  await untilFound('a look to end', async () => (await finished()) > before);
}

async function decided(ticketId: string, minor: string, currency?: string): Promise<string> {
  await review(cast.agent, ticketId);
  if (currency === undefined) await decideRefund(cast.agent, ticketId, minor);
  else {
    const decision = { decision: 'refund', amount: { minor, currency }, ground: 'The service could not be used.' };
    expectStatus(await cast.agent.post(`/v1/tickets/${ticketId}/decision`, decision), 200);
  }
  const [payout] = await payoutsOf(cast.finance, ticketId);
  const payoutId = String(payout?.['id']);
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/approve`), 200);
  return payoutId;
}

const breaksOf = async (payoutId: string, state: 'open' | 'closed'): Promise<Json[]> => {
  const { json } = await cast.finance.get(`/v1/reconciliation/breaks?state=${state}&limit=100`);
  return listIn(json, 'items').filter((found) => found['payoutId'] === payoutId);
};

/** What both pages say of it: the board and reconciliation have one figure. */
async function provenShare(currency: string): Promise<Json> {
  const [board, reconciliation] = await Promise.all([
    cast.finance.get('/v1/payouts/sums'),
    cast.finance.get('/v1/reconciliation'),
  ]);
  expect(listIn(board.json, 'proven')).toEqual(listIn(reconciliation.json, 'proven'));
  const share = listIn(board.json, 'proven').find((one) => one['currency'] === currency);
  if (!share) throw new Error('nothing has left in the currency');
  return share;
}

test('W8: while PayPal’s search is closed to the account its payouts are not proven, by that name, and none is missing', async () => {
  const amount = { currency_code: 'GBP', value: '19.99' };
  const captureRef = String((await paypal('POST', 'captures', { amount }))['id']);
  const gbp = (minor: string) => ({ minor, currency: 'GBP' });
  const tender = { method: 'paypal', amount: gbp('1999'), tax: gbp('0'), captureRef, capturedAt: boughtAt };
  const orderRef = `order-${randomUUID()}`;
  const body = anOrder(cast.customer.email, { tenders: [tender] });
  expectStatus(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }), 200);
  await coverByIncident(cast.service, orderRef);
  const ticketId = String((await createTicket(cast.customer, orderRef, { paymentMethod: 'paypal' }))['id']);
  const payoutId = await decided(ticketId, '1999', 'GBP');
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  await desk.core.db.raw(`update payouts set sending_at = sending_at - interval '8 hours' where id = ?`, [payoutId]);
  await paypal('POST', 'search', { delay_ms: 0, permitted: false });
  const closed = async (): Promise<unknown[]> =>
    desk.core.db('reconciliations').where({ rail: 'paypal', problem: 'list_not_permitted' }).pluck('id');
  await desk.temporal.client.schedule.getHandle('reconcile/paypal/long').trigger();
  await untilFound('a look to find it closed', async () => (await closed()).length > 0);
  const looks = listIn((await cast.finance.get('/v1/reconciliation')).json, 'looks');
  expect(looks.find(({ rail }) => rail === 'paypal')).toMatchObject({
    problem: 'list_not_permitted',
    finishedAt: null,
  });
  const problems = [{ rail: 'paypal', problem: 'list_not_permitted' }];
  expect(await provenShare('GBP')).toMatchObject({ basisPoints: 0, notCompared: problems });
  expect(await breaksOf(payoutId, 'open')).toEqual([]);

  await paypal('POST', 'search', { permitted: true });
  await reconcile('paypal');
  expect(await provenShare('GBP')).toMatchObject({ basisPoints: 10_000, notCompared: [] });
});

test('W8: what PayPal settled while its webhooks were lost for four days is found in its search, and the ticket closes', async () => {
  const amount = { currency_code: 'USD', value: '19.99' };
  const captureRef = String((await paypal('POST', 'captures', { amount }))['id']);
  const orderRef = await putOrderPaidBy(cast, [{ method: 'paypal', minor: 1999, captureRef }]);
  const ticketId = String((await createTicket(cast.customer, orderRef, { paymentMethod: 'paypal' }))['id']);
  await paypal('POST', 'search', { delay_ms: 3 * 3_600_000 });
  await paypal('POST', 'faults', { kind: 'webhook-withhold', times: 20 });
  const payoutId = await decided(ticketId, '1999');
  await untilPayout(cast.finance, payoutId, 'sent');
  await untilFound('PayPal to have completed it', async () =>
    listIn(await paypal('GET', 'books'), 'refunds').some(
      (refund) => refund['capture_id'] === captureRef && refund['status'] === 'COMPLETED',
    ),
  );
  await reconcile('paypal');
  // PayPal's search does not have it yet, and that is no difference.
  expect(await breaksOf(payoutId, 'open')).toEqual([]);
  await paypal('POST', 'clock', { advance_ms: fourDaysMs });
  await reconcile('paypal');
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  await reconcile('paypal');
  // M7: of 19.99 PayPal had taken 1.19, which it keeps; the next looks tell no more of it.
  const costs = async () => listIn((await cast.finance.get(`/v1/payouts/${payoutId}`)).json, 'costs');
  await untilFound('what it cost to be told', async () => (await costs()).length > 0);
  await reconcile('paypal');
  expect(await costs()).toEqual([{ kind: 'fee', amount: { minor: '119', currency: 'USD' } }]);
  expect(await proveLedger(desk.core.db)).toEqual([]);
  const share = await provenShare('USD');
  expect(share).toMatchObject({ basisPoints: 10_000, proven: { minor: '1999' }, oldestUnproven: null });
  expect(Date.parse(String(share['asOf']))).toBeGreaterThan(Date.now() - 600_000);
});

test('W8: what the bank booked while none of its files came is missing until the statement is there, and then proven', async () => {
  const captureRef = `DEMO-${randomUUID().slice(0, 13)}`;
  const credit = { minor: '2999', name: 'Acme SARL', iban: theirIban };
  await bank.control('PUT', `credits/${captureRef}`, credit);
  await untilFound('the statement to be taken', () =>
    desk.core.db('bank_entries').where({ end_to_end_id: captureRef }).first('id'),
  );
  const eur = (minor: string) => ({ minor, currency: 'EUR' });
  const tender = { method: 'bank', amount: eur('2999'), tax: eur('0'), captureRef, capturedAt: boughtAt };
  const orderRef = `order-${randomUUID()}`;
  const body = anOrder(cast.customer.email, { tenders: [tender] });
  expectStatus(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }), 200);
  await coverByIncident(cast.service, orderRef);
  const ticketId = String((await createTicket(cast.customer, orderRef, { paymentMethod: 'bank' }))['id']);
  await bank.control('POST', 'faults', { kind: 'withhold', times: 1 });
  const payoutId = await decided(ticketId, '2999', 'EUR');
  await untilPayout(cast.finance, payoutId, 'sent');
  const { endToEndId } = bankIdsOf(payoutId);
  await untilFound('the bank to have booked it', async () =>
    (await bank.books()).payments.some(({ id, state }) => id === endToEndId && state === 'booked'),
  );
  // Handed over so long ago that a statement should have told of it.
  await desk.core.db.raw(`update payouts set sending_at = sending_at - interval '8 days' where id = ?`, [payoutId]);
  await reconcile('bank');
  expect(await breaksOf(payoutId, 'open')).toMatchObject([{ kind: 'missing', rail: 'bank', orderRef, owner: null }]);

  await bank.control('DELETE', 'faults');
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  await reconcile('bank');
  // B9: the days are the bank's own, and the money is to be seen from its value date on.
  const shown = (await cast.finance.get(`/v1/payouts/${payoutId}`)).json;
  const { bookedOn, valueOn } = objectIn(shown, 'bankDays');
  expect(valueOn).toBe(bookedOn);
  expect(objectIn(shown, 'expected')).toMatchObject({
    from: targetDayAfter(String(valueOn), 0),
    until: targetDayAfter(String(valueOn), 1),
  });
  expect(await breaksOf(payoutId, 'open')).toEqual([]);
  expect(await breaksOf(payoutId, 'closed')).toMatchObject([{ kind: 'missing', closedAs: 'gone' }]);
  const share = await provenShare('EUR');
  expect(share).toMatchObject({ basisPoints: 10_000, oldestUnproven: null });
  expect(objectIn(share, 'proven')).toEqual({ minor: '2999', currency: 'EUR' });
});
