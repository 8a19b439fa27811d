/** What the shop's systems report: orders with what paid for them, and measured usage. */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { AccountId, OrderId, SubjectId } from '../domain/ids.ts';
import type { Currency } from '../domain/money.ts';
import type { TenderMethod } from '../domain/rail.ts';
import { type Transaction, violatedConstraint } from './database.ts';
import { joinDisputes } from './disputes.ts';
import { readOrder, readTenders, type TenderRow } from './orders.ts';

export interface ReportedTender {
  readonly method: TenderMethod;
  readonly minor: bigint;
  readonly taxMinor: bigint;
  readonly currency: Currency;
  readonly captureRef: string | null;
  readonly capturedAt: Date;
}

export interface ReportedOrder {
  readonly ref: string;
  readonly accountId: AccountId;
  readonly subjectId: SubjectId;
  readonly channel: string;
  readonly plan: { readonly key: string; readonly kind: string; readonly name: string };
  readonly firstPurchasedAt: Date;
  readonly purchasedAt: Date;
  readonly period: { readonly from: Date; readonly until: Date } | null;
  readonly meteredBytes: string | null;
  readonly renewalOf: string | null;
  readonly tenders: readonly ReportedTender[];
  readonly at: Date;
}

/**
 * Keeps an order as reported. Reported again, its plan, period and channel may be corrected; what paid for it, whose it
 * is and when it was bought may not, since claims and books stand on them.
 */
export async function putOrder(trx: Transaction, given: ReportedOrder): Promise<OrderId | Refusal> {
  try {
    return await trx.transaction((inner) => keepOrder(inner, given));
  } catch (fault) {
    // What was captured once paid for one order; two orders on it could each be paid back in full.
    if (violatedConstraint(fault) === 'order_tenders_one_capture')
      return refuse('order-conflict', { what: 'captureRef' });
    throw fault;
  }
}

async function keepOrder(trx: Transaction, given: ReportedOrder): Promise<OrderId | Refusal> {
  const renewed = given.renewalOf === null ? null : await readOrder(trx, { ref: given.renewalOf });
  if (given.renewalOf !== null && !renewed) return refuse('order-unknown', { renewalOf: given.renewalOf });
  const currency = given.tenders[0]?.currency;
  if (currency === undefined) return refuse('request-invalid');
  const columns = {
    channel: given.channel,
    plan_key: given.plan.key,
    plan_kind: given.plan.kind,
    plan_name: given.plan.name,
    period_from: given.period?.from ?? null,
    period_until: given.period?.until ?? null,
    metered_bytes: given.meteredBytes,
    renewal_of: renewed?.id ?? null,
    updated_at: given.at,
  };
  const inserted: { id: OrderId }[] = await trx('orders')
    .insert({
      ...columns,
      ref: given.ref,
      account_id: given.accountId,
      subject_id: given.subjectId,
      first_purchased_at: given.firstPurchasedAt,
      purchased_at: given.purchasedAt,
      currency,
      created_at: given.at,
    })
    .onConflict('ref')
    .ignore()
    .returning('id');
  const fresh = inserted[0];
  if (fresh) {
    await trx('order_tenders').insert(
      given.tenders.map((tender, index) => ({ order_id: fresh.id, position: index + 1, ...tenderColumns(tender) })),
    );
    await joinDisputes(trx, captureRefsOf(given), given.at);
    return fresh.id;
  }
  const known = await readOrder(trx, { ref: given.ref });
  if (!known) return refuse('order-conflict');
  const same =
    known.account_id === given.accountId &&
    known.first_purchased_at.getTime() === given.firstPurchasedAt.getTime() &&
    known.purchased_at.getTime() === given.purchasedAt.getTime() &&
    sameTenders(await readTenders(trx, [known.id]), given.tenders);
  if (!same) return refuse('order-conflict', { orderRef: given.ref });
  await trx('orders').where({ id: known.id }).update(columns);
  for (const [index, { captureRef }] of given.tenders.entries())
    await trx('order_tenders')
      .where({ order_id: known.id, position: index + 1, captured_minor: null })
      .update({ capture_ref: captureRef, capture_problem: null });
  await joinDisputes(trx, captureRefsOf(given), given.at);
  return known.id;
}

const captureRefsOf = ({ tenders }: ReportedOrder): string[] => tenders.flatMap(({ captureRef }) => captureRef ?? []);

const tenderColumns = (tender: ReportedTender) => ({
  method: tender.method,
  amount_minor: tender.minor.toString(),
  tax_minor: tender.taxMinor.toString(),
  currency: tender.currency,
  capture_ref: tender.captureRef,
  captured_at: tender.capturedAt,
});

const sameTenders = (known: readonly TenderRow[], given: readonly ReportedTender[]): boolean =>
  known.length === given.length &&
  given.every((tender, index) => {
    const row = known[index];
    return (
      row?.method === tender.method &&
      row.amount_minor === tender.minor &&
      row.tax_minor === tender.taxMinor &&
      row.currency === tender.currency &&
      // Where the capture was found never changes; a reference under which none was found may be put right.
      (row.captured_minor === null || row.capture_ref === tender.captureRef) &&
      row.captured_at.getTime() === tender.capturedAt.getTime()
    );
  });

/** Keeps a measurement; the same instant reported again is corrected. */
export async function reportUsage(
  trx: Transaction,
  usage: { orderId: OrderId; at: Date; usedBytes: string; requests: number | null; reportedAt: Date },
): Promise<void> {
  await trx('usage_reports')
    .insert({
      order_id: usage.orderId,
      at: usage.at,
      used_bytes: usage.usedBytes,
      requests: usage.requests,
      reported_at: usage.reportedAt,
    })
    .onConflict(['order_id', 'at'])
    .merge();
}
