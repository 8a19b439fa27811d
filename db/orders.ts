/** Orders and their tenders: what the shop reported, what the provider captured, what may still go back. */

import { z } from 'zod';
import type { AccountId, OrderId, SubjectId, TenderId } from '../domain/ids.ts';
import { entriesForTender } from '../domain/ledger.ts';
import { type Money, money } from '../domain/money.ts';
import type { TenderBalance } from '../domain/order.ts';
import { type CaptureProblem, type CaptureState, captureProblems, tenderMethods } from '../domain/rail.ts';
import { type TaxedTender, taxElsewhere } from '../domain/tax.ts';
import type { Queryable, Transaction } from './database.ts';
import { takeAnew } from './disputes.ts';
import { type Booking, bookEntries } from './ledger.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';

/** An order's columns, to which a list adds what it joins. */
export const orderSchema = z.object({
  id: id<OrderId>(),
  ref: z.string(),
  account_id: id<AccountId>(),
  subject_id: id<SubjectId>(),
  channel: z.enum(['official', 'designated_link', 'reseller', 'marketplace']),
  plan_key: z.string(),
  plan_kind: z.string(),
  plan_name: z.string(),
  first_purchased_at: instant,
  purchased_at: instant,
  period_from: instant.nullable(),
  period_until: instant.nullable(),
  metered_bytes: z.string().nullable(),
  renewal_of: id<OrderId>().nullable(),
  currency,
});

export type OrderRow = z.output<typeof orderSchema>;

const tenderSchema = z.object({
  id: id<TenderId>(),
  order_id: id<OrderId>(),
  position: z.number().int(),
  method: z.enum(tenderMethods),
  amount_minor: minor,
  tax_minor: minor,
  currency,
  capture_ref: z.string().nullable(),
  captured_at: instant,
  captured_minor: minor.nullable(),
  elsewhere_minor: minor,
  disputed_minor: minor,
  capture_problem: z.enum(captureProblems).nullable(),
  committed_minor: minor,
  committed_tax_minor: minor,
  elsewhere_tax_minor: minor,
  last_change_no: z.number().int(),
  instrument: z.string().nullable(),
  /** What tickets of a former desk refunded of it. */
  formerly_minor: minor,
});

export type TenderRow = z.output<typeof tenderSchema>;

export async function readOrder(db: Queryable, by: { ref: string } | { id: OrderId }): Promise<OrderRow | null> {
  const row: unknown = await db('orders').where(by).first();
  return row === undefined ? null : readRow('order', orderSchema, row);
}

/** Orders by reference, locked in one order for everyone, so that two requests for several never wait in a ring. */
export async function lockOrders(trx: Transaction, refs: readonly string[]): Promise<OrderRow[]> {
  const rows: unknown[] = await trx('orders')
    .whereIn('ref', [...refs])
    .orderBy('id')
    .forNoKeyUpdate();
  return readRows('order', orderSchema, rows);
}

const withFormer = (db: Queryable) => [
  'order_tenders.*',
  db.raw(
    `(select coalesce(sum(amount_minor), 0) from past_refunds where tender_id = order_tenders.id)::text as formerly_minor`,
  ),
];

export async function readTenders(db: Queryable, orderIds: readonly OrderId[]): Promise<TenderRow[]> {
  const rows: unknown[] = await db('order_tenders')
    .whereIn('order_id', [...orderIds])
    .orderBy(['order_id', 'position'])
    .select(withFormer(db));
  return readRows('tender', tenderSchema, rows);
}

/**
 * Takes the tenders' row locks, in one order for everyone: the guard of the order's balance (R2). What their columns say is
 * as it stands under the lock; what stands beside them is as it was before whoever held it.
 */
export async function lockTenders(trx: Transaction, orderId: OrderId): Promise<TenderRow[]> {
  const rows: unknown[] = await trx('order_tenders')
    .where({ order_id: orderId })
    .orderBy('position')
    .forNoKeyUpdate()
    .select(withFormer(trx));
  return readRows('tender', tenderSchema, rows);
}

export const balanceOf = (tender: TenderRow): TenderBalance => ({
  id: tender.id,
  method: tender.method,
  captured: tender.captured_minor === null ? null : money(tender.captured_minor, tender.currency),
  problem: tender.capture_problem,
  committed: money(tender.committed_minor, tender.currency),
  elsewhere: money(tender.elsewhere_minor, tender.currency),
  disputed: money(tender.disputed_minor, tender.currency),
});

export const taxedOf = (tender: TenderRow): TaxedTender => ({
  ...balanceOf(tender),
  amount: money(tender.amount_minor, tender.currency),
  tax: money(tender.tax_minor, tender.currency),
  committedTax: money(tender.committed_tax_minor, tender.currency),
  elsewhereTax: money(tender.elsewhere_tax_minor, tender.currency),
});

export type CaptureRead = CaptureState | CaptureProblem;

/**
 * Stores what the providers say of an order's tenders, whose rows are locked, books what is new in it, and answers with
 * that. A capture in another currency than the shop reported is a problem, not an amount: nothing is ever converted (M6).
 */
