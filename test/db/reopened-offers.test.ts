/** RP-4.5: of a lapsed ticket that its customer opens again, the offer is open again only where it is what lapsed. */

import { expect, test } from '@jest/globals';
import { recordReopening } from '../../db/appeals.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordInformationRequest } from '../../db/information.ts';
import { dateOffer } from '../../db/offer-mails.ts';
import { readSnapshot } from '../../db/tickets.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import type { Role } from '../../domain/role.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';
import { aMessage, aPerson, confirmDecision, granted, noon } from './builders.ts';
import {
  anOfferedClaim,
  chooseFromOffer,
  daysAfterNoon,
  mailsGo,
  type OfferedClaim,
  railsAndShop,
} from './offered-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

async function comeDue(ticketId: TicketId, { due }: TicketSnapshot): Promise<TicketSnapshot> {
  if (!due) throw new Error('nothing is due');
  return granted(await recordDue(suite.db, { ticketId, due }, railsAndShop, new Date(due.at)));
}

async function reopen(ticketId: TicketId, by: { id: SubjectId; role: Role }, day: number): Promise<TicketSnapshot> {
  const message = await aMessage(suite.db, ticketId, by, 'reopenTicket', { ground: 'Look at it again.' });
  return granted(await recordReopening(suite.db, message, daysAfterNoon(day)));
}

const readSnapshotOf = (ticketId: TicketId): Promise<TicketSnapshot> =>
  suite.db.transaction((trx) => readSnapshot(trx, ticketId));

const customerOf = ({ order }: OfferedClaim) => ({ id: order.subjectId, role: 'customer' as const });
const aLead = async () => ({ id: await aPerson(suite.db, 'lead'), role: 'lead' as const });

async function aLapsedOffer(): Promise<OfferedClaim> {
  const claim = await anOfferedClaim(suite.db);
  expect(await comeDue(claim.ticketId, claim.offered)).toMatchObject({ phase: 'closed', outcome: 'lapsed' });
  return claim;
}

/** Opened again by staff, who then ask the customer in vain. */
async function lapsedQuestion({ ticketId }: OfferedClaim, day: number): Promise<void> {
  expect(await reopen(ticketId, await aLead(), day)).toMatchObject({ phase: 'deciding' });
  const question = { materials: ['evidence'], question: 'Which exits?' };
  const message = await aMessage(suite.db, ticketId, await aLead(), 'requestInformation', question);
  const asked = granted(await recordInformationRequest(suite.db, message, daysAfterNoon(day)));
  expect(asked).toMatchObject({ phase: 'reviewing', due: { kind: 'information' } });
  expect(await comeDue(ticketId, asked)).toMatchObject({ phase: 'closed', outcome: 'lapsed' });
}

const choices = ({ ticketId }: OfferedClaim) => suite.db('offers').where({ ticket_id: ticketId }).pluck('choice');

test('RP-4.5: an offer that lapsed is open again for its time, and what is chosen from it is the workflow’s to do', async () => {
  const claim = await aLapsedOffer();
  const due = { kind: 'offer', at: daysAfterNoon(34).toISOString() };
  expect(await reopen(claim.ticketId, customerOf(claim), 20)).toMatchObject({ phase: 'offering', due });
  expect(await chooseFromOffer(suite.db, claim, 'extension', daysAfterNoon(21))).toMatchObject({
    phase: 'settling',
    remedies: [{ kind: 'extension', state: 'granted' }],
  });
});

test('RP-4.5: an offer whose mail went late has all of its days again where it is opened again', async () => {
  const claim = await anOfferedClaim(suite.db);
  const { ticketId } = claim;
  await dateOffer(suite.db, { ticketId, queuedAt: noon }, daysAfterNoon(3));
  const dated = await readSnapshotOf(ticketId);
  expect(dated.due).toEqual({ kind: 'offer', at: daysAfterNoon(17).toISOString() });
  expect(await comeDue(ticketId, dated)).toMatchObject({ phase: 'closed', outcome: 'lapsed' });
  const due = { kind: 'offer', at: daysAfterNoon(34).toISOString() };
  const reopened = await reopen(ticketId, customerOf(claim), 20);
  expect(reopened).toMatchObject({ phase: 'offering', due });
  // That it is open again is mailed as well, and it does not run out before.
  expect(await comeDue(ticketId, reopened)).toMatchObject({ phase: 'offering' });
  await mailsGo(suite.db, ticketId);
  expect(await comeDue(ticketId, await readSnapshotOf(ticketId))).toMatchObject({ outcome: 'lapsed' });
});

test('RP-4.2: where a question lapsed after it, what is missing is asked for again, and the offer before it stays lapsed', async () => {
  const claim = await aLapsedOffer();
  await lapsedQuestion(claim, 20);
  expect(await reopen(claim.ticketId, customerOf(claim), 40)).toMatchObject({ phase: 'gathering' });
  expect(await choices(claim)).toEqual(['lapsed']);
});

test('RP-4.5: an offer that was followed by a refusal is not open again by a question that lapsed later', async () => {
  const claim = await aLapsedOffer();
  const { ticketId } = claim;
  await reopen(ticketId, await aLead(), 15);
  const body = { decision: 'refuse', clauses: ['RP-3.5'], ground: 'Resold to others.', exception: 'refusal' };
  const message = await aMessage(suite.db, ticketId, await aLead(), 'decideTicket', body);
  granted(await recordDecision(suite.db, message, railsAndShop, daysAfterNoon(15)));
  expect(await confirmDecision(suite.db, ticketId, await aLead())).toMatchObject({ outcome: 'refused' });
  await lapsedQuestion(claim, 20);
  expect(await reopen(ticketId, customerOf(claim), 40)).toMatchObject({ phase: 'gathering' });
  expect(await choices(claim)).toEqual(['lapsed']);
});
