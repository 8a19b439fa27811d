/** Payouts as finance and ticket pages read them: with the people and the ticket they belong to, in one statement. */

import { z } from 'zod';
import type { GrantId, OrderId, PayoutId, SubjectId, TenderId, TicketId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import { type PayoutState, payoutApprovals, payoutStates } from '../domain/payout.ts';
import { keptBackReasons, payoutAttentions } from '../domain/payout-waits.ts';
import { railNames, tenderMethods } from '../domain/rail.ts';
import { ticketPhases } from '../domain/ticket.ts';
import type { Queryable } from './database.ts';
import { keptBack, paidByHandBy, standing } from './payout-standing.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';

/** What it has cost, by the books: of each kind and currency the sum, which may be in our favour. */
export const costsSchema = z.array(
  z
    .object({ kind: z.enum(['fee', 'exchange']), minor, currency })
    .transform((row) => ({ kind: row.kind, amount: money(row.minor, row.currency) })),
);

/** Beside the row of a payout, by the index of its entries. */
export const costsOfPayout = `coalesce((
  select json_agg(json_build_object('kind', kind, 'minor', minor::text, 'currency', currency) order by kind desc, currency)
  from (select case account when 'fees:refunds' then 'fee' else 'exchange' end as kind, ledger_lines.currency,
      sum(case side when 'debit' then minor else -minor end) as minor
    from ledger_entries join ledger_lines on entry_id = ledger_entries.id
    where payout_id = payouts.id and account in ('fees:refunds', 'exchange_differences') group by 1, 2) as cost
  where minor <> 0), '[]') as costs`;

export const payoutViewSchema = z
  .object({
    id: id<PayoutId>(),
    ticket_id: id<TicketId>(),
    ticket_number: z.string(),
    ticket_phase: z.enum(ticketPhases),
    ticket_subject_id: id<SubjectId>(),
    order_ref: z.string(),
    grant_id: id<GrantId>(),
    tender_id: id<TenderId>(),
    payout_no: z.number().int(),
    key: z.string(),
    method: z.enum(tenderMethods),
    amount_minor: minor,
    currency,
    state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
    decided_by: id<SubjectId>().nullable(),
    decider_name: z.string().nullable(),
    confirmed_by: id<SubjectId>().nullable(),
    approval: z.enum(payoutApprovals).nullable(),
    approved_by: id<SubjectId>().nullable(),
    approver_name: z.string().nullable(),
    rail: z.enum(railNames),
    replaces: id<PayoutId>().nullable(),
    rerouted_by: id<SubjectId>().nullable(),
    is_replaced: z.boolean(),
    cancel_asked_at: instant.nullable(),
    paid_by_hand_by: id<SubjectId>().nullable(),
    kept_back: z.enum(keptBackReasons).nullable(),
    attempts: z.number().int(),
    next_look_at: instant.nullable(),
    reason: z.string().nullable(),
    provider_ref: z.string().nullable(),
    bank_ref: z.string().nullable(),
    created_at: instant,
    approved_at: instant.nullable(),
    sending_at: instant.nullable(),
    settled_at: instant.nullable(),
    ended_at: instant.nullable(),
    checked_at: instant.nullable(),
    state_since: instant,
    attention: z.enum(payoutAttentions).nullable(),
    costs: costsSchema,
  })
  .transform((row) => ({
    id: row.id,
    ticketId: row.ticket_id,
    ticketReference: `RD-${row.ticket_number}`,
    ticketPhase: row.ticket_phase,
    subjectId: row.ticket_subject_id,
    orderRef: row.order_ref,
    grantId: row.grant_id,
    tenderId: row.tender_id,
    payoutNo: row.payout_no,
    key: row.key,
    amount: money(row.amount_minor, row.currency),
    method: row.method,
    rail: row.rail,
    replaces: row.replaces,
    reroutedBy: row.rerouted_by,
    isReplaced: row.is_replaced,
    isCancelAsked: row.cancel_asked_at !== null,
    paidByHandBy: row.paid_by_hand_by,
    keptBack: row.kept_back,
    tries: row.attempts,
    nextLookAt: row.next_look_at,
    state: row.state,
    reason: row.reason,
    providerRef: row.provider_ref,
    bankRef: row.bank_ref,
    confirmedBy: row.confirmed_by,
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.decider_name ?? '' },
    approval: row.approval,
    approvedBy: row.approved_by === null ? null : { id: row.approved_by, name: row.approver_name ?? '' },
    createdAt: row.created_at,
    approvedAt: row.approved_at,
    sendingAt: row.sending_at,
    settledAt: row.settled_at,
    endedAt: row.ended_at,
    checkedAt: row.checked_at,
    since: row.state_since,
    attention: row.attention,
    costs: row.costs,
  }));

export type PayoutView = z.output<typeof payoutViewSchema>;

export const payoutViews = (db: Queryable) =>
  db('payouts')
    .join('tickets', 'tickets.id', 'payouts.ticket_id')
    .join('orders', 'orders.id', 'payouts.order_id')
    .leftJoin('people as decider', 'decider.id', 'payouts.decided_by')
    .leftJoin('people as approver', 'approver.id', 'payouts.approved_by')
    .select(
      'payouts.*',
      'tickets.number as ticket_number',
      'tickets.phase as ticket_phase',
      'tickets.subject_id as ticket_subject_id',
      'orders.ref as order_ref',
      'decider.name as decider_name',
      'approver.name as approver_name',
      db.raw(
        `(select confirmed_by from decisions join grants on decisions.id = decision_id where grants.id = payouts.grant_id) as confirmed_by,
         not (${standing}) as is_replaced, ${keptBack} as kept_back, ${paidByHandBy} as paid_by_hand_by, ${costsOfPayout}`,
      ),
    );

export async function readPayoutView(db: Queryable, payoutId: PayoutId): Promise<PayoutView | null> {
  const row: unknown = await payoutViews(db).where('payouts.id', payoutId).first();
  return row === undefined ? null : readRow('payout', payoutViewSchema, row);
}

/** What a ticket shows: none whose place another has taken. */
export async function readTicketPayoutViews(db: Queryable, ticketId: TicketId): Promise<PayoutView[]> {
  const rows: unknown[] = await payoutViews(db)
    .where('payouts.ticket_id', ticketId)
    .whereRaw(standing)
    .orderBy('payouts.payout_no');
  return readRows('payout', payoutViewSchema, rows);
}

export async function readOrderPayoutViews(db: Queryable, orderId: OrderId): Promise<PayoutView[]> {
  const rows: unknown[] = await payoutViews(db).where('payouts.order_id', orderId).orderBy('payouts.payout_no');
  return readRows('payout', payoutViewSchema, rows);
}
