/** The ticket workflow against the odds: racing people, late answers, steps that fail, workers that are replaced. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { activityInfo } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { PayoutId } from '../../domain/ids.ts';
import { checkDelays } from '../../workflows/activity-options.ts';
import { type Asks, asksOf, hourMs, latch, refusalOf, untilCalled } from './asks.ts';
import { type ScriptedDesk, scriptDesk } from './scripted-desk.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;
let closed: Promise<boolean> | null = null;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => closed ?? bench.close());

/** Updates that the run's history holds. */
const updatesTaken = async ({ run }: Pick<Asks, 'run'>): Promise<number> =>
  (await run.fetchHistory()).events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length ??
  0;

async function reviewed(desk: ScriptedDesk): Promise<Asks> {
  const asks = asksOf(await bench.start(desk), desk);
  await asks.ask('recordReview', { finding: 'other' });
  return asks;
}

async function released(desk: ScriptedDesk): Promise<Asks> {
  const asks = await reviewed(desk);
  await asks.ask('decideTicket', { decision: 'refund' });
  await asks.ask('approvePayout', null);
  return asks;
}

const settled = { status: 'settled', providerRef: 're_1' } as const;

test('W8, N6: a payout whose webhook never comes is asked about after 15 minutes, 1 hour, 6 hours, a day, then daily', async () => {
  const desk = scriptDesk();
  const askedAt: number[] = [];
  desk.around('sendPayout', (answer) => {
    askedAt.push(activityInfo().scheduledTimestampMs);
    return answer();
  });
  desk.around('checkPayout', (answer, attempt) => {
    askedAt.push(activityInfo().scheduledTimestampMs);
    if (attempt < 6) return answer();
    const { payouts, version } = desk.snapshot();
    const paid = payouts.map(({ id }) => ({ id, state: 'settled' as const }));
    return { ...desk.snapshot(), version: version + 1, phase: 'closed', outcome: 'refunded', payouts: paid };
  });
  const { run } = await released(desk);
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  const waitedHours = askedAt.slice(1).map((at, index) => Math.round((at - (askedAt[index] ?? 0)) / (hourMs / 4)) / 4);
  expect(waitedHours).toEqual([0.25, 1, 6, 24, 24, 24]);
  expect(checkDelays.map((ms) => ms / 60_000)).toEqual([15, 60, 6 * 60, 24 * 60]);
  expect(desk.times('sendPayout')).toBe(1);
});

test('S10: what no provider can tell yet is read again after 10 minutes, an hour, then every 6 hours, until it is told', async () => {
  const desk = scriptDesk({ phase: 'deciding' });
  const readAt: number[] = [];
  const told = latch();
  desk.around('readCaptures', (answer, attempt) => {
    readAt.push(activityInfo().scheduledTimestampMs);
    if (attempt < 5) return desk.snapshot();
    told.open();
    return answer();
  });
  const { ask, run } = asksOf(await bench.start(desk), desk);
  await bench.pass(5 * 86_400_000);
  await told.opened;
  const waitedMinutes = readAt.slice(1).map((at, index) => Math.round((at - (readAt[index] ?? 0)) / 60_000));
  expect(waitedMinutes).toEqual([10, 60, 360, 360]);
  await ask('withdrawTicket', null);
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
});

test('R10: a decision has the capture read at once, however long the next look is off', async () => {
  const desk = scriptDesk({ phase: 'deciding' });
  desk.around('readCaptures', (answer, attempt) => (attempt === 1 ? desk.snapshot() : answer()));
  const { ask } = asksOf(await bench.start(desk), desk);
  await bench.pass(5 * 60_000);
  await ask('decideTicket', { decision: 'refund' });
  expect([desk.times('readCaptures'), desk.snapshot().phase]).toEqual([2, 'settling']);
  await ask('withdrawTicket', null);
});

test('a customer who withdraws before the release ends the ticket, and nothing is ever sent', async () => {
  const desk = scriptDesk();
  const { run, ask } = await reviewed(desk);
  await ask('decideTicket', { decision: 'refund' });
  await ask('withdrawTicket', null);
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
  expect(desk.times('sendPayout')).toBe(0);
  expect(desk.snapshot().payouts).toMatchObject([{ state: 'cancelled' }]);
});

test('R1: of two who decide at once one wins, and the other learns who; a later one is refused without a trace', async () => {
  const desk = scriptDesk();
  const { run, ask, deliver, messageFor } = await reviewed(desk);
  const decided = () => messageFor('decideTicket', { decision: 'refund' });
  const both = [decided(), decided()];
  const asked = both.map((decision) => deliver('decideTicket', decision));
  const outcomes = await Promise.allSettled(asked);
  const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
  const winner = desk.snapshot().decidedBy;
  expect(both[won]?.by.id).toBe(winner);
  const lost = { refused: 'ticket-decided', facts: { decidedBy: winner } };
  expect(await refusalOf(Promise.resolve(asked[1 - won]))).toEqual(lost);

  const before = await updatesTaken({ run });
  expect(await refusalOf(deliver('decideTicket', decided()))).toEqual(lost);
  expect(await updatesTaken({ run })).toBe(before);
  await ask('withdrawTicket', null);
  await run.result();
});

