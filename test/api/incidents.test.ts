/** The registry of incidents at the door, and the tickets that hear of one (RP-2.4b). */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matchTicket } from '../../db/incident-telling.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { Json } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import {
  anIncident,
  confirmed,
  created,
  deliverDue,
  doTo,
  ground,
  hoursAgo,
  ok,
  putPlainOrder,
  tellAll,
} from './incident-desk.ts';
import { aNetworkContext, anOrder, createTicket, review } from './orders-and-tickets.ts';

let desk: Desk;
let agent: Person;
let lead: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  [agent, lead, service] = await Promise.all([desk.signedIn('agent'), desk.signedIn('lead'), desk.signedIn('service')]);
});
afterAll(() => desk.close());

const aPlan = (...places: readonly string[]) => ({ key: 'metered', kind: 'metered', name: 'Metered', places });
/** What an incident of one place is of; each test has a place of its own. */
const at = (place: string, given: object = {}) => ({ planKinds: [], places: [place], ...given });

/** A ticket that waits for the mending of a fault of ours. */
async function aWaitingTicket(place: string, given: object = {}): Promise<{ ticket: Json; orderRef: string }> {
  const customer = await desk.signedIn('customer');
  const orderRef = await putPlainOrder(desk, service, customer, { plan: aPlan(place), ...given });
  const ticket = await createTicket(customer, orderRef);
  const found = { cause: 'seller', finding: 'Nothing got through.', persistent: true };
  await ok(agent.post(`/v1/tickets/${String(ticket['id'])}/review`, found));
  return { ticket, orderRef };
}

const phaseOf = async (ticket: Json): Promise<unknown> =>
  (await ok(agent.get(`/v1/tickets/${String(ticket['id'])}`)))['phase'];

const factsOf = (orderRef: string): Promise<Json[]> =>
  desk
    .db('order_incidents')
    .join('orders', 'orders.id', 'order_id')
    .where({ 'orders.ref': orderRef })
    .select('order_incidents.*');

describe('the registry', () => {
  test('an incident goes from suspected to confirmed to resolved, each with who, why and when', async () => {
    const { id, state } = await created(agent, { until: undefined, places: ['de', 'DE', 'fra-1'] });
    expect(state).toBe('suspected');
    expect((await doTo(lead, String(id), 'confirm'))['state']).toBe('confirmed');
    const lost = [{ from: hoursAgo(19), until: hoursAgo(18) }];
    await doTo(lead, String(id), 'resolve', { until: hoursAgo(17), lost });
    const shown = await ok(agent.get(`/v1/incidents/${String(id)}`));
    expect(shown).toMatchObject({ state: 'resolved', version: 3, places: ['DE', 'FRA-1'], lost, wave: null });
    expect(shown['events']).toMatchObject([
      { kind: 'created', by: { id: agent.id }, ground },
      { kind: 'confirmed', by: { id: lead.id }, ground },
      { kind: 'resolved', by: { id: lead.id }, ground },
    ]);
  });

  test('what is not of the state, or of a version that somebody has changed, is refused by name', async () => {
    const { id, version } = await created(agent);
    const early = await lead.post(`/v1/incidents/${String(id)}/resolve`, { version, ground, until: hoursAgo(1) });
    expect([early.status, early.json['id']]).toEqual([409, 'incident-state']);
    await doTo(lead, String(id), 'confirm');
    const again = await lead.post(`/v1/incidents/${String(id)}/confirm`, { version: 2, ground });
    expect([again.status, again.json['id']]).toEqual([409, 'incident-state']);
    const stale = await lead.post(`/v1/incidents/${String(id)}/retract`, { version, ground });
    expect([stale.status, stale.json['id']]).toEqual([409, 'incident-stale']);
    await doTo(lead, String(id), 'retract');
    const last = await lead.post(`/v1/incidents/${String(id)}/correct`, { ...bodyOf(anIncident()), version: 3 });
    expect([last.status, last.json['id']]).toEqual([409, 'incident-state']);
  });

  test('I1: the same key confirms it once, and gives the same answer', async () => {
    const { id } = await created(agent);
    const key = randomUUID();
    const once = await lead.post(`/v1/incidents/${String(id)}/confirm`, { version: 1, ground }, { key });
    const twice = await lead.post(`/v1/incidents/${String(id)}/confirm`, { version: 1, ground }, { key });
    expect([once.status, twice.status]).toEqual([200, 200]);
    expect(twice.text).toBe(once.text);
    expect((await ok(agent.get(`/v1/incidents/${String(id)}`)))['version']).toBe(2);
  });

  test('a reference names one incident, and what the shop reports of an order by it is refused', async () => {
    const { ref } = await created(agent);
    const twin = await agent.post('/v1/incidents', anIncident({ ref }));
    expect([twin.status, twin.json['id']]).toEqual([409, 'incident-exists']);
    const customer = await desk.signedIn('customer');
    const orderRef = await putPlainOrder(desk, service, customer);
    const body = { ref, confirmed: true, widelyImpacting: true, covers: true, from: hoursAgo(3) };
    const reported = await service.post(`/v1/orders/${orderRef}/incidents`, body);
    expect([reported.status, reported.json['id']]).toEqual([409, 'incident-registered']);
  });

  test.each([
    ['an end before its beginning', { from: hoursAgo(1), until: hoursAgo(2) }],
    ['a measured stretch outside of it', { lost: [{ from: hoursAgo(30), until: hoursAgo(19) }] }],
    [
      'stretches that overlap',
      {
        lost: [
          { from: hoursAgo(20), until: hoursAgo(18.5) },
          { from: hoursAgo(19), until: hoursAgo(18) },
        ],
      },
    ],
    ['exits that are none', { egress: ['203.0.113.300'] }],
    ['a place that is none', { places: ['Frankfurt am Main'] }],
  ])('%s is refused', async (_what, given) => {
    const answer = await agent.post('/v1/incidents', anIncident(given));
    expect([answer.status, answer.json['id']]).toEqual([422, 'request-invalid']);
  });
});

