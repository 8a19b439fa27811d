/** Counts and sums of all payouts, by state, rail and currency: one statement, read from an index alone. */

import { z } from 'zod';
import { money } from '../domain/money.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import { ageBounds, ageBuckets, lateBefore } from '../domain/payout-age.ts';
import type { PayoutCell } from '../domain/payout-sums.ts';
import { listProblems, railNames } from '../domain/rail.ts';
import type { Queryable } from './database.ts';
import { compared } from './provider-totals.ts';
import { currency, instant, minor, readRows } from './row.ts';

const cellSchema = z
  .object({
    state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
    rail: z.enum(railNames),
    currency,
    payouts: z.number().int(),
    exceptions: z.number().int(),
    amount_minor: minor,
    oldest: instant,
    age_payouts: z.array(z.number().int()),
    age_minor: z.array(minor),
    unproven_minor: minor,
    unproven_since: instant.nullable(),
    read_until: instant.nullable(),
    list_problem: z.enum(listProblems).nullable(),
    short_payouts: z.number().int(),
    short_minor: minor,
    short_since: instant.nullable(),
  })
  .transform((row) => ({
    state: row.state,
    rail: row.rail,
    amount: money(row.amount_minor, row.currency),
    count: row.payouts,
    exceptions: row.exceptions,
    oldest: row.oldest,
    ages: ageBuckets.flatMap((age, index) => {
      const count = row.age_payouts[index] ?? 0;
      return count === 0 ? [] : [{ age, count, amount: money(row.age_minor[index] ?? 0n, row.currency) }];
    }),
    unproven:
      row.unproven_since === null
        ? null
        : { amount: money(row.unproven_minor, row.currency), oldest: row.unproven_since },
    readUntil: row.read_until,
    listProblem: row.list_problem,
    short:
      row.short_since === null
        ? null
        : { amount: money(row.short_minor, row.currency), count: row.short_payouts, oldest: row.short_since },
  }));

export type PayoutCellView = PayoutCell & { readonly exceptions: number };

/** The provider's own list or a statement has it as we have it; kept while the last look that could tell says so. */
const endToEnd = `proof.status = 'settled' and proof.word <> 'person'`;

/** Of each bucket, from the youngest. */
const ofAges = (aggregate: string): string => {
  const bounds = ageBuckets.slice(1).map((_age, index) => `:age${index}`);
  const filters = ageBuckets.map((_age, index) =>
    [
      ...(index === 0 ? [] : [`state_since <= ${bounds[index - 1]}`]),
      ...(index === bounds.length ? [] : [`state_since > ${bounds[index]}`]),
    ].join(' and '),
  );
  return `array[${filters.map((filter) => `(${aggregate} filter (where ${filter}))`).join(', ')}]`;
};

/** What finance must look at and what is under way are few, and have indexes of their own. */
const query = `
  with cells as (
    select state, rail, currency, count(*)::integer as payouts, sum(amount_minor)::text as amount_minor,
      min(state_since) as oldest, ${ofAges('count(*)')}::integer[] as age_payouts, ${ofAges('sum(amount_minor)')} as age_sums,
      (coalesce(sum(amount_minor) filter (where state = 'settled' and proof.payout_id is null), 0))::text as unproven_minor,
      min(state_since) filter (where state = 'settled' and proof.payout_id is null) as unproven_since
    from payouts left join payout_proofs as proof
      on proof.payout_id = payouts.id and payouts.state = 'settled' and ${endToEnd}
    group by state, rail, currency
  ), noted as (
    select state, rail, currency, attention, amount_minor, state_since from payouts where attention is not null
    union all
    select state, rail, currency, attention, amount_minor, state_since from payouts
    where state = 'approved' and state_since < :approvedBefore and attention is null
    union all
    select state, rail, currency, attention, amount_minor, state_since from payouts
    where state = 'sending' and state_since < :sendingBefore and attention is null
  ), exceptions as (
    select state, rail, currency, count(*)::integer as exceptions,
      count(*) filter (where attention = 'insufficient_funds')::integer as short_payouts,
      (sum(amount_minor) filter (where attention = 'insufficient_funds'))::text as short_minor,
      min(state_since) filter (where attention = 'insufficient_funds') as short_since
    from noted group by state, rail, currency
  )
  select state, cells.rail, currency, payouts, amount_minor, oldest, age_payouts,
    array(select coalesce(age_sum, 0)::text from unnest(age_sums) with ordinality as given (age_sum, place) order by place) as age_minor, unproven_minor, unproven_since, read_until, list_problem, coalesce(exceptions, 0) as exceptions,
    coalesce(short_payouts, 0) as short_payouts, coalesce(short_minor, '0') as short_minor, short_since
  from cells left join exceptions using (state, rail, currency)
    left join lateral (select max(until_at) as read_until from reconciliations
      where reconciliations.rail = cells.rail and finished_at is not null) as look on true
    left join lateral (select problem as list_problem from reconciliations
      where reconciliations.rail = cells.rail and ${compared} order by started_at desc limit 1) as newest on true
  order by state, rail, currency`;

export async function readPayoutCells(db: Queryable, at: Date): Promise<PayoutCellView[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(query, {
    approvedBefore: lateBefore('approved', at),
    sendingBefore: lateBefore('sending', at),
    ...Object.fromEntries(ageBounds(at).map((bound, index) => [`age${index}`, bound])),
  });
  return readRows('payout cell', cellSchema, rows);
}
