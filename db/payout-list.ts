/**
 * Finance's list of payouts: narrowed, in one of two orders, a page at a time, in one statement. A page is put together
 * from branches, each of which one index hands out in the page's order, so that it costs what it shows.
 */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { Currency } from '../domain/money.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import { lateBefore, type PassingState, passingStates } from '../domain/payout-age.ts';
import { type RailName, railNames, railOf, type TenderMethod } from '../domain/rail.ts';
import { type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import type { Queryable } from './database.ts';
import { type PayoutView, payoutViewSchema, payoutViews } from './payout-views.ts';
import { instant, readRows } from './row.ts';

/** `urgent`: what finance must look at, then what has been in its state longest. `newest`: by when it was granted. */
export const payoutOrders = ['urgent', 'newest'] as const;

export type PayoutOrder = (typeof payoutOrders)[number];

export interface PayoutFilter {
  readonly order: PayoutOrder;
  readonly states?: readonly PayoutState[] | undefined;
  readonly rail?: RailName | undefined;
  readonly method?: TenderMethod | undefined;
  readonly currency?: Currency | undefined;
  /** When it was granted: from the one instant, until before the other. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  /** An id, or a reference such as RD-1001. */
  readonly ticket?: string | undefined;
  readonly orderRef?: string | undefined;
  /** How a provider's or a bank's reference begins. */
  readonly reference?: string | undefined;
  /** Only what finance must look at. */
  readonly exceptions?: boolean | undefined;
}

/**
 * Where a page ended. What is an exception is told as of the first page's instant, so that the order stands while one
 * reads on: what becomes one later keeps its place among the others, and nothing that did not change is lost or shown twice.
 */
const cursorSchema = z.tuple([z.enum(payoutOrders), z.iso.datetime(), z.enum(['0', '1']), z.iso.datetime(), z.uuid()]);

type Bindings = Readonly<Record<string, unknown>>;

const listedSchema = z.object({ page_rank: z.number().int(), page_at: instant });

export async function listPayoutViews(
  db: Queryable,
  filter: PayoutFilter,
  page: Page,
  at: Date,
): Promise<PageOf<PayoutView> | Refusal> {
  const after = readCursor(cursorSchema, page.cursor);
  if (isRefusal(after)) return after;
  const { order } = filter;
  if (after && after[0] !== order) return refuse('request-invalid', { field: 'cursor' });
  const asOf = after?.[1] ?? at.toISOString();
  const bindings: Bindings = {
    ...bindingsOf(filter, new Date(asOf)),
    limit: page.limit + 1,
    rank: Number(after?.[2] ?? 0),
    at: after?.[3] ?? null,
    id: after?.[4] ?? null,
  };
  const direction = order === 'newest' ? 'desc' : 'asc';
  const found: unknown[] = await payoutViews(db)
    .with('page', db.raw(pageQuery(filter, after && after[2]), bindings))
    .join('page', 'page.id', 'payouts.id')
    .select('page.rank as page_rank', 'page.at as page_at')
    .orderBy([
      { column: 'page.rank' },
      { column: 'page.at', order: direction },
      { column: 'payouts.id', order: direction },
    ]);
  const views = readRows('payout', payoutViewSchema, found);
  const rows = readRows('payout page', listedSchema, found).map((place, index) => ({ ...place, view: views[index] }));
  return pageOf(
    rows.flatMap(({ view, ...place }) => (view ? [{ ...place, view }] : [])),
    page.limit,
    (row) => [order, asOf, String(row.page_rank), row.page_at.toISOString(), row.view.id],
    (row) => row.view,
  );
}

const bindingsOf = (filter: PayoutFilter, asOf: Date): Bindings => ({
  asOf,
  approvedBefore: lateBefore('approved', asOf),
  sendingBefore: lateBefore('sending', asOf),
  states: filter.states ?? null,
  rail: filter.rail ?? null,
  method: filter.method ?? null,
  currency: filter.currency ?? null,
  from: filter.from ?? null,
  until: filter.until ?? null,
  ticket: filter.ticket?.replace(/^RD-/, '') ?? null,
  orderRef: filter.orderRef ?? null,
  // What it holds is text, not a pattern.
  reference: filter.reference === undefined ? null : `${filter.reference.replaceAll(/[\\%_]/g, '\\$&')}%`,
});

/** Conditions of the filter, beside state and rail, which split a page into branches. */
function conditionsOf(filter: PayoutFilter): string[] {
  const ticket = filter.ticket?.startsWith('RD-')
    ? 'ticket_id = (select id from tickets where number = :ticket::bigint)'
    : 'ticket_id = :ticket::uuid';
  return [
    ...(filter.method === undefined ? [] : ['method = :method']),
    ...(filter.currency === undefined ? [] : ['currency = :currency']),
    ...(filter.from === undefined ? [] : ['created_at >= :from']),
    ...(filter.until === undefined ? [] : ['created_at < :until']),
    ...(filter.ticket === undefined ? [] : [ticket]),
    ...(filter.orderRef === undefined ? [] : ['order_id = (select id from orders where ref = :orderRef)']),
    ...(filter.reference === undefined ? [] : ['(provider_ref like :reference or bank_ref like :reference)']),
  ];
}

/** What is an exception since after the first page counts as none: it keeps its place. */
const isNoted = 'attention is not null and attention_since <= :asOf';
const isUnnoted = '(attention is null or attention_since > :asOf)';

const passing = Object.keys(passingStates) as PassingState[];
const isLateIn = (state: PassingState): string => `state = '${state}' and state_since < :${state}Before`;

/** The page's ids in its order; `rank` 0 are the exceptions where they come first. */
function pageQuery(filter: PayoutFilter, from: '0' | '1' | null): string {
  const isUrgent = filter.order === 'urgent';
  const key = isUrgent ? 'state_since' : 'created_at';
  const order = isUrgent ? `${key}, id` : `${key} desc, id desc`;
  const beyond = `(${key}, id) ${isUrgent ? '>' : '<'} (:at::timestamptz, :id::uuid)`;
  const few = fewOf(filter);
  const source = few === null ? 'payouts' : 'few';
  const branch = (rank: '0' | '1', conditions: readonly string[]): string => {
    const all = [...conditions, ...(few === null ? conditionsOf(filter) : []), ...(from === rank ? [beyond] : [])];
    const where = all.length === 0 ? '' : `where ${all.join(' and ')}`;
    return `(select ${rank} as rank, ${key} as at, id from ${source} ${where} order by ${order} limit :limit)`;
  };
  const exceptions = isUrgent || filter.exceptions ? exceptionsOf(filter) : [];
  const others = filter.exceptions ? [] : othersOf(filter);
  const branches = [
    ...(from === '1' ? [] : exceptions.map((conditions) => branch('0', conditions))),
    ...others.map((conditions) => branch(isUrgent ? '1' : '0', conditions)),
  ];
  const none = 'select 0 as rank, state_since as at, id from payouts where false';
  const union = branches.length === 0 ? none : branches.join(' union all ');
  return `${few ?? ''} select * from (${union}) as found order by rank, at ${isUrgent ? '' : 'desc'}, id ${isUrgent ? '' : 'desc'} limit :limit`;
}

/** A ticket, an order, a reference have few rows: these are found first, so that no order is walked in search of them. */
const fewOf = (filter: PayoutFilter): string | null =>
  (filter.ticket ?? filter.orderRef ?? filter.reference) === undefined
    ? null
    : `with few as materialized (select * from payouts where ${conditionsOf(filter).join(' and ')})`;

/** Few rows at any time, each read by an index of exceptions alone. */
function exceptionsOf(filter: PayoutFilter): string[][] {
  const narrowed = [
    ...(filter.states === undefined ? [] : ['state = any(:states)']),
    ...(filter.rail === undefined ? [] : ['rail = :rail']),
  ];
  const late = passing.filter((state) => filter.states?.includes(state) ?? true);
  return [[isNoted, ...narrowed], ...late.map((state) => [isLateIn(state), isUnnoted, ...narrowed])];
}

/** One branch where neither state nor rail narrows; else one for each state and rail, in their common index. */
function othersOf(filter: PayoutFilter): string[][] {
  const isOther = filter.order === 'urgent' ? [isUnnoted] : [];
  const inTime = (states: readonly PassingState[]): string[] =>
    filter.order === 'urgent' ? states.map((state) => `not (${isLateIn(state)})`) : [];
  const rails = railsOf(filter);
  if (filter.states === undefined && rails === null) return [[...isOther, ...inTime(passing)]];
  return (filter.states ?? payoutStates).flatMap((state) =>
    (rails ?? railNames).map((rail) => [
      `state = '${state}'`,
      `rail = '${rail}'`,
      ...isOther,
      ...inTime(passing.filter((name) => name === state)),
    ]),
  );
}

/** By a method's own rail, by hand or to an account by the bank goes what goes back to it. */
function railsOf(filter: PayoutFilter): readonly RailName[] | null {
  if (filter.method === undefined) return filter.rail === undefined ? null : [filter.rail];
  const own = railOf(filter.method);
  const rails = railNames.filter((rail) => rail === own || rail === 'manual' || rail === 'bank');
  return filter.rail === undefined ? rails : rails.filter((rail) => rail === filter.rail);
}
