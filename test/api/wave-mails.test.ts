/** Mails of a wave that go much later than they were queued (RP-2.4b, RP-4.5): each says what is so by then. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordDue } from '../../db/dues.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { NoticeId, TicketId } from '../../domain/ids.ts';
import { MailNotSent, type OutgoingMail } from '../../domain/mail.ts';
import { instantInWords } from '../../domain/wording.ts';
import { createMailTemplates } from '../../providers/mail-templates.ts';
import { createNoticeSender } from '../../runtime/notices.ts';
import type { Json } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import {
  budget,
  confirmed,
  deliverDue,
  doTo,
  hoursAgo,
  inPlace,
  ok,
  orderIdOf,
  putPlainOrder,
  runWave,
  tender,
} from './incident-desk.ts';

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
  const newest: { ticketId: TicketId; madeAt: Date }[] = await desk
    .db('offers')
    .orderBy('offered_at', 'desc')
    .limit(1)
    .select('ticket_id as ticketId', 'offered_at as madeAt');
  const [offer] = newest;
  if (!offer) throw new Error('nothing was offered');
  return { ...offer, endsAt: await endOf(offer.ticketId) };
}

async function endOf(ticketId: TicketId): Promise<string> {
  const ticket = await ok(customer.get(`/v1/tickets/${ticketId}`));
  expect(ticket).toMatchObject({ phase: 'offering', due: { kind: 'offer' } });
  const offer = ticket['offer'] as { expiresAt: string };
  expect(ticket['due']).toMatchObject({ at: offer.expiresAt });
  return offer.expiresAt;
}

/** Has mails go at an instant; answers with the text of the first, if it went. */
async function mail(which: object, at: Date, isUp = true): Promise<string | undefined> {
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
    clock: { now: () => at },
    log: said,
    publicUrl: 'https://desk.example',
    dryRun: false,
    tieHash: null,
  });
  const ids: NoticeId[] = await desk.db('notices').where(which).pluck('id');
  for (const id of ids) expect(await sender.send(id)).toBe(isUp);
  return mails[0]?.text;
}

/** The mail of the offer, so long after it was made. */
const mailAfter = ({ ticketId, madeAt }: Offered, afterMs: number, isUp = true): Promise<string | undefined> =>
  mail({ ticket_id: ticketId, template: 'offer-made' }, new Date(madeAt.getTime() + afterMs), isUp);

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

describe('RP-2.4b: who is told that all of their money is due', () => {
  /** Bought so lately that it may still be asked for, and told of by a wave. */
  async function told(place: string): Promise<{ incident: Json; orderId: string }> {
    const lately = hoursAgo(30);
    const given = { firstPurchasedAt: lately, purchasedAt: lately, tenders: tender('card', lately) };
    const ref = await putPlainOrder(desk, await desk.signedIn('service'), customer, inPlace(place, given));
    const incident = await confirmed(await desk.signedIn('agent'), lead, { planKinds: [], places: [place] });
    await doTo(lead, String(incident.id), 'offers', { budget: budget(), ordersPerMinute: 60_000 });
    await runWave(desk, incident.id);
    return { incident, orderId: await orderIdOf(desk, ref) };
  }

  const outcomeOf = (orderId: string): Promise<Json | undefined> =>
    desk.db('incident_offers').where({ order_id: orderId }).first('outcome', 'reason');
  const stateOf = (orderId: string): Promise<string[]> =>
    desk.db('notices').where({ order_id: orderId }).pluck('state');

  test('is mailed so', async () => {
    const { orderId } = await told('due');
    expect(await mail({ order_id: orderId }, desk.now())).toContain('19.99');
    expect([await outcomeOf(orderId), await stateOf(orderId)]).toEqual([{ outcome: 'told', reason: null }, ['sent']]);
  });

  test.each([
    ['once the incident is retracted', 'retracted-since', 0],
    ['once it is too late to ask', 'too-late', 30],
  ])('is not mailed so %s, and a person settles it', async (what, place, days) => {
    const { incident, orderId } = await told(place);
    if (days === 0) await doTo(lead, String(incident.id), 'retract');
    expect([what, await mail({ order_id: orderId }, new Date(desk.now().getTime() + days * dayMs))]).toEqual([
      what,
      undefined,
    ]);
    expect(await outcomeOf(orderId)).toEqual({ outcome: 'left_out', reason: 'unclear' });
    expect(await stateOf(orderId)).toEqual(['withheld']);
  });
});

test('a wave that runs is woken when its incident is retracted, and an incident without one wakes none', async () => {
  const waking = (id: unknown): Promise<unknown[]> =>
    desk.db('graphile_worker.jobs').where({ key: `run_wave/${String(id)}` });
  const agent = await desk.signedIn('agent');
  const [running, plain] = [await confirmed(agent, lead), await confirmed(agent, lead)];
  await doTo(lead, String(running.id), 'offers', { budget: budget(), ordersPerMinute: 1 });
  await desk.db.raw('select graphile_worker.remove_job(?)', [`run_wave/${String(running.id)}`]);
  for (const { id } of [running, plain]) await doTo(lead, String(id), 'retract');
  expect(await waking(running.id)).toHaveLength(1);
  expect(await waking(plain.id)).toEqual([]);
});
