/** One request for several orders, lived through: each ticket goes its own way, with what was sent for any of them. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepInput } from '../../db/inputs.ts';
import type { TicketId } from '../../domain/ids.ts';
import { type Json, listIn } from '../api/client.ts';
import { aNetworkContext, putOrdersOfOne, review, upload } from '../api/orders-and-tickets.ts';
import { anInput } from '../db/builders.ts';
import { type Cast, castOf, untilDelivered, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { eventKinds, expectStatus, untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});

afterAll(() => desk.close());

/** Asks for so many orders without materials; answers with their tickets. */
async function ask(count: number): Promise<string[]> {
  const [orderRef, ...others] = await putOrdersOfOne(cast.service, cast.customer.email, count);
  const linkedOrders = others.map((ref) => ({ orderRef: ref, paymentMethod: 'card' }));
  const body = { orderRef, paymentMethod: 'card', linkedOrders, description: 'Nothing could be reached.' };
  const { json } = expectStatus(await cast.customer.post('/v1/tickets', body), 201);
  return [json, ...listIn(json, 'linked')].map(({ id }) => String(id));
}

const inPhase = (phase: string) => (ticket: Json) => ticket['phase'] === phase;

const subjectsOf = (ticketId: string): string[] =>
  desk.mail
    .mails()
    .filter(({ inReplyTo }) => inReplyTo === `<ticket/${ticketId}@127.0.0.1>`)
    .map(({ subject }) => subject);

test('RP-4.1, RP-4.2: materials sent for one begin the review of all, and each is then decided by itself', async () => {
  const tickets = await ask(3);
  const [first, second, third] = tickets as [string, string, string];
  const uploadId = await upload(cast.customer, 'connect timed out', { ticketId: second });
  const evidence = { uploadIds: [uploadId], networkContext: aNetworkContext };
  expectStatus(await cast.customer.post(`/v1/tickets/${second}/evidence`, evidence), 200);
  for (const ticketId of tickets) {
    const ticket = await untilTicket(cast.customer, ticketId, inPhase('reviewing'));
    expect(listIn(ticket, 'evidence').map(({ id }) => id)).toEqual([uploadId]);
  }
  expect(await eventKinds(desk, second)).toContain('evidenceAdded');
  expect(await eventKinds(desk, first)).toEqual(['ticketCreated', 'evidenceShared', 'materialsCompleted']);

  await review(cast.agent, first);
  expectStatus(await cast.customer.post(`/v1/tickets/${third}/withdraw`, { confirmed: true }), 200);
  await untilTicket(cast.customer, first, inPhase('deciding'));
  const shown = await untilTicket(cast.customer, second, inPhase('reviewing'));
  expect(listIn(shown, 'linked').map(({ id, phase, outcome }) => [id, phase, outcome])).toEqual([
    [first, 'deciding', null],
    [third, 'closed', 'withdrawn'],
  ]);
  for (const ticketId of tickets)
    await untilFound('the mails of its first steps', async () => {
      const subjects = subjectsOf(ticketId);
      return subjects.some((subject) => /We have your refund request/.test(subject)) && subjects.length >= 2;
    });
});

test('T6: what is sent for one after a linked one was closed is taken, and leaves the closed one as it was', async () => {
  const [first, second] = (await ask(2)) as [string, string];
  await untilDelivered(desk, second);
  expectStatus(await cast.customer.post(`/v1/tickets/${second}/withdraw`, { confirmed: true }), 200);
  const uploadId = await upload(cast.customer, 'connect timed out', { ticketId: first });
  expectStatus(await cast.customer.post(`/v1/tickets/${first}/evidence`, { uploadIds: [uploadId] }), 200);
  const closed = await untilTicket(cast.customer, second, inPhase('closed'));
  expect(listIn(closed, 'evidence')).toEqual([]);
  expect((await cast.customer.get(`/v1/tickets/${second}/evidence/${uploadId}`)).status).toBe(404);

  // A note that was on its way meanwhile comes too late, and begins no new run.
  const body = { ticketId: first, uploadIds: [uploadId], networkContext: false };
  const late = anInput({ source: 'desk', operation: 'noteEvidence', ticketId: second as TicketId, body });
  await desk.core.db.transaction((trx) => keepInput(trx, late));
  await untilDelivered(desk, second);
  expect(await desk.core.db('tickets').where({ id: second }).first('run')).toEqual({ run: 1 });
  expect(await eventKinds(desk, second)).toEqual(['ticketCreated', 'withdrawn']);
});
