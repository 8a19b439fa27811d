/** The whole way of one ticket over HTTP, on real parts: from the message to a refund that the provider holds once. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { firstBrokenLink, readEvents } from '../../db/events.ts';
import { readBalances } from '../../db/ledger.ts';
import type { TicketId } from '../../domain/ids.ts';
import { listIn } from '../api/client.ts';
import { type Cast, castOf, closedAs, decideClaim, payoutOf, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});

afterAll(() => desk.close());

test('a complete ticket is reviewed, decided, approved, paid once and settled, and everyone is told', async () => {
  const claim = await decideClaim(desk, cast);
  const approved = await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  expect(approved.status).toBe(200);
  const ticket = await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));

  expect(listIn(ticket, 'payouts')).toMatchObject([
    { progress: 'settled', amount: { minor: '1999', currency: 'USD' } },
  ]);
  expect(await refundsOf(desk, claim.charge)).toMatchObject([{ amount: 1999, status: 'succeeded' }]);
  const balances = await readBalances(desk.core.db);
  expect(balances.filter(({ minor }) => minor !== 0n)).toEqual([
    { account: 'refunds', currency: 'USD', standing: 'posted', minor: 1999n },
    { account: 'sales', currency: 'USD', standing: 'posted', minor: -1999n },
  ]);
  const settled = await desk.mail.waitForMail(
    (mail) =>
      mail.to.includes(cast.customer.email) &&
      mail.text.includes('19.99 USD') &&
      mail.references.length > 0 &&
      /settled|arriv|bank/i.test(mail.text),
    10_000,
  );
  expect(settled.text).toContain(String(ticket['reference']));
});

test('the timeline is a gapless chain of hashes that anyone may reckon again', async () => {
  const claim = await decideClaim(desk, cast);
  const events = await readEvents(desk.core.db, claim.ticketId as TicketId);
  expect(events.length).toBeGreaterThanOrEqual(5);
  expect(firstBrokenLink(events)).toBeNull();
  const forged = events.map((event) => (event.number === 3 ? { ...event, data: { cause: 'user' } } : event));
  expect(firstBrokenLink(forged)).toBe(3);
});

test('the one who decided a ticket may not approve its payout', async () => {
  const claim = await decideClaim(desk, cast);
  const lead = await cast.agent.post(`/v1/payouts/${claim.payoutId}/approve`);
  expect(lead.status).toBe(403);
  expect(await payoutOf(cast.agent, claim.ticketId)).toBe(claim.payoutId);
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
});
