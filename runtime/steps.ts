/** Binds the stores' steps to the ports that the activities know: one database, one clock, the rails that are there. */

import type { CaptureSteps, PayoutSteps, ReconciliationSteps, RemedySteps } from '../activities/ports.ts';
import type { TicketSteps } from '../activities/ticket.ts';
import { recordAppeal, recordReopening } from '../db/appeals.ts';
import { readTicketTenders, recordCaptures, recordOrderCaptures, withPayouts } from '../db/captures.ts';
import { recordDisputeNote, recordFact, recordIncidentNote, recordOrderNote } from '../db/case-notes.ts';
import type { Database } from '../db/database.ts';
import { recordConfirmation, recordDecision } from '../db/decisions.ts';
import { recordDue } from '../db/dues.ts';
import { recordEvidence } from '../db/evidence.ts';
import { recordFixAnswer, recordFixReport } from '../db/fixes.ts';
import type { GrantSettings } from '../db/grants.ts';
import { recordHoldPlaced, recordHoldReleased, recordKyc } from '../db/holds.ts';
import { recordInformationAnswer, recordInformationRequest } from '../db/information.ts';
import { readInput } from '../db/inputs.ts';
import { recordManualPayment } from '../db/manual-payments.ts';
import { recordManualReturn } from '../db/manual-returns.ts';
import { recordOfferAnswer } from '../db/offers.ts';
import { readTenders } from '../db/orders.ts';
import { type CancelSettings, isToCallOff, recordCancel } from '../db/payout-cancels.ts';
import { listUncosted, recordCosts } from '../db/payout-costs.ts';
import { recordDecline, recordReport } from '../db/payout-reports.ts';
import { type RerouteSettings, recordReroute } from '../db/payout-reroutes.ts';
import {
  beginSending,
  endBarred,
  lookAtGate,
  mayStillGo,
  noteLook,
  recordHold,
  type SendingSettings,
} from '../db/payout-sending.ts';
import { type ApprovalSettings, amountOf, type PayoutRow, readPayout, recordApproval } from '../db/payouts.ts';
import { findPlanToEnd } from '../db/plan-ends.ts';
import { beginLook, closeLook, finishLook, takePage } from '../db/reconciliations.ts';
import { type RemedyToApply, readRemedy } from '../db/remedies.ts';
import { beginApplying, lookAgain, recordShopReport } from '../db/remedy-applying.ts';
import { type PersonMessage, recordReview } from '../db/reviews.ts';
import { RowMalformed, readRow } from '../db/row.ts';
import { openRun } from '../db/runs.ts';
import { recordEvidenceNote } from '../db/shared-evidence.ts';
import { refuseStepOnOwnClaim, refuseTiedRelease } from '../db/staff-ties.ts';
import { readSnapshot } from '../db/tickets.ts';
import { recordWithdrawal } from '../db/withdrawals.ts';
import type { Clock } from '../domain/clock.ts';
import type { Refusal } from '../domain/errors.ts';
import type { PayoutId } from '../domain/ids.ts';
import type { Currency } from '../domain/money.ts';
import { keepsBack } from '../domain/payout-waits.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import { type RailName, type Rails, railFrom, type TenderMethod } from '../domain/rail.ts';
import type { ShopRequest } from '../domain/shop.ts';
import type { TieHash } from '../domain/staff-tie.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { AskedStep, NotedStep, NoteMessage } from '../workflows/messages.ts';
import { keptReportSchema } from './kept-report.ts';

interface StepSettings extends ApprovalSettings, GrantSettings, RerouteSettings, CancelSettings {}

type Step = (message: PersonMessage, at: Date) => Promise<TicketSnapshot | Refusal>;

