/** What must never go out: money of an old grant beside a new one, another currency, another order’s capture. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Stripe } from 'stripe';
import { until } from '../../dev/until.ts';
import type { TicketId } from '../../domain/ids.ts';
import * as messages from '../../workflows/messages.ts';
import {
  anOrder,
  boughtAt,
  confirm,
  coverByIncident,
  createTicket,
  decideRefund,
  review,
} from '../api/orders-and-tickets.ts';
import {
  type Cast,
  capture,
  castOf,
  closedAs,
  control,
  decideClaim,
  openClaim,
  refundsOf,
  untilTicket,
} from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';
import { untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});

afterAll(() => desk.close());

const payoutState = async (id: string) => (await cast.finance.get(`/v1/payouts/${id}`)).json;

async function untilPayout(id: string, fits: (payout: Record<string, unknown>) => boolean): Promise<void> {
  if (await until(async () => fits(await payoutState(id)), { withinMs: patienceMs })) return;
  throw new Error(`the payout is still ${JSON.stringify(await payoutState(id))}`);
}

/** Waits until the ticket's payment is at this attempt. */
async function untilAttempt(ticketId: string, wanted: number): Promise<void> {
  const run = desk.temporal.client.workflow.getHandle(messages.ticketWorkflowId(ticketId as TicketId));
  const isThere = async () =>
    ((await run.describe()).raw.pendingActivities ?? []).some(({ attempt }) => (attempt ?? 0) >= wanted);
  if (!(await until(isThere, { withinMs: patienceMs }))) throw new Error('the payment is not tried again');
}

/** An order of the cast’s customer with this tender. */
async function orderWith(charge: string, minor: string, currency: string): Promise<{ ref: string; status: number }> {
  const ref = `order-${randomUUID()}`;
  const amount = { minor, currency };
  const tax = { minor: '0', currency };
  const tenders = [{ method: 'card', amount, tax, captureRef: charge, capturedAt: boughtAt }];
  const answer = await cast.service.send('PUT', `/v1/orders/${ref}`, {
    body: anOrder(cast.customer.email, { tenders }),
  });
  if (answer.status === 200) await coverByIncident(cast.service, ref);
  return { ref, status: answer.status };
}

async function inReview(ref: string): Promise<string> {
  const ticketId = String((await createTicket(cast.customer, ref))['id']);
  await review(cast.agent, ticketId);
  return ticketId;
}

const decision = (minor: string, currency = 'USD') => ({
  decision: 'refund',
  amount: { minor, currency },
  ground: 'The service could not be used.',
});

test('R1, R13: an old payout that is declined again frees nothing while a newer one is on its way', async () => {
  const claim = await decideClaim(desk, cast, 4000);
  await control(desk, 'faults', { kind: 'refund-outcome', status: 'failed', times: 1 });
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilPayout(claim.payoutId, ({ state }) => state === 'failed');
  expect((await cast.finance.post(`/v1/payouts/${claim.payoutId}/decline`, { ground: 'Failed.' })).status).toBe(200);
  await decideRefund(cast.lead, claim.ticketId, '4000');
  const payouts = (await cast.agent.get(`/v1/tickets/${claim.ticketId}`)).json['payouts'] as { id: string }[];
  const second = String(payouts.at(-1)?.id);
  expect(second).not.toBe(claim.payoutId);

  const again = await cast.finance.post(`/v1/payouts/${claim.payoutId}/decline`, { ground: 'From a stale tab.' });
  expect([again.status, again.json['id']]).toEqual([409, 'payout-phase']);
  await cast.finance.post(`/v1/payouts/${second}/approve`);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const held = (await refundsOf(desk, claim.charge)).filter(({ status }) => status === 'succeeded');
  expect(held).toMatchObject([{ amount: 4000 }]);
});

test('M6: a capture in another currency than the order says is never paid back from', async () => {
  const charge = await capture(desk, 9000, 'jpy');
  const ticketId = await inReview((await orderWith(charge, '9000', 'USD')).ref);
  const answer = await cast.agent.post(`/v1/tickets/${ticketId}/decision`, decision('9000'));
  expect([answer.status, answer.json['id'], answer.json['facts']]).toEqual([
    409,
    'capture-unknown',
    { problem: 'currency_mismatch' },
  ]);
  expect(await refundsOf(desk, charge)).toEqual([]);
});

test('R2: one capture pays for one order; a second order on it is refused', async () => {
  const charge = await capture(desk, 10_000);
  expect((await orderWith(charge, '5000', 'USD')).status).toBe(200);
  expect((await orderWith(charge, '5000', 'USD')).status).toBe(409);
});

