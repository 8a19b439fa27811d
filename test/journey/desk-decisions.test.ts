/** RP-4.6 through the front door: what the desk decides by itself, and the one click that brings a person. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFirstVersion } from '../../dev/first-version.ts';
import { type Json, objectIn } from '../api/client.ts';
import { review } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, closedAs, openClaim, payoutOf, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type Person, signIn } from '../environment/people.ts';
import { expectStatus, payoutsOf, refundOf, refusalIn, untilFound } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;
let colleague: Person;

/** The version lets the desk give small refunds for incidents by itself; this one still waits for finance. */
beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  colleague = await signIn(desk, 'agent');
  const { document } = readFirstVersion();
  const { parameters } = document;
  const system = { ...parameters.system, refundsByIncident: true };
  const admin = await signIn(desk, 'admin');
  const effectiveAt = new Date(Date.now() + 2_000).toISOString();
  const body = { effectiveAt, document: { ...document, parameters: { ...parameters, system } } };
  expectStatus(await admin.post('/v1/policy-versions', body), 201);
  await untilFound('the version to be in force', async () => new Date().toISOString() > effectiveAt);
});

afterAll(() => desk.close());

const byDesk = (ticket: Json): boolean =>
  ticket['phase'] === 'settling' && objectIn(ticket, 'decision')['byDesk'] === true;

async function decidedByDesk() {
  const claim = await openClaim(desk, cast);
  await review(cast.agent, claim.ticketId);
  const ticket = await untilTicket(cast.customer, claim.ticketId, byDesk);
  return { ...claim, ticket, appeal: `/v1/tickets/${claim.ticketId}/appeal` };
}

test('RP-4.6: one click before the money has left calls the payment off, and another person decides', async () => {
  const { ticketId, charge, ticket, appeal } = await decidedByDesk();
  expect(ticket['actions']).toContain('appealTicket');
  const payoutId = await payoutOf(cast.agent, ticketId);
  expect(expectStatus(await cast.customer.post(appeal), 200).json['phase']).toBe('reviewing');
  expect(await payoutsOf(cast.finance, ticketId)).toMatchObject([{ id: payoutId, state: 'cancelled' }]);
  expect(refusalIn(await cast.finance.post(`/v1/payouts/${payoutId}/approve`)).slice(0, 2)).toEqual([
    409,
    'ticket-phase',
  ]);

  const finding = { cause: 'seller', finding: 'Exit pool was down.' };
  const same = await cast.agent.post(`/v1/tickets/${ticketId}/review`, finding);
  expect(refusalIn(same).slice(0, 2)).toEqual([403, 'other-reviewer']);
  await review(colleague, ticketId);
  expectStatus(await colleague.post(`/v1/tickets/${ticketId}/decision`, refundOf('1999')), 200);
  const [, second] = await payoutsOf(cast.finance, ticketId);
  expectStatus(await cast.finance.post(`/v1/payouts/${second?.id}/approve`), 200);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, charge)).toHaveLength(1);
  // A person's decision is appealed with a ground.
  expect(refusalIn(await cast.customer.post(appeal)).slice(0, 2)).toEqual([422, 'ground-missing']);
  expectStatus(await cast.customer.post(appeal, { ground: 'The plan ended as well.' }), 200);
});

test('RP-4.6: once it is paid and closed one click opens it again; nothing is called back', async () => {
  const { ticketId, charge, appeal } = await decidedByDesk();
  expectStatus(await cast.finance.post(`/v1/payouts/${await payoutOf(cast.agent, ticketId)}/approve`), 200);
  await untilTicket(cast.customer, ticketId, closedAs('refunded'));
  expect(expectStatus(await cast.customer.post(appeal), 200).json['phase']).toBe('reviewing');
  expect(await refundsOf(desk, charge)).toMatchObject([{ status: 'succeeded' }]);
});
