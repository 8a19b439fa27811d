/** The table of a ticket's actions and the door agree: what is written at once is taken in just the phases it lists. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { permits, type TicketPhase, ticketPhases } from '../../domain/ticket.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let customer: Person;
let agent: Person;
let ticketId: string;

beforeAll(async () => {
  desk = await startDesk();
  customer = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  const orderRef = await putOrder(desk, await desk.signedIn('service'), customer.email);
  ticketId = (await createTicket(customer, orderRef)).id;
});
afterAll(() => desk.close());

const writes = [
  ['postMessage', 'messages', { text: 'Hello.' }],
  ['addNote', 'notes', { text: 'Looked at.' }],
  ['assignTicket', 'assignee', { assigneeId: null }],
] as const;

const inPhase = (phase: TicketPhase) =>
  desk
    .db('tickets')
    .where({ id: ticketId })
    .update(
      phase === 'closed'
        ? { phase, outcome: 'withdrawn', closed_at: new Date() }
        : { phase, outcome: null, closed_at: null },
    );

describe.each(ticketPhases)('a %s ticket', (phase) => {
  test.each(writes)('takes %s where its actions name it, and else says why not', async (action, path, body) => {
    await inPhase(phase);
    const shown = (await agent.get(`/v1/tickets/${ticketId}`)).json['actions'] as string[];
    const answer = await agent.post(`/v1/tickets/${ticketId}/${path}`, body);
    expect(shown.includes(action)).toBe(permits(phase, action));
    const no = phase === 'closed' ? 'ticket-closed' : 'ticket-phase';
    const told = answer.status < 300 ? 'done' : `${answer.status} ${answer.json.id}`;
    expect(told).toBe(permits(phase, action) ? 'done' : `409 ${no}`);
  });
});
