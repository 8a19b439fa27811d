/**
 * RP-4.5: the days of an offer are its customer’s to choose in. Where its mail goes much later than it was made, behind the
 * many others of a wave or after an outage, they run from then, and of an offer whose mail is still to go none has run out.
 */

import { dueOfPhase } from '../domain/due.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { NoticeId, TicketId } from '../domain/ids.ts';
import type { NoticeTemplate } from '../domain/notice.ts';
import { theDesk } from '../domain/ticket.ts';
import { judge, type TicketCase, waitsOf } from './cases.ts';
import type { Database, Transaction } from './database.ts';
import { judgeTicket } from './judgements.ts';
import { markNotice } from './notices.ts';
import { type StepChange, takeStep } from './ticket-step.ts';

type Offer = NonNullable<TicketCase['offer']>;

/** What is mailed within it is mailed as it was made: days are long. */
const lateMs = 3_600_000;

export interface OfferMail {
  readonly ticketId: TicketId;
  /** When it was queued, which is when its offer was made. */
  readonly queuedAt: Date;
}

/**
 * Right before the mail of an offer goes: when the offer ends by then, which is by no day that is known while its clock
 * stands still. `null` where it is not open any more, or another is, so that its mail would not be true.
 */
export async function dateOffer(
  db: Database,
  { ticketId, queuedAt }: OfferMail,
  at: Date,
): Promise<{ readonly endsAt: string | null } | null> {
  let dated: { readonly endsAt: string | null } | null = null;
  await takeStep(db, { ticketId, inputId: null, actor: theDesk, at }, async (trx) => {
    const judged = await judgeTicket(trx, ticketId, at);
    if (isRefusal(judged)) return judged;
    const { offer } = judged.kase;
    if (offer?.choice !== null || Date.parse(offer.offeredAt) !== queuedAt.getTime()) return null;
    const isLate = at.getTime() - Date.parse(offer.toldAt ?? offer.offeredAt) > lateMs;
    const change = isLate ? await runFrom(trx, ticketId, offer, at) : null;
    if (isRefusal(change)) return change;
    dated = { endsAt: endOf(change?.kase ?? judged.kase, at) };
    return change;
  });
  return dated;
}

/** The mail has gone: where it went so late that its offer's days run from then, the ticket's course says so as well. */
export async function markOfferMail(
  db: Database,
  { noticeId, ticketId }: OfferMail & { readonly noticeId: NoticeId },
  at: Date,
): Promise<void> {
  await takeStep(db, { ticketId, inputId: null, actor: theDesk, at }, async (trx) => {
    await markNotice(trx, noticeId, 'sent', at);
    const judged = await judgeTicket(trx, ticketId, at);
    if (isRefusal(judged)) return null;
    const { offer } = judged.kase;
    if (offer?.choice !== null || offer.toldAt === null) return null;
    return { events: [{ kind: 'offerTold', data: { expiresAt: endOf(judged.kase, at) } }] };
  });
}

const endOf = (kase: TicketCase, at: Date): string | null =>
  dueOfPhase(waitsOf(kase, 'offering', judge(kase, at)), at.toISOString())?.at ?? null;

/** Its days begin now: the ticket is due by them, and is reminded by them. */
export async function runFrom(
  trx: Transaction,
  ticketId: TicketId,
  offer: Offer,
  at: Date,
): Promise<StepChange | Refusal> {
  await trx('offers').where({ id: offer.id }).update({ told_at: at });
  const fresh = await judgeTicket(trx, ticketId, at);
  return isRefusal(fresh) ? fresh : { events: [], kase: fresh.kase };
}

/** That it was made, or that it is open again. */
const offerTemplates = ['offer-made', 'ticket-reopened'] as const satisfies readonly NoticeTemplate[];

/** Whether the mail of the offer is still to go. */
export const isUntold = async (trx: Transaction, ticketId: TicketId, offer: Offer): Promise<boolean> =>
  (await trx('notices')
    .where({ ticket_id: ticketId, state: 'queued', created_at: offer.offeredAt })
    .whereIn('template', offerTemplates)
    .first('id')) !== undefined;
