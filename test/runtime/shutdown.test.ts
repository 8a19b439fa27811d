/** A worker that is asked to stop says first that it is not ready, and finishes the payment that it has begun. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { until } from '../../dev/until.ts';
import { type Cast, castOf, closedAs, control, decideClaim, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';
import { environmentOf, startProcess, statusOf } from './processes.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk({ workers: false });
  cast = await castOf(desk);
});
afterAll(() => desk.close());

const startWorker = () =>
  startProcess({
    program: 'runtime/worker.ts',
    environment: environmentOf(desk.core.config, { SHUTDOWN_GRACE_SECONDS: '30' }),
  });

const armed = async (): Promise<unknown[]> =>
  ((await (await fetch(`${desk.sandboxUrl}/_sandbox/faults`)).json()) as { faults: unknown[] }).faults;

test('a payment in its call is finished and recorded when the worker is asked to stop, and paid once', async () => {
  const worker = startWorker();
  const url = await worker.ready();
  const claim = await decideClaim(desk, cast);
  await control(desk, 'faults', { kind: 'slow', ms: 3_000, method: 'POST', path: '/v1/refunds', when: 'before' });
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  const called = await until(async () => (await armed()).length === 0, { withinMs: patienceMs });
  expect(called).toBe(true);
  expect(await refundsOf(desk, claim.charge)).toEqual([]);

  worker.askToStop();
  // Readiness falls while the call is still out, so that nothing more is sent here meanwhile.
  expect(await until(async () => (await statusOf(`${url}/readyz`)) === 503, { withinMs: 2_500 })).toBe(true);
  expect(await refundsOf(desk, claim.charge)).toEqual([]);
  expect(await statusOf(`${url}/healthz`)).toBe(200);
  expect(worker.hasExited()).toBe(false);

  expect(await worker.code).toBe(0);
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
  const payout: unknown = await desk.core.db('payouts').where({ id: claim.payoutId }).first('state');
  expect(payout).toMatchObject({ state: expect.stringMatching(/^(sent|settled)$/) });

  const next = startWorker();
  await next.ready();
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await attemptsOf(claim.ticketId)).toEqual([1]);
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
  expect(await next.stop()).toBe(0);
});

test('an API says that it is not ready before it takes no more connections, so that its load balancer can turn away', async () => {
  const environment = environmentOf(desk.core.config, { SHUTDOWN_DRAIN_SECONDS: '2' });
  const api = startProcess({ program: 'runtime/api.ts', environment });
  const url = await api.ready();
  api.askToStop();
  expect(await until(async () => (await statusOf(`${url}/readyz`)) === 503, { withinMs: 1_500 })).toBe(true);
  expect(await statusOf(`${url}/openapi.json`)).toBe(200);
  expect(await api.code).toBe(0);
  expect(await statusOf(`${url}/readyz`)).toBe(0);
});

test('an API that gave up on Temporal ends well all the same', async () => {
  const environment = environmentOf(desk.core.config, { TEMPORAL_ADDRESS: `127.0.0.1:${await findFreePort()}` });
  const api = startProcess({ program: 'runtime/api.ts', environment });
  const url = await api.ready();
  const readiness = (await (await fetch(`${url}/readyz`)).json()) as unknown;
  expect(readiness).toEqual({ status: 'ready', checks: { postgres: 'ok', temporal: 'degraded', scanner: 'degraded' } });
  const before = performance.now();
  expect(await api.stop()).toBe(0);
  expect(performance.now() - before).toBeLessThan(6_000);
  expect(api.output()).not.toContain('Channel has been shut down');
});

/** Attempts that each sending of the ticket's money took. */
async function attemptsOf(ticketId: string): Promise<number[]> {
  const { events } = await desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`).fetchHistory();
  const sending = (events ?? [])
    .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'sendPayout')
    .map((event) => String(event.eventId));
  return (events ?? [])
    .map((event) => event.activityTaskStartedEventAttributes)
    .filter((started) => started && sending.includes(String(started.scheduledEventId)))
    .map((started) => Number(started?.attempt));
}
