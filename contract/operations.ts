/** All operations of the API, by id. */

import { getProposal } from './assessments.ts';
import { listContacts, putContacts } from './contacts.ts';
import {
  answerOffer,
  appealTicket,
  confirmDecision,
  decideTicket,
  getDecisionLetter,
  getDecisions,
} from './decisions.ts';
import { addEvidence, appendUpload, createUpload, getEvidence, getUpload } from './evidence.ts';
import { placeHold, recordFact, recordKyc, releaseHold } from './holds.ts';
import { getInput, whoAmI } from './inputs.ts';
import { addNote, postMessage } from './messages.ts';
import { reportOrderIncident } from './order-incidents.ts';
import { listOrders, putOrder, reportUsage } from './orders.ts';
import {
  approvePayout,
  cancelPayout,
  declinePayout,
  getPayout,
  listPayouts,
  recordCapture,
  recordManualPayment,
  reroutePayout,
  resumePayouts,
  stopPayouts,
} from './payouts.ts';
import { backtestPolicy, listPolicyVersions, postPolicyVersion } from './policy-versions.ts';
import {
  answerInformationRequest,
  answerRemediation,
  recordReview,
  reportRemediation,
  requestInformation,
} from './reviews.ts';
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
  getTicket,
  getTicketTimeline,
  createUpload,
  appendUpload,
  getUpload,
  addEvidence,
  getEvidence,
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
  listPayouts,
  getPayout,
  approvePayout,
  declinePayout,
  cancelPayout,
  reroutePayout,
  recordManualPayment,
  recordCapture,
  stopPayouts,
  resumePayouts,
  listPolicyVersions,
  postPolicyVersion,
  backtestPolicy,
  putOrder,
  reportUsage,
  reportOrderIncident,
  getInput,
  whoAmI,
  listContacts,
  putContacts,
} as const;

export type OperationId = keyof typeof operations;