test('R10: a capture that the provider does not know is told, and the shop may put its reference right', async () => {
  const { ref } = await orderWith('ch_nowhere', '1999', 'USD');
  const ticketId = await inReview(ref);
  const path = `/v1/tickets/${ticketId}/decision`;
  const first = await cast.agent.post(path, decision('1999'));
  expect([first.status, first.json['facts']]).toEqual([409, { problem: 'capture_not_found' }]);

  const charge = await capture(desk, 1999);
  const known = (await cast.customer.get(`/v1/orders?ref=${ref}`)).json;
  expect(JSON.stringify(known)).toContain(ref);
  const amount = { minor: '1999', currency: 'USD' };
  const tenders = [
    {
      method: 'card',
      amount,
      tax: { minor: '0', currency: 'USD' },
      captureRef: charge,
      capturedAt: boughtAt,
    },
  ];
  const account: { ref: string } = await desk.core
    .db('accounts')
    .join('orders', 'orders.account_id', 'accounts.id')
    .where({ 'orders.ref': ref })
    .first('accounts.ref');
  const body = anOrder(cast.customer.email, { tenders, accountRef: account.ref });
  expect((await cast.service.send('PUT', `/v1/orders/${ref}`, { body })).status).toBe(200);
  expect((await cast.agent.post(path, decision('1999'))).status).toBe(200);
});

test('D2, R3: an unknown payout that the provider has not is not sent again while payouts are stopped', async () => {
  const claim = await decideClaim(desk, cast);
  await control(desk, 'faults', { kind: 'fail', path: '/v1/refunds', method: 'POST', status: 503, times: 1 });
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilPayout(claim.payoutId, ({ state }) => state === 'unknown');
  await cast.finance.post('/v1/payouts/stop', { ground: 'A look at the books first.' });
  // The second attempt, which looked the payout up and found nothing, is over once a third is due.
  await untilAttempt(claim.ticketId, 3);
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
  await cast.finance.post('/v1/payouts/resume');
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'), patienceMs);
  expect(await refundsOf(desk, claim.charge)).toMatchObject([{ amount: 1999, status: 'succeeded' }]);
});

