/** Binds the stores to the ports that the door knows: one database, one evidence store. Holds no rule of its own. */

import type { Stores } from '../api/ports.ts';
import { recordAccess } from '../db/access-log.ts';
import { judge, readCase } from '../db/cases.ts';
import { putMessengers, readContacts } from '../db/contacts.ts';
import type { Database } from '../db/database.ts';
import { explainTicket } from '../db/decision-views.ts';
import { answerInput, isInputKept, keepInput, readInput } from '../db/inputs.ts';
import { openTickets } from '../db/linked-tickets.ts';
import { ensureBuyer, readLanguage, readMemberships, readName } from '../db/members.ts';
import { addNote, assignTicket, postMessage } from '../db/messages.ts';
import { noteOrderIncident } from '../db/order-incidents.ts';
import { listOrders } from '../db/order-list.ts';
import { putOrder, reportUsage } from '../db/order-reports.ts';
import { readOrder } from '../db/orders.ts';
import { keepPayee, readPayee } from '../db/payout-reroutes.ts';
import { readStop, resumePayouts, stopPayouts } from '../db/payout-stops.ts';
import { listPayoutViews, readPayoutView } from '../db/payout-views.ts';
import { readPayout } from '../db/payouts.ts';
import { backtestPolicy } from '../db/policy-backtest.ts';
import { listPolicyVersions, postPolicyVersion } from '../db/policy-versions.ts';
import { isSecondFactorLocked, noteWrongCode, takeCode } from '../db/second-factor-uses.ts';
import { findTicket, listTickets, readTicketView } from '../db/ticket-views.ts';
import { readTimeline } from '../db/timeline.ts';
import { tellCapture } from '../db/told-captures.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import type { EvidenceStore } from '../domain/evidence.ts';
import { isUuid, type PayoutId } from '../domain/ids.ts';
import { transactionOf } from './transactor.ts';
import { createUploads } from './uploads.ts';

export function createStores(db: Database, evidence: EvidenceStore): Stores {
  return {
    inputs: {
      keep: (trx, given) => keepInput(transactionOf(trx), given),
      isKept: (scope, key) => isInputKept(db, { source: 'api', scope, key }),
      answer: (trx, inputId, answer) => answerInput(transactionOf(trx), inputId, answer),
      read: (inputId) => readInput(db, inputId),
    },
    tickets: createTicketStore(db),
    proposals: {
      read: async (ticketId, at) => {
        const found = await readCase(db, ticketId);
        return found ? judge(found, at) : refuse('policy-missing');
      },
    },
    decisions: { explain: (ticketId) => explainTicket(db, ticketId) },
    messages: {
      post: async (trx, said) => {
        const id = await postMessage(transactionOf(trx), said);
        return isRefusal(id) ? id : { ...said, id };
      },
      note: async (trx, said) => {
        const id = await addNote(transactionOf(trx), said);
        return isRefusal(id) ? id : { ...said, id };
      },
    },
    payouts: createPayoutStore(db),
    orders: createOrderStore(db),
    policyVersions: createPolicyVersionStore(db),
    uploads: createUploads({ db, evidence }),
    members: {
      accountsOf: (subjectId) => readMemberships(db, subjectId),
      nameOf: (subjectId) => readName(db, subjectId),
      languageOf: (subjectId) => readLanguage(db, subjectId),
    },
    contacts: {
      list: (subjectId) => readContacts(db, subjectId),
      putMessengers: async (trx, { by, messengers, at }) => {
        await putMessengers(transactionOf(trx), { personId: by.id, messengers, at });
        return readContacts(transactionOf(trx), by.id);
      },
    },
    releaseCodes: {
      isLocked: (personId, at) => isSecondFactorLocked(db, personId, at),
      noteWrong: (personId, at) => noteWrongCode(db, personId, at),
      take: (trx, personId, counter) => takeCode(transactionOf(trx), personId, counter),
    },
    accessLog: { record: (looks) => recordAccess(db, looks) },
  };
}

const createTicketStore = (db: Database): Stores['tickets'] => ({
  find: async (viewer, ticketId) => (isUuid(ticketId) ? findTicket(db, viewer, ticketId) : null),
  read: (viewer, ticketId, trx) => readTicketView(trx ? transactionOf(trx) : db, viewer, ticketId),
  list: (viewer, filter, page) => listTickets(db, viewer, filter, page),
  timeline: (viewer, ticketId, page) => readTimeline(db, viewer, ticketId, page),
  open: async (trx, given) => {
    const ticketId = await openTickets(transactionOf(trx), given);
    return isRefusal(ticketId) ? ticketId : { ticketId };
  },
  assign: (trx, given) => assignTicket(transactionOf(trx), given),
});

const createPayoutStore = (db: Database): Stores['payouts'] => ({
  find: async (payoutId) => {
    const payout = isUuid(payoutId) ? await readPayout(db, payoutId as PayoutId) : null;
    return payout && { payoutId: payout.id, ticketId: payout.ticket_id };
  },
  read: (payoutId) => readPayoutView(db, payoutId),
  readPayee: (payoutId) => readPayee(db, payoutId),
  keepPayee: (trx, payee) => keepPayee(transactionOf(trx), payee),
  tellCapture: (trx, told) => tellCapture(transactionOf(trx), told),
  list: (filter, page) => listPayoutViews(db, filter, page),
  stop: (trx, given) => stopPayouts(transactionOf(trx), given),
  resume: (trx, given) => resumePayouts(transactionOf(trx), given),
  readStop: async () => {
    const stop = await readStop(db);
    return { stopped: stop !== null, ground: stop?.ground ?? null, stoppedAt: stop?.stopped_at ?? null };
  },
});

const createOrderStore = (db: Database): Stores['orders'] => ({
  list: (viewer, filter, page) => listOrders(db, viewer, filter, page),
  put: async (trx, order) => {
    const buyer = await ensureBuyer(transactionOf(trx), order);
    const tenders = order.tenders.map((tender) => ({
      ...tender,
      minor: tender.amount.minor,
      taxMinor: tender.tax.minor,
      currency: tender.amount.currency,
    }));
    const id = await putOrder(transactionOf(trx), { ...order, ...buyer, tenders });
    return isRefusal(id) ? id : { id };
  },
  reportUsage: async (trx, usage) => {
    const order = await readOrder(transactionOf(trx), { ref: usage.ref });
    if (!order) return refuse('order-unknown');
    await reportUsage(transactionOf(trx), {
      orderId: order.id,
      at: usage.usedAt,
      usedBytes: usage.usedBytes,
      requests: usage.requests,
      inputId: usage.inputId,
      reportedAt: usage.at,
    });
    return null;
  },
  noteIncident: async (trx, { orderRef, ...incident }) => {
    const order = await readOrder(transactionOf(trx), { ref: orderRef });
    if (!order) return refuse('order-unknown');
    return { ticketId: await noteOrderIncident(transactionOf(trx), { ...incident, orderId: order.id }) };
  },
});

const createPolicyVersionStore = (db: Database): Stores['policyVersions'] => ({
  list: (page) => listPolicyVersions(db, page),
  post: (trx, given) => postPolicyVersion(transactionOf(trx), given),
  backtest: (document) => backtestPolicy(db, document, () => performance.now()),
});
