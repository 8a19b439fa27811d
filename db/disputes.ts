/**
 * Disputes, keyed by the provider's id: they exist without a ticket, outlive withdrawal and arrive after closing. The
 * newest word of the provider counts, whatever the order in which its words come (W2, W10).
 */

import { z } from 'zod';
import type { DisputeState } from '../domain/facts.ts';
import type { OrderId, TenderId, TicketId } from '../domain/ids.ts';
import type { Money } from '../domain/money.ts';
import type { TenderMethod } from '../domain/rail.ts';
import type { Transaction } from './database.ts';
import { id, readRow } from './row.ts';

export interface ToldDispute {
  readonly provider: 'stripe';
  readonly providerRef: string;
  readonly method: TenderMethod;
  /** What was disputed, e.g. a charge. */
  readonly captureRef: string;
  readonly state: DisputeState;
  readonly amount: Money;
  /** The provider's own time of this word. */
  readonly toldAt: Date;
}

const tenderSchema = z.object({ id: id<TenderId>(), order_id: id<OrderId>() });

/** Where a dispute belongs, and whether this word is the newest: `null` for what was never captured for an order here. */
export async function storeDispute(
  trx: Transaction,
  told: ToldDispute,
  at: Date,
): Promise<{ readonly isNews: boolean; readonly ticketId: TicketId | null } | null> {
  const found: unknown = await trx('order_tenders')
    .where({ method: told.method, capture_ref: told.captureRef })
    .first('id', 'order_id');
  if (found === undefined) return null;
  const tender = readRow('tender', tenderSchema, found);
  const open = told.state === 'open' || told.state === 'inquiry';
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into disputes (provider, provider_ref, order_id, tender_id, state, amount_minor, currency, told_at, opened_at, ended_at)
     values (:provider, :ref, :order, :tender, :state, :minor, :currency, :toldAt, :at, :endedAt)
     on conflict (provider, provider_ref) do update
       set state = excluded.state, amount_minor = excluded.amount_minor, told_at = excluded.told_at, ended_at = excluded.ended_at
       where disputes.told_at < excluded.told_at or (disputes.told_at = excluded.told_at and disputes.ended_at is null)
     returning id`,
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
  return { isNews: rows.length > 0, ticketId: await watchingTicket(trx, tender.order_id) };
}

/** A ticket watches its order's disputes: the open one, else the newest. */
export async function watchingTicket(trx: Transaction, orderId: OrderId): Promise<TicketId | null> {
  const row: unknown = await trx('tickets')
    .where({ order_id: orderId })
    .orderByRaw(`phase <> 'closed' desc, created_at desc`)
    .first('id');
  return row === undefined ? null : readRow('ticket', z.object({ id: id<TicketId>() }), row).id;
}

/**
 * D6: what a dispute took of a tender is refundable again once it ended well, unless another one still takes it. Without
 * that the case would be judged by what was read while it lasted.
 */
export async function freeDisputed(trx: Transaction, orderId: OrderId): Promise<void> {
  await trx.raw(
    `update order_tenders set disputed_minor = 0 where order_id = ? and disputed_minor > 0 and not exists (
       select from disputes where tender_id = order_tenders.id and state in ('open', 'lost', 'prevented'))`,
    [orderId],
  );
}
