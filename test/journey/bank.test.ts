/** Money that came by bank transfer goes back by one: settled by the statement, refused by name, and come back later. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bankIdsOf } from '../../domain/bank.ts';
import type { Json } from '../api/client.ts';
import { anOrder, boughtAt, coverByIncident, createTicket, review } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, closedAs, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { accessToBank, type BankAccess } from '../providers/bank-bench.ts';
import { theirIban } from '../providers/bank-messages.ts';
import { eventKinds, expectStatus, payoutsOf, untilFound, untilPayout } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;
let bank: BankAccess;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  bank = accessToBank(desk.bankUrl);
});

afterAll(() => desk.close());

const name = 'Zoë Straßer-Unverwechselbar';

interface Told {
  readonly ticketId: string;
  readonly payoutId: string;
  readonly endToEndId: string;
}

const eur = (minor: string) => ({ minor, currency: 'EUR' });

/** Paid by transfer, decided in full; its payout waits for finance. */
async function decidedByBank(): Promise<Told> {
  const captureRef = `DEMO-${randomUUID().slice(0, 13)}`;
  await bank.control('PUT', `credits/${captureRef}`, { minor: '2999', name, iban: theirIban });
  await untilFound('the statement to be taken', () =>
    desk.core.db('bank_entries').where({ end_to_end_id: captureRef }).first('id'),
  );
  const tender = { method: 'bank', amount: eur('2999'), tax: eur('0'), captureRef, capturedAt: boughtAt };
  const orderRef = `order-${randomUUID()}`;
  const body = anOrder(cast.customer.email, { tenders: [tender] });
  expectStatus(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }), 200);
  await coverByIncident(cast.service, orderRef);
  const ticketId = String((await createTicket(cast.customer, orderRef, { paymentMethod: 'bank' }))['id']);
  await review(cast.agent, ticketId);
  const decision = { decision: 'refund', amount: eur('2999'), ground: 'The service could not be used.' };
  expectStatus(await cast.agent.post(`/v1/tickets/${ticketId}/decision`, decision), 200);
  const [payout] = await payoutsOf(cast.finance, ticketId);
  const payoutId = String(payout?.['id']);
  return { ticketId, payoutId, endToEndId: bankIdsOf(payoutId).endToEndId };
}

const approve = async ({ payoutId }: Told): Promise<void> => {
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/approve`), 200);
};

const paymentsOf = async ({ endToEndId }: Told) => (await bank.books()).payments.filter(({ id }) => id === endToEndId);

test('a ticket paid by transfer is paid back by one, and closes when the statement says so', async () => {
  const told = await decidedByBank();
  await approve(told);
  await untilTicket(cast.customer, told.ticketId, closedAs('refunded'));
  const [payout] = await payoutsOf(cast.finance, told.ticketId);
  expect(payout).toMatchObject({
    state: 'settled',
    method: 'bank',
    providerRef: told.endToEndId,
    bankRef: expect.stringMatching(/^BK/),
  });
  expect(await paymentsOf(told)).toMatchObject([
    { state: 'booked', minor: '2999', iban: theirIban, name: 'Zoe Strasser-Unverwechselbar' },
  ]);
});

test('S8: money that comes back after it settled opens the ticket again for finance', async () => {
  const told = await decidedByBank();
  await approve(told);
  await untilTicket(cast.customer, told.ticketId, closedAs('refunded'));
  expect((await bank.control('POST', `payments/${told.endToEndId}/return`, { code: 'AC04' })).status).toBe(200);
  await untilTicket(cast.customer, told.ticketId, ({ phase }: Json) => phase === 'settling');
  expect(await untilPayout(cast.finance, told.payoutId, 'returned')).toMatchObject({ reason: 'AC04' });
  expect(await eventKinds(desk, told.ticketId)).toContain('payoutReturned');
});

test('B3: a payment that the bank refuses fails with the bank’s reason, and is paid to nobody', async () => {
  const told = await decidedByBank();
  await bank.control('POST', 'faults', { kind: 'reject', code: 'AC01', part: true });
  await approve(told);
  expect(await untilPayout(cast.finance, told.payoutId, 'failed')).toMatchObject({ reason: 'AC01' });
  expect(await paymentsOf(told)).toMatchObject([{ state: 'rejected' }]);
});

test('B7: a bank that never answers, and whose statement is cut off at first, is still believed once', async () => {
  const told = await decidedByBank();
  await bank.control('POST', 'faults', { kind: 'no-answer' });
  await bank.control('POST', 'faults', { kind: 'truncate' });
  await approve(told);
  await untilTicket(cast.customer, told.ticketId, closedAs('refunded'));
  expect(await paymentsOf(told)).toMatchObject([{ state: 'booked' }]);
});

test('no account and no name of the customer’s is in events, inputs or mails of the desk', async () => {
  const texts: unknown[] = [
    await desk.core.db('ticket_events').select('data'),
    await desk.core.db('inputs').select('body', 'refusal', 'answer_body'),
    await desk.core.db('notices').select('parameters'),
    await desk.core.db('payouts').select('*'),
  ];
  expect(JSON.stringify(texts)).not.toMatch(/FR14200410|Unverwechselbar/);
});
