/** The incidents that explain a ticket, for staff: those that are a fact of its order, and confirmed ones that might be. */

import { z } from 'zod';
import type { IncidentId, TicketId } from '../domain/ids.ts';
import { type Coverage, coverageOf, type IncidentState, incidentStates, isConfirmed } from '../domain/incident.ts';
import type { Queryable } from './database.ts';
import { id, instant, readRows } from './row.ts';

const texts = z.array(z.string());

const besideSchema = z.object({
  id: id<IncidentId>(),
  ref: z.string(),
  state: z.enum(incidentStates),
  is_fact: z.boolean(),
  plan_kinds: texts,
  places: texts,
  ranges: texts,
  from_at: instant,
  until_at: instant.nullable(),
  order_kind: z.string(),
  order_places: texts,
  order_from: instant,
  order_until: instant.nullable(),
  assigned: texts,
  seen: texts,
});

export interface TicketIncident {
  readonly id: IncidentId;
  readonly ref: string;
  readonly state: IncidentState;
  readonly coverage: Coverage;
}

const mayCover: readonly Coverage[] = ['place_unknown', 'egress_unknown'];

/** The earliest first; one statement, over the incidents of the order's own time. */
export async function readTicketIncidents(db: Queryable, ticketId: TicketId): Promise<TicketIncident[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select incidents.id, incidents.ref, incidents.state, incidents.plan_kinds, incidents.places, incidents.egress::text[] as ranges,
       incidents.from_at, incidents.until_at, orders.plan_kind as order_kind, orders.places as order_places,
       coalesce(period_from, purchased_at) as order_from, period_until as order_until,
       exists (select from order_incidents where order_incidents.order_id = orders.id and incident_id = incidents.id) as is_fact,
       array(select range::text from order_egress where order_id = orders.id) as assigned,
       array(select egress::text from ticket_egress join tickets as others on others.id = ticket_id
         where others.order_id = orders.id) as seen
     from tickets join orders on orders.id = tickets.order_id
       join incidents on incidents.state <> 'suspected'
         and tstzrange(incidents.from_at, incidents.until_at) && tstzrange(coalesce(period_from, purchased_at), period_until)
         or incidents.id in (select incident_id from order_incidents where order_incidents.order_id = orders.id)
     where tickets.id = ? order by incidents.from_at, incidents.id`,
    [ticketId],
  );
  return readRows('incident beside a ticket', besideSchema, rows).flatMap((row) => {
    const coverage = coverageOf(
      {
        planKinds: row.plan_kinds,
        places: row.places,
        egress: row.ranges,
        from: row.from_at.toISOString(),
        until: row.until_at?.toISOString() ?? null,
      },
      {
        planKind: row.order_kind,
        places: row.order_places,
        term: { from: row.order_from.toISOString(), until: row.order_until?.toISOString() ?? null },
        assigned: row.assigned,
        seen: row.seen,
      },
    );
    const { id: incidentId, ref, state } = row;
    const isShown = row.is_fact || (isConfirmed(state) && mayCover.includes(coverage));
    return isShown ? [{ id: incidentId, ref, state, coverage }] : [];
  });
}
