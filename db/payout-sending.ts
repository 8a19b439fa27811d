/**
 * The gate before money goes: whether a payout may be taken for sending, and may still go after it was looked up in
 * vain. Stops, a dry run and what went out elsewhere are asked under the ticket's lock, at the last moment.
 */

import type { Refusal } from '../domain/errors.ts';
import type { PayoutId } from '../domain/ids.ts';
import { isFinal, type PayoutChange } from '../domain/payout.ts';
import type { CapReason } from '../domain/payout-limits.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import { theDesk } from '../domain/ticket.ts';
import { afterBar, type Bar, isOver, isPart, readBar, readGate, readWayOut } from './bars.ts';
import { capReason, takeDailyCap } from './daily-cap.ts';
import type { Database, Transaction } from './database.ts';
import {
  about,
  grantStates,
  keepPlan,
  moveOf,
  movePayout,
  movePayoutRow,
  ownPayout,
  type PayoutRow,
  readPayout,
} from './payouts.ts';
import { type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

export interface SendingSettings {
  readonly dryRun: boolean;
  /** What may leave in a day, per currency; nothing bounds it where it is left out. */
  readonly dailyMax?: LimitPerCurrency;
}

export type SendingAnswer = 'send' | 'look-up' | 'held' | 'done';

/**
 * Takes the payout for sending, if it still may go: whoever moves its row first wins (withdrawal or we). `look-up`
 * means that a call may have been made before, so the provider is asked before anything is sent again.
 */
export async function beginSending(
  db: Database,
  payout: PayoutRow,
  settings: SendingSettings,
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
    const way = await readWayOut(trx, fresh);
    if (way.bar) return endByBar(trx, ticket, fresh, way.bar, at);
    if (way.stopped || way.held) {
      go = 'held';
      return null;
    }
    if (way.disputed || way.taken) {
      go = 'held';
      return holdVisibly(trx, fresh, 'disputed', at);
    }
    if (way.inquired && (await isPart(trx, ticket.id, at))) {
      go = 'held';
      return holdVisibly(trx, fresh, 'inquiry', at);
    }
    if (settings.dryRun) return endUnsent(trx, fresh, { state: 'rehearsed' }, 'payoutRehearsed', at);
    const capped = await takeDailyCap(trx, fresh, settings.dailyMax ?? {}, at);
    if (capped) {
      go = 'held';
      return holdVisibly(trx, fresh, capped, at);
    }
    await movePayout(trx, fresh, { state: 'sending' }, at);
    go = 'send';
    return { events: [{ kind: 'payoutSending', data: about(fresh) }] };
  });
  return go;
}

export type GateAnswer = 'free' | 'stopped' | 'disputed' | 'held' | 'inquired' | CapReason;

/** Asked before a provider is troubled, without a lock: what keeps a payout back for now. */
export const lookAtGate = (
  db: Database,
  payout: PayoutRow,
  settings: Pick<SendingSettings, 'dailyMax'>,
  at: Date,
): Promise<GateAnswer> =>
  db.transaction(async (trx) => {
    // What is barred for good waits for nothing: `beginSending` ends it, once its capture was read anew.
    if (payout.state === 'approved' && (await readBar(trx, payout))) return 'free';
    const gate = await readGate(trx, { id: payout.ticket_id, order_id: payout.order_id });
    if (gate.stopped) return 'stopped';
    // It says more than the hold that the ticket places for it.
    if (gate.disputed) return 'disputed';
    if (gate.held) return 'held';
    if (gate.inquired && (await isPart(trx, payout.ticket_id, at))) return 'inquired';
    // One that was taken for sending is counted already, however often it is asked about.
    const isNew = payout.state === 'approved';
    return (isNew && (await capReason(trx, payout, settings.dailyMax ?? {}, at))) || 'free';
  });

async function endUnsent(
  trx: Transaction,
  payout: PayoutRow,
  change: PayoutChange,
  kind: string,
  at: Date,
): Promise<StepChange> {
  await movePayout(trx, payout, change, at);
  const states =
    change.state === 'rehearsed' ? grantStates(trx, payout) : keepPlan(trx, payout, change.reason ?? '', at);
  return {
    ...moveOf(await states),
    events: [{ kind, data: { ...about(payout), ...(change.reason ? { reason: change.reason } : {}) } }],
  };
}

