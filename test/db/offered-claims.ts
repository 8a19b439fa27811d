/** Claims with an offer that the store itself made: asked for too late, and an incident of that time covers the order. */

import type { Database } from '../../db/database.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordOfferAnswer } from '../../db/offers.ts';
import { noteOrderIncident } from '../../db/order-incidents.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';
import {
  aMessage,
  anIncident,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  type BuiltOrder,
  granted,
  noon,
} from './builders.ts';

export const daysAfterNoon = (count: number): Date => new Date(noon.getTime() + count * 86_400_000);

/** A rail for every method, and a shop. */
export const railsAndShop = { hasRail: () => true, hasShop: true };

export interface OfferedClaim {
  readonly ticketId: TicketId;
  readonly order: BuiltOrder;
  readonly offered: TicketSnapshot;
}

/** The customer may choose between money and time. */
export async function anOfferedClaim(db: Database, settings = railsAndShop): Promise<OfferedClaim> {
  const boughtAt = daysAfterNoon(-10);
  const bought = {
    firstPurchasedAt: boughtAt,
    purchasedAt: boughtAt,
    period: { from: boughtAt, until: daysAfterNoon(20) },
  };
  const order = await anOrder(db, [aTender(3000n, { capturedAt: boughtAt })], { covered: false, ...bought });
  const lasted = { from: daysAfterNoon(-9), until: daysAfterNoon(-8) };
  await db.transaction((trx) => noteOrderIncident(trx, anIncident(order.id, lasted)));
  const ticketId = await aReviewedTicket(db, order);
  const by = { id: await aPerson(db, 'agent'), role: 'agent' as const };
  const body = { decision: 'offer', ground: 'The incident of that day.' };
  const message = await aMessage(db, ticketId, by, 'decideTicket', body);
  const offered = granted(await recordDecision(db, message, settings, noon));
  await mailsGo(db, ticketId);
  return { ticketId, order, offered };
}

/** All mails of the ticket go as soon as they are queued: of an offer whose mail is still to go nothing has run out. */
export async function mailsGo(db: Database, ticketId: TicketId): Promise<void> {
  const queued = db('notices').where({ ticket_id: ticketId, state: 'queued' });
  await queued.update({ state: 'sent', sent_at: db.ref('created_at') });
}

export async function chooseFromOffer(
  db: Database,
  { ticketId, order }: Pick<OfferedClaim, 'ticketId' | 'order'>,
  choice: 'refund' | 'extension',
  at: Date,
) {
  const by = { id: order.subjectId, role: 'customer' as const };
  return recordOfferAnswer(db, await aMessage(db, ticketId, by, 'answerOffer', { choice }, at), railsAndShop, at);
}
