/** Mails of a wave that go much later than they were queued (RP-2.4b, RP-4.5): each says what is so by then. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordDue } from '../../db/dues.ts';
import { sendDueReminders } from '../../db/reminders.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { NoticeId, TicketId } from '../../domain/ids.ts';
import { MailNotSent, type OutgoingMail } from '../../domain/mail.ts';
import { instantInWords } from '../../domain/wording.ts';
import { createMailTemplates } from '../../providers/mail-templates.ts';
import { createNoticeSender } from '../../runtime/notices.ts';
import type { Json } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import {
  anIncident,
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
import { createTicket } from './orders-and-tickets.ts';

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

const stateOfMail = ({ ticketId }: Offered): Promise<string[]> =>
  desk.db('notices').where({ ticket_id: ticketId, template: 'offer-made' }).orderBy('created_at').pluck('state');

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

test('of a mail that went late the timeline tells the new end, and only that one is reminded of', async () => {
  const offer = await anOffer('reminded');
  const { ticketId, endsAt } = offer;
  const remindedOf = async (end: string): Promise<unknown[]> => {
    while ((await sendDueReminders(desk.db, new Date(Date.parse(end) - dayMs / 2))) > 0);
    return desk.db('notices').where({ ticket_id: ticketId, template: 'offer-reminder' }).pluck('parameters');
  };
  expect(await remindedOf(endsAt)).toEqual([]);
  const days = Date.parse(endsAt) - offer.madeAt.getTime();
  const later = movedBy(endsAt, days - dayMs / 4);
  // What could not go is not told of.
  await mailAfter(offer, days - dayMs / 3, false);
  expect(await mailAfter(offer, days - dayMs / 4)).toContain(inMail(later));
  const timeline = (await ok(customer.get(`/v1/tickets/${ticketId}/timeline`)))['items'] as Json[];
  const told = { kind: 'offerTold', data: { expiresAt: later } };
  expect(timeline.slice(2)).toMatchObject([{ kind: 'offerMade', data: { expiresAt: endsAt } }, told]);
  expect(await remindedOf(later)).toMatchObject([{ expiresAt: later }]);
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

test.each([
  ['chosen from', (id: TicketId) => ok(customer.post(`/v1/tickets/${id}/offer/answer`, { choice: 'extension' }))],
  ['withdrawn', (id: TicketId) => ok(customer.post(`/v1/tickets/${id}/withdraw`, { confirmed: true }))],
  ['taken back', (id: TicketId) => ok(lead.post(`/v1/tickets/${id}/reopen`, { ground: 'It lasted for longer.' }))],
])('RP-4.5: of an offer that was %s meanwhile no mail goes any more', async (what, act) => {
  const offer = await anOffer(`gone-${what.length}`);
  await act(offer.ticketId);
  expect(await mailAfter(offer, 60_000)).toBeUndefined();
  expect(await stateOfMail(offer)).toEqual(['withheld']);
});

test('RP-4.5: of an offer that was made anew the new mail goes, and the former one does not', async () => {
  const offer = await anOffer('anew');
  const { ticketId } = offer;
  await ok(lead.post(`/v1/tickets/${ticketId}/reopen`, { ground: 'It lasted for longer.' }));
  await ok(lead.post(`/v1/tickets/${ticketId}/decision`, { decision: 'offer', ground: 'All of it.' }));
  expect(await mailAfter(offer, 60_000)).toContain(inMail(await endOf(ticketId)));
  expect((await stateOfMail(offer)).sort()).toEqual(['sent', 'withheld']);
});

test('RP-4.5: while its clock stands still no end is told, and then the one that it has', async () => {
  const offer = await anOffer('held');
  const { ticketId } = offer;
  const ground = 'The provider asks us to wait.';
  const finance = await desk.signedIn('finance');
  const held = await ok(finance.post(`/v1/tickets/${ticketId}/holds`, { kind: 'provider', ground, stops: ['offer'] }));
  const later = movedBy(offer.endsAt, 3 * dayMs);
  const text = await mailAfter(offer, 3 * dayMs);
  expect(text).toContain('Your time to choose stands still');
  for (const end of [offer.endsAt, later]) expect(text).not.toContain(inMail(end));
  const [hold] = held['holds'] as Json[];
  await ok(finance.post(`/v1/tickets/${ticketId}/holds/${String(hold?.['id'])}/release`, { ground }));
  await desk
    .db('notices')
    .where({ ticket_id: ticketId, template: 'offer-made' })
    .update({ state: 'queued', sent_at: null });
  expect(await mailAfter(offer, 3 * dayMs)).toContain(inMail(await endOf(ticketId)));
});

interface Told {
  readonly incident: Json;
  readonly ref: string;
  readonly orderId: string;
}

/** Bought so lately that all of it may still be asked for. */
async function anOrderLately(place: string): Promise<string> {
  const lately = hoursAgo(30);
  const given = { firstPurchasedAt: lately, purchasedAt: lately, tenders: tender('card', lately) };
  return putPlainOrder(desk, await desk.signedIn('service'), customer, inPlace(place, given));
}

