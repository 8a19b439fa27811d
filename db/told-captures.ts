/**
 * What came in by crypto, where no provider can be asked: one person of finance tells it with its reference, a second one
 * tells the same, and only then it counts as captured (RP-2.2, R10).
 */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { OrderId, SubjectId, TenderId, TicketId } from '../domain/ids.ts';
import { type Money, money } from '../domain/money.ts';
import type { Queryable, Transaction } from './database.ts';
import { currency, id, minor, readRow } from './row.ts';
import { readTicket } from './tickets.ts';

const toldSchema = z.object({
  amount_minor: minor,
  currency,
  reference: z.string(),
  told_by: id<SubjectId>(),
  confirmed_by: id<SubjectId>().nullable(),
});

export interface ToldCapture {
  readonly ticketId: TicketId;
  readonly captureRef: string;
  readonly amount: Money;
  readonly reference: string;
  readonly by: SubjectId;
  readonly at: Date;
}

/** The first telling waits for the second; what differs from it is refused, and what is confirmed stands. */
export async function tellCapture(
  trx: Transaction,
  told: ToldCapture,
): Promise<{ readonly confirmed: boolean } | Refusal> {
  const ticket = await readTicket(trx, told.ticketId);
  const tender = ticket && (await lockTender(trx, ticket.order_id, told.captureRef));
  if (!tender) return refuse('capture-not-told');
  if (tender.currency !== told.amount.currency) return refuse('currency-mismatch', { currency: tender.currency });
  const row: unknown = await trx('told_captures').where({ tender_id: tender.id }).first();
  if (row === undefined) {
    await trx('told_captures').insert({
      tender_id: tender.id,
      amount_minor: told.amount.minor.toString(),
      currency: told.amount.currency,
      reference: told.reference,
      told_by: told.by,
      told_at: told.at,
    });
    return { confirmed: false };
  }
  const first = readRow('told capture', toldSchema, row);
  if (first.amount_minor !== told.amount.minor || first.reference !== told.reference) return refuse('capture-differs');
  if (first.confirmed_by !== null) return { confirmed: true };
  if (first.told_by === told.by) return refuse('not-second-person');
  await trx('told_captures').where({ tender_id: tender.id }).update({ confirmed_by: told.by, confirmed_at: told.at });
  return { confirmed: true };
}

const tenderSchema = z.object({ id: id<TenderId>(), currency });

async function lockTender(trx: Transaction, orderId: OrderId, captureRef: string) {
  const row: unknown = await trx('order_tenders')
    .where({ order_id: orderId, method: 'crypto', capture_ref: captureRef })
    .forUpdate()
    .first('id', 'currency');
  return row === undefined ? null : readRow('tender', tenderSchema, row);
}

/** `null` while two people have not both told it. */
export async function readToldCapture(db: Queryable, captureRef: string): Promise<Money | null> {
  const row: unknown = await db('told_captures')
    .join('order_tenders', 'order_tenders.id', 'told_captures.tender_id')
    .where({ capture_ref: captureRef, method: 'crypto' })
    .whereNotNull('confirmed_by')
    .first('told_captures.*');
  if (row === undefined) return null;
  const told = readRow('told capture', toldSchema, row);
  return money(told.amount_minor, told.currency);
}
