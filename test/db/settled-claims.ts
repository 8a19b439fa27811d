/** Claims whose payouts have gone as far as a provider says, through the real stores. */

import type { Database } from '../../db/database.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import type { PayoutId, TicketId } from '../../domain/ids.ts';
import type { RailReport } from '../../domain/rail.ts';
import {
  aDecidedClaim,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  type aTender,
  type BuiltClaim,
  decideRefund,
  granted,
  noon,
  type OrderGiven,
} from './builders.ts';

type Tenders = readonly ReturnType<typeof aTender>[];

/** Has finance release a claim's payouts, and calls for them. */
async function send(db: Database, claim: BuiltClaim): Promise<BuiltClaim> {
  const finance = await aPerson(db, 'finance');
  for (const { id, state } of claim.payouts) if (state === 'granted') await approve(db, claim.ticketId, id, finance);
  for (const payout of await readTicketPayouts(db, claim.ticketId))
    await beginSending(db, payout, { dryRun: false }, noon);
  return claim;
}

/** A claim whose payouts have been called for. */
export const aSentClaim = async (db: Database, minor: bigint, ...tenders: Tenders): Promise<BuiltClaim> =>
  send(db, await aDecidedClaim(db, minor, tenders));

/** What a provider says of one payout. */
export const tell = (
  db: Database,
  of: { readonly ticketId: TicketId; readonly payoutId: PayoutId },
  report: RailReport,
  at = noon,
) => recordReport(db, { ...of, inputId: null, report }, at);

export const settledReport = (payoutId: PayoutId) => ({ status: 'settled', providerRef: `re_${payoutId}` }) as const;

export const returnedReport = (payoutId: PayoutId) =>
  ({ status: 'failed', providerRef: `re_${payoutId}`, reason: 'account_closed' }) as const;

/** A claim for all of an order, of the account that is given if one is, whose payouts have all settled. */
export async function aSettledClaim(db: Database, tenders: Tenders, given: OrderGiven = {}): Promise<BuiltClaim> {
  const order = await anOrder(db, tenders, given);
  const ticketId = await aReviewedTicket(db, order);
  const deciderId = await aPerson(db, 'agent');
  const whole = order.tenders.reduce((sum, { amount_minor }) => sum + amount_minor, 0n);
  granted(await decideRefund(db, ticketId, deciderId, whole));
  const claim = await send(db, { order, ticketId, deciderId, payouts: await readTicketPayouts(db, ticketId) });
  for (const { id: payoutId } of claim.payouts) await tell(db, { ticketId, payoutId }, settledReport(payoutId));
  return { ...claim, payouts: await readTicketPayouts(db, ticketId) };
}

/** Of costs whose provider answers in the instant that it is asked. */
export const atOnce = (at: Date) => ({ askedAt: at, at });
