/** Claims and decisions that race, or that ask for what cannot be, through the front door. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listIn, objectIn } from '../api/client.ts';
import { anOrder, createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import {
  type Cast,
  capture,
  castOf,
  openClaim,
  payoutOf,
  putOrder,
  refundsOf,
  sellPlan,
  untilTicket,
} from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type Person, signIn } from '../environment/people.ts';
import { pdfText } from '../providers/pdf-text.ts';
import { expectStatus, outcomeOf, payoutsOf, putOrderPaidBy, refundOf, refusalIn } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;
let colleague: Person;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  colleague = await signIn(desk, 'agent');
});

afterAll(() => desk.close());

const racers = 50;

test('R1: of two agents who decide at once one wins, and the other is told who', async () => {
  const { ticketId } = await openClaim(desk, cast);
  await review(cast.agent, ticketId);
  const agents = [cast.agent, colleague];
  const answers = await Promise.all(
    agents.map((agent) => agent.post(`/v1/tickets/${ticketId}/decision`, refundOf('1999'))),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const winner = agents[answers.findIndex(({ status }) => status === 200)];
  const lost = answers.find(({ status }) => status === 409);
  expect(lost?.json.id).toBe('ticket-decided');
  expect(lost && objectIn(lost.json, 'facts')).toMatchObject({ decidedBy: winner?.id });
  expect(await payoutsOf(cast.finance, ticketId)).toHaveLength(1);
});

test('R2, R15: of 50 claims on one order one opens a ticket, and all others are told which', async () => {
  const { orderRef } = await putOrder(desk, cast.service, cast.customer.email);
  const body = { orderRef, paymentMethod: 'card', description: 'Nothing could be reached.', uploadIds: [] };
  const answers = await Promise.all(Array.from({ length: racers }, () => cast.customer.post('/v1/tickets', body)));
  const opened = answers.filter(({ status }) => status === 201 || status === 202);
  expect(opened).toHaveLength(1);
  const others = answers.filter((answer) => !opened.includes(answer)).map(refusalIn);
  expect(others).toHaveLength(racers - 1);
  expect(new Set(others.map((other) => JSON.stringify(other)))).toEqual(
    new Set([JSON.stringify([409, 'order-claimed', { orderRef, ticketId: opened[0]?.json.id }])]),
  );
});

test('R2: of 50 decisions on one ticket one grants, and what is granted never exceeds what was captured', async () => {
  const { ticketId } = await openClaim(desk, cast);
  await review(cast.agent, ticketId);
  const decisions = Array.from({ length: racers }, (_, index) => (index % 2 === 0 ? cast.agent : colleague));
  const answers = await Promise.all(
    decisions.map((agent) => agent.post(`/v1/tickets/${ticketId}/decision`, refundOf('1999'))),
  );
  const outcomes = await Promise.all(answers.map((answer, index) => outcomeOf(decisions[index] ?? cast.agent, answer)));
  expect(outcomes.filter((refused) => refused === null)).toHaveLength(1);
  expect(new Set(outcomes)).toEqual(new Set([null, 'ticket-decided']));
  expect(await payoutsOf(cast.finance, ticketId)).toMatchObject([{ amount: { minor: '1999', currency: 'USD' } }]);
});

test.each([['0'], ['-1'], ['NaN'], [''], [0], [null]])(
  'R9: a refund of %p is refused by the name of its field',
  async (minor) => {
    const { ticketId } = await openClaim(desk, cast);
    await review(cast.agent, ticketId);
    const answer = await cast.agent.post(`/v1/tickets/${ticketId}/decision`, refundOf(minor));
    expect(answer.status).toBe(422);
    expect(answer.json['problems']).toMatchObject([{ pointer: '/amount/minor' }]);
    expect(await payoutsOf(cast.finance, ticketId)).toEqual([]);
  },
);

test('R9: a refund without an amount is refused by the name of its field, never taken for a full one', async () => {
  const { ticketId } = await openClaim(desk, cast);
  await review(cast.agent, ticketId);
  const { amount: _none, ...withoutAmount } = refundOf('1');
  const answer = await cast.agent.post(`/v1/tickets/${ticketId}/decision`, withoutAmount);
  expect([answer.status, answer.json['problems']]).toMatchObject([422, [{ pointer: '/amount' }]]);
});

test('R10: what the provider captured bounds a refund, whatever the order says', async () => {
  const charge = await capture(desk, 1_500);
  const orderRef = await putOrderPaidBy(cast, [{ method: 'card', minor: 1_999, captureRef: charge }]);
  const { id } = await createTicket(cast.customer, orderRef);
  await review(cast.agent, id);
  const over = await cast.agent.post(`/v1/tickets/${id}/decision`, refundOf('1501'));
  expect(refusalIn(over)).toEqual([422, 'amount-over-refundable', { refundableMinor: '1500', currency: 'USD' }]);
  await decideRefund(cast.agent, id, '1500');
  expect(await payoutsOf(cast.finance, id)).toMatchObject([{ amount: { minor: '1500', currency: 'USD' } }]);
});

test('RP-3.7: promotional credit is not paid back: a refund takes the card’s part and no more', async () => {
  const charge = await capture(desk, 1_500);
  const orderRef = await putOrderPaidBy(cast, [
    { method: 'card', minor: 1_500, captureRef: charge },
    { method: 'promotional_credit', minor: 499 },
  ]);
  const { id } = await createTicket(cast.customer, orderRef);
  await review(cast.agent, id);
  const whole = await cast.agent.post(`/v1/tickets/${id}/decision`, refundOf('1999'));
  expect(refusalIn(whole)).toEqual([422, 'amount-over-refundable', { refundableMinor: '1500', currency: 'USD' }]);
  await decideRefund(cast.agent, id, '1500');
  expectStatus(await cast.finance.post(`/v1/payouts/${await payoutOf(cast.agent, id)}/approve`), 200);
  await untilTicket(cast.customer, id, ({ phase }) => phase === 'closed');
  expect(await refundsOf(desk, charge)).toMatchObject([{ amount: 1_500, status: 'succeeded' }]);
});

test('an order that was paid over a rail the desk has not is refused by that rail’s name', async () => {
  const orderRef = await putOrderPaidBy(cast, [{ method: 'paypal', minor: 1_999, captureRef: 'CAPTURE-1' }]);
  const { id } = await createTicket(cast.customer, orderRef, { paymentMethod: 'paypal' });
  await review(cast.agent, id);
  const answer = await cast.agent.post(`/v1/tickets/${id}/decision`, refundOf('1999'));
  expect(refusalIn(answer)).toEqual([409, 'rail-unavailable', { method: 'paypal' }]);
});

/** Asked for long after the window, so that nothing is proposed, and of more money than goodwill may give. */
async function lateClaim(minor: number): Promise<string> {
  const capturedAt = new Date(Date.now() - 20 * 86_400_000).toISOString();
  const orderRef = `order-${randomUUID()}`;
  const tender = { method: 'card', captureRef: await capture(desk, minor), capturedAt };
  const amounts = { amount: { minor: String(minor), currency: 'USD' }, tax: { minor: '0', currency: 'USD' } };
  const given = { firstPurchasedAt: capturedAt, purchasedAt: capturedAt, tenders: [{ ...tender, ...amounts }] };
  const body = anOrder(cast.customer.email, given);
  expectStatus(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }), 200);
  await sellPlan(desk, orderRef);
  return String((await createTicket(cast.customer, orderRef))['id']);
}

