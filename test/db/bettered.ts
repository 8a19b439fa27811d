/** What may better a case: an incident that turns out otherwise, a ticket that a lead opens again, and the offer made anew. */

import { recordReopening } from '../../db/appeals.ts';
import { recordIncidentNote } from '../../db/case-notes.ts';
import type { Database } from '../../db/database.ts';
import { recordDecision } from '../../db/decisions.ts';
import { readDueInputs } from '../../db/inputs.ts';
import { judgeTicket } from '../../db/judgements.ts';
import { noteOrderIncident } from '../../db/order-incidents.ts';
import { recordShopReport } from '../../db/remedy-applying.ts';
import type { RemedyId, TicketId } from '../../domain/ids.ts';
import { aMessage, anIncident, aPerson, granted, noon } from './builders.ts';
import {
  anOfferedClaim,
  chooseFromOffer,
  daysAfterNoon,
  mailsGo,
  type OfferedClaim,
  railsAndShop,
} from './offered-claims.ts';

/** The claim's incident is told of again, with what is given, and the ticket hears it. */
export async function hearOfIncident(
  db: Database,
  { ticketId, order }: Pick<OfferedClaim, 'ticketId' | 'order'>,
  given: { readonly until: Date | null; readonly confirmed?: boolean },
) {
  const at = daysAfterNoon(1);
  const incident = anIncident(order.id, { from: daysAfterNoon(-9), at, ...given });
  await db.transaction((trx) => noteOrderIncident(trx, incident));
  const note = (await readDueInputs(db, ticketId)).findLast(({ operation }) => operation === 'noteIncident');
  if (!note) throw new Error('the ticket is told of it');
  return granted(await recordIncidentNote(db, { ticketId, inputId: note.id }, at));
}

/** A lead opens it again, or takes back its offer. */
export async function takeBack(db: Database, ticketId: TicketId) {
  const by = { id: await aPerson(db, 'lead'), role: 'lead' as const };
  const message = await aMessage(db, ticketId, by, 'reopenTicket', { ground: 'It lasted for longer.' });
  return recordReopening(db, message, daysAfterNoon(2));
}

export async function offerOf(db: Database, ticketId: TicketId) {
  const by = { id: await aPerson(db, 'agent'), role: 'agent' as const };
  const body = { decision: 'offer', ground: 'All of it.' };
  const message = await aMessage(db, ticketId, by, 'decideTicket', body);
  const answer = await recordDecision(db, message, railsAndShop, daysAfterNoon(2));
  await mailsGo(db, ticketId);
  return answer;
}

export const proposalOf = async (db: Database, ticketId: TicketId) =>
  granted(await db.transaction((trx) => judgeTicket(trx, ticketId, daysAfterNoon(3)))).assessment.proposal;

/** The customer chose time, and the shop has given it. */
export async function anExtendedClaim(db: Database): Promise<OfferedClaim> {
  const claim = await anOfferedClaim(db);
  granted(await chooseFromOffer(db, claim, 'extension', noon));
  const remedies: RemedyId[] = await db('remedies').where({ ticket_id: claim.ticketId }).pluck('id');
  const [remedyId] = remedies;
  if (!remedyId) throw new Error('the shop is asked for the time');
  await db('remedies').where({ id: remedyId }).update({ state: 'applying' });
  const report = { status: 'applied' as const, shopRef: 'ext-1' };
  const closed = granted(await recordShopReport(db, { ticketId: claim.ticketId, remedyId, report }, noon));
  if (closed.outcome !== 'extended') throw new Error('the time was given');
  return claim;
}