/** By a wave of another incident there. */
async function tellIn(place: string, ref: string): Promise<Told> {
  const incident = await confirmed(await desk.signedIn('agent'), lead, { planKinds: [], places: [place] });
  await waveAgain(incident);
  return { incident, ref, orderId: await orderIdOf(desk, ref) };
}

async function waveAgain(incident: Json): Promise<void> {
  await doTo(lead, String(incident['id']), 'offers', { budget: budget(), ordersPerMinute: 60_000 });
  await runWave(desk, incident['id']);
}

const told = async (place: string): Promise<Told> => tellIn(place, await anOrderLately(place));

const outcomeOf = ({ orderId, incident }: Told): Promise<Json | undefined> =>
  desk.db('incident_offers').where({ order_id: orderId, incident_id: incident['id'] }).first('outcome', 'reason');
const statesOf = ({ orderId }: Told): Promise<string[]> =>
  desk.db('notices').where({ order_id: orderId }).orderBy('created_at').pluck('state');

const corrected = ({ incident }: Told, given: object) => {
  const { ref: _ref, ...body } = anIncident({ planKinds: [], ...given });
  return doTo(lead, String(incident['id']), 'correct', body);
};

async function disputed({ orderId }: Told): Promise<string> {
  const paid: string[] = await desk.db('order_tenders').where({ order_id: orderId }).pluck('id');
  const of = { provider: 'stripe', provider_ref: `dp_${orderId}`, order_id: orderId, tender_id: paid[0] };
  const money = { kind: 'chargeback', amount_minor: 1999, currency: 'USD' };
  await desk.db('disputes').insert({ ...of, ...money, state: 'open', told_at: new Date(), opened_at: new Date() });
  return of.provider_ref;
}

test('RP-2.4b: that all of it is due is mailed', async () => {
  const order = await told('due');
  expect(await mail({ order_id: order.orderId }, desk.now())).toContain('19.99');
  expect([await outcomeOf(order), await statesOf(order)]).toEqual([{ outcome: 'told', reason: null }, ['sent']]);
});

test.each<readonly [string, string, (order: Told) => Promise<unknown>, number]>([
  ['the incident is retracted', 'retracted', ({ incident }) => doTo(lead, String(incident['id']), 'retract'), 0],
  ['it is too late to ask', 'too-late', async () => undefined, 30],
  ['it was not wide', 'narrow', (order) => corrected(order, { places: ['narrow'], widelyImpacting: false }), 0],
  ['it was elsewhere', 'moved', (order) => corrected(order, { places: ['moved-there'] }), 0],
  ['it is asked for', 'asked', ({ ref }) => createTicket(customer, ref), 0],
  ['it is disputed', 'disputed', disputed, 0],
  [
    'some of it went back',
    'less',
    ({ orderId }) => desk.db('order_tenders').where({ order_id: orderId }).update({ elsewhere_minor: 1 }),
    0,
  ],
])('RP-2.4b: once %s it is not mailed, and a later wave looks at it again', async (_what, place, act, days) => {
  const order = await told(place);
  await act(order);
  const at = new Date(desk.now().getTime() + days * dayMs);
  expect(await mail({ order_id: order.orderId }, at)).toBeUndefined();
  expect(await outcomeOf(order)).toEqual({ outcome: 'left_out', reason: 'unclear' });
  expect(await statesOf(order)).toEqual(['withheld']);
});

test('RP-2.4b: what a later wave tells again is mailed then', async () => {
  const order = await told('again');
  const ref = await disputed(order);
  expect(await mail({ order_id: order.orderId }, desk.now())).toBeUndefined();
  await desk.db('disputes').where({ provider_ref: ref }).update({ state: 'won', ended_at: new Date() });
  await waveAgain(order.incident);
  expect(await mail({ order_id: order.orderId, state: 'queued' }, desk.now())).toContain('19.99');
  expect([await outcomeOf(order), await statesOf(order)]).toEqual([
    { outcome: 'told', reason: null },
    ['withheld', 'sent'],
  ]);
});

test('RP-2.4b: what another incident told of the same order stands', async () => {
  const one = await told('both');
  expect(await mail({ order_id: one.orderId }, desk.now())).toContain('19.99');
  const other = await tellIn('both', one.ref);
  await doTo(lead, String(other.incident['id']), 'retract');
  expect(await mail({ order_id: one.orderId, state: 'queued' }, desk.now())).toBeUndefined();
  expect([await outcomeOf(one), await outcomeOf(other)]).toEqual([
    { outcome: 'told', reason: null },
    { outcome: 'left_out', reason: 'unclear' },
  ]);
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
