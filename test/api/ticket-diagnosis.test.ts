/** What all files of a ticket say together, what would follow from it, and what its reviewer makes of it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { type Json, listIn, objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putOrdersOfOne, upload } from './orders-and-tickets.ts';

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../client-logs/recorded', name), 'utf8');

let desk: Desk;
let customer: Person;
let agent: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  customer = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  service = await desk.signedIn('service');
});
afterAll(() => desk.close());

interface Claim {
  readonly ticketId: string;
  readonly uploadIds: readonly string[];
}

async function claimWith(...logs: string[]): Promise<Claim> {
  const [orderRef] = await putOrdersOfOne(service, customer.email, 1);
  if (!orderRef) throw new Error('there is no order');
  const uploadIds: string[] = [];
  for (const log of logs) uploadIds.push(await upload(customer, log, { orderRef }));
  const ticket = await createTicket(customer, orderRef, { uploadIds });
  return { ticketId: String(ticket['id']), uploadIds };
}

const diagnosisOf = async ({ ticketId }: Claim): Promise<Json> => {
  const answer = await agent.get(`/v1/tickets/${ticketId}/diagnosis`);
  expect(operations.getTicketDiagnosis.answers[200].parse(answer.json)).toEqual(answer.json);
  return answer.json;
};

const proposalOf = async ({ ticketId }: Claim): Promise<Json> => {
  const answer = await agent.get(`/v1/tickets/${ticketId}/proposal`);
  expect(operations.getProposal.answers[200].parse(answer.json)).toEqual(answer.json);
  return answer.json;
};

const finds = ({ ticketId }: Claim, body: object) =>
  agent.post(`/v1/tickets/${ticketId}/review`, { finding: 'Tried it through three exits.', ...body });

function findingOf(assessment: Json, clause: string): Json {
  const found = listIn(assessment, 'findings').find((finding) => finding['clause'] === clause);
  if (!found) throw new Error(`no finding of ${clause}`);
  return found;
}

describe('a claim whose curl log and HAR show a block page', () => {
  let claim: Claim;
  beforeAll(async () => {
    claim = await claimWith(recorded('curl/target-challenge.log'), recorded('playwright/target-challenge.har'));
  });

  test('RP-3.4: is told as one, by cause, with the places in each file', async () => {
    const told = await diagnosisOf(claim);
    expect(told['finding']).toMatchObject({ cause: 'target', certainty: 'likely' });
    expect(listIn(told, 'files').map(({ evidenceId }) => evidenceId)).toEqual(claim.uploadIds);
    const [challenge] = listIn(told, 'classes');
    expect(challenge).toMatchObject({ class: 'target_challenge', vendor: 'Cloudflare' });
    const named = new Set(listIn(challenge ?? told, 'proofs').map(({ evidenceId }) => evidenceId));
    expect(named).toEqual(new Set(claim.uploadIds));
  });

  test('RP-3.4: is proposed for refusal, if its reviewer confirms what the lines show', async () => {
    const proposal = await proposalOf(claim);
    expect(objectIn(proposal, 'proposal')).toMatchObject({ kind: 'wait', for: expect.arrayContaining(['review']) });
    const suggestion = objectIn(proposal, 'suggestion');
    expect(suggestion['review']).toMatchObject({ cause: 'target', sellerMistake: false });
    const assessment = objectIn(suggestion, 'assessment');
    expect(assessment['proposal']).toMatchObject({ kind: 'refuse', clauses: expect.arrayContaining(['RP-3.4']) });
    const foreign = findingOf(assessment, 'RP-3.4');
    const fact = listIn(foreign, 'facts').find(({ fact: name }) => name === 'diagnosis');
    expect(fact?.['source']).toBe('customer');
    expect(String(fact?.['value'])).toContain(String(claim.uploadIds[0]));
    expect(findingOf(proposal, 'RP-3.4')['agent']).toMatch(/attempts in the files .* failed, most by cause target/);
  });

  test('a finding of another cause is refused by name, unless it says that it overrules', async () => {
    const refused = await finds(claim, { cause: 'seller' });
    expect([refused.status, refused.json['id'], refused.json['facts']]).toEqual([
      409,
      'diagnosis-differs',
      { cause: 'target' },
    ]);
    const unfounded = await finds(claim, { cause: 'seller', diagnosis: 'confirmed' });
    expect(unfounded.json['id']).toBe('diagnosis-differs');
    expect(await desk.db('reviews').where({ ticket_id: claim.ticketId })).toEqual([]);
    const taken = await finds(claim, { cause: 'seller', diagnosis: 'overruled', persistent: true });
    expect(taken.status).toBe(200);
    expect(listIn(taken.json, 'reviews')).toMatchObject([{ cause: 'seller', diagnosis: 'overruled' }]);
    const proposal = await proposalOf(claim);
    expect(proposal['suggestion']).toBeNull();
    const facts = listIn(findingOf(proposal, 'RP-2.4a'), 'facts').map(({ fact }) => fact);
    expect(facts).toEqual(expect.arrayContaining(['review', 'diagnosis']));
  });
});

test('a confirmed finding is kept as such, and its decision stands on both facts', async () => {
  const claim = await claimWith(recorded('requests/target-429.log'));
  const answer = await finds(claim, { cause: 'target', diagnosis: 'confirmed' });
  expect(listIn(answer.json, 'reviews')).toMatchObject([{ cause: 'target', diagnosis: 'confirmed' }]);
  const proposal = await proposalOf(claim);
  expect(proposal['proposal']).toMatchObject({ kind: 'refuse', clauses: expect.arrayContaining(['RP-3.4']) });
  const facts = listIn(findingOf(proposal, 'RP-3.4'), 'facts').map(({ fact }) => fact);
  expect(facts).toEqual(['review', 'diagnosis']);
});

test('RP-2.4a: a log that fails at the gateway for a day is proposed as ours, persistent, with the time that was lost', async () => {
  const [line = ''] = recorded('aiohttp-json/gateway-502.jsonl').split('\n');
  const hours = 23;
  const hourly = Array.from({ length: hours + 1 }, (_, index) =>
    line.replace(/"time": "[^"]+"/, `"time": "${new Date(Date.now() - (hours - index) * 3_600_000).toISOString()}"`),
  );
  const claim = await claimWith(hourly.join('\n'));
  expect((await diagnosisOf(claim))['finding']).toMatchObject({
    cause: 'seller',
    persistent: true,
    unusable: { hours: 24, observedHours: 24 },
    missing: ['egress'],
  });
  const suggestion = objectIn(await proposalOf(claim), 'suggestion');
  expect(suggestion['review']).toMatchObject({ cause: 'seller', persistent: true, lost: [expect.anything()] });
  const assessment = objectIn(suggestion, 'assessment');
  expect(assessment['proposal']).toMatchObject({ kind: 'wait', for: expect.arrayContaining(['remediation']) });
  expect(findingOf(assessment, 'RP-2.4a')).toMatchObject({ verdict: 'unknown', reason: 'remediation_running' });
});

test('a claim whose files tell of nothing has no suggestion, and says what lacks', async () => {
  const claim = await claimWith('It just does not work.');
  expect(await diagnosisOf(claim)).toMatchObject({
    attempts: 0,
    finding: { cause: null, persistent: null, missing: ['attempts'] },
  });
  expect((await proposalOf(claim))['suggestion']).toBeNull();
  const unfounded = await finds(claim, { cause: 'seller', diagnosis: 'confirmed' });
  expect([unfounded.json['id'], unfounded.json['facts']]).toEqual(['diagnosis-differs', { cause: 'none' }]);
  expect((await finds(claim, { cause: 'seller' })).status).toBe(200);
});

test('E6: neither its customer nor finance is told', async () => {
  const { ticketId } = await claimWith(recorded('curl/works.log'));
  const finance = await desk.signedIn('finance');
  for (const who of [customer, finance]) expect((await who.get(`/v1/tickets/${ticketId}/diagnosis`)).status).toBe(403);
});
