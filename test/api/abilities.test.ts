/** The table of roles by operations, tried cell by cell over HTTP, and each operation without a session. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { abilities } from '../../api/abilities.ts';
import type { OperationSpec } from '../../contract/operation.ts';
import { type OperationId, operations } from '../../contract/operations.ts';
import { confirmingRoles, exceptions } from '../../domain/decision.ts';
import type { ErrorId } from '../../domain/errors.ts';
import { reviewingRoles } from '../../domain/review.ts';
import { type Role, roles } from '../../domain/role.ts';
import type { Answer, Client } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

const ids = Object.keys(operations) as OperationId[];
const nowhere = '00000000-0000-7000-8000-000000000000';

/** What the probe below comes to where the role may ask: as far as the operation itself, and no further. */
const answers: Readonly<Record<OperationId, readonly [status: number, refusal: ErrorId | null]>> = {
  addEvidence: [422, 'request-invalid'],
  addNote: [422, 'request-invalid'],
  answerInformationRequest: [422, 'request-invalid'],
  answerOffer: [422, 'request-invalid'],
  answerRemediation: [422, 'request-invalid'],
  appealTicket: [404, 'not-found'],
  appendUpload: [404, 'not-found'],
  approvePayout: [404, 'not-found'],
  assignTicket: [422, 'request-invalid'],
  backtestPolicy: [422, 'request-invalid'],
  cancelIncidentOffers: [422, 'request-invalid'],
  confirmDecision: [422, 'request-invalid'],
  confirmIncident: [422, 'request-invalid'],
  confirmIncidentOffers: [422, 'request-invalid'],
  correctIncident: [422, 'request-invalid'],
  createIncident: [422, 'request-invalid'],
  getIncident: [404, 'not-found'],
  getIncidentImpact: [404, 'not-found'],
  getIncidentWave: [404, 'not-found'],
  listIncidentOffers: [404, 'not-found'],
  listIncidentSuggestions: [200, null],
  listIncidents: [200, null],
  offerIncident: [422, 'request-invalid'],
  pauseIncidentOffers: [422, 'request-invalid'],
  resolveIncident: [422, 'request-invalid'],
  resumeIncidentOffers: [422, 'request-invalid'],
  retractIncident: [422, 'request-invalid'],
  createTicket: [422, 'request-invalid'],
  createUpload: [422, 'request-invalid'],
  decideTicket: [422, 'request-invalid'],
  declinePayout: [422, 'request-invalid'],
  getDiagnosis: [404, 'not-found'],
  getTicketDiagnosis: [404, 'not-found'],
  getDispute: [404, 'not-found'],
  getDisputeEvidence: [404, 'not-found'],
  exportLedger: [422, 'request-invalid'],
  exportPayouts: [422, 'request-invalid'],
  exportCreditNotes: [422, 'request-invalid'],
  getConductReport: [422, 'request-invalid'],
  getCreditNote: [404, 'not-found'],
  getDecisionLetter: [404, 'not-found'],
  getDecisions: [404, 'not-found'],
  getEvidence: [404, 'not-found'],
  getEvidencePage: [404, 'not-found'],
  getEvidenceThumbnail: [404, 'not-found'],
  getInput: [404, 'not-found'],
  getLedger: [200, null],
  getLedgerBalances: [200, null],
  getPayout: [404, 'not-found'],
  getPayoutEvents: [200, null],
  getTicketEvents: [200, null],
  getPayoutSums: [200, null],
  getProbes: [404, 'not-found'],
  startProbes: [404, 'not-found'],
  getProposal: [404, 'not-found'],
  getReconciliation: [200, null],
  getTicket: [404, 'not-found'],
  getTicketTimeline: [404, 'not-found'],
  getUpload: [404, 'not-found'],
  importCsv: [400, 'request-malformed'],
  importBankFile: [422, 'request-invalid'],
  listContacts: [200, null],
  listDisputes: [200, null],
  listCreditNotes: [200, null],
  listStaffTies: [404, 'not-found'],
  declareStaffTie: [422, 'request-invalid'],
  endStaffTie: [422, 'request-invalid'],
  listOrders: [200, null],
  listPayouts: [200, null],
  listPolicyVersions: [200, null],
  listTickets: [200, null],
  placeHold: [422, 'request-invalid'],
  postMessage: [422, 'request-invalid'],
  postPolicyVersion: [422, 'request-invalid'],
  putContacts: [422, 'request-invalid'],
  putOrder: [422, 'request-invalid'],
  recordFact: [422, 'request-invalid'],
  recordKyc: [422, 'request-invalid'],
  recordReview: [422, 'request-invalid'],
  releaseHold: [422, 'request-invalid'],
  cancelPayout: [422, 'request-invalid'],
  recordManualPayment: [422, 'request-invalid'],
  recordManualReturn: [422, 'request-invalid'],
  recordCapture: [422, 'request-invalid'],
  reroutePayout: [422, 'request-invalid'],
  reopenTicket: [422, 'request-invalid'],
  reportOrderIncident: [422, 'request-invalid'],
  reportRemediation: [422, 'request-invalid'],
  reportUsage: [422, 'request-invalid'],
  requestInformation: [422, 'request-invalid'],
  resumePayouts: [409, 'payouts-not-stopped'],
  listBreaks: [200, null],
  resolveBreak: [422, 'request-invalid'],
  takeBreak: [404, 'not-found'],
  stopPayouts: [422, 'request-invalid'],
  submitDisputeEvidence: [404, 'not-found'],
  whoAmI: [200, null],
  withdrawTicket: [404, 'not-found'],
};