/**
 * Asked before a payout that was looked up in vain is sent again: the same gate as before the first call. One that was
 * called for in earnest is not ended by a rehearsal, and waits until that is over.
 */
export async function mayStillGo(
  db: Database,
  payoutId: PayoutId,
  settings: { dryRun: boolean },
  at: Date,
): Promise<'go' | 'held' | 'rehearsing'> {
  return db.transaction(async (trx) => {
    const payout = await readPayout(trx, payoutId);
    if (payout?.state !== 'sending' && payout?.state !== 'unknown') return 'held';
    const way = await readWayOut(trx, payout);
    if (way.bar || way.stopped || way.held || way.disputed || way.taken) return 'held';
    if (way.inquired && (await isPart(trx, payout.ticket_id, at))) return 'held';
    return settings.dryRun ? 'rehearsing' : 'go';
  });
}

/**
 * Asked of a payout that was looked up in vain: one that is barred is not sent again, shows why it waits, and ends as
 * cancelled once its last call lies a day back, so that its ticket can end as well.
 */
export async function endBarred(db: Database, payout: PayoutRow, at: Date): Promise<'free' | 'barred' | 'ended'> {
  let answer: 'free' | 'barred' | 'ended' = 'ended';
  await takeStep(db, { ticketId: payout.ticket_id, inputId: null, actor: theDesk, at }, async (trx, ticket) => {
    const fresh = await ownPayout(trx, ticket, payout.id);
    if (fresh?.state !== 'sending' && fresh?.state !== 'unknown') return null;
    const bar = await readBar(trx, fresh);
    answer = bar === null ? 'free' : 'barred';
    if (bar === null) return null;
    if (!isOver(bar, fresh.sending_at ?? at, at)) return holdVisibly(trx, fresh, bar.reason, at);
    answer = 'ended';
    return endByBar(trx, ticket, fresh, bar, at);
  });
  return answer;
}

async function endByBar(
  trx: Transaction,
  ticket: TicketRow,
  payout: PayoutRow,
  bar: Bar,
  at: Date,
): Promise<StepChange | Refusal> {
  if (bar.reason === 'paid_elsewhere')
    return endUnsent(trx, payout, { state: 'cancelled', reason: bar.reason }, 'payoutCancelled', at);
  const unbooked = await movePayoutRow(trx, payout, { state: 'cancelled', reason: bar.reason }, at);
  const event = { kind: 'payoutCancelled', data: { ...about(payout), reason: bar.reason } };
  return afterBar(trx, ticket, bar, { events: [event], at, unbooked });
}

/**
 * Finance sees that the question is being asked, and when next; one that has its answer meanwhile keeps it. A `reason` says
 * that it could not be asked: then what kept it back before does so no more, as far as is known.
 */
export async function noteLook(
  db: Database,
  payoutId: PayoutId,
  { attempts, nextAt, reason }: { attempts: number; nextAt: Date; reason?: string | undefined },
  at: Date,
): Promise<void> {
  const open = db('payouts').where({ id: payoutId }).whereIn('state', ['sending', 'unknown']);
  await open.clone().update({ attempts, next_look_at: nextAt });
  if (reason !== undefined)
    await open.whereRaw('reason is distinct from ?', [reason]).update({ reason, updated_at: at });
}

/** Shows on the payout why it waits, and tells it once in the timeline; `null`: what kept it back does so no more. */
export async function recordHold(db: Database, payoutId: PayoutId, reason: string | null, at: Date): Promise<void> {
  const payout = await readPayout(db, payoutId);
  if (!payout) return;
  const step = { ticketId: payout.ticket_id, inputId: null, actor: theDesk, at };
  await takeStep(db, step, async (trx, ticket) => {
    const fresh = await ownPayout(trx, ticket, payoutId);
    return !fresh || isFinal(fresh.state) ? null : holdVisibly(trx, fresh, reason, at);
  });
}

async function holdVisibly(
  trx: Transaction,
  payout: PayoutRow,
  reason: string | null,
  at: Date,
): Promise<StepChange | null> {
  // What is unknown always has a reason; as the reducer has it where none was told.
  const shown = reason ?? (payout.state === 'unknown' ? payout.state : null);
  if (payout.reason === shown) return null;
  await trx('payouts').where({ id: payout.id }).update({ reason: shown, updated_at: at });
  if (reason === null) return null;
  return { events: [{ kind: 'payoutHeld', data: { ...about(payout), reason } }] };
}
