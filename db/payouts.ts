/** Payouts in Postgres: their rows, their one way to move with what it books, and finance's approval. */

import { z } from 'zod';
import { noteFor } from '../domain/credit-note.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { GrantId, OrderId, PayoutId, SubjectId, TenderId, TicketId } from '../domain/ids.ts';
import { type BookedPayout, entriesForPayout, type LedgerEntry } from '../domain/ledger.ts';
import { formatMoney, type Money, money } from '../domain/money.ts';
import { freeingStates, frees, leftUs, type PayoutChange, type PayoutState, payoutStates } from '../domain/payout.ts';
import { overApprovalLimit } from '../domain/payout-limits.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import { holderOf, type RailName, railNames, tenderMethods } from '../domain/rail.ts';
import { moveAfterPayouts, type TicketSnapshot } from '../domain/ticket.ts';
import { issueCreditNote } from './credit-notes.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { takeAnew } from './disputes.ts';
import { type Booking, bookEntries } from './ledger.ts';
import { standing } from './payout-standing.ts';
import type { PersonMessage } from './reviews.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';
import { type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const payoutSchema = z.object({
  id: id<PayoutId>(),
  ticket_id: id<TicketId>(),
  order_id: id<OrderId>(),
  grant_id: id<GrantId>(),
  tender_id: id<TenderId>(),
  payout_no: z.number().int(),
  key: z.string(),
  method: z.enum(tenderMethods),
  rail: z.enum(railNames),
  amount_minor: minor,
  tax_minor: minor,
  currency,
  state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
  decided_by: id<SubjectId>().nullable(),
  approval: z.enum(['finance', 'limit']).nullable(),
  approved_by: id<SubjectId>().nullable(),
  approved_at: instant.nullable(),
  sending_at: instant.nullable(),
  settled_at: instant.nullable(),
  ended_at: instant.nullable(),
  checked_at: instant.nullable(),
  provider_ref: z.string().nullable(),
  bank_ref: z.string().nullable(),
  reason: z.string().nullable(),
  replaces: id<PayoutId>().nullable(),
  rerouted_by: id<SubjectId>().nullable(),
  cancel_asked_at: instant.nullable(),
  details_asked_at: instant.nullable(),
  attention_since: instant.nullable(),
  created_at: instant,
  updated_at: instant,
});

export type PayoutRow = z.output<typeof payoutSchema>;

export const readPayoutRows = (rows: readonly unknown[]): PayoutRow[] => readRows('payout', payoutSchema, rows);

export async function readPayout(db: Queryable, payoutId: PayoutId): Promise<PayoutRow | null> {
  const row: unknown = await db('payouts').where({ id: payoutId }).first();
  return row === undefined ? null : readRow('payout', payoutSchema, row);
}

/** Payouts of one ticket, in order of their number. */
export async function readTicketPayouts(db: Queryable, ticketId: TicketId): Promise<PayoutRow[]> {
  return readPayoutRows(await db('payouts').where({ ticket_id: ticketId }).orderBy('payout_no'));
}

/**
 * Ids of the payouts of each tender whose amounts count as ours. What a provider has under one that freed its amount went
 * out all the same, and counts as gone elsewhere.
 */
export async function readTenderPayoutIds(
  db: Queryable,
  tenderIds: readonly TenderId[],
): Promise<Map<TenderId, PayoutId[]>> {
  const rows = readPayoutRows(await db('payouts').whereIn('tender_id', [...tenderIds]));
  const idsOf = (tenderId: TenderId) =>
    rows.filter((row) => row.tender_id === tenderId && !frees(row.state)).map((row) => row.id);
  return new Map(tenderIds.map((tenderId) => [tenderId, idsOf(tenderId)]));
}

export const amountOf = (payout: PayoutRow): Money => money(payout.amount_minor, payout.currency);

/** As the ledger books it. */
export const bookedOf = (payout: PayoutRow): BookedPayout => ({
  id: payout.id,
  method: holderOf(payout.method, payout.rail),
  amount: amountOf(payout),
  tax: money(payout.tax_minor, payout.currency),
});

/** Where a provider's report belongs: by our metadata, else by the provider's own id. */
export async function findPayout(
  db: Queryable,
  by: { payoutId: string | null; rail: RailName; providerRef: string },
): Promise<PayoutRow | null> {
  const row: unknown = await db('payouts')
    .where((query) => {
      void query.where({ rail: by.rail, provider_ref: by.providerRef });
      if (by.payoutId) void query.orWhere({ id: by.payoutId });
    })
    .first();
  return row === undefined ? null : readRow('payout', payoutSchema, row);
}

/** Moves a payout's row and books what that means. The row's ticket is locked by the step. */
export async function movePayout(
  trx: Transaction,
  payout: PayoutRow,
  change: PayoutChange,
  at: Date,
  more: Record<string, unknown> = {},
): Promise<void> {
  await bookEntries(trx, await movePayoutRow(trx, payout, change, at, more), at);
}

/** Moves the row, with the credit note of it: what that means is for the caller to book, with what else its step books. */
export async function movePayoutRow(
  trx: Transaction,
  payout: PayoutRow,
  change: PayoutChange,
  at: Date,
  more: Record<string, unknown> = {},
): Promise<readonly Booking[]> {
  const moved: unknown[] = await trx('payouts')
    .where({ id: payout.id, state: payout.state })
    .update({
      state: change.state,
      ...(change.providerRef === undefined ? {} : { provider_ref: change.providerRef }),
      ...(change.bankRef === undefined ? {} : { bank_ref: change.bankRef }),
      reason: change.reason ?? null,
      ...(change.state === 'sending' ? { sending_at: payout.sending_at ?? at } : {}),
      ...(change.state === 'settled' ? { settled_at: at } : {}),
      ...(frees(change.state) ? { ended_at: at } : {}),
      updated_at: at,
      ...more,
    })
    .returning(
      trx.raw(`exists (select from disputes where tender_id = payouts.tender_id and includes_refunds) as is_shared`),
    );
  // The ticket's lock makes this impossible; were it not so, nothing may be booked.
  if (moved.length !== 1) throw new Error('a payout was moved by someone else');
  const note = noteFor(change.state);
  if (note) await issueCreditNote(trx, payout.id, note, at);
  // D5: what was on its way, or there, and is not any more, a dispute may have taken.
  const { is_shared: isShared } = readRow('payout', sharedSchema, moved[0]);
  const taken =
    isShared && leftUs(payout.state) && frees(change.state) ? await takeAnew(trx, payout.tender_id, at) : [];
  return [...bookingsOf(payout, change.state), ...taken];
}

const sharedSchema = z.object({ is_shared: z.boolean() });

/** What a payout's move from the state of this row books. */
export const bookingsOf = (payout: PayoutRow, to: PayoutState): Booking[] =>
  aboutPayout(payout, entriesForPayout(bookedOf(payout), payout.state, to));

/** Entries with what they are about. */
export const aboutPayout = (payout: PayoutRow, entries: readonly LedgerEntry[]): Booking[] =>
  entries.map((entry) => ({
    entry,
    orderId: payout.order_id,
    tenderId: payout.tender_id,
    ticketId: payout.ticket_id,
    payoutId: payout.id,
  }));

export interface ApprovalSettings {
  /** Grants up to it finance releases, in however many payouts they go; what is more takes an admin. */
  readonly approvalMax: LimitPerCurrency;
}

/** Finance releases a payout; the one who decided may not (maker and checker). */
export function recordApproval(
  db: Database,
  message: PersonMessage,
  { approvalMax }: ApprovalSettings,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      const payout = await ownPayout(trx, ticket, input?.payout_id);
      if (payout?.state !== 'granted') return refuse('payout-phase', payout ? { state: payout.state } : {});
      const { granted, confirmedBy } = await weighGrant(trx, payout);
      if (payout.decided_by === message.by.id || confirmedBy === message.by.id) return refuse('approver-decided');
      if (payout.rerouted_by === message.by.id) return refuse('approver-rerouted');
      const over = overApprovalLimit(message.by.role, granted, approvalMax);
      if (over) return over;
      await movePayout(trx, payout, { state: 'approved' }, at, {
        approval: 'finance',
        approved_by: message.by.id,
        approved_at: at,
      });
      return {
        events: [{ kind: 'payoutApproved', data: about(payout) }],
        notices: [
          {
            template: 'payout-approved',
            parameters: {
              amount: formatMoney(amountOf(payout)),
              method: payout.method,
              rerouted: payout.replaces !== null,
            },
            to: { subjectId: ticket.subject_id },
          },
        ],
      };
    },
  );
}