let desk: Desk;
const people = new Map<Role, Person>();

beforeAll(async () => {
  desk = await startDesk();
  for (const role of roles) people.set(role, await desk.signedIn(role));
});
afterAll(() => desk.close());

/** Asks for an operation on things that do not exist, with a body that it takes or refuses by its own rules. */
async function call(client: Client, id: OperationId): Promise<Answer> {
  const spec: OperationSpec = operations[id];
  const path = spec.path.replaceAll(/\{(\w+)\}/g, (_whole, name) => (name === 'orderRef' ? 'no-such-order' : nowhere));
  const method = spec.method.toUpperCase();
  if (spec.streams) {
    // A stream that opens has no end: its head says whether it would.
    const head = await client.send('HEAD', path);
    if (head.status === 200) return head;
  }
  if (id === 'appendUpload') {
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' };
    return client.send(method, path, { raw: 'x', headers });
  }
  return client.send(method, path, method === 'GET' ? {} : { body: {} });
}

describe.each(ids)('%s', (id) => {
  test('refuses without a session', async () => {
    const answer = await call(desk.stranger, id);
    expect([answer.status, answer.json['id']]).toEqual([401, 'not-signed-in']);
  });

  test.each([...roles])('as the table says for the role %s', async (role) => {
    const answer = await call(people.get(role) as Person, id);
    const allowed = (abilities[id] as readonly Role[]).includes(role);
    const refusal = answer.status < 400 ? null : answer.json.id;
    expect([answer.status, refusal]).toEqual(allowed ? answers[id] : [403, 'not-allowed']);
  });
});

test('every operation of the contract has a route, and its own cells in the table', () => {
  expect(Object.keys(abilities).sort()).toEqual([...ids].sort());
});

test('every role is allowed something but has no operation of the shop’s systems', () => {
  for (const role of roles) {
    const allowed = ids.filter((id) => (abilities[id] as readonly Role[]).includes(role));
    expect(allowed.length).toBeGreaterThan(0);
    expect(allowed.includes('putOrder')).toBe(role === 'service');
  }
});

test('whoever is written to as one who may confirm or review is allowed to', () => {
  for (const exception of exceptions)
    for (const role of confirmingRoles(exception)) expect(abilities.confirmDecision).toContain(role);
  expect(abilities.recordReview).toEqual(reviewingRoles);
});
