/** The report of how people decide, from lives of tickets at the door: as its contract says it, and to whom it is told. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getConductReport } from '../../contract/conduct.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, decideLess, decideRefund, putRefundable, review } from './orders-and-tickets.ts';

let desk: Desk;
let agent: Person;
let lead: Person;
let finance: Person;

beforeAll(async () => {
  desk = await startDesk();
  agent = await desk.signedIn('agent');
  lead = await desk.signedIn('lead');
  finance = await desk.signedIn('finance');
});
afterAll(() => desk.close());

const hourMs = 3_600_000;
const hoursFromNow = (hours: number): string => new Date(Date.now() + hours * hourMs).toISOString();
const report = (who: Person, from = hoursFromNow(-1), until = hoursFromNow(1)) =>
  who.get(`/v1/conduct?from=${from}&until=${until}`);

async function aReviewed(): Promise<string> {
  const [customer, service] = [await desk.signedIn('customer'), await desk.signedIn('service')];
  const ticketId = String((await createTicket(customer, await putRefundable(desk, service, customer.email)))['id']);
  await review(agent, ticketId);
  return ticketId;
}

test('tells who decided against the proposal, who confirmed it, and who declined or rerouted a payout', async () => {
  const lessId = await aReviewed();
  await decideLess(agent, lead, lessId, '500');
  const less: { id: string }[] = await desk.db('payouts').where({ ticket_id: lessId });
  expect((await finance.post(`/v1/payouts/${less[0]?.id}/approve`)).status).toBe(200);
  const ticketId = await aReviewed();
  await decideRefund(agent, ticketId);
  const payouts: { id: string }[] = await desk.db('payouts').where({ ticket_id: ticketId });
  const money = `/v1/payouts/${payouts[0]?.id}`;
  const payee = { holder: 'Carol Customer', account: 'DE89370400440532013000', country: 'DE' };
  const reroute = { rail: 'manual', payee, verifiedHow: 'callback', nameCheck: 'match' };
  expect((await finance.post(`${money}/reroute`, reroute)).status).toBe(200);
  const replaced: { id: string }[] = await desk.db('payouts').where({ replaces: payouts[0]?.id });
  const declined = await finance.post(`/v1/payouts/${replaced[0]?.id}/decline`, { ground: 'Not so.' });
  expect(declined.status).toBe(200);

  const answer = await report(finance);
  const { people, pairs, releases } = getConductReport.answers[200].parse(answer.json);
  const of = (person: Person) => people.find((one) => one.person.id === person.id);
  expect(of(agent)).toMatchObject({
    decisions: 2,
    against: 1,
    up: 0,
    down: 1,
    above: [],
    againstPerMille: 500,
    othersPerMille: null,
  });
  expect(of(finance)).toMatchObject({ decisions: 0, againstPerMille: null, reroutedPayouts: 1, declinedPayouts: 1 });
  expect(pairs).toMatchObject([
    { decidedBy: { id: agent.id }, confirmedBy: { id: lead.id }, confirmed: 1, rejected: 0, mutual: false },
  ]);
  expect(releases).toEqual([
    {
      decidedBy: { id: agent.id, name: 'The agent' },
      approvedBy: { id: finance.id, name: 'The finance' },
      payouts: 1,
      sum: { minor: '500', currency: 'USD' },
    },
  ]);
  expect(answer.text).not.toMatch(/Carol|DE89/);
  const later = await report(finance, hoursFromNow(1), hoursFromNow(2));
  expect([later.json['pairs'], later.json['releases']]).toEqual([[], []]);
});

test('is for those who answer for it, and for a year at the most', async () => {
  expect((await report(agent)).json['id']).toBe('not-allowed');
  expect((await report(lead, hoursFromNow(-24 * 400))).json['id']).toBe('request-invalid');
  expect((await report(lead, hoursFromNow(1), hoursFromNow(-1))).json['id']).toBe('request-invalid');
});
