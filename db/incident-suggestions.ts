/**
 * Clusters of tickets that suggest an incident to agents: several accounts whose open or new tickets report a fault that may be
 * ours, for one kind of plan and within an hour, at one place or by one range of exits, and that no incident of that hour explains. From
 * Postgres alone.
 */

import { z } from 'zod';
import type { TicketId } from '../domain/ids.ts';
import { suggestedTicketsMin, suggestionHoursMax, suggestionsMax } from '../domain/limits.ts';
import type { Queryable } from './database.ts';
import { id, instant, readRows } from './row.ts';

const suggestionSchema = z
  .object({
    hour: instant,
    plan_kind: z.string(),
    place: z.string().nullable(),
    egress: z.string().nullable(),
    tickets: z.number().int(),
    accounts: z.number().int(),
    ticket_ids: z.array(id<TicketId>()),
  })
  .transform((row) => ({
    hour: row.hour,
    planKind: row.plan_kind,
    place: row.place,
    egress: row.egress,
    tickets: row.tickets,
    accounts: row.accounts,
    ticketIds: row.ticket_ids,
  }));

export type IncidentSuggestion = z.output<typeof suggestionSchema>;

/**
 * The signs of a fault, each with the hour of it. A further kind of sign, such as probes of ours that failed, is another
 * member of this union: it names the hour, the kind of plan, the place and the exit that it was seen at.
 */
const signs = `
  select tickets.id as ticket_id, tickets.account_id, date_trunc('hour', tickets.created_at, 'UTC') as hour, orders.plan_kind,
    places.place, exits.exit
  from tickets join orders on orders.id = tickets.order_id
    left join lateral unnest(orders.places) as places (place) on true
    left join lateral (
      select range as exit from order_egress where order_id = orders.id
      union select network(egress) from ticket_egress where ticket_id = tickets.id
    ) as exits on true
  where tickets.created_at > :since and tickets.created_at <= :at
    and tickets.fault in ('unreachable', 'slow', 'authentication', 'wrong_location')
    and not exists (select from order_incidents where order_incidents.order_id = orders.id and covers
      and tstzrange(from_at, until_at) && tstzrange(date_trunc('hour', tickets.created_at, 'UTC'),
        date_trunc('hour', tickets.created_at, 'UTC') + interval '1 hour'))`;

/** What may be one fault: of a plan at a place, or of a plan by a range of exits, as wide as is usually routed as one. */
const groups = `
  select hour, plan_kind, place, null::cidr as egress, ticket_id, account_id from signs where place is not null
  union select hour, plan_kind, null, network(set_masklen(exit::inet, least(masklen(exit), case family(exit) when 4 then 24 else 48 end))),
    ticket_id, account_id from signs where exit is not null
  union select hour, plan_kind, null, null, ticket_id, account_id from signs where place is null and exit is null`;

/** The largest first; one statement. */
export async function suggestIncidents(db: Queryable, at: Date): Promise<IncidentSuggestion[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `with signs as (${signs}), grouped as (${groups})
     select hour, plan_kind, place, egress::text, count(distinct ticket_id)::integer as tickets,
       count(distinct account_id)::integer as accounts, (array_agg(distinct ticket_id))[1:10] as ticket_ids
     from grouped group by hour, plan_kind, place, egress having count(distinct account_id) >= :min
     order by count(distinct ticket_id) desc, hour desc, plan_kind, place, egress limit :most`,
    {
      at,
      since: new Date(at.getTime() - suggestionHoursMax * 3_600_000),
      min: suggestedTicketsMin,
      most: suggestionsMax,
    },
  );
  return readRows('incident suggestion', suggestionSchema, rows);
}
