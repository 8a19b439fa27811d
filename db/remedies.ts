/** Remedies at the shop: their rows, whose keys stand before any call. */

import { z } from 'zod';
import type { DecisionId, OrderId, RemedyId, TicketId } from '../domain/ids.ts';
import { type RemedyChange, type RemedyKind, remedyKey, remedyKinds, remedyStates } from '../domain/remedy.ts';
import type { Queryable, Transaction } from './database.ts';
import { id, instant, readRow, readRows } from './row.ts';
import type { TicketRow } from './tickets.ts';

const remedySchema = z.object({
  id: id<RemedyId>(),
  ticket_id: id<TicketId>(),
  order_id: id<OrderId>(),
  decision_id: id<DecisionId>(),
  remedy_no: z.number().int(),
  key: z.string(),
  kind: z.enum(remedyKinds),
  extend_minutes: z.number().int(),
  extend_bytes: z.string(),
  state: z.enum(remedyStates),
  created_at: instant,
  updated_at: instant,
});

export type RemedyRow = z.output<typeof remedySchema>;

export async function insertRemedy(
  trx: Transaction,
  given: {
    ticket: TicketRow;
    decisionId: DecisionId;
    kind: RemedyKind;
    minutes: number;
    bytes: string;
    at: Date;
  },
): Promise<void> {
  const order = given.ticket.order_id;
  await trx.raw(
    `with numbered as (update orders set last_remedy_no = last_remedy_no + 1 where id = :order returning last_remedy_no)
     insert into remedies (ticket_id, order_id, decision_id, remedy_no, key, kind, extend_minutes, extend_bytes, state, created_at, updated_at)
     select :ticket, :order, :decision, last_remedy_no, :keyStem || last_remedy_no, :kind, :minutes, :bytes, 'granted', :at, :at from numbered`,
    {
      order,
      ticket: given.ticket.id,
      decision: given.decisionId,
      keyStem: remedyKey(order, 0).slice(0, -1),
      kind: given.kind,
      minutes: given.minutes,
      bytes: given.bytes,
      at: given.at,
    },
  );
}

export interface RemedyToApply extends RemedyRow {
  readonly order_ref: string;
}

export async function readRemedy(db: Queryable, remedyId: RemedyId): Promise<RemedyToApply> {
  const row: unknown = await db('remedies')
    .join('orders', 'orders.id', 'remedies.order_id')
    .where({ 'remedies.id': remedyId })
    .first('remedies.*', 'orders.ref as order_ref');
  return readRow('remedy', remedySchema.extend({ order_ref: z.string() }), row);
}

export const readTicketRemedies = async (trx: Transaction, ticketId: TicketId): Promise<RemedyRow[]> =>
  readRows('remedy', remedySchema, await trx('remedies').where({ ticket_id: ticketId }).orderBy('remedy_no'));

/** Those of the decision that counts: an earlier one's move its ticket no more. */
export const ofNewest = (remedies: readonly RemedyRow[]): RemedyRow[] =>
  remedies.filter((remedy) => remedy.decision_id === remedies.at(-1)?.decision_id);

export async function moveRemedy(trx: Transaction, remedy: RemedyRow, change: RemedyChange, at: Date): Promise<void> {
  const ended = ['applied', 'failed', 'cancelled', 'rehearsed'].includes(change.state);
  const moved = await trx('remedies')
    .where({ id: remedy.id, state: remedy.state })
    .update({
      state: change.state,
      ...(change.shopRef === undefined ? {} : { shop_ref: change.shopRef }),
      ...(change.planEndsAt === undefined ? {} : { plan_ends_at: change.planEndsAt }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ended_at: ended ? at : null,
      updated_at: at,
    });
  if (moved !== 1) throw new Error('a remedy was moved by someone else');
}
