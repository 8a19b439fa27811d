/** M11: what becomes of a remedy where the customer has changed to another plan before the shop was asked for it. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Json, listIn, objectIn } from '../api/client.ts';
import { anOrder, confirm, createTicket, review } from '../api/orders-and-tickets.ts';
import {
  type Cast,
  capture,
  castOf,
  closedAs,
  decideClaim,
  openClaim,
  refundsOf,
  untilTicket,
} from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { accessToShop, type ShopAccess } from '../providers/shop-bench.ts';
import { expectStatus, payoutsOf, untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;
let shop: ShopAccess;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  shop = accessToShop(desk.shopUrl);
});

afterAll(() => desk.close());

const now = Date.now();
const daysAgo = (days: number): string => new Date(now - days * 86_400_000).toISOString();

/** The plan of the order gives way to another, which the shop sells with an order of its own. */
async function upgrade(orderRef: string): Promise<string> {
  const other = await shop.sell({ endsAt: daysAgo(-40) });
  await shop.control('PATCH', `plans/${orderRef}`, { upgraded: true });
  return other;
}

/** A claim too late for the full refund, with an offer for the one day of thirty that an incident took. */
async function offeredClaim() {
  const [boughtAt, endsAt] = [daysAgo(20), daysAgo(-10)];
  const charge = await capture(desk, 1999);
  const orderRef = `order-${randomUUID()}`;
  const amount = { minor: '1999', currency: 'USD' };
  const body = anOrder(cast.customer.email, {
    plan: { key: 'isp-1', kind: 'static_isp', name: 'Static ISP' },
    firstPurchasedAt: boughtAt,
    purchasedAt: boughtAt,
    period: { from: boughtAt, until: endsAt },
    metered: null,
    tenders: [{ method: 'card', amount, tax: { ...amount, minor: '0' }, captureRef: charge, capturedAt: boughtAt }],
  });
  expectStatus(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }), 200);
  const incident = { ref: 'INC-1', confirmed: true, widelyImpacting: true, covers: true };
  const told = { ...incident, from: daysAgo(2), until: daysAgo(1) };
  expectStatus(await cast.service.post(`/v1/orders/${orderRef}/incidents`, told), 200);
  const usage = { usedBytes: '1000', requests: 10, at: daysAgo(1) };
  expectStatus(await cast.service.post(`/v1/orders/${orderRef}/usage`, usage), 200);
  await shop.control('PUT', `plans/${orderRef}`, { endsAt });
  const ticketId = String((await createTicket(cast.customer, orderRef))['id']);
  await review(cast.agent, ticketId);
  await offer(ticketId);
  return { orderRef, ticketId, charge, endsAt };
}

const offer = async (ticketId: string) =>
  expectStatus(
    await cast.agent.post(`/v1/tickets/${ticketId}/decision`, { decision: 'offer', ground: 'The incident was ours.' }),
    200,
  );

const choose = async (ticketId: string, choice: string) =>
  expectStatus(await cast.customer.post(`/v1/tickets/${ticketId}/offer/answer`, { choice }), 200);

const remediesOf = (ticket: Json): Json[] => listIn(ticket, 'remedies');

/** Once the shop has refused it: the ticket, which is to be decided again. */
const untilRefused = (ticketId: string): Promise<Json> =>
  untilTicket(
    cast.agent,
    ticketId,
    (ticket) => ticket['phase'] === 'deciding' && remediesOf(ticket).some(({ state }) => state === 'failed'),
  );

/** What the timeline tells of remedies, to whoever looks. */
async function toldOf(who: Cast['agent'], ticketId: string): Promise<unknown[]> {
  const { json } = expectStatus(await who.get(`/v1/tickets/${ticketId}/timeline?limit=100`), 200);
  return listIn(json, 'items')
    .filter(({ kind }) => kind === 'remedyFailed')
    .map((event) => objectIn(event, 'data'));
}

