/** Waves of offers for an incident (RP-4.5) at the door: who is offered what, who is told, who is left out and why. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Json } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import {
  budget,
  confirmed,
  deliverDue,
  doTo,
  ground,
  hoursAgo,
  inPlace,
  longAgo,
  ok,
  orderIdOf,
  putPlainOrder,
  runWave,
  tellAll,
  tender,
} from './incident-desk.ts';
import { createTicket } from './orders-and-tickets.ts';

let desk: Desk;
let agent: Person;
let lead: Person;
let finance: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  [agent, lead, finance, service] = await Promise.all([
    desk.signedIn('agent'),
    desk.signedIn('lead'),
    desk.signedIn('finance'),
    desk.signedIn('service'),
  ]);
});
afterAll(() => desk.close());

async function anOrderIn(place: string, given: object = {}): Promise<{ ref: string; customer: Person }> {
  const customer = await desk.signedIn('customer');
  return { ref: await putPlainOrder(desk, service, customer, inPlace(place, given)), customer };
}

const anIncidentIn = (place: string, given: object = {}): Promise<Json> =>
  confirmed(agent, lead, { planKinds: [], places: [place], ...given });

const outcomeOf = (ref: string, incidentId: unknown): Promise<Json | undefined> =>
  desk
    .db('incident_offers')
    .join('orders', 'orders.id', 'incident_offers.order_id')
    .where({ 'orders.ref': ref, incident_id: incidentId })
    .first('incident_offers.*');

const wave = (incident: Json, given: object = {}): Promise<Json> =>
  doTo(lead, String(incident['id']), 'offers', { budget: budget(), ordersPerMinute: 60_000, ...given });

async function dispute(ref: string): Promise<void> {
  const orderId = await orderIdOf(desk, ref);
  const paid: string[] = await desk.db('order_tenders').where({ order_id: orderId }).pluck('id');
  await desk.db('disputes').insert({
    provider: 'stripe',
    provider_ref: `dp_${randomUUID()}`,
    order_id: orderId,
    tender_id: paid[0],
    kind: 'chargeback',
    state: 'open',
    amount_minor: 1999,
    currency: 'USD',
    told_at: new Date(),
    opened_at: new Date(),
  });
}

describe('RP-4.5: a wave reaches every order that the incident covers', () => {
  test('each is offered, joined, told or left out with its reason, and only those', async () => {
    const offered = await anOrderIn('all');
    const told = await anOrderIn('all', {
      firstPurchasedAt: hoursAgo(30),
      purchasedAt: hoursAgo(30),
      tenders: tender('card', hoursAgo(30)),
    });
    const joined = await anOrderIn('all');
    await createTicket(joined.customer, joined.ref);
    const left = {
      crypto: await anOrderIn('all', { tenders: tender('crypto') }),
      reseller: await anOrderIn('all', { channel: 'reseller' }),
      disputed: await anOrderIn('all'),
      ended: await anOrderIn('all', { period: { from: longAgo, until: hoursAgo(19) } }),
    };
    await dispute(left.disputed.ref);
    const elsewhere = await anOrderIn('elsewhere');
    const incident = await anIncidentIn('all');
    const impact = await ok(lead.get(`/v1/incidents/${incident.id}/impact`));
    expect(impact).toMatchObject({ orders: 7, openTickets: 1, offered: 1, told: 1, reached: 0 });
    expect(impact['leftOut']).toEqual({ crypto: 1, reseller: 1, disputed: 1, ended: 1 });
    await wave(incident);
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
    expect(await outcomeOf(offered.ref, incident.id)).toMatchObject({ outcome: 'offered', currency: 'USD' });
    expect(await outcomeOf(told.ref, incident.id)).toMatchObject({ outcome: 'told', ticket_id: null });
    expect(await outcomeOf(joined.ref, incident.id)).toMatchObject({ outcome: 'joined' });
    for (const [reason, order] of Object.entries(left))
      expect(await outcomeOf(order.ref, incident.id)).toMatchObject({ outcome: 'left_out', reason });
    expect(await outcomeOf(elsewhere.ref, incident.id)).toBeUndefined();
    const shown = await ok(agent.get(`/v1/incidents/${incident.id}/offers`));
    expect(shown).toMatchObject({ state: 'done', offered: impact['refunds'] });
    expect(shown['progress']).toEqual({ offered: 1, joined: 1, told: 1, leftOut: impact['leftOut'], remaining: 0 });
  });

  test('what it cost is what was reckoned before, and nobody is reached twice', async () => {
    const orders = [await anOrderIn('twice'), await anOrderIn('twice')];
    const incident = await anIncidentIn('twice');
    const impact = await ok(lead.get(`/v1/incidents/${incident.id}/impact`));
    const first = await wave(incident);
    await runWave(desk, incident.id);
    const second = await wave(incident);
    await runWave(desk, incident.id);
    expect(second.id).not.toBe(first.id);
    expect((await ok(agent.get(`/v1/incidents/${incident.id}`)))['wave']).toMatchObject({
      progress: { offered: 0, remaining: 0 },
    });
    const rows: Json[] = await desk.db('incident_offers').where({ incident_id: incident.id, wave_id: first.id });
    expect(rows).toHaveLength(orders.length);
    const minutes = rows.reduce((sum, row) => sum + Number(row['extend_minutes']), 0);
    expect(impact['extensionMinutes']).toBe(minutes);
    const minor = rows.reduce((sum, row) => sum + Number(row['refund_minor']), 0);
    expect(impact['refunds']).toEqual([{ minor: String(minor), currency: 'USD' }]);
  });

  test('whoever is offered has a ticket with its version, clauses and arithmetic, and may choose from it', async () => {
    const { ref, customer } = await anOrderIn('choose');
    const incident = await anIncidentIn('choose');
    await wave(incident);
    await runWave(desk, incident.id);
    await deliverDue(desk);
    const [listed] = (await ok(customer.get(`/v1/tickets?orderRef=${ref}`)))['items'] as Json[];
    const ticket = await ok(customer.get(`/v1/tickets/${String(listed?.id)}`));
    expect(ticket).toMatchObject({ phase: 'offering', due: { kind: 'offer' }, offer: { choice: null } });
    expect(ticket['actions']).toContain('answerOffer');
    const proposal = await ok(agent.get(`/v1/tickets/${ticket.id}/decisions`));
    expect(proposal['items']).toMatchObject([{ decision: 'offer', clauses: ['RP-4.5'], decidedBy: { id: lead.id } }]);
    const timeline = (await ok(customer.get(`/v1/tickets/${ticket.id}/timeline`)))['items'] as Json[];
    expect(timeline.map((entry) => entry['kind'])).toEqual(['ticketCreated', 'settledByFacts', 'offerMade']);
    const mails = await desk.db('notices').where({ ticket_id: ticket.id }).select('template', 'state', 'audience');
    expect(mails).toEqual([{ template: 'offer-made', state: 'queued', audience: 'customer' }]);
    const answered = await ok(customer.post(`/v1/tickets/${ticket.id}/offer/answer`, { choice: 'refund' }));
    expect(answered['phase']).toBe('settling');
  });

  test('T11: an overlapping incident pays no moment twice, whichever came first', async () => {
    const { ref, customer } = await anOrderIn('overlap');
    const first = await anIncidentIn('overlap', { from: hoursAgo(30), until: hoursAgo(26) });
    await wave(first);
    await runWave(desk, first.id);
    await deliverDue(desk);
    const before = await outcomeOf(ref, first.id);
    const ticketId = String(before?.['ticket_id']);
    await ok(customer.post(`/v1/tickets/${ticketId}/offer/answer`, { choice: 'extension' }));
    const ended = { phase: 'closed', outcome: 'extended', closed_at: new Date(), due_kind: null, due_at: null };
    await desk.db('tickets').where({ id: ticketId }).update(ended);
    const within = await anIncidentIn('overlap', { from: hoursAgo(29), until: hoursAgo(27) });
    await wave(within);
    await runWave(desk, within.id);
    expect(await outcomeOf(ref, within.id)).toMatchObject({ outcome: 'left_out', reason: 'compensated' });
    const beyond = await anIncidentIn('overlap', { from: hoursAgo(28), until: hoursAgo(25) });
    await wave(beyond);
    await runWave(desk, beyond.id);
    expect(await outcomeOf(ref, beyond.id)).toMatchObject({ outcome: 'offered', extend_minutes: 60 });
  });
});

describe('a wave is a decision of people', () => {
  test('above the limit a second person confirms it, and not the one who decided', async () => {
    await anOrderIn('second');
    const incident = await anIncidentIn('second');
    const asked = await wave(incident, { budget: budget('1000001') });
    expect(asked['state']).toBe('awaiting');
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'awaiting' });
    const path = `/v1/incidents/${incident.id}/offers/confirmation`;
    const same = await lead.post(path, { waveId: asked.id, confirm: true, ground });
    expect([same.status, same.json.id]).toEqual([403, 'not-second-person']);
    expect(await ok(finance.post(path, { waveId: asked.id, confirm: true, ground }))).toMatchObject({
      state: 'running',
      confirmedBy: { id: finance.id },
    });
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
  });

  test('rejected by the second person, it reaches nobody', async () => {
    const { ref } = await anOrderIn('rejected');
    const incident = await anIncidentIn('rejected');
    const { id: waveId } = await wave(incident, { budget: [{ minor: '1', currency: 'EUR' }] });
    const path = `/v1/incidents/${incident.id}/offers/confirmation`;
    const rejected = await ok(finance.post(path, { waveId, confirm: false, ground }));
    expect(rejected).toMatchObject({ state: 'cancelled', reason: 'person' });
    await runWave(desk, incident.id);
    expect(await outcomeOf(ref, incident.id)).toBeUndefined();
  });

  test('paused it reaches nobody, resumed it goes on, and what has ended can be neither', async () => {
    const { ref } = await anOrderIn('paused');
    const incident = await anIncidentIn('paused');
    const { id: waveId } = await wave(incident);
    const act = (what: string) =>
      lead.post(`/v1/incidents/${incident.id}/offers/${what}`, { ground, ...(what === 'resume' ? { waveId } : {}) });
    expect((await ok(act('pause')))['state']).toBe('paused');
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'paused' });
    expect(await outcomeOf(ref, incident.id)).toBeUndefined();
    const twin = await lead.post(`/v1/incidents/${incident.id}/offers`, { version: 2, budget: budget(), ground });
    expect([twin.status, twin.json.id]).toEqual([409, 'wave-state']);
    expect((await ok(act('resume')))['state']).toBe('running');
    await runWave(desk, incident.id);
    expect(await outcomeOf(ref, incident.id)).toMatchObject({ outcome: 'offered' });
    for (const what of ['pause', 'resume', 'cancel']) {
      const late = await act(what);
      expect([what, late.status, late.json.id]).toEqual([what, 409, 'wave-state']);
    }
  });

  test('cancelled it stays where it is', async () => {
    const { ref } = await anOrderIn('cancelled');
    const incident = await anIncidentIn('cancelled');
    await wave(incident);
    await ok(lead.post(`/v1/incidents/${incident.id}/offers/cancel`, { ground }));
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'cancelled' });
    expect(await outcomeOf(ref, incident.id)).toBeUndefined();
  });

  test('before its budget would be passed it pauses, and offers nothing of that page', async () => {
    const { ref } = await anOrderIn('budget');
    const incident = await anIncidentIn('budget');
    await wave(incident, { budget: budget('1') });
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'paused' });
    expect(await ok(agent.get(`/v1/incidents/${incident.id}/offers`))).toMatchObject({ reason: 'budget', offered: [] });
    expect(await outcomeOf(ref, incident.id)).toBeUndefined();
    expect(await desk.db('tickets').join('orders', 'orders.id', 'order_id').where({ ref })).toEqual([]);
  });

  test('one whose budget is reached is not resumed; cancelled, another one with more money goes on', async () => {
    const { ref } = await anOrderIn('more-money');
    const incident = await anIncidentIn('more-money');
    const { id: waveId } = await wave(incident, { budget: budget('1') });
    await runWave(desk, incident.id);
    const path = `/v1/incidents/${incident.id}/offers`;
    const resumed = await lead.post(`${path}/resume`, { waveId, ground });
    expect([resumed.status, resumed.json.id]).toEqual([409, 'wave-budget']);
    await ok(lead.post(`${path}/cancel`, { ground }));
    const { id: next } = await wave(incident);
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
    expect(await outcomeOf(ref, incident.id)).toMatchObject({ outcome: 'offered', wave_id: next });
  });

  test('of an incident that was retracted meanwhile it pauses, and cannot go on', async () => {
    const { ref } = await anOrderIn('retracted');
    const incident = await anIncidentIn('retracted');
    const { id: waveId } = await wave(incident);
    await doTo(lead, incident.id, 'retract');
    await tellAll(desk, incident.id);
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'paused' });
    expect(await outcomeOf(ref, incident.id)).toBeUndefined();
    const resumed = await lead.post(`/v1/incidents/${incident.id}/offers/resume`, { waveId, ground });
    expect([resumed.status, resumed.json.id]).toEqual([409, 'incident-state']);
  });

  test('of an incident that goes on, or is not confirmed, there is none', async () => {
    const open = await anIncidentIn('open', { until: undefined });
    const early = await lead.post(`/v1/incidents/${open.id}/offers`, { version: 2, budget: budget(), ground });
    expect([early.status, early.json.id]).toEqual([409, 'incident-goes-on']);
    await doTo(lead, open.id, 'retract');
    const late = await lead.post(`/v1/incidents/${open.id}/offers`, { version: 3, budget: budget(), ground });
    expect([late.status, late.json.id]).toEqual([409, 'incident-state']);
    const none = await lead.post(`/v1/incidents/${open.id}/offers/pause`, { ground });
    expect([none.status, none.json.id]).toEqual([409, 'no-wave']);
  });
});

describe('R10: captures that nobody has asked for', () => {
  test('are read first; the wave comes back to them, and leaves out what no provider can tell', async () => {
    const [known, unknown] = [await anOrderIn('captures'), await anOrderIn('captures')];
    const orderIds: string[] = await desk.db('orders').whereIn('ref', [known.ref, unknown.ref]).pluck('id');
    await desk.db('order_tenders').whereIn('order_id', orderIds).update({ captured_minor: null, read_at: null });
    const incident = await anIncidentIn('captures');
    expect(await ok(lead.get(`/v1/incidents/${incident.id}/impact`))).toMatchObject({ offered: 2, asReported: 2 });
    await wave(incident);
    const [first, again] = [await runWave(desk, incident.id, 1), await runWave(desk, incident.id, 1)];
    expect([first, again]).toMatchObject([{ kind: 'go_on' }, { kind: 'again', waitMs: 60_000 }]);
    const { rows } = await desk.db.raw<{ rows: { key: string }[] }>(
      `select key from graphile_worker.jobs where task_identifier = 'read_captures' order by key`,
    );
    expect(rows.map(({ key }) => key)).toEqual(orderIds.map((id) => `read_captures_or_reading/${id}`).sort());
    const read = { captured_minor: desk.db.ref('amount_minor'), read_at: new Date() };
    await desk
      .db('order_tenders')
      .where({ order_id: await orderIdOf(desk, known.ref) })
      .update(read);
    expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
    expect(await outcomeOf(known.ref, incident.id)).toMatchObject({ outcome: 'offered' });
    expect(await outcomeOf(unknown.ref, incident.id)).toMatchObject({ outcome: 'left_out', reason: 'capture_unknown' });
  });
});
