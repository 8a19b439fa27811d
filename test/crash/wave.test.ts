/**
 * A wave over 10,000 orders whose worker, a process of its own, is killed -9 in the middle and started again: each order is
 * offered once, and none is lost; the mails and the tickets' workflows that it hands on meanwhile are once as well.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CaughtMail } from '../../dev/caught-mail.ts';
import { until } from '../../dev/until.ts';
import { doTo, ground, hoursAgo, ok } from '../api/incident-desk.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';
import { type Person, signIn } from '../environment/people.ts';
import { type DeskProcess, environmentOf, startProcess } from '../runtime/processes.ts';
import { insertTouchedOrders } from './touched-orders.ts';

const orders = 10_000;
const place = 'STORM-1';
/** A few of all, so that what is handed on takes little from the wave itself. */
const handedPerSecond = 1;
/** Of the connections to the mail server, on each of which a mail may be under way at a death. */
const mailsAtOnce = 3;

let desk: Desk;
let lead: Person;
let worker: DeskProcess;
let incidentId: string;

const startWorker = (): DeskProcess =>
  startProcess({ program: 'runtime/worker.ts', environment: environmentOf(desk.core.config, { LOG_LEVEL: 'warn' }) });

const count = async (sql: string): Promise<number> => {
  const { rows } = await desk.core.db.raw<{ rows: { count: string }[] }>(`select count(*) from ${sql}`);
  return Number(rows[0]?.count);
};

const reached = (): Promise<number> => count('incident_offers');

beforeAll(async () => {
  desk = await startDesk({ workers: false, environment: { OFFER_WAVE_HANDED_PER_SECOND: String(handedPerSecond) } });
  const bought = hoursAgo(20 * 24);
  await insertTouchedOrders(desk.core.db, { orders, place, bought, until: hoursAgo(-10 * 24) });
  lead = await signIn(desk, 'lead');
  const scope = { title: 'The storm', places: [place], from: hoursAgo(30), until: hoursAgo(27), widelyImpacting: true };
  incidentId = (await ok(lead.post('/v1/incidents', { ref: 'INC-STORM', ...scope, ground }))).id;
  await doTo(lead, incidentId, 'confirm');
  worker = startWorker();
}, 120_000);

afterAll(async () => {
  await worker.stop();
  await desk.close();
}, 60_000);

test('T11: of a wave whose worker is killed in the middle each order is offered once, and none is lost', async () => {
  const begun = await doTo(lead, incidentId, 'offers', {
    budget: [{ minor: '10000000', currency: 'USD' }],
    ordersPerMinute: 120_000,
  });
  expect(begun['state']).toBe('awaiting');
  const finance = await signIn(desk, 'finance');
  await ok(
    finance.post(`/v1/incidents/${incidentId}/offers/confirmation`, { waveId: begun.id, confirm: true, ground }),
  );
  expect(await until(async () => (await reached()) >= orders / 5, { withinMs: 60_000 })).toBe(true);
  process.kill(worker.pid, 'SIGKILL');
  await worker.code;
  const atDeath = await reached();
  expect(atDeath).toBeLessThan(orders);
  const handedAtDeath = await due();
  worker = startWorker();
  const isDone = async () => (await count(`incident_waves where state = 'done'`)) === 1;
  expect(await until(isDone, { withinMs: 120_000, everyMs: 500 })).toBe(true);
  const shown = await ok(lead.get(`/v1/incidents/${incidentId}/offers`));
  expect(shown['progress']).toEqual({ offered: orders, joined: 0, told: 0, leftOut: {}, remaining: 0 });
  expect(await sumsOfAll()).toEqual({
    reached: orders,
    tickets: orders,
    offers: orders,
    decisions: orders,
    assessments: orders,
    events: 3 * orders,
    inputs: orders,
    mails: orders,
    twice: 0,
  });
  await expectHandedOnce(handedAtDeath);
}, 180_000);

/** Tickets whose turn had come when the worker died, whether or not their workflow was begun and their mail gone. */
const due = async (): Promise<string[]> => {
  const { rows } = await desk.core.db.raw<{ rows: { ticket_id: string }[] }>(
    `select ticket_id from inputs join graphile_worker._private_jobs as jobs on jobs.payload ->> 'inputId' = inputs.id::text
     where jobs.run_at <= clock_timestamp()
     union select ticket_id from inputs where delivery <> 'due' and operation = 'createTicket'
     union select ticket_id from notices where state <> 'queued' and template = 'offer-made'`,
  );
  return rows.map((row) => row.ticket_id);
};

/** Each has one workflow of one run and one mail, which at most those under way at the death brought a second time, as the same. */
async function expectHandedOnce(ticketIds: readonly string[]): Promise<void> {
  expect(ticketIds.length).toBeGreaterThan(mailsAtOnce);
  const waiting = () =>
    desk.core.db('notices').whereIn('ticket_id', ticketIds).where({ template: 'offer-made', state: 'queued' }).first();
  expect(await until(async () => (await waiting()) === undefined, { withinMs: patienceMs })).toBe(true);
  const runs = async (ticketId: string): Promise<number> => {
    let found = 0;
    for await (const _run of desk.temporal.client.workflow.list({ query: `WorkflowId = 'ticket/${ticketId}'` }))
      found += 1;
    return found;
  };
  for (const ticketId of ticketIds)
    expect(await until(async () => (await runs(ticketId)) > 0, { withinMs: patienceMs })).toBe(true);
  expect(new Set(await Promise.all(ticketIds.map(runs)))).toEqual(new Set([1]));
  const references = await desk.core.db('tickets').whereIn('id', ticketIds).pluck('number');
  const caught = (await (await fetch(`${desk.mailUrl}/api/mails`)).json()) as CaughtMail[];
  const mails = caught.filter(({ subject }) => references.some((number) => subject.includes(`RD-${number}:`)));
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(ticketIds.length);
  expect(mails.length - ticketIds.length).toBeLessThanOrEqual(mailsAtOnce);
  expect(new Set(mails.map(({ to }) => to.join())).size).toBe(ticketIds.length);
}

/** What stands of it in every table that a ticket of a wave has rows in. */
async function sumsOfAll(): Promise<Record<string, number>> {
  const of = {
    reached: 'incident_offers',
    tickets: `tickets where phase = 'offering'`,
    offers: 'offers where choice is null',
    decisions: `decisions where decision = 'offer' and state = 'final'`,
    assessments: 'assessments',
    events: 'ticket_events',
    inputs: `inputs where operation = 'createTicket'`,
    mails: `notices where template = 'offer-made'`,
    twice: '(select order_id from tickets group by order_id having count(*) > 1) as twice',
  };
  const sums: Record<string, number> = {};
  for (const [name, sql] of Object.entries(of)) sums[name] = await count(sql);
  return sums;
}
