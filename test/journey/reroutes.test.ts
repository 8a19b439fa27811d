/** RP-4.4, S8: a refund that came back goes by hand to details that were verified anew, by two people, and arrives once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readBalances } from '../../db/ledger.ts';
import { proveLedger } from '../../db/ledger-proof.ts';
import { audit } from '../../dev/audit.ts';
import type { Violation } from '../../dev/audit-facts.ts';
import { bankIdsOf } from '../../domain/bank.ts';
import { anOrder, boughtAt, coverByIncident, createTicket, review } from '../api/orders-and-tickets.ts';
import {
  type Cast,
  castOf,
  closedAs,
  control,
  decideClaim,
  refundsOf,
  sellPlan,
  untilTicket,
} from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type Person, signIn } from '../environment/people.ts';
import { accessToBank } from '../providers/bank-bench.ts';
import { eventKinds, expectStatus, payoutsOf, refusalIn, untilFound, untilPayout } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;
let second: Person;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  second = await signIn(desk, 'finance');
});

afterAll(() => desk.close());

const reroute = {
  rail: 'manual',
  payee: { holder: 'Carol Customer', account: 'DE89370400440532013000', country: 'DE' },
  verifiedHow: 'callback',
  nameCheck: 'match',
};

/** Settled, closed, and back from the bank. */
async function returned() {
  const claim = await decideClaim(desk, cast);
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const [refund] = await refundsOf(desk, claim.charge);
  await control(desk, `refunds/${refund?.id}/transition`, { status: 'failed', failure_reason: 'lost_or_stolen_card' });
  await untilPayout(cast.finance, claim.payoutId, 'returned');
  await untilTicket(cast.customer, claim.ticketId, ({ phase }) => phase === 'settling');
  return claim;
}