/** What takes each step; a test holds that every step that the API delivers is here. */
const askedSteps = (db: Database, settings: StepSettings): Readonly<Record<AskedStep, Step>> => ({
  addEvidence: (message, at) => recordEvidence(db, message, at),
  withdrawTicket: (message, at) => recordWithdrawal(db, message, at),
  recordReview: (message, at) => recordReview(db, message, at),
  requestInformation: (message, at) => recordInformationRequest(db, message, at),
  answerInformationRequest: (message, at) => recordInformationAnswer(db, message, at),
  reportRemediation: (message, at) => recordFixReport(db, message, at),
  answerRemediation: (message, at) => recordFixAnswer(db, message, at),
  placeHold: (message, at) => recordHoldPlaced(db, message, at),
  releaseHold: (message, at) => recordHoldReleased(db, message, at),
  recordKyc: (message, at) => recordKyc(db, message, at),
  recordFact: (message, at) => recordFact(db, message, at),
  decideTicket: (message, at) => recordDecision(db, message, settings, at),
  confirmDecision: (message, at) => recordConfirmation(db, message, settings, at),
  answerOffer: (message, at) => recordOfferAnswer(db, message, settings, at),
  approvePayout: (message, at) => recordApproval(db, message, settings, at),
  declinePayout: (message, at) => recordDecline(db, message, at),
  reroutePayout: (message, at) => recordReroute(db, message, settings, at),
  cancelPayout: (message, at) => recordCancel(db, message, settings, at),
  recordManualPayment: (message, at) => recordManualPayment(db, message, at),
  recordManualReturn: (message, at) => recordManualReturn(db, message, at),
  appealTicket: (message, at) => recordAppeal(db, message, at),
  reopenTicket: (message, at) => recordReopening(db, message, at),
});

const notedSteps = (
  db: Database,
): Readonly<Record<NotedStep, (message: NoteMessage, at: Date) => Promise<TicketSnapshot | Refusal>>> => ({
  noteIncident: (message, at) => recordIncidentNote(db, message, at),
  noteDispute: (message, at) => recordDisputeNote(db, message, at),
  noteOrder: (message, at) => recordOrderNote(db, message, at),
  noteEvidence: (message, at) => recordEvidenceNote(db, message, at),
  reportPayout: async (message, at) => {
    const input = await readInput(db, message.inputId);
    const { report } = readRow('report input', keptReportSchema, input?.body);
    if (!input?.payout_id) throw new RowMalformed('report input', ['it names no payout']);
    return recordReport(db, { ...message, payoutId: input.payout_id, report }, at);
  },
});

export function bindTicketSteps(
  db: Database,
  rails: Rails,
  given: { hasShop: boolean; tieHash: TieHash | null; approvalMax?: LimitPerCurrency },
): TicketSteps {
  const settings = {
    hasRail: (method: TenderMethod) => railFrom(rails, method) !== undefined,
    hasShop: given.hasShop,
    approvalMax: given.approvalMax ?? {},
    cancels: (rail: RailName) => rails.get(rail)?.cancel !== undefined,
    takesPayee: (rail: RailName, currency: Currency) => {
      const { takesPayee = null, currencies = [] } = rails.get(rail)?.facts ?? {};
      return currencies === 'all' || currencies.includes(currency) ? takesPayee : null;
    },
  };
  const asked = askedSteps(db, settings);
  const noted = notedSteps(db);
  return {
    openRun: (run, at) => openRun(db, run, at),
    takeStep: async ({ step, ...message }, at) =>
      (await refuseStepOnOwnClaim(db, given.tieHash, message, at)) ??
      (step === 'approvePayout' ? await refuseTiedRelease(db, given.tieHash, message, at) : null) ??
      asked[step](message, at),
    takeNote: ({ step, ...message }, at) => noted[step](message, at),
    recordDue: (due, at) => recordDue(db, due, settings, at),
  };
}

export const bindRemedySteps = (db: Database, clock: Clock, settings: { dryRun: boolean }): RemedySteps => ({
  readSnapshot: (ticketId) => readSnapshot(db, ticketId),
  readRequest: async (remedyId) => requestOf(await readRemedy(db, remedyId)),
  findPlanToEnd: (payoutId) => findPlanToEnd(db, payoutId),
  beginApplying: async (remedyId) => beginApplying(db, await readRemedy(db, remedyId), settings, clock.now()),
  lookAgain: async (remedyId) => lookAgain(db, await readRemedy(db, remedyId), clock.now()),
  recordShopReport: (given) => recordShopReport(db, given, clock.now()),
});

