/**
 * Disputes, keyed by the provider's id: they exist without a ticket, outlive withdrawal and arrive after closing. The
 * newest word of the provider counts, whatever the order in which its words come (W2, W10).
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type DisputeState, disputeStates } from '../domain/facts.ts';
import type { OrderId, TenderId, TicketId } from '../domain/ids.ts';
import { entriesForDispute, entriesForDisputeFee } from '../domain/ledger-disputes.ts';
import { fromWire, type Money, money, toWire } from '../domain/money.ts';
import { type TenderMethod, tenderMethods } from '../domain/rail.ts';
import type { Transaction } from './database.ts';
import { keepInput } from './inputs.ts';
import { bookEntries } from './ledger.ts';
import { currency, id, minor, readRow, readRows } from './row.ts';

export interface ToldDispute {
  readonly provider: 'stripe';
  readonly providerRef: string;
  readonly method: TenderMethod;
  /** What was disputed, by each name that the provider has for it. */
  readonly captureRefs: readonly string[];
  readonly state: DisputeState;
  readonly amount: Money;
  /** The provider's own time of this word. */
  readonly toldAt: Date;
  /** What the provider charges for it, where it says so. */
  readonly fee?: Money;
}

const tenderSchema = z.object({ id: id<TenderId>(), order_id: id<OrderId>() });

async function tenderOf(trx: Transaction, told: ToldDispute): Promise<z.output<typeof tenderSchema> | null> {
  const found: unknown = await trx('order_tenders')
    .where({ method: told.method })
    .whereIn('capture_ref', told.captureRefs)
    .first('id', 'order_id');
  return found === undefined ? null : readRow('tender', tenderSchema, found);
}

/** An order and a dispute of it that come at the same moment look one after the other, so that one sees the other. */
async function lockCaptures<Seen>(trx: Transaction, refs: readonly string[], look: () => Promise<Seen>): Promise<Seen> {
  for (const ref of refs.toSorted())
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('capture ' || ?, 0))`, [ref]);
  return look();
}

/** Where a dispute belongs, and whether this word is the newest: `null` for what was never captured for an order here. */
export async function storeDispute(
  trx: Transaction,
  told: ToldDispute,
  at: Date,
): Promise<{ readonly isNews: boolean; readonly ticketId: TicketId | null } | null> {
  const tender = (await tenderOf(trx, told)) ?? (await lockCaptures(trx, told.captureRefs, () => tenderOf(trx, told)));
  if (tender === null) return null;
  const open = told.state === 'open' || told.state === 'inquiry';
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into disputes (provider, provider_ref, order_id, tender_id, state, amount_minor, currency, told_at, opened_at, ended_at)
     values (:provider, :ref, :order, :tender, :state, :minor, :currency, :toldAt, :at, :endedAt)
     on conflict (provider, provider_ref) do update
       set state = excluded.state, amount_minor = excluded.amount_minor, told_at = excluded.told_at, ended_at = excluded.ended_at
       where disputes.told_at < excluded.told_at or (disputes.told_at = excluded.told_at and disputes.ended_at is null)
     returning id, old.state as former_state, old.amount_minor as former_minor, old.currency as former_currency`,
    {
      provider: told.provider,
      ref: told.providerRef,
      order: tender.order_id,
      tender: tender.id,
      state: told.state,
      minor: told.amount.minor.toString(),
      currency: told.amount.currency,
      toldAt: told.toldAt,
      at,
      endedAt: open ? null : at,
    },
  );
  for (const row of rows) await bookDispute(trx, tender, told, row, at);
  return { isNews: rows.length > 0, ticketId: await watchingTicket(trx, tender.order_id) };
}

const formerSchema = z.object({
  id: z.uuid(),
  former_state: z.enum(disputeStates).nullable(),
  former_minor: minor.nullable(),
  former_currency: currency.nullable(),
});

/** Books what the newest word of a dispute changes, against what stood in its row until then. */
async function bookDispute(
  trx: Transaction,
  tender: z.output<typeof tenderSchema>,
  told: ToldDispute,
  row: unknown,
  at: Date,
): Promise<void> {
  const former = readRow('dispute', formerSchema, row);
  const dispute = { id: former.id, method: told.method };
  const { former_state: state, former_minor: minor, former_currency: code } = former;
  const known = state === null || minor === null || code === null ? null : { state, amount: money(minor, code) };
  const entries = [
    ...entriesForDispute(dispute, known, told, told.toldAt),
    ...(told.fee ? entriesForDisputeFee(dispute, told.fee) : []),
  ];
  const about = { orderId: tender.order_id, tenderId: tender.id, disputeId: former.id };
  await bookEntries(
    trx,
    entries.map((entry) => ({ entry, ...about })),
    at,
  );
}

const unmatchedSchema = z.object({
  provider: z.literal('stripe'),
  providerRef: z.string(),
  method: z.enum(tenderMethods),
  captureRefs: z.array(z.string()),
  state: z.enum(disputeStates),
  amount: z.object({ minor: z.string(), currency }).transform(fromWire),
  fee: z.object({ minor: z.string(), currency }).transform(fromWire).optional(),
  toldAt: z.iso.datetime().transform((text) => new Date(text)),
});

/** A dispute of what no order here was captured by, as it is kept with its event until the order comes. */
export const unmatched = ({ amount, fee, ...told }: ToldDispute) => ({
  unmatched: {
    ...told,
    amount: toWire(amount),
    ...(fee ? { fee: toWire(fee) } : {}),
    toldAt: told.toldAt.toISOString(),
  },
});

const unmatchedOf = (trx: Transaction, captureRefs: readonly string[]) =>
  trx.raw<{ rows: { told: unknown }[] }>(
    String.raw`select body -> 'unmatched' as told from inputs where operation = 'noteEvent' and body \? 'unmatched'
      and body -> 'unmatched' -> 'captureRefs' \?| ?::text[] order by kept_at, id`,
    [[...captureRefs]],
  );

/** Joins disputes that were told before the order, or before its captures were put right; its ticket hears of them. */
export async function joinDisputes(trx: Transaction, captureRefs: readonly string[], at: Date): Promise<void> {
  if (captureRefs.length === 0) return;
  const { rows } = await lockCaptures(trx, captureRefs, () => unmatchedOf(trx, captureRefs));
  for (const { told: row } of rows) {
    const told = readRow('unmatched dispute', unmatchedSchema, row);
    const stored = await storeDispute(trx, told, at);
    if (!stored?.isNews || stored.ticketId === null) continue;
    const key = `${told.providerRef}/${told.toldAt.toISOString()}`;
    await keepInput(trx, {
      source: 'desk',
      scope: 'dispute',
      key,
      operation: 'noteDispute',
      requestHash: createHash('sha256').update(key).digest(),
      subjectId: null,
      ticketId: stored.ticketId,
      payoutId: null,
      body: { dispute: { ref: told.providerRef, state: told.state } },
      at,
      delivery: 'due',
    });
  }
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

/** Of all disputes of the order. */
export const readDisputeStates = async (trx: Transaction, orderId: OrderId): Promise<DisputeState[]> =>
  statesOf(await trx('disputes').where({ order_id: orderId }).select('state'));

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
     select state from disputes where order_id = :order`,
    { order: orderId },
  );
  return statesOf(rows);
}
