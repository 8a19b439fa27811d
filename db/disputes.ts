/**
 * Disputes, keyed by the provider's id: they exist without a ticket, outlive withdrawal and arrive after closing. Which
 * order one belongs to, and what its order's ticket has to know.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type DisputeKind,
  type DisputeStanding,
  type DisputeWord,
  disputeKinds,
  disputeStandings,
} from '../domain/dispute.ts';
import { type DisputeState, disputeStates } from '../domain/facts.ts';
import type { OrderId, TenderId, TicketId } from '../domain/ids.ts';
import { entriesForDispute, entriesForDisputeFee } from '../domain/ledger-disputes.ts';
import { fromWire, type Money, toWire } from '../domain/money.ts';
import { type TenderMethod, tenderMethods } from '../domain/rail.ts';
import type { Transaction } from './database.ts';
import { type DisputeChange, retellDisputes, tellDispute } from './dispute-words.ts';
import { keepInput } from './inputs.ts';
import { type Booking, bookEntries } from './ledger.ts';
import { currency, id, readRow, readRows } from './row.ts';
import { lockTicketsOf } from './tickets.ts';

const disputeProviders = ['stripe', 'paypal'] as const;

export interface ToldDispute {
  readonly provider: (typeof disputeProviders)[number];
  readonly providerRef: string;
  readonly method: TenderMethod;
  /** What was disputed, by each name that the provider has for it. */
  readonly captureRefs: readonly string[];
  readonly state: DisputeStanding;
  /** `null` where the provider names none, as with a warning. */
  readonly amount: Money | null;
  /** Of one that has ended for the customer: what they got, and whether our own refunds may be in it. */
  readonly returned?: Money | null;
  readonly includesRefunds?: boolean;
  /** The provider's own time of this word. */
  readonly toldAt: Date;
  /** What it tells beside that, as far as it does. */
  readonly cause?: string;
  readonly kind?: DisputeKind;
  readonly reason?: string | null;
  readonly networkReason?: string | null;
  readonly fee?: Money | null;
  readonly evidenceDueAt?: Date | null;
  readonly submissions?: number;
  readonly actionable?: boolean | null;
}

const wordOf = (told: ToldDispute): DisputeWord => ({
  cause: told.cause ?? 'told',
  toldAt: told.toldAt.toISOString(),
  kind: told.kind ?? (told.state === 'inquiry' ? 'inquiry' : 'chargeback'),
  state: told.state,
  amount: told.amount && toWire(told.amount),
  returned: told.returned ? toWire(told.returned) : null,
  includesRefunds: told.includesRefunds ?? false,
  reason: told.reason ?? null,
  networkReason: told.networkReason ?? null,
  fee: told.fee ? toWire(told.fee) : null,
  evidenceDueAt: told.evidenceDueAt?.toISOString() ?? null,
  submissions: told.submissions ?? 0,
  actionable: told.actionable ?? null,
});

const tenderSchema = z.object({
  id: id<TenderId>(),
  order_id: id<OrderId>(),
  method: z.enum(tenderMethods),
  currency: z.string(),
});

type Tender = z.output<typeof tenderSchema>;

async function tenderOf(trx: Transaction, told: ToldDispute): Promise<Tender | null> {
  const found: unknown = await trx('order_tenders')
    .where({ method: told.method })
    .whereIn('capture_ref', told.captureRefs)
    .first('id', 'order_id', 'method', 'currency');
  return found === undefined ? null : readRow('tender', tenderSchema, found);
}