/** What a lead was mailed when the shop refused, in the words of the mail. */
const untilLeadTold = (ticketId: string): Promise<string> =>
  untilFound('the lead to be told', async () => {
    const root = `<ticket/${ticketId}@127.0.0.1>`;
    const mails = desk.mail.mails().filter(({ inReplyTo, to }) => inReplyTo === root && to.includes(cast.lead.email));
    return mails.find(({ subject }) => subject.includes('the shop could not do'))?.text;
  });

test('M11, RP-4.5: an extension of a plan that was upgraded is refused by the shop, said so with the reason, and decided anew', async () => {
  const { orderRef, ticketId, charge, endsAt } = await offeredClaim();
  const other = await upgrade(orderRef);
  const sold = await shop.plan(other);
  await choose(ticketId, 'extension');
  const ticket = await untilRefused(ticketId);
  expect(remediesOf(ticket)).toEqual([{ kind: 'extension', state: 'failed', planEndsAt: null }]);
  expect(await toldOf(cast.agent, ticketId)).toEqual([
    { kind: 'extension', planEndsAt: null, reason: 'plan_upgraded', undone: true },
  ]);
  expect(await toldOf(cast.customer, ticketId)).toEqual([]);
  expect(await untilLeadTold(ticketId)).toContain('the customer has changed to another plan meanwhile');
  expect(await shop.plan(orderRef)).toMatchObject({ endsAt, ended: false });
  expect(await shop.plan(other)).toEqual(sold);

  // The lost time was made good by nothing, so that it can be offered again, and taken in money.
  await offer(ticketId);
  await choose(ticketId, 'refund');
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  // A thirtieth of 19.99, rounded up.
  expect((await refundsOf(desk, charge)).map(({ amount }) => amount)).toEqual([67]);
  expect(await shop.plan(other)).toEqual(sold);
});

test('M11, RP-4.4: a full refund goes once though the plan gave way to another, whose end people are asked to see to', async () => {
  const { orderRef, ticketId, charge, payoutId } = await decideClaim(desk, cast);
  const other = await upgrade(orderRef);
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/approve`), 200);
  const ticket = await untilTicket(cast.agent, ticketId, closedAs('refunded'));
  expect(remediesOf(ticket)).toEqual([{ kind: 'plan_end', state: 'failed', planEndsAt: null }]);
  expect(await toldOf(cast.agent, ticketId)).toEqual([{ kind: 'plan_end', planEndsAt: null, reason: 'plan_upgraded' }]);
  expect(await untilLeadTold(ticketId)).toContain('the customer has changed to another plan meanwhile');
  expect(await payoutsOf(cast.finance, ticketId)).toMatchObject([{ state: 'settled' }]);
  expect((await refundsOf(desk, charge)).map(({ amount }) => amount)).toEqual([1999]);
  expect(await shop.plan(other)).toMatchObject({ ended: false });
});

test('M11: a plan that was upgraded is not replaced, and the ticket is decided anew', async () => {
  const { orderRef, ticketId } = await openClaim(desk, cast);
  await review(cast.agent, ticketId);
  const other = await upgrade(orderRef);
  const body = { decision: 'replace', ground: 'Its addresses are dead.' };
  expectStatus(await cast.agent.post(`/v1/tickets/${ticketId}/decision`, body), 200);
  await confirm(cast.lead, ticketId);
  const ticket = await untilRefused(ticketId);
  expect(remediesOf(ticket)).toEqual([{ kind: 'replacement', state: 'failed', planEndsAt: null }]);
  expect(await toldOf(cast.agent, ticketId)).toEqual([
    { kind: 'replacement', planEndsAt: null, reason: 'plan_upgraded', undone: true },
  ]);
  const plans = [await shop.plan(orderRef), await shop.plan(other)];
  expect(plans.map(({ replacements }) => replacements)).toEqual([0, 0]);
});
