/** The proposal, and why a decision was made, over HTTP: to whom, in which language, and as a letter. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { type Json, listIn, objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { coverByIncident, createTicket, decideRefund, putOrder, putRefundable, review } from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let owner: Person;
let stranger: Person;
let agent: Person;
let orderRef: string;
let ticketId: string;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  owner = await desk.signedIn('customer');
  stranger = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  orderRef = await putOrder(desk, service, owner.email);
  ticketId = String((await createTicket(owner, orderRef))['id']);
});
afterAll(() => desk.close());

const decisionsOf = async (who: Person, query = ''): Promise<Json[]> =>
  listIn((await who.get(`/v1/tickets/${ticketId}/decisions${query}`)).json, 'items');

const findingsOf = (decision: Json | undefined): Json[] =>
  listIn(objectIn(decision ?? { id: '' }, 'assessed'), 'findings');

describe('the proposal', () => {
  test('is the engine’s assessment as of now, in the contract’s form, and the look is recorded', async () => {
    const looking = await desk.signedIn('finance');
    const answer = await looking.get(`/v1/tickets/${ticketId}/proposal`);
    expect(operations.getProposal.answers[200].parse(answer.json)).toEqual(answer.json);
    expect(objectIn(answer.json, 'proposal')['kind']).toBe('refund');
    const looks = await desk.db('access_log').where({ viewer_id: looking.id }).select('operation', 'ticket_id');
    expect(looks).toEqual([{ operation: 'getProposal', ticket_id: ticketId }]);
  });

  test('RP-2.4b: is a full refund once a covering incident and the review are known', async () => {
    await coverByIncident(service, orderRef);
    await review(agent, ticketId);
    const { proposal } = (await agent.get(`/v1/tickets/${ticketId}/proposal`)).json;
    expect(proposal).toMatchObject({
      kind: 'refund',
      refund: { full: true, amount: { minor: '1999', currency: 'USD' }, tax: { minor: '333', currency: 'USD' } },
    });
  });
});

describe('why a ticket was decided', () => {
  beforeAll(() => decideRefund(agent, ticketId));

  test('is told to its customer: each clause as posted with a sentence, sums, versions, and no names', async () => {
    const answer = await owner.get(`/v1/tickets/${ticketId}/decisions`);
    expect(operations.getDecisions.answers[200].parse(answer.json)).toEqual(answer.json);
    const [decision] = listIn(answer.json, 'items');
    expect(decision).toMatchObject({ decision: 'refund', byDesk: false, exception: null, language: 'en' });
    const posted: { document: { texts: { en: Record<string, string> } } } = await desk
      .db('policy_versions')
      .orderBy('number')
      .first('document');
    const findings = findingsOf(decision);
    expect(findings.length).toBeGreaterThan(20);
    for (const { clause, text } of findings) expect(text).toBe(posted.document.texts.en[String(clause)]);
    expect(answer.text).not.toContain(agent.id);
    expect(answer.text).not.toContain('The agent');
    expect(answer.text).not.toMatch(/agentSentence|sha256|"facts"/);
  });

  test('is told to staff with facts, their sources, and who decided', async () => {
    const [decision] = await decisionsOf(agent);
    expect(objectIn(decision ?? { id: '' }, 'decidedBy')['id']).toBe(agent.id);
    const finding = findingsOf(decision).find(({ clause }) => clause === 'RP-2.4b');
    expect(listIn(finding ?? { id: '' }, 'facts').length).toBeGreaterThan(0);
    expect(objectIn(decision ?? { id: '' }, 'assessed')['sha256']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is told in the reader’s language, or the one that is asked for', async () => {
    await desk.db('people').where({ id: owner.id }).update({ locale: 'ru-RU' });
    const [own, asked] = [await decisionsOf(owner), await decisionsOf(owner, '?language=en')];
    expect([own[0]?.['language'], asked[0]?.['language']]).toEqual(['ru', 'en']);
    expect(findingsOf(own[0])[0]?.['sentence']).toMatch(/[а-я]/);
    expect(findingsOf(asked[0])[0]?.['sentence']).not.toMatch(/[а-я]/);
    await desk.db('people').where({ id: owner.id }).update({ locale: 'en' });
    expect((await owner.get(`/v1/tickets/${ticketId}/decisions?language=de`)).status).toBe(422);
  });

  test('is a letter to keep, the same bytes each time', async () => {
    const [decision] = await decisionsOf(owner);
    const path = `/v1/tickets/${ticketId}/decisions/${decision?.['id']}/letter`;
    const [first, second] = [await owner.get(path), await owner.get(path)];
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(first.headers.get('content-disposition')).toMatch(/^attachment; filename="?RD-\d+-decision-1-en\.pdf"?$/);
    expect(first.text.startsWith('%PDF-')).toBe(true);
    expect(second.text).toBe(first.text);
    const looking = await desk.signedIn('lead');
    expect((await looking.get(`${path}?language=ru`)).status).toBe(200);
    const looks = await desk.db('access_log').where({ viewer_id: looking.id }).select('operation', 'subject_id');
    expect(looks).toEqual([{ operation: 'getDecisionLetter', subject_id: owner.id }]);
  });

  test('is not found by someone else, nor a letter of another ticket’s decision', async () => {
    const [decision] = await decisionsOf(owner);
    const other = await createTicket(stranger, await putRefundable(desk, service, stranger.email));
    for (const path of [
      `/v1/tickets/${ticketId}/decisions`,
      `/v1/tickets/${ticketId}/decisions/${decision?.['id']}/letter`,
      `/v1/tickets/${other['id']}/decisions/${decision?.['id']}/letter`,
    ]) {
      const answer = await stranger.get(path);
      expect([path, answer.status, answer.json['id']]).toEqual([path, 404, 'not-found']);
    }
    expect((await stranger.get(`/v1/tickets/${other['id']}/decisions`)).json['items']).toEqual([]);
  });
});
