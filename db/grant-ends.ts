/** What was granted and has not left us, taken back: payouts, remedies, and the lost time that they were for. */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import { leftUs } from '../domain/payout.ts';
import type { Transaction } from './database.ts';
import { releaseIntervals } from './intervals.ts';
import { movePayout, readTicketPayouts } from './payouts.ts';
import { cancelRemedies, hasLeftUs } from './remedies.ts';

type Reason = 'withdrawn' | 'appealed' | 'kyc_failed' | 'charged_back';

/** At a customer's wish: refused once money has left us, or the shop was asked, which cannot be called back either. */
export async function takeBackUnsent(
  trx: Transaction,
  ticketId: TicketId,
  reason: Reason,
  at: Date,
): Promise<Refusal | null> {
  const payouts = await readTicketPayouts(trx, ticketId);
  if (payouts.some(({ state }) => leftUs(state)) || (await hasLeftUs(trx, ticketId))) return refuse('payout-sent');
  await takeBack(trx, ticketId, reason, at);
  return null;
}

export async function takeBack(trx: Transaction, ticketId: TicketId, reason: Reason, at: Date): Promise<void> {
  for (const payout of await readTicketPayouts(trx, ticketId)) {
    if (payout.state === 'granted' || payout.state === 'approved')
      await movePayout(trx, payout, { state: 'cancelled', reason }, at);
  }
  await cancelRemedies(trx, ticketId, reason, at);
  await releaseIntervals(trx, ticketId, at);
}
