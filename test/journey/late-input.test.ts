/** What comes twice, or after the end: the same answer for the same key, and a clear word that the ticket is closed. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listIn } from '../api/client.ts';
import { review, upload } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, closedAs, decideClaim, openClaim, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { eventKinds, expectStatus, payoutsOf, refundOf, refusalIn } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});

afterAll(() => desk.close());

test('T3: a decision sent again under its key, at once and later, grants once and is answered the same', async () => {
  const { ticketId } = await openClaim(desk, cast);
  await review(cast.agent, ticketId);
  const key = randomUUID();
  const decide = () => cast.agent.post(`/v1/tickets/${ticketId}/decision`, refundOf('1999'), { key });
  const [first, second] = await Promise.all([decide(), decide()]);
  const third = await decide();
  expect([first?.status, second?.status, third.status]).toEqual([200, 200, 200]);
  expect([second?.text, third.text]).toEqual([first?.text, first?.text]);
  expect(await payoutsOf(cast.finance, ticketId)).toHaveLength(1);
  expect((await eventKinds(desk, ticketId)).filter((kind) => kind === 'refundDecided')).toHaveLength(1);
});

test('T3: an approval sent twice under its key, also after the end, pays once and is answered the same', async () => {
  const claim = await decideClaim(desk, cast);
  const key = randomUUID();
  const approve = () => cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`, {}, { key });
  const [first, second] = await Promise.all([approve(), approve()]);
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  const late = await approve();
  expect([first?.status, second?.text, late.text]).toEqual([200, first?.text, first?.text]);
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
});

test('T6: what asks for a step on a closed ticket is answered that it is closed; a message is kept all the same', async () => {
  const { ticketId } = await openClaim(desk, cast);
  expectStatus(await cast.customer.post(`/v1/tickets/${ticketId}/withdraw`, { confirmed: true }), 200);
  await untilTicket(cast.customer, ticketId, closedAs('withdrawn'));
  const uploadId = await upload(cast.customer, 'one more log', { ticketId });
  const late = [
    await cast.customer.post(`/v1/tickets/${ticketId}/evidence`, { uploadIds: [uploadId] }),
    await cast.customer.post(`/v1/tickets/${ticketId}/withdraw`, { confirmed: true }),
    await cast.agent.post(`/v1/tickets/${ticketId}/review`, { cause: 'seller', finding: 'Too late.' }),
    await cast.agent.post(`/v1/tickets/${ticketId}/decision`, refundOf('1999')),
  ];
  expect(late.map(refusalIn)).toEqual(late.map(() => [409, 'ticket-closed', { phase: 'closed' }]));

  const said = await cast.customer.post(`/v1/tickets/${ticketId}/messages`, { text: 'It works again, thank you.' });
  expect([200, 201]).toContain(said.status);
  const timeline = expectStatus(await cast.agent.get(`/v1/tickets/${ticketId}/timeline?limit=100`), 200);
  const messages = listIn(timeline.json, 'items').filter(({ type }) => type === 'message');
  expect(messages).toMatchObject([{ text: 'It works again, thank you.' }]);
  expect((await cast.customer.get(`/v1/tickets/${ticketId}`)).json['outcome']).toBe('withdrawn');
});
