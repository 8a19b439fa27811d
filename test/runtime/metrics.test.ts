/** What waits at the desk, as an operator's monitoring reads it. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../db/database.ts';
import { withBacklog } from '../../runtime/backlog-metrics.ts';
import { createMetrics } from '../../runtime/metrics.ts';
import { type Cast, castOf, decideClaim } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});
afterAll(() => desk.close());

const minuteMs = 60_000;

/** As they read when everything has waited for ten minutes more. */
async function read(db = desk.core.db): Promise<Map<string, number>> {
  const clock = { now: () => new Date(desk.core.clock.now().getTime() + 10 * minuteMs) };
  const text = await withBacklog(createMetrics(), { db, clock, log: desk.core.log }).metrics();
  const lines = text.split('\n').filter((line) => /^refund_desk_(inputs|notices|payouts|evidence)/.test(line));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('an idle desk shows zeros, and every open state of a payout by name', async () => {
  const metrics = await read();
  expect(metrics.get('refund_desk_inputs_due')).toBe(0);
  expect(metrics.get('refund_desk_inputs_due_oldest_seconds')).toBe(0);
  const states = [...metrics.keys()].filter((name) => name.startsWith('refund_desk_payouts_open{'));
  expect(states).toEqual(
    ['granted', 'approved', 'sending', 'unknown', 'sent'].map((state) => `refund_desk_payouts_open{state="${state}"}`),
  );
});

test('what waits is counted, with the age of the oldest', async () => {
  const claim = await decideClaim(desk, cast);
  await desk.core.db('inputs').where({ ticket_id: claim.ticketId, operation: 'decideTicket' }).update({
    delivery: 'due',
    delivered_at: null,
  });
  const metrics = await read();
  expect(metrics.get('refund_desk_inputs_due')).toBe(1);
  expect(metrics.get('refund_desk_payouts_open{state="granted"}')).toBe(1);
  for (const name of ['inputs_due_oldest_seconds', 'payouts_open_oldest_seconds{state="granted"}']) {
    expect(metrics.get(`refund_desk_${name}`)).toBeGreaterThanOrEqual(600);
    expect(metrics.get(`refund_desk_${name}`)).toBeLessThan(700);
  }
  expect(metrics.get('refund_desk_payouts_open{state="unknown"}')).toBe(0);
});

test('where PostgreSQL cannot be asked the numbers are left out, and the process’s own remain', async () => {
  const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nowhere', max: 1 });
  const backlog = withBacklog(createMetrics(), { ...desk.core, db: away });
  const text = await backlog.metrics();
  await away.destroy();
  expect(text).not.toMatch(/^refund_desk_(inputs|notices|payouts|evidence)/m);
  expect(text).toMatch(/^refund_desk_process_cpu_seconds_total /m);
  expect(backlog.contentType).toMatch(/^text\/plain/);
});

test('each part is read from an index over what is open, so that it does not grow with what is done', async () => {
  const db = desk.core.db;
  const plan = await db.transaction(async (trx) => {
    await trx.raw('set local enable_seqscan = off');
    const found: { rows: { 'QUERY PLAN': string }[] }[] = [];
    for (const statement of [
      `select count(*), min(kept_at) from inputs where delivery = 'due'`,
      `select count(*), min(created_at) from notices where state = 'queued'`,
      `select state, count(*), min(updated_at) from payouts where state = any('{sent}') group by state`,
    ])
      found.push(await trx.raw<{ rows: { 'QUERY PLAN': string }[] }>(`explain ${statement}`));
    return found.map(({ rows }) => rows.map((row) => row['QUERY PLAN']).join('\n'));
  });
  expect(plan[0]).toContain('inputs_due');
  expect(plan[1]).toContain('notices_queued');
  expect(plan[2]).toMatch(/payouts_by_(state|cell)/);
});
