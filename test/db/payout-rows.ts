/** Payout rows written past the stores, as a fault of ours or a hand at the database would write them. */

import type { Database } from '../../db/database.ts';
import type { RemedyId, SubjectId, TicketId } from '../../domain/ids.ts';
import { payoutKey } from '../../domain/payout.ts';
import { aKeptInput, anOrder, aPerson, aReviewedTicket, aTender, type BuiltOrder, noon } from './builders.ts';

/** What a payout stands on: an order with money captured, a ticket, and who decided. */
export interface Ground {
  readonly order: BuiltOrder;
  readonly ticketId: TicketId;
  readonly deciderId: SubjectId;
  readonly approverId: SubjectId;
}

export async function aGround(db: Database, ...minors: readonly bigint[]): Promise<Ground> {
  const order = await anOrder(
    db,
    minors.map((minor) => aTender(minor)),
  );
  return {
    order,
    ticketId: await aReviewedTicket(db, order),
    deciderId: await aPerson(db, 'agent'),
    approverId: await aPerson(db, 'finance'),
  };
}

export async function aGrant(db: Database, ground: Ground, minor: bigint): Promise<string> {
  const inputId = await aKeptInput(db, { ticketId: ground.ticketId });
  const amount = { amount_minor: minor.toString(), currency: 'USD', at: noon };
  const decided: { id: string }[] = await db('decisions')
    .insert({
      ticket_id: ground.ticketId,
      decided_by: ground.deciderId,
      decision: 'refund',
      ground: 'a ground',
      clauses: [],
      state: 'final',
      input_id: inputId,
      ...amount,
    })
    .returning('id');
  const rows: { id: string }[] = await db('grants')
    .insert({ ticket_id: ground.ticketId, order_id: ground.order.id, decision_id: decided[0]?.id, ...amount })
    .returning('id');
  return rows[0]?.id ?? '';
}

/** Columns of a granted payout; those given replace its own. */
export const payoutColumns = (
  ground: Ground,
  grantId: string,
  payoutNo: number,
  minor: bigint,
  given: Record<string, unknown> = {},
): Record<string, unknown> => ({
  ticket_id: ground.ticketId,
  order_id: ground.order.id,
  grant_id: grantId,
  tender_id: ground.order.tenders[0]?.id,
  payout_no: payoutNo,
  key: payoutKey(ground.order.id, payoutNo),
  method: 'card',
  rail: 'card',
  amount_minor: minor.toString(),
  currency: 'USD',
  state: 'granted',
  decided_by: ground.deciderId,
  created_at: noon,
  updated_at: noon,
  ...given,
});

/** Another ticket on the same order, closed, since a ticket has one open payout a tender. */
async function anEarlierTicket(db: Database, ground: Ground): Promise<string> {
  const made = await db.raw<{ rows: { id: string }[] }>(
    `insert into tickets (order_id, account_id, subject_id, phase, outcome, asked_at, fault, claimed_method, description, created_at, updated_at, closed_at)
     select order_id, account_id, subject_id, 'closed', 'refunded', asked_at, fault, claimed_method, description, created_at, updated_at, updated_at
     from tickets where id = ? returning id`,
    [ground.ticketId],
  );
  return made.rows[0]?.id ?? '';
}

/** A payout of its own ticket, so that only the order's balance stands between it and the next. */
export async function aPayoutRow(db: Database, ground: Ground, grantId: string, payoutNo: number, minor: bigint) {
  const ticketId = await anEarlierTicket(db, ground);
  const rows: { id: string }[] = await db('payouts')
    .insert(payoutColumns(ground, grantId, payoutNo, minor, { ticket_id: ticketId }))
    .returning('id');
  return rows[0]?.id ?? '';
}

export async function committedOf(db: Database, tenderId: string | undefined): Promise<bigint> {
  const row: { committed_minor: string } | undefined = await db('order_tenders')
    .where({ id: tenderId })
    .first('committed_minor');
  return BigInt(row?.committed_minor ?? '-1');
}

/** The end of the plan that the ticket's refund is for, as far as it came. */
export async function aPlanEnd(db: Database, ticketId: TicketId, state: 'granted' | 'unknown'): Promise<RemedyId> {
  const decision: object | undefined = await db('decisions')
    .where({ ticket_id: ticketId, state: 'final' })
    .first('id as decision_id', 'ticket_id');
  const order: object | undefined = await db('tickets')
    .where({ id: ticketId })
    .first('order_id', db.raw(`'remedy/' || order_id || '/1' as key`));
  const at = { created_at: noon, updated_at: noon };
  const reason = state === 'unknown' ? 'timeout' : null;
  const rows: { id: RemedyId }[] = await db('remedies')
    .insert({ ...decision, ...order, ...at, remedy_no: 1, kind: 'plan_end', state, reason })
    .returning('id');
  if (!rows[0]) throw new Error('no plan is to end');
  return rows[0].id;
}
