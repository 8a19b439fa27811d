/** Binds the stores' steps to the ports that the activities know: one database, one clock, the rails that are there. */

import type { PayoutSteps, Rails } from '../activities/ports.ts';
import type { TicketSteps } from '../activities/ticket.ts';
import { readTicketTenders, recordCaptures } from '../db/captures.ts';
import type { Database } from '../db/database.ts';
import { recordDecision } from '../db/decisions.ts';
import { recordEvidence } from '../db/evidence.ts';
import { readInput } from '../db/inputs.ts';
import { beginSending, mayStillGo, recordHold } from '../db/payout-sending.ts';
import { readStop } from '../db/payout-stops.ts';
import {
  amountOf,
  type PayoutRow,
  readPayout,
  readTenderPayoutIds,
  recordApproval,
  recordDecline,
  recordReport,
} from '../db/payouts.ts';
import { recordReview } from '../db/reviews.ts';
import { readRow } from '../db/row.ts';
import { openRun } from '../db/runs.ts';
import { readSnapshot } from '../db/tickets.ts';
import { recordWithdrawal } from '../db/withdrawals.ts';
import type { Clock } from '../domain/clock.ts';
import type { PayoutId } from '../domain/ids.ts';
import { keptReportSchema } from './kept-report.ts';

export const bindTicketSteps = (db: Database, rails: Rails): TicketSteps => ({
  openRun: (run, at) => openRun(db, run, at),
  recordEvidence: (message, at) => recordEvidence(db, message, at),
  recordWithdrawal: (message, at) => recordWithdrawal(db, message, at),
  recordReview: (message, at) => recordReview(db, message, at),
  recordDecision: (message, at) => recordDecision(db, message, { hasRail: (method) => rails.has(method) }, at),
  recordApproval: (message, at) => recordApproval(db, message, at),
  recordDecline: (message, at) => recordDecline(db, message, at),
  recordReport: async (message, at) => {
    const input = await readInput(db, message.inputId);
    const { report } = readRow('report input', keptReportSchema, input?.body);
    return recordReport(db, { ...message, report }, at);
  },
});

export const bindPayoutSteps = (db: Database, clock: Clock, settings: { dryRun: boolean }): PayoutSteps => ({
  readSnapshot: (ticketId) => readSnapshot(db, ticketId),
  readTenders: async (ticketId) => {
    const tenders = await readTicketTenders(db, ticketId);
    const payouts = await readTenderPayoutIds(
      db,
      tenders.map(({ id }) => id),
    );
    return tenders.map((tender) => ({
      id: tender.id,
      method: tender.method,
      captureRef: tender.capture_ref,
      payoutIds: payouts.get(tender.id) ?? [],
    }));
  },
  readPayout: async (payoutId) => {
    const payout = await existing(db, payoutId);
    const tender = (await readTicketTenders(db, payout.ticket_id)).find(({ id }) => id === payout.tender_id);
    return {
      ticketId: payout.ticket_id,
      state: payout.state,
      method: payout.method,
      tenderId: payout.tender_id,
      payoutIds: (await readTenderPayoutIds(db, [payout.tender_id])).get(payout.tender_id) ?? [],
      request: {
        key: payout.key,
        payoutId: payout.id,
        captureRef: tender?.capture_ref ?? '',
        amount: amountOf(payout),
      },
    };
  },
  mayStillGo: (payoutId) => mayStillGo(db, payoutId, settings),
  recordHold: (payoutId, reason) => recordHold(db, payoutId, reason, clock.now()),
  recordCaptures: (ticketId, captures) => recordCaptures(db, { ticketId, captures }, clock.now()),
  areStopped: async () => (await readStop(db)) !== null,
  beginSending: async (payoutId) => beginSending(db, await existing(db, payoutId), settings, clock.now()),
  recordReport: (given) => recordReport(db, given, clock.now()),
});

async function existing(db: Database, payoutId: PayoutId): Promise<PayoutRow> {
  const payout = await readPayout(db, payoutId);
  if (!payout) throw new Error('the payout is not there');
  return payout;
}
