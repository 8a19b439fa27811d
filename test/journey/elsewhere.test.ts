/** Refunds made in a provider's dashboard: on the order's balance at once, by webhook or by the list, and off it if they fail. */

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { proveLedger } from '../../db/ledger-proof.ts';
import { createStripeClient } from '../../providers/stripe.ts';
import { createProviders } from '../../runtime/providers.ts';
import { ensureSchedules } from '../../runtime/schedules.ts';
import { type Json, listIn, objectIn } from '../api/client.ts';
import { createTicket, decideLess, review } from '../api/orders-and-tickets.ts';
import {
  type Cast,
  castOf,
  closedAs,
  control,
  openClaim,
  payoutOf,
  putOrder,
  untilTicket,
} from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { expectStatus, putOrderPaidBy, untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk({ paypal: true });
  cast = await castOf(desk);
  await ensureSchedules(desk.temporal.client, createProviders(desk.core).rails);
});

beforeEach(async () => {
  await fetch(`${desk.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
  await paypal('DELETE', 'faults');
});

afterAll(() => desk.close());

async function paypal(method: string, path: string, body?: object): Promise<Json> {
  const url = `${desk.paypalUrl}/_sandbox/${path}`;
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`PayPal’s sandbox answered ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

/** In Stripe's dashboard, by somebody who does not know of the desk. */
async function refundByHand(charge: string, amount: number): Promise<string> {
  const { STRIPE_API_KEY, STRIPE_API_URL } = desk.core.config;
  const dashboard = createStripeClient({ apiKey: STRIPE_API_KEY.reveal(), apiUrl: STRIPE_API_URL, timeoutMs: 10_000 });
  return (await dashboard.refunds.create({ charge, amount })).id;
}

async function reconcile(rail: 'card' | 'paypal'): Promise<void> {
  const finished = async (): Promise<number> =>
    (await desk.core.db('reconciliations').where({ rail }).whereNotNull('finished_at').pluck('id')).length;
  const before = await finished();
  await desk.temporal.client.schedule.getHandle(`reconcile/${rail}/long`).trigger();
  await untilFound('a look to end', async () => (await finished()) > before);
}

const elsewhereOf = async (orderRef: string): Promise<number> => {
  const order = desk.core.db('orders').where({ ref: orderRef }).select('id');
  const taken: string[] = await desk.core.db('order_tenders').whereIn('order_id', order).pluck('elsewhere_minor');
  return Number(taken[0]);
};

const untilElsewhere = (orderRef: string, minor: number): Promise<unknown> =>
  untilFound(`${minor} to be taken over`, async () => (await elsewhereOf(orderRef)) === minor);

/** What the ticket's own timeline says of it, as its customer reads it. */
const untilTold = (ticketId: string, minors: readonly string[]): Promise<unknown> =>
  untilFound(`the ticket to tell of ${minors.join()}`, async () => {
    const { json } = await cast.customer.get(`/v1/tickets/${ticketId}/timeline?limit=100`);
    const told = listIn(json, 'items').filter(({ kind }) => kind === 'refundedElsewhere');
    return told.map(({ data }) => (data as Json)['minor']).join() === minors.join();
  });

const proposed = async (ticketId: string): Promise<unknown> => {
  const { json } = await cast.agent.get(`/v1/tickets/${ticketId}/proposal`);
  return objectIn(json, 'proposal');
};

const refundOf = (minor: string) => ({ kind: 'refund', refund: { amount: { minor, currency: 'USD' } } });

test('R10: after a ticket closed with a part, what the dashboard gives back is booked, noted, and judged by at the next claim', async () => {
  const claim = await openClaim(desk, cast);
  await review(cast.agent, claim.ticketId);
  await decideLess(cast.agent, cast.lead, claim.ticketId, '600');
  expectStatus(await cast.finance.post(`/v1/payouts/${await payoutOf(cast.agent, claim.ticketId)}/approve`), 200);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const refund = await refundByHand(claim.charge, 1000);
  await untilElsewhere(claim.orderRef, 1000);
  await untilTold(claim.ticketId, ['1000']);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const { json } = await cast.finance.get('/v1/ledger?kind=refunded_elsewhere');
  expect(listIn(json, 'items')).toHaveLength(1);

  const second = String((await createTicket(cast.customer, claim.orderRef))['id']);
  await review(cast.agent, second);
  expect(await proposed(second)).toMatchObject(refundOf('399'));
  // R11: it failed at the bank, and what is proposed follows.
  await control(desk, `refunds/${refund}/transition`, { status: 'failed' });
  await untilElsewhere(claim.orderRef, 0);
  await untilTold(second, ['0']);
  expect(await proposed(second)).toMatchObject(refundOf('1399'));
  expect(await proveLedger(desk.core.db)).toEqual([]);
});

test('W8: without a webhook the list finds it, and that it failed, on an order that nobody claims', async () => {
  const { orderRef, charge } = await putOrder(desk, cast.service, cast.customer.email);
  await control(desk, 'faults', { kind: 'webhook-withhold', times: 20 });
  const refund = await refundByHand(charge, 700);
  await reconcile('card');
  await untilElsewhere(orderRef, 700);
  await untilFound('the proof to agree', async () => (await proveLedger(desk.core.db)).length === 0);
  const { json } = await cast.finance.get('/v1/reconciliation/breaks');
  const found = listIn(json, 'items').find((one) => one['orderRef'] === orderRef);
  const closing = { closedAs: 'made_elsewhere', ground: 'Made in the dashboard on the phone.' };
  expectStatus(await cast.finance.post(`/v1/reconciliation/breaks/${String(found?.['id'])}/resolve`, closing), 200);

  await control(desk, `refunds/${refund}/transition`, { status: 'failed' });
  // Lists are sure of what is older than an hour.
  const listedAt = desk.core.db.raw(`record_at - interval '2 hours'`);
  await desk.core.db('reconciliation_breaks').where({ provider_ref: refund }).update({ record_at: listedAt });
  await reconcile('card');
  await untilElsewhere(orderRef, 0);
  expect(await proveLedger(desk.core.db)).toEqual([]);
});

test('W8: a provider that cannot be asked when its webhook comes is asked again', async () => {
  const { orderRef, charge } = await putOrder(desk, cast.service, cast.customer.email);
  await control(desk, 'faults', { kind: 'fail', method: 'GET', path: '/v1/charges', times: 3, status: 503 });
  await refundByHand(charge, 450);
  await untilElsewhere(orderRef, 450);
  expect(await proveLedger(desk.core.db)).toEqual([]);
});

test.each(['its webhook', 'its search'])(
  'R10: what was refunded on PayPal’s own pages is taken over by %s',
  async (way) => {
    const amount = (value: string) => ({ amount: { currency_code: 'USD', value } });
    const captureRef = String((await paypal('POST', 'captures', amount('19.99')))['id']);
    const orderRef = await putOrderPaidBy(cast, [{ method: 'paypal', minor: 1999, captureRef }]);
    if (way === 'its search') {
      await paypal('POST', 'search', { delay_ms: 0 });
      await paypal('POST', 'faults', { kind: 'webhook-withhold', times: 20 });
    }
    const refund = await paypal('POST', `captures/${captureRef}/refund`, amount('7.00'));
    if (way === 'its search') await reconcile('paypal');
    await untilElsewhere(orderRef, 700);
    await paypal('DELETE', 'faults');
    await paypal('POST', `refunds/${String(refund['id'])}/transition`, { status: 'FAILED' });
    await untilElsewhere(orderRef, 0);
    expect(await elsewhereOf(orderRef)).toBe(0);
  },
);
