/**
 * Incidents as they bear on an order (RP-2.4b). Kept as reported and corrected when reported again; the ticket that
 * stands on the order is due to hear of what is new, in the same transaction.
 */

import type { InputId, OrderId, TicketId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';
import { tellStandingTicket } from './standing-tickets.ts';

export interface NewOrderIncident {
  readonly orderId: OrderId;
  readonly ref: string;
  readonly confirmed: boolean;
  readonly widelyImpacting: boolean;
  readonly covers: boolean;
  readonly from: Date;
  readonly until: Date | null;
  /** The report's own input; what the ticket hears is kept once under it. */
  readonly inputId: InputId;
  readonly at: Date;
}

/** Answers with the ticket that was told; none where there is none, or where nothing new was said. */
export async function noteOrderIncident(trx: Transaction, incident: NewOrderIncident): Promise<TicketId | null> {
  const changed = await trx.raw<{ rows: unknown[] }>(
    `insert into order_incidents (order_id, ref, confirmed, widely_impacting, covers, from_at, until_at, reported_at)
     values (:orderId, :ref, :confirmed, :widelyImpacting, :covers, :from, :until, :at)
     on conflict (order_id, ref) do update set confirmed = excluded.confirmed, widely_impacting = excluded.widely_impacting,
       covers = excluded.covers, from_at = excluded.from_at, until_at = excluded.until_at, reported_at = excluded.reported_at
     where (order_incidents.confirmed, order_incidents.widely_impacting, order_incidents.covers, order_incidents.from_at,
       order_incidents.until_at) is distinct from
       (excluded.confirmed, excluded.widely_impacting, excluded.covers, excluded.from_at, excluded.until_at)
     returning ref`,
    { ...incident },
  );
  if (changed.rows.length === 0) return null;
  const { orderId, ref, confirmed, inputId, at } = incident;
  return tellStandingTicket(trx, { orderId, operation: 'noteIncident', body: { ref, confirmed }, key: inputId, at });
}