/** An order and a dispute of it that come at the same moment look one after the other, so that one sees the other: before any row is locked. */
export async function lockCaptures<Seen>(
  trx: Transaction,
  refs: readonly string[],
  look: () => Promise<Seen>,
): Promise<Seen> {
  for (const ref of refs.toSorted())
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('capture ' || ?, 0))`, [ref]);
  return look();
}

export interface StoredDispute {
  readonly isNews: boolean;
  readonly ticketId: TicketId | null;
  /** As all its words make it, which may be another state than this word's; `null` where this one changed nothing. */
  readonly state: DisputeStanding | null;
}

/**
 * Where a dispute belongs, and whether its order's ticket is to hear of it: `null` for what was never captured for an
 * order here. Of a warning no ticket hears as of a dispute: it holds nothing (D8).
 */
export async function storeDispute(trx: Transaction, told: ToldDispute, at: Date): Promise<StoredDispute | null> {
  const tender = (await tenderOf(trx, told)) ?? (await lockCaptures(trx, told.captureRefs, () => tenderOf(trx, told)));
  if (tender === null) return null;
  const word = wordOf(told);
  // Under the locks of whatever gives money back, or tells that it went, so that one of the two sees the other.
  await lockTicketsOf(trx, tender.order_id);
  await trx('order_tenders').where({ order_id: tender.order_id }).orderBy('position').forNoKeyUpdate().select('id');
  const change = await tellDispute(trx, told, tender, word, at);
  if (change !== null) await bookEntries(trx, bookingsOf(tender, change), at);
  const isNews = change !== null && change.before?.state !== change.after.state && word.kind !== 'early_fraud_warning';
  const ticketId = await watchingTicket(trx, tender.order_id);
  return { isNews, ticketId, state: change?.after.state ?? null };
}

/** What the change books, also of what the provider charges. */
function bookingsOf(
  { id: tenderId, order_id: orderId, method }: Tender,
  { disputeId, version, before, after }: DisputeChange,
): Booking[] {
  const dispute = { id: disputeId, method };
  const wordOf = ({ state, taken }: DisputeChange['after']) => ({ state, amount: taken });
  const entries = [
    ...entriesForDispute(dispute, before && wordOf(before), wordOf(after), version),
    ...entriesForDisputeFee(dispute, before?.fee ?? null, after.fee, version),
  ];
  return entries.map((entry) => ({ entry, orderId, tenderId, disputeId }));
}

/**
 * After something has gone back of a tender's payment, or came back: what its disputes took may be less or more than was
 * booked, and their ticket hears where that makes them another end. For the caller to book.
 */
export async function takeAnew(trx: Transaction, tenderId: TenderId, at: Date): Promise<Booking[]> {
  const found: unknown = await trx('order_tenders').where({ id: tenderId }).forNoKeyUpdate().first();
  const tender = readRow('tender', tenderSchema, found);
  const bookings: Booking[] = [];
  for (const { providerRef, change } of await retellDisputes(trx, tender, at)) {
    bookings.push(...bookingsOf(tender, change));
    const { before, after, version } = change;
    const ticketId = before?.state === after.state ? null : await watchingTicket(trx, tender.order_id);
    if (ticketId) await wakeTicket(trx, { ticketId, ref: providerRef, state: after.state, key: `v${version}` }, at);
  }
  return bookings;
}

const told = {
  amount: z.object({ minor: z.string(), currency }).transform(fromWire),
  instant: z.iso.datetime().transform((text) => new Date(text)),
};

const unmatchedSchema = z.object({
  provider: z.enum(disputeProviders),
  providerRef: z.string(),
  method: z.enum(tenderMethods),
  captureRefs: z.array(z.string()),
  state: z.enum(disputeStandings),
  amount: told.amount.nullable(),
  returned: told.amount.nullable().default(null),
  includesRefunds: z.boolean().default(false),
  toldAt: told.instant,
  cause: z.string().default('told'),
  kind: z.enum(disputeKinds).optional(),
  reason: z.string().nullable().default(null),
  networkReason: z.string().nullable().default(null),
  fee: told.amount.nullable().default(null),
  evidenceDueAt: told.instant.nullable().default(null),
  submissions: z.number().int().default(0),
  actionable: z.boolean().nullable().default(null),
});

/** A dispute of what no order here was captured by, as it is kept with its event until the order comes. */
export const unmatched = ({ amount, returned, fee, toldAt, evidenceDueAt, ...dispute }: ToldDispute) => ({
  unmatched: {
    ...dispute,
    amount: amount && toWire(amount),
    returned: returned ? toWire(returned) : null,
    fee: fee ? toWire(fee) : null,
    toldAt: toldAt.toISOString(),
    evidenceDueAt: evidenceDueAt?.toISOString() ?? null,
  },
});

const unmatchedOf = (trx: Transaction, captureRefs: readonly string[]) =>
  trx.raw<{ rows: { told: unknown }[] }>(
    String.raw`select body -> 'unmatched' as told from inputs where operation = 'noteEvent' and body \? 'unmatched'
      and body -> 'unmatched' -> 'captureRefs' \?| ?::text[] order by kept_at, id`,
    [[...captureRefs]],
  );

/**
 * Joins disputes that were told before the order, or before its captures, which are locked, were put right; its ticket hears
 * of them.
 */
export async function joinDisputes(trx: Transaction, captureRefs: readonly string[], at: Date): Promise<void> {
  if (captureRefs.length === 0) return;
  const { rows } = await unmatchedOf(trx, captureRefs);
  for (const { told: row } of rows) {
    const { kind, ...rest } = readRow('unmatched dispute', unmatchedSchema, row);
    const told: ToldDispute = kind ? { ...rest, kind } : rest;
    const stored = await storeDispute(trx, told, at);
    if (!stored?.isNews || stored.ticketId === null) continue;
    const about = { ticketId: stored.ticketId, ref: told.providerRef, state: stored.state ?? told.state };
    await wakeTicket(trx, { ...about, key: told.toldAt.toISOString() }, at);
  }
}

/** Its ticket is to look again: `key` names the change among those of one dispute. */
async function wakeTicket(
  trx: Transaction,
  about: { readonly ticketId: TicketId; readonly ref: string; readonly state: DisputeStanding; readonly key: string },
  at: Date,
): Promise<void> {
  const key = `${about.ref}/${about.key}`;
  await keepInput(trx, {
    source: 'desk',
    scope: 'dispute',
    key,
    operation: 'noteDispute',
    requestHash: createHash('sha256').update(key).digest(),
    subjectId: null,
    ticketId: about.ticketId,
    payoutId: null,
    body: { dispute: { ref: about.ref, state: about.state } },
    at,
    delivery: 'due',
  });
}

/** A ticket watches its order's disputes: the open one, else the newest. */
export async function watchingTicket(trx: Transaction, orderId: OrderId): Promise<TicketId | null> {
  const row: unknown = await trx('tickets')
    .where({ order_id: orderId })
    .orderByRaw(`phase <> 'closed' desc, created_at desc`)
    .first('id');
  return row === undefined ? null : readRow('ticket', z.object({ id: id<TicketId>() }), row).id;
}

const stateSchema = z.object({ state: z.enum(disputeStates) });

const statesOf = (rows: readonly unknown[]): DisputeState[] =>
  readRows('dispute', stateSchema, rows).map(({ state }) => state);

/** Of all disputes of the order; a warning is none. */
export const readDisputeStates = async (trx: Transaction, orderId: OrderId): Promise<DisputeState[]> =>
  statesOf(
    await trx('disputes').where({ order_id: orderId }).whereNot({ kind: 'early_fraud_warning' }).select('state'),
  );

/**
 * D6: what a dispute took of a tender is refundable again once it ended well, unless another one still takes it. Without
 * that the case would be judged by what was read while it lasted. Answers as `readDisputeStates`, in the same statement.
 */
export async function freeDisputed(trx: Transaction, orderId: OrderId): Promise<DisputeState[]> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with freed as (
       update order_tenders set disputed_minor = 0 where order_id = :order and disputed_minor > 0 and not exists (
         select from disputes where tender_id = order_tenders.id and state in ('open', 'lost', 'prevented'))
     )
     select state from disputes where order_id = :order and kind <> 'early_fraud_warning'`,
    { order: orderId },
  );
  return statesOf(rows);
}
