/**
 * Tickets of a former desk: they count where refunds of an account are counted (RP-3.6), and what they refunded is the
 * least that went back of a tender elsewhere, also where its provider knows nothing of it.
 */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { InputId, OrderId } from '../domain/ids.ts';
import { pastTicketsShownMax } from '../domain/limits.ts';
import { type Money, money } from '../domain/money.ts';
import { type PastTicketOutcome, pastTicketOutcomes } from '../domain/past-ticket.ts';
import { tenderMethods } from '../domain/rail.ts';
import type { Queryable, Transaction } from './database.ts';
import { captureOf, lockTenders, readOrder, readTenders, storeCaptures, type TenderRow } from './orders.ts';
import { currency, instant, minor, readRow } from './row.ts';

export interface PastTicket {
  readonly ref: string;
  readonly orderRef: string;
  readonly outcome: PastTicketOutcome;
  readonly askedAt: Date;
  readonly closedAt: Date;
  /** By the tender's position in its order. */
  readonly refunds: readonly { readonly tender: number; readonly amount: Money }[];
}

const keptSchema = z.object({
  order_ref: z.string(),
  outcome: z.enum(pastTicketOutcomes),
  asked_at: instant,
  closed_at: instant,
  refunds: z.array(z.object({ tender: z.number(), minor, currency: z.string() })),
});

/** Whether it stands already, just so; a refusal where it stands otherwise. */
export async function comparePastTicket(db: Queryable, given: PastTicket): Promise<'new' | 'same' | Refusal> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select orders.ref as order_ref, outcome, asked_at, closed_at, (select coalesce(jsonb_agg(jsonb_build_object('tender', position,
         'minor', past_refunds.amount_minor::text, 'currency', past_refunds.currency) order by position), '[]')
       from past_refunds join order_tenders on order_tenders.id = tender_id where past_ticket_id = past_tickets.id) as refunds
     from past_tickets join orders on orders.id = order_id where past_tickets.ref = ?`,
    [given.ref],
  );
  if (rows[0] === undefined) return 'new';
  const kept = readRow('past ticket', keptSchema, rows[0]);
  const differs: Readonly<Record<string, boolean>> = {
    orderRef: kept.order_ref !== given.orderRef,
    outcome: kept.outcome !== given.outcome,
    askedAt: kept.asked_at.getTime() !== given.askedAt.getTime(),
    closedAt: kept.closed_at.getTime() !== given.closedAt.getTime(),
    refunds: namesOf(kept.refunds) !== namesOf(given.refunds.map(({ tender, amount }) => ({ tender, ...amount }))),
  };
  const what = Object.keys(differs).find((name) => differs[name]);
  return what === undefined ? 'same' : refuse('past-ticket-conflict', { what });
}

/** As staff read them beside a ticket; PostgreSQL's JSON tells instants as text with an offset. */
export const pastTicketColumns = z
  .object({
    ref: z.string(),
    orderRef: z.string(),
    outcome: z.enum(pastTicketOutcomes),
    askedAt: z.string().transform((text) => new Date(text)),
    closedAt: z.string().transform((text) => new Date(text)),
    refunds: z.array(z.object({ method: z.enum(tenderMethods), minor, currency })),
  })
  .transform(({ refunds, ...past }) => ({
    ...past,
    refunds: refunds.map(({ method, ...amount }) => ({ method, amount: money(amount.minor, amount.currency) })),
  }));

const shownSchema = z.object({ past: z.array(pastTicketColumns) });

/** The newest of an order, newest first. */
export async function readPastTickets(db: Queryable, orderId: OrderId) {
  const { rows } = await db.raw<{ rows: unknown[] }>(`select ${newestOf('order_id = ?')} as past`, [orderId]);
  return readRow('past tickets', shownSchema, rows[0]).past;
}

/** The newest of an account, whose id the SQL names. */
export const pastTicketsOf = (account: string): string => newestOf(`orders.account_id = ${account}`);

const newestOf = (which: string): string => `
  (select coalesce(jsonb_agg(jsonb_build_object('ref', past.ref, 'orderRef', past.order_ref, 'outcome', outcome, 'askedAt', asked_at,
       'closedAt', closed_at, 'refunds', (select coalesce(jsonb_agg(jsonb_build_object('method', method,
           'minor', past_refunds.amount_minor::text, 'currency', past_refunds.currency) order by position), '[]')
         from past_refunds join order_tenders on order_tenders.id = tender_id where past_ticket_id = past.id))
       order by closed_at desc, past.id desc), '[]')
   from (select past_tickets.*, orders.ref as order_ref from past_tickets join orders on orders.id = order_id
     where ${which} order by closed_at desc, past_tickets.id desc limit ${pastTicketsShownMax}) as past)`;

const namesOf = (refunds: readonly { tender: number; minor: bigint; currency: string }[]): string =>
  [...refunds]
    .sort((left, right) => left.tender - right.tender)
    .map(({ tender, minor: amount, currency }) => `${tender} ${amount} ${currency}`)
    .join('\n');

export async function keepPastTicket(
  trx: Transaction,
  given: PastTicket & { readonly inputId: InputId; readonly at: Date },
): Promise<Refusal | null> {
  if (given.closedAt > given.at) return refuse('request-invalid', { what: 'closedAt' });
  const order = await readOrder(trx, { ref: given.orderRef });
  if (!order) return refuse('order-unknown');
  const tenders = await lockTenders(trx, order.id);
  const refunds = given.refunds.map(({ tender, amount }) => paidBack(tenders, tender, amount));
  const refused = refunds.find(isRefusal);
  if (refused) return refused;
  const inserted: { id: string }[] = await trx('past_tickets')
    .insert({
      ref: given.ref,
      order_id: order.id,
      outcome: given.outcome,
      asked_at: given.askedAt,
      closed_at: given.closedAt,
      input_id: given.inputId,
    })
    .returning('id');
  const rows = refunds.flatMap((refund) =>
    isRefusal(refund)
      ? []
      : [
          {
            past_ticket_id: inserted[0]?.id,
            tender_id: refund.tender.id,
            amount_minor: refund.amount.minor.toString(),
            currency: refund.amount.currency,
          },
        ],
  );
  if (rows.length === 0) return null;
  await trx('past_refunds').insert(rows);
  // What was read before is told again, so that books and balance know of it at once.
  const now = await readTenders(trx, [order.id]);
  await storeCaptures(trx, now, new Map(now.flatMap((tender) => captureOf(tender) ?? [])), given.at);
  return null;
}

/** R2: what went back never exceeds what came in, ours and theirs together. */
function paidBack(
  tenders: readonly TenderRow[],
  position: number,
  amount: Money,
): { readonly tender: TenderRow; readonly amount: Money } | Refusal {
  const tender = tenders.find((one) => one.position === position);
  if (!tender) return refuse('tender-unknown');
  if (tender.currency !== amount.currency) return refuse('currency-mismatch');
  const former = money(tender.formerly_minor + amount.minor, tender.currency).minor;
  const elsewhere = former > tender.elsewhere_minor ? former : tender.elsewhere_minor;
  const gone = elsewhere + tender.committed_minor + tender.disputed_minor;
  return gone > (tender.captured_minor ?? tender.amount_minor) ? refuse('amount-over-refundable') : { tender, amount };
}
