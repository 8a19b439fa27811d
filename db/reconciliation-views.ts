/** Reconciliation as finance reads it, and what finance does with a break: takes it, or closes it with a reason. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { BreakId, OrderId, PayoutId, SubjectId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import { listProblems, railNames } from '../domain/rail.ts';
import { type BreakEnd, breakEnds, breakKinds } from '../domain/reconciliation.ts';
import { instantKey, newestFirst, type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable, Transaction } from './database.ts';
import { readPayoutCells } from './payout-sums.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';

const lookSchema = z
  .object({
    rail: z.enum(railNames),
    from_at: instant,
    until_at: instant,
    started_at: instant,
    finished_at: instant.nullable(),
    listed: z.number().int(),
    matched: z.number().int(),
    taken_over: z.number().int(),
    problem: z.enum(listProblems).nullable(),
  })
  .transform((row) => ({
    rail: row.rail,
    from: row.from_at,
    until: row.until_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    listed: row.listed,
    matched: row.matched,
    takenOver: row.taken_over,
    problem: row.problem,
  }));

export async function readReconciliation(db: Queryable, at: Date) {
  const looks: unknown[] = await db('reconciliations').distinctOn('rail').orderBy('rail').orderBy('started_at', 'desc');
  const open = await db.raw<{ rows: { count: number }[] }>(
    `select count(*)::integer as count from reconciliation_breaks where closed_at is null`,
  );
  return {
    looks: readRows('reconciliation', lookSchema, looks),
    cells: await readPayoutCells(db, at),
    openBreaks: open.rows[0]?.count ?? 0,
  };
}

const breakSchema = z
  .object({
    id: id<BreakId>(),
    rail: z.enum(railNames),
    kind: z.enum(breakKinds),
    order_id: id<OrderId>().nullable(),
    order_ref: z.string().nullable(),
    payout_id: id<PayoutId>().nullable(),
    provider_ref: z.string().nullable(),
    minor,
    currency,
    record_at: instant,
    first_seen_at: instant,
    last_seen_at: instant,
    owner_id: id<SubjectId>().nullable(),
    owner_name: z.string().nullable(),
    closed_at: instant.nullable(),
    closed_by: id<SubjectId>().nullable(),
    closer_name: z.string().nullable(),
    closed_as: z.enum(breakEnds).nullable(),
    ground: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    rail: row.rail,
    kind: row.kind,
    orderId: row.order_id,
    orderRef: row.order_ref,
    payoutId: row.payout_id,
    providerRef: row.provider_ref,
    amount: money(row.minor, row.currency),
    recordAt: row.record_at,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    owner: row.owner_id && { id: row.owner_id, name: row.owner_name ?? '' },
    closedAt: row.closed_at,
    closedBy: row.closed_by && { id: row.closed_by, name: row.closer_name ?? '' },
    closedAs: row.closed_as,
    ground: row.ground,
  }));

export type BreakView = z.output<typeof breakSchema>;

const views = (db: Queryable) =>
  db('reconciliation_breaks as breaks')
    .leftJoin('orders', 'orders.id', 'breaks.order_id')
    .leftJoin('people as owner', 'owner.id', 'breaks.owner_id')
    .leftJoin('people as closer', 'closer.id', 'breaks.closed_by')
    .select('breaks.*', 'orders.ref as order_ref', 'owner.name as owner_name', 'closer.name as closer_name');

/** Oldest first: what nobody has looked at for longest comes on top. */
export async function listBreaks(
  db: Queryable,
  filter: { readonly state: 'open' | 'closed' },
  page: Page,
): Promise<PageOf<BreakView> | Refusal> {
  const after = readCursor(newestFirst, page.cursor);
  if (isRefusal(after)) return after;
  const query = views(db)
    .whereRaw(`breaks.closed_at is ${filter.state === 'open' ? 'null' : 'not null'}`)
    .orderBy('breaks.first_seen_at')
    .orderBy('breaks.id')
    .limit(page.limit + 1);
  if (after) void query.whereRaw('(breaks.first_seen_at, breaks.id) > (?, ?)', [...after]);
  const rows: unknown[] = await query;
  return pageOf(
    readRows('break', breakSchema, rows),
    page.limit,
    (view) => instantKey(view.firstSeenAt, view.id),
    (view) => view,
  );
}

export const findBreak = (db: Queryable, breakId: BreakId): Promise<BreakView | null> => readBreak(db, breakId);

async function readBreak(trx: Queryable, breakId: BreakId): Promise<BreakView | null> {
  const row: unknown = await views(trx).where('breaks.id', breakId).first();
  return row === undefined ? null : readRow('break', breakSchema, row);
}

/** A person's change of an open break; refused where there is none, or somebody was first. */
async function changeBreak(
  trx: Transaction,
  breakId: BreakId,
  columns: Readonly<Record<string, unknown>>,
): Promise<BreakView | Refusal> {
  const changed = await trx('reconciliation_breaks').where({ id: breakId }).whereNull('closed_at').update(columns);
  const view = await readBreak(trx, breakId);
  if (view === null) return refuse('not-found');
  return changed === 0 ? refuse('break-closed', view.closedAs === null ? {} : { closedAs: view.closedAs }) : view;
}

export const takeBreak = (trx: Transaction, given: { breakId: BreakId; by: SubjectId }): Promise<BreakView | Refusal> =>
  changeBreak(trx, given.breakId, { owner_id: given.by });

export const resolveBreak = (
  trx: Transaction,
  given: { breakId: BreakId; by: SubjectId; closedAs: BreakEnd; ground: string; at: Date },
): Promise<BreakView | Refusal> =>
  changeBreak(trx, given.breakId, {
    owner_id: given.by,
    closed_by: given.by,
    closed_as: given.closedAs,
    closed_at: given.at,
    ground: given.ground,
  });
