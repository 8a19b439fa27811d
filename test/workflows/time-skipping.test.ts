/** The ticket workflow's life over days and against the odds, on the server that skips time. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { activityInfo } from '@temporalio/activity';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Refusal } from '../../domain/errors.ts';
import type { PayoutId } from '../../domain/ids.ts';
import { checkDelays } from '../../workflows/activity-options.ts';
import * as messages from '../../workflows/messages.ts';
import { type ScriptedDesk, scriptDesk } from './scripted-desk.ts';
import { asksOf, type Bench, type Run, startBench } from './time-skipping-bench.ts';

let bench: Bench;
let closed: Promise<boolean> | null = null;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => closed ?? bench.close());

const hourMs = 3_600_000;

/** The refusal that an update was answered with; throws where it took effect. */
async function refusalOf(asked: Promise<unknown>): Promise<Refusal> {
  const fault: unknown = await asked.then(
    () => new Error('the update was not refused'),
    (reason: unknown) => reason,
  );
  if (!(fault instanceof WorkflowUpdateFailedError) || !(fault.cause instanceof ApplicationFailure)) throw fault;
  expect(fault.cause.type).toBe(messages.refusedFailureType);
  return fault.cause.details?.[0] as Refusal;
}

/** Updates that the run's history holds. */
const updatesTaken = async (run: Run): Promise<number> =>
  (await run.fetchHistory()).events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length ??
  0;

async function reviewed(desk: ScriptedDesk) {
  const run = await bench.start(desk);
  const asks = asksOf(run, desk);
  await asks.ask(messages.reviewUpdate, asks.reviewed());
  return { run, ...asks };
}

async function released(desk: ScriptedDesk) {
  const asks = await reviewed(desk);
  await asks.ask(messages.decideUpdate, asks.decided());
  await asks.ask(messages.approveUpdate, asks.approved());
  return asks;
}

/** Waits, without letting time skip, for what an activity does by itself. */
async function untilCalled(desk: ScriptedDesk, name: Parameters<ScriptedDesk['times']>[0]): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (desk.times(name) === 0) {
    if (Date.now() > deadline) throw new Error(`${name} was not called`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

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
    const settled = payouts.map(({ id }) => ({ id, state: 'settled' as const }));
    return { ...desk.snapshot(), version: version + 1, phase: 'closed', outcome: 'refunded', payouts: settled };
  });
  const { run } = await released(desk);
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  const waitedHours = askedAt.slice(1).map((at, index) => Math.round((at - (askedAt[index] ?? 0)) / (hourMs / 4)) / 4);
  expect(waitedHours).toEqual([0.25, 1, 6, 24, 24, 24]);
  expect(checkDelays).toEqual(['15 minutes', '1 hour', '6 hours', '1 day']);
  expect(desk.times('sendPayout')).toBe(1);
});

test('a customer who withdraws before the release ends the ticket, and nothing is ever sent', async () => {
  const desk = scriptDesk();
  const { run, ask, decided, withdrawn } = await reviewed(desk);
  await ask(messages.decideUpdate, decided());
  await ask(messages.withdrawUpdate, withdrawn());
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
  expect(desk.times('sendPayout')).toBe(0);
  expect(desk.snapshot().payouts).toMatchObject([{ state: 'cancelled' }]);
});

test('R1: of two who decide at once one wins, and the other learns who; a later one is refused without a trace', async () => {
  const desk = scriptDesk();
  const { run, ask, decided, withdrawn } = await reviewed(desk);
  const both = [decided(), decided()];
  const asked = both.map((decision) => ask(messages.decideUpdate, decision));
  const outcomes = await Promise.allSettled(asked);
  const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
  const winner = desk.snapshot().decidedBy;
  expect(both[won]?.by.id).toBe(winner);
  const lost = { refused: 'ticket-decided', facts: { decidedBy: winner } };
  expect(await refusalOf(Promise.resolve(asked[1 - won]))).toEqual(lost);

  const before = await updatesTaken(run);
  expect(await refusalOf(ask(messages.decideUpdate, decided()))).toEqual(lost);
  expect(await updatesTaken(run)).toBe(before);
  await ask(messages.withdrawUpdate, withdrawn());
  await run.result();
});

