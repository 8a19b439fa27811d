/** What was granted and has not left us, taken back: payouts, remedies, and the lost time that they were for. */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { Transaction } from './database.ts';
import { releaseIntervals } from './intervals.ts';
import type { Judgement } from './judgements.ts';
import { type Booking, bookEntries } from './ledger.ts';
import { bookingsOf, readPayoutRows } from './payouts.ts';
import type { TicketRow } from './tickets.ts';

type Reason = 'withdrawn' | 'appealed' | 'kyc_failed' | 'charged_back';

/** At a customer's wish: refused once money has left us, or the shop was asked, which cannot be called back either. */
export async function takeBackUnsent(
  trx: Transaction,
  ticket: TicketRow,
  { kase }: Judgement,
  reason: Reason,
  at: Date,
): Promise<Refusal | null> {
  if (kase.isSent) return refuse('payout-sent');
  await takeBack(trx, ticket, reason, at);
  return null;
}

/**
 * However many payouts there are, in one statement, under the tenders' locks in the order in which everyone takes them.
 * What the step moved before is booked with it.
 */
export async function takeBack(
  trx: Transaction,
  ticket: TicketRow,
  reason: Reason,
  at: Date,
  unbooked: readonly Booking[] = [],
): Promise<void> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with locked as (
       select id from order_tenders where order_id = :order order by position for no key update
     ), unasked as (
       update remedies set state = 'cancelled', reason = :reason, ended_at = :at, updated_at = :at
       where ticket_id = :ticket and state = 'granted'
     ), freed as (${releaseIntervals})
     update payouts set state = 'cancelled', reason = :reason, ended_at = :at, updated_at = :at
     where ticket_id = :ticket and state in ('granted', 'approved') and (select count(*) from locked) > 0
     returning old.*`,
    { ticket: ticket.id, order: ticket.order_id, reason, at },
  );
  const cancelled = readPayoutRows(rows).flatMap((payout) => bookingsOf(payout, 'cancelled'));
  await bookEntries(trx, [...unbooked, ...cancelled], at);
}
