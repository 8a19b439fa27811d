/** What was granted and has not left us, taken back: payouts, remedies, and the lost time that they were for. */

import type { TicketId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';
import { releaseIntervals } from './intervals.ts';
import { movePayout, readTicketPayouts } from './payouts.ts';
import { cancelRemedies } from './remedies.ts';

export async function takeBack(
  trx: Transaction,
  ticketId: TicketId,
  reason: 'withdrawn' | 'kyc_failed' | 'charged_back',
  at: Date,
): Promise<void> {
  for (const payout of await readTicketPayouts(trx, ticketId)) {
    if (payout.state === 'granted' || payout.state === 'approved')
      await movePayout(trx, payout, { state: 'cancelled', reason }, at);
  }
  await cancelRemedies(trx, ticketId, reason, at);
  await releaseIntervals(trx, ticketId, at);
}
