/** What bars a payout for good, and the end of one whose call may have been made before it was barred. */

import { z } from 'zod';
import type { Refusal } from '../domain/errors.ts';
import { theDesk } from '../domain/ticket.ts';
import { chargedBack } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { stopGrant } from './holds.ts';
import { about, movePayout, ownPayout, type PayoutRow } from './payouts.ts';
import { readRow } from './row.ts';
import { type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/** Since a bar nothing is sent, so what a provider has not by then it will not have: the longest that keys are kept. */
const lastCallMs = 24 * 3_600_000;

const barSchema = z.object({ reason: z.enum(['charged_back', 'kyc_failed']), since: z.date() });
type Bar = z.output<typeof barSchema>;

/** RP-3.8, RP-5.3: the money was charged back, or the check on its receiver was not passed. */
export async function readBar(trx: Transaction, payout: PayoutRow): Promise<Bar | null> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select 'charged_back' as reason, ended_at as since from disputes
     where order_id = :order and state in ('lost', 'prevented')
     union all
     select 'kyc_failed', released_at from (
       select result, released_at from holds where ticket_id = :ticket and kind = 'kyc' order by placed_at desc limit 1
     ) newest where result in ('failed', 'timed_out')
     order by since limit 1`,
    { order: payout.order_id, ticket: payout.ticket_id },
  );
  return rows[0] === undefined ? null : readRow('payout bar', barSchema, rows[0]);
}

type BarAnswer = 'free' | 'barred' | 'ended';

/**
 * Asked of a payout that was looked up in vain: one that is barred is not sent again, and ends as cancelled once its last
 * call lies a day back, so that its ticket can end as well.
 */
export async function endBarred(db: Database, payout: PayoutRow, at: Date): Promise<BarAnswer> {
  let answer: BarAnswer = 'ended';
  await takeStep(db, { ticketId: payout.ticket_id, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const fresh = await ownPayout(trx, ticket, payout.id);
    if (fresh?.state !== 'sending' && fresh?.state !== 'unknown') return null;
    const bar = await readBar(trx, fresh);
    answer = bar === null ? 'free' : 'barred';
    if (bar === null || at.getTime() < bar.since.getTime() + lastCallMs) return null;
    answer = 'ended';
    await movePayout(trx, fresh, { state: 'cancelled', reason: bar.reason }, at);
    return barred(trx, ticket, bar, { kind: 'payoutCancelled', data: { ...about(fresh), reason: bar.reason } }, at);
  });
  return answer;
}

/** The ticket goes where the bar would have led it, had nothing been on its way. */
async function barred(
  trx: Transaction,
  ticket: TicketRow,
  { reason }: Bar,
  event: NonNullable<StepChange['events']>[number],
  at: Date,
): Promise<StepChange | Refusal> {
  if (reason === 'charged_back') return chargedBack(trx, ticket, [event], at);
  return { ...(await stopGrant(trx, ticket, at)), events: [event] };
}
