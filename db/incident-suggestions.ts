/**
 * Clusters that suggest an incident to agents: several accounts whose tickets report a fault that may be ours, or whose plans
 * our own tests find failing by a cause of ours, for one kind of plan and within about an hour, at one place or by one range
 * of exits, and that no confirmed incident of that time explains. From Postgres alone.
 */

import { z } from 'zod';
import type { TicketId } from '../domain/ids.ts';
import { suggestedTicketsMin, suggestionHoursMax, suggestionsMax } from '../domain/limits.ts';
import { sellerClasses } from '../domain/probe.ts';
import type { Queryable } from './database.ts';
import { id, instant, readRows } from './row.ts';

const suggestionSchema = z
  .object({
    from: instant,
    until: instant,
    plan_kind: z.string(),
    place: z.string().nullable(),
    egress: z.string().nullable(),
    tickets: z.number().int(),
    probed: z.number().int(),
    accounts: z.number().int(),
    ticket_ids: z.array(id<TicketId>()),
  })
  .transform((row) => ({
    from: row.from,
    until: row.until,
    planKind: row.plan_kind,
    place: row.place,
    egress: row.egress,
    tickets: row.tickets,
    probed: row.probed,
    accounts: row.accounts,
    ticketIds: row.ticket_ids,
  }));

export type IncidentSuggestion = z.output<typeof suggestionSchema>;

/**
 * Of an order at a moment: what is over for an hour explains nothing that comes now, and what nobody has
 * confirmed, or what was retracted, nothing at all.
 */
const isUnexplained = (at: string): string =>
  `not exists (select from order_incidents where order_incidents.order_id = orders.id and covers and confirmed
      and tstzrange(from_at, until_at) && tstzrange(${at} - interval '1 hour', ${at} + interval '1 hour'))`;

/** A ticket, at the moment at which it was made. */
const ticketSigns = `
  select tickets.id as ticket_id, tickets.account_id, false as probed, tickets.created_at as at, orders.plan_kind, places.place,
    exits.exit
  from tickets join orders on orders.id = tickets.order_id
    left join lateral unnest(orders.places) as places (place) on true
    left join lateral (
      select range as exit from order_egress where order_id = orders.id
      union select network(egress) from ticket_egress where ticket_id = tickets.id
    ) as exits on true
  where tickets.created_at > :since and tickets.created_at <= :at
    and tickets.fault in ('unreachable', 'slow', 'authentication', 'wrong_location') and ${isUnexplained('tickets.created_at')}`;

/**
 * A round of our tests that failed by our cause in half of its attempts or more, as for a reported fix: where its gateway is,
 * or where the plan is that a gateway of no place serves, and by the exits that failed. Those of the customer had no part in it.
 */
const probeSigns = `
  select rounds.ticket_id, tickets.account_id, true, rounds.begun_at, orders.plan_kind, places.place, network(exits.exit)
  from probe_rounds as rounds join tickets on tickets.id = rounds.ticket_id join orders on orders.id = tickets.order_id
    cross join lateral (
      select count(*) as attempts, count(*) filter (where class = any (:ours::text[])) as ours,
        array_agg(distinct egress) filter (where class = any (:ours::text[]) and egress is not null) as exits
      from probe_attempts where ticket_id = rounds.ticket_id and round = rounds.number and ended_at is not null
    ) as told
    left join lateral unnest(case when rounds.place is null then orders.places else array[upper(rounds.place)] end) as places (place) on true
    left join lateral unnest(told.exits) as exits (exit) on true
  where rounds.begun_at > :since and rounds.begun_at <= :at and told.ours > 0 and told.ours * 2 >= told.attempts
    and ${isUnexplained('rounds.begun_at')}`;

/**
 * What may be one fault: of a plan at a place, or of a plan by a range of exits, as wide as is usually routed as one; empty
 * for neither. Times in steps of five minutes, so that a storm of tickets is compared by steps and not each with each.
 */
const grouped = `
  select signs.*, date_bin('5 minutes', at, 'epoch') as step, coalesce(place, '') as of_place, '' as of_egress from signs
    where place is not null or exit is null
  union all select signs.*, date_bin('5 minutes', at, 'epoch'), '', network(set_masklen(exit::inet,
    least(masklen(exit), case family(exit) when 4 then 24 else 48 end)))::text from signs where exit is not null`;

/** Of each step with a sign the hour from it on, where enough accounts meet in it. */
const hours = `
  select plan_kind, of_place, of_egress, begun.step, max(members.step) as last_step
  from (select distinct plan_kind, of_place, of_egress, step from grouped) as begun
    join grouped as members using (plan_kind, of_place, of_egress)
  where members.step between begun.step and begun.step + interval '1 hour'
  group by plan_kind, of_place, of_egress, begun.step having count(distinct members.account_id) >= :min`;

/** Hours that meet are one cluster, however long it lasts. */
const clusters = `
  select plan_kind, of_place, of_egress, min(step) as from_step, max(last_step) as until_step
  from (select *, count(*) filter (where begins) over (partition by plan_kind, of_place, of_egress order by step) as cluster
    from (select *, step > coalesce(max(last_step) over (partition by plan_kind, of_place, of_egress order by step
        rows between unbounded preceding and 1 preceding), '-infinity') as begins from hours) as marked) as numbered
  group by plan_kind, of_place, of_egress, cluster`;

/** The largest first; one statement. */
export async function suggestIncidents(db: Queryable, at: Date): Promise<IncidentSuggestion[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `with signs as (${ticketSigns} union all ${probeSigns}), grouped as (${grouped}), hours as (${hours}), clusters as (${clusters})
     select min(at) as from, max(at) as until, plan_kind, nullif(of_place, '') as place, nullif(of_egress, '') as egress,
       count(distinct ticket_id) filter (where not probed)::integer as tickets,
       count(distinct ticket_id) filter (where probed)::integer as probed,
       count(distinct account_id)::integer as accounts, (array_agg(distinct ticket_id))[1:10] as ticket_ids
     from clusters join grouped using (plan_kind, of_place, of_egress)
     where step between from_step and until_step
     group by plan_kind, of_place, of_egress, from_step
     order by count(distinct ticket_id) desc, min(at) desc, plan_kind, place, egress limit :most`,
    {
      at,
      since: new Date(at.getTime() - suggestionHoursMax * 3_600_000),
      ours: [...sellerClasses],
      min: suggestedTicketsMin,
      most: suggestionsMax,
    },
  );
  return readRows('incident suggestion', suggestionSchema, rows);
}
