/** T5: a life that grows long goes on in fresh runs, on the dev server that suggests it early; nothing is lost between. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asksOf, dayMs, daysTo, untilCalled } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import { type Bench, soonSuggestedAfterEvents, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench('dev');
});

afterAll(() => bench.close());

/** Three days of the desk's time in a second. */
const pace = (3 * dayMs) / 1_000;
const messages = 64;

test('T5: of a life in several runs every message is taken once, in whatever run, and what is due stays due', async () => {
  const desk = scriptDesk({ capturesKnown: true });
  const run = await bench.start(desk, { clock: { startMs: Date.now(), pace } });
  const { ask, deliver, messageFor } = asksOf(run, desk);
  await ask('recordReview', { finding: 'ours' });
  const { due } = desk.snapshot();
  const said = Array.from({ length: messages }, () => messageFor('recordFact', null));
  // Several are always under way, so that a run is never left but between two of them.
  const lanes = Array.from({ length: 4 }, (_, lane) => said.filter((_message, index) => index % 4 === lane));
  await Promise.all(
    lanes.map(async (lane) => {
      for (const message of lane) await deliver('recordFact', message);
    }),
  );
  expect(desk.times('openRun')).toBeGreaterThan(1);
  expect(desk.taken('recordFact')).toBe(messages);
  // A repeat that comes in a later run than its first.
  await Promise.all(said.slice(0, 4).map((message) => deliver('recordFact', message)));
  expect(desk.taken('recordFact')).toBe(messages);

  await untilCalled(desk, 'recordDue');
  expect(desk.life().phase).toBe('deciding');
  expect(desk.taken('recordDue')).toBe(1);
  expect(daysTo(desk, 'recordDue', due?.at ?? '')).toBeGreaterThanOrEqual(0);
  await ask('withdrawTicket', null);
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
});

test('T5: a run that is left behind is not much longer than what the server suggested', async () => {
  const desk = scriptDesk({ phase: 'deciding', capturesKnown: true });
  const run = await bench.start(desk);
  const { ask } = asksOf(run, desk);
  for (let said = 0; said < 20; said += 1) await ask('recordFact', null);
  await ask('withdrawTicket', null);
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
  const first = await bench.client.workflow.getHandle(run.workflowId, run.firstExecutionRunId).fetchHistory();
  expect(first.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  expect(first.events?.length).toBeLessThan(soonSuggestedAfterEvents * 1.5);
});

test('T5: money on its way is followed to its end in the run that sent it', async () => {
  const desk = scriptDesk({ phase: 'deciding', capturesKnown: true });
  const run = await bench.start(desk);
  const { ask, note } = asksOf(run, desk);
  await ask('decideTicket', { decision: 'refund' });
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  for (let said = 0; said < 20; said += 1) await ask('recordFact', null);
  expect(desk.times('openRun')).toBe(1);
  await note('reportPayout', { status: 'settled', providerRef: 're_1' });
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.times('sendPayout')).toBe(1);
});
