/** The ticket's row as it stands in Postgres, and the snapshot of it that its workflow works from. */

import { z } from 'zod';
import { dueKinds } from '../domain/due-kind.ts';
import type { AccountId, InputId, OrderId, PayoutId, RemedyId, SubjectId, TicketId } from '../domain/ids.ts';
import { payoutStates } from '../domain/payout.ts';
import { remedyKinds, remedyStates } from '../domain/remedy.ts';
import { type TicketSnapshot, ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import type { Queryable, Transaction } from './database.ts';
import { standing, toCallOff } from './payout-standing.ts';
import { id, instant, readRow } from './row.ts';

const ticketSchema = z.object({
  id: id<TicketId>(),
  number: z.string(),
  order_id: id<OrderId>(),
  account_id: id<AccountId>(),
  subject_id: id<SubjectId>(),
  request_id: id<InputId>().nullable(),
  phase: z.enum(ticketPhases),
  outcome: z.enum(ticketOutcomes).nullable(),
  run: z.number().int(),
  asked_at: instant,
  claimed_method: z.string(),
  description: z.string(),
  materials_complete_at: instant.nullable(),
  due_kind: z.enum(dueKinds).nullable(),
  due_at: instant.nullable(),
  assignee_id: id<SubjectId>().nullable(),
  last_event_number: z.number().int(),
  last_event_hash: z.instanceof(Buffer).nullable(),
  created_at: instant,
  updated_at: instant,
  closed_at: instant.nullable(),
});

export type TicketRow = z.output<typeof ticketSchema>;

export const readTicketRow = (row: unknown): TicketRow => readRow('ticket', ticketSchema, row);

/** The name under which people know a ticket. */
export const ticketReference = (ticket: { number: string }): string => `RD-${ticket.number}`;

export async function readTicket(db: Queryable, ticketId: TicketId): Promise<TicketRow | null> {
  const row: unknown = await db('tickets').where({ id: ticketId }).first();
  return row === undefined ? null : readTicketRow(row);
}

/**
 * Takes the ticket's row lock: every step of a ticket takes it first, so that steps never wait for each other in a ring.
 * Rows that merely name the ticket, such as what a linked one's step leaves for it, wait for it only where it is locked
 * `alone`: for steps that take no other lock afterwards.
 */
export async function lockTicket(trx: Transaction, ticketId: TicketId, alone = false): Promise<TicketRow> {
  const found = trx('tickets').where({ id: ticketId });
  const row: unknown = await (alone ? found.forUpdate() : found.forNoKeyUpdate()).first();
  return readTicketRow(row);
}

/**
 * Takes the row locks of the tickets of an order. Whoever locks more than one of these takes them in this order, so that
 * nobody waits in a ring: captures by their names (`lockCaptures`), the order's tickets by id, the order, its tenders by
 * position, its disputes.
 */
export async function lockTicketsOf(trx: Transaction, orderId: OrderId): Promise<void> {
  await trx('tickets').where({ order_id: orderId }).orderBy('id').forNoKeyUpdate().select('id');
}

const snapshotSchema = z.object({
  number: z.string(),
  version: z.number().int(),
  phase: z.enum(ticketPhases),
  outcome: z.enum(ticketOutcomes).nullable(),
  captures_known: z.boolean(),
  decided_by: id<SubjectId>().nullable(),
  payouts: z
    .array(
      z.object({
        id: id<PayoutId>(),
        state: z.enum(payoutStates as [string, ...string[]]),
        cancelAsked: z.literal(true).optional(),
      }),
    )
    .nullable(),
  remedies: z
    .array(z.object({ id: id<RemedyId>(), kind: z.enum(remedyKinds), state: z.enum(remedyStates) }))
    .nullable(),
  due_kind: z.enum(dueKinds).nullable(),
  due_at: instant.nullable(),
  held: z.boolean(),
});

/** RP-3.7: promotional credit is no money, so nothing need be known of it. */
const snapshotQuery = `
  select number::text, last_event_number as version, phase, outcome,
    not exists (select from order_tenders where order_id = tickets.order_id and captured_minor is null and method <> 'promotional_credit') as captures_known,
    (select decided_by from decisions where ticket_id = tickets.id and state <> 'rejected' order by at desc, id desc limit 1) as decided_by,
    (select jsonb_agg(jsonb_build_object('id', payouts.id, 'state', state)
        || case when ${toCallOff} then '{"cancelAsked": true}' else '{}'::jsonb end order by payout_no) from payouts
      where grant_id = (select id from grants where ticket_id = tickets.id order by at desc, id desc limit 1)
        and ${standing}) as payouts,
    (select jsonb_agg(jsonb_build_object('id', remedies.id, 'kind', kind, 'state', remedies.state) order by remedy_no) from remedies
      where decision_id = (select id from decisions where ticket_id = tickets.id and state = 'final' order by at desc, id desc limit 1)) as remedies,
    due_kind, due_at,
    exists (select from holds where ticket_id = tickets.id and released_at is null) as held
  from tickets where id = ?`;

export async function readSnapshot(db: Queryable, ticketId: TicketId): Promise<TicketSnapshot> {
  const result = await db.raw<{ rows: unknown[] }>(snapshotQuery, [ticketId]);
  const row = readRow('ticket snapshot', snapshotSchema, result.rows[0]);
  return {
    ticketNumber: ticketReference(row),
    version: row.version,
    phase: row.phase,
    outcome: row.outcome,
    capturesKnown: row.captures_known,
    decidedBy: row.decided_by,
    payouts: (row.payouts ?? []) as TicketSnapshot['payouts'],
    ...(row.remedies === null ? {} : { remedies: row.remedies }),
    ...(row.due_kind === null || row.due_at === null
      ? {}
      : { due: { kind: row.due_kind, at: row.due_at.toISOString() } }),
    ...(row.held ? { held: true } : {}),
  };
}
