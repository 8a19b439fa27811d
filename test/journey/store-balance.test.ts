/** Money that was paid from store balance goes back to it through the shop, alone or beside a card, and once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import { type Cast, capture, castOf, closedAs, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { accessToShop, type ShopAccess } from '../providers/shop-bench.ts';
import { expectStatus, payoutsOf, putOrderPaidBy, type Tender } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;
let shop: ShopAccess;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  shop = accessToShop(desk.shopUrl);
});

afterAll(() => desk.close());

async function paidFromBalance(minor: number): Promise<string> {
  const captureRef = `pay_${randomUUID()}`;
  await shop.control('PUT', `payments/${captureRef}`, { accountRef: 'acme', minor: String(minor), currency: 'USD' });
  return captureRef;
}

const creditsOf = async (captureRef: string) =>
  (await shop.books()).credits.filter((credit) => credit.captureRef === captureRef);

/** Decided in full and released; resolves to the ticket's id. */
async function refundInFull(tenders: readonly Tender[]): Promise<string> {
  const ticket = await createTicket(cast.customer, await putOrderPaidBy(cast, tenders));
  const ticketId = String(ticket['id']);
  await review(cast.agent, ticketId);
  await decideRefund(cast.agent, ticketId, String(tenders.reduce((sum, { minor }) => sum + minor, 0)));
  for (const payout of await payoutsOf(cast.finance, ticketId))
    expectStatus(await cast.finance.post(`/v1/payouts/${String(payout['id'])}/approve`), 200);
  return ticketId;
}

test('R3: store balance goes back to it once, though the shop’s first answer is lost', async () => {
  const captureRef = await paidFromBalance(1200);
  await shop.control('POST', 'faults', { kind: 'lose-answer', method: 'POST' });
  const ticketId = await refundInFull([{ method: 'store_balance', minor: 1200, captureRef }]);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  const [payout] = await payoutsOf(cast.finance, ticketId);
  expect(payout).toMatchObject({ state: 'settled', method: 'store_balance' });
  expect(await creditsOf(captureRef)).toEqual([
    { id: expect.stringMatching(/^bal_/), captureRef, remedyId: payout?.['id'], minor: '1200' },
  ]);
});

test('RP-4.4: what was paid by card and from balance goes back to each, in what each gave', async () => {
  const captureRef = await paidFromBalance(500);
  const charge = await capture(desk, 1500);
  const ticketId = await refundInFull([
    { method: 'card', minor: 1500, captureRef: charge },
    { method: 'store_balance', minor: 500, captureRef },
  ]);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect((await refundsOf(desk, charge)).map(({ amount }) => amount)).toEqual([1500]);
  expect((await creditsOf(captureRef)).map(({ minor }) => minor)).toEqual(['500']);
});
