/**
 * Finance calls a payout off: one that is with nobody at once; one that waits for somebody (S6) by asking its provider,
 * which alone knows whether it still can. Until it has said so the payout stays as it is.
 */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId } from '../domain/ids.ts';
import { leftUs, waitsForSomebody } from '../domain/payout.ts';
import type { RailName } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Queryable } from './database.ts';
import { toCallOff } from './payout-standing.ts';
import { about, keepPlan, moveOf, movePayout, ownPayout } from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { takeStep } from './ticket-step.ts';

export interface CancelSettings {
  /** Whether the rail can be asked to call a payout off. */
  readonly cancels: (rail: RailName) => boolean;
}

const reason = 'cancelled_by_finance';

/** Whether its provider is to be asked to call it off, by whomever's wish. */
export const isToCallOff = async (db: Queryable, payoutId: PayoutId): Promise<boolean> =>
  (await db('payouts').where({ id: payoutId }).whereRaw(toCallOff).first('id')) !== undefined;

export function recordCancel(
  db: Database,
  message: PersonMessage,
  settings: CancelSettings,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const payout = await ownPayout(trx, ticket, input?.payout_id);
    if (!payout || ticket.phase !== 'settling') return refuse('payout-phase', payout ? { state: payout.state } : {});
    if (payout.state === 'approved') {
      await movePayout(trx, payout, { state: 'cancelled', reason }, at);
      const events = [{ kind: 'payoutCancelled', data: { ...about(payout), reason } }];
      return { ...moveOf(await keepPlan(trx, payout, reason, at)), events };
    }
    const mayAsk = payout.state === 'sent' && waitsForSomebody(payout.reason) && settings.cancels(payout.rail);
    if (!mayAsk) return refuse(leftUs(payout.state) ? 'payout-sent' : 'payout-phase', { state: payout.state });
    if (payout.cancel_asked_at !== null) return null;
    await trx('payouts')
      .where({ id: payout.id })
      .update({ cancel_asked_at: at, cancel_asked_by: message.by.id, updated_at: at });
    return { events: [{ kind: 'payoutCancelAsked', data: about(payout) }] };
  });
}