test('T3: an update sent twice under one id is done once, also after the ticket was closed', async () => {
  const desk = scriptDesk();
  const run = await bench.start(desk);
  const { ask, reviewed: review, withdrawn } = asksOf(run, desk);
  const finding = review();
  await Promise.all([ask(messages.reviewUpdate, finding), ask(messages.reviewUpdate, finding)]);
  await ask(messages.reviewUpdate, finding);
  const leaving = withdrawn();
  await ask(messages.withdrawUpdate, leaving);
  await run.result();
  await ask(messages.withdrawUpdate, leaving);
  expect([desk.taken('recordReview'), desk.taken('recordWithdrawal')]).toEqual([1, 1]);
});

test('T6: a new message to a closed run is answered as not found, never left hanging', async () => {
  const desk = scriptDesk();
  const run = await bench.start(desk);
  const { ask, withdrawn } = asksOf(run, desk);
  await ask(messages.withdrawUpdate, withdrawn());
  await run.result();
  await expect(ask(messages.evidenceUpdate, withdrawn())).rejects.toBeInstanceOf(WorkflowNotFoundError);
  expect(desk.times('recordEvidence')).toBe(0);
});

test('R10: a refund is decided only once the captures are read, and a withdrawal need not wait for them', async () => {
  const desk = scriptDesk();
  const provider = latch();
  desk.around('readCaptures', async (answer) => {
    await provider.opened;
    return answer();
  });
  const { run, decided, ask, withdrawn } = await reviewed(desk);
  const decision = decided();
  const waiting = await run.startUpdate(messages.decideUpdate, {
    args: [decision],
    updateId: decision.inputId,
    waitForStage: 'ACCEPTED',
  });
  const outcome = refusalOf(waiting.result());
  await untilCalled(desk, 'readCaptures');
  expect(desk.times('recordDecision')).toBe(0);
  await ask(messages.withdrawUpdate, withdrawn());
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
  const { ask, decided, withdrawn, run } = await reviewed(desk);
  const deciding = ask(messages.decideUpdate, decided());
  await untilCalled(desk, 'readCaptures');
  expect(desk.snapshot().phase).toBe('deciding');
  provider.open();
  await deciding;
  expect(desk.calls.indexOf('recordDecision')).toBeGreaterThan(desk.calls.indexOf('readCaptures'));
  await ask(messages.withdrawUpdate, withdrawn());
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
  const { run, ask, reported } = await released(desk);
  await untilCalled(desk, 'sendPayout');
  const settled = desk.keepReport({ status: 'settled', providerRef: 're_1' });
  await ask(messages.reportUpdate, reported(settled));
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
  const { run, ask, withdrawn } = await reviewed(desk);
  expect(desk.times('recordReview')).toBe(3);
  expect(desk.snapshot().phase).toBe('deciding');
  await ask(messages.withdrawUpdate, withdrawn());
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
  expect(desk.calls).toEqual(['openRun']);
});

test.each([
  ['sending', ['openRun', 'sendPayout', 'recordReport']],
  ['unknown', ['openRun', 'sendPayout', 'recordReport']],
  ['sent', ['openRun', 'recordReport']],
] as const)('R13: a run that finds a payout %s follows it to its end and starts no other', async (state, calls) => {
  const desk = scriptDesk({
    phase: 'settling',
    capturesKnown: true,
    payouts: [{ id: 'b3c1f5de-2f0e-4f0e-9a53-9f1f7a3c7a11' as PayoutId, state }],
  });
  const run = await bench.start(desk, { run: 2, reason: 'continued' });
  const { ask, reported } = asksOf(run, desk);
  if (state !== 'sent') await untilCalled(desk, 'sendPayout');
  await ask(messages.reportUpdate, reported(desk.keepReport({ status: 'settled', providerRef: 're_1' })));
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.calls).toEqual(calls);
});

test('a worker that is replaced leaves the ticket to the next, which sends nothing again', async () => {
  const desk = scriptDesk();
  const { run, ask, reported } = await released(desk);
  await untilCalled(desk, 'sendPayout');
  await bench.replaceWorkers();
  await ask(messages.reportUpdate, reported(desk.keepReport({ status: 'settled', providerRef: 're_1' })));
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.times('sendPayout')).toBe(1);
});

test('no server is left behind', async () => {
  closed = bench.close();
  expect(await closed).toBe(true);
});
