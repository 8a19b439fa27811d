/**
 * What the registry says of an incident, as a fact of each order that it touches (RP-2.4b), and the ticket that stands on the
 * order hears of it once a version: page by page, when it changes; a new one in the transaction of its creation.
 */

import { z } from 'zod';
import type { IncidentId, OrderId, TicketId } from '../domain/ids.ts';
import { isConfirmed, type TellingAnswer, type TellingPage } from '../domain/incident.ts';
import { ticketsPerIncidentPageMax } from '../domain/limits.ts';
import type { Database, Transaction } from './database.ts';
import { covers, joinCovered } from './incident-coverage.ts';
import { type IncidentRow, lockIncident, readIncident, readIncidents, waitForRegistry } from './incidents.ts';
import { keepNotes } from './inputs.ts';
import { laterJobPriority } from './jobs.ts';
import { id, readRows } from './row.ts';
import { isStanding } from './standing-tickets.ts';

/** One page in one transaction; taken twice, the second time changes nothing. */
export function tellIncidentPage(db: Database, page: TellingPage, at: Date): Promise<TellingAnswer> {
  return db.transaction(async (trx) => {
    const incident = await lockIncident(trx, page.incidentId);
    if (!incident) throw new Error('the incident is not there');
    if (incident.version !== page.version) return { kind: 'changed', version: incident.version };
    if (page.after === null) {
      const corrected = await correctFacts(trx, incident, at);
      await tellTicketsOf(trx, incident, corrected.changed, at);
      if (corrected.rows === ticketsPerIncidentPageMax) return { kind: 'page', after: null };
    }
    const fresh = isConfirmed(incident.state)
      ? await addFacts(trx, incident, page.after, at)
      : { rows: 0, changed: [], last: null };
    await tellTicketsOf(trx, incident, fresh.changed, at);
    if (fresh.rows === ticketsPerIncidentPageMax && fresh.last) return { kind: 'page', after: fresh.last };
    await trx('incidents').where({ id: incident.id }).update({ applied_version: incident.version });
    return { kind: 'told' };
  });
}

const bindingsOf = (incident: IncidentRow, at: Date) => ({
  incident: incident.id,
  version: incident.version,
  confirmed: isConfirmed(incident.state),
  at,
  page: ticketsPerIncidentPageMax,
});

const correctedSchema = z.object({ order_id: id<OrderId>(), changed: z.boolean() });

/** Orders that have the fact as an earlier version said it. */
async function correctFacts(trx: Transaction, incident: IncidentRow, at: Date) {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with stale as (
       select facts.order_id, facts.ref, ${covers} as covers from order_incidents as facts
         join incidents on incidents.id = facts.incident_id join orders on orders.id = facts.order_id
       where facts.incident_id = :incident and facts.incident_version < :version
       order by facts.order_id limit :page for no key update of facts
     )
     update order_incidents set confirmed = :confirmed, widely_impacting = incidents.widely_impacting, covers = stale.covers,
       from_at = incidents.from_at, until_at = incidents.until_at, lost = incidents.lost, incident_version = :version,
       reported_at = :at
     from stale, incidents
     where incidents.id = :incident and order_incidents.order_id = stale.order_id and order_incidents.ref = stale.ref
     returning order_incidents.order_id,
       (old.confirmed, old.widely_impacting, old.covers, old.from_at, old.until_at, old.lost) is distinct from
       (new.confirmed, new.widely_impacting, new.covers, new.from_at, new.until_at, new.lost) as changed`,
    bindingsOf(incident, at),
  );
  const facts = readRows('incident fact', correctedSchema, rows);
  return { rows: facts.length, changed: facts.flatMap(({ order_id, changed }) => (changed ? [order_id] : [])) };
}

const addedSchema = z.object({ ticket_id: id<TicketId>(), order_id: id<OrderId>(), added: z.boolean() });

/** The fact's columns, of rows named `incidents` and `orders`. */
const factColumns = `order_id, ref, confirmed, widely_impacting, covers, from_at, until_at, lost, reported_at, incident_id, incident_version`;
const factOf = `orders.id, incidents.ref, true, incidents.widely_impacting, true, incidents.from_at, incidents.until_at, incidents.lost,
  :at::timestamptz, incidents.id, incidents.version`;
/** The registry's word takes the place of what the shop's systems said of the order under the same reference. */
const takesOver = `on conflict (order_id, ref) do update set confirmed = excluded.confirmed,
  widely_impacting = excluded.widely_impacting, covers = excluded.covers, from_at = excluded.from_at, until_at = excluded.until_at,
  lost = excluded.lost, reported_at = excluded.reported_at, incident_id = excluded.incident_id,
  incident_version = excluded.incident_version
  where (order_incidents.incident_id, order_incidents.incident_version, order_incidents.covers)
    is distinct from (excluded.incident_id, excluded.incident_version, excluded.covers)`;

/** Orders on which a ticket stands that it covers, and that do not have the fact. */
async function addFacts(trx: Transaction, incident: IncidentRow, after: TicketId | null, at: Date) {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with found as (
       select orders.id as order_id, tickets.id as ticket_id from incidents ${joinCovered(incident)}
         join tickets on tickets.order_id = orders.id and ${isStanding}
       where incidents.id = :incident and (:after::uuid is null or tickets.id > :after) order by tickets.id limit :page
     ), added as (
       insert into order_incidents (${factColumns})
       select ${factOf} from found join orders on orders.id = found.order_id join incidents on incidents.id = :incident
       order by orders.id ${takesOver} returning order_id
     )
     select found.ticket_id, found.order_id, added.order_id is not null as added
     from found left join added on added.order_id = found.order_id order by found.ticket_id`,
    { ...bindingsOf(incident, at), after },
  );
  const found = readRows('covered ticket', addedSchema, rows);
  return {
    rows: found.length,
    changed: found.flatMap(({ order_id, added }) => (added ? [order_id] : [])),
    last: found.at(-1)?.ticket_id ?? null,
  };
}

