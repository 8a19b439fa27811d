/** Writes under an Idempotency-Key: kept once, done once, answered the same for ever. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Desk, type Person, startDesk } from './desk.ts';
import { aNetworkContext, anOrder, createTicket, putOrder, putRefundable, review } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let customer: Person;
let agent: Person;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  customer = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
});
beforeEach(() => {
  desk.delivery.up = true;
});
afterAll(() => desk.close());

const aRequest = (orderRef: string) => ({
  orderRef,
  paymentMethod: 'card',
  description: 'Nothing worked.',
  networkContext: aNetworkContext,
});

const count = async (table: string, where: object): Promise<number> =>
  Number((await desk.db(table).where(where).count('* as count').first())?.['count']);

test.each([undefined, 'short', 'x'.repeat(201), 'with a blank'])('the key %p is none', async (key) => {
  const answer = await service.send('PUT', '/v1/orders/one', { body: {}, key: key ?? null });
  expect([answer.status, answer.json['id']]).toEqual([400, 'idempotency-key-missing']);
});

describe('a direct write', () => {
  test('gives the same answer byte for byte, and takes effect once', async () => {
    const ticket = await createTicket(customer, await putOrder(desk, service, customer.email));
    const send = () =>
      customer.post(`/v1/tickets/${ticket['id']}/messages`, { text: 'Hello' }, { key: 'message-key-1' });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await count('messages', { ticket_id: ticket['id'] })).toBe(1);
  });

  test('with another body under the key is refused', async () => {
    const body = anOrder('reuse@example.com');
    expect((await service.send('PUT', '/v1/orders/reuse-1', { body, key: 'order-key-1' })).status).toBe(200);
    const other = await service.send('PUT', '/v1/orders/reuse-1', {
      body: { ...body, channel: 'reseller' },
      key: 'order-key-1',
    });
    expect([other.status, other.json['id']]).toEqual([422, 'idempotency-key-reused']);
    const elsewhere = await service.send('PUT', '/v1/orders/reuse-2', { body, key: 'order-key-1' });
    expect(elsewhere.json['id']).toBe('idempotency-key-reused');
  });

  test('sent twice at once takes effect once, and both get the same answer', async () => {
    const ticket = await createTicket(customer, await putOrder(desk, service, customer.email));
    const send = () =>
      customer.post(`/v1/tickets/${ticket['id']}/messages`, { text: 'At once' }, { key: 'at-once-key' });
    const answers = await Promise.all([send(), send(), send(), send()]);
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(await count('messages', { ticket_id: ticket['id'] })).toBe(1);
  });

  test('that was refused gives the refusal again, and has changed nothing', async () => {
    const finance = await desk.signedIn('finance');
    const send = () => finance.post('/v1/payouts/resume', {}, { key: 'resume-key-1' });
    const first = await send();
    expect([first.status, first.json['id']]).toEqual([409, 'payouts-not-stopped']);
    expect((await finance.post('/v1/payouts/stop', { ground: 'An audit.' })).status).toBe(200);
    const again = await send();
    expect([again.status, again.text]).toEqual([409, first.text]);
    expect(again.headers.get('content-type')).toMatch('application/problem+json');
    expect((await finance.post('/v1/payouts/resume', {}, { key: 'resume-key-2' })).status).toBe(200);
  });

  test('of another person under the same key is their own', async () => {
    const other = await desk.signedIn('finance');
    const finance = await desk.signedIn('finance');
    const one = await finance.post('/v1/payouts/resume', {}, { key: 'shared-key-1' });
    const two = await other.post('/v1/payouts/resume', {}, { key: 'shared-key-1' });
    expect(two.headers.get('idempotency-replayed')).toBeNull();
    expect(two.text).not.toBe(one.text);
  });
});

describe('a ticket’s creation', () => {
  test('sent twice at once opens one ticket, and both are told the same', async () => {
    const orderRef = await putOrder(desk, service, customer.email);
    const send = () => customer.post('/v1/tickets', aRequest(orderRef), { key: `create-${orderRef}` });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.json['id'])).size).toBe(1);
  });

  test('is kept while Temporal is down: 202 with the ticket, and 201 by the same key once it is back', async () => {
    const orderRef = await putOrder(desk, service, customer.email);
    desk.delivery.up = false;
    const send = () => customer.post('/v1/tickets', aRequest(orderRef), { key: `kept-${orderRef}` });
    const kept = await send();
    expect([kept.status, kept.json['phase']]).toEqual([202, 'gathering']);
    expect((await send()).status).toBe(202);
    const location = kept.headers.get('location') ?? '';
    expect((await customer.get(location)).json['state']).toBe('kept');
    desk.delivery.up = true;
    const done = await send();
    expect([done.status, done.json['id']]).toEqual([201, kept.json['id']]);
    expect((await send()).text).toBe(done.text);
    expect((await customer.get(location)).json['state']).toBe('done');
  });

  test('of an order that has an open ticket is refused with that ticket, and stays refused', async () => {
    const orderRef = await putOrder(desk, service, customer.email);
    const ticket = await createTicket(customer, orderRef);
    const send = () => customer.post('/v1/tickets', aRequest(orderRef), { key: `claimed-${orderRef}` });
    const refused = await send();
    expect([refused.status, refused.json['id'], refused.json['facts']]).toEqual([
      409,
      'order-claimed',
      { orderRef, ticketId: ticket['id'] },
    ]);
    expect((await send()).text).toBe(refused.text);
    expect(await count('tickets', { id: ticket['id'] })).toBe(1);
  });
});

describe('a delivered write', () => {
  test('answers 202 while Temporal is down, and its outcome by the same key and by its address later', async () => {
    const ticket = await createTicket(customer, await putOrder(desk, service, customer.email));
    desk.delivery.up = false;
    const send = () =>
      agent.post(
        `/v1/tickets/${ticket['id']}/review`,
        { cause: 'seller', finding: 'Down.' },
        { key: `r-${ticket['id']}` },
      );
    const kept = await send();
    expect([kept.status, kept.json['state']]).toEqual([202, 'kept']);
    desk.delivery.up = true;
    const done = await send();
    expect([done.status, done.json['phase']]).toEqual([200, 'deciding']);
    expect((await send()).text).toBe(done.text);
    expect((await agent.get(kept.headers.get('location') ?? '')).json['state']).toBe('done');
    expect(await count('reviews', { ticket_id: ticket['id'] })).toBe(1);
  });

  test('that the workflow refused gives that refusal for ever, also once it would succeed', async () => {
    const ticket = await createTicket(customer, await putRefundable(desk, service, customer.email));
    const body = { decision: 'refund', amount: { minor: '1999', currency: 'USD' }, ground: 'Unusable.' };
    const decide = (key: string) => agent.post(`/v1/tickets/${ticket['id']}/decision`, body, { key });
    const early = await decide('early-decision-1');
    expect([early.status, early.json['id']]).toEqual([409, 'ticket-phase']);
    await review(agent, String(ticket['id']));
    expect((await decide('early-decision-1')).text).toBe(early.text);
    expect((await decide('second-decision-1')).status).toBe(200);
  });

  test('of someone else’s ticket keeps nothing', async () => {
    const ticket = await createTicket(customer, await putOrder(desk, service, customer.email));
    const stranger = await desk.signedIn('customer');
    const answer = await stranger.post(`/v1/tickets/${ticket['id']}/withdraw`, {}, { key: 'not-mine-1' });
    expect([answer.status, answer.json['id']]).toEqual([404, 'not-found']);
    expect(await count('inputs', { key: 'not-mine-1' })).toBe(0);
  });
});

test('PA-1.2: secrets are masked before anything of a request is kept', async () => {
  const orderRef = await putOrder(desk, service, customer.email);
  const ticket = await createTicket(customer, orderRef);
  const text = 'My card is 4242 4242 4242 4242 and the proxy http://user:hunter2secret@proxy.example.com:8080';
  const answer = await customer.post(`/v1/tickets/${ticket['id']}/messages`, { text }, { key: 'masked-key-1' });
  const input: unknown = await desk.db('inputs').where({ key: 'masked-key-1' }).first();
  const message: unknown = await desk.db('messages').where({ ticket_id: ticket['id'] }).first();
  for (const kept of [answer.text, JSON.stringify(input), JSON.stringify(message)]) {
    expect(kept).not.toMatch(/4242 ?4242|hunter2secret/);
  }
});
