/** An appeal goes before somebody who has not judged the request before: neither as reviewer or decider, nor as second person. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Desk, type Person, startDesk } from './desk.ts';
import { confirm, createTicket, putOrder, review } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let owner: Person;
let reviewer: Person;
let decider: Person;
let confirmer: Person;
let other: Person;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
  reviewer = await desk.signedIn('agent');
  decider = await desk.signedIn('agent');
  confirmer = await desk.signedIn('lead');
  other = await desk.signedIn('lead');
});
afterAll(() => desk.close());

/** Refused against the proposal, which took two people, and appealed. */
async function appealed(): Promise<string> {
  const ticket = await createTicket(owner, await putOrder(desk, service, owner.email));
  const path = `/v1/tickets/${String(ticket['id'])}`;
  await review(reviewer, String(ticket['id']));
  const refusal = { decision: 'refuse', clauses: ['RP-3.5'], ground: 'Resold.', exception: 'refusal' };
  expect((await decider.post(`${path}/decision`, refusal)).status).toBe(200);
  await confirm(confirmer, String(ticket['id']));
  expect((await owner.post(`${path}/appeal`, { ground: 'I resold nothing.' })).status).toBe(200);
  return path;
}

const finding = { cause: 'seller', finding: 'The exit pool was down.' };

test('RP-3.9: none of the three who judged it before may review it, and each other reviewer may', async () => {
  const path = await appealed();
  for (const barred of [reviewer, decider, confirmer]) {
    const answer = await barred.post(`${path}/review`, finding);
    expect([answer.status, answer.json['id']]).toEqual([403, 'other-reviewer']);
  }
  expect((await other.post(`${path}/review`, finding)).status).toBe(200);
});

test('RP-3.9: the mail that asks for a reviewer reaches none of the three', async () => {
  const path = await appealed();
  const ticketId = path.split('/').at(-1);
  const told = await desk.db('notices').where({ ticket_id: ticketId, template: 'appeal-assigned' }).pluck('subject_id');
  expect(told).toEqual([other.id]);
});

test('RP-3.9: nor may the one who confirmed the first decision confirm the second', async () => {
  const path = await appealed();
  const second = await desk.signedIn('agent');
  expect((await second.post(`${path}/review`, finding)).status).toBe(200);
  const again = { decision: 'refuse', clauses: ['RP-3.5'], ground: 'It was.', exception: 'refusal' };
  expect((await second.post(`${path}/decision`, again)).status).toBe(200);
  const yes = { confirm: true, ground: 'As before.' };
  const refused = await confirmer.post(`${path}/decision/confirmation`, yes);
  expect([refused.status, refused.json['id']]).toEqual([403, 'other-reviewer']);
  expect((await other.post(`${path}/decision/confirmation`, yes)).status).toBe(200);
});
