/**
 * Who may do what: roles per operation, in one table. It is printed in the docs and tried cell by cell in a test; what
 * a customer may see of it is narrowed further by their accounts, and what they may ask by their rights there.
 */

import type { OperationId } from '../contract/operations.ts';
import { type Role, roles } from '../domain/role.ts';

export const abilities = {
  whoAmI: roles,
  getInput: roles,
  listContacts: ['customer'],
  putContacts: ['customer'],

  listStaffTies: ['admin'],
  declareStaffTie: ['admin'],
  endStaffTie: ['admin'],

  listOrders: ['customer', 'agent', 'lead', 'finance'],
  putOrder: ['service'],
  reportUsage: ['service'],
  reportOrderIncident: ['lead', 'service'],
  importCsv: ['admin'],

  createIncident: ['agent', 'lead'],
  confirmIncident: ['lead'],
  resolveIncident: ['lead'],
  retractIncident: ['lead'],
  correctIncident: ['lead'],
  listIncidents: ['agent', 'lead', 'finance'],
  getIncident: ['agent', 'lead', 'finance'],
  getIncidentImpact: ['lead', 'finance'],
  listIncidentSuggestions: ['agent', 'lead'],
  offerIncident: ['lead'],
  confirmIncidentOffers: ['lead', 'finance'],
  pauseIncidentOffers: ['lead', 'finance'],
  resumeIncidentOffers: ['lead'],
  cancelIncidentOffers: ['lead'],
  getIncidentWave: ['agent', 'lead', 'finance'],
  listIncidentOffers: ['agent', 'lead', 'finance'],

  createTicket: ['customer'],
  listTickets: ['customer', 'agent', 'lead', 'finance'],
  getTicket: ['customer', 'agent', 'lead', 'finance'],
  getTicketEvents: ['customer', 'agent', 'lead', 'finance'],
  getTicketTimeline: ['customer', 'agent', 'lead', 'finance'],
  withdrawTicket: ['customer'],
  reopenTicket: ['customer', 'agent', 'lead'],
  appealTicket: ['customer'],
  assignTicket: ['agent', 'lead'],

  recordReview: ['agent', 'lead'],
  requestInformation: ['agent', 'lead'],
  answerInformationRequest: ['customer'],
  reportRemediation: ['agent', 'lead'],
  answerRemediation: ['customer'],

  placeHold: ['agent', 'lead', 'finance'],
  releaseHold: ['agent', 'lead', 'finance'],
  recordKyc: ['lead', 'finance'],
  recordFact: ['agent', 'lead', 'finance'],

  getProposal: ['agent', 'lead', 'finance'],
  decideTicket: ['agent', 'lead'],
  confirmDecision: ['lead', 'finance'],
  getConductReport: ['lead', 'finance', 'admin'],
  answerOffer: ['customer'],
  getDecisions: ['customer', 'agent', 'lead', 'finance'],
  getDecisionLetter: ['customer', 'agent', 'lead', 'finance'],

  createUpload: ['customer'],
  appendUpload: ['customer'],
  getUpload: ['customer'],
  addEvidence: ['customer'],
  getEvidence: ['customer', 'agent', 'lead'],
  getEvidenceThumbnail: ['customer', 'agent', 'lead'],
  getEvidencePage: ['customer', 'agent', 'lead'],
  getDiagnosis: ['agent', 'lead'],
  getProbes: ['agent', 'lead'],
  startProbes: ['agent', 'lead'],
  getTicketDiagnosis: ['agent', 'lead'],

  postMessage: ['customer', 'agent', 'lead'],
  addNote: ['agent', 'lead', 'finance'],

  listPolicyVersions: ['agent', 'lead', 'finance', 'admin'],
  postPolicyVersion: ['admin'],
  backtestPolicy: ['lead', 'admin'],

  getPayoutSums: ['finance'],
  getPayoutEvents: ['finance'],
  listPayouts: ['finance', 'admin'],
  getPayout: ['finance', 'admin'],
  approvePayout: ['finance', 'admin'],
  declinePayout: ['finance'],
  cancelPayout: ['finance'],
  reroutePayout: ['finance'],
  recordManualPayment: ['finance'],
  recordManualReturn: ['finance'],
  recordCapture: ['finance'],
  stopPayouts: ['finance', 'admin'],
  resumePayouts: ['finance', 'admin'],
  getReconciliation: ['finance'],
  listBreaks: ['finance'],
  takeBreak: ['finance'],
  resolveBreak: ['finance'],

  listDisputes: ['lead', 'finance'],
  getDispute: ['lead', 'finance'],
  getDisputeEvidence: ['lead', 'finance'],
  submitDisputeEvidence: ['finance'],

  getLedger: ['finance'],
  getLedgerBalances: ['finance'],
  exportLedger: ['finance'],
  exportPayouts: ['finance'],
  exportCreditNotes: ['finance'],
  listCreditNotes: ['customer', 'finance'],
  getCreditNote: ['customer', 'finance'],
  importBankFile: ['finance'],
} as const satisfies Record<OperationId, readonly Role[]>;

export const allows = (role: Role, operationId: OperationId): boolean =>
  (abilities[operationId] as readonly Role[]).includes(role);

/** Who may read Temporal's payloads in the clear. */
export const codecRoles: readonly Role[] = ['agent', 'lead', 'finance', 'admin'];
