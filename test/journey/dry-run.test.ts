/** A dry run on live orders: everything is decided and approved, and neither money nor a customer's mail goes out. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cast, castOf, closedAs, decideClaim, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { expectStatus, untilFound, untilPayout } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk({ environment: { PAYOUT_MODE: 'dry-run' } });
  cast = await castOf(desk);
});

afterAll(() => desk.close());

test('a dry run ends rehearsed: the provider holds no refund, the customer hears nothing, finance does', async () => {
  const claim = await decideClaim(desk, cast);
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  await untilTicket(cast.agent, claim.ticketId, closedAs('rehearsed'));
  await untilPayout(cast.finance, claim.payoutId, 'rehearsed');
  expect(await refundsOf(desk, claim.charge)).toEqual([]);

  const notices = await untilFound('all notices to be dealt with', async () => {
    const rows: { audience: string; state: string }[] = await desk.core
      .db('notices')
      .where({ ticket_id: claim.ticketId })
      .select('audience', 'state');
    return rows.every(({ state }) => state !== 'queued') && rows;
  });
  const statesOf = (audience: string) =>
    new Set(notices.filter((row) => row.audience === audience).map((row) => row.state));
  expect([statesOf('customer'), statesOf('staff')]).toEqual([new Set(['withheld']), new Set(['sent'])]);
  const toCustomer = desk.mail.mails().filter((mail) => mail.to.includes(cast.customer.email));
  expect(toCustomer.every((mail) => /\b\d{8}\b/.test(mail.subject))).toBe(true);
  const books = await desk.core.db('ledger_entries').where({ ticket_id: claim.ticketId }).orderBy('id').pluck('kind');
  expect(books).toEqual(['grant', 'grant_released']);
});
