/** Orders as their owners and staff list them, newest first: with their tenders and the ticket that claims them. */

import { z } from 'zod';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import { instantKey, newestFirst, type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { orderSchema, readTenders, type TenderRow } from './orders.ts';
import { id, readRows } from './row.ts';
import { type Viewer, withinSight } from './viewer.ts';

const listedSchema = orderSchema.extend({
  renewed_ref: z.string().nullable(),
  places: z.array(z.string()),
  egress: z.array(z.string()),
  open_ticket_id: id<TicketId>().nullable(),
});

type ListedRow = z.output<typeof listedSchema>;

const viewOf = (row: ListedRow, tenders: readonly TenderRow[]) => ({
  id: row.id,
  ref: row.ref,
  accountId: row.account_id,
  subjectId: row.subject_id,
  channel: row.channel,
  plan: { key: row.plan_key, kind: row.plan_kind, name: row.plan_name },
  places: row.places,
  egress: row.egress,
  firstPurchasedAt: row.first_purchased_at,
  purchasedAt: row.purchased_at,
  period: row.period_from && row.period_until && { from: row.period_from, until: row.period_until },
  meteredBytes: row.metered_bytes,
  renewalOf: row.renewed_ref,
  tenders: tenders.map((tender) => ({
    method: tender.method,
    amount: money(tender.amount_minor, tender.currency),
    tax: money(tender.tax_minor, tender.currency),
    capturedAt: tender.captured_at,
  })),
  openTicketId: row.open_ticket_id,
});

export type OrderView = ReturnType<typeof viewOf>;

/** A page of orders within the viewer's sight: two statements, whatever their number. */
export async function listOrders(
  db: Queryable,
  viewer: Viewer,
  filter: { ref?: string },
  page: Page,
): Promise<PageOf<OrderView> | Refusal> {
  const after = readCursor(newestFirst, page.cursor);
  if (isRefusal(after)) return after;
  const query = db('orders')
    .leftJoin('orders as renewed', 'renewed.id', 'orders.renewal_of')
    .leftJoin('tickets', (join) => {
      join.on('tickets.order_id', 'orders.id').andOnVal('tickets.phase', '<>', 'closed');
    })
    .select(
      'orders.*',
      'renewed.ref as renewed_ref',
      'tickets.id as open_ticket_id',
      db.raw(`array(select range::text from order_egress where order_id = orders.id order by range) as egress`),
    )
    .orderBy('orders.purchased_at', 'desc')
    .orderBy('orders.id', 'desc')
    .limit(page.limit + 1);
  withinSight(query, viewer, 'orders.account_id');
  if (filter.ref) void query.where('orders.ref', filter.ref);
  if (after) void query.whereRaw('(orders.purchased_at, orders.id) < (?, ?)', [...after]);
  const found: unknown[] = await query;
  const rows = readRows('order', listedSchema, found);
  const tenders =
    rows.length === 0
      ? []
      : await readTenders(
          db,
          rows.slice(0, page.limit).map((row) => row.id),
        );
  return pageOf(
    rows,
    page.limit,
    (row) => instantKey(row.purchased_at, row.id),
    (row) =>
      viewOf(
        row,
        tenders.filter((tender) => tender.order_id === row.id),
      ),
  );
}
