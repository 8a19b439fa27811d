/** One request for several orders over HTTP: all or none, linked in every view, with evidence that each of them shows. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { ordersPerRequestMax } from '../../domain/limits.ts';
import { type Json, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { aNetworkContext, putOrder, upload } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let owner: Person;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
});
afterAll(() => desk.close());

async function putOrders(count: number, accountRef = `account-${randomUUID()}`): Promise<string[]> {
  const refs: string[] = [];
  for (let index = 0; index < count; index += 1)
    refs.push(await putOrder(desk, service, owner.email, { accountRef, plan: planOf(index) }));
  return refs;
}

const planOf = (index: number) => ({ key: `plan-${index}`, kind: 'metered', name: `Plan ${index}` });

const requestFor = ([orderRef, ...others]: readonly string[], given: object = {}) => ({
  orderRef,
  paymentMethod: 'card',
  linkedOrders: others.map((ref) => ({ orderRef: ref, paymentMethod: 'card' })),
  description: 'Nothing could be reached through either proxy.',
  networkContext: aNetworkContext,
  ...given,
});

const ticketsOn = async (refs: readonly string[]): Promise<number> =>
  Number(
    (
      await desk
        .db('tickets')
        .join('orders', 'orders.id', 'order_id')
        .whereIn('ref', [...refs])
        .count('* as count')
        .first()
    )?.['count'],
  );

describe('a request for several orders', () => {
  test('answers with the first ticket and names the others, which name it in turn and show its evidence', async () => {
    const refs = await putOrders(3);
    const uploadId = await upload(owner, 'connect timed out', { orderRef: refs[0] });
    const answer = await owner.post('/v1/tickets', requestFor(refs, { uploadIds: [uploadId] }));
    expect(answer.status).toBe(201);
    expect(operations.createTicket.answers[201].parse(answer.json)).toEqual(answer.json);
    const linked = listIn(answer.json, 'linked');
    expect(linked.map((one) => one['orderRef'])).toEqual(refs.slice(1));
    for (const { id } of linked) {
      const other = (await owner.get(`/v1/tickets/${id}`)).json;
      expect(other['missing']).toEqual([]);
      expect(listIn(other, 'evidence').map((file) => file['id'])).toEqual([uploadId]);
      expect(listIn(other, 'linked').map((one) => one['id'])).toContain(answer.json['id']);
      const file = await owner.get(`/v1/tickets/${id}/evidence/${uploadId}`);
      expect([file.status, file.text]).toEqual([200, 'connect timed out']);
      const timeline = listIn((await owner.get(`/v1/tickets/${id}/timeline`)).json, 'items');
      expect(timeline.map(({ type }) => type)).toEqual(['evidence', 'event']);
    }
  });

  test('W1: is done once under its key, and another list of orders under it is another request', async () => {
    const refs = await putOrders(3);
    const key = `several-${randomUUID()}`;
    const send = (asked: readonly string[]) => owner.post('/v1/tickets', requestFor(asked), { key });
    const [first, again] = await Promise.all([send(refs.slice(0, 2)), send(refs.slice(0, 2))]);
    expect([first.status, again.text]).toEqual([201, first.text]);
    expect((await send(refs)).json['id']).toBe('idempotency-key-reused');
    expect(await ticketsOn(refs)).toBe(2);
  });

  test('opens none where one cannot be, and says which', async () => {
    const refs = await putOrders(3);
    const [unknown] = ['order-that-there-is-not'];
    const before = await owner.post('/v1/tickets', requestFor(refs.slice(2)));
    const ends = [
      await owner.post('/v1/tickets', requestFor([...refs.slice(0, 2), String(unknown)])),
      await owner.post('/v1/tickets', requestFor(refs)),
    ];
    expect(ends.map((end) => [end.status, end.json['id'], end.json['facts']])).toEqual([
      [404, 'order-unknown', { orderRef: unknown }],
      [409, 'order-claimed', { orderRef: refs[2], ticketId: before.json['id'] }],
    ]);
    expect(await ticketsOn(refs)).toBe(1);
  });

  test('PK-3.1: takes orders of one account only, and none that one may only look at', async () => {
    const [one, other] = [...(await putOrders(1)), ...(await putOrders(1))] as [string, string];
    const apart = await owner.post('/v1/tickets', requestFor([one, other]));
    expect([apart.status, apart.json['id'], apart.json['facts']]).toEqual([422, 'orders-apart', { orderRef: other }]);

    const member = await desk.signedIn('customer');
    const own = await putOrder(desk, service, member.email);
    const order: { account_id: string } = await desk.db('orders').where({ ref: one }).first('account_id');
    await desk.db('account_members').insert({ account_id: order.account_id, person_id: member.id, rights: 'viewer' });
    const looking = await member.post('/v1/tickets', requestFor([own, one]));
    expect([looking.status, looking.json['id']]).toEqual([403, 'not-allowed']);
    expect(await ticketsOn([one, other, own])).toBe(0);
  });

  test.each<[string, (refs: string[]) => object]>([
    ['an order twice', ([ref]) => requestFor([String(ref), String(ref)])],
    [
      'more than its limit',
      ([ref]) => requestFor([String(ref), ...Array.from({ length: ordersPerRequestMax }, (_, index) => `x-${index}`)]),
    ],
    ['an order without its method', ([ref]) => requestFor([String(ref)], { linkedOrders: [{ orderRef: 'order-2' }] })],
  ])('with %s is refused by its field', async (_what, request) => {
    const answer = await owner.post('/v1/tickets', request(await putOrders(1)));
    expect([answer.status, answer.json['id']]).toEqual([422, 'request-invalid']);
    for (const { pointer } of listIn(answer.json, 'problems')) expect(pointer).toMatch(/^\/linkedOrders/);
  });

  test('nobody else sees the others by way of one', async () => {
    const refs = await putOrders(2);
    const { json } = await owner.post('/v1/tickets', requestFor(refs));
    const stranger = await desk.signedIn('customer');
    for (const { id } of [json, ...listIn(json, 'linked')] as Json[])
      expect((await stranger.get(`/v1/tickets/${id}`)).status).toBe(404);
  });
});