const bodyOf = ({ ref: _ref, ...body }: ReturnType<typeof anIncident>) => body;

describe('RP-2.4b: tickets hear of an incident', () => {
  test('confirmed, every waiting ticket that it covers is decided and waits no more; others wait on', async () => {
    const [one, two] = [await aWaitingTicket('one'), await aWaitingTicket('one')];
    const elsewhere = await aWaitingTicket('two');
    expect(await Promise.all([one, two, elsewhere].map(({ ticket }) => phaseOf(ticket)))).toEqual(
      Array.from({ length: 3 }, () => 'remediating'),
    );
    const { id, told } = await confirmed(agent, lead, at('one'));
    expect(told).toBe(false);
    await tellAll(desk, id);
    expect(await Promise.all([one, two, elsewhere].map(({ ticket }) => phaseOf(ticket)))).toEqual([
      'deciding',
      'deciding',
      'remediating',
    ]);
    expect((await ok(agent.get(`/v1/incidents/${String(id)}`)))['told']).toBe(true);
    // T11: the tickets stand under their incident.
    const listed = await ok(agent.get(`/v1/tickets?incident=${String(id)}`));
    const ids = (listed['items'] as Json[]).map((item) => item['id']);
    expect(ids).toContain(one.ticket['id']);
    expect(ids).not.toContain(elsewhere.ticket['id']);
  });

  test('told twice, by a run that was cut off, a ticket hears of a version once', async () => {
    const { ticket } = await aWaitingTicket('twice');
    const { id } = await confirmed(agent, lead, at('twice'));
    await tellAll(desk, id);
    await tellAll(desk, id);
    const heard = await desk.db('inputs').where({ ticket_id: ticket['id'], operation: 'noteIncident' });
    expect(heard).toHaveLength(1);
  });

  test('a ticket that is made later is matched as it is made', async () => {
    const { id, ref } = await confirmed(agent, lead, at('NL'));
    const covered = await aWaitingTicket('nl');
    expect(await phaseOf(covered.ticket)).toBe('deciding');
    expect(await factsOf(covered.orderRef)).toMatchObject([{ ref, incident_id: id, confirmed: true, covers: true }]);
    const unplaced = await aWaitingTicket('', { plan: aPlan() });
    expect([await phaseOf(unplaced.ticket), await factsOf(unplaced.orderRef)]).toEqual(['remediating', []]);
  });

  test('an order that is corrected is matched anew, and its ticket moves by what then holds', async () => {
    const customer = await desk.signedIn('customer');
    const body = anOrder(customer.email, { plan: aPlan('from-here') });
    const orderRef = await putPlainOrder(desk, service, customer, body);
    const ticket = await createTicket(customer, orderRef);
    const found = { cause: 'seller', finding: 'Nothing got through.', persistent: true };
    await ok(agent.post(`/v1/tickets/${ticket.id}/review`, found));
    await confirmed(agent, lead, at('to-there'));
    await ok(service.send('PUT', `/v1/orders/${orderRef}`, { body: { ...body, plan: aPlan('to-there') } }));
    await deliverDue(desk);
    expect(await phaseOf(ticket)).toBe('deciding');
  });

  test('exits that nobody knows are not covered, and staff are told so; those that a ticket saw are', async () => {
    const { id } = await confirmed(agent, lead, at('by-exit', { egress: ['203.0.113.0/24'] }));
    const saw = await aWaitingTicket('by-exit');
    expect(await phaseOf(saw.ticket)).toBe('deciding');
    const other = await aWaitingTicket('by-exit', { egress: ['198.51.100.0/24'] });
    expect(await phaseOf(other.ticket)).toBe('remediating');
    const customer = await desk.signedIn('customer');
    const orderRef = await putPlainOrder(desk, service, customer, { plan: aPlan('by-exit') });
    const blind = await createTicket(customer, orderRef, { networkContext: undefined });
    const shown = await ok(agent.get(`/v1/tickets/${String(blind['id'])}`));
    expect(shown['incidents']).toMatchObject([{ id, coverage: 'egress_unknown' }]);
    expect((await ok(customer.get(`/v1/tickets/${String(blind['id'])}`)))['incidents']).toBeUndefined();
    await ok(customer.post(`/v1/tickets/${blind.id}/evidence`, { uploadIds: [], networkContext: aNetworkContext }));
    await matchTicket(desk.db, blind.id as TicketId, desk.now());
    await matchTicket(desk.db, blind.id as TicketId, desk.now());
    expect(await factsOf(orderRef)).toMatchObject([{ incident_id: id, covers: true }]);
    expect(await desk.db('inputs').where({ ticket_id: blind.id, operation: 'noteIncident' })).toHaveLength(1);
  });

  test('an incident that is not confirmed changes nothing', async () => {
    await created(agent, at('suspected'));
    const { ticket, orderRef } = await aWaitingTicket('suspected');
    expect([await phaseOf(ticket), await factsOf(orderRef)]).toEqual(['remediating', []]);
  });

  test('resolved, the fact of each order has its end and what was measured; corrected, who is covered no more hears so', async () => {
    const { ticket, orderRef } = await aWaitingTicket('resolved');
    const { id } = await confirmed(agent, lead, at('resolved', { until: undefined }));
    await tellAll(desk, id);
    const [until, lost] = [hoursAgo(10), [{ from: hoursAgo(12), until: hoursAgo(11) }]];
    await doTo(lead, String(id), 'resolve', { until, lost });
    await tellAll(desk, id);
    expect(await factsOf(orderRef)).toMatchObject([{ until_at: new Date(until), lost, covers: true }]);
    await doTo(lead, String(id), 'correct', bodyOf(anIncident({ planKinds: ['another'] })));
    await tellAll(desk, id);
    expect(await factsOf(orderRef)).toMatchObject([{ covers: false, lost: null }]);
    const heard = await desk.db('inputs').where({ ticket_id: ticket['id'], operation: 'noteIncident' });
    expect(heard).toHaveLength(3);
  });

  test('retracted, an open offer stands, and its customer may still choose from it', async () => {
    const customer = await desk.signedIn('customer');
    const given = { firstPurchasedAt: hoursAgo(20 * 24), plan: aPlan('offered') };
    const orderRef = await putPlainOrder(desk, service, customer, given);
    const { id } = await confirmed(agent, lead, at('offered'));
    const ticket = await createTicket(customer, orderRef);
    const ticketId = String(ticket['id']);
    await review(agent, ticketId);
    await ok(agent.post(`/v1/tickets/${ticketId}/decision`, { decision: 'offer', ground: 'The incident was ours.' }));
    await doTo(lead, String(id), 'retract');
    await tellAll(desk, id);
    expect(await factsOf(orderRef)).toMatchObject([{ confirmed: false }]);
    expect(await phaseOf(ticket)).toBe('offering');
    const answered = await ok(customer.post(`/v1/tickets/${ticketId}/offer/answer`, { choice: 'refund' }));
    expect(answered['phase']).toBe('settling');
  });
});
