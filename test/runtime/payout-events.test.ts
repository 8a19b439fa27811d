/** Several API processes over one database: each tells its own listeners of what any of them changed, and lets them go when it stops. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { type EventStream, openEvents } from '../api/event-stream.ts';
import { type Cast, castOf, decideClaim } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';
import { type DeskProcess, environmentOf, startProcess, statusOf } from './processes.ts';

let desk: Desk;
let cast: Cast;
let processes: DeskProcess[];
let urls: string[];

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  const environment = environmentOf(desk.core.config);
  processes = [1, 2].map(() => startProcess({ program: 'runtime/api.ts', environment }));
  urls = await Promise.all(processes.map((process) => process.ready()));
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await desk.close();
});

test('a payout’s whole way is heard at each process, in order, and taken up at the other when one stops', async () => {
  const claim = await decideClaim(desk, cast);
  const listeners = await Promise.all(urls.map((url) => openEvents(cast.finance, { url })));
  const statesAt = (stream: EventStream): unknown[] =>
    stream.events
      .filter(({ name, data }) => name === 'payout' && data.id === claim.payoutId)
      .map(({ data }) => data['state']);
  await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
  for (const listener of listeners) {
    await listener.heard(({ data }) => data.id === claim.payoutId && data['state'] === 'settled', patienceMs);
    const states = statesAt(listener);
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
      'approved',
      'sending',
      'sent',
      'settled',
    ]);
  }

  const [first, second] = processes;
  const [atFirst, atSecond] = listeners;
  if (!first || !second || !atFirst || !atSecond) throw new Error('a process is missing');
  const place = atFirst.lastEventId;
  const before = performance.now();
  first.askToStop();
  await atFirst.ended;
  expect(await first.code).toBe(0);
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(await until(async () => (await statusOf(`${urls[0]}/readyz`)) === 0, { withinMs: 2_000 })).toBe(true);

  const other = await decideClaim(desk, cast);
  const resumed = await openEvents(cast.finance, { url: urls[1] ?? '', after: place });
  expect(resumed.events[0]?.data).toEqual({ resumed: true });
  await resumed.heard(({ data }) => data.id === other.payoutId && data['state'] === 'granted');
  await atSecond.heard(({ data }) => data.id === other.payoutId && data['state'] === 'granted');
  resumed.close();
  atSecond.close();
});
