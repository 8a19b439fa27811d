/** Tickets as people look at them: one with all that stands beside it, or a page of many. Scoped by who looks. */

import { z } from 'zod';
import { dueKinds } from '../domain/due-kind.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { AccountId, SubjectId, TicketId } from '../domain/ids.ts';
import { missingMaterials } from '../domain/materials.ts';
import type { SeenFilter } from '../domain/network-context.ts';
import { faultKinds } from '../domain/policy.ts';
import { diagnosisAnswers, reviewCauses } from '../domain/review.ts';
import { type TicketPhase, ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import { instantKey, newestFirst, type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { readTicketEvidence } from './evidence.ts';
import { countsAsEvidence, evidenceViewOf } from './evidence-views.ts';
import { networkContextJson, networkContextSchema, seeing } from './network-contexts.ts';
import { readTicketPayoutViews } from './payout-views.ts';
import { id, instant, readRow, readRows } from './row.ts';
import { readTicketCourse } from './ticket-course-views.ts';
import { readTicketIncidents } from './ticket-incidents.ts';
import { ticketReference } from './tickets.ts';
import { type Viewer, withinSight } from './viewer.ts';

const asksForMaterials: readonly TicketPhase[] = ['gathering', 'reviewing'];

const summarySchema = z
  .object({
    id: id<TicketId>(),
    number: z.string(),
    account_id: id<AccountId>(),
    subject_id: id<SubjectId>(),
    order_ref: z.string(),
    fault: z.enum(faultKinds),
    phase: z.enum(ticketPhases),
    outcome: z.enum(ticketOutcomes).nullable(),
    due_kind: z.enum(dueKinds).nullable(),
    due_at: instant.nullable(),
    asked_at: instant,
    created_at: instant,
    updated_at: instant,
    closed_at: instant.nullable(),
    assignee_id: id<SubjectId>().nullable(),
    assignee_name: z.string().nullable(),
    warned: z.boolean(),
  })
  .transform((row) => ({
    id: row.id,
    reference: ticketReference(row),
    accountId: row.account_id,
    subjectId: row.subject_id,
    orderRef: row.order_ref,
    fault: row.fault,
    phase: row.phase,
    outcome: row.outcome,
    due: row.due_kind && row.due_at && { kind: row.due_kind, at: row.due_at },
    askedAt: row.asked_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name ?? '' },
    urgent: row.warned ? ('early_fraud_warning' as const) : null,
  }));

export type TicketSummaryView = z.output<typeof summarySchema>;

const detailSchema = z.object({
  claimed_method: z.string(),
  description: z.string(),
  network_context: networkContextSchema.nullable(),
});

/** D8: while a refund still spares the dispute; what is closed waits for nobody. */
const warned = `(tickets.phase <> 'closed' and exists (
  select from disputes where disputes.order_id = tickets.order_id and disputes.state = 'warned'))`;

const summaries = (db: Queryable, viewer: Viewer) => {
  const query = db('tickets')
    .join('orders', 'orders.id', 'tickets.order_id')
    .leftJoin('people as assignee', 'assignee.id', 'tickets.assignee_id')
    .select('tickets.*', 'orders.ref as order_ref', 'assignee.name as assignee_name', db.raw(`${warned} as warned`));
  withinSight(query, viewer, 'tickets.account_id');
  return query;
};

const targetSchema = z.object({
  id: id<TicketId>(),
  account_id: id<AccountId>(),
  subject_id: id<SubjectId>(),
  phase: z.enum(ticketPhases),
});

export interface TicketTarget {
  readonly ticketId: TicketId;
  readonly accountId: AccountId;
  readonly subjectId: SubjectId;
  readonly phase: TicketPhase;
}

/** The ticket if it is there and within the viewer's sight. */
export async function findTicket(db: Queryable, viewer: Viewer, ticketId: string): Promise<TicketTarget | null> {
  const query = db('tickets').where('id', ticketId).first('id', 'account_id', 'subject_id', 'phase');
  withinSight(query, viewer, 'account_id');
  const row: unknown = await query;
  if (row === undefined) return null;
  const found = readRow('ticket', targetSchema, row);
  return { ticketId: found.id, accountId: found.account_id, subjectId: found.subject_id, phase: found.phase };
}

export interface TicketFilter {
  readonly phase?: TicketPhase;
  readonly assignee?: string;
  readonly orderRef?: string;
  /** An incident’s id. */
  readonly incident?: string;
  readonly urgent?: true;
  readonly seen?: SeenFilter;
}

/** A page of tickets, newest first. */
export async function listTickets(
  db: Queryable,
  viewer: Viewer,
  filter: TicketFilter,
  page: Page,
): Promise<PageOf<TicketSummaryView> | Refusal> {
  const after = readCursor(newestFirst, page.cursor);
  if (isRefusal(after)) return after;
  const query = summaries(db, viewer)
    .orderBy('tickets.created_at', 'desc')
    .orderBy('tickets.id', 'desc')
    .limit(page.limit + 1);
  if (filter.phase) void query.where('tickets.phase', filter.phase);
  if (filter.orderRef) void query.where('orders.ref', filter.orderRef);
  if (filter.assignee === 'none') void query.whereNull('tickets.assignee_id');
  else if (filter.assignee) void query.where('tickets.assignee_id', filter.assignee);
  // T11: all of an outage, by the facts of their orders.
  if (filter.incident)
    void query.whereIn(
      'tickets.order_id',
      db('order_incidents').where({ incident_id: filter.incident, covers: true }).select('order_id'),
    );
  if (filter.seen) void query.whereIn('tickets.id', seeing(db, filter.seen));
  // By the few warnings there are, and not by the many tickets.
  if (filter.urgent)
    void query
      .whereNot('tickets.phase', 'closed')
      .whereIn('tickets.order_id', db('disputes').where({ state: 'warned' }).select('order_id'));
  if (after) void query.whereRaw('(tickets.created_at, tickets.id) < (?, ?)', [...after]);
  const rows: unknown[] = await query;
  return pageOf(
    readRows('ticket', summarySchema, rows),
    page.limit,
    (view) => instantKey(view.createdAt, view.id),
    (view) => view,
  );
}

const reviewSchema = z
  .object({
    cause: z.enum(reviewCauses),
    finding: z.string(),
    persistent: z.boolean().nullable(),
    seller_mistake: z.boolean(),
    diagnosis: z.enum(diagnosisAnswers).nullable(),
    mended: z.boolean().nullable(),
    lost: z.array(z.object({ from: z.coerce.date(), until: z.coerce.date() })),
    at: instant,
    reviewer_id: id<SubjectId>(),
    reviewer_name: z.string(),
  })
  .transform((row) => ({
    cause: row.cause,
    finding: row.finding,
    persistent: row.persistent,
    sellerMistake: row.seller_mistake,
    diagnosis: row.diagnosis,
    mended: row.mended,
    lost: row.lost,
    at: row.at,
    reviewer: { id: row.reviewer_id, name: row.reviewer_name },
  }));

async function readReviews(db: Queryable, ticketId: TicketId): Promise<z.output<typeof reviewSchema>[]> {
  const rows: unknown[] = await db('reviews')
    .join('people', 'people.id', 'reviews.reviewer_id')
    .where({ ticket_id: ticketId })
    .orderBy('at')
    .select('reviews.*', 'people.name as reviewer_name');
  return readRows('review', reviewSchema, rows);
}

/** One ticket with its evidence, payouts, reviews and its whole course: six statements, whatever their number. */
export async function readTicketView(db: Queryable, viewer: Viewer, ticketId: TicketId) {
  const row: unknown = await summaries(db, viewer)
    .select(db.raw(`${networkContextJson} as network_context`))
    .where('tickets.id', ticketId)
    .first();
  if (row === undefined) return null;
  const detail = readRow('ticket', detailSchema, row);
  const summary = readRow('ticket', summarySchema, row);
  const evidence = (await readTicketEvidence(db, ticketId)).flatMap(evidenceViewOf);
  const { neededMaterials, ...course } = await readTicketCourse(db, ticketId, summary.due);
  return {
    ...summary,
    ...course,
    paymentMethod: detail.claimed_method,
    description: detail.description,
    networkContext: detail.network_context,
    // Nobody waits for them where known facts have settled the case.
    missing: asksForMaterials.includes(summary.phase)
      ? missingMaterials(neededMaterials, {
          description: detail.description.trim() !== '',
          evidence: evidence.some(countsAsEvidence),
          network_context: detail.network_context !== null,
        })
      : [],
    evidence,
    payouts: await readTicketPayoutViews(db, ticketId),
    reviews: await readReviews(db, ticketId),
    incidents: viewer.kind === 'customer' ? [] : await readTicketIncidents(db, ticketId),
  };
}
