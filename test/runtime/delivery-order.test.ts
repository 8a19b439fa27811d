/** Inputs that were kept while Temporal was away reach their ticket later, in the order in which they were kept, once. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { until } from '../../dev/until.ts';
import { aNetworkContext, upload } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, putOrder } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { readServers } from '../environment/servers.ts';
import { environmentOf, startProcess } from './processes.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk({ workers: false, environment: { TEMPORAL_ADDRESS: `127.0.0.1:${await findFreePort()}` } });
  cast = await castOf(desk);
});
afterAll(() => desk.close());

interface KeptRow {
  readonly id: string;
  readonly operation: string;
  readonly delivery: string;
  readonly refusal: { readonly refused: string } | null;
}

const keptFor = async (ticketId: string): Promise<KeptRow[]> => {
  const rows: KeptRow[] = await desk.core
    .db('inputs')
    .where({ ticket_id: ticketId })
    .whereNot({ delivery: 'none' })
    .orderBy('kept_at')
    .select('id', 'operation', 'delivery', 'refusal');
  return rows;
};

/** A complete claim, kept though no workflow could take it up. */
async function claimWhileAway(): Promise<string> {
  const { orderRef } = await putOrder(desk, cast.service, cast.customer.email);
  const uploadId = await upload(cast.customer, 'connect timed out', { orderRef });
  const answer = await cast.customer.post('/v1/tickets', {
    orderRef,
    paymentMethod: 'card',
    description: 'Nothing could be reached through the proxy.',
    networkContext: aNetworkContext,
    uploadIds: [uploadId],
  });
  expect(answer.status).toBe(202);
  return answer.json.id;
}

async function aWorker() {
  const given = { TEMPORAL_ADDRESS: readServers().temporalAddress };
  const worker = startProcess({ program: 'runtime/worker.ts', environment: environmentOf(desk.core.config, given) });
  await worker.ready();
  return worker;
}

test('T10: while no worker is there, a ticket is read as it stands, with the age of what it does not show yet', async () => {
  const ticketId = await claimWhileAway();
  const path = `/v1/tickets/${ticketId}`;
  expect((await cast.agent.post(`${path}/review`, { cause: 'seller', finding: 'Down.' })).status).toBe(202);
  const kept: Date[] = await desk.core.db('inputs').where({ ticket_id: ticketId }).orderBy('kept_at').pluck('kept_at');
  const pending = { count: kept.length, since: kept[0]?.toISOString() };
  expect(kept).toHaveLength(2);
  for (const who of [cast.customer, cast.agent])
    expect((await who.get(path)).json).toMatchObject({ phase: 'gathering', pending });
  const worker = await aWorker();
  const isCurrent = async () => (await cast.customer.get(path)).json['pending'] === null;
  expect(await until(isCurrent, { withinMs: 40_000 })).toBe(true);
  expect((await cast.customer.get(path)).json).toMatchObject({ phase: 'deciding', pending: null });
  expect(await worker.stop()).toBe(0);
});

test('all are taken in their order, a late refusal is kept with its input, and the key then tells it', async () => {
  const ticketId = await claimWhileAway();
  const path = `/v1/tickets/${ticketId}`;
  const uploadId = await upload(cast.customer, 'one more log', { ticketId });
  const finding = { cause: 'seller', finding: 'Exit pool was down.' };
  const later = { key: 'a-review-after-the-withdrawal' };
  const answers = [
    await cast.customer.post(`${path}/evidence`, { uploadIds: [uploadId] }),
    await cast.agent.post(`${path}/review`, finding),
    await cast.customer.post(`${path}/withdraw`, { confirmed: true }),
    await cast.agent.post(`${path}/review`, finding, later),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  const kept = await keptFor(ticketId);
  expect(kept.map(({ operation, delivery }) => [operation, delivery])).toEqual([
    ['createTicket', 'due'],
    ['addEvidence', 'due'],
    ['recordReview', 'due'],
    ['withdrawTicket', 'due'],
    ['recordReview', 'due'],
  ]);

  const worker = await aWorker();
  const isDone = async () => (await keptFor(ticketId)).every(({ delivery }) => delivery !== 'due');
  expect(await until(isDone, { withinMs: 40_000 })).toBe(true);
  const outcomes = (await keptFor(ticketId)).map(({ delivery, refusal }) => refusal?.refused ?? delivery);
  expect(outcomes).toEqual(['applied', 'applied', 'applied', 'applied', 'ticket-closed']);

  const events: { input_id: string }[] = await desk.core
    .db('ticket_events')
    .where({ ticket_id: ticketId })
    .whereIn(
      'input_id',
      kept.slice(1).map(({ id }) => id),
    )
    .orderBy('number')
    .select('input_id');
  expect([...new Set(events.map(({ input_id }) => input_id))]).toEqual(kept.slice(1, 4).map(({ id }) => id));
  const repeated = await cast.agent.post(`${path}/review`, finding, later);
  expect([repeated.status, repeated.json['id']]).toEqual([409, 'ticket-closed']);
  expect(await worker.stop()).toBe(0);
});
