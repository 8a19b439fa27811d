/** Changes of tickets as they happen: heard by whoever may see them and by nobody else, and taken up again without a gap. */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Client } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { type EventStream, openEvents } from './event-stream.ts';
import { createTicket, putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let agent: Person;
let carol: Person;
let other: Person;
let ticketId: string;
let otherTicketId: string;
const streams: EventStream[] = [];

beforeAll(async () => {
  desk = await startDesk({ streamBeatMs: 100 });
  [service, agent, carol, other] = [
    await desk.signedIn('service'),
    await desk.signedIn('agent'),
    await desk.signedIn('customer'),
    await desk.signedIn('customer'),
  ];
  [ticketId, otherTicketId] = [await aTicketOf(carol), await aTicketOf(other)];
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(() => desk.close());

async function aTicketOf(customer: Person): Promise<string> {
  return (await createTicket(customer, await putOrder(desk, service, customer.email))).id;
}

async function listen(client: Client, after?: string): Promise<EventStream> {
  const stream = await openEvents(client, { path: '/v1/tickets/events', ...(after === undefined ? {} : { after }) });
  streams.push(stream);
  return stream;
}

const of =
  (id: string) =>
  ({ name, data }: { name: string; data: { id: string } }) =>
    name === 'ticket' && data.id === id;

const told = (stream: EventStream): string[] =>
  stream.events.filter(({ name }) => name === 'ticket').map(({ data }) => data.id);

const says = (client: Client, text = 'Any news?', id = ticketId) => client.post(`/v1/tickets/${id}/messages`, { text });

test('a message is heard by its customer and by staff, by its ticket’s id alone, and by no other customer', async () => {
  const [hers, theirs, staff] = [await listen(carol), await listen(other), await listen(agent)];
  await says(carol);
  expect((await hers.heard(of(ticketId))).data).toEqual({ id: ticketId });
  await staff.heard(of(ticketId));
  await says(other, 'And mine?', otherTicketId);
  await theirs.heard(of(otherTicketId));
  expect(told(theirs)).not.toContain(ticketId);
  expect(told(hers)).not.toContain(otherTicketId);
});

test('that staff noted something is heard by staff alone, also later', async () => {
  const [hers, staff] = [await listen(carol), await listen(agent)];
  await says(other, 'Hello?', otherTicketId);
  const { id: place } = await staff.heard(of(otherTicketId));
  await agent.post(`/v1/tickets/${ticketId}/notes`, { text: 'Looks like the dead range.' });
  await staff.heard(of(ticketId));
  expect(told(hers)).toEqual([]);
  expect(told(await listen(carol, place))).toEqual([]);
  expect(told(await listen(agent, place))).toContain(ticketId);
});

test('whoever comes back is told once of each ticket that changed meanwhile, of theirs alone', async () => {
  const first = await listen(carol);
  const place = first.lastEventId;
  first.close();
  for (const text of ['One.', 'Two.', 'Three.']) await says(carol, text);
  await says(other, 'Four.', otherTicketId);
  const second = await listen(carol, place);
  expect(second.events[0]?.data).toEqual({ resumed: true });
  await second.heard(of(ticketId));
  expect(told(second)).toEqual([ticketId]);
});

test('nobody hears of payouts here', async () => {
  const staff = await listen(agent);
  await (await desk.signedIn('finance')).post('/v1/payouts/stop', { ground: 'An audit.' });
  await says(carol);
  await staff.heard(of(ticketId));
  expect(new Set(staff.events.map(({ name }) => name))).toEqual(new Set(['hello', 'ticket']));
});

test('a customer’s stream ends when the accounts change that it was opened for, and is opened with the new ones', async () => {
  const stream = await listen(other);
  const hers = desk.db('tickets').where({ id: ticketId });
  const membership = hers.select('account_id', desk.db.raw('?::uuid, ?', [other.id, 'viewer']));
  await desk.db(desk.db.raw('account_members (account_id, person_id, rights)')).insert(membership);
  await stream.ended;
  expect(stream.events.at(-1)).toMatchObject({ name: 'hello', data: { resumed: false } });
  const again = await listen(other);
  await says(carol);
  expect((await again.heard(of(ticketId))).data).toEqual({ id: ticketId });
});

test('a stream is refused to whoever is not signed in', async () => {
  expect((await listen(desk.stranger)).status).toBe(401);
});
