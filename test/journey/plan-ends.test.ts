/** RP-4.4, R3: the shop's answer to the end of a plan is lost, and the refund that it was for is declined meanwhile. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decideRefund } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, closedAs, decideClaim, refundsOf, untilTicket } from '../environment/claims.ts';
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

const release = async (payoutId: string) =>
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/approve`), 200);

/** The ends of plans that the ticket asked for, in order. */
const endsOf = (ticketId: string): Promise<string[]> =>
  desk.core.db('remedies').where({ ticket_id: ticketId, kind: 'plan_end' }).orderBy('remedy_no').pluck('state');

const untilEnds = (ticketId: string, states: readonly string[]) =>
  untilFound(`the ends of plans to be ${states.join(', ')}`, async () => {
    const ends = await endsOf(ticketId);
    return ends.length === states.length && ends.every((state, index) => state === states[index]);
  });

test('RP-4.4, R3: the plan’s end becomes known, a lead is told, and what is granted again goes once', async () => {
  const { orderRef, ticketId, payoutId, charge } = await decideClaim(desk, cast);
  // It does the work without a word, and cannot be asked about it.
  await shop.control('POST', 'faults', { kind: 'lose-answer', method: 'POST', path: '/v1/actions' });
  await shop.control('POST', 'faults', { kind: 'fail', method: 'GET', path: '/v1/actions', status: 503, times: 0 });
  await release(payoutId);
  await untilEnds(ticketId, ['unknown']);
  const ground = { ground: 'Another way was agreed.' };
  expectStatus(await cast.finance.post(`/v1/payouts/${payoutId}/decline`, ground), 200);
  await untilTicket(cast.agent, ticketId, ({ phase }) => phase === 'deciding');
  expect(await endsOf(ticketId)).toEqual(['unknown']);

  await shop.control('DELETE', 'faults');
  await untilEnds(ticketId, ['applied']);
  expect((await shop.plan(orderRef)).ended).toBe(true);
  expect(await refundsOf(desk, charge)).toEqual([]);
  const told = await untilFound('the lead to be told', async () => {
    const root = `<ticket/${ticketId}@127.0.0.1>`;
    const mails = desk.mail.mails().filter(({ inReplyTo, to }) => inReplyTo === root && to.includes(cast.lead.email));
    return mails.find(({ subject }) => subject.includes('the plan has ended'))?.text;
  });
  expect(told).toContain('the payment was declined by our finance team');

  await decideRefund(cast.agent, ticketId);
  await release(String((await payoutsOf(cast.finance, ticketId)).at(-1)?.['id']));
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  // The shop has nothing against the end of a plan that has ended.
  expect(await endsOf(ticketId)).toEqual(['applied', 'applied']);
  expect((await refundsOf(desk, charge)).map(({ amount }) => amount)).toEqual([1999]);
  const asked = (await shop.books()).actions.filter(({ kind }) => kind === 'end_plan');
  expect(new Set(asked.map(({ key }) => key)).size).toBe(2);
});
