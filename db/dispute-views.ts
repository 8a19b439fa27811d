/** Disputes as finance reads them: a page of many, what must be answered first; or one with all that belongs to it. */

import { z } from 'zod';
import {
  type DisputeKind,
  type DisputeStanding,
  disputeKinds,
  disputeStandings,
  packetStates,
} from '../domain/dispute.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { DisputeId, OrderId, SubjectId, TicketId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import { refundableOf } from '../domain/order.ts';
import { tenderMethods } from '../domain/rail.ts';
import { ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { wordSchema } from './dispute-words.ts';
import { balanceOf, readTenders } from './orders.ts';
import { readOrderPayoutViews } from './payout-views.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';

const viewSchema = z
  .object({
    id: id<DisputeId>(),
    provider: z.string(),
    provider_ref: z.string(),
    kind: z.enum(disputeKinds),
    state: z.enum(disputeStandings),
    reason: z.string().nullable(),
    network_reason: z.string().nullable(),
    amount_minor: minor,
    taken_minor: minor,
    currency,
    fee_minor: minor.nullable(),
    fee_currency: currency.nullable(),
    order_id: id<OrderId>(),
    order_ref: z.string(),
    subject_id: id<SubjectId>(),
    method: z.enum(tenderMethods),
    evidence_due_at: instant.nullable(),
    evidence_submitted_at: instant.nullable(),
    evidence_submitted_by: id<SubjectId>().nullable(),
    submitter_name: z.string().nullable(),
    packet_state: z.enum(packetStates).nullable(),
    packet_reason: z.string().nullable(),
    lapsed_at: instant.nullable(),
    actionable: z.boolean().nullable(),
    withdrawn_by_customer_at: instant.nullable(),
    told_at: instant,
    opened_at: instant,
    ended_at: instant.nullable(),
    urgency: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    provider: row.provider,
    providerRef: row.provider_ref,
    kind: row.kind,
    state: row.state,
    reason: row.reason,
    networkReason: row.network_reason,
    // A warning names no amount of its own, so that what it warns of counts once (D8).
    amount: row.kind === 'early_fraud_warning' ? null : money(row.amount_minor, row.currency),
    taken: money(row.taken_minor, row.currency),
    fee: row.fee_minor === null || row.fee_currency === null ? null : money(row.fee_minor, row.fee_currency),
    orderId: row.order_id,
    orderRef: row.order_ref,
    subjectId: row.subject_id,
    method: row.method,
    evidenceDueAt: row.evidence_due_at,
    submittedAt: row.evidence_submitted_at,
    submittedBy:
      row.evidence_submitted_by === null ? null : { id: row.evidence_submitted_by, name: row.submitter_name ?? '' },
    packet: row.packet_state && { state: row.packet_state, reason: row.packet_reason },
    lapsedAt: row.lapsed_at,
    actionable: row.actionable,
    withdrawnByCustomerAt: row.withdrawn_by_customer_at,
    toldAt: row.told_at,
    openedAt: row.opened_at,
    endedAt: row.ended_at,
    urgency: row.urgency,
  }));

export type DisputeView = z.output<typeof viewSchema>;

const newestPacket = (db: Queryable, column: string) =>
  db('dispute_packets')
    .whereRaw('dispute_id = disputes.id')
    .orderBy('kept_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .select(column);

const views = (db: Queryable) =>
  db('disputes')
    .join('orders', 'orders.id', 'disputes.order_id')
    .join('order_tenders', 'order_tenders.id', 'disputes.tender_id')
    .leftJoin('people as submitter', 'submitter.id', 'disputes.evidence_submitted_by')
    .select(
      'disputes.*',
      'orders.ref as order_ref',
      'orders.subject_id',
      'order_tenders.method',
      'submitter.name as submitter_name',
      newestPacket(db, 'state').as('packet_state'),
      newestPacket(db, 'reason').as('packet_reason'),
    );

const cursorSchema = z.tuple([z.string().regex(/^-?\d{1,18}$/), z.iso.datetime(), z.uuid()]);

/** First what must be answered first, then what is open, then what has ended; the newest first among equals. */
export async function listDisputeViews(
  db: Queryable,
  filter: { state?: DisputeStanding; kind?: DisputeKind },
  page: Page,
): Promise<PageOf<DisputeView> | Refusal> {
  const after = readCursor(cursorSchema, page.cursor);
  if (isRefusal(after)) return after;
  const query = views(db)
    .orderBy('disputes.urgency', 'desc')
    .orderBy('disputes.opened_at', 'desc')
    .orderBy('disputes.id', 'desc')
    .limit(page.limit + 1);
  if (filter.state) void query.where('disputes.state', filter.state);
  if (filter.kind) void query.where('disputes.kind', filter.kind);
  if (after) void query.whereRaw('(disputes.urgency, disputes.opened_at, disputes.id) < (?, ?, ?)', [...after]);
  const rows: unknown[] = await query;
  return pageOf(
    readRows('dispute', viewSchema, rows),
    page.limit,
    (view) => [view.urgency, view.openedAt.toISOString(), view.id],
    (view) => view,
  );
}

export async function readDisputeView(db: Queryable, disputeId: DisputeId): Promise<DisputeView | null> {
  const row: unknown = await views(db).where('disputes.id', disputeId).first();
  return row === undefined ? null : readRow('dispute', viewSchema, row);
}

const eventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('told'), at: instant, actor_id: z.null(), actor_name: z.null(), data: wordSchema }),
  z.object({
    kind: z.enum(['reminder', 'escalation', 'deadline', 'evidence']),
    at: instant,
    actor_id: id<SubjectId>().nullable(),
    actor_name: z.string().nullable(),
    data: z.object({
      state: z.enum(packetStates).optional(),
      dueAt: z.string().optional(),
      reason: z.string().optional(),
    }),
  }),
]);

const ticketSchema = z
  .object({
    id: id<TicketId>(),
    number: z.string(),
    phase: z.enum(ticketPhases),
    outcome: z.enum(ticketOutcomes).nullable(),
  })
  .transform(({ number, ...ticket }) => ({ ...ticket, reference: `RD-${number}` }));

/** One with its words in time, its order's tenders, tickets and payouts: five statements, whatever their number. */
export async function readDisputeDetail(db: Queryable, disputeId: DisputeId) {
  const dispute = await readDisputeView(db, disputeId);
  if (dispute === null) return null;
  const events: unknown[] = await db('dispute_events')
    .leftJoin('people', 'people.id', 'actor_id')
    .where({ dispute_id: disputeId })
    .orderBy('at')
    .orderBy('dispute_events.id')
    .select('dispute_events.kind', 'data', 'at', 'actor_id', 'people.name as actor_name');
  const tickets: unknown[] = await db('tickets')
    .where({ order_id: dispute.orderId })
    .orderBy('created_at')
    .select('id', db.raw('number::text'), 'phase', 'outcome');
  return {
    ...dispute,
    events: readRows('dispute event', eventSchema, events).map(eventView),
    tickets: readRows('ticket', ticketSchema, tickets),
    payouts: await readOrderPayoutViews(db, dispute.orderId),
    tenders: (await readTenders(db, [dispute.orderId])).map((tender) => {
      const balance = balanceOf(tender);
      return { ...balance, refundable: refundableOf(balance) };
    }),
  };
}

function eventView(event: z.output<typeof eventSchema>) {
  const { at, kind } = event;
  if (kind === 'told') return { kind, at, word: event.data };
  const by = event.actor_id === null ? null : { id: event.actor_id, name: event.actor_name ?? '' };
  return { kind, at, by, ...event.data };
}
