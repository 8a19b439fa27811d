/** What the address of a write names reaches its step: a hold is released by the kept input alone, once. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listIn, objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let customer: Person;
let finance: Person;
let orderRef: string;
let ticketId: string;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  customer = await desk.signedIn('customer');
  finance = await desk.signedIn('finance');
});
beforeEach(async () => {
  desk.delivery.up = true;
  orderRef = await putOrder(desk, service, customer.email);
  ticketId = String((await createTicket(customer, orderRef, { fault: 'slow' }))['id']);
});
afterAll(() => desk.close());

const ground = 'The bank asks us to wait.';

async function placeHold(stops: readonly string[]): Promise<string> {
  const answer = await finance.post(`/v1/tickets/${ticketId}/holds`, { kind: 'provider', ground, stops });
  if (answer.status !== 200) throw new Error(`placeHold answered ${answer.status} ${answer.text}`);
  return String(listIn(answer.json, 'holds').at(-1)?.['id']);
}

describe('a hold', () => {
  test('RP-4.3: stops the named clocks and is shown to its customer without who and why', async () => {
    const holdId = await placeHold(['decision']);
    const seen = await customer.get(`/v1/tickets/${ticketId}`);
    const hold = { kind: 'provider', since: expect.any(String), until: null, stops: ['decision'] };
    expect(seen.json['holds']).toEqual([hold]);
    expect(listIn(objectIn(seen.json, 'clocks'), 'pauses')).toMatchObject([{ clock: 'decision', reason: 'provider' }]);
    expect(seen.text).not.toContain(ground);
    expect(seen.text).not.toContain(holdId);
  });

  test('is released by the one that its address names, and its clocks go on', async () => {
    const holdId = await placeHold(['decision']);
    const other = await placeHold([]);
    const answer = await finance.post(`/v1/tickets/${ticketId}/holds/${holdId}/release`, { ground });
    expect(answer.status).toBe(200);
    const holds = listIn(answer.json, 'holds');
    expect(holds.find(({ id }) => id === holdId)).toMatchObject({ result: 'released' });
    expect(holds.find(({ id }) => id === other)).toMatchObject({ until: null });
    expect(listIn(objectIn(answer.json, 'clocks'), 'pauses')[0]?.['until']).toEqual(expect.any(String));
  });

  test('stays named in the kept input while nothing takes it', async () => {
    const holdId = await placeHold([]);
    desk.delivery.up = false;
    const path = `/v1/tickets/${ticketId}/holds/${holdId}/release`;
    const answer = await finance.post(path, { ground }, { key: `release-${holdId}` });
    expect([answer.status, answer.json['state']]).toEqual([202, 'kept']);
    const kept: object = await desk
      .db('inputs')
      .where({ key: `release-${holdId}` })
      .first('operation', 'body');
    expect(kept).toEqual({ operation: 'releaseHold', body: { ground, holdId } });
    const elsewhere = `/v1/tickets/${ticketId}/holds/00000000-0000-7000-8000-000000000000/release`;
    const reused = await finance.post(elsewhere, { ground }, { key: `release-${holdId}` });
    expect([reused.status, reused.json['id']]).toEqual([422, 'idempotency-key-reused']);
  });

  test('that is not there, or is another ticket’s, is unknown', async () => {
    const holdId = await placeHold([]);
    const elsewhere = await createTicket(customer, await putOrder(desk, service, customer.email));
    for (const path of [
      `/v1/tickets/${ticketId}/holds/00000000-0000-7000-8000-000000000000/release`,
      `/v1/tickets/${elsewhere['id']}/holds/${holdId}/release`,
    ]) {
      const answer = await finance.post(path, { ground });
      expect([path, answer.status, answer.json['id']]).toEqual([path, 404, 'hold-unknown']);
    }
  });
});

test('RP-5.2: the kind of fault that was reported is kept with its ticket', async () => {
  expect((await customer.get(`/v1/tickets/${ticketId}`)).json['fault']).toBe('slow');
  expect(listIn((await customer.get('/v1/tickets')).json, 'items')[0]).toMatchObject({ fault: 'slow' });
});

describe('RP-2.4b: an incident reported of an order', () => {
  const incident = { confirmed: true, widelyImpacting: true, covers: true, from: '2026-11-20T10:00:00Z' };

  test('reaches the order’s ticket, in one transaction with its answer', async () => {
    const answer = await service.post(`/v1/orders/${orderRef}/incidents`, { ref: 'INC-7', ...incident });
    expect([answer.status, answer.json]).toEqual([200, { orderRef, ref: 'INC-7', ticketId }]);
    const again = await service.post(`/v1/orders/${orderRef}/incidents`, { ref: 'INC-7', ...incident });
    expect(again.json['ticketId']).toBeNull();
    expect(await desk.db('inputs').where({ ticket_id: ticketId, operation: 'noteIncident' })).toHaveLength(1);
  });

  test('of an order that there is not is refused', async () => {
    const answer = await service.post('/v1/orders/no-such-order/incidents', { ref: 'INC-7', ...incident });
    expect([answer.status, answer.json['id']]).toEqual([404, 'order-unknown']);
  });
});
