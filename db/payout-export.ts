/** Payouts as a bookkeeper takes them over: all that were made within a time, a page at a time. */

import { z } from 'zod';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import { money } from '../domain/money.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import { railNames, tenderMethods } from '../domain/rail.ts';
import { bankDaysOf } from './bank-bookings.ts';
import { instantKey, newestFirst, type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { costsOfPayout, costsSchema } from './payout-views.ts';
import { currency, instant, minor, readRows } from './row.ts';

export interface PayoutExportFilter {
  readonly from: Date;
  /** Not included. */
  readonly until: Date;
  readonly state?: PayoutState;
}

const rowSchema = z
  .object({
    id: z.uuid(),
    created_at: instant,
    ticket_number: z.string(),
    order_ref: z.string(),
    payout_no: z.number().int(),
    key: z.string(),
    method: z.enum(tenderMethods),
    rail: z.enum(railNames),
    state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
    reason: z.string().nullable(),
    amount_minor: minor,
    tax_minor: minor,
    currency,
    provider_ref: z.string().nullable(),
    bank_ref: z.string().nullable(),
    sending_at: instant.nullable(),
    settled_at: instant.nullable(),
    ended_at: instant.nullable(),
    note_number: z.number().int().nullable(),
    costs: costsSchema,
    booked_on: z.iso.date().nullable(),
    value_on: z.iso.date().nullable(),
    reversal_number: z.number().int().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    createdAt: row.created_at,
    ticketReference: `RD-${row.ticket_number}`,
    orderRef: row.order_ref,
    payoutNo: row.payout_no,
    key: row.key,
    method: row.method,
    rail: row.rail,
    state: row.state,
    reason: row.reason,
    amount: money(row.amount_minor, row.currency),
    tax: money(row.tax_minor, row.currency),
    providerRef: row.provider_ref,
    bankRef: row.bank_ref,
    sendingAt: row.sending_at,
    settledAt: row.settled_at,
    endedAt: row.ended_at,
    creditNoteNumber: row.note_number,
    costs: row.costs,
    bookedOn: row.booked_on,
    valueOn: row.value_on,
    reversalNumber: row.reversal_number,
  }));

export type ExportedPayout = z.output<typeof rowSchema>;

const bookedByBank = `left join lateral (${bankDaysOf('payouts.id')}) as booked on true`;

/** Newest first. */
export async function listExportedPayouts(
  db: Queryable,
  filter: PayoutExportFilter,
  page: Page,
): Promise<PageOf<ExportedPayout> | Refusal> {
  const after = readCursor(newestFirst, page.cursor);
  if (isRefusal(after)) return after;
  const query = db('payouts')
    .join('tickets', 'tickets.id', 'payouts.ticket_id')
    .join('orders', 'orders.id', 'payouts.order_id')
    .leftJoin('credit_notes', (join) => {
      join.on('credit_notes.payout_id', 'payouts.id').andOnVal('credit_notes.kind', 'credit');
    })
    .joinRaw(bookedByBank)
    .leftJoin('credit_notes as reversals', (join) => {
      join.on('reversals.payout_id', 'payouts.id').andOnVal('reversals.kind', 'reversal');
    })
    .select(
      'payouts.*',
      'tickets.number as ticket_number',
      'orders.ref as order_ref',
      'credit_notes.number as note_number',
      db.raw(costsOfPayout),
      db.raw('booked_on::text, value_on::text'),
      'reversals.number as reversal_number',
    )
    .where('payouts.created_at', '>=', filter.from)
    .where('payouts.created_at', '<', filter.until)
    .orderBy('payouts.created_at', 'desc')
    .orderBy('payouts.id', 'desc')
    .limit(page.limit + 1);
  if (filter.state) void query.where('payouts.state', filter.state);
  if (after) void query.whereRaw('(payouts.created_at, payouts.id) < (?, ?)', [...after]);
  const rows: unknown[] = await query;
  return pageOf(
    readRows('payout', rowSchema, rows),
    page.limit,
    (row) => instantKey(row.createdAt, row.id),
    (row) => row,
  );
}
