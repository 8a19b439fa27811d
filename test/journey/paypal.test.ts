/** Money that was paid by PayPal goes back by PayPal: the whole way, a lost answer, an early webhook, a case. */

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { proveLedger } from '../../db/ledger-proof.ts';
import { type Json, listIn } from '../api/client.ts';
import { createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, closedAs, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { expectStatus, payoutsOf, putOrderPaidBy, refundOf, untilFound, untilPayout } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk({ paypal: true });
  cast = await castOf(desk);
});

beforeEach(async () => {
  await control('DELETE', 'faults');
});

afterAll(() => desk.close());

async function control(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${desk.paypalUrl}/_sandbox/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`PayPal’s sandbox answered ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

const capture = async (more: object = {}): Promise<string> =>
  String((await control('POST', 'captures', { amount: { currency_code: 'USD', value: '19.99' }, ...more }))['id']);

interface SandboxRefund {
  readonly id: string;
  readonly capture_id: string;
  readonly custom_id: string;
  readonly status: string;
  readonly amount: object;
}

const refundsOf = async (captureRef: string): Promise<SandboxRefund[]> =>
  ((await control('GET', 'books'))['refunds'] as SandboxRefund[]).filter(({ capture_id }) => capture_id === captureRef);

async function inReview(captureRef: string): Promise<string> {
  const ticket = await createTicket(
    cast.customer,
    await putOrderPaidBy(cast, [{ method: 'paypal', minor: 1999, captureRef }]),
    { paymentMethod: 'paypal' },
  );
  const ticketId = String(ticket['id']);
  await review(cast.agent, ticketId);
  return ticketId;
}

async function decided(captureRef: string): Promise<{ ticketId: string; payoutId: string }> {
  const ticketId = await inReview(captureRef);
  await decideRefund(cast.agent, ticketId, '1999');
  const [payout] = await payoutsOf(cast.finance, ticketId);
  return { ticketId, payoutId: String(payout?.['id']) };
}

const approve = async (payoutId: string): Promise<void> => {
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/approve`), 200);
};

test('RP-4.4: a ticket paid by PayPal settles by PayPal’s own webhook, once', async () => {
  const captureRef = await capture();
  const { ticketId, payoutId } = await decided(captureRef);
  await approve(payoutId);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  const [payout] = await payoutsOf(cast.finance, ticketId);
  expect(payout).toMatchObject({ state: 'settled', method: 'paypal' });
  expect(await refundsOf(captureRef)).toMatchObject([
    { status: 'COMPLETED', custom_id: payoutId, amount: { currency_code: 'USD', value: '19.99' } },
  ]);
});

test('R3: a refund whose answer PayPal lost is found by its order and is made once', async () => {
  await control('POST', 'faults', { kind: 'webhook-withhold', times: 0 });
  await control('POST', 'faults', { kind: 'lose-answer', method: 'POST', path: '/v2/payments/captures/' });
  const captureRef = await capture();
  const { ticketId, payoutId } = await decided(captureRef);
  await approve(payoutId);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect(await refundsOf(captureRef)).toHaveLength(1);
});

test('W7: an event that comes before our own call has returned settles the payout, once', async () => {
  await control('POST', 'faults', { kind: 'refund-outcome', status: 'COMPLETED' });
  await control('POST', 'faults', {
    kind: 'slow',
    ms: 4_000,
    when: 'after',
    method: 'POST',
    path: '/v2/payments/captures/',
  });
  const captureRef = await capture();
  const { ticketId, payoutId } = await decided(captureRef);
  await approve(payoutId);
  await untilFound('PayPal has it', async () => (await refundsOf(captureRef)).length === 1);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect(await refundsOf(captureRef)).toHaveLength(1);
  await untilPayout(cast.finance, payoutId, 'settled');
});

test('W1: each of PayPal’s events five times over changes nothing', async () => {
  await control('POST', 'faults', { kind: 'webhook-duplicate', times: 0, copies: 5 });
  const captureRef = await capture();
  const { ticketId, payoutId } = await decided(captureRef);
  await approve(payoutId);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect(await refundsOf(captureRef)).toHaveLength(1);
  const states = (await payoutsOf(cast.finance, ticketId)).map(({ state }) => state);
  expect(states).toEqual(['settled']);
});

test('S10: an e-check that has not come keeps the decision waiting, and the refund goes once it has', async () => {
  const captureRef = await capture({ status: 'PENDING' });
  const ticketId = await inReview(captureRef);
  const early = await cast.agent.post(`/v1/tickets/${ticketId}/decision`, refundOf('1999'));
  expect([early.status, early.json['id'], early.json['facts']]).toEqual([
    409,
    'capture-unknown',
    { problem: 'capture_pending' },
  ]);
  await control('POST', `captures/${captureRef}/transition`, { status: 'COMPLETED' });
  await decideRefund(cast.agent, ticketId, '1999');
  const [payout] = await payoutsOf(cast.finance, ticketId);
  await approve(String(payout?.['id']));
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
});

