/** The quota of uploads that no ticket has: one person's alone, of the last day, and given back by attaching. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { unattachedUploadsMax, unattachedUploadsWindowHours } from '../../domain/limits.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putOrder, upload } from './orders-and-tickets.ts';

let desk: Desk;
let customer: Person;
let other: Person;
let orderRef: string;
let ticketId: string;

const announced = { name: 'log.txt', bytes: 12, sha256: '0'.repeat(64) };
const begin = (person: Person) => person.post('/v1/uploads', announced);

beforeAll(async () => {
  desk = await startDesk();
  const service = await desk.signedIn('service');
  customer = await desk.signedIn('customer');
  other = await desk.signedIn('customer');
  await putOrder(desk, service, other.email);
  orderRef = await putOrder(desk, service, customer.email);
  ticketId = (await createTicket(customer, orderRef)).id;
});
afterAll(() => desk.close());

test('the uploads of one person that no ticket has are limited, also where they are announced at once', async () => {
  const complete = await upload(customer, 'connect timed out');
  const answers = await Promise.all(Array.from({ length: unattachedUploadsMax + 3 }, () => begin(customer)));
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused.map(({ status, json }) => [status, json.id])).toEqual(Array(4).fill([429, 'upload-quota']));
  expect(refused[0]?.json['facts']).toEqual({ uploadsMax: unattachedUploadsMax });
  expect((await begin(other)).status).toBe(201);

  const added = await customer.post(`/v1/tickets/${ticketId}/evidence`, { uploadIds: [complete] });
  expect(added.status).toBe(200);
  expect((await begin(customer)).status).toBe(201);
  expect((await begin(customer)).status).toBe(429);
});

test('what was announced before the last day locks nobody out', async () => {
  const before = new Date(Date.now() - unattachedUploadsWindowHours * 3_600_000);
  await desk.db('evidence_files').where({ subject_id: customer.id }).update({ created_at: before });
  expect((await begin(customer)).status).toBe(201);
});
