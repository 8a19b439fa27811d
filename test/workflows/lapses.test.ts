/** What lapses or times out by itself, on the server that skips time: materials, answers, identity checks, offers. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Asks, asksOf, dayMs, daysTo, refusalOf, untilCalled, withdraw } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import type { Life } from './scripted-life.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

async function begun(given: Partial<Life>): Promise<Asks> {
  const desk = scriptDesk(given);
  const asks = asksOf(await bench.start(desk), desk);
  await untilCalled(desk, 'openRun');
  return asks;
}

async function offered(): Promise<Asks> {
  const asks = await begun({ phase: 'deciding', capturesKnown: true });
  await asks.ask('decideTicket', { decision: 'offer' });
  return asks;
}

test('RP-4.2: a request whose materials never come lapses after 14 days', async () => {
  const { desk, run } = await begun({ phase: 'gathering' });
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().gatheringSince)).toBeCloseTo(14, 2);
  expect(desk.taken('recordDue')).toBe(1);
});

test('RP-4.2: what is sent on day 13 without being complete wins no time, and what completes it ends the wait', async () => {
  const asks = await begun({ phase: 'gathering' });
  const { ask, desk } = asks;
  const { due } = desk.snapshot();
  await bench.pass(13 * dayMs);
  await ask('addEvidence', { complete: false });
  expect(desk.snapshot()).toMatchObject({ phase: 'gathering', due });
  await ask('addEvidence', { complete: true });
  await bench.pass(30 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([0, 'reviewing']);
  await withdraw(asks);
});

test('RP-4.2: a question that is never answered lapses the ticket 14 days after it was asked', async () => {
  const { ask, run, desk } = await begun({});
  await bench.pass(6 * dayMs);
  await ask('requestInformation', null);
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(20, 2);
});

test('RP-4.2: an answer on day 13 keeps the ticket, and a second question has its own 14 days', async () => {
  const { ask, run, desk } = await begun({});
  await ask('requestInformation', null);
  await bench.pass(13 * dayMs);
  await ask('answerInformationRequest', null);
  expect(await refusalOf(ask('answerInformationRequest', null))).toEqual({ refused: 'no-open-request' });
  await bench.pass(10 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([0, 'reviewing']);
  await ask('requestInformation', null);
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(37, 2);
});

test('T1: a hold that stops the lapse clock leaves no timer, and its release moves the lapse by the days it lasted', async () => {
  const { ask, run, desk } = await begun({ phase: 'gathering' });
  await bench.pass(4 * dayMs);
  await ask('placeHold', { kind: 'provider', stops: ['lapse'] });
  expect(desk.snapshot().due).toBeUndefined();
  await bench.pass(30 * dayMs);
  expect(desk.times('recordDue')).toBe(0);
  await ask('releaseHold', { kind: 'provider' });
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().gatheringSince)).toBeCloseTo(44, 2);
});

test('RP-5.3: an identity check that nobody answers times out after 14 days, and the hold ends with it', async () => {
  const asks = await begun({ phase: 'deciding', capturesKnown: true });
  const { ask, desk } = asks;
  await ask('placeHold', { kind: 'kyc', stops: ['decision'] });
  expect(desk.snapshot()).toMatchObject({ held: true, due: { kind: 'kyc' } });
  await bench.pass(13.9 * dayMs);
  expect(desk.snapshot().held).toBe(true);
  await bench.pass(0.2 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(desk.snapshot()).toMatchObject({ phase: 'deciding' });
  expect([desk.snapshot().held, desk.snapshot().due]).toEqual([undefined, undefined]);
  expect(await refusalOf(ask('recordKyc', { result: 'passed' }))).toEqual({ refused: 'kyc-not-asked' });
  await withdraw(asks);
});

test('RP-5.3: of a check and a lapse, what is due first fires first, and then the other', async () => {
  const { ask, run, desk } = await begun({ phase: 'reviewing' });
  await ask('requestInformation', null);
  await ask('placeHold', { kind: 'kyc', stops: ['decision'] });
  expect(desk.snapshot().due?.kind).toBe('information');
  await bench.pass(10 * dayMs);
  await ask('recordKyc', { result: 'passed' });
  await ask('placeHold', { kind: 'kyc', stops: ['lapse'] });
  expect(desk.snapshot().due?.kind).toBe('kyc');
  await bench.pass(14.1 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(desk.snapshot().due?.kind).toBe('information');
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(28, 2);
});

test('RP-5.3: a check that runs out while materials are missing settles the case, so that nothing lapses', async () => {
  const asks = await begun({ phase: 'gathering' });
  await asks.ask('placeHold', { kind: 'kyc', stops: ['lapse'] });
  await bench.pass(14.1 * dayMs);
  await untilCalled(asks.desk, 'recordDue');
  expect(asks.desk.snapshot()).toMatchObject({ phase: 'deciding', outcome: null });
  await withdraw(asks);
});

test('RP-4.5: an offer that is not chosen from lapses after 14 days, and nothing is paid or extended', async () => {
  const { run, desk } = await offered();
  expect(desk.snapshot().due?.kind).toBe('offer');
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(14, 2);
  expect([desk.times('sendPayout'), desk.times('applyRemedy')]).toEqual([0, 0]);
});

test('RP-4.5, RP-3.8: a dispute stops the offer’s clock until the provider reports its end', async () => {
  const { note, run, desk } = await offered();
  await bench.pass(5 * dayMs);
  await note('noteDispute', { state: 'open' });
  await bench.pass(40 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([0, 'offering']);
  await note('noteDispute', { state: 'won' });
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(54, 2);
});
