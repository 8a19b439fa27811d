/**
 * What went back of an order elsewhere, such as in a provider's dashboard, until the order's balance has it. Whoever hears
 * of it has the order's captures read anew, in the same transaction: the amount is the provider's to tell, never a word's.
 */

import type { OrderId } from '../domain/ids.ts';
import type { RailName } from '../domain/rail.ts';
import type { Transaction } from './database.ts';
import { enqueueCaptureReads } from './jobs.ts';

/**
 * Breaks of what still counts as gone: not those that a later look over their time did not find any more, whether or not
 * a person had closed them before.
 */
const standing = `breaks.kind = 'foreign' and breaks.closed_as is distinct from 'gone' and not exists (
  select from reconciliations as look where look.rail = breaks.rail and finished_at is not null
    and started_at > last_seen_at and record_at >= from_at and record_at < listed_until)`;

/**
 * Orders of which less has been taken over than the providers' lists tell, by method. Lists go back over weeks only, so that
 * more is no difference; what explains a former desk's refund is told like any other. A statement tells what came back apart
 * from what went, so that no sum of its debits is what is gone.
 */
export const untaken = `
  select order_id, method, currency, told, taken from (
    select order_id, rail as method, currency, sum(minor) as told from (
      select order_id, rail, breaks.currency, minor from reconciliation_breaks as breaks
      where order_id is not null and breaks.rail <> 'bank' and ${standing}
      union all
      select order_id, rail, past_refunds.currency, past_refunds.amount_minor from past_refund_proofs
        join past_refunds using (past_ticket_id, tender_id) join order_tenders on order_tenders.id = tender_id
      where captured_minor is not null
    ) as listed group by 1, 2, 3
  ) as listed, lateral (
    select coalesce(sum(elsewhere_minor), 0) as taken from order_tenders as tender
    where tender.order_id = listed.order_id and tender.method = listed.method and tender.currency = listed.currency
  ) as balance where told > taken`;

/** A word that somebody paid back of these captures, or that it failed: once for the order, however many words come. */
export async function takeOverElsewhere(
  trx: Transaction,
  rail: RailName,
  captureRefs: readonly string[],
): Promise<void> {
  const orderIds: OrderId[] = await trx('order_tenders')
    .where({ method: rail })
    .whereIn('capture_ref', [...captureRefs])
    .distinct()
    .pluck('order_id');
  await enqueueCaptureReads(trx, orderIds);
}

/** Orders of movements beside our payouts that a list or a file tells: what is new is read, and what was read in vain again. */
export async function takeOverBreaks(
  trx: Transaction,
  told: readonly { readonly order_id: OrderId; readonly is_new: boolean }[],
): Promise<void> {
  if (told.length === 0) return;
  const fresh = told.filter(({ is_new }) => is_new).map(({ order_id }) => order_id);
  const { rows } = await trx.raw<{ rows: { order_id: OrderId }[] }>(
    `select distinct order_id from (${untaken}) as untaken where order_id = any(?::uuid[])`,
    [told.map(({ order_id }) => order_id)],
  );
  await enqueueCaptureReads(trx, [...fresh, ...rows.map(({ order_id }) => order_id)]);
}