test('T3: an update sent twice under one id is done once, also after the ticket was closed', async () => {
  const desk = scriptDesk();
  const run = await bench.start(desk);
  const { deliver, messageFor } = asksOf(run, desk);
  const finding = messageFor('recordReview', { finding: 'other' });
  await Promise.all([deliver('recordReview', finding), deliver('recordReview', finding)]);
  await deliver('recordReview', finding);
  const leaving = messageFor('withdrawTicket', null);
  await deliver('withdrawTicket', leaving);
  await run.result();
  await deliver('withdrawTicket', leaving);
  expect([desk.taken('recordReview'), desk.taken('withdrawTicket')]).toEqual([1, 1]);
});

test('T6: a new message to a closed run is answered as not found, never left hanging', async () => {
  const desk = scriptDesk();
  const run = await bench.start(desk);
  const { ask } = asksOf(run, desk);
  await ask('withdrawTicket', null);
  await run.result();
  await expect(ask('addEvidence', { complete: true })).rejects.toBeInstanceOf(WorkflowNotFoundError);
  expect(desk.times('addEvidence')).toBe(0);
});

test('R10: a refund is decided only once the captures are read, and a withdrawal need not wait for them', async () => {
  const desk = scriptDesk();
  const provider = latch();
  desk.around('readCaptures', async (answer) => {
    await provider.opened;
    return answer();
  });
  const { run, ask, send } = await reviewed(desk);
  const outcome = refusalOf((await send('decideTicket', { decision: 'refund' })).answer);
  await untilCalled(desk, 'readCaptures');
  expect(desk.times('decideTicket')).toBe(0);
  await ask('withdrawTicket', null);
  expect(await outcome).toMatchObject({ refused: 'ticket-closed' });
  provider.open();
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
});

test('R10: a refund that waited for the captures is decided as soon as they are read', async () => {
  const desk = scriptDesk();
  const provider = latch();
  desk.around('readCaptures', async (answer) => {
    await provider.opened;
    return answer();
  });
  const { ask, run } = await reviewed(desk);
  const deciding = ask('decideTicket', { decision: 'refund' });
  await untilCalled(desk, 'readCaptures');
  expect(desk.snapshot().phase).toBe('deciding');
  provider.open();
  await deciding;
  const names = desk.calls.map(({ name }) => name);
  expect(names.indexOf('decideTicket')).toBeGreaterThan(names.indexOf('readCaptures'));
  await ask('withdrawTicket', null);
  await run.result();
});

test('W10: a snapshot that arrives late never overrides a newer one', async () => {
  const desk = scriptDesk();
  const provider = latch();
  desk.around('sendPayout', async (answer) => {
    const late = answer();
    await provider.opened;
    return late;
  });
  const { run, note } = await released(desk);
  await untilCalled(desk, 'sendPayout');
  await note('reportPayout', settled);
  provider.open();
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.times('checkPayout')).toBe(0);
});

test('a step that fails is taken again, and whoever asked is answered once', async () => {
  const desk = scriptDesk();
  desk.around('recordReview', (answer, attempt) => {
    if (attempt < 3) throw new Error('the database is away');
    return answer();
  });
  const { run, ask } = await reviewed(desk);
  expect(desk.times('recordReview')).toBe(3);
  expect(desk.snapshot().phase).toBe('deciding');
  await ask('withdrawTicket', null);
  await run.result();
});

test('R13: a run opened on a closed ticket ends at once and asks no provider', async () => {
  const desk = scriptDesk({
    phase: 'closed',
    outcome: 'refunded',
    payouts: [{ id: 'b3c1f5de-2f0e-4f0e-9a53-9f1f7a3c7a11' as PayoutId, state: 'settled' }],
  });
  const run = await bench.start(desk, { reason: 'money' });
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.calls.map(({ name }) => name)).toEqual(['openRun']);
});

test.each([
  ['sending', ['openRun', 'sendPayout', 'reportPayout']],
  ['unknown', ['openRun', 'sendPayout', 'reportPayout']],
  ['sent', ['openRun', 'reportPayout']],
] as const)('R13: a run that finds a payout %s follows it to its end and starts no other', async (state, calls) => {
  const desk = scriptDesk({
    phase: 'settling',
    capturesKnown: true,
    payouts: [{ id: 'b3c1f5de-2f0e-4f0e-9a53-9f1f7a3c7a11' as PayoutId, state }],
  });
  const run = await bench.start(desk, { run: 2, reason: 'continued' });
  const { note } = asksOf(run, desk);
  if (state !== 'sent') await untilCalled(desk, 'sendPayout');
  await note('reportPayout', settled);
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.calls.map(({ name }) => name)).toEqual(calls);
});

test('a worker that is replaced leaves the ticket to the next, which sends nothing again', async () => {
  const desk = scriptDesk();
  const { run, note } = await released(desk);
  await untilCalled(desk, 'sendPayout');
  await bench.replaceWorkers();
  await note('reportPayout', settled);
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.times('sendPayout')).toBe(1);
});

test('no server is left behind', async () => {
  closed = bench.close();
  expect(await closed).toBe(true);
});
