/**
 * The steps that store what providers say was captured: for a ticket's order, as a grant needs it (R10), and for any order
 * of which something went back elsewhere.
 */

import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { OrderId, PayoutId, TenderId, TicketId } from '../domain/ids.ts';
import { type TicketSnapshot, theProvider } from '../domain/ticket.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { judgeTicket } from './judgements.ts';
import { type CaptureRead, lockTenders, readTenders, storeCaptures, type TenderRow } from './orders.ts';
import { readTenderPayoutIds } from './payouts.ts';
import { tellStandingTicket } from './standing-tickets.ts';
import { takeStep } from './ticket-step.ts';
import { lockTicketsOf, readTicket } from './tickets.ts';

/** Tenders of the ticket's order, as they stand. */
export async function readTicketTenders(db: Database, ticketId: TicketId): Promise<TenderRow[]> {
  const ticket = await readTicket(db, ticketId);
  return ticket ? readTenders(db, [ticket.order_id]) : [];
}

/** What the providers said of tenders of an order, with how these stood when they were asked. */
interface ReadAnew {
  readonly asked: readonly TenderAsRead[];
  readonly captures: ReadonlyMap<TenderId, CaptureRead>;
}

/** Takes over what the providers have of tenders of the ticket's order; `moved` as with a whole order. */
export async function recordCaptures(
  db: Database,
  given: ReadAnew & { readonly ticketId: TicketId },
  at: Date,
): Promise<TicketSnapshot | Refusal | 'moved'> {
  let moved = false;
  const step = { ticketId: given.ticketId, inputId: null, actor: theProvider, at };
  const answer = await takeStep(db, step, async (trx, ticket) => {
    const news = await storeAnew(trx, await lockTenders(trx, ticket.order_id), given, at);
    moved = news === 'moved';
    if (news === 'moved' || news.length === 0) return null;
    const captured = news.map((read) =>
      'problem' in read ? read.problem : `${read.captured.minor} ${read.captured.currency}`,
    );
    const events = [{ kind: 'captureRead', data: { captured } }];
    // Only now may the desk know whether it can decide by itself (RP-4.6).
    const judged = ticket.phase === 'deciding' ? await judgeTicket(trx, ticket.id, at) : null;
    return judged === null || isRefusal(judged) ? { events } : { events, kase: judged.kase };
  });
  return moved ? 'moved' : answer;
}

/**
 * Stores what is new of the tenders, whose rows are locked; nothing where one of those that were asked for is not any more
 * as it was then. What is ours is told by the payouts that were known, and what was read before a newer word is older.
 */
async function storeAnew(
  trx: Transaction,
  tenders: readonly TenderRow[],
  { asked, captures }: ReadAnew,
  at: Date,
): Promise<readonly CaptureRead[] | 'moved'> {
  const now = await withPayouts(
    trx,
    tenders.filter(({ id }) => asked.some((tender) => tender.id === id)),
  );
  return standingOf(now) === standingOf(asked) ? storeCaptures(trx, tenders, captures, at) : 'moved';
}

/** A tender with what its provider's word is measured by, as it stood when the provider was asked. */
export interface TenderAsRead {
  readonly id: TenderId;
  readonly captureRef: string | null;
  readonly changeNo: number;
  readonly payoutIds: readonly PayoutId[];
}

/** Tenders with the payouts of each that hold their amount: what the provider has under other ids went out elsewhere. */
export async function withPayouts(db: Queryable, tenders: readonly TenderRow[]) {
  const payouts = await readTenderPayoutIds(
    db,
    tenders.map(({ id }) => id),
  );
  return tenders.map((tender) => ({
    id: tender.id,
    method: tender.method,
    captureRef: tender.capture_ref,
    changeNo: tender.last_change_no,
    payoutIds: payouts.get(tender.id) ?? [],
  }));
}

/**
 * Takes over what the providers have of an order, and lets the ticket that stands on it hear what went back elsewhere.
 * `moved` where the order is not any more as it was when they were asked: what was read then is stored no more.
 */
export function recordOrderCaptures(
  db: Database,
  given: ReadAnew & { readonly orderId: OrderId },
  at: Date,
): Promise<'stored' | 'moved'> {
  return db.transaction(async (trx) => {
    await lockTicketsOf(trx, given.orderId);
    const before = await lockTenders(trx, given.orderId);
    const news = await storeAnew(trx, before, given, at);
    if (news === 'moved') return 'moved';
    if (news.length > 0) await tellElsewhere(trx, given.orderId, before, at);
    return 'stored';
  });
}

const standingOf = (tenders: readonly TenderAsRead[]): string =>
  JSON.stringify(
    tenders.map(({ id, captureRef, changeNo, payoutIds }) => [id, captureRef, changeNo, [...payoutIds].sort()]),
  );

async function tellElsewhere(
  trx: Transaction,
  orderId: OrderId,
  before: readonly TenderRow[],
  at: Date,
): Promise<void> {
  const moved = (await readTenders(trx, [orderId])).filter(
    ({ id, elsewhere_minor }) => before.find((one) => one.id === id)?.elsewhere_minor !== elsewhere_minor,
  );
  const [first] = moved;
  if (!first) return;
  await tellStandingTicket(trx, {
    orderId,
    operation: 'noteOrder',
    body: {
      fact: 'elsewhere',
      tenders: moved.map(({ elsewhere_minor, currency, method }) => ({
        minor: elsewhere_minor.toString(),
        currency,
        method,
      })),
    },
    // A change has its number once.
    key: `${first.id}/${first.last_change_no}`,
    at,
  });
}