export async function storeCaptures(
  trx: Transaction,
  tenders: readonly TenderRow[],
  reads: ReadonlyMap<TenderId, CaptureRead>,
  at: Date,
): Promise<readonly CaptureRead[]> {
  const news = tenders.flatMap((tender) => {
    const read = atLeastFormer(tender, reads.get(tender.id));
    const columns = read === undefined ? null : newsOf(tender, read);
    return read === undefined || columns === null ? [] : [{ tender, read, columns }];
  });
  if (news.length === 0) return [];
  const wire = news.map(({ tender, columns }) => ({ id: tender.id, ...columns }));
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `update order_tenders set captured_minor = given.captured_minor, elsewhere_minor = given.elsewhere_minor,
       elsewhere_tax_minor = given.elsewhere_tax_minor, last_change_no = given.last_change_no,
       disputed_minor = given.disputed_minor, capture_problem = given.capture_problem, instrument = given.instrument,
       read_at = case when given.is_read then :at else order_tenders.read_at end
     from jsonb_to_recordset(:news::jsonb) as given (id uuid, captured_minor bigint, elsewhere_minor bigint,
       elsewhere_tax_minor bigint, last_change_no integer, disputed_minor bigint, capture_problem text, instrument text, is_read boolean)
     where order_tenders.id = given.id
     returning order_tenders.id, exists (select from disputes where tender_id = order_tenders.id and includes_refunds) as is_shared`,
    { news: JSON.stringify(wire), at },
  );
  const bookings = news.flatMap(({ tender, read, columns }) => bookingsOf(tender, read, columns));
  const shared = readRows('tender', sharedSchema, rows).filter((tender) => tender.is_shared);
  for (const tender of shared) bookings.push(...(await takeAnew(trx, tender.id, at)));
  await bookEntries(trx, bookings, at);
  return news.map(({ read }) => read);
}

/** Whether what went back of it bears on what a dispute took: read once its lock is held, so that none is missed. */
const sharedSchema = z.object({ id: id<TenderId>(), is_shared: z.boolean() });

/** What a former desk refunded went back, whether or not the provider of the tender knows of it. */
function atLeastFormer(tender: TenderRow, read: CaptureRead | undefined): CaptureRead | undefined {
  if (read === undefined || 'problem' in read || read.captured.currency !== tender.currency) return read;
  const former = tender.formerly_minor < read.captured.minor ? tender.formerly_minor : read.captured.minor;
  return read.refundedElsewhere.minor >= former ? read : { ...read, refundedElsewhere: money(former, tender.currency) };
}

/** What was read of a tender, as it stands; nothing where nothing was. */
export const captureOf = (tender: TenderRow): [readonly [TenderId, CaptureState]] | null =>
  tender.captured_minor === null
    ? null
    : [
        [
          tender.id,
          {
            captured: money(tender.captured_minor, tender.currency),
            refundedElsewhere: money(tender.elsewhere_minor, tender.currency),
            disputeBars: tender.disputed_minor > 0n,
          },
        ],
      ];

/** The tender's columns as the provider's word makes them; `null` where it tells nothing new. */
function newsOf(tender: TenderRow, read: CaptureRead) {
  const kept = {
    elsewhere_tax_minor: tender.elsewhere_tax_minor.toString(),
    last_change_no: tender.last_change_no,
  };
  const known = {
    captured_minor: tender.captured_minor?.toString() ?? null,
    elsewhere_minor: tender.elsewhere_minor.toString(),
    disputed_minor: tender.disputed_minor.toString(),
    instrument: tender.instrument,
  };
  const problem = problemOf(tender, read);
  if (problem !== null || 'problem' in read) {
    if (tender.captured_minor !== null || tender.capture_problem === problem) return null;
    return { ...known, ...kept, capture_problem: problem, is_read: false };
  }
  const told = {
    captured_minor: read.captured.minor.toString(),
    elsewhere_minor: read.refundedElsewhere.minor.toString(),
    disputed_minor: (read.disputeBars ? read.captured.minor : 0n).toString(),
    instrument: read.instrument ?? tender.instrument,
  };
  const isSame = Object.entries(told).every(([column, value]) => value === known[column as keyof typeof known]);
  if (isSame) return null;
  const elsewhereTax = taxElsewhere({ ...taxedOf(tender), captured: read.captured }, read.refundedElsewhere);
  const booked = {
    elsewhere_tax_minor: elsewhereTax.minor.toString(),
    last_change_no: tender.last_change_no + 1,
  };
  return { ...told, ...booked, capture_problem: null, is_read: true };
}

/** What the read makes of the books, which say what the row says. */
function bookingsOf(
  tender: TenderRow,
  read: CaptureRead,
  columns: { readonly elsewhere_tax_minor: string; readonly last_change_no: number },
): Booking[] {
  if (problemOf(tender, read) !== null || 'problem' in read) return [];
  const of = (minor: bigint): Money => money(minor, tender.currency);
  const known =
    tender.captured_minor === null
      ? null
      : {
          captured: of(tender.captured_minor),
          elsewhere: of(tender.elsewhere_minor),
          elsewhereTax: of(tender.elsewhere_tax_minor),
        };
  const told = {
    captured: read.captured,
    elsewhere: read.refundedElsewhere,
    elsewhereTax: of(BigInt(columns.elsewhere_tax_minor)),
  };
  return entriesForTender(tender, known, told, columns.last_change_no).map((entry) => ({
    entry,
    orderId: tender.order_id,
    tenderId: tender.id,
  }));
}

function problemOf(tender: TenderRow, read: CaptureRead): CaptureProblem['problem'] | null {
  if ('problem' in read) return read.problem;
  return read.captured.currency === tender.currency ? null : 'currency_mismatch';
}
