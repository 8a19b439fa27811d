/** Credit notes: each issued once, in its payout's own transaction, under the lock of its legal entity's series. */

import { z } from 'zod';
import { type CreditNoteKind, creditNoteKinds, creditNoteReference } from '../domain/credit-note.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { CreditNoteId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import { tenderMethods } from '../domain/rail.ts';
import { instantKey, newestFirst, type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable, Transaction } from './database.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';
import { type Viewer, withinSight } from './viewer.ts';

/**
 * Numbers and issues a note in one statement; a second one of its kind takes no number. The series stays locked until the
 * transaction ends, so that of what is rolled back no number is lost.
 */
export async function issueCreditNote(
  trx: Transaction,
  payoutId: PayoutId,
  kind: CreditNoteKind,
  at: Date,
): Promise<void> {
  await trx.raw(
    `with noted as (
       select payout.*, tickets.account_id, version.id as version_id, version.document -> 'seller' ->> 'name' as entity
       from payouts as payout join tickets on tickets.id = payout.ticket_id
         join policy_versions as version on version.id = coalesce(purchase_version_id, policy_version_id)
       where payout.id = :payout and not exists (select from credit_notes where payout_id = :payout and kind = :kind)
     ), numbered as (
       insert into credit_note_series (entity, last_number) select entity, 1 from noted
       on conflict (entity) do update set last_number = credit_note_series.last_number + 1 returning entity, last_number
     )
     insert into credit_notes (entity, number, kind, account_id, order_id, ticket_id, payout_id, policy_version_id, method, net_minor,
       tax_minor, total_minor, currency, issued_at)
     select entity, last_number, :kind, account_id, order_id, ticket_id, id, version_id, method, amount_minor - tax_minor, tax_minor,
       amount_minor, currency, :at
     from noted join numbered using (entity)`,
    { payout: payoutId, kind, at },
  );
}

const viewSchema = z
  .object({
    id: id<CreditNoteId>(),
    entity: z.string(),
    contact: z.string(),
    number: z.number().int(),
    kind: z.enum(creditNoteKinds),
    reversed_number: z.number().int().nullable(),
    ticket_id: id<TicketId>(),
    ticket_number: z.string(),
    subject_id: id<SubjectId>(),
    order_ref: z.string(),
    payout_id: id<PayoutId>(),
    method: z.enum(tenderMethods),
    net_minor: minor,
    tax_minor: minor,
    total_minor: minor,
    currency,
    issued_at: instant,
  })
  .transform((row) => ({
    id: row.id,
    entity: row.entity,
    contact: row.contact,
    number: row.number,
    reference: creditNoteReference(row.number),
    kind: row.kind,
    reversedNumber: row.reversed_number,
    ticketId: row.ticket_id,
    ticketReference: `RD-${row.ticket_number}`,
    subjectId: row.subject_id,
    orderRef: row.order_ref,
    payoutId: row.payout_id,
    method: row.method,
    net: money(row.net_minor, row.currency),
    tax: money(row.tax_minor, row.currency),
    total: money(row.total_minor, row.currency),
    issuedAt: row.issued_at,
  }));

export type CreditNoteView = z.output<typeof viewSchema>;

const views = (db: Queryable, viewer: Viewer) => {
  const query = db('credit_notes')
    .join('tickets', 'tickets.id', 'credit_notes.ticket_id')
    .join('orders', 'orders.id', 'credit_notes.order_id')
    .join('policy_versions', 'policy_versions.id', 'credit_notes.policy_version_id')
    .leftJoin('credit_notes as reversed', (join) => {
      join
        .on('reversed.payout_id', 'credit_notes.payout_id')
        .andOnVal('credit_notes.kind', 'reversal')
        .andOnVal('reversed.kind', 'credit');
    })
    .select(
      'credit_notes.*',
      'tickets.number as ticket_number',
      'tickets.subject_id',
      'orders.ref as order_ref',
      'reversed.number as reversed_number',
      db.raw(`policy_versions.document -> 'seller' ->> 'contact' as contact`),
    );
  withinSight(query, viewer, 'credit_notes.account_id');
  return query;
};

export async function readCreditNote(
  db: Queryable,
  viewer: Viewer,
  noteId: CreditNoteId,
): Promise<CreditNoteView | null> {
  const row: unknown = await views(db, viewer).where('credit_notes.id', noteId).first();
  return row === undefined ? null : readRow('credit note', viewSchema, row);
}

export interface CreditNoteFilter {
  readonly ticketId?: TicketId;
  readonly orderRef?: string;
  /** When it was issued: from the one instant, until before the other. */
  readonly from?: Date;
  readonly until?: Date;
}

/** Notes within the viewer's sight, newest first: one statement. */
export async function listCreditNotes(
  db: Queryable,
  viewer: Viewer,
  filter: CreditNoteFilter,
  page: Page,
): Promise<PageOf<CreditNoteView> | Refusal> {
  const after = readCursor(newestFirst, page.cursor);
  if (isRefusal(after)) return after;
  const query = views(db, viewer)
    .orderBy('credit_notes.issued_at', 'desc')
    .orderBy('credit_notes.id', 'desc')
    .limit(page.limit + 1);
  if (filter.ticketId !== undefined) void query.where('credit_notes.ticket_id', filter.ticketId);
  if (filter.orderRef !== undefined)
    void query.where('credit_notes.order_id', db('orders').where({ ref: filter.orderRef }).select('id'));
  if (filter.from !== undefined) void query.where('credit_notes.issued_at', '>=', filter.from);
  if (filter.until !== undefined) void query.where('credit_notes.issued_at', '<', filter.until);
  if (after) void query.whereRaw('(credit_notes.issued_at, credit_notes.id) < (?, ?)', [...after]);
  const rows: unknown[] = await query;
  return pageOf(
    readRows('credit note', viewSchema, rows),
    page.limit,
    (view) => instantKey(view.issuedAt, view.id),
    (view) => view,
  );
}
