/** RP-2.4a on the server that skips time: the 15 days of a remediation, and each way out of them. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dayMs, daysTo, refusalOf, remediatingOn, untilCalled, withdraw } from './asks.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

const remediating = () => remediatingOn(bench);

test('T1, RP-2.4a: on day 14.99 nothing has happened, on day 15 the ticket goes to its decision', async () => {
  const asks = await remediating();
  const { desk } = asks;
  await bench.pass(14.99 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([0, 'remediating']);
  await bench.pass(0.01 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(desk.snapshot().phase).toBe('deciding');
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(15, 2);
  await withdraw(asks);
  expect(desk.times('recordDue')).toBe(1);
});

test('T1: the 15 days survive a restart of the workers and a deployment, and end once', async () => {
  const asks = await remediating();
  const { desk } = asks;
  await bench.pass(5 * dayMs);
  await bench.replaceWorkers();
  await bench.pass(5 * dayMs);
  await bench.replaceWorkers();
  await bench.pass(4.9 * dayMs);
  expect(desk.times('recordDue')).toBe(0);
  await bench.pass(0.2 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(desk.taken('recordDue')).toBe(1);
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(15, 2);
  await withdraw(asks);
});

test('T1: a fix that the customer confirms early closes the ticket as remediated, and no timer fires', async () => {
  const { ask, run, desk } = await remediating();
  await bench.pass(2 * dayMs);
  await ask('reportRemediation', { mended: true });
  await ask('answerRemediation', { mended: true });
  expect(await run.result()).toEqual({ outcome: 'remediated' });
  expect(desk.times('recordDue')).toBe(0);
});

test('RP-2.4a: a fix that is met with silence counts as mended after 3 days', async () => {
  const { ask, run, desk } = await remediating();
  await bench.pass(10 * dayMs);
  await ask('reportRemediation', { mended: true });
  expect(desk.snapshot().due?.kind).toBe('fix_answer');
  expect(await run.result()).toEqual({ outcome: 'remediated' });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(13, 2);
});

test('RP-2.4a: a fix reported in time is the customer’s to judge past the deadline; their no then leads to the decision at once', async () => {
  const asks = await remediating();
  const { ask, desk } = asks;
  await bench.pass(14 * dayMs);
  await ask('reportRemediation', { mended: true });
  await bench.pass(2 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([0, 'remediating']);
  await ask('answerRemediation', { mended: false });
  await untilCalled(desk, 'recordDue');
  expect(desk.snapshot().phase).toBe('deciding');
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(16, 2);
  await withdraw(asks);
});

test('RP-2.4a: a fix that is denied, or fails our own probe, in time lets the old deadline stand', async () => {
  const asks = await remediating();
  const { ask, desk } = asks;
  await bench.pass(3 * dayMs);
  await ask('reportRemediation', { mended: true });
  await ask('answerRemediation', { mended: false });
  expect(await refusalOf(ask('answerRemediation', { mended: true }))).toEqual({ refused: 'no-open-fix' });
  await ask('reportRemediation', { mended: true });
  await ask('reportRemediation', { mended: false });
  await bench.pass(11.9 * dayMs);
  expect(desk.times('recordDue')).toBe(0);
  await bench.pass(0.2 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(15, 2);
  await withdraw(asks);
});

test('T1, RP-5.2: days on which the customer owed details do not count, where the version says so', async () => {
  const asks = await remediating();
  const { ask, desk } = asks;
  await ask('requestInformation', null);
  expect(desk.snapshot()).toMatchObject({ phase: 'reviewing', held: true, due: { kind: 'information' } });
  await bench.pass(5 * dayMs);
  await ask('answerInformationRequest', null);
  await ask('recordReview', { finding: 'ours' });
  await bench.pass(14.9 * dayMs);
  expect(desk.times('recordDue')).toBe(0);
  await bench.pass(0.2 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(20, 2);
  await withdraw(asks);
});

test('D13, RP-3.8: a dispute opened while the fault is being mended holds the ticket, and the 15 days run on', async () => {
  const asks = await remediating();
  const { note, desk } = asks;
  await bench.pass(4 * dayMs);
  const before = desk.snapshot().due;
  await note('noteDispute', { state: 'open' });
  expect(desk.snapshot()).toMatchObject({ phase: 'remediating', held: true, due: before });
  await bench.pass(11.01 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(desk.snapshot()).toMatchObject({ phase: 'deciding', held: true });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(15, 2);
  await withdraw(asks);
});

test('RP-2.4b: a confirmed incident ends the wait at once, one that is not confirmed changes nothing', async () => {
  const asks = await remediating();
  const { note, desk } = asks;
  await bench.pass(dayMs);
  await note('noteIncident', { confirmed: false });
  expect(desk.snapshot().phase).toBe('remediating');
  await note('noteIncident', { confirmed: true });
  expect(desk.snapshot().phase).toBe('deciding');
  await bench.pass(20 * dayMs);
  expect(desk.times('recordDue')).toBe(0);
  await withdraw(asks);
});

test('RP-4.2: another cause found during the remediation leads to the decision, and its deadline is void', async () => {
  const asks = await remediating();
  const { ask, desk } = asks;
  await ask('recordReview', { finding: 'ours' });
  expect(desk.snapshot().phase).toBe('remediating');
  await ask('recordReview', { finding: 'other' });
  await bench.pass(20 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([0, 'deciding']);
  await withdraw(asks);
});
