/** The ticket that stands on an order, and what the shop's systems let it hear of the order. */

import { createHash } from 'node:crypto';
import type { OrderId, TicketId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';
import { keepInput } from './inputs.ts';

interface OrderNote {
  readonly orderId: OrderId;
  readonly operation: 'noteIncident' | 'noteOrder';
  /** Codes and references. */
  readonly body: object;
  /** What the ticket hears is kept once under it: the report's own input, or the change of a tender. */
  readonly key: string;
  readonly at: Date;
}

/** The order's open claim, else the newest that was closed: a fact that came late may still better its outcome. */
export async function standingTicket(
  trx: Transaction,
  orderId: OrderId,
): Promise<{ readonly id: TicketId; readonly asked_at: Date } | null> {
  const row: { id: TicketId; asked_at: Date } | undefined = await trx('tickets')
    .where({ order_id: orderId })
    .orderByRaw(`phase = 'closed', created_at desc, id desc`)
    .first('id', 'asked_at');
  return row ?? null;
}

/** The same of a row `tickets`, in a statement about many. */
export const isStanding = `not exists (select from tickets as others where others.order_id = tickets.order_id
  and (others.phase <> 'closed', others.created_at, others.id) > (tickets.phase <> 'closed', tickets.created_at, tickets.id))`;

/** Answers with the ticket that is due to hear of it, in the same transaction; `null` where none stands on the order. */
export async function tellStandingTicket(trx: Transaction, note: OrderNote): Promise<TicketId | null> {
  const ticket = await standingTicket(trx, note.orderId);
  if (ticket === null) return null;
  await keepInput(trx, {
    source: 'desk',
    scope: note.operation,
    key: note.key,
    operation: note.operation,
    requestHash: createHash('sha256').update(note.key).digest(),
    subjectId: null,
    ticketId: ticket.id,
    payoutId: null,
    body: note.body,
    at: note.at,
    delivery: 'due',
  });
  return ticket.id;
}
