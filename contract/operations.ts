/** All operations of the API, by id. */

import { addEvidence, appendUpload, createUpload, getEvidence, getUpload } from './evidence.ts';
import { getInput, whoAmI } from './inputs.ts';
import { addNote, postMessage } from './messages.ts';
import { listOrders, putOrder, reportUsage } from './orders.ts';
import { approvePayout, declinePayout, getPayout, listPayouts, resumePayouts, stopPayouts } from './payouts.ts';
import { backtestPolicy, listPolicyVersions, postPolicyVersion } from './policy-versions.ts';
import {
  assignTicket,
  createTicket,
  decideTicket,
  getTicket,
  getTicketTimeline,
  listTickets,
  recordReview,
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
  withdrawTicket,
  assignTicket,
  addNote,
  recordReview,
  decideTicket,
  listPayouts,
  getPayout,
  approvePayout,
  declinePayout,
  stopPayouts,
  resumePayouts,
  listPolicyVersions,
  postPolicyVersion,
  backtestPolicy,
  putOrder,
  reportUsage,
  getInput,
  whoAmI,
} as const;

export type OperationId = keyof typeof operations;
