/** RP-4.5: from when the days of an offer run, where its mail goes much later than the offer was made. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordDue } from '../../db/dues.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { NoticeId, TicketId } from '../../domain/ids.ts';
import { MailNotSent, type OutgoingMail } from '../../domain/mail.ts';
import { instantInWords } from '../../domain/wording.ts';
import { createMailTemplates } from '../../providers/mail-templates.ts';
import { createNoticeSender } from '../../runtime/notices.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { budget, confirmed, deliverDue, doTo, inPlace, ok, putPlainOrder, runWave } from './incident-desk.ts';

let desk: Desk;
let lead: Person;
let customer: Person;

beforeAll(async () => {
  desk = await startDesk();
  [lead, customer] = await Promise.all([desk.signedIn('lead'), desk.signedIn('customer')]);
});
afterAll(() => desk.close());

interface Offered {
  readonly ticketId: TicketId;
  readonly madeAt: Date;
  readonly endsAt: string;
}

/** By a wave, whose mails wait for their turn. */
async function anOffer(place: string): Promise<Offered> {
  await putPlainOrder(desk, await desk.signedIn('service'), customer, inPlace(place));
  const incident = await confirmed(await desk.signedIn('agent'), lead, { planKinds: [], places: [place] });
  await doTo(lead, String(incident.id), 'offers', { budget: budget(), ordersPerMinute: 60_000 });
  await runWave(desk, incident.id);
  await deliverDue(desk);
  const [row] = await desk.db('offers').orderBy('offered_at', 'desc').limit(1).select('ticket_id', 'offered_at');
  const offer = { ticketId: row?.ticket_id, madeAt: row?.offered_at };
  return { ...offer, endsAt: await endOf(offer.ticketId) };
}

async function endOf(ticketId: TicketId): Promise<string> {
  const ticket = await ok(customer.get(`/v1/tickets/${ticketId}`));
  expect(ticket).toMatchObject({ phase: 'offering', due: { kind: 'offer' } });
  const offer = ticket['offer'] as { expiresAt: string };
  expect(ticket['due']).toMatchObject({ at: offer.expiresAt });
  return offer.expiresAt;
}

/** Has the mail of the offer go, so long after it was made; answers with its text, if it went. */
async function mailAfter({ ticketId, madeAt }: Offered, afterMs: number, isUp = true): Promise<string | undefined> {
  const mails: OutgoingMail[] = [];
  const said = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const sender = createNoticeSender({
    db: desk.db,
    mailer: {
      send: async (mail) => {
        if (!isUp) throw new MailNotSent('421', false);
        mails.push(mail);
      },
    },
    templates: createMailTemplates(),
    clock: { now: () => new Date(madeAt.getTime() + afterMs) },
    log: said,
    publicUrl: 'https://desk.example',
    dryRun: false,
    tieHash: null,
  });
  const ids: NoticeId[] = await desk.db('notices').where({ ticket_id: ticketId, template: 'offer-made' }).pluck('id');
  for (const id of ids) expect(await sender.send(id)).toBe(isUp);
  return mails[0]?.text;
}

const lapse = (ticketId: TicketId, at: string) =>
  recordDue(desk.db, { ticketId, due: { kind: 'offer', at } }, { hasRail: () => true, hasShop: true }, new Date(at));

const inMail = (instant: string): string => instantInWords(instant, 'en');
const movedBy = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

test('of a mail that went three days later they run from then, and so say mail, ticket and timer', async () => {
  const offer = await anOffer('late');
  const later = movedBy(offer.endsAt, 3 * dayMs);
  expect(await mailAfter(offer, 3 * dayMs)).toContain(inMail(later));
  expect(await endOf(offer.ticketId)).toBe(later);
  await lapse(offer.ticketId, offer.endsAt);
  expect(await endOf(offer.ticketId)).toBe(later);
  await lapse(offer.ticketId, later);
  expect(await ok(customer.get(`/v1/tickets/${offer.ticketId}`))).toMatchObject({ phase: 'closed', outcome: 'lapsed' });
});

test('of a mail that went within the hour they run from when it was made', async () => {
  const offer = await anOffer('soon');
  expect(await mailAfter(offer, 3_500_000)).toContain(inMail(offer.endsAt));
  expect(await endOf(offer.ticketId)).toBe(offer.endsAt);
});

test('none has run out while the mail could not go', async () => {
  const offer = await anOffer('queued');
  await lapse(offer.ticketId, offer.endsAt);
  const days = Date.parse(offer.endsAt) - offer.madeAt.getTime();
  expect(await endOf(offer.ticketId)).toBe(movedBy(offer.endsAt, days));
  await mailAfter(offer, days + dayMs, false);
  expect(await mailAfter(offer, days + 2 * dayMs)).toContain(inMail(movedBy(offer.endsAt, days + 2 * dayMs)));
  expect(await endOf(offer.ticketId)).toBe(movedBy(offer.endsAt, days + 2 * dayMs));
});
