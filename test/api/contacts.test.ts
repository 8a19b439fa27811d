/** RP-5.1: how a customer can be reached: an address that signing in verifies, and the messengers that they name. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { type Json, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let owner: Person;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
});
afterAll(() => desk.close());

const telegram = { service: 'telegram', handle: '@carol_91' };
const whatsapp = { service: 'whatsapp', handle: '+49151234567' };

const shownOf = (contacts: readonly Json[]) =>
  contacts.map(({ kind, service: by, address, verified }) => [kind, by, address, verified]);

async function contactsOf(who: Person): Promise<unknown[]> {
  const answer = await who.get('/v1/me/contacts');
  expect(operations.listContacts.answers[200].parse(answer.json)).toEqual(answer.json);
  return shownOf(listIn(answer.json, 'items'));
}

const put = (who: Person, messengers: readonly object[], key?: string) =>
  who.send('PUT', '/v1/me/contacts', { body: { messengers }, ...(key ? { key } : {}) });

const address = (who: Person, verified = true) => ['email', null, who.email, verified];

test('RP-5.1: an address that the shop names is verified by signing in with it, and not before', async () => {
  const email = 'named-by-the-shop@example.com';
  await putOrder(desk, service, email);
  const kept = () => desk.db('contact_channels').where({ kind: 'email', address: email }).pluck('verified_at');
  expect(await kept()).toEqual([null]);
  const buyer = await desk.signedIn('customer', email);
  expect(await kept()).toEqual([expect.any(Date)]);
  expect(await contactsOf(buyer)).toEqual([address(buyer)]);
});

test('RP-5.1: who signs in without an order has a verified address as well, and staff have none kept', async () => {
  const agent = await desk.signedIn('agent');
  await desk.db('people').where({ id: agent.id }).update({ email_verified: true });
  expect(await contactsOf(owner)).toEqual([address(owner)]);
  expect(await desk.db('contact_channels').where({ person_id: agent.id })).toEqual([]);
});

test('RP-5.1: a messenger is stored, kept where it is named again, and removed where it is not', async () => {
  const both = await put(owner, [telegram, whatsapp]);
  expect(operations.putContacts.answers[200].parse(both.json)).toEqual(both.json);
  const [first, second] = [
    ['messenger', 'telegram', '@carol_91', false],
    ['messenger', 'whatsapp', '+49151234567', false],
  ];
  expect(shownOf(listIn(both.json, 'items'))).toEqual([address(owner), first, second]);
  const since = (answer: { json: Json }) => listIn(answer.json, 'items').at(-1)?.['since'];
  const one = await put(owner, [whatsapp]);
  expect(since(one)).toBe(since(both));
  expect(await contactsOf(owner)).toEqual([address(owner), second]);
  await put(owner, []);
  expect(await contactsOf(owner)).toEqual([address(owner)]);
});

test('RP-5.1: the same key stores it once, and gives the same answer', async () => {
  const first = await put(owner, [telegram], 'contacts-key-1');
  await put(owner, []);
  expect((await put(owner, [telegram], 'contacts-key-1')).text).toBe(first.text);
  expect(await contactsOf(owner)).toEqual([address(owner)]);
});

test.each([
  ['an unknown service', { service: 'pigeon', handle: 'carol' }],
  ['more than a handle', { service: 'telegram', handle: 'write to me <b>soon</b>' }],
  ['PA-1.2: a card’s number', { service: 'whatsapp', handle: '4242424242424242' }],
])('%s is refused', async (_what, messenger) => {
  const answer = await put(owner, [messenger]);
  expect([answer.status, answer.json['id']]).toEqual([422, 'request-invalid']);
});

test('RP-5.1, PV-1.2: those who work on a ticket see how its customer is reached, on record; the customer’s own view says nothing', async () => {
  await put(owner, [telegram]);
  const ticket = await createTicket(owner, await putOrder(desk, service, owner.email));
  const path = `/v1/tickets/${String(ticket['id'])}`;
  for (const role of ['agent', 'lead', 'finance'] as const) {
    const staff = await desk.signedIn(role);
    expect(shownOf(listIn((await staff.get(path)).json, 'contacts'))).toEqual([
      address(owner),
      ['messenger', 'telegram', '@carol_91', false],
    ]);
    expect(await desk.db('access_log').where({ viewer_id: staff.id, subject_id: owner.id })).toHaveLength(1);
  }
  expect((await owner.get(path)).json).not.toHaveProperty('contacts');
  const events = await desk.db('ticket_events').where({ ticket_id: ticket['id'] });
  expect(JSON.stringify([events, desk.logged])).not.toContain('carol_91');
});
