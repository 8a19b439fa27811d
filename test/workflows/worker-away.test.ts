/** I7: what came due while no worker was there, on the dev server, whose time goes on without any. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { pacedInstant } from '../../domain/clock.ts';
import { patienceMs } from '../environment/patience.ts';
import { asksOf, dayMs, daysTo, untilCalled } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench('dev');
});

afterAll(() => bench.close());

/** Six days of the desk's time in a second. */
const pace = (6 * dayMs) / 1_000;

test('I7: a deadline that passed three days ago, with no worker there, is taken once as soon as one is back', async () => {
  const desk = scriptDesk({ capturesKnown: true });
  const clock = { startMs: Date.now(), pace };
  const run = await bench.start(desk, { clock });
  const { ask } = asksOf(run, desk);
  await ask('recordReview', { finding: 'ours' });
  const dueAt = desk.snapshot().due?.at ?? '';
  const daysPast = () => (pacedInstant(clock, Date.now()).getTime() - Date.parse(dueAt)) / dayMs;
  await bench.replaceWorkers(async () => {
    expect(desk.times('recordDue')).toBe(0);
    await until(() => daysPast() >= 3, { withinMs: patienceMs });
  });
  await untilCalled(desk, 'recordDue');
  expect(daysTo(desk, 'recordDue', dueAt)).toBeGreaterThan(3);
  expect(desk.snapshot().phase).toBe('deciding');
  await ask('withdrawTicket', null);
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
  expect([desk.times('recordDue'), desk.taken('recordDue')]).toEqual([1, 1]);
});
