/** Which plans can be tested is told by the worker that has their gateways, and to every ticket in hand where that changes. */

import { expect, test } from '@jest/globals';
import { beginRound } from '../../db/probes.ts';
import { until } from '../../dev/until.ts';
import type { ProbeGateways } from '../../domain/probe.ts';
import { createLog } from '../../runtime/log.ts';
import { tellProbes } from '../../runtime/probe-telling.ts';
import { aProbedTicket } from '../activities/probe-rounds.ts';
import { noon, step } from '../db/builders.ts';
import { openSuite } from '../db/suite.ts';

const suite = openSuite();
const log = createLog({ LOG_LEVEL: 'silent' }, 'test');

const gatewaysOf = (...kinds: string[]): Pick<ProbeGateways, 'list'> => ({
  list: () => kinds.map((kind) => ({ kind, place: null, protocols: ['connect'] })),
});

const tell = (gateways: Pick<ProbeGateways, 'list'>) =>
  tellProbes({ db: suite.db, clock: { now: () => noon }, log }, gateways, 50);

const told = (): Promise<string[]> => suite.db('probe_gateways').orderBy('plan_kind').pluck('plan_kind');

const steered = (ticketId: string): Promise<unknown[]> =>
  suite.db('graphile_worker.jobs').where({ key: `steer_probes/${ticketId}` });

test('what is told replaces what was, and looks at tickets in hand only where it differs', async () => {
  const { ticketId } = await aProbedTicket(suite.db, ['shop.example']);
  expect(await steered(ticketId)).toEqual([]);
  await tell(gatewaysOf('metered'));
  expect(await steered(ticketId)).toHaveLength(1);
  await suite.db.raw('select graphile_worker.remove_job(?)', [`steer_probes/${ticketId}`]);
  await tell(gatewaysOf('metered'));
  expect(await steered(ticketId)).toEqual([]);
  await tell(gatewaysOf('mobile', 'isp'));
  expect(await told()).toEqual(['isp', 'mobile']);
  expect(await steered(ticketId)).toHaveLength(1);
});

test('while PostgreSQL does not take it, the worker starts all the same and tells it later', async () => {
  await tell(gatewaysOf());
  await suite.db.raw('alter table probe_gateways rename to away');
  const telling = await tell(gatewaysOf('metered'));
  await suite.db.raw('alter table away rename to probe_gateways');
  expect(await until(async () => (await told()).length === 1, { withinMs: 10_000 })).toBe(true);
  telling.stop();
});

test('a ticket that comes into review is looked at by a job of the same step, and one that leaves it too', async () => {
  await tell(gatewaysOf('metered'));
  const { ticketId } = await aProbedTicket(suite.db, ['shop.example']);
  expect(await steered(ticketId)).toHaveLength(1);
  await suite.db.raw('select graphile_worker.remove_job(?)', [`steer_probes/${ticketId}`]);
  await step(suite.db, ticketId, { events: [{ kind: 'noteAdded', data: {} }] });
  expect(await steered(ticketId)).toEqual([]);
  await step(suite.db, ticketId, { move: 'withdrawn', events: [{ kind: 'withdrawn', data: {} }] });
  expect(await steered(ticketId)).toHaveLength(1);
});

const placedAt = (...places: (string | null)[]): Pick<ProbeGateways, 'list'> => ({
  list: () => places.map((place) => ({ kind: 'metered', place, protocols: ['connect'] })),
});

test.each([
  ['each of its places by turns', ['FR', 'DE'], ['DE', 'FR', null], ['DE', 'FR', 'DE']],
  ['whatever serves all, where none is of its place', ['US'], ['DE', null], [null, null, null]],
  ['whatever serves all, where it names none', [], ['DE', null], [null, null, null]],
])('a plan is tested through %s', async (_what, places, gateways, expected) => {
  await tell(placedAt(...gateways));
  const { ticketId } = await aProbedTicket(suite.db, ['shop.example']);
  const ofTicket = suite.db('tickets').where({ id: ticketId }).select('order_id');
  await suite.db('orders').whereIn('id', ofTicket).update({ places });
  const tried: unknown[] = [];
  for (const key of ['a', 'b', 'c']) {
    const turn = await beginRound(suite.db, { ticketId, key }, noon);
    tried.push('plan' in turn ? turn.plan.place : turn.over);
  }
  expect(tried).toEqual(expected);
  expect(await suite.db('probe_rounds').where({ ticket_id: ticketId }).orderBy('number').pluck('place')).toEqual(
    expected,
  );
});

test('a plan whose places have no gateway is not tested through those of others', async () => {
  await tell(placedAt('DE'));
  const { ticketId } = await aProbedTicket(suite.db, ['shop.example']);
  expect(await beginRound(suite.db, { ticketId, key: 'a' }, noon)).toEqual({ over: 'no_gateway' });
});