/** Derived from the row alone, so that it is the same at every retry. */
function requestOf(remedy: RemedyToApply): ShopRequest {
  const { key, id: remedyId, order_ref: orderRef } = remedy;
  switch (remedy.kind) {
    case 'extension': {
      const amount = { minutes: remedy.extend_minutes, bytes: remedy.extend_bytes };
      const grantedAt = remedy.created_at.toISOString();
      return { key, remedyId, action: { kind: 'extend_plan', orderRef, ...amount, grantedAt } };
    }
    case 'plan_end':
      return { key, remedyId, action: { kind: 'end_plan', orderRef } };
    case 'replacement':
      return { key, remedyId, action: { kind: 'replace_plan', orderRef } };
  }
}

export const bindPayoutSteps = (db: Database, clock: Clock, settings: SendingSettings): PayoutSteps => ({
  readSnapshot: (ticketId) => readSnapshot(db, ticketId),
  readTenders: async (ticketId) => withPayouts(db, await readTicketTenders(db, ticketId)),
  readPayout: async (payoutId) => {
    const payout = await existing(db, payoutId);
    const tender = (await readTicketTenders(db, payout.ticket_id)).find(({ id }) => id === payout.tender_id);
    const gone = tender ? tender.committed_minor + tender.elsewhere_minor : 0n;
    return {
      ticketId: payout.ticket_id,
      state: payout.state,
      method: payout.method,
      rail: payout.rail,
      isToCancel: await isToCallOff(db, payout.id),
      isHeld: payout.state === 'approved' ? payout.reason !== null : keepsBack(payout.reason),
      isPaidElsewhere: gone > (tender?.captured_minor ?? gone),
      tenderId: payout.tender_id,
      request: {
        key: payout.key,
        payoutId: payout.id,
        captureRef: tender?.capture_ref ?? '',
        amount: amountOf(payout),
      },
    };
  },
  endBarred: async (payoutId) => endBarred(db, await existing(db, payoutId), clock.now()),
  mayStillGo: (payoutId) => mayStillGo(db, payoutId, settings, clock.now()),
  noteLook: (payoutId, { attempts, nextInMs, reason }) => {
    const deskMs = nextInMs * (clock.setting?.pace ?? 1);
    const at = clock.now();
    return noteLook(db, payoutId, { attempts, nextAt: new Date(at.getTime() + deskMs), reason }, at);
  },
  recordHold: (payoutId, reason) => recordHold(db, payoutId, reason, clock.now()),
  recordCaptures: (ticketId, asked, captures) => recordCaptures(db, { ticketId, asked, captures }, clock.now()),
  readGate: async (payoutId) => lookAtGate(db, await existing(db, payoutId), settings, clock.now()),
  beginSending: async (payoutId) => beginSending(db, await existing(db, payoutId), settings, clock.now()),
  recordReport: (given) => recordReport(db, given, clock.now()),
});

async function existing(db: Database, payoutId: PayoutId): Promise<PayoutRow> {
  const payout = await readPayout(db, payoutId);
  if (!payout) throw new Error('the payout is not there');
  return payout;
}

export const bindCaptureSteps = (db: Database, clock: Clock): CaptureSteps => ({
  readOrderTenders: async (orderId) => withPayouts(db, await readTenders(db, [orderId])),
  recordOrderCaptures: (orderId, asked, captures) => recordOrderCaptures(db, { orderId, asked, captures }, clock.now()),
});

export const bindReconciliationSteps = (db: Database, clock: Clock): ReconciliationSteps => ({
  beginLook: (given) => beginLook(db, given, clock.now()),
  takePage: (look, records) => takePage(db, look, records, clock.now()),
  finishLook: (look) => finishLook(db, look, clock.now()),
  closeLook: (look, problem) => closeLook(db, look, problem),
  listUncosted: (look) => listUncosted(db, look),
  recordCosts: (payoutId, costs, askedAt) => recordCosts(db, payoutId, costs, { askedAt, at: clock.now() }),
});
