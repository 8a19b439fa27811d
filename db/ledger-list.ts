/** Ledger entries as finance reads them: newest first, each with its lines, in one statement a page and each by an index. */

import type { Knex } from 'knex';
import { z } from 'zod';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import { isPending, type LedgerKind, ledgerKinds } from '../domain/ledger.ts';
import { money } from '../domain/money.ts';
import { instantKey, newestFirst, type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { currency, id, instant, readRows } from './row.ts';

export interface LedgerFilter {
  readonly orderRef?: string;
  readonly payoutId?: PayoutId;
  readonly account?: string;
  readonly kind?: LedgerKind;
  readonly from?: Date;
  /** Not included. */
  readonly until?: Date;
}

const lineSchema = z
  .object({
    account: z.string(),
    side: z.enum(['debit', 'credit']),
    minor: z.string().transform((digits) => BigInt(digits)),
    currency,
  })
  .transform((line) => ({
    account: line.account,
    standing: isPending(line.account) ? ('pending' as const) : ('posted' as const),
    side: line.side,
    amount: money(line.minor, line.currency),
  }));

const viewSchema = z
  .object({
    id: z.uuid(),
    at: instant,
    kind: z.enum(ledgerKinds),
    order_ref: z.string(),
    subject_id: id<SubjectId>(),
    ticket_id: id<TicketId>().nullable(),
    ticket_number: z.string().nullable(),
    payout_id: id<PayoutId>().nullable(),
    dispute_ref: z.string().nullable(),
    lines: z.array(lineSchema),
  })
  .transform((row) => ({
    id: row.id,
    at: row.at,
    kind: row.kind,
    orderRef: row.order_ref,
    subjectId: row.subject_id,
    ticketId: row.ticket_id,
    ticketReference: row.ticket_number === null ? null : `RD-${row.ticket_number}`,
    payoutId: row.payout_id,
    disputeRef: row.dispute_ref,
    lines: row.lines,
  }));

export type LedgerEntryView = z.output<typeof viewSchema>;

/** Narrows by time and to what comes after a page; both sources have the same two columns for it. */
function within(query: Knex.QueryBuilder, idColumn: string, filter: LedgerFilter, after: readonly string[] | null) {
  if (filter.from) void query.where('at', '>=', filter.from);
  if (filter.until) void query.where('at', '<', filter.until);
  if (after) void query.whereRaw(`(at, ${idColumn}) < (?, ?)`, [...after]);
}

/** The page's entries: of the lines of one account, of all kinds or of one, else of the entries themselves. */
function entriesOf(
  db: Queryable,
  filter: LedgerFilter,
  after: readonly string[] | null,
  limit: number,
): Knex.QueryBuilder {
  const { account, orderRef, payoutId, kind } = filter;
  if (account !== undefined && orderRef === undefined && payoutId === undefined) {
    const lines = db('ledger_lines').distinct('at', 'entry_id').where({ account });
    if (kind !== undefined) void lines.where({ entry_kind: kind });
    within(lines, 'entry_id', filter, after);
    void lines.orderBy('at', 'desc').orderBy('entry_id', 'desc').limit(limit);
    return db('ledger_entries')
      .join(lines.as('found'), 'found.entry_id', 'ledger_entries.id')
      .select('ledger_entries.*');
  }
  const entries = db('ledger_entries').select('*').orderBy('at', 'desc').orderBy('id', 'desc').limit(limit);
  within(entries, 'id', filter, after);
  if (orderRef !== undefined) void entries.where('order_id', db('orders').where({ ref: orderRef }).select('id'));
  if (payoutId !== undefined) void entries.where({ payout_id: payoutId });
  if (kind !== undefined) void entries.where({ kind });
  if (account !== undefined)
    void entries.whereExists(
      db('ledger_lines').where({ account }).whereRaw('entry_id = ledger_entries.id').select(db.raw('1')),
    );
  return entries;
}

const lines = `(
  select json_agg(json_build_object('account', account, 'side', side, 'minor', minor::text, 'currency', currency) order by position)
  from ledger_lines where entry_id = entry.id) as lines`;

export async function listLedger(
  db: Queryable,
  filter: LedgerFilter,
  page: Page,
): Promise<PageOf<LedgerEntryView> | Refusal> {
  const after = readCursor(newestFirst, page.cursor);
  if (isRefusal(after)) return after;
  const rows: unknown[] = await db
    .from(entriesOf(db, filter, after, page.limit + 1).as('entry'))
    .join('orders', 'orders.id', 'entry.order_id')
    .leftJoin('tickets', 'tickets.id', 'entry.ticket_id')
    .leftJoin('disputes', 'disputes.id', 'entry.dispute_id')
    .select(
      'entry.*',
      'orders.ref as order_ref',
      'orders.subject_id',
      'tickets.number as ticket_number',
      'disputes.provider_ref as dispute_ref',
      db.raw(lines),
    )
    .orderBy('entry.at', 'desc')
    .orderBy('entry.id', 'desc');
  return pageOf(
    readRows('ledger entry', viewSchema, rows),
    page.limit,
    (view) => instantKey(view.at, view.id),
    (view) => view,
  );
}
