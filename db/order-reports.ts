/** What the shop's systems report: orders with what paid for them, and measured usage. */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { AccountId, InputId, OrderId, SubjectId } from '../domain/ids.ts';
import type { Currency } from '../domain/money.ts';
import type { TenderMethod } from '../domain/rail.ts';
import { type Transaction, violatedConstraint } from './database.ts';
import { joinDisputes, lockCaptures } from './disputes.ts';
import { correctCoverage, matchIncidents } from './incident-telling.ts';
import { readOrder, readTenders, type TenderRow } from './orders.ts';
import { standingTicket, tellStandingTicket } from './standing-tickets.ts';
import { lockTicketsOf } from './tickets.ts';

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
  /** Where its proxies are. */
  readonly places?: readonly string[];
  /** Exits that are assigned to it: addresses and CIDR ranges. */
  readonly egress?: readonly string[];
  readonly tenders: readonly ReportedTender[];
  /** The report's own input, under which the ticket that stands on the order hears of what is new. */
  readonly inputId: InputId;
  readonly at: Date;
  /** An order that stands already is not to be corrected. */
  readonly onlyNew?: true;
}

/**
 * Keeps an order as reported. Reported again, its plan, period and channel may be corrected; what paid for it, whose it
 * is and when it was bought may not, since claims and books stand on them.
 */
export async function putOrder(trx: Transaction, given: ReportedOrder): Promise<OrderId | Refusal> {
  try {
    return await trx.transaction((inner) => lockCaptures(inner, captureRefsOf(given), () => keepOrder(inner, given)));
  } catch (fault) {
    // What was captured once paid for one order; two orders on it could each be paid back in full.
    if (violatedConstraint(fault) === 'order_tenders_one_capture')
      return refuse('order-conflict', { what: 'captureRef' });
    throw fault;
  }
}

interface OrderColumns {
  readonly channel: string;
  readonly plan_key: string;
  readonly plan_kind: string;
  readonly plan_name: string;
  readonly period_from: Date | null;
  readonly period_until: Date | null;
  readonly metered_bytes: string | null;
  readonly renewal_of: OrderId | null;
  readonly places: readonly string[];
  readonly updated_at: Date;
}

async function keepOrder(trx: Transaction, given: ReportedOrder): Promise<OrderId | Refusal> {
  const renewed = given.renewalOf === null ? null : await readOrder(trx, { ref: given.renewalOf });
  if (given.renewalOf !== null && !renewed) return refuse('order-unknown', { renewalOf: given.renewalOf });
  const currency = given.tenders[0]?.currency;
  if (currency === undefined) return refuse('request-invalid');
  const columns: OrderColumns = {
    channel: given.channel,
    plan_key: given.plan.key,
    plan_kind: given.plan.kind,
    plan_name: given.plan.name,
    period_from: given.period?.from ?? null,
    period_until: given.period?.until ?? null,
    metered_bytes: given.meteredBytes,
    renewal_of: renewed?.id ?? null,
    places: [...new Set(given.places)].sort(),
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
    await replaceEgress(trx, fresh.id, given.egress ?? []);
    await joinDisputes(trx, captureRefsOf(given), given.at);
    return fresh.id;
  }
  const known = await readOrder(trx, { ref: given.ref });
  if (!known || given.onlyNew) return refuse('order-conflict', { orderRef: given.ref });
  // A dispute that joins it needs them, and nobody who has them may wait for what is corrected here.
  await lockTicketsOf(trx, known.id);
  const same =
    known.account_id === given.accountId &&
    known.first_purchased_at.getTime() === given.firstPurchasedAt.getTime() &&
    known.purchased_at.getTime() === given.purchasedAt.getTime() &&
    sameTenders(await readTenders(trx, [known.id]), given.tenders);
  if (!same) return refuse('order-conflict', { orderRef: given.ref });
  const isCorrected = await correct(trx, known.id, columns);
  if ((await replaceEgress(trx, known.id, given.egress ?? [])) || isCorrected) {
    if ((await standingTicket(trx, known.id)) !== null) await matchIncidents(trx, known.id, given.at);
    await correctCoverage(trx, known.id, given.at);
    await tellStandingTicket(trx, {
      orderId: known.id,
      operation: 'noteOrder',
      body: { fact: 'order' },
      key: given.inputId,
      at: given.at,
    });
  }
  for (const [index, { captureRef }] of given.tenders.entries())
    await trx('order_tenders')
      .where({ order_id: known.id, position: index + 1, captured_minor: null })
      .update({ capture_ref: captureRef, capture_problem: null });
  await joinDisputes(trx, captureRefsOf(given), given.at);
  return known.id;
}

/** Whether anything that a claim is judged by was corrected; a plan's name is none. */
async function correct(trx: Transaction, orderId: OrderId, columns: OrderColumns): Promise<boolean> {
  const judged: (keyof OrderColumns)[] = [
    'channel',
    'plan_key',
    'plan_kind',
    'period_from',
    'period_until',
    'metered_bytes',
    'renewal_of',
    'places',
  ];
  const differs = judged.map((column) => `old.${column} is distinct from new.${column}`).join(' or ');
  const rows: { corrected: boolean }[] = await trx('orders')
    .where({ id: orderId })
    .update(columns)
    .returning(trx.raw(`(${differs}) as corrected`));
  return rows[0]?.corrected ?? false;
}

/** Whether any came or went. What stands behind a range's prefix is dropped. */
async function replaceEgress(trx: Transaction, orderId: OrderId, egress: readonly string[]): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { changed: boolean }[] }>(
    `with given as (select distinct network(text::inet) as range from unnest(:egress::text[]) as text),
       gone as (delete from order_egress where order_id = :orderId and range not in (select range from given) returning range),
       added as (insert into order_egress (order_id, range) select :orderId, range from given on conflict do nothing returning range)
     select exists (select from gone) or exists (select from added) as changed`,
    { orderId, egress: [...egress] },
  );
  return rows[0]?.changed ?? false;
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

export interface ReportedUsage {
  readonly orderId: OrderId;
  readonly at: Date;
  readonly usedBytes: string;
  readonly requests: number | null;
  /** The report's own input, under which the ticket that stands on the order hears of it. */
  readonly inputId: InputId;
  readonly reportedAt: Date;
}

/**
 * Keeps a measurement; the same instant reported again is corrected. RP-2.5 counts the newest up to the moment of asking,
 * so only a new word on that one is told to the ticket.
 */
export async function reportUsage(trx: Transaction, usage: ReportedUsage): Promise<void> {
  const { orderId, inputId, reportedAt } = usage;
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into usage_reports (order_id, at, used_bytes, requests, reported_at)
     values (:orderId, :at, :usedBytes, :requests, :reportedAt)
     on conflict (order_id, at) do update
       set used_bytes = excluded.used_bytes, requests = excluded.requests, reported_at = excluded.reported_at
     where (usage_reports.used_bytes, usage_reports.requests) is distinct from (excluded.used_bytes, excluded.requests)`,
    { ...usage },
  );
  const ticket = rowCount === 0 ? null : await standingTicket(trx, orderId);
  if (ticket === null || usage.at > ticket.asked_at) return;
  const newer: unknown = await trx('usage_reports')
    .where({ order_id: orderId })
    .where('at', '>', usage.at)
    .where('at', '<=', ticket.asked_at)
    .first('at');
  if (newer !== undefined) return;
  await tellStandingTicket(trx, {
    orderId,
    operation: 'noteOrder',
    body: { fact: 'usage' },
    key: inputId,
    at: reportedAt,
  });
}