const weightSchema = z.object({ minor, confirmed_by: id<SubjectId>().nullable() });

/** All that a grant still gives, in however many parts, and the second person who stands behind it. */
async function weighGrant(trx: Transaction, { grant_id, currency: code }: PayoutRow) {
  const row: unknown = await trx('payouts')
    .where({ grant_id })
    .whereNotIn('state', [...freeingStates])
    .first(
      trx.raw(
        `coalesce(sum(amount_minor), 0)::bigint as minor,
         (select confirmed_by from decisions join grants on decisions.id = decision_id where grants.id = ?) as confirmed_by`,
        [grant_id],
      ),
    );
  const weight = readRow('weight of a grant', weightSchema, row);
  return { granted: money(weight.minor, code), confirmedBy: weight.confirmed_by };
}

export const moveOf = (states: readonly PayoutState[]): Pick<StepChange, 'move'> => {
  const move = moveAfterPayouts(states);
  return move ? { move } : {};
};

export const about = (payout: PayoutRow) => ({
  payoutId: payout.id,
  payoutNo: payout.payout_no,
  minor: payout.amount_minor.toString(),
  currency: payout.currency,
  method: payout.method,
});

export async function ownPayout(
  trx: Transaction,
  ticket: TicketRow,
  payoutId: PayoutId | null | undefined,
): Promise<PayoutRow | null> {
  const payout = payoutId ? await readPayout(trx, payoutId) : null;
  return payout?.ticket_id === ticket.id ? payout : null;
}

/** A refund that is no longer of all that is left lets the plan go on; answers as `grantStates`, in the same statement. */
export async function keepPlan(trx: Transaction, payout: PayoutRow, reason: string, at: Date): Promise<PayoutState[]> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with kept as (
       update remedies set state = 'cancelled', reason = :reason, ended_at = :at, updated_at = :at
       where ticket_id = :ticket and state = 'granted'
     )
     select * from payouts where grant_id = :grant and ${standing} order by payout_no`,
    { reason, at, ticket: payout.ticket_id, grant: payout.grant_id },
  );
  return readPayoutRows(rows).map((row) => row.state);
}

/** States of the payouts of one grant that nothing replaces, as they now stand in this transaction. */
export async function grantStates(trx: Transaction, payout: PayoutRow): Promise<PayoutState[]> {
  const rows: unknown[] = await trx('payouts')
    .where({ grant_id: payout.grant_id })
    .whereRaw(standing)
    .orderBy('payout_no');
  return readPayoutRows(rows).map((row) => row.state);
}

/** RP-4.4: another payout has taken its place, and is what counts. */
export const isReplaced = (payouts: readonly PayoutRow[], { id }: PayoutRow): boolean =>
  payouts.some(({ replaces }) => replaces === id);
