/**
 * RP-4.5: the days of an offer are its customer’s to choose in. Where its mail goes much later than it was made, behind the
 * many others of a wave or after an outage, they run from then, and of an offer whose mail is still to go none has run out.
 */

import { dayMs } from '../domain/clocks.ts';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import { theDesk } from '../domain/ticket.ts';
import type { TicketCase } from './cases.ts';
import type { Database, Transaction } from './database.ts';
import { judgeTicket } from './judgements.ts';
import { type StepChange, takeStep } from './ticket-step.ts';

type Offer = NonNullable<TicketCase['offer']>;

/** What is mailed within it is mailed as it was made: days are long. */
const lateMs = 3_600_000;

export interface OfferMail {
  readonly ticketId: TicketId;
  /** When it was queued, which is when its offer was made. */
  readonly queuedAt: Date;
}

/** Right before the mail of an offer goes: when the offer ends now, or `null` where that is as it was said when it was made. */
export async function dateOffer(db: Database, { ticketId, queuedAt }: OfferMail, at: Date): Promise<string | null> {
  let endsAt: string | null = null;
  await takeStep(db, { ticketId, inputId: null, actor: theDesk, at }, async (trx) => {
    const judged = await judgeTicket(trx, ticketId, at);
    const offer = isRefusal(judged) ? null : judged.kase.offer;
    if (offer?.choice !== null || Date.parse(offer.offeredAt) !== queuedAt.getTime()) return null;
    if (at.getTime() - Date.parse(offer.toldAt ?? offer.offeredAt) <= lateMs) return null;
    endsAt = new Date(at.getTime() + offer.days * dayMs).toISOString();
    return runFrom(trx, ticketId, offer, at);
  });
  return endsAt;
}

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

/** Whether the mail of the offer is still to go. */
export const isUntold = async (trx: Transaction, ticketId: TicketId, offer: Offer): Promise<boolean> =>
  (await trx('notices')
    .where({ ticket_id: ticketId, template: 'offer-made', state: 'queued', created_at: offer.offeredAt })
    .first('id')) !== undefined;
