/** RP-2.4b: incidents that are confirmed late, or change, and tickets and orders that nobody works on at that moment. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { matchTicket } from '../../db/incident-telling.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { Json } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import {
  budget,
  confirmed,
  deliverDue,
  doTo,
  hoursAgo,
  inPlace,
  ok,
  orderIdOf,
  putPlainOrder,
  runWave,
  tellAll,
  tender,
} from './incident-desk.ts';
import { aNetworkContext, anOrder, confirm, createTicket } from './orders-and-tickets.ts';

let desk: Desk;
let agent: Person;
let lead: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  [agent, lead, service] = await Promise.all([desk.signedIn('agent'), desk.signedIn('lead'), desk.signedIn('service')]);
});
afterAll(() => desk.close());

const aPlan = (place: string) => ({ key: 'metered', kind: 'metered', name: 'Metered', places: [place] });
const at = (place: string, given: object = {}) => ({ planKinds: [], places: [place], ...given });

interface Asked {
  readonly customer: Person;
  readonly orderRef: string;
  readonly ticketId: TicketId;
  readonly path: string;
}

async function asked(place: string): Promise<Asked> {
  const customer = await desk.signedIn('customer');
  const orderRef = await putPlainOrder(desk, service, customer, { plan: aPlan(place) });
  const { id } = await createTicket(customer, orderRef);
  return { customer, orderRef, ticketId: String(id) as TicketId, path: `/v1/tickets/${String(id)}` };
}

/** By two people, before any incident was known. */
async function refused(place: string): Promise<Asked> {
  const claim = await asked(place);
  await ok(agent.post(`${claim.path}/review`, { cause: 'user', finding: 'A wrong password was used.' }));
  const refusal = { decision: 'refuse', clauses: ['RP-3.4'], ground: 'A wrong password.', exception: 'refusal' };
  const { phase } = await ok(agent.post(`${claim.path}/decision`, refusal));
  if (phase !== 'closed') await confirm(lead, claim.ticketId);
  expect(await ok(agent.get(claim.path))).toMatchObject({ phase: 'closed', outcome: 'refused' });
  return claim;
}

const factsOf = async (orderRef: string): Promise<Json[]> =>
  desk.db('order_incidents').where({ order_id: await orderIdOf(desk, orderRef) });

const heard = (ticketId: TicketId): Promise<Json[]> =>
  desk.db('inputs').where({ ticket_id: ticketId, operation: 'noteIncident' });

const matchJobs = async (ticketId: TicketId): Promise<number> => {
  const { rows } = await desk.db.raw<{ rows: unknown[] }>(
    `select from graphile_worker._private_jobs as job join graphile_worker._private_tasks as task on task.id = job.task_id
     where task.identifier = 'match_incidents' and payload ->> 'ticketId' = ?`,
    [ticketId],
  );
  return rows.length;
};

/** The verdict of each clause when the ticket was judged on that occasion. */
async function judgedOn(ticketId: TicketId, occasion: string): Promise<Record<string, unknown>> {
  const row: { result: { findings: { clause: string; verdict: string }[] } } = await desk
    .db('assessments')
    .where({ ticket_id: ticketId, occasion })
    .first('result');
  return Object.fromEntries(row.result.findings.map(({ clause, verdict }) => [clause, verdict]));
}

test('one that was refused hears of an incident that is confirmed later, and leads are told, once', async () => {
  const { ticketId, orderRef } = await refused('closed');
  const { id, ref } = await confirmed(agent, lead, at('closed'));
  for (let times = 0; times < 2; times += 1) await tellAll(desk, id);
  expect(await factsOf(orderRef)).toMatchObject([{ ref, confirmed: true, covers: true }]);
  expect(await heard(ticketId)).toHaveLength(1);
  const told = desk.db('notices').where({ ticket_id: ticketId, template: 'fact-arrived', subject_id: lead.id });
  expect(await told).toMatchObject([{ parameters: { fact: 'incident' } }]);
  expect((await ok(agent.get(`/v1/tickets/${ticketId}`)))['phase']).toBe('closed');
});

test('of several tickets on an order only the one that stands hears of it', async () => {
  const first = await refused('newest');
  const { id: second } = await createTicket(first.customer, first.orderRef);
  const { id } = await confirmed(agent, lead, at('newest'));
  await tellAll(desk, id);
  expect([await heard(first.ticketId), await heard(String(second) as TicketId)]).toMatchObject([[], [{}]]);
});

test('an appeal is judged with an incident that was confirmed since, also before the ticket was told of it', async () => {
  const { customer, ticketId, path } = await refused('appealed');
  const { ref } = await confirmed(agent, lead, at('appealed'));
  await ok(customer.post(`${path}/appeal`, { ground: 'The gateway was down.' }));
  expect(await judgedOn(ticketId, 'appeal')).toMatchObject({ 'RP-2.4b': 'passed' });
  expect((await ok(agent.get(path)))['incidents']).toMatchObject([{ ref, coverage: 'covered' }]);
});

