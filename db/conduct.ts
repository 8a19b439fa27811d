/** What people decided and did with payouts within a time: four statements, whatever their number, each by an index. */

import { z } from 'zod';
import type { ConductCounts, ConductPair, ConductRelease, ConductValue } from '../domain/conduct.ts';
import type { SubjectId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import type { Queryable } from './database.ts';
import { currency, id, minor, readRows } from './row.ts';

export interface ConductSpan {
  readonly from: Date;
  /** Not included. */
  readonly until: Date;
}

/** Decisions of people with what was proposed beside them; what was not a refund was proposed as none. */
const decided = `
  select decisions.*, coalesce(case when proposal ->> 'kind' = 'refund' then (proposal -> 'refund' -> 'amount' ->> 'minor')::bigint end, 0)
    as proposed_minor
  from decisions left join assessments on assessments.id = decisions.assessment_id
  where decided_by is not null and decisions.at >= :since and decisions.at < :until`;

const isUp = `exception = 'goodwill' or exception = 'statutory' and amount_minor >= proposed_minor`;

const countsQuery = `
  with decided as (${decided}), made as (
    select decided_by as person_id,
      count(*) filter (where at >= :from) as decisions,
      count(*) filter (where at >= :from and (${isUp})) as up,
      count(*) filter (where at >= :from and exception is not null and not (${isUp})) as down,
      count(*) filter (where at >= :from and state = 'rejected') as rejected,
      count(*) filter (where at < :from) as decisions_before,
      count(*) filter (where at < :from and exception is not null) as against_before
    from decided group by decided_by
  ), rerouted as (
    select rerouted_by as person_id, count(*) as payouts from payouts
    where rerouted_by is not null and created_at >= :from and created_at < :until group by rerouted_by
  ), by_hand as (
    select recorded_by as person_id, count(*) as payouts from manual_payments
    where recorded_by is not null and ended_at >= :from and ended_at < :until group by recorded_by
  ), returned as (
    select returned_by as person_id, count(*) as payouts from manual_payments
    where returned_by is not null and returned_at >= :from and returned_at < :until group by returned_by
  ), declined as (
    select actor_id as person_id, count(*) as payouts from ticket_events
    where kind = 'payoutDeclined' and at >= :from and at < :until and actor_id is not null group by actor_id
  )
  select people.id, people.name, coalesce(made.decisions, 0)::integer as decisions, coalesce(made.up, 0)::integer as up,
    coalesce(made.down, 0)::integer as down, coalesce(made.rejected, 0)::integer as rejected,
    coalesce(made.decisions_before, 0)::integer as decisions_before,
    coalesce(made.against_before, 0)::integer as against_before, coalesce(rerouted.payouts, 0)::integer as rerouted,
    coalesce(by_hand.payouts, 0)::integer as by_hand, coalesce(returned.payouts, 0)::integer as returned,
    coalesce(declined.payouts, 0)::integer as declined
  from people
    left join made on made.person_id = people.id left join rerouted on rerouted.person_id = people.id
    left join by_hand on by_hand.person_id = people.id left join returned on returned.person_id = people.id
    left join declined on declined.person_id = people.id
  where people.id in (select person_id from made union select person_id from rerouted
    union select person_id from by_hand union select person_id from returned union select person_id from declined)
  order by people.name, people.id`;

const countsSchema = z
  .object({
    id: id<SubjectId>(),
    name: z.string(),
    decisions: z.number(),
    up: z.number(),
    down: z.number(),
    rejected: z.number(),
    decisions_before: z.number(),
    against_before: z.number(),
    rerouted: z.number(),
    by_hand: z.number(),
    returned: z.number(),
    declined: z.number(),
  })
  .transform((row): ConductCounts & { readonly name: string } => ({
    personId: row.id,
    name: row.name,
    decisions: row.decisions,
    up: row.up,
    down: row.down,
    rejected: row.rejected,
    decisionsBefore: row.decisions_before,
    againstBefore: row.against_before,
    reroutedPayouts: row.rerouted,
    paymentsByHand: row.by_hand,
    returnsByHand: row.returned,
    declinedPayouts: row.declined,
  }));

const valuesQuery = `
  with decided as (${decided})
  select decided_by, currency, sum(amount_minor - proposed_minor)::text as above_minor from decided
  where state = 'final' and decision = 'refund' and exception is not null and amount_minor > proposed_minor
  group by decided_by, currency order by decided_by, currency`;

const valueSchema = z
  .object({ decided_by: id<SubjectId>(), currency, above_minor: minor })
  .transform((row): ConductValue => ({ personId: row.decided_by, above: money(row.above_minor, row.currency) }));

const pairsQuery = `
  select decided_by, confirmed_by, decider.name as decider_name, confirmer.name as confirmer_name,
    count(*) filter (where state = 'final')::integer as confirmed, count(*) filter (where state = 'rejected')::integer as rejected
  from decisions join people as decider on decider.id = decided_by join people as confirmer on confirmer.id = confirmed_by
  where decided_by is not null and confirmed_by is not null and at >= :since and at < :until
  group by decided_by, confirmed_by, decider.name, confirmer.name order by confirmed desc, decided_by, confirmed_by`;

const pairSchema = z
  .object({
    decided_by: id<SubjectId>(),
    confirmed_by: id<SubjectId>(),
    decider_name: z.string(),
    confirmer_name: z.string(),
    confirmed: z.number(),
    rejected: z.number(),
  })
  .transform((row): ConductPair & { readonly deciderName: string; readonly confirmerName: string } => ({
    decidedBy: row.decided_by,
    by: row.confirmed_by,
    deciderName: row.decider_name,
    confirmerName: row.confirmer_name,
    confirmed: row.confirmed,
    rejected: row.rejected,
  }));

/** The system's decisions and releases are nobody's. */
const releasesQuery = `
  select payouts.decided_by, approved_by, decider.name as decider_name, approver.name as approver_name, currency,
    count(*)::integer as payouts, sum(amount_minor)::text as amount_minor
  from payouts join people as decider on decider.id = payouts.decided_by join people as approver on approver.id = approved_by
  where approved_by is not null and approved_at >= :from and approved_at < :until
  group by payouts.decided_by, approved_by, decider.name, approver.name, currency
  order by payouts desc, payouts.decided_by, approved_by, currency`;

const releaseSchema = z
  .object({
    decided_by: id<SubjectId>(),
    approved_by: id<SubjectId>(),
    decider_name: z.string(),
    approver_name: z.string(),
    currency,
    payouts: z.number(),
    amount_minor: minor,
  })
  .transform((row): ConductRelease & { readonly deciderName: string; readonly approverName: string } => ({
    decidedBy: row.decided_by,
    by: row.approved_by,
    deciderName: row.decider_name,
    approverName: row.approver_name,
    payouts: row.payouts,
    amount: money(row.amount_minor, row.currency),
  }));

export async function readConduct(db: Queryable, { from, until }: ConductSpan) {
  const since = new Date(2 * from.getTime() - until.getTime());
  const counts = await db.raw<{ rows: unknown[] }>(countsQuery, { since, from, until });
  const values = await db.raw<{ rows: unknown[] }>(valuesQuery, { since: from, until });
  const pairs = await db.raw<{ rows: unknown[] }>(pairsQuery, { since: from, until });
  const releases = await db.raw<{ rows: unknown[] }>(releasesQuery, { from, until });
  return {
    people: readRows('conduct', countsSchema, counts.rows),
    values: readRows('conduct value', valueSchema, values.rows),
    pairs: readRows('conduct pair', pairSchema, pairs.rows),
    releases: readRows('conduct release', releaseSchema, releases.rows),
  };
}