test('D1, D2: a payout that a dispute holds after its decision says so, and nothing is sent', async () => {
  const claim = await decideClaim(desk, cast);
  // Nothing is told of it: only the paying activity's own look at the provider is left.
  await control(desk, 'faults', { kind: 'webhook-withhold', times: 0 });
  await control(desk, 'disputes', { charge: claim.charge, status: 'needs_response' });
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilPayout(claim.payoutId, ({ state, reason }) => state === 'approved' && reason === 'disputed');
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
  await fetch(`${desk.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
});

test('D1: a charge that was disputed before its capture was read has nothing to pay back', async () => {
  const claim = await openClaim(desk, cast);
  await control(desk, 'disputes', { charge: claim.charge, status: 'needs_response' });
  await review(cast.agent, claim.ticketId);
  const answer = await cast.agent.post(`/v1/tickets/${claim.ticketId}/decision`, decision('1'));
  expect([answer.status, answer.json['id'], answer.json['facts']]).toEqual([
    422,
    'amount-over-refundable',
    { refundableMinor: '0', currency: 'USD' },
  ]);
});

test('R11: a ticket of which one part was paid and the rest is refused ends as refunded', async () => {
  const ref = `order-${randomUUID()}`;
  const tenders = await Promise.all(
    [1200, 800].map(async (minor) => ({
      method: 'card',
      amount: { minor: String(minor), currency: 'USD' },
      tax: { minor: '0', currency: 'USD' },
      captureRef: await capture(desk, minor),
      capturedAt: boughtAt,
    })),
  );
  await cast.service.send('PUT', `/v1/orders/${ref}`, { body: anOrder(cast.customer.email, { tenders }) });
  await coverByIncident(cast.service, ref);
  const ticketId = await inReview(ref);
  await decideRefund(cast.agent, ticketId, '2000');
  const payouts = (await cast.agent.get(`/v1/tickets/${ticketId}`)).json['payouts'] as { id: string }[];
  const [paid, given] = payouts.map(({ id }) => id);
  await cast.finance.post(`/v1/payouts/${String(given)}/decline`, { ground: 'Not this part.' });
  await cast.finance.post(`/v1/payouts/${String(paid)}/approve`);
  await untilTicket(cast.customer, ticketId, ({ phase }) => phase === 'deciding');
  const body = { decision: 'refuse', ground: 'The rest was used.', clauses: ['RP-2.5'], exception: 'refusal' };
  expect((await cast.agent.post(`/v1/tickets/${ticketId}/decision`, body)).status).toBe(200);
  await confirm(cast.lead, ticketId);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
});

test('S9: a bank’s reference that comes after the last word is shown, and begins no run', async () => {
  const claim = await decideClaim(desk, cast);
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  // As a provider that settles first and learns the reference later.
  await desk.core.db('payouts').where({ id: claim.payoutId }).update({ bank_ref: null });
  const [refund] = await refundsOf(desk, claim.charge);
  await tellRefund({
    ...refund,
    destination_details: { type: 'card', card: { reference: '74627490000000000000001' } },
  });
  await untilPayout(claim.payoutId, ({ bankRef }) => typeof bankRef === 'string' && bankRef !== '');
  const runs: { run: number } = await desk.core.db('tickets').where({ id: claim.ticketId }).first('run');
  expect(runs.run).toBe(1);
});

/** Stripe's word of a refund, as its webhook brings it. */
async function tellRefund(refund: object): Promise<void> {
  const payload = JSON.stringify({
    id: `evt_${randomUUID()}`,
    object: 'event',
    type: 'refund.updated',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    data: { object: refund },
  });
  const secret = desk.core.config.STRIPE_WEBHOOK_SECRETS[0]?.reveal() ?? '';
  const headers = { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }) };
  const told = await fetch(`${desk.url}/webhooks/stripe`, { method: 'POST', body: payload, headers });
  expect(told.status).toBe(200);
}

test('S4, S6: that the customer must give details is seen as soon as the webhook says so, and finance may call it off', async () => {
  const claim = await decideClaim(desk, cast);
  await control(desk, 'faults', { kind: 'refund-outcome', status: 'pending', times: 1 });
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilPayout(claim.payoutId, ({ state, reason }) => state === 'sent' && reason === 'processing');
  const [refund] = await refundsOf(desk, claim.charge);
  await control(desk, `refunds/${refund?.id}/transition`, { status: 'requires_action' });
  await untilPayout(claim.payoutId, ({ exception }) => exception === 'requires_action');
  const called = await cast.finance.post(`/v1/payouts/${claim.payoutId}/cancel`, { ground: 'No answer.' });
  expect([called.status, called.json['id']]).toEqual([200, claim.payoutId]);
  await untilPayout(claim.payoutId, ({ state }) => state === 'cancelled');
  await untilTicket(cast.customer, claim.ticketId, ({ phase }) => phase === 'deciding');
});

test('R3: a second refund of one payout is told to finance, moves nothing, and begins no run', async () => {
  const claim = await decideClaim(desk, cast);
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const [refund] = await refundsOf(desk, claim.charge);
  const another = { ...refund, id: `re_${randomUUID()}` };
  const told = () => desk.core.db('ticket_events').where({ ticket_id: claim.ticketId, kind: 'payoutContradicted' });
  await tellRefund(another);
  await untilFound('the second refund to be told', async () => (await told()).length === 1);
  await tellRefund({ ...another, status: 'failed', failure_reason: 'declined' });
  await untilFound('all that was kept to be settled', async () => {
    const due = desk.core.db('inputs').where({ payout_id: claim.payoutId, delivery: 'due' });
    return (await due).length === 0;
  });
  expect((await payoutState(claim.payoutId))['state']).toBe('settled');
  const ticket: unknown = await desk.core.db('tickets').where({ id: claim.ticketId }).first('run', 'phase');
  expect(ticket).toEqual({ run: 1, phase: 'closed' });
  const mailed = await desk.core.db('notices').where({ ticket_id: claim.ticketId, template: 'payout-contradicted' });
  expect(mailed.length).toBeGreaterThan(0);
});

test('D1, RP-3.8: a charge-back that is told before its order ends the claim on it at once, and brings it nothing', async () => {
  const charge = await capture(desk, 1999);
  const dispute = await control(desk, 'disputes', { charge, status: 'needs_response' });
  await control(desk, `disputes/${dispute.id}/transition`, { status: 'lost' });
  await untilFound('the provider’s words to be kept', async () => {
    const kept = desk.core.db('inputs').where({ operation: 'noteEvent' });
    return (await kept.whereRaw(`body -> 'unmatched' -> 'captureRefs' @> ?`, [JSON.stringify([charge])])).length >= 2;
  });
  const { ref } = await orderWith(charge, '1999', 'USD');
  const ticketId = String((await createTicket(cast.customer, ref))['id']);
  await untilTicket(cast.customer, ticketId, closedAs('charged_back'));
  expect(await refundsOf(desk, charge)).toEqual([]);
});
