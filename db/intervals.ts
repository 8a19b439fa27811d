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

/** What was to compensate them does not go: the intervals are free again, unless part of it went. */
export async function releaseIntervals(trx: Transaction, ticketId: TicketId, at: Date): Promise<void> {
  await trx('compensated_intervals')
    .where({ ticket_id: ticketId })
    .whereNull('released_at')
    .whereNotExists(
      trx('payouts')
        .where({ ticket_id: ticketId })
        .whereIn('state', ['sending', 'unknown', 'sent', 'settled'])
        .select('id'),
    )
    .whereNotExists(
      trx('remedies')
        .where({ ticket_id: ticketId, kind: 'extension' })
        .whereIn('state', ['applying', 'unknown', 'applied'])
        .select('id'),
    )
    .update({ released_at: at });
}
