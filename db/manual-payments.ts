/**
 * Payments by hand in Postgres: the book that the manual rail asks, and the step by which a person of finance records
 * what became of one. Book and payout move in one transaction, the payout through the reducer of every rail.
 */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import { type ManualPayment, manualPaymentStates } from '../domain/manual-payment.ts';
import { money } from '../domain/money.ts';
import { frees } from '../domain/payout.ts';
import type { PayoutRequest, RailReport } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Queryable } from './database.ts';
import { lockBankBooks, takeReturns } from './manual-returns.ts';
import { reportOn } from './payout-reports.ts';
import { ownPayout, type PayoutRow } from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { currency, minor, readRow } from './row.ts';
import { takeStep } from './ticket-step.ts';

const paymentSchema = z
  .object({
    id: z.uuid(),
    amount_minor: minor,
    currency,
    state: z.enum(manualPaymentStates),
    reference: z.string().nullable(),
    return_reason: z.string().nullable(),
  })
  .transform(({ id, state, reference, ...row }) => ({
    id,
    state,
    reference,
    returnReason: row.return_reason,
    amount: money(row.amount_minor, row.currency),
  }));

const read = (row: unknown): ManualPayment => readRow('payment by hand', paymentSchema, row);

export async function openManualPayment(db: Queryable, request: PayoutRequest, at: Date): Promise<ManualPayment> {
  await db('manual_payments')
    .insert({
      payout_id: request.payoutId,
      key: request.key,
      amount_minor: request.amount.minor.toString(),
      currency: request.amount.currency,
      state: 'open',
      opened_at: at,
    })
    .onConflict('payout_id')
    .ignore();
  return read(await db('manual_payments').where({ payout_id: request.payoutId }).first());
}

export async function findManualPayment(db: Queryable, payoutId: string): Promise<ManualPayment | null> {
  const row: unknown = await db('manual_payments').where({ payout_id: payoutId }).first();
  return row === undefined ? null : read(row);
}

/** Whoever ends it first wins: one that was paid in the meantime answers so. */
export async function cancelManualPayment(db: Queryable, payoutId: string, at: Date): Promise<ManualPayment | null> {
  await db('manual_payments')
    .where({ payout_id: payoutId, state: 'open' })
    .update({ state: 'cancelled', ended_at: at });
  return findManualPayment(db, payoutId);
}

const recordedSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('paid'), reference: z.string(), paidOn: z.iso.date() }),
  z.object({ outcome: z.literal('not_paid'), ground: z.string() }),
]);

type Recorded = z.output<typeof recordedSchema>;

/** Someone who did not decide it says what became of it; where crypto is paid back, neither who approved it (RP-2.2). */
export function recordManualPayment(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const recorded = readRow('payment by hand input', recordedSchema, input?.body);
    const payout = await ownPayout(trx, ticket, input?.payout_id);
    if (payout?.state !== 'sent' || payout.rail !== 'manual')
      return refuse('payout-phase', payout ? standingOf(payout) : {});
    if (payout.decided_by === message.by.id) return refuse('recorder-apart', { because: 'decided' });
    if (payout.method === 'crypto' && payout.approved_by === message.by.id)
      return refuse('recorder-apart', { because: 'approved' });
    const ended = await trx('manual_payments')
      .where({ payout_id: payout.id, state: 'open' })
      .update({ ...columnsOf(recorded), recorded_by: message.by.id, ended_at: at });
    // It was called off, and the payout has not heard of it.
    if (ended !== 1) return refuse('payout-phase', { state: payout.state });
    const change = await reportOn(trx, ticket, { payoutId: payout.id, report: reportOf(payout, recorded) }, at);
    if (recorded.outcome !== 'paid') return change;
    // It may have come back before anybody said that it had been paid; and of a file at this moment, either sees the other.
    await lockBankBooks(trx);
    await takeReturns(trx, { payout: payout.id }, at);
    return change;
  });
}

/** Whoever comes too late hears why it was called off. */
const standingOf = ({ state, rail, reason }: PayoutRow) => ({
  state,
  rail,
  ...(frees(state) && reason !== null ? { reason } : {}),
});

function columnsOf(recorded: Recorded): Record<string, unknown> {
  if (recorded.outcome === 'not_paid') return { state: 'not_paid', ground: recorded.ground };
  return { state: 'paid', reference: recorded.reference, paid_on: recorded.paidOn };
}

function reportOf({ provider_ref }: PayoutRow, recorded: Recorded): RailReport {
  const providerRef = provider_ref ?? '';
  return recorded.outcome === 'paid'
    ? { status: 'settled', providerRef, bankRef: recorded.reference }
    : { status: 'failed', providerRef, reason: 'not_paid' };
}
