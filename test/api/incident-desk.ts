/** What suites about incidents begin with: an incident of the registry over orders, and what the desk then does by itself. */

import { randomUUID } from 'node:crypto';
import { tellIncidentPage } from '../../db/incident-telling.ts';
import { reachOrders } from '../../db/wave-pages.ts';
import type { IncidentId, InputId } from '../../domain/ids.ts';
import type { TellingPage } from '../../domain/incident.ts';
import type { WaveAnswer } from '../../domain/incident-wave.ts';
import type { Client, Json } from './client.ts';
import type { Desk, Person } from './desk.ts';
import { anOrder, boughtAt } from './orders-and-tickets.ts';

const hourMs = 3_600_000;

/** Before the suite began, so that what is an hour apart is so to the millisecond. */
const begunAt = Date.now();

export const hoursAgo = (hours: number): string => new Date(begunAt - hours * hourMs).toISOString();

export const ground = 'Seen on the gateway’s own board.';

/** Of some hours of the orders that `putOrder` puts; the parts given replace its own. */
export const anIncident = (given: object = {}) => ({
  ref: `INC-${randomUUID()}`,
  title: 'The gateway of Frankfurt',
  planKinds: [`of-nobody-${randomUUID()}`],
  from: hoursAgo(20),
  until: hoursAgo(18),
  widelyImpacting: true,
  ground,
  ...given,
});

export async function ok(answer: Promise<{ status: number; text: string; json: Json }>): Promise<Json> {
  const { status, text, json } = await answer;
  if (status >= 300) throw new Error(`answered ${status} ${text}`);
  return json;
}

export const created = (agent: Client, given: object = {}): Promise<Json> =>
  ok(agent.post('/v1/incidents', anIncident(given)));

/** What a person does with it, by the version that stands. */
export async function doTo(client: Client, incidentId: string, what: string, given: object = {}): Promise<Json> {
  const { version } = await ok(client.get(`/v1/incidents/${incidentId}`));
  return ok(client.post(`/v1/incidents/${incidentId}/${what}`, { version, ground, ...given }));
}

export async function confirmed(agent: Client, lead: Client, given: object = {}): Promise<Json> {
  const { id } = await created(agent, given);
  return doTo(lead, String(id), 'confirm');
}

/** As its workflow does: page by page until all are told; then each input that is due is delivered. */
export async function tellAll(desk: Desk, incidentId: unknown): Promise<number> {
  const incident = String(incidentId) as IncidentId;
  let page: Pick<TellingPage, 'version' | 'after'> = { version: 0, after: null };
  for (let pages = 1; ; pages += 1) {
    const answer = await tellIncidentPage(desk.db, { incidentId: incident, ...page }, desk.now());
    if (answer.kind === 'told') {
      await deliverDue(desk);
      return pages;
    }
    page = answer.kind === 'changed' ? { version: answer.version, after: null } : { ...page, after: answer.after };
  }
}

export async function deliverDue(desk: Desk): Promise<void> {
  const due: { id: InputId }[] = await desk.db('inputs').where({ delivery: 'due' }).orderBy('kept_at').select('id');
  for (const input of due) await desk.delivery.deliver(input.id, 0);
}

const settings = { hasShop: true, tieHash: null, handedPerSecond: 1_000 };

/** As its workflow does, until the wave stops: what it would wait for between two pages or passes is taken as passed. */
export async function runWave(
  desk: Desk,
  incidentId: unknown,
  pagesMax = 100,
  now: () => Date = desk.now,
): Promise<WaveAnswer> {
  let answer: WaveAnswer = { kind: 'go_on', waitMs: 0 };
  let waitedMs = 0;
  for (let pages = 0; pages < pagesMax && answer.kind !== 'stopped'; pages += 1) {
    const at = new Date(now().getTime() + waitedMs);
    answer = await reachOrders(desk.db, String(incidentId) as IncidentId, settings, at);
    if (answer.kind !== 'stopped') waitedMs += answer.waitMs;
  }
  return answer;
}

/** An order that nothing is known of yet but what it captured and used; its kind of plan is one that the policy lists. */
export async function putPlainOrder(
  desk: Desk,
  service: Client,
  customer: Pick<Person, 'email'>,
  given: object = {},
): Promise<string> {
  const ref = `order-${randomUUID()}`;
  const { id } = await ok(service.send('PUT', `/v1/orders/${ref}`, { body: anOrder(customer.email, given) }));
  await ok(service.post(`/v1/orders/${ref}/usage`, { usedBytes: '1000', requests: 10, at: boughtAt }));
  await desk
    .db('order_tenders')
    .where({ order_id: id })
    .update({ captured_minor: desk.db.ref('amount_minor'), read_at: new Date() });
  return ref;
}

export const budget = (minor = '100000') => [{ minor, currency: 'USD' }];

/** Bought so long ago that a full refund is asked for too late (RP-2.3). */
export const longAgo = hoursAgo(20 * 24);

export const tender = (method: string, capturedAt = longAgo) => [
  {
    method,
    amount: { minor: '1999', currency: 'USD' },
    tax: { minor: '0', currency: 'USD' },
    ...(method === 'card' ? { captureRef: `ch_${randomUUID()}` } : {}),
    capturedAt,
  },
];

/** What an order of one place has of its own. */
export const inPlace = (place: string, given: object = {}) => ({
  plan: { key: 'static', kind: 'static_isp', name: 'Static', places: [place] },
  firstPurchasedAt: longAgo,
  purchasedAt: longAgo,
  period: { from: longAgo, until: hoursAgo(-10 * 24) },
  tenders: tender('card'),
  ...given,
});

/** The id of an order by its reference. */
export async function orderIdOf(desk: Desk, ref: string): Promise<string> {
  const ids: string[] = await desk.db('orders').where({ ref }).pluck('id');
  return ids[0] ?? '';
}