test('RP-4.2: a request that lapsed is matched as it is opened again', async () => {
  const { customer, ticketId, orderRef, path } = await asked('lapsed');
  const lapsed = { phase: 'closed', outcome: 'lapsed', closed_at: new Date(), due_kind: null, due_at: null };
  await desk.db('tickets').where({ id: ticketId }).update(lapsed);
  const { ref } = await confirmed(agent, lead, at('lapsed'));
  await ok(customer.post(`${path}/reopen`, { ground: 'I was away.' }));
  expect(await matchJobs(ticketId)).toBe(1);
  await matchTicket(desk.db, ticketId, desk.now());
  expect(await factsOf(orderRef)).toMatchObject([{ ref, covers: true }]);
  expect(await heard(ticketId)).toHaveLength(1);
});

test('exits that a ticket saw count after it was closed as well, so that a change takes nothing away', async () => {
  const { customer, ticketId, orderRef, path } = await asked('seen');
  const { id } = await confirmed(agent, lead, at('seen', { egress: ['203.0.113.0/24'], until: undefined }));
  await tellAll(desk, id);
  await ok(customer.post(`${path}/withdraw`, { confirmed: true }));
  await doTo(lead, String(id), 'resolve', { until: hoursAgo(17) });
  await tellAll(desk, id);
  expect(await factsOf(orderRef)).toMatchObject([{ covers: true, until_at: new Date(hoursAgo(17)) }]);
  expect(await heard(ticketId)).toHaveLength(2);
});

test('exits that are named once an incident covers them no more are matched by the same version, and heard of', async () => {
  const { customer, ticketId, orderRef, path } = await asked('again');
  const { id } = await confirmed(agent, lead, at('again', { egress: ['203.0.113.0/24'] }));
  await tellAll(desk, id);
  const moved = { title: 'The other gateway', ...at('again', { egress: ['198.51.100.0/24'] }) };
  const window = { from: hoursAgo(20), until: hoursAgo(18), widelyImpacting: true };
  await doTo(lead, String(id), 'correct', { ...moved, ...window });
  await tellAll(desk, id);
  expect(await factsOf(orderRef)).toMatchObject([{ covers: false }]);
  const networkContext = { ...aNetworkContext, egress: ['198.51.100.9'] };
  await ok(customer.post(`${path}/evidence`, { uploadIds: [], networkContext }));
  for (let times = 0; times < 2; times += 1) await matchTicket(desk.db, ticketId, desk.now());
  expect(await factsOf(orderRef)).toMatchObject([{ covers: true }]);
  expect(await heard(ticketId)).toHaveLength(3);
});

test('an order that is corrected is judged anew by what a wave noted of it, though it has no ticket', async () => {
  const customer = await desk.signedIn('customer');
  const body = anOrder(customer.email, inPlace('here', { tenders: tender('crypto') }));
  const orderRef = await putPlainOrder(desk, service, customer, body);
  const { id } = await confirmed(agent, lead, at('here'));
  await doTo(lead, String(id), 'offers', { budget: budget(), ordersPerMinute: 60_000 });
  expect(await runWave(desk, id)).toEqual({ kind: 'stopped', state: 'done' });
  expect(await factsOf(orderRef)).toMatchObject([{ covers: true }]);
  const put = (place: string) => {
    const plan = { ...body.plan, places: [place] };
    return ok(service.send('PUT', `/v1/orders/${orderRef}`, { body: { ...body, plan } }));
  };
  await put('there');
  expect(await factsOf(orderRef)).toMatchObject([{ covers: false }]);
  await put('here');
  expect(await factsOf(orderRef)).toMatchObject([{ covers: true }]);
  expect(await desk.db('tickets').where({ order_id: await orderIdOf(desk, orderRef) })).toEqual([]);
});

test('RP-4.1: a linked ticket that takes over the exits of another is matched by them', async () => {
  const customer = await desk.signedIn('customer');
  const accountRef = `account-${customer.id}`;
  const [one, two] = [
    await putPlainOrder(desk, service, customer, { plan: aPlan('linked'), accountRef }),
    await putPlainOrder(desk, service, customer, { plan: aPlan('linked'), accountRef }),
  ];
  const linkedOrders = [{ orderRef: two, paymentMethod: 'card' }];
  const first = await createTicket(customer, one, { networkContext: undefined, linkedOrders });
  const second: TicketId[] = await desk
    .db('tickets')
    .where({ order_id: await orderIdOf(desk, two) })
    .pluck('id');
  const [secondId] = second;
  if (!secondId) throw new Error('both were asked for');
  const { ref } = await confirmed(agent, lead, at('linked', { egress: ['203.0.113.0/24'] }));
  await ok(customer.post(`/v1/tickets/${first.id}/evidence`, { uploadIds: [], networkContext: aNetworkContext }));
  expect(await matchJobs(secondId)).toBe(0);
  await deliverDue(desk);
  expect(await matchJobs(secondId)).toBe(1);
  await matchTicket(desk.db, secondId, desk.now());
  expect(await factsOf(two)).toMatchObject([{ ref, covers: true }]);
});