test('D11, D13: a claim before PayPal holds the payout, and one that was won lets it go', async () => {
  const captureRef = await capture();
  const { ticketId, payoutId } = await decided(captureRef);
  const dispute = await control('POST', 'disputes', { capture: captureRef, stage: 'CHARGEBACK' });
  const states = () => desk.core.db('disputes').where({ provider: 'paypal' }).pluck('state');
  await untilFound('the claim is noted', async () => (await states()).includes('open'));
  await approve(payoutId);
  expect(await refundsOf(captureRef)).toEqual([]);
  await control('POST', `disputes/${String(dispute['dispute_id'])}/transition`, {
    status: 'RESOLVED',
    outcome: 'RESOLVED_SELLER_FAVOUR',
  });
  await untilFound('the claim was won', async () => (await states()).includes('won'));
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect(await refundsOf(captureRef)).toHaveLength(1);
});

test('D3: a refund in full ends the inquiry at PayPal, is in the books once, and the ticket ends as refunded', async () => {
  const captureRef = await capture();
  const { ticketId, payoutId } = await decided(captureRef);
  const opened = await control('POST', 'disputes', { capture: captureRef, stage: 'INQUIRY' });
  const find = () => desk.core.db('disputes').where({ provider_ref: String(opened['dispute_id']) });
  await untilFound('the inquiry is noted', async () => (await find().pluck('state')).includes('inquiry'));
  await approve(payoutId);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  await untilFound('the inquiry has ended', async () => (await find().pluck('state')).includes('closed'));
  expect(await find().pluck('taken_minor')).toEqual(['0']);
  const lost = desk.core
    .db('ledger_entries')
    .where({ kind: 'dispute_lost' })
    .whereIn('dispute_id', find().select('id'));
  expect(await lost).toEqual([]);
  expect((await proveLedger(desk.core.db)).filter(({ what }) => what === 'dispute' || what === 'disputed')).toEqual([]);
});

test('D1: a case that PayPal paid out itself is never paid once more, and nothing of ours is lost by it', async () => {
  const captureRef = await capture();
  const { ticketId } = await decided(captureRef);
  const opened = await control('POST', 'disputes', { capture: captureRef, stage: 'CHARGEBACK' });
  const outcome = { status: 'RESOLVED', outcome: 'RESOLVED_WITH_PAYOUT' };
  await control('POST', `disputes/${String(opened['dispute_id'])}/transition`, outcome);
  await untilTicket(cast.customer, ticketId, closedAs('charged_back'));
  expect(await refundsOf(captureRef)).toEqual([]);
  const { json } = await cast.finance.get('/v1/disputes?state=prevented');
  const [told] = listIn(json, 'items').filter(({ providerRef }) => providerRef === opened['dispute_id']);
  expect(told).toMatchObject({ amount: { minor: '1999' }, taken: { minor: '0', currency: 'USD' } });
});

test('D4, R3: a case after the refund is answered by a click; where that answer is lost, the evidence is there once', async () => {
  const captureRef = await capture();
  const { ticketId, payoutId } = await decided(captureRef);
  await approve(payoutId);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  const [refund] = await refundsOf(captureRef);
  const opened = await control('POST', 'disputes', { capture: captureRef, status: 'WAITING_FOR_SELLER_RESPONSE' });
  const ref = String(opened['dispute_id']);
  const untilDispute = (fits: (dispute: Json) => boolean): Promise<Json> =>
    untilFound(`the case ${ref}`, async () => {
      const { json } = await cast.finance.get('/v1/disputes?kind=paypal_claim&limit=100');
      const found = listIn(json, 'items').find(({ providerRef }) => providerRef === ref);
      return found && fits(found) ? found : null;
    });
  const told = await untilDispute(() => true);
  expect(told).toMatchObject({
    label: 'PayPal claim',
    provider: 'paypal',
    reason: 'MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED',
    evidenceDueAt: opened['seller_response_due_date'],
    actions: ['getDisputeEvidence', 'submitDisputeEvidence'],
  });
  await control('POST', 'faults', { kind: 'lose-answer', method: 'POST', path: `/v1/customer/disputes/${ref}` });
  const path = `/v1/disputes/${told.id}/evidence`;
  expectStatus(await cast.finance.post(path, {}), 200);
  const answered = await untilDispute(({ packet }) => (packet as Json | null)?.['state'] === 'submitted');
  expect(answered['submittedBy']).toMatchObject({ id: cast.finance.id });
  const { bytes } = expectStatus(await cast.finance.get(path), 200);
  const cases = (await control('GET', 'books'))['disputes'] as readonly Json[];
  expect(cases.find(({ id }) => id === ref)).toMatchObject({
    status: 'UNDER_REVIEW',
    evidences: [
      { evidence_type: 'OTHER', documents: [{ sha256: createHash('sha256').update(bytes).digest('hex') }] },
      { evidence_type: 'PROOF_OF_REFUND', evidence_info: { refund_ids: [{ refund_id: refund?.id }] } },
    ],
  });
  // D11: at its next stage PayPal asks again.
  await control('POST', `disputes/${ref}/transition`, {
    stage: 'PRE_ARBITRATION',
    status: 'WAITING_FOR_SELLER_RESPONSE',
  });
  await untilDispute(({ submittedAt }) => submittedAt === null);
  expectStatus(await cast.finance.post(path, {}), 200);
  await untilDispute(({ submittedAt }) => submittedAt !== null);
  const after = (await control('GET', 'books'))['disputes'] as readonly Json[];
  expect(after.find(({ id }) => id === ref)?.['evidences']).toHaveLength(4);
});
