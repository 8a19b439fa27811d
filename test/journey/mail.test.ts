/** The mails of a ticket's life: one for each step, to whom it concerns, all under the ticket's one root. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CaughtMail } from '../../dev/caught-mail.ts';
import { type Cast, castOf, closedAs, decideClaim, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { expectStatus, untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});

afterAll(() => desk.close());

test('every step is mailed once to whom it concerns, threaded under the ticket, with an id that its row fixes', async () => {
  const claim = await decideClaim(desk, cast);
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  expectStatus(await cast.agent.post(`/v1/tickets/${claim.ticketId}/messages`, { text: 'It is on its way.' }), 201);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  type Row = { id: string; template: string; state: string; audience: string };
  const notices = await untilFound('all notices to be sent', async () => {
    const rows: Row[] = await desk.core.db('notices').where({ ticket_id: claim.ticketId });
    return rows.every(({ state }) => state === 'sent') && rows;
  });
  expect(
    notices
      .filter(({ audience }) => audience === 'customer')
      .map(({ template }) => template)
      .sort(),
  ).toEqual([
    'message-to-customer',
    'payout-approved',
    'payout-sent',
    'payout-settled',
    'review-begun',
    'ticket-decided-refund',
    'ticket-received',
  ]);
  expect(notices.filter(({ audience }) => audience === 'staff').map(({ template }) => template)).toEqual([
    'payout-awaiting-approval',
  ]);

  const root = `<ticket/${claim.ticketId}@127.0.0.1>`;
  const ofTicket = (mail: CaughtMail) => mail.inReplyTo === root;
  const mails = desk.mail.mails().filter(ofTicket);
  const expected = notices.map(({ id }) => `<notice/${id}@127.0.0.1>`).sort();
  expect(mails.map(({ messageId }) => messageId).sort()).toEqual(expected);
  expect(mails.every(({ references }) => references.length === 1 && references[0] === root)).toBe(true);
  expect(new Set(mails.flatMap(({ to }) => to))).toEqual(new Set([cast.customer.email, cast.finance.email]));
});

test('I5: a mail whose acknowledgement is lost is sent again under the same id', async () => {
  desk.mail.fail('drop-after-data', 1);
  const claim = await decideClaim(desk, cast);
  const root = `<ticket/${claim.ticketId}@127.0.0.1>`;
  const twice = await untilFound('a mail to come a second time', async () => {
    const ids = desk.mail
      .mails()
      .filter((mail) => mail.inReplyTo === root)
      .map(({ messageId }) => messageId);
    return ids.find((id, index) => ids.indexOf(id) !== index);
  });
  const notice = await desk.core.db('notices').where({ ticket_id: claim.ticketId }).pluck('id');
  expect(notice.map((id: string) => `<notice/${id}@127.0.0.1>`)).toContain(twice);
});
