/** A notice that its mail server refuses for good: given up, counted, and not tried again. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { withBacklog } from '../../runtime/backlog-metrics.ts';
import { createMetrics } from '../../runtime/metrics.ts';
import { type Cast, castOf, openClaim } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});
afterAll(() => desk.close());

test('it fails once, no job is left for it, and the operators’ metrics count it', async () => {
  const { db } = desk.core;
  const claim = await openClaim(desk, cast);
  const statesOf = (): Promise<string[]> => db('notices').where({ ticket_id: claim.ticketId }).pluck('state');
  const jobs = () => db('graphile_worker.jobs').where({ task_identifier: 'send_notice' });
  expect(await until(async () => (await statesOf()).every((state) => state === 'sent'), { withinMs: 20_000 })).toBe(
    true,
  );

  await db('people').where({ email: cast.customer.email }).update({ email: 'nowhere' });
  await cast.agent.post(`/v1/tickets/${claim.ticketId}/messages`, { text: 'We look into it.' });
  expect(await until(async () => (await statesOf()).includes('failed'), { withinMs: 20_000 })).toBe(true);
  expect(await until(async () => (await jobs()).length === 0, { withinMs: 5_000 })).toBe(true);
  const failed: unknown[] = await db('notices').where({ state: 'failed' }).select('template', 'sent_at');
  expect(failed).toEqual([{ template: 'message-to-customer', sent_at: null }]);
  const metrics = await withBacklog(createMetrics(), desk.core).metrics();
  expect(metrics).toMatch(/^refund_desk_notices_failed 1$/m);
  expect(metrics).toMatch(/^refund_desk_notices_queued 0$/m);
});
