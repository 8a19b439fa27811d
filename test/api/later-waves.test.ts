/** Later waves of an incident (RP-4.5), at the door: what former waves have offered and left out counts in them. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { type Json, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import {
  budget,
  confirmed,
  created,
  doTo,
  ground,
  hoursAgo,
  inPlace,
  ok,
  orderIdOf,
  putPlainOrder,
  runWave,
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

const anOrderIn = async (place: string, given: object = {}): Promise<string> =>
  putPlainOrder(desk, service, await desk.signedIn('customer'), inPlace(place, given));

const anIncidentIn = (place: string): Promise<Json> => confirmed(agent, lead, { planKinds: [], places: [place] });

const wave = (by: Person, incident: Json, most = budget()): Promise<Json> =>
  doTo(by, String(incident['id']), 'offers', { budget: most, ordersPerMinute: 60_000 });

test('a budget below the limit needs a second person once former waves have offered the rest', async () => {
  await anOrderIn('split');
  const incident = await anIncidentIn('split');
  const limit = budget('1000000');
  expect((await wave(lead, incident, limit))['state']).toBe('running');
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
  expect((await wave(lead, incident, limit))['state']).toBe('awaiting');
});

const tooMuch = budget('1000001');
const act = (by: Person, incident: Json, what: string, given: object) =>
  by.post(`/v1/incidents/${incident.id}/offers/${what}`, { ground, ...given });
const wider = (place: string) => ({
  title: 'Wider',
  planKinds: [],
  places: [place, `${place}-too`],
  egress: [],
  from: hoursAgo(20),
  until: hoursAgo(18),
  widelyImpacting: true,
});
const widened = (incident: Json, place: string) => doTo(lead, String(incident['id']), 'correct', wider(place));

test('a second person confirms the wave that they looked at, and no later one', async () => {
  const incident = await anIncidentIn('looked-at');
  const { id: first } = await wave(lead, incident, tooMuch);
  await ok(act(lead, incident, 'cancel', {}));
  const { id: second } = await wave(lead, incident, tooMuch);
  for (const confirm of [true, false]) {
    const other = await act(finance, incident, 'confirmation', { waveId: first, confirm });
    expect([other.status, other.json.id]).toEqual([409, 'wave-state']);
  }
  expect(await ok(act(finance, incident, 'confirmation', { waveId: second, confirm: true }))).toMatchObject({
    id: second,
    state: 'running',
  });
  await ok(act(lead, incident, 'pause', {}));
  const other = await act(lead, incident, 'resume', { waveId: first });
  expect([other.status, other.json.id]).toEqual([409, 'wave-state']);
  expect(await ok(act(lead, incident, 'resume', { waveId: second }))).toMatchObject({ state: 'running' });
});

test('what a second person confirms, or has confirmed, is not the incident as it was changed since', async () => {
  const incident = await anIncidentIn('changed');
  const { id: waveId } = await wave(lead, incident, tooMuch);
  await widened(incident, 'changed');
  const late = await act(finance, incident, 'confirmation', { waveId, confirm: true });
  expect([late.status, late.json.id]).toEqual([409, 'incident-stale']);
  await ok(act(finance, incident, 'confirmation', { waveId, confirm: false }));
  const { id: next } = await wave(lead, incident, tooMuch);
  await ok(act(finance, incident, 'confirmation', { waveId: next, confirm: true }));
  await widened(incident, 'changed-again');
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'paused' });
  const alone = await act(lead, incident, 'resume', { waveId: next });
  expect([alone.status, alone.json.id]).toEqual([409, 'incident-stale']);
});

test('a wave that one lead decided alone goes on by the incident as it was changed', async () => {
  const incident = await anIncidentIn('alone');
  const { id: waveId } = await wave(lead, incident);
  await widened(incident, 'alone');
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'paused' });
  await ok(act(lead, incident, 'resume', { waveId }));
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
});

test('of an incident that turns out to go on no wave goes on, and one that is resolved stays over', async () => {
  const incident = await anIncidentIn('goes-on');
  const id = String(incident['id']);
  const { id: waveId } = await wave(lead, incident);
  await doTo(lead, id, 'correct', { ...wider('goes-on'), until: undefined });
  expect(await runWave(desk, id)).toEqual({ kind: 'stopped', state: 'paused' });
  const resumed = await act(lead, incident, 'resume', { waveId });
  expect([resumed.status, resumed.json.id]).toEqual([409, 'incident-goes-on']);
  const { version } = await doTo(lead, id, 'resolve', { until: hoursAgo(18) });
  for (const until of [undefined, hoursAgo(-1)]) {
    const wrong = await lead.post(`/v1/incidents/${id}/correct`, { version, ground, ...wider('goes-on'), until });
    expect([wrong.status, wrong.json.id]).toEqual([422, 'request-invalid']);
  }
  expect(await ok(act(lead, incident, 'resume', { waveId }))).toMatchObject({ state: 'running' });
});

test('what a former wave left out for a reason that has passed is reached by the next one, and nothing else', async () => {
  const [unread, plain] = [await anOrderIn('passed'), await anOrderIn('passed')];
  const of = { order_id: await orderIdOf(desk, unread) };
  await desk.db('order_tenders').where(of).update({ captured_minor: null, read_at: null });
  const incident = await anIncidentIn('passed');
  const first = await wave(lead, incident);
  await runWave(desk, incident.id);
  const outcome = (): Promise<Json | undefined> => desk.db('incident_offers').where(of).first();
  expect(await outcome()).toMatchObject({ wave_id: first.id, reason: 'capture_unknown' });
  const impact = () => ok(lead.get(`/v1/incidents/${incident.id}/impact`));
  const before = await impact();
  expect(before).toMatchObject({ orders: 2, reached: 1, offered: 1, asReported: 1, leftOut: {} });
  await desk
    .db('order_tenders')
    .where(of)
    .update({ captured_minor: desk.db.ref('amount_minor'), read_at: new Date() });
  const second = await wave(lead, incident);
  expect(second['progress']).toMatchObject({ remaining: 1 });
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
  expect(await outcome()).toMatchObject({ wave_id: second.id, outcome: 'offered', reason: null });
  expect((await ok(lead.get(`/v1/incidents/${incident.id}/offers`)))['offered']).toEqual(before['refunds']);
  expect(await impact()).toMatchObject({ orders: 2, reached: 2, offered: 0, refunds: [] });
  const other = { order_id: await orderIdOf(desk, plain), wave_id: first.id };
  expect(await desk.db('incident_offers').where(other)).toMatchObject([{ outcome: 'offered' }]);
});

const readJobs = async (orderId: string): Promise<number> => {
  const jobs: unknown[] = await desk.db('graphile_worker.jobs').where({ key: `read_captures_or_reading/${orderId}` });
  return jobs.length;
};

test('a wave that goes on by a wider incident goes over all of its orders anew, and has captures of new ones read', async () => {
  const [before, within] = [await anOrderIn('wide-too'), await anOrderIn('wide')];
  const orderId = await orderIdOf(desk, before);
  await desk.db('order_tenders').where({ order_id: orderId }).update({ captured_minor: null, read_at: null });
  const incident = await anIncidentIn('wide');
  const { id: waveId } = await wave(lead, incident);
  expect(await runWave(desk, incident.id, 1)).toMatchObject({ kind: 'go_on' });
  await widened(incident, 'wide');
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'paused' });
  await ok(act(lead, incident, 'resume', { waveId }));
  expect(await runWave(desk, incident.id, 1)).toMatchObject({ kind: 'go_on' });
  expect(await readJobs(orderId)).toBe(1);
  expect(await runWave(desk, incident.id, 1)).toEqual({ kind: 'again', waitMs: 60_000 });
  expect(await desk.db('incident_offers').where({ wave_id: waveId }).pluck('order_id')).toEqual([
    await orderIdOf(desk, within),
  ]);
});

test('captures of an order that is covered only since the last pass are read as well', async () => {
  const unread = { captured_minor: null, read_at: null };
  const [first, later] = [await anOrderIn('since'), await anOrderIn('since-not')];
  const ids = [await orderIdOf(desk, first), await orderIdOf(desk, later)];
  await desk.db('order_tenders').whereIn('order_id', ids).update(unread);
  const incident = await anIncidentIn('since');
  await wave(lead, incident);
  expect(await runWave(desk, incident.id, 2)).toMatchObject({ kind: 'again' });
  await desk
    .db('orders')
    .where({ ref: later })
    .update({ places: ['SINCE'] });
  await desk
    .db('orders')
    .where({ ref: first })
    .update({ places: ['SINCE'] });
  await runWave(desk, incident.id, 2);
  expect([await readJobs(ids[0] ?? ''), await readJobs(ids[1] ?? '')]).toEqual([1, 1]);
});

test('a wave that is woken between two passes takes none of them, and waits for the time that is left', async () => {
  const ref = await anOrderIn('woken');
  const of = { order_id: await orderIdOf(desk, ref) };
  await desk.db('order_tenders').where(of).update({ captured_minor: null, read_at: null });
  const incident = await anIncidentIn('woken');
  const { id: waveId } = await wave(lead, incident);
  expect(await runWave(desk, incident.id, 2)).toEqual({ kind: 'again', waitMs: 60_000 });
  for (let words = 0; words < 5; words += 1) {
    await ok(act(lead, incident, 'pause', {}));
    expect(await runWave(desk, incident.id, 1)).toEqual({ kind: 'stopped', state: 'paused' });
    await ok(act(lead, incident, 'resume', { waveId }));
    const woken = await runWave(desk, incident.id, 1);
    expect(woken.kind === 'again' && woken.waitMs > 0 && woken.waitMs < 60_000).toBe(true);
  }
  expect(await desk.db('incident_offers').where(of)).toEqual([]);
  expect(await desk.db('incident_waves').where({ id: waveId })).toMatchObject([{ state: 'running', passes: 1 }]);
  await desk
    .db('order_tenders')
    .where(of)
    .update({ captured_minor: desk.db.ref('amount_minor'), read_at: new Date() });
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
  expect(await desk.db('incident_offers').where(of)).toMatchObject([{ outcome: 'offered' }]);
});

test('a wave that is woken between two pages keeps its rate', async () => {
  await anOrderIn('rate');
  const incident = await anIncidentIn('rate');
  const { id: waveId } = await doTo(lead, String(incident.id), 'offers', { budget: budget(), ordersPerMinute: 1 });
  expect(await runWave(desk, incident.id, 1)).toEqual({ kind: 'go_on', waitMs: 60_000 });
  const later = await anOrderIn('rate');
  const after = { after_order: '00000000-0000-7000-8000-000000000000' };
  await desk.db('incident_waves').where({ id: waveId }).update(after);
  for (let words = 0; words < 3; words += 1) {
    await ok(act(lead, incident, 'pause', {}));
    await ok(act(lead, incident, 'resume', { waveId }));
    const woken = await runWave(desk, incident.id, 1);
    expect(woken.kind === 'go_on' && woken.waitMs > 0 && woken.waitMs < 60_000).toBe(true);
  }
  const of = { order_id: await orderIdOf(desk, later) };
  expect(await desk.db('incident_offers').where(of)).toEqual([]);
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
  expect(await desk.db('incident_offers').where(of)).toMatchObject([{ outcome: 'offered' }]);
});

test('an order that no policy judges is left out for a person to settle, and the wave does not wait for it', async () => {
  const of = { order_id: await orderIdOf(desk, await anOrderIn('lawless')) };
  const incident = await anIncidentIn('lawless');
  await wave(lead, incident);
  const beforeAnyPolicy = () => new Date('2000-01-01T00:00:00.000Z');
  expect(await runWave(desk, incident.id, 2, beforeAnyPolicy)).toEqual({ kind: 'stopped', state: 'done' });
  expect(await desk.db('incident_offers').where(of)).toMatchObject([{ outcome: 'left_out', reason: 'unclear' }]);
});

test('what became of each order is listed page by page, with its ticket as it stands, and none of whose it is', async () => {
  const [offered, crypto] = [await anOrderIn('listed'), await anOrderIn('listed', { tenders: tender('crypto') })];
  const customer = await desk.signedIn('customer');
  const joined = await putPlainOrder(desk, service, customer, inPlace('listed'));
  const { id: joinedId } = await createTicket(customer, joined);
  const incident = await anIncidentIn('listed');
  const path = `/v1/incidents/${incident.id}/offers/orders`;
  expect(await ok(agent.get(path))).toEqual({ items: [], next: null });
  const { id: waveId } = await wave(lead, incident);
  await runWave(desk, incident.id);
  const first = await ok(agent.get(`${path}?limit=2`));
  const second = await ok(agent.get(`${path}?limit=2&cursor=${String(first['next'])}`));
  expect(second['next']).toBeNull();
  const items = [...listIn(first, 'items'), ...listIn(second, 'items')];
  const shown = await ok(lead.get(`/v1/incidents/${incident.id}/offers`));
  const [refund] = listIn(shown, 'offered');
  expect(items).toEqual([
    expect.objectContaining({ orderRef: offered, waveId, outcome: 'offered', reason: null, refund }),
    expect.objectContaining({ orderRef: crypto, outcome: 'left_out', reason: 'crypto', refund: null, ticket: null }),
    expect.objectContaining({ orderRef: joined, outcome: 'joined', refund: null, extension: null }),
  ]);
  expect(items[0]?.['ticket']).toMatchObject({
    reference: expect.stringMatching(/^RD-/),
    phase: 'offering',
    outcome: null,
  });
  expect(items[2]?.['ticket']).toMatchObject({ id: joinedId });
  for (const item of items)
    expect(operations.listIncidentOffers.answers[200].parse({ items: [item], next: null })).toBeDefined();
  const narrowed = await ok(finance.get(`${path}?waveId=${waveId}&outcome=left_out&reason=crypto`));
  expect(listIn(narrowed, 'items').map(({ orderRef }) => orderRef)).toEqual([crypto]);
  const broken = await agent.get(`${path}?cursor=bm9uZQ`);
  expect([broken.status, broken.json.id]).toEqual([422, 'request-invalid']);
});

test('what an incident would cost is reckoned before it is confirmed as it is after', async () => {
  await anOrderIn('suspected');
  const scope = { planKinds: [], places: ['suspected'] };
  const { id } = await created(agent, scope);
  const before = await ok(lead.get(`/v1/incidents/${id}/impact`));
  expect(before).toMatchObject({ orders: 1, offered: 1, leftOut: {} });
  await doTo(lead, String(id), 'confirm');
  expect(await ok(lead.get(`/v1/incidents/${id}/impact`))).toEqual(before);
});

describe('T11: of incidents that overlap', () => {
  const inHours = (place: string, from: number, until: number, widelyImpacting = true): Promise<Json> =>
    confirmed(agent, lead, {
      planKinds: [],
      places: [place],
      from: hoursAgo(from),
      until: hoursAgo(until),
      widelyImpacting,
    });

  const reachedBy = async (incident: Json): Promise<Json | undefined> => {
    const impact = await ok(lead.get(`/v1/incidents/${incident['id']}/impact`));
    await wave(lead, incident);
    expect(await runWave(desk, incident['id'])).toEqual({ kind: 'stopped', state: 'done' });
    const shown = await ok(lead.get(`/v1/incidents/${incident['id']}/offers`));
    expect(shown['offered']).toEqual(impact['refunds']);
    const reached: Json[] = await desk.db('incident_offers').where({ incident_id: incident['id'] });
    expect(reached.map((row) => Number(row['extend_minutes']))).toEqual([impact['extensionMinutes']]);
    return reached[0];
  };

  test('the first wave offers the union, and the second one joins it', async () => {
    await anOrderIn('union');
    const [first, second] = [await inHours('union', 30, 26), await inHours('union', 28, 24)];
    const offered = await reachedBy(first);
    expect(offered).toMatchObject({ outcome: 'offered', extend_minutes: 6 * 60 });
    expect(await reachedBy(second)).toMatchObject({ outcome: 'joined', ticket_id: offered?.['ticket_id'] });
  });

  test('one that gives all of the money back is told of by the wave of another that gives a part', async () => {
    const lately = hoursAgo(32);
    await anOrderIn('whole', { firstPurchasedAt: lately, purchasedAt: lately, tenders: tender('card', lately) });
    const narrow = await inHours('whole', 30, 29, false);
    await inHours('whole', 28, 24);
    expect(await reachedBy(narrow)).toMatchObject({ outcome: 'told', ticket_id: null });
  });
});
