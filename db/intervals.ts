/** Lost intervals that are compensated, in money or in time: each once, by an exclusion constraint over ranges (RP-4.5). */

import { type Refusal, refuse } from '../domain/errors.ts';
import type { Interval } from '../domain/facts.ts';
import type { OfferId, OrderId, TicketId } from '../domain/ids.ts';
import { type Transaction, violatedConstraint } from './database.ts';

/** Two claims on the same time cannot both stand, whoever makes them. */
export async function takeIntervals(
  trx: Transaction,
  taken: { order_id: OrderId; ticket_id: TicketId; offer_id: OfferId; at: Date },
  intervals: readonly Interval[],
): Promise<Refusal | null> {
  try {
    await trx.transaction((inner) =>
      inner.raw(
        `insert into compensated_intervals (order_id, ticket_id, offer_id, span, at)
         select :order_id, :ticket_id, :offer_id, tstzrange("from", until), :at
         from jsonb_to_recordset(:intervals::jsonb) as lost ("from" timestamptz, until timestamptz)`,
        { ...taken, intervals: JSON.stringify(intervals) },
      ),
    );
    return null;
  } catch (fault) {
    if (violatedConstraint(fault) === 'compensated_intervals_once') return refuse('interval-compensated');
    throw fault;
  }
}

/**
 * What was to compensate them does not go: the intervals of that offer are free again, unless part of it went. Part of a
 * statement that binds the ticket and the instant; what it moves beside is of states that do not count here, before or after.
 */
export const releaseIntervals = `
       update compensated_intervals set released_at = :at from offers
       where offers.id = offer_id and compensated_intervals.ticket_id = :ticket and released_at is null
         and not exists (select from payouts join grants on grants.id = grant_id
           where grants.offer_id = offers.id and state in ('sending', 'unknown', 'sent', 'settled'))
         and not exists (select from remedies where remedies.decision_id = offers.decision_id
           and kind = 'extension' and state in ('applying', 'unknown', 'applied'))`;
