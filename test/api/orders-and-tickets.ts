/** Builders of what most suites begin with: an order of a buyer, an upload, a ticket as far as it should have come. */

import { createHash, randomUUID } from 'node:crypto';
import type { Client, Json } from './client.ts';
import type { Desk } from './desk.ts';

const hourMs = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

/** Bought the day before, so that whenever the suite runs it is asked for within the window (RP-2.3). */
export const boughtAt = hoursAgo(24);

/** A well-formed order for the shop to put; the parts given replace its own. */
export const anOrder = (email: string, given: object = {}) => ({
  accountRef: `account-${randomUUID()}`,
  email,
  channel: 'official',
  plan: { key: 'residential-5gb', kind: 'metered', name: 'Residential 5 GB' },
  firstPurchasedAt: boughtAt,
  purchasedAt: boughtAt,
  period: { from: boughtAt, until: hoursAgo(-29 * 24) },
  metered: { bytes: '5368709120' },
  tenders: [
    {
      method: 'card',
      amount: { minor: '1999', currency: 'USD' },
      tax: { minor: '333', currency: 'USD' },
      captureRef: `ch_${randomUUID()}`,
      capturedAt: boughtAt,
    },
  ],
  ...given,
});

export const aNetworkContext = {
  targets: ['https://shop.example.com/login'],
  times: [{ from: hoursAgo(20), until: hoursAgo(19) }],
  egress: ['203.0.113.7'],
  protocol: 'https',
  client: { name: 'curl', version: '8.5' },
};

/**
 * Puts an order of this buyer and returns its reference; what it captured stands as the provider would say, and a
 * confirmed incident covers it.
 */
export async function putOrder(desk: Desk, service: Client, email: string, given: object = {}): Promise<string> {
  const ref = `order-${randomUUID()}`;
  const answer = await service.send('PUT', `/v1/orders/${ref}`, { body: anOrder(email, given) });
  if (answer.status !== 200) throw new Error(`putOrder answered ${answer.status} ${answer.text}`);
  await coverByIncident(service, ref);
  await desk
    .db('order_tenders')
    .where({ order_id: answer.json['id'] })
    .update({ captured_minor: desk.db.ref('amount_minor'), read_at: new Date() });
  return ref;
}

/** Orders of one account, each of another plan, that nothing is known of yet. */
export async function putOrdersOfOne(service: Client, email: string, count: number): Promise<string[]> {
  const accountRef = `account-${randomUUID()}`;
  const refs = Array.from({ length: count }, () => `order-${randomUUID()}`);
  for (const ref of refs) {
    const body = anOrder(email, { accountRef, plan: { key: ref, kind: 'metered', name: 'Residential' } });
    const answer = await service.send('PUT', `/v1/orders/${ref}`, { body });
    if (answer.status !== 200) throw new Error(`putOrder answered ${answer.status} ${answer.text}`);
  }
  return refs;
}

/**
 * What makes a full refund the proposal once a review found our fault: hardly used (RP-2.5), and a confirmed incident
 * covers the order, so that nobody waits 15 days (RP-2.4b).
 */
export async function coverByIncident(service: Client, orderRef: string): Promise<void> {
  const usage = await service.post(`/v1/orders/${orderRef}/usage`, { usedBytes: '1000', at: hoursAgo(2) });
  if (usage.status !== 200) throw new Error(`reportUsage answered ${usage.status} ${usage.text}`);
  const incident = { ref: 'INC-1', confirmed: true, widelyImpacting: true, covers: true, from: hoursAgo(23) };
  const told = await service.post(`/v1/orders/${orderRef}/incidents`, incident);
  if (told.status !== 200) throw new Error(`reportOrderIncident answered ${told.status} ${told.text}`);
}

/** An order for which the policy proposes a full refund as soon as a review found our fault. */
export async function putRefundable(desk: Desk, service: Client, email: string, given: object = {}): Promise<string> {
  const ref = await putOrder(desk, service, email, given);
  await coverByIncident(service, ref);
  return ref;
}

/** Uploads a text file whole and returns its id. */
export async function upload(client: Client, text: string, given: object = {}): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const made = await client.post('/v1/uploads', { name: 'log.txt', bytes: bytes.length, sha256, ...given });
  if (made.status !== 201) throw new Error(`createUpload answered ${made.status} ${made.text}`);
  const sent = await client.send('PATCH', `/v1/uploads/${String(made.json['uploadId'])}`, {
    raw: bytes,
    headers: { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' },
  });
  if (sent.status !== 204) throw new Error(`appendUpload answered ${sent.status} ${sent.text}`);
  return String(made.json['uploadId']);
}

/**
 * What a write answers once it has taken effect. A busy desk keeps it and says 202; whoever repeats its key is told what
 * became of it.
 */
async function effected(client: Client, path: string, body: object, expected: number): Promise<Json> {
  const key = randomUUID();
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await client.post(path, body, { key });
    if (answer.status === expected) return answer.json;
    if (answer.status !== 202 || Date.now() > deadline)
      throw new Error(`POST ${path} answered ${answer.status} ${answer.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A ticket with all materials, in review. */
export async function createTicket(client: Client, orderRef: string, given: object = {}): Promise<Json> {
  const uploadId = await upload(client, 'connect timed out', { orderRef });
  const body = {
    orderRef,
    paymentMethod: 'card',
    description: 'Nothing could be reached through the proxy.',
    networkContext: aNetworkContext,
    uploadIds: [uploadId],
    ...given,
  };
  return await effected(client, '/v1/tickets', body, 201);
}

export async function review(agent: Client, ticketId: string): Promise<void> {
  await effected(agent, `/v1/tickets/${ticketId}/review`, { cause: 'seller', finding: 'Exit pool was down.' }, 200);
}

export async function decideRefund(agent: Client, ticketId: string, minor = '1999'): Promise<void> {
  const body = { decision: 'refund', amount: { minor, currency: 'USD' }, ground: 'The service could not be used.' };
  await effected(agent, `/v1/tickets/${ticketId}/decision`, body, 200);
}

/** Less than is proposed: the agent says so with a ground, and a lead confirms it (RP-3.9). */
export async function decideLess(agent: Client, lead: Client, ticketId: string, minor: string): Promise<void> {
  const amount = { minor, currency: 'USD' };
  const body = { decision: 'refund', amount, ground: 'A part was of use.', exception: 'refusal' };
  await effected(agent, `/v1/tickets/${ticketId}/decision`, body, 200);
  await confirm(lead, ticketId);
}

/** The second person's yes to a decision that differs from the proposal. */
export async function confirm(lead: Client, ticketId: string): Promise<void> {
  const body = { confirm: true, ground: 'Looked at as well.' };
  await effected(lead, `/v1/tickets/${ticketId}/decision/confirmation`, body, 200);
}
