/** The rounds of probes by the server's time: their timetable, what steers them, and where they end. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { steerProbesSignal } from '../../workflows/messages.ts';
import { patienceMs } from '../environment/patience.ts';
import { type ScriptedProbes, scriptProbes } from './scripted-probes.ts';
import { type Bench, type ProbesHandle, startBench } from './time-skipping-bench.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

interface Given {
  readonly pace?: number;
  /** Rounds that the ticket had already. */
  readonly before?: number;
}

async function started({ pace, before }: Given = {}): Promise<{ probes: ScriptedProbes; run: ProbesHandle }> {
  const probes = scriptProbes(before);
  const startMs = await bench.nowMs();
  const run = await bench.startProbes(probes, pace === undefined ? {} : { clock: { startMs, pace } });
  await until(() => probes.rounds.length > 0, { withinMs: patienceMs });
  return { probes, run };
}

/** Hours after the first, of each later round. */
const hoursOf = ({ rounds: [first = 0, ...rest] }: ScriptedProbes): number[] =>
  rest.map((at) => Math.round(((at - first) / hourMs) * 10) / 10);

const untilRounds = (probes: ScriptedProbes, count: number) =>
  until(() => probes.rounds.length >= count, { withinMs: patienceMs });

async function end(probes: ScriptedProbes, run: Pick<ProbesHandle, 'workflowId' | 'signal'>): Promise<void> {
  probes.stop('phase');
  await run.signal(steerProbesSignal, { now: false });
  // By its id: a run that continued has another one.
  expect(await bench.client.workflow.getHandle(run.workflowId).result()).toEqual({ over: 'phase' });
}

test('at once, every quarter of an hour for two hours, by the hour for the day, and then four times a day', async () => {
  const early = await started();
  await bench.pass(4.1 * hourMs);
  await untilRounds(early.probes, 11);
  expect(hoursOf(early.probes)).toEqual([0.3, 0.5, 0.8, 1, 1.3, 1.5, 1.8, 2, 3, 4]);
  await end(early.probes, early.run);
  const late = await started({ before: 28 });
  await bench.pass(14.1 * hourMs);
  await untilRounds(late.probes, 5);
  expect(hoursOf(late.probes)).toEqual([1, 2, 8, 14]);
  await end(late.probes, late.run);
});

test('who wants a round has it at once; who merely says that something changed has it looked at, and no round', async () => {
  const { probes, run } = await started();
  await run.signal(steerProbesSignal, { now: false });
  await until(() => probes.looks === 1, { withinMs: patienceMs });
  expect(probes.rounds).toHaveLength(1);
  await run.signal(steerProbesSignal, { now: true });
  await untilRounds(probes, 2);
  // Its timetable goes on from there.
  await bench.pass(14 * minuteMs);
  expect(probes.rounds).toHaveLength(2);
  await bench.pass(2 * minuteMs);
  await untilRounds(probes, 3);
  await end(probes, run);
});

test('they end once the ticket is told to have left, and at the next round where nobody told', async () => {
  const told = await started();
  await end(told.probes, told.run);
  expect(told.probes.rounds).toHaveLength(1);
  const untold = await started();
  untold.probes.stop('budget_used');
  await bench.pass(16 * minuteMs);
  expect(await untold.run.result()).toEqual({ over: 'budget_used' });
});

test('on a desk whose days last seconds rounds keep five seconds between them', async () => {
  const { probes, run } = await started({ pace: 86_400 });
  await bench.pass(17_000);
  await untilRounds(probes, 4);
  const gaps = probes.rounds.slice(1).map((at, index) => at - (probes.rounds[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4_990);
  await end(probes, run);
});

test('PV-2.1: after a dozen rounds a run continues as a new one, and what it was given is ids and no more', async () => {
  const { probes, run } = await started();
  for (let count = 2; count <= 13; count += 1) {
    await run.signal(steerProbesSignal, { now: true });
    await untilRounds(probes, count);
  }
  const first = bench.client.workflow.getHandle(run.workflowId, run.firstExecutionRunId);
  const { events } = await first.fetchHistory();
  expect(events?.length).toBeLessThan(250);
  expect(events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  await end(probes, bench.client.workflow.getHandle(run.workflowId));
});