test('RP-3.9: a right by law beyond all goodwill is a lead’s to decide and finance’s to confirm; the letter names the law', async () => {
  const [second, ticketId] = [await signIn(desk, 'lead'), await lateClaim(9_900)];
  const decide = `/v1/tickets/${ticketId}/decision`;
  const over = await cast.lead.post(decide, { ...refundOf('9900'), exception: 'goodwill' });
  expect(refusalIn(over)).toEqual([422, 'over-goodwill', { limitMinor: '5000', currency: 'USD' }]);
  const provision = 'Consumer Rights Act 2015, section 45';
  const byLaw = { ...refundOf('9900'), exception: 'statutory', provision };
  expect(refusalIn(await cast.agent.post(decide, byLaw)).slice(0, 2)).toEqual([403, 'not-allowed']);
  expect(expectStatus(await cast.lead.post(decide, byLaw), 200).json['phase']).toBe('deciding');

  const asked = desk.core.db('notices').where({ ticket_id: ticketId, template: 'decision-awaits-confirmation' });
  expect(await asked.pluck('subject_id')).toEqual([cast.finance.id]);
  const yes = { confirm: true, ground: 'The law gives it.' };
  for (const lead of [second, cast.lead])
    expect(refusalIn(await lead.post(`${decide}/confirmation`, yes)).slice(0, 2)).toEqual([403, 'not-second-person']);
  expect(await payoutsOf(cast.finance, ticketId)).toEqual([]);
  expect(expectStatus(await cast.finance.post(`${decide}/confirmation`, yes), 200).json['phase']).toBe('settling');
  expect(await payoutsOf(cast.finance, ticketId)).toMatchObject([
    { state: 'granted', amount: { minor: '9900', currency: 'USD' } },
  ]);

  const { json } = await cast.customer.get(`/v1/tickets/${ticketId}/decisions`);
  const [decision] = listIn(json, 'items');
  expect(decision).toMatchObject({ exception: 'statutory', provision, amount: { minor: '9900', currency: 'USD' } });
  const letter = expectStatus(await cast.customer.get(`/v1/tickets/${ticketId}/decisions/${decision?.id}/letter`), 200);
  expect(pdfText(letter.bytes)).toContain(provision);
  const told = desk.core.db('notices').where({ ticket_id: ticketId, template: 'ticket-decided-refund' });
  expect(await told.pluck('parameters')).toMatchObject([{ provision, exception: 'statutory', released: false }]);
});
