/** An incident's own way through Temporal: confirmed over two waiting tickets, then a wave of offers, one of them taken. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../api/client.ts';
import { doTo, ground, hoursAgo, ok } from '../api/incident-desk.ts';
import { anOrder, boughtAt, createTicket } from '../api/orders-and-tickets.ts';
import { type Cast, capture, castOf, closedAs, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { signIn } from '../environment/people.ts';
import { accessToShop } from '../providers/shop-bench.ts';
import { untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk({ environment: { OFFER_WAVE_ALONE_MAX: '{"USD":"100000"}' } });
  cast = await castOf(desk);
});

afterAll(() => desk.close());

const longAgo = hoursAgo(20 * 24);

/** Of the place alone, hardly used; what its provider captured is known. */
async function anOrderIn(place: string, email: string, bought = boughtAt): Promise<string> {
  const ref = `order-${randomUUID()}`;
  const amount = { minor: '3000', currency: 'USD' };
  const tax = { minor: '0', currency: 'USD' };
  const tenders = [{ method: 'card', amount, tax, captureRef: await capture(desk, 3000), capturedAt: bought }];
  const plan = { key: 'static', kind: 'static_isp', name: 'Static', places: [place] };
  const sold = { firstPurchasedAt: bought, purchasedAt: bought, period: { from: bought, until: hoursAgo(-240) } };
  const body = anOrder(email, { plan, tenders, ...sold });
  const { id } = await ok(cast.service.send('PUT', `/v1/orders/${ref}`, { body }));
  await ok(cast.service.post(`/v1/orders/${ref}/usage`, { usedBytes: '1000', requests: 1, at: bought }));
  await accessToShop(desk.shopUrl).control('PUT', `plans/${ref}`, { endsAt: hoursAgo(-240) });
  const captured = { captured_minor: desk.core.db.ref('amount_minor'), read_at: new Date() };
  await desk.core.db('order_tenders').where({ order_id: id }).update(captured);
  return ref;
}

async function incidentIn(place: string): Promise<string> {
  const body = { ref: `INC-${place}`, title: 'The gateway', places: [place], from: hoursAgo(20), until: hoursAgo(18) };
  const { id } = await ok(cast.agent.post('/v1/incidents', { ...body, widelyImpacting: true, ground }));
  await doTo(cast.lead, id, 'confirm');
  return id;
}

test('RP-2.4b: confirmed, an incident ends the wait of each ticket that it covers, by itself', async () => {
  const waiting: Json[] = [];
  for (let count = 0; count < 2; count += 1) {
    const customer = await signIn(desk, 'customer');
    const ticket = await createTicket(customer, await anOrderIn('JOURNEY-1', customer.email));
    const found = { cause: 'seller', finding: 'Nothing got through.', persistent: true };
    await ok(cast.agent.post(`/v1/tickets/${ticket.id}/review`, found));
    waiting.push(ticket);
  }
  const incidentId = await incidentIn('JOURNEY-1');
  for (const { id } of waiting) await untilTicket(cast.agent, id, ({ phase }) => phase === 'deciding');
  await untilFound('the incident to be told', async () =>
    (await ok(cast.agent.get(`/v1/incidents/${incidentId}`)))['told'] === true ? true : undefined,
  );
  const listed = (await ok(cast.agent.get(`/v1/tickets?incident=${incidentId}`)))['items'] as Json[];
  expect(listed.map(({ id }) => id).sort()).toEqual(waiting.map(({ id }) => id).sort());
});

test('RP-4.5: a wave offers what was lost, its customer is mailed and chooses, and the shop extends the plan', async () => {
  const customer = await signIn(desk, 'customer');
  const ref = await anOrderIn('JOURNEY-2', customer.email, longAgo);
  const entitled = await signIn(desk, 'customer');
  const told = await anOrderIn('JOURNEY-2', entitled.email, hoursAgo(30));
  const incidentId = await incidentIn('JOURNEY-2');
  await doTo(cast.lead, incidentId, 'offers', {
    budget: [{ minor: '3000', currency: 'USD' }],
    ordersPerMinute: 60_000,
  });
  const offer = await desk.mail.waitForMail(
    ({ to, subject }) => to.includes(customer.email) && subject.includes('an offer for you'),
    60_000,
  );
  const due = await desk.mail.waitForMail(
    ({ to, subject }) => to.includes(entitled.email) && subject.includes(told),
    60_000,
  );
  expect(due.subject).toContain('30.00 USD');
  const [ticket] = (await ok(customer.get(`/v1/tickets?orderRef=${ref}`)))['items'] as Json[];
  expect(offer.subject).toContain(String(ticket?.['reference']));
  const ticketId = String(ticket?.id);
  await ok(customer.post(`/v1/tickets/${ticketId}/offer/answer`, { choice: 'extension' }));
  await untilTicket(customer, ticketId, closedAs('extended'));
  const done = await untilFound('the wave to end', async () => {
    const wave = await ok(cast.lead.get(`/v1/incidents/${incidentId}/offers`));
    return wave['state'] === 'done' ? wave : undefined;
  });
  expect(done['progress']).toMatchObject({ offered: 1, told: 1, remaining: 0 });
});
