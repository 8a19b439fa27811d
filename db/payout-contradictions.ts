/**
 * A provider's word that no move of the payout can follow: that it paid what our books have given back to the order, or that
 * it paid twice. Nothing is booked by it: the capture is read anew, which counts it as gone elsewhere. Finance is told at
 * once, and has a break to own until it is closed.
 */

import { formatMoney } from '../domain/money.ts';
import { frees, paidAfterAll } from '../domain/payout.ts';
import type { OutcomeUnknown, RailRecord, RailReport } from '../domain/rail.ts';
import { readWord } from './bank-bookings.ts';
import { readPayoutRecords } from './bank-statement-list.ts';
import type { Transaction } from './database.ts';
import { enqueueCaptureReads } from './jobs.ts';
import { about, amountOf, type PayoutRow } from './payouts.ts';
import { closeFreed, openBreaks } from './reconciliations.ts';
import type { StepChange } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

type Contradiction = 'freed' | 'double';

/**
 * Of another refund than the one that we know of the payout: that it failed or was cancelled says nothing of ours, whose
 * money must not be given back to the order for it.
 */
export const isOfAnother = ({ provider_ref }: PayoutRow, report: RailReport | OutcomeUnknown): boolean =>
  'providerRef' in report &&
  report.providerRef !== undefined &&
  provider_ref !== null &&
  report.providerRef !== provider_ref;

const went = ({ status }: RailReport | OutcomeUnknown): boolean => status === 'sent' || status === 'settled';

/** Whether the report may be one that no move can follow, or take one back; looked at more closely where it is recorded. */
export const mayContradict = (payout: PayoutRow, report: RailReport): boolean =>
  (went(report) && (isOfAnother(payout, report) || frees(payout.state) || payout.rail === 'bank')) ||
  payout.reason === paidAfterAll;

async function contradictionOf(
  trx: Transaction,
  payout: PayoutRow,
  report: RailReport | OutcomeUnknown,
): Promise<Contradiction | null> {
  if (!went(report)) return null;
  if (isOfAnother(payout, report)) return 'double';
  // A bank's files are all here, so that what they say together is known, whatever came late.
  const booked = payout.rail === 'bank' ? (await readWord(trx, payout.id)).booked : null;
  if (frees(payout.state)) return booked !== null || payout.provider_ref === null ? 'freed' : null;
  return booked !== null && booked.times > 1 ? 'double' : null;
}

/**
 * Told once. While its ticket waits for the money the payout itself says that nothing must go another way, and what a
 * person is to pay in its place is called off.
 */
export async function noteContradiction(
  trx: Transaction,
  ticket: TicketRow,
  payout: PayoutRow,
  report: RailReport | OutcomeUnknown,
  at: Date,
): Promise<StepChange | null> {
  if (payout.reason === paidAfterAll && report.status === 'failed') {
    await tellReason(trx, payout, report.reason, at);
    await closeFreed(trx, payout.id, at);
    await enqueueCaptureReads(trx, [payout.order_id]);
  }
  const what = await contradictionOf(trx, payout, report);
  if (what === null || (await isTold(trx, payout, what))) return null;
  if (what === 'freed' && ticket.phase === 'settling') await tellReason(trx, payout, paidAfterAll, at);
  await enqueueCaptureReads(trx, [payout.order_id]);
  await openBreaks(trx, payout.rail, await recordsOf(trx, payout, report, at), at);
  return {
    events: [{ kind: 'payoutContradicted', data: { ...about(payout), what } }],
    notices: [
      {
        template: 'payout-contradicted',
        parameters: { amount: formatMoney(amountOf(payout)), twice: what === 'double' },
        to: { role: 'finance' },
      },
    ],
  };
}

/** A bank's statements say it themselves; of another provider's word there is no more than the word. */
async function recordsOf(
  trx: Transaction,
  payout: PayoutRow,
  report: RailReport | OutcomeUnknown,
  at: Date,
): Promise<readonly RailRecord[]> {
  if (payout.rail === 'bank') return readPayoutRecords(trx, [payout.id]);
  if (report.status === 'unknown' || report.providerRef === undefined) return [];
  const { providerRef } = report;
  const amount = amountOf(payout);
  return [{ providerRef, payoutId: payout.id, captureRefs: [], amount, report, at, word: 'provider' }];
}

const tellReason = async (trx: Transaction, payout: PayoutRow, reason: string, at: Date): Promise<void> => {
  await trx('payouts').where({ id: payout.id }).update({ reason, checked_at: at, updated_at: at });
};

async function isTold(trx: Transaction, payout: PayoutRow, what: Contradiction): Promise<boolean> {
  const told: unknown = await trx('ticket_events')
    .where({ ticket_id: payout.ticket_id, kind: 'payoutContradicted' })
    .whereRaw(`data ->> 'payoutId' = ? and data ->> 'what' = ?`, [payout.id, what])
    .first('number');
  return told !== undefined;
}
