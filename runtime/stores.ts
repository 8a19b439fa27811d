/** Binds the stores to the ports that the door knows: one database, one evidence store. Holds no rule of its own. */

import type { Stores } from '../api/ports.ts';
import { recordAccess } from '../db/access-log.ts';
import { inputOf, judge, readCase } from '../db/cases.ts';
import { readConduct } from '../db/conduct.ts';
import { putMessengers, readContacts } from '../db/contacts.ts';
import { listCreditNotes, readCreditNote } from '../db/credit-notes.ts';
import type { Database } from '../db/database.ts';
import { explainTicket } from '../db/decision-views.ts';
import { compileEvidence } from '../db/dispute-evidence.ts';
import { keepPacket, readStandingPacket } from '../db/dispute-packets.ts';
import { listDisputeViews, readDisputeDetail, readDisputeView } from '../db/dispute-views.ts';
import { isRegistered } from '../db/incidents.ts';
import { answerInput, isInputKept, keepInput, readInput } from '../db/inputs.ts';
import { readBalances } from '../db/ledger.ts';
import { listLedger } from '../db/ledger-list.ts';
import { openTickets } from '../db/linked-tickets.ts';
import { ensureBuyer, readLanguage, readMemberships, readName } from '../db/members.ts';
import { addNote, assignTicket, postMessage } from '../db/messages.ts';
import { noteOrderIncident } from '../db/order-incidents.ts';
import { listOrders } from '../db/order-list.ts';
import { putOrder, reportUsage } from '../db/order-reports.ts';
import { readOrder } from '../db/orders.ts';
import { listExportedPayouts } from '../db/payout-export.ts';
import { readWholePayout } from '../db/payout-history.ts';
import { listPayoutViews } from '../db/payout-list.ts';
import { keepPayee, readPayee } from '../db/payout-reroutes.ts';
import { readStop, resumePayouts, stopPayouts } from '../db/payout-stops.ts';
import { readPayoutCells } from '../db/payout-sums.ts';
import { readPayoutView } from '../db/payout-views.ts';
import { readPayout } from '../db/payouts.ts';
import { backtestPolicy } from '../db/policy-backtest.ts';
import { listPolicyVersions, postPolicyVersion } from '../db/policy-versions.ts';
import { readProbes } from '../db/probe-views.ts';
import { askForRound } from '../db/probes.ts';
import { findBreak, listBreaks, readReconciliation, resolveBreak, takeBreak } from '../db/reconciliation-views.ts';
import { isSecondFactorLocked, noteWrongCode, takeCode } from '../db/second-factor-uses.ts';
import { declareTie, endTie, findOwnClaims, listDeclaredTies, refuseOwnClaim } from '../db/staff-ties.ts';
import { findTicket, listTickets, readTicketView } from '../db/ticket-views.ts';
import { readTimeline } from '../db/timeline.ts';
import { tellCapture } from '../db/told-captures.ts';
import { assessAsDiagnosed } from '../domain/engine.ts';
import { isRefusal, refuse } from '../domain/errors.ts';
import type { EvidenceStore } from '../domain/evidence.ts';
import { type BreakId, type DisputeId, isUuid, type PayoutId, type SubjectId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import { normalisedTie, type TieHash } from '../domain/staff-tie.ts';
import { takeBankFile } from './bank-inbox.ts';
import { createImportStore } from './import-store.ts';
import { createIncidentStore } from './incident-store.ts';
import type { Intake } from './intake.ts';
import { transactionOf } from './transactor.ts';
import { createUploads } from './uploads.ts';

export interface StoresOptions {
  readonly db: Database;
  readonly evidence: EvidenceStore;
  readonly intake: Intake;
  /** The IBAN that the desk pays from; `null` where it has no bank. */
  readonly bankAccount: string | null;
  /** `null` where staff can declare nothing. */
  readonly tieHash: TieHash | null;
  /** Whether there is a shop that can give time. */
  readonly hasShop: boolean;
  /** Budgets up to which one lead alone decides a wave of offers. */
  readonly waveAloneMax: LimitPerCurrency;
}

export function createStores({ db, evidence, intake, bankAccount, tieHash, ...settings }: StoresOptions): Stores {
  const orders = createOrderStore(db);
  return {
    inputs: {
      keep: (trx, given) => keepInput(transactionOf(trx), given),
      isKept: (scope, key) => isInputKept(db, { source: 'api', scope, key }),
      answer: (trx, inputId, answer) => answerInput(transactionOf(trx), inputId, answer),
      read: (inputId) => readInput(db, inputId),
    },
    tickets: createTicketStore(db, tieHash),
    proposals: {
      read: async (ticketId, at) => {
        const found = await readCase(db, ticketId);
        if (!found) return refuse('policy-missing');
        return { ...judge(found, at), suggestion: assessAsDiagnosed(inputOf(found, at)) };
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
    reconciliation: createReconciliationStore(db),
    disputes: createDisputeStore(db),
    ledger: createLedgerStore(db),
    creditNotes: {
      list: (viewer, filter, page) => listCreditNotes(db, viewer, filter, page),
      read: (viewer, noteId) => readCreditNote(db, viewer, noteId),
    },
    bankFiles: {
      take: async (trx, { bytes, by, at }) =>
        bankAccount === null
          ? refuse('bank-missing')
          : takeBankFile(transactionOf(trx), bankAccount, { bytes, source: 'upload', by, at }),
    },
    orders,
    incidents: createIncidentStore(db, settings),
    imports: createImportStore(orders),
    policyVersions: createPolicyVersionStore(db),
    probes: createProbeStore(db),
    uploads: createUploads({ db, evidence, intake }),
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
    staffTies: createStaffTieStore(db, tieHash),
    conduct: { read: (span) => readConduct(db, span) },
    releaseCodes: {
      isLocked: (personId, at) => isSecondFactorLocked(db, personId, at),
      noteWrong: (personId, at) => noteWrongCode(db, personId, at),
      take: (trx, personId, counter) => takeCode(transactionOf(trx), personId, counter),
    },
    accessLog: { record: (looks) => recordAccess(db, looks) },
  };
}

const createTicketStore = (db: Database, tieHash: TieHash | null): Stores['tickets'] => ({
  find: async (viewer, ticketId) => (isUuid(ticketId) ? findTicket(db, viewer, ticketId) : null),
  read: async (viewer, ticketId, trx) => {
    const on = trx ? transactionOf(trx) : db;
    const view = await readTicketView(on, viewer, ticketId);
    if (!view || viewer.kind === 'customer') return view && { ...view, isOwnClaim: false };
    return { ...view, isOwnClaim: (await findOwnClaims(on, tieHash, viewer.subjectId, [ticketId])).has(ticketId) };
  },
  list: async (viewer, filter, page) => {
    const found = await listTickets(db, viewer, filter, page);
    if (isRefusal(found) || viewer.kind === 'customer' || filter.assignee !== 'none') return found;
    // What waits for somebody is not offered to one who may not take it; the page is the shorter, and goes on.
    const ids = found.items.map((item) => item.id);
    const own = await findOwnClaims(db, tieHash, viewer.subjectId, ids);
    return { ...found, items: found.items.filter((item) => !own.has(item.id)) };
  },
  timeline: (viewer, ticketId, page) => readTimeline(db, viewer, ticketId, page),
  open: async (trx, given) => {
    const ticketId = await openTickets(transactionOf(trx), given);
    return isRefusal(ticketId) ? ticketId : { ticketId };
  },
  assign: async (trx, given) => {
    const on = transactionOf(trx);
    const assignee = given.assigneeId === null ? [] : [given.assigneeId as SubjectId];
    for (const person of assignee)
      if ((await findOwnClaims(on, tieHash, person, [given.ticketId])).size > 0) return refuse('own-claim');
    return assignTicket(on, given);
  },
});

const createProbeStore = (db: Database): Stores['probes'] => ({
  read: (ticketId) => readProbes(db, ticketId),
  ask: (trx, { ticketId, at }) => askForRound(transactionOf(trx), ticketId, at),
});

const createStaffTieStore = (db: Database, tieHash: TieHash | null): Stores['staffTies'] => ({
  refuse: (by, claimId) => refuseOwnClaim(db, tieHash, by, claimId),
  findOwn: (personId, claimIds, trx) => findOwnClaims(trx ? transactionOf(trx) : db, tieHash, personId, claimIds),
  list: async (personId, trx) => {
    const declared = await listDeclaredTies(trx ? transactionOf(trx) : db, personId);
    return (
      declared?.map(({ keyMark, ...tie }) => ({
        ...tie,
        holds: tie.endedAt === null && keyMark === tieHash?.keyMark,
      })) ?? null
    );
  },
  declare: (trx, given) => declareTie(transactionOf(trx), tieHash, given),
  end: (trx, given) => endTie(transactionOf(trx), given),
  markOf: (tie) => tieHash?.of(normalisedTie(tie)).toString('hex') ?? '',
});

const createPayoutStore = (db: Database): Stores['payouts'] => ({
  find: async (payoutId) => {
    const payout = isUuid(payoutId) ? await readPayout(db, payoutId as PayoutId) : null;
    return payout && { payoutId: payout.id, ticketId: payout.ticket_id };
  },
  read: (payoutId) => readPayoutView(db, payoutId),
  readWhole: (payoutId) => readWholePayout(db, payoutId),
  list: (filter, page, at) => listPayoutViews(db, filter, page, at),
  readCells: (at) => readPayoutCells(db, at),
  readPayee: (payoutId) => readPayee(db, payoutId),
  keepPayee: (trx, payee) => keepPayee(transactionOf(trx), payee),
  tellCapture: (trx, told) => tellCapture(transactionOf(trx), told),
  stop: (trx, given) => stopPayouts(transactionOf(trx), given),
  resume: (trx, given) => resumePayouts(transactionOf(trx), given),
  readStop: async () => {
    const stop = await readStop(db);
    return { stopped: stop !== null, ground: stop?.ground ?? null, stoppedAt: stop?.stopped_at ?? null };
  },
});

const createReconciliationStore = (db: Database): Stores['reconciliation'] => ({
  read: (at) => readReconciliation(db, at),
  listBreaks: (filter, page) => listBreaks(db, filter, page),
  findBreak: async (breakId) => (isUuid(breakId) ? findBreak(db, breakId as BreakId) : null),
  takeBreak: (trx, given) => takeBreak(transactionOf(trx), given),
  resolveBreak: (trx, given) => resolveBreak(transactionOf(trx), given),
});

const createDisputeStore = (db: Database): Stores['disputes'] => ({
  find: async (disputeId) => {
    const dispute = isUuid(disputeId) ? await readDisputeView(db, disputeId as DisputeId) : null;
    return dispute && { disputeId: dispute.id, orderId: dispute.orderId };
  },
  read: (disputeId) => readDisputeView(db, disputeId),
  readDetail: (disputeId) => readDisputeDetail(db, disputeId),
  list: (filter, page) => listDisputeViews(db, filter, page),
  compile: (disputeId, at, trx) => compileEvidence(trx ? transactionOf(trx) : db, disputeId, at),
  submitted: (disputeId) => readStandingPacket(db, disputeId),
  keepPacket: (trx, { by, ...given }) => keepPacket(transactionOf(trx), { ...given, by: by.id }),
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
    if (await isRegistered(transactionOf(trx), incident.ref)) return refuse('incident-registered');
    return { ticketId: await noteOrderIncident(transactionOf(trx), { ...incident, orderId: order.id }) };
  },
});

const createLedgerStore = (db: Database): Stores['ledger'] => ({
  list: (filter, page) => listLedger(db, filter, page),
  balances: async (orderRef) => {
    const order = orderRef === null ? null : await readOrder(db, { ref: orderRef });
    if (orderRef !== null && !order) return refuse('order-unknown');
    const balances = await readBalances(db, order?.id);
    return balances.map(({ account, standing, minor, currency }) => ({
      account,
      standing,
      balance: money(minor, currency),
    }));
  },
  listPayouts: (filter, page) => listExportedPayouts(db, filter, page),
});

const createPolicyVersionStore = (db: Database): Stores['policyVersions'] => ({
  list: (page) => listPolicyVersions(db, page),
  post: (trx, given) => postPolicyVersion(transactionOf(trx), given),
  backtest: (document) => backtestPolicy(db, document, () => performance.now()),
});