async function rerouted() {
  const claim = await returned();
  const answer = expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/reroute`, reroute), 200);
  expect(answer.text).not.toMatch(/DE89|Carol/);
  const next = (await payoutsOf(cast.finance, claim.ticketId)).at(-1);
  return { ...claim, nextId: String(next?.['id']) };
}

test('S8, R16, B6: a refund that came back is rerouted, approved by a second person, paid by hand and settled once', async () => {
  const claim = await rerouted();
  expect(await payoutsOf(cast.finance, claim.ticketId)).toMatchObject([
    { payoutNo: 1, state: 'returned', rail: 'card', actions: [] },
    { payoutNo: 2, state: 'granted', rail: 'manual', method: 'card', replaces: claim.payoutId },
  ]);
  const mine = await cast.finance.post(`/v1/payouts/${claim.nextId}/approve`);
  expect(refusalIn(mine).slice(0, 2)).toEqual([403, 'approver-rerouted']);
  const shown = expectStatus(await second.get(`/v1/payouts/${claim.nextId}`), 200).json;
  expect(shown['payee']).toMatchObject({ ...reroute.payee, verifiedHow: 'callback', nameCheck: 'match' });
  expectStatus(await second.post(`/v1/payouts/${claim.nextId}/approve`), 200);
  expect(await untilPayout(second, claim.nextId, 'sent')).toMatchObject({ reason: 'awaits_person' });
  const ticket = (await cast.customer.get(`/v1/tickets/${claim.ticketId}`)).json;
  expect(ticket['payouts']).toMatchObject([{ id: claim.nextId, progress: 'under_way' }]);
  const body = { outcome: 'paid', reference: 'TRX-2026-1', paidOn: new Date().toISOString().slice(0, 10) };
  const paid = expectStatus(await second.post(`/v1/payouts/${claim.nextId}/manual-payment`, body), 200);
  expect(paid.json).toMatchObject({ state: 'settled', bankRef: 'TRX-2026-1' });
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));

  expect((await refundsOf(desk, claim.charge)).map(({ status }) => status)).toEqual(['failed']);
  const book: unknown[] = await desk.core.db('manual_payments').where({ payout_id: claim.nextId });
  expect(book).toMatchObject([{ state: 'paid', amount_minor: '1999' }]);
  const [order]: { order_id: string }[] = await desk.core
    .db('tickets')
    .where({ id: claim.ticketId })
    .select('order_id');
  const balances = await readBalances(desk.core.db, order?.order_id as never);
  expect(
    Object.fromEntries(balances.flatMap(({ account, minor }) => (minor === 0n ? [] : [[account, minor]]))),
  ).toEqual({
    // The card's provider has its part back; it was paid from elsewhere.
    'provider:card': 1999n,
    'provider:manual': -1999n,
    refunds: 1999n,
    sales: -1999n,
  });
  const mail = await desk.mail.waitForMail(
    (caught) => caught.to.includes(cast.customer.email) && caught.subject.includes('goes another way'),
    30_000,
  );
  expect(mail.text).not.toMatch(/DE89/);
});

const day = () => new Date().toISOString().slice(0, 10);

/** Approved by a second person, who pays it by hand and says so. */
async function payByHand(payoutId: string): Promise<void> {
  expectStatus(await second.post(`/v1/payouts/${payoutId}/approve`), 200);
  await untilPayout(second, payoutId, 'sent');
  const body = { outcome: 'paid', reference: `TRX-${payoutId}`, paidOn: day() };
  expectStatus(await second.post(`/v1/payouts/${payoutId}/manual-payment`, body), 200);
}

/** What the auditor says of the ticket and its payouts, once nothing is on its way to anybody. */
async function violationsOf(ticketId: string): Promise<Violation[]> {
  const { core, sandboxUrl, shopUrl, bankUrl, mailUrl } = desk;
  await untilFound('all to be delivered and mailed', async () => {
    const due: unknown = await core.db('inputs').where({ delivery: 'due' }).first('id');
    const queued: unknown = await core.db('notices').where({ state: 'queued' }).first('id');
    return due === undefined && queued === undefined;
  });
  const payoutIds: string[] = await core.db('payouts').where({ ticket_id: ticketId }).pluck('id');
  const own = [ticketId, ...payoutIds];
  const found = await audit({ db: core.db, sandboxUrl, shopUrl, bankUrl, mailUrl });
  return found.filter(({ about }) => own.some((id) => about.includes(id)));
}

test('S8: a payment by hand that bounced opens the closed ticket’s next run, and goes another way; the auditor agrees', async () => {
  const claim = await rerouted();
  await payByHand(claim.nextId);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const back = {
    amount: { minor: '1999', currency: 'USD' },
    reference: 'RET-1',
    returnedOn: day(),
    reason: 'account_closed',
    ground: 'The statement shows it.',
  };
  const path = `/v1/payouts/${claim.nextId}/manual-return`;
  const wrong = await cast.finance.post(path, { ...back, amount: { minor: '1', currency: 'USD' } });
  expect(refusalIn(wrong).slice(0, 2)).toEqual([409, 'return-differs']);
  expect(expectStatus(await cast.finance.post(path, back), 200).json).toMatchObject({
    state: 'returned',
    reason: 'account_closed',
    actions: ['declinePayout', 'reroutePayout'],
  });
  await untilTicket(cast.customer, claim.ticketId, ({ phase }) => phase === 'settling');
  expect(await violationsOf(claim.ticketId)).toEqual([]);
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.nextId}/reroute`, reroute), 200);
  const next = (await payoutsOf(cast.finance, claim.ticketId)).at(-1);
  await payByHand(String(next?.['id']));
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await violationsOf(claim.ticketId)).toEqual([]);
  const mail = await desk.mail.waitForMail(
    ({ to, text }) => to.includes(cast.customer.email) && text.includes('the account was closed'),
    30_000,
  );
  expect(mail.subject).toContain('came back to us');
});

test('RP-5.3: what waits for a hand is called off once the check was not passed, and the ticket is decided anew', async () => {
  const claim = await rerouted();
  expectStatus(await second.post(`/v1/payouts/${claim.nextId}/approve`), 200);
  await untilPayout(second, claim.nextId, 'sent');
  const ground = 'The name is another.';
  const path = `/v1/tickets/${claim.ticketId}`;
  expectStatus(await cast.lead.post(`${path}/holds`, { kind: 'kyc', ground, stops: [] }), 200);
  expectStatus(await cast.lead.post(`${path}/kyc`, { result: 'failed', ground }), 200);
  await untilPayout(second, claim.nextId, 'cancelled');
  await untilTicket(cast.agent, claim.ticketId, ({ phase }) => phase === 'deciding');
  const book: unknown[] = await desk.core.db('manual_payments').where({ payout_id: claim.nextId });
  expect(book).toMatchObject([{ state: 'cancelled' }]);
});

