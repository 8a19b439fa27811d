/**
 * What the providers report as a whole, as reconciliation read it last, beside what the ledger has booked of the same
 * payouts. Reads alone. A payout that has moved since it was read is on neither side: the next look tells of it.
 */

import { z } from 'zod';
import { type ListProblem, listProblems, type RailName, railNames } from '../domain/rail.ts';
import type { Queryable } from './database.ts';
import { untaken } from './elsewhere.ts';
import { instant, readRows } from './row.ts';

/** Who holds the money that a payout is made from: its tender's provider, or the rail where it goes another way (`holderOf`). */
export const holder = `case when rail = case method when 'crypto' then 'manual' else method end then method else rail end`;

const openDifference = `breaks.closed_at is null and breaks.payout_id = payout.id`;

/** Payouts whose last word both sides can be asked for; one whose news is on its way to its ticket waits for it. */
const read = `
  payout as (
    select id, rail, currency, state_since, amount_minor, ${holder} as method from payouts
    where sending_at is not null and not exists (
      select from inputs where inputs.payout_id = payouts.id and operation = 'reportPayout' and scope = 'reconciliation' and delivery = 'due')
  ), read as (
    select payout.*, proof.status, proof.word from payout join payout_proofs as proof on proof.payout_id = payout.id
      join reconciliations as look on look.id = proof.reconciliation_id
    where state_since <= look.started_at
    union all
    select distinct on (payout.id) payout.*, null, null from payout
      join reconciliation_breaks as breaks on ${openDifference}
      join reconciliations as look on look.id = breaks.reconciliation_id
    where state_since <= look.started_at and not exists (select from payout_proofs where payout_id = payout.id)
  )`;

const signed = `case side when 'debit' then minor else -minor end`;

/** Each account of a provider whose sums differ, in the form of every other difference of the books. */
export const ofProviders = `
  with ${read}, told as (
    select stands, method, currency, sum(minor) as minor from (
      select case status when 'settled' then 'provider' else 'transit' end as stands, method, currency, amount_minor as minor
      from read where status in ('settled', 'sent')
      union all
      select 'provider', method, breaks.currency, breaks.minor from read as payout join reconciliation_breaks as breaks
        on ${openDifference} and breaks.kind in ('amount', 'freed', 'double')
    ) as words group by 1, 2, 3
  ), booked as (
    select split_part(account, ':', 1) as stands, split_part(account, ':', 2) as method, ledger_lines.currency, -sum(${signed}) as minor
    from read join ledger_entries on payout_id = read.id join ledger_lines on entry_id = ledger_entries.id
    where kind in ('payout_sent', 'payout_settled', 'payout_failed', 'payout_returned')
      and (account like 'provider:%' or account like 'transit:%') group by 1, 2, 3
  )
  select 'provider' as what, null as order_ref, method as about, stands || ':' || method as account, currency,
    coalesce(told.minor, 0)::text as expected, coalesce(booked.minor, 0)::text as booked
  from told full join booked using (stands, method, currency)
  where coalesce(told.minor, 0) <> coalesce(booked.minor, 0) order by method, stands, currency`;

/** R10: each order of which the provider lists more that went back elsewhere than has been taken over. */
export const ofElsewhere = `
  select 'provider' as what, ref as order_ref, method as about, 'provider:' || method as account, untaken.currency,
    told::text as expected, taken::text as booked
  from (${untaken}) as untaken join orders on orders.id = order_id order by ref, method`;

/** Of looks, those that tell whether a list could be compared: one that is under way, or was cut off, does not know yet. */
export const compared = '(finished_at is not null or problem is not null)';

const readings = `
  with ${read}
  select rails.rail, as_of, problem, coalesce(whole, 0) as payouts, whole - coalesce(seen, 0) as unread, coalesce(by_word, 0) as by_word
  from (select rail from payouts where state in ('sent', 'settled') group by rail) as rails
    left join (select rail, max(until_at) as as_of from reconciliations where finished_at is not null group by rail) as looks using (rail)
    left join (select distinct on (rail) rail, problem from reconciliations where ${compared} order by rail, started_at desc) as newest using (rail)
    left join (select rail, count(*)::integer as whole from payouts where state in ('sent', 'settled') group by rail) as sent using (rail)
    left join (
      select read.rail, count(*)::integer as seen, (count(*) filter (where word = 'person'))::integer as by_word
      from read join payouts using (id) where state in ('sent', 'settled') group by read.rail) as known using (rail)
  order by rail`;

const readingSchema = z
  .object({
    rail: z.enum(railNames),
    as_of: instant.nullable(),
    problem: z.enum(listProblems).nullable(),
    payouts: z.number().int(),
    unread: z.number().int(),
    by_word: z.number().int(),
  })
  .transform((row) => ({
    rail: row.rail,
    asOf: row.as_of,
    problem: row.problem,
    payouts: row.payouts,
    unread: row.unread,
    byWord: row.by_word,
  }));

/** How old the providers' word on a rail's payouts is. */
export interface ProviderReading {
  readonly rail: RailName;
  /** Until when its list was read last; `null` where it never was. */
  readonly asOf: Date | null;
  /** Why its list could not be compared when that was tried last. */
  readonly problem: ListProblem | null;
  /** Payouts that are on their way or there. */
  readonly payouts: number;
  /** Of them, those that have moved since they were read, or never were. */
  readonly unread: number;
  /** Of them, those that a person's word alone says. */
  readonly byWord: number;
}

export async function readProviderReadings(db: Queryable): Promise<ProviderReading[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(readings);
  return readRows('provider reading', readingSchema, rows);
}
