/** RP-2.3: a withdrawal loses the moment of asking, and the customer is told so before they confirm it. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { boughtAt, createTicket, putOrder, putRefundable } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let owner: Person;
let agent: Person;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
});
afterAll(() => desk.close());

/** Seven days after the first capture, by the seller's first version. */
const windowEndsAt = new Date(Date.parse(boughtAt) + 7 * 86_400_000).toISOString();

async function openTicket() {
  const ticket = await createTicket(owner, await putOrder(desk, service, owner.email));
  const path = `/v1/tickets/${String(ticket['id'])}`;
  return { ticket, path, lost: { losesAskedAt: ticket['askedAt'], windowEndsAt } };
}

const phaseAt = async (path: string) => (await owner.get(path)).json['phase'];

test('RP-2.3: while it may be withdrawn, its customer sees what that loses; staff, who may not, see nothing', async () => {
  const { path, lost } = await openTicket();
  const answer = await owner.get(path);
  expect(operations.getTicket.answers[200].parse(answer.json)).toEqual(answer.json);
  expect(objectIn(answer.json, 'withdrawal')).toEqual(lost);
  expect((await agent.get(path)).json['withdrawal']).toBeNull();
});

test('RP-2.3: unconfirmed, it is refused with what it loses, and keeps nothing; the same key then confirms it', async () => {
  const { path, ticket, lost } = await openTicket();
  const key = `withdrawal-of-${String(ticket['id'])}`;
  const told = await owner.post(`${path}/withdraw`, {}, { key });
  expect([told.status, told.json['id'], told.json['facts']]).toEqual([422, 'withdrawal-unconfirmed', lost]);
  expect(await phaseAt(path)).toBe('reviewing');
  expect(await desk.db('inputs').where({ key })).toEqual([]);
  expect((await owner.post(`${path}/withdraw`, { confirmed: false }, { key })).status).toBe(422);
  const done = await owner.post(`${path}/withdraw`, { confirmed: true }, { key });
  expect([done.status, done.json['outcome'], done.json['withdrawal']]).toEqual([200, 'withdrawn', null]);
  const again = await owner.post(`${path}/withdraw`, { confirmed: true }, { key });
  expect([again.status, again.text]).toEqual([200, done.text]);
});

test('RP-2.3: who asks again after a withdrawal asks from then on', async () => {
  const orderRef = await putRefundable(desk, service, owner.email);
  const first = await createTicket(owner, orderRef);
  await owner.post(`/v1/tickets/${String(first['id'])}/withdraw`, { confirmed: true });
  const second = await createTicket(owner, orderRef);
  expect(Date.parse(String(second['askedAt']))).toBeGreaterThan(Date.parse(String(first['askedAt'])));
});

test('T6: of a closed ticket the phase is told, confirmed or not', async () => {
  const { path } = await openTicket();
  await owner.post(`${path}/withdraw`, { confirmed: true });
  for (const body of [{}, { confirmed: true }]) {
    const answer = await owner.post(`${path}/withdraw`, body);
    expect([answer.status, answer.json['id']]).toEqual([409, 'ticket-closed']);
  }
});
