/**
 * The gate before money goes: whether a payout may be taken for sending, and may still go after it was looked up in
 * vain. Stops, a dry run and what went out elsewhere are asked under the ticket's lock, at the last moment.
 */

import type { PayoutId, TicketId } from '../domain/ids.ts';
import { isFinal, type PayoutChange } from '../domain/payout.ts';
import { theDesk } from '../domain/ticket.ts';
import type { Database, Transaction } from './database.ts';
import { readBar } from './payout-bars.ts';
import { about, grantStates, moveOf, movePayout, ownPayout, type PayoutRow, readPayout } from './payouts.ts';
import { type StepChange, takeStep } from './ticket-step.ts';

export type SendingAnswer = 'send' | 'look-up' | 'held' | 'done';

/**
 * Takes the payout for sending, if it still may go: whoever moves its row first wins (withdrawal or we). `look-up`
 * means that a call may have been made before, so the provider is asked before anything is sent again.
 */
export async function beginSending(
  db: Database,
  payout: PayoutRow,
  settings: { dryRun: boolean },
  at: Date,
): Promise<SendingAnswer> {
  let go: SendingAnswer = 'done';
  await takeStep(db, { ticketId: payout.ticket_id, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const fresh = await ownPayout(trx, ticket, payout.id);
    if (!fresh) return null;
    if (fresh.state === 'sending' || fresh.state === 'unknown') {
      go = 'look-up';
      return null;
    }
    if (fresh.state !== 'approved') return null;
    if ((await trx('payout_stops').whereNull('resumed_at').first('id')) || (await isHeld(trx, ticket.id))) {
      go = 'held';
      return null;
    }
    if (settings.dryRun) return endUnsent(trx, fresh, { state: 'rehearsed' }, 'payoutRehearsed', at);
    if (await overCommitted(trx, fresh))
      return endUnsent(trx, fresh, { state: 'cancelled', reason: 'paid_elsewhere' }, 'payoutCancelled', at);
    await movePayout(trx, fresh, { state: 'sending' }, at, { reason: null });
    go = 'send';
    return { events: [{ kind: 'payoutSending', data: about(fresh) }] };
  });
  return go;
}

/** Holds stop payouts: an identity check, a dispute, a question, a provider (RP-3.8, RP-5.3). */
const isHeld = async (trx: Transaction, ticketId: TicketId): Promise<boolean> =>
  (await trx('holds').where({ ticket_id: ticketId }).whereNull('released_at').first('id')) !== undefined;

async function endUnsent(
  trx: Transaction,
  payout: PayoutRow,
  change: PayoutChange,
  kind: string,
  at: Date,
): Promise<StepChange> {
  await movePayout(trx, payout, change, at);
  return {
    ...moveOf(await grantStates(trx, payout)),
    events: [{ kind, data: { ...about(payout), ...(change.reason ? { reason: change.reason } : {}) } }],
  };
}

/** What went out elsewhere, or is disputed, since the grant may leave less than was granted. */
async function overCommitted(trx: Transaction, payout: PayoutRow): Promise<boolean> {
  const row: unknown = await trx('order_tenders')
    .where({ id: payout.tender_id })
    .whereRaw('committed_minor + elsewhere_minor + disputed_minor > captured_minor')
    .first('id');
  return row !== undefined;
}

/** Asked before a payout that was looked up in vain is sent again: the same gate as before the first call. */
export async function mayStillGo(db: Database, payoutId: PayoutId, settings: { dryRun: boolean }): Promise<boolean> {
  if (settings.dryRun) return false;
  return db.transaction(async (trx) => {
    const payout = await readPayout(trx, payoutId);
    if (payout?.state !== 'sending' && payout?.state !== 'unknown') return false;
    if (await trx('payout_stops').whereNull('resumed_at').first('id')) return false;
    if (await isHeld(trx, payout.ticket_id)) return false;
    if (await readBar(trx, payout)) return false;
    return !(await overCommitted(trx, payout));
  });
}

/** Shows on the payout why it waits, and tells it once in the timeline. */
export async function recordHold(db: Database, payoutId: PayoutId, reason: string, at: Date): Promise<void> {
  const payout = await readPayout(db, payoutId);
  if (!payout) return;
  const step = { ticketId: payout.ticket_id, inputId: null, actor: theDesk, at };
  await takeStep(db, step, async (trx, ticket) => {
    const fresh = await ownPayout(trx, ticket, payoutId);
    if (!fresh || isFinal(fresh.state) || fresh.reason === reason) return null;
    await trx('payouts').where({ id: payoutId }).update({ reason, updated_at: at });
    return { events: [{ kind: 'payoutHeld', data: { ...about(fresh), reason } }] };
  });
}
