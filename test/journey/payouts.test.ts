/** What becomes of a granted payout: withdrawn, stopped, disputed, declined, come back, and paid another time. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readBalances } from '../../db/ledger.ts';
import { decideRefund } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, closedAs, control, decideClaim, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { eventKinds, expectStatus, payoutsOf, refundOf, refusalIn, untilFound, untilPayout } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});

afterAll(() => desk.close());

const approve = async (payoutId: string): Promise<void> => {
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/approve`), 200);
};

const decline = async (payoutId: string): Promise<void> => {
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/decline`, { ground: 'Another way was agreed.' }), 200);
};

/** What the books of one ticket's order owe and paid, in minor units; accounts at zero are left out. */
async function booksOf(ticketId: string): Promise<Record<string, bigint>> {
  const orders: string[] = await desk.core.db('tickets').where({ id: ticketId }).pluck('order_id');
  const balances = await readBalances(desk.core.db, orders[0]);
  return Object.fromEntries(balances.filter(({ minor }) => minor !== 0n).map(({ account, minor }) => [account, minor]));
}

const captured = { 'provider:card': 1999n, sales: -1999n };

test('R11: a declined payout frees its amount once, and the ticket is decided anew', async () => {
  const claim = await decideClaim(desk, cast);
  await decline(claim.payoutId);
  await untilTicket(cast.agent, claim.ticketId, ({ phase }) => phase === 'deciding');
  expect(await booksOf(claim.ticketId)).toEqual(captured);
  const over = await cast.agent.post(`/v1/tickets/${claim.ticketId}/decision`, refundOf('2000'));
  expect(refusalIn(over)).toEqual([422, 'amount-over-refundable', { refundableMinor: '1999', currency: 'USD' }]);
  await decideRefund(cast.agent, claim.ticketId, '1999');
  expect(await payoutsOf(cast.finance, claim.ticketId)).toMatchObject([
    { payoutNo: 1, state: 'cancelled' },
    { payoutNo: 2, state: 'granted' },
  ]);
});

test('R11, S1, R13: money that comes back opens the ticket again, and is paid under the next number once', async () => {
  const claim = await decideClaim(desk, cast);
  await approve(claim.payoutId);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const [refund] = await refundsOf(desk, claim.charge);
  await control(desk, `refunds/${refund?.id}/transition`, { status: 'failed', failure_reason: 'lost_or_stolen_card' });

  await untilTicket(cast.customer, claim.ticketId, ({ phase }) => phase === 'settling');
  await untilPayout(cast.finance, claim.payoutId, 'returned');
  expect(await booksOf(claim.ticketId)).toEqual(captured);
  await desk.mail.waitForMail(
    (mail) => mail.to.includes(cast.finance.email) && /came back|return/i.test(mail.text),
    10_000,
  );
  await untilFound('the second run', async () => {
    const runs: number[] = await desk.core.db('tickets').where({ id: claim.ticketId }).pluck('run');
    return runs[0] === 2;
  });

  await decline(claim.payoutId);
  await decideRefund(cast.agent, claim.ticketId, '1999');
  const second = (await payoutsOf(cast.finance, claim.ticketId)).at(-1);
  expect(second).toMatchObject({ payoutNo: 2, state: 'granted' });
  await approve(String(second?.id));
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const refunds = await refundsOf(desk, claim.charge);
  expect(refunds.map(({ status }) => status).sort()).toEqual(['failed', 'succeeded']);
  expect(await booksOf(claim.ticketId)).toEqual({ refunds: 1999n, sales: -1999n });
  expect(second?.['key']).not.toBe((await payoutsOf(cast.finance, claim.ticketId))[0]?.['key']);
});

test('a customer who withdraws before the release has the payout cancelled, and nothing is owed', async () => {
  const claim = await decideClaim(desk, cast);
  expectStatus(await cast.customer.post(`/v1/tickets/${claim.ticketId}/withdraw`, { confirmed: true }), 200);
  await untilTicket(cast.customer, claim.ticketId, closedAs('withdrawn'));
  await untilPayout(cast.finance, claim.payoutId, 'cancelled');
  expect(await booksOf(claim.ticketId)).toEqual(captured);
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
});

test('a customer who withdraws once the money is on its way is told so', async () => {
  await control(desk, 'faults', { kind: 'webhook-withhold', times: 0 });
  const claim = await decideClaim(desk, cast);
  await approve(claim.payoutId);
  await untilPayout(cast.finance, claim.payoutId, 'sent');
  const answer = await cast.customer.post(`/v1/tickets/${claim.ticketId}/withdraw`, { confirmed: true });
  expect(refusalIn(answer)).toEqual([409, 'payout-sent', undefined]);
  await fetch(`${desk.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
});

/** The activity tried to send and was held back: its next attempt is waited for. */
const untilHeld = (ticketId: string, type: string) =>
  untilFound(`the payout to be held by ${type}`, async () => {
    const { raw } = await desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`).describe();
    const [pending] = raw.pendingActivities ?? [];
    return pending?.lastFailure?.applicationFailureInfo?.type === type && pending;
  });

test('while payouts are stopped an approved one is held, and it goes once they are resumed', async () => {
  const claim = await decideClaim(desk, cast);
  expectStatus(await cast.finance.post('/v1/payouts/stop', { ground: 'The bank called.' }), 200);
  await approve(claim.payoutId);
  await untilHeld(claim.ticketId, 'PayoutsStopped');
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
  await untilPayout(cast.finance, claim.payoutId, 'approved');
  expectStatus(await cast.finance.post('/v1/payouts/resume'), 200);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
});

test('D1, D2, RP-3.8: a dispute that opens before the approval holds the payout until it is won', async () => {
  const claim = await decideClaim(desk, cast);
  const dispute = await control(desk, 'disputes', { charge: claim.charge, status: 'needs_response' });
  await untilFound('the dispute to hold the ticket', async () =>
    (await eventKinds(desk, claim.ticketId)).includes('disputeOpened'),
  );
  await approve(claim.payoutId);
  await untilPayout(cast.finance, claim.payoutId, 'approved');
  // The run took its turn after the approval, and began no sending.
  const { raw } = await desk.temporal.client.workflow.getHandle(`ticket/${claim.ticketId}`).describe();
  expect(raw.pendingActivities ?? []).toEqual([]);
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
  expect(await eventKinds(desk, claim.ticketId)).not.toContain('payoutSending');
  await control(desk, `disputes/${dispute.id}/transition`, { status: 'won' });
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
});
