/** The dispute workflow by the server's time: its reminders, the deadline, evidence on its way, and words in any order. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { InputId, PacketId } from '../../domain/ids.ts';
import { type DisputeStep, disputeUpdates } from '../../workflows/dispute-messages.ts';
import { patienceMs } from '../environment/patience.ts';
import { type ScriptedDispute, scriptDispute } from './scripted-dispute.ts';
import { type Bench, type DisputeRun, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

async function aDispute(dueInDays: number | null = 10, pace?: number) {
  const startMs = await bench.nowMs();
  const dispute = scriptDispute(dueInDays === null ? null : new Date(startMs + dueInDays * dayMs).toISOString());
  const run = await bench.startDispute(dispute, pace === undefined ? {} : { clock: { startMs, pace } });
  return { dispute, run };
}

const hear = (run: DisputeRun, { disputeId }: ScriptedDispute, step: DisputeStep = 'hearDispute'): Promise<void> => {
  const message = { disputeId, inputId: randomUUID() as InputId };
  return run.executeUpdate(disputeUpdates[step], { args: [message], updateId: message.inputId });
};

const click = (run: DisputeRun, dispute: ScriptedDispute): Promise<void> => {
  dispute.become({ packetId: randomUUID() as PacketId });
  return hear(run, dispute, 'submitDisputeEvidence');
};

const end = async (run: DisputeRun, dispute: ScriptedDispute, state: 'won' | 'lost' | 'closed'): Promise<void> => {
  dispute.become({ state });
  await hear(run, dispute);
  expect(await run.result()).toEqual({ state });
};

const untilTaken = (dispute: ScriptedDispute, kinds: number) =>
  until(() => dispute.taken.length >= kinds, { withinMs: patienceMs });

const submissions = ({ calls }: ScriptedDispute): number =>
  calls.filter(({ name }) => name === 'submitEvidence').length;

test('T1: finance is reminded, a lead on the last day, and the deadline passes unanswered, each once and in time', async () => {
  const { dispute, run } = await aDispute();
  await bench.pass(2.9 * dayMs);
  expect(dispute.taken).toEqual([]);
  await bench.pass(0.2 * dayMs);
  await untilTaken(dispute, 1);
  await bench.pass(4 * dayMs);
  await untilTaken(dispute, 2);
  await bench.pass(2 * dayMs);
  await untilTaken(dispute, 3);
  await bench.pass(dayMs);
  await untilTaken(dispute, 4);
  expect(dispute.taken).toEqual(['reminder', 'reminder', 'escalation', 'deadline']);
  await bench.pass(30 * dayMs);
  expect(dispute.taken).toHaveLength(4);
  await end(run, dispute, 'lost');
});

test('what is answered is reminded of no more; its history stays small', async () => {
  const { dispute, run } = await aDispute();
  await bench.pass(3.1 * dayMs);
  await untilTaken(dispute, 1);
  await click(run, dispute);
  await until(() => submissions(dispute) === 1, { withinMs: patienceMs });
  await bench.pass(20 * dayMs);
  expect(dispute.taken).toEqual(['reminder']);
  await end(run, dispute, 'won');
  expect((await run.fetchHistory()).events?.length).toBeLessThanOrEqual(45);
});

test('R3: while the provider is away the evidence is tried again, until it is there, and then no more', async () => {
  const { dispute, run } = await aDispute();
  dispute.failNext(3);
  await click(run, dispute);
  await bench.pass(0.1 * dayMs);
  await until(() => submissions(dispute) === 4, { withinMs: patienceMs });
  await end(run, dispute, 'won');
  expect(submissions(dispute)).toBe(4);
});

test('R3: while nobody knows whether the evidence is there, its reminders and its deadline come all the same', async () => {
  const { dispute, run } = await aDispute();
  dispute.failNext(100_000);
  await click(run, dispute);
  for (const [days, kinds] of [
    [3.1, 1],
    [4, 2],
    [2, 3],
    [1, 4],
  ] as const) {
    await bench.pass(days * dayMs);
    await untilTaken(dispute, kinds);
  }
  expect(dispute.taken).toEqual(['reminder', 'reminder', 'escalation', 'deadline']);
  dispute.failNext(0);
  await bench.pass(0.1 * dayMs);
  await until(() => dispute.packetId === undefined, { withinMs: patienceMs });
  await end(run, dispute, 'lost');
});

test('W10: a deadline that the provider moves moves what is due, and a word that tells nothing new arms nothing anew', async () => {
  const { dispute, run } = await aDispute();
  const timers = async () =>
    (await run.fetchHistory()).events?.filter((event) => event.timerStartedEventAttributes).length;
  await hear(run, dispute);
  await hear(run, dispute);
  expect(await timers()).toBe(1);
  dispute.become({ evidenceDueAt: new Date((await bench.nowMs()) + 20 * dayMs).toISOString() });
  await hear(run, dispute);
  await bench.pass(12 * dayMs);
  expect(dispute.taken).toEqual([]);
  await bench.pass(1.1 * dayMs);
  await untilTaken(dispute, 1);
  await end(run, dispute, 'closed');
});

test('W2: one that has ended when its workflow begins ends at once, and an end heard twice ends it once', async () => {
  const dispute = scriptDispute(null);
  dispute.become({ state: 'lost' });
  expect(await (await bench.startDispute(dispute)).result()).toEqual({ state: 'lost' });
});

test('I6: a worker that was replaced before a reminder is due takes it up', async () => {
  const { dispute, run } = await aDispute(8);
  await bench.replaceWorkers();
  await bench.pass(1.1 * dayMs);
  await untilTaken(dispute, 1);
  expect(dispute.taken).toEqual(['reminder']);
  await end(run, dispute, 'won');
});

test('timers follow the desk’s clock: where a day lasts a second, so does the wait for a reminder', async () => {
  const { dispute, run } = await aDispute(10, 86_400);
  await bench.pass(4_000);
  await untilTaken(dispute, 1);
  expect(dispute.taken).toEqual(['reminder']);
  await end(run, dispute, 'won');
});
