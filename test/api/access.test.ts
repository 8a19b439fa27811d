/** Who sees what: one's own, one's account's, and staff's looks on record. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Json, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { evidenceKeys, keysOf } from './keys.ts';
import {
  aNetworkContext,
  createTicket,
  decideRefund,
  putOrder,
  putRefundable,
  review,
  upload,
} from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let owner: Person;
let viewer: Person;
let stranger: Person;
let agent: Person;
let orderRef: string;
let ticket: Json;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
  viewer = await desk.signedIn('customer');
  stranger = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  orderRef = await putOrder(desk, service, owner.email);
  const order: { account_id: string } = await desk.db('orders').where({ ref: orderRef }).first('account_id');
  await desk.db('account_members').insert({ account_id: order.account_id, person_id: viewer.id, rights: 'viewer' });
  ticket = await createTicket(owner, orderRef);
});
afterAll(() => desk.close());

const looks = (viewerId: string) => desk.db('access_log').where({ viewer_id: viewerId }).orderBy('id');

describe('PK-3.1: an order belongs to the account', () => {
  test('every member sees it and its ticket', async () => {
    for (const member of [owner, viewer]) {
      expect(listIn((await member.get('/v1/orders')).json, 'items').map((order) => order['ref'])).toEqual([orderRef]);
      expect((await member.get(`/v1/tickets/${ticket['id']}`)).status).toBe(200);
    }
  });

  test('a viewer may look but not ask', async () => {
    const writes = [
      viewer.post('/v1/tickets', { orderRef, paymentMethod: 'card', description: 'Me too.' }),
      viewer.post(`/v1/tickets/${ticket['id']}/messages`, { text: 'Hello' }),
      viewer.post(`/v1/tickets/${ticket['id']}/withdraw`),
      viewer.post(`/v1/tickets/${ticket['id']}/evidence`, { networkContext: aNetworkContext }),
      viewer.post('/v1/uploads', { name: 'a.txt', bytes: 1, sha256: 'a'.repeat(64) }),
    ];
    for (const answer of await Promise.all(writes))
      expect([answer.status, answer.json['id']]).toEqual([403, 'not-allowed']);
    expect((await viewer.get(`/v1/tickets/${ticket['id']}`)).json['actions']).toEqual([]);
    expect((await owner.get(`/v1/tickets/${ticket['id']}`)).json['actions']).toContain('withdrawTicket');
  });
});

describe('someone else’s', () => {
  test('ticket, evidence, timeline and upload are not found', async () => {
    const uploadId = await upload(owner, 'mine', { orderRef });
    const evidence = listIn(ticket, 'evidence')[0]?.['id'];
    for (const path of [
      `/v1/tickets/${ticket['id']}`,
      `/v1/tickets/${ticket['id']}/timeline`,
      `/v1/tickets/${ticket['id']}/evidence/${evidence}`,
      `/v1/uploads/${uploadId}`,
    ]) {
      const answer = await stranger.get(path);
      expect([path, answer.status, answer.json['id']]).toEqual([path, 404, 'not-found']);
    }
    expect((await stranger.get('/v1/tickets')).json['items']).toEqual([]);
    expect((await stranger.get('/v1/orders')).json['items']).toEqual([]);
  });

  test('order is unknown, as one that does not exist', async () => {
    const ask = (ref: string) =>
      stranger.post('/v1/tickets', { orderRef: ref, paymentMethod: 'card', description: 'Mine?' });
    for (const ref of [orderRef, 'no-such-order']) {
      const { status, json } = await ask(ref);
      expect([status, json]).toEqual([404, { ...json, id: 'order-unknown', facts: { orderRef: ref } }]);
    }
  });

  test('input is not found', async () => {
    const kept = await owner.post(`/v1/tickets/${ticket['id']}/messages`, { text: 'Hello' }, { key: 'input-of-owner' });
    expect(kept.status).toBe(201);
    const { id }: { id: string } = await desk.db('inputs').where({ key: 'input-of-owner' }).first('id');
    expect((await owner.get(`/v1/inputs/${id}`)).json['state']).toBe('done');
    expect((await stranger.get(`/v1/inputs/${id}`)).status).toBe(404);
  });
});

describe('PV-1.2: a look of staff at a customer’s data is recorded', () => {
  test('by whom, at what, and whose it is', async () => {
    const looking = await desk.signedIn('agent');
    await looking.get(`/v1/tickets/${ticket['id']}`);
    await looking.get(`/v1/tickets/${ticket['id']}/timeline`);
    await looking.get(`/v1/tickets?orderRef=${orderRef}`);
    await looking.get(`/v1/tickets/${ticket['id']}/evidence/${listIn(ticket, 'evidence')[0]?.['id']}`);
    await looking.get(`/v1/orders?ref=${orderRef}`);
    const rows: { operation: string; subject_id: string; ticket_id: string | null }[] = await looks(looking.id);
    expect(rows.map((row) => row.operation)).toEqual([
      'getTicket',
      'getTicketTimeline',
      'listTickets',
      'getEvidence',
      'listOrders',
    ]);
    expect(new Set(rows.map((row) => row.subject_id))).toEqual(new Set([owner.id]));
    expect(rows.map((row) => row.ticket_id)).toEqual([ticket['id'], ticket['id'], ticket['id'], ticket['id'], null]);
  });

  test('but not a customer’s own, nor a look that found nothing', async () => {
    await owner.get(`/v1/tickets/${ticket['id']}`);
    const looking = await desk.signedIn('agent');
    await looking.get('/v1/tickets/00000000-0000-7000-8000-000000000000');
    expect(await looks(owner.id)).toEqual([]);
    expect(await looks(looking.id)).toEqual([]);
  });
});

describe('evidence', () => {
  test('is handed out as a thing to save, never as a page', async () => {
    const evidence = listIn(ticket, 'evidence')[0] ?? { id: '' };
    const answer = await agent.get(`/v1/tickets/${ticket['id']}/evidence/${evidence['id']}`);
    expect([answer.status, answer.text]).toEqual([200, 'connect timed out']);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=log.txt');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('arrives in parts by offset, and goes on where it stands', async () => {
    const sha256 = 'a3a5e715f0cc574a73c3f9bebb6bc24f32ffd5b67b387244c2c909da779a1478';
    const made = await owner.post('/v1/uploads', { name: 'note.txt', bytes: 10, sha256 });
    const path = `/v1/uploads/${String(made.json['uploadId'])}`;
    const send = (text: string, offset: number) =>
      owner.send('PATCH', path, {
        raw: text,
        headers: { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) },
      });
    expect((await send('01234', 0)).headers.get('upload-offset')).toBe('5');
    const behind = await send('01234', 0);
    expect([behind.status, behind.json['id'], behind.json['facts']]).toEqual([409, 'upload-offset', { offset: 5 }]);
    expect((await owner.send('HEAD', path)).headers.get('upload-offset')).toBe('5');
    const wrong = await send('99999', 5);
    expect([wrong.status, wrong.json['id']]).toEqual([422, 'upload-hash']);
    expect((await owner.get(path)).json['offset']).toBe(0);
  });
});

describe('presenters', () => {
  const customerKeys = [
    'actions[]',
    'appeal',
    'askedAt',
    'closedAt',
    'createdAt',
    'decision.amount.currency',
    'decision.amount.minor',
    'decision.at',
    'decision.byDesk',
    'decision.clauses[]',
    'decision.decision',
    'decision.exception',
    'decision.ground',
    'decision.id',
    'description',
    'due',
    ...evidenceKeys.filter((key) => !key.includes('.masked')),
    'fault',
    'id',
    'informationRequest',
    'networkContext.client.name',
    'networkContext.client.version',
    'networkContext.egress[]',
    'networkContext.protocol',
    'networkContext.targets[]',
    'networkContext.times[].from',
    'networkContext.times[].until',
    'offer',
    'orderRef',
    'outcome',
    'paymentMethod',
    'payouts[].amount.currency',
    'payouts[].amount.minor',
    'payouts[].bankRef',
    'payouts[].id',
    'payouts[].method',
    'payouts[].progress',
    'payouts[].settledAt',
    'pending',
    'phase',
    'policy.atAsking',
    'policy.atPurchase',
    'promisedAt',
    'reference',
    'remediation',
    'updatedAt',
    'withdrawal.losesAskedAt',
    'withdrawal.windowEndsAt',
  ];

  test('a customer sees exactly these keys of a decided ticket', async () => {
    const ref = await putRefundable(desk, service, owner.email);
    const { id } = await createTicket(owner, ref);
    await review(agent, String(id));
    await decideRefund(agent, String(id));
    const shown = keysOf((await owner.get(`/v1/tickets/${id}`)).json).filter(
      (key) => !key.startsWith('evidence[].masked'),
    );
    expect(shown).toEqual(customerKeys);
  });

  test('a customer never sees notes, reviewers, findings or who works on it', async () => {
    const ref = await putOrder(desk, service, owner.email);
    const { id } = await createTicket(owner, ref);
    await agent.post(`/v1/tickets/${id}/assignee`, { assigneeId: agent.id });
    await agent.post(`/v1/tickets/${id}/notes`, { text: 'A secret note.' });
    await review(agent, String(id));
    await agent.post(`/v1/tickets/${id}/messages`, { text: 'We look into it.' });
    const [seen, list, timeline] = await Promise.all([
      owner.get(`/v1/tickets/${id}`),
      owner.get('/v1/tickets'),
      owner.get(`/v1/tickets/${id}/timeline?limit=100`),
    ]);
    for (const { text } of [seen, list, timeline]) {
      expect(text).not.toMatch(/secret note|Exit pool|noteAdded|assigned|assignee|@example\.com/);
      expect(text).not.toContain(agent.id);
      expect(text).not.toContain('The agent');
    }
    const entries = listIn(timeline.json, 'items');
    expect(entries.map((entry) => entry['kind'] ?? entry['type'])).toEqual([
      'evidence',
      'ticketCreated',
      'materialsCompleted',
      'reviewRecorded',
      'message',
      'messagePosted',
    ]);
    expect(entries.at(-1)?.['actor']).toEqual({ role: 'desk' });
    const forStaff = listIn((await agent.get(`/v1/tickets/${id}/timeline?limit=100`)).json, 'items');
    expect(forStaff.filter((entry) => entry['type'] === 'note')).toHaveLength(1);
    expect(forStaff.filter((entry) => entry['type'] === 'event').map((entry) => entry['number'])).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });
});

test('lists go on by cursor, each row once, and a cursor of another form is refused', async () => {
  const buyer = await desk.signedIn('customer');
  const account = { accountRef: 'paging-account' };
  const refs: string[] = [];
  for (let index = 0; index < 5; index += 1) refs.push(await putOrder(desk, service, buyer.email, account));
  const seen: unknown[] = [];
  let next = '';
  do {
    const page = (await buyer.get(`/v1/orders?limit=2${next === '' ? '' : `&cursor=${next}`}`)).json;
    seen.push(...listIn(page, 'items').map((order) => order['ref']));
    next = typeof page['next'] === 'string' ? page['next'] : '';
  } while (next !== '');
  expect(seen).toHaveLength(refs.length);
  expect(new Set(seen)).toEqual(new Set(refs));
  const foreign = await buyer.get('/v1/orders?cursor=bm9uZQ');
  expect([foreign.status, foreign.json['id']]).toEqual([422, 'request-invalid']);
});
