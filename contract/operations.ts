/** All operations of the API, by id. */

import { getProposal } from './assessments.ts';
import { importBankFile } from './bank-files.ts';
import { getConductReport } from './conduct.ts';
import { listContacts, putContacts } from './contacts.ts';
import { getCreditNote, listCreditNotes } from './credit-notes.ts';
import {
  answerOffer,
  appealTicket,
  confirmDecision,
  decideTicket,
  getDecisionLetter,
  getDecisions,
} from './decisions.ts';
import { getDiagnosis, getTicketDiagnosis } from './diagnosis.ts';
import { getDispute, getDisputeEvidence, listDisputes, submitDisputeEvidence } from './disputes.ts';
import {
  addEvidence,
  appendUpload,
  createUpload,
  getEvidence,
  getEvidencePage,
  getEvidenceThumbnail,
  getUpload,
} from './evidence.ts';
import { placeHold, recordFact, recordKyc, releaseHold } from './holds.ts';
import { importCsv } from './imports.ts';
import {
  cancelIncidentOffers,
  confirmIncidentOffers,
  getIncidentWave,
  listIncidentOffers,
  offerIncident,
  pauseIncidentOffers,
  resumeIncidentOffers,
} from './incident-waves.ts';
import {
  confirmIncident,
  correctIncident,
  createIncident,
  getIncident,
  getIncidentImpact,
  listIncidentSuggestions,
  listIncidents,
  resolveIncident,
  retractIncident,
} from './incidents.ts';
import { getInput, whoAmI } from './inputs.ts';
import { exportCreditNotes, exportLedger, exportPayouts, getLedger, getLedgerBalances } from './ledger.ts';
import { addNote, postMessage } from './messages.ts';
import { reportOrderIncident } from './order-incidents.ts';
import { listOrders, putOrder, reportUsage } from './orders.ts';
import { getPayout, getPayoutEvents, getPayoutSums, listPayouts } from './payout-board.ts';
import {
  approvePayout,
  cancelPayout,
  declinePayout,
  recordCapture,
  recordManualPayment,
  recordManualReturn,
  reroutePayout,
  resumePayouts,
  stopPayouts,
} from './payouts.ts';
import { backtestPolicy, listPolicyVersions, postPolicyVersion } from './policy-versions.ts';
import { getProbes, startProbes } from './probes.ts';
import { getReconciliation, listBreaks, resolveBreak, takeBreak } from './reconciliation.ts';
import {
  answerInformationRequest,
  answerRemediation,
  recordReview,
  reportRemediation,
  requestInformation,
} from './reviews.ts';
import { declareStaffTie, endStaffTie, listStaffTies } from './staff-ties.ts';
import { getTicketEvents } from './ticket-events.ts';
import {
  assignTicket,
  createTicket,
  getTicket,
  getTicketTimeline,
  listTickets,
  reopenTicket,
  withdrawTicket,
} from './tickets.ts';

export const operations = {
  listOrders,
  createTicket,
  listTickets,
  getTicketEvents,
  getTicket,
  getTicketTimeline,
  createUpload,
  appendUpload,
  getUpload,
  addEvidence,
  getEvidence,
  getEvidenceThumbnail,
  getEvidencePage,
  getDiagnosis,
  getProbes,
  startProbes,
  getTicketDiagnosis,
  postMessage,
  answerInformationRequest,
  answerRemediation,
  answerOffer,
  withdrawTicket,
  reopenTicket,
  appealTicket,
  assignTicket,
  addNote,
  requestInformation,
  recordReview,
  reportRemediation,
  placeHold,
  releaseHold,
  recordKyc,
  recordFact,
  getProposal,
  decideTicket,
  confirmDecision,
  getDecisions,
  getDecisionLetter,
  getConductReport,
  listPayouts,
  getPayoutSums,
  getPayoutEvents,
  getPayout,
  approvePayout,
  declinePayout,
  cancelPayout,
  reroutePayout,
  recordManualPayment,
  recordManualReturn,
  recordCapture,
  stopPayouts,
  resumePayouts,
  getReconciliation,
  listBreaks,
  takeBreak,
  resolveBreak,
  listDisputes,
  getDispute,
  getDisputeEvidence,
  submitDisputeEvidence,
  getLedger,
  getLedgerBalances,
  exportLedger,
  exportPayouts,
  exportCreditNotes,
  listCreditNotes,
  getCreditNote,
  importBankFile,
  listPolicyVersions,
  postPolicyVersion,
  backtestPolicy,
  putOrder,
  reportUsage,
  reportOrderIncident,
  createIncident,
  confirmIncident,
  resolveIncident,
  retractIncident,
  correctIncident,
  listIncidents,
  getIncident,
  getIncidentImpact,
  listIncidentSuggestions,
  offerIncident,
  confirmIncidentOffers,
  pauseIncidentOffers,
  resumeIncidentOffers,
  cancelIncidentOffers,
  getIncidentWave,
  listIncidentOffers,
  importCsv,
  getInput,
  whoAmI,
  listContacts,
  putContacts,
  listStaffTies,
  declareStaffTie,
  endStaffTie,
} as const;

export type OperationId = keyof typeof operations;