test('S8, B5: a refund whose card is gone goes to an account by the bank’s file, by two people, and settles by the statement', async () => {
  const eur = (minor: string) => ({ minor, currency: 'EUR' });
  const charge = String((await control(desk, 'charges', { amount: 1999, currency: 'eur' }))['id']);
  const tender = { method: 'card', amount: eur('1999'), tax: eur('0'), captureRef: charge, capturedAt: boughtAt };
  const orderRef = `order-${randomUUID()}`;
  const order = anOrder(cast.customer.email, { tenders: [tender] });
  expectStatus(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body: order }), 200);
  await coverByIncident(cast.service, orderRef);
  await sellPlan(desk, orderRef);
  const ticketId = String((await createTicket(cast.customer, orderRef))['id']);
  await review(cast.agent, ticketId);
  const decision = { decision: 'refund', amount: eur('1999'), ground: 'The service could not be used.' };
  expectStatus(await cast.agent.post(`/v1/tickets/${ticketId}/decision`, decision), 200);
  const [first] = await payoutsOf(cast.finance, ticketId);
  const payoutId = String(first?.['id']);
  const by = { ...reroute, rail: 'bank' };
  const wallet = { ...by, payee: { ...by.payee, account: 'bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh' } };
  const unfit = await cast.finance.post(`/v1/payouts/${payoutId}/reroute`, wallet);
  expect(refusalIn(unfit).slice(0, 2)).toEqual([422, 'payee-unfit']);
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/reroute`, by), 200);
  const nextId = String((await payoutsOf(cast.finance, ticketId)).at(-1)?.['id']);
  expect(refusalIn(await cast.finance.post(`/v1/payouts/${nextId}/approve`)).slice(0, 2)).toEqual([
    403,
    'approver-rerouted',
  ]);
  expectStatus(await second.post(`/v1/payouts/${nextId}/approve`), 200);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, charge)).toEqual([]);
  const { payments } = await accessToBank(desk.bankUrl).books();
  expect(payments.filter(({ id }) => id === bankIdsOf(nextId).endToEndId)).toMatchObject([
    { state: 'booked', minor: '1999', name: 'Carol Customer', iban: reroute.payee.account },
  ]);
  expect(await proveLedger(desk.core.db)).toEqual([]);
  const workflow = desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`);
  expect(JSON.stringify(await workflow.fetchHistory())).not.toMatch(/DE8937|Carol/);
});

test('S6: finance calls off what nobody has paid yet, at once, and the ticket is decided anew', async () => {
  const claim = await rerouted();
  expectStatus(await second.post(`/v1/payouts/${claim.nextId}/approve`), 200);
  await untilPayout(second, claim.nextId, 'sent');
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.nextId}/cancel`, { ground: 'The customer asked.' }), 200);
  await untilPayout(second, claim.nextId, 'cancelled');
  await untilTicket(cast.agent, claim.ticketId, ({ phase }) => phase === 'deciding');
  expect(await eventKinds(desk, claim.ticketId)).toContain('payoutCancelAsked');
});

test('S6: a card refund that waits for the customer’s details is called off at its provider', async () => {
  await control(desk, 'faults', { kind: 'refund-outcome', status: 'requires_action', times: 1 });
  const claim = await decideClaim(desk, cast);
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  expect(await untilPayout(cast.finance, claim.payoutId, 'sent')).toMatchObject({ reason: 'requires_action' });
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/cancel`, { ground: 'No answer.' }), 200);
  await untilPayout(cast.finance, claim.payoutId, 'cancelled');
  expect((await refundsOf(desk, claim.charge)).map(({ status }) => status)).toEqual(['canceled']);
});

test('D2: a dispute that opens before a payment by hand is asked for holds it, as it holds any other', async () => {
  const claim = await rerouted();
  const dispute = await control(desk, 'disputes', { charge: claim.charge, status: 'needs_response' });
  await untilTicket(second, claim.ticketId, (ticket) => JSON.stringify(ticket['holds'] ?? []).includes('dispute'));
  expectStatus(await second.post(`/v1/payouts/${claim.nextId}/approve`), 200);
  await untilPayout(second, claim.nextId, 'approved');
  expect(await desk.core.db('manual_payments').where({ payout_id: claim.nextId })).toEqual([]);
  await control(desk, `disputes/${dispute['id']}/transition`, { status: 'won' });
  await untilPayout(second, claim.nextId, 'sent');
});