/** The incident as a fact of these orders, whether or not a ticket stands on them; answers with those to whom it is new. */
export async function noteFacts(
  trx: Transaction,
  incident: IncidentRow,
  orderIds: readonly OrderId[],
  at: Date,
): Promise<OrderId[]> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into order_incidents (${factColumns})
     select ${factOf} from orders join incidents on incidents.id = :incident where orders.id = any (:orders::uuid[])
     order by orders.id ${takesOver} returning order_id`,
    { incident: incident.id, orders: [...orderIds], at },
  );
  return readRows('incident fact', z.object({ order_id: id<OrderId>() }), rows).map((row) => row.order_id);
}

/**
 * The other confirmed incidents that cover these orders, as facts of them, as a ticket that is made now meets them; the
 * registry is waited for before. An open ticket on one of them hears by the pages that tell of it, a closed one here.
 */
export async function noteOtherFacts(
  trx: Transaction,
  incident: IncidentRow,
  orderIds: readonly OrderId[],
  at: Date,
): Promise<void> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into order_incidents (${factColumns})
     select ${factOf} from orders
       join incidents on incidents.id <> :incident and incidents.state in ('confirmed', 'resolved') and ${covers}
     where orders.id = any (:orders::uuid[])
       and not exists (select from tickets where order_id = orders.id and phase <> 'closed')
     order by orders.id, incidents.id ${takesOver} returning order_id, incident_id`,
    { incident: incident.id, orders: [...orderIds], at },
  );
  const noted = readRows('incident fact', z.object({ order_id: id<OrderId>(), incident_id: id<IncidentId>() }), rows);
  for (const other of (await readIncidents(trx, [...new Set(noted.map((row) => row.incident_id))])).values())
    await tellTicketsOf(
      trx,
      other,
      noted.flatMap((row) => (row.incident_id === other.id ? [row.order_id] : [])),
      at,
    );
}

/** The one that stands on each order, as of what the shop reports: of a closed one a lead may see that it is better off now. */
export async function tellTicketsOf(
  trx: Transaction,
  incident: IncidentRow,
  orderIds: readonly OrderId[],
  at: Date,
  key = `${incident.id}/${incident.version}`,
): Promise<void> {
  if (orderIds.length === 0) return;
  await keepNotes(trx, {
    scope: 'noteIncident',
    key,
    operation: 'noteIncident',
    to: trx('tickets')
      .whereIn('order_id', [...orderIds])
      .whereRaw(isStanding)
      .select('id'),
    body: { ref: incident.ref, confirmed: isConfirmed(incident.state) },
    at,
    priority: laterJobPriority,
  });
}

/**
 * Confirmed incidents that cover the order, as facts of it, before the case of its new ticket is read. Waits for a change of
 * the registry, so that a ticket that is made while an incident is confirmed is met here or by the pages that tell of it.
 * Answers with those that are new.
 */
export async function matchIncidents(trx: Transaction, orderId: OrderId, at: Date): Promise<IncidentId[]> {
  await trx.raw(waitForRegistry);
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into order_incidents (${factColumns})
     select ${factOf} from orders join incidents on incidents.state in ('confirmed', 'resolved') and ${covers}
     where orders.id = :order order by incidents.id ${takesOver} returning incident_id`,
    { order: orderId, at },
  );
  return readRows('incident fact', z.object({ incident_id: id<IncidentId>() }), rows).map((row) => row.incident_id);
}

/**
 * The same for a ticket that has named exits since, or was opened again: what stands on its order hears of what is new, also
 * of a version that it has heard of and that did not cover it then.
 */
export function matchTicket(db: Database, ticketId: TicketId, at: Date): Promise<void> {
  return db.transaction(async (trx) => {
    const orders: OrderId[] = await trx('tickets').where({ id: ticketId }).pluck('order_id');
    for (const orderId of orders)
      for (const incidentId of await matchIncidents(trx, orderId, at)) {
        const incident = await readIncident(trx, incidentId);
        const key = `${incidentId}/${incident?.version}/${at.toISOString()}`;
        if (incident) await tellTicketsOf(trx, incident, [orderId], at, key);
      }
  });
}

/** Of an order that was corrected: an incident that covered it may cover it no more, whether or not a ticket stands on it. */
export async function correctCoverage(trx: Transaction, orderId: OrderId, at: Date): Promise<void> {
  await trx.raw(waitForRegistry);
  await trx.raw(
    `update order_incidents set covers = judged.covers, reported_at = :at
     from (select incidents.id, ${covers} as covers from orders
         join order_incidents as facts on facts.order_id = orders.id join incidents on incidents.id = facts.incident_id
       where orders.id = :order) as judged
     where order_id = :order and incident_id = judged.id and order_incidents.covers <> judged.covers`,
    { order: orderId, at },
  );
}
