/** The workflow's timers: one for what is due next, armed anew only when that changes, and never lost. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Asks, asksOf, dayMs, remediatingOn, untilCalled, withdraw } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

const remediating = () => remediatingOn(bench);

const timersStarted = async ({ run }: Asks): Promise<number> =>
  (await run.fetchHistory()).events?.filter((event) => event.timerStartedEventAttributes).length ?? 0;

test('I7: a step that is due is taken again where the database was away, and takes effect once', async () => {
  const asks = await remediating();
  const { desk } = asks;
  await bench.pass(14 * dayMs);
  desk.around('recordDue', (answer, attempt) => {
    if (attempt === 1) throw new Error('the database is away');
    return answer();
  });
  await bench.pass(1.01 * dayMs);
  await untilCalled(desk, 'recordDue', 2);
  expect([desk.taken('recordDue'), desk.snapshot().phase]).toEqual([1, 'deciding']);
  await withdraw(asks);
});

test('T6: what is due while words kept in time are on their way is looked at again, ever more seldom, until they are heard', async () => {
  const asks = await remediating();
  const { ask, desk, run } = asks;
  await ask('reportRemediation', { mended: true });
  // The stores leave it due for as long as something that was kept in time is not heard.
  let isUnheard = true;
  desk.around('recordDue', (answer) => (isUnheard ? desk.snapshot() : answer()));
  await bench.pass(3.1 * dayMs);
  await untilCalled(desk, 'recordDue', 4);
  const looked = desk.calls.filter(({ name }) => name === 'recordDue').map(({ at }) => at.getTime());
  const waitedSeconds = looked.slice(1, 4).map((at, index) => Math.round((at - (looked[index] ?? 0)) / 1_000));
  expect(waitedSeconds).toEqual([10, 60, 600]);
  isUnheard = false;
  await ask('answerRemediation', { mended: false });
  expect(desk.snapshot()).toMatchObject({ phase: 'remediating', due: { kind: 'remediation' } });
  await bench.pass(12 * dayMs);
  expect(desk.snapshot().phase).toBe('deciding');
  await withdraw(asks);
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
});

test('T1: a life of many unrelated updates arms its timer once', async () => {
  const asks = await remediating();
  const { ask, note, desk } = asks;
  for (let day = 0; day < 5; day += 1) {
    await ask('recordFact', null);
    await ask('addEvidence', { complete: true });
    await note('noteIncident', { confirmed: false });
    await bench.pass(dayMs);
  }
  await ask('placeHold', { kind: 'provider', stops: ['decision', 'lapse'] });
  await ask('releaseHold', { kind: 'provider' });
  await note('noteDispute', { state: 'open' });
  await note('noteDispute', { state: 'closed' });
  expect(await timersStarted(asks)).toBe(1);
  await bench.pass(11 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(await timersStarted(asks)).toBe(1);
  await withdraw(asks);
});

test('T1: what is due next arms a timer anew only where it changed: a fix reported, denied, and the deadline again', async () => {
  const asks = await remediating();
  const { ask } = asks;
  await ask('reportRemediation', { mended: true });
  expect(await timersStarted(asks)).toBe(2);
  await ask('recordFact', null);
  expect(await timersStarted(asks)).toBe(2);
  await ask('answerRemediation', { mended: false });
  expect(await timersStarted(asks)).toBe(3);
  await withdraw(asks);
});

test('T1: a clock that stands still has no timer, and neither has a ticket that waits for people alone', async () => {
  const desk = scriptDesk();
  const asks = asksOf(await bench.start(desk), desk);
  await asks.ask('recordFact', null);
  await asks.ask('recordReview', { finding: 'other' });
  await asks.ask('decideTicket', { decision: 'refund' });
  expect(await timersStarted(asks)).toBe(0);
  await withdraw(asks);
});
