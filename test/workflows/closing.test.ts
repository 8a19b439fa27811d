/** The ends of a ticket's runs: what a closed ticket still takes, how it opens again, and that nothing sent is undone. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as messages from '../../workflows/messages.ts';
import {
  type Asks,
  asksOf,
  dayMs,
  isOver,
  latch,
  newestOn,
  nextRunOf,
  refusalOf,
  silentShop,
  untilCalled,
} from './asks.ts';
import type { Bodies } from './scripted-bodies.ts';
import { type ScriptedDesk, scriptDesk } from './scripted-desk.ts';
import type { Life } from './scripted-life.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

/** What a run asks as soon as it is open must be scripted before it starts. */
async function begun(given: Partial<Life>, script: (desk: ScriptedDesk) => void = () => undefined): Promise<Asks> {
  const desk = scriptDesk(given);
  script(desk);
  const asks = asksOf(await bench.start(desk), desk);
  await untilCalled(desk, 'openRun');
  return asks;
}

const startWith = <Step extends messages.AskedStep>(asks: Asks, step: Step, body: Bodies[Step]): Promise<void> =>
  nextRunOf(bench, asks).ask(step, body);

const newest = ({ desk }: Asks) => newestOn(bench, desk);

test('T6: an appeal on a closed ticket opens its next run, in which it is decided anew', async () => {
  const asks = await begun({ phase: 'deciding' });
  await asks.ask('decideTicket', { decision: 'refuse' });
  const { runId } = await newest(asks).describe();
  expect(await isOver(asks)).toBe(true);
  expect(asks.desk.snapshot()).toMatchObject({ phase: 'closed', outcome: 'refused' });
  await startWith(asks, 'appealTicket', null);
  const described = await newest(asks).describe();
  expect(described.runId).not.toBe(runId);
  expect(asks.desk.snapshot()).toMatchObject({ phase: 'reviewing', outcome: null });
  await newest(asks).executeUpdate(messages.askedUpdates.recordReview, {
    args: [asks.messageFor('recordReview', { finding: 'mended' })],
  });
  expect(await newest(asks).result()).toEqual({ outcome: 'remediated' });
});

test('T6: an appeal that may not be made leaves the ticket closed, with the reason, and the run it started ends', async () => {
  const asks = await begun({});
  await asks.ask('withdrawTicket', null);
  await asks.run.result();
  expect(await refusalOf(startWith(asks, 'appealTicket', null))).toEqual({ refused: 'not-reopenable' });
  expect(await newest(asks).result()).toEqual({ outcome: 'withdrawn' });
});

test('RP-2.3, RP-4.2: a lapsed request that is reopened keeps its moment of asking and has its time to lapse anew', async () => {
  const asks = await begun({ phase: 'gathering' });
  expect(await asks.run.result()).toEqual({ outcome: 'lapsed' });
  const { reportedAt } = asks.desk.life();
  await startWith(asks, 'reopenTicket', { by: 'customer' });
  expect(asks.desk.life()).toMatchObject({ phase: 'gathering', reportedAt });
  expect(await newest(asks).result()).toEqual({ outcome: 'lapsed' });
  expect(asks.desk.taken('recordDue')).toBe(2);
});

test('RP-4.5: an offer that lapsed can be reopened, and chosen from in the next run', async () => {
  const asks = await begun({ phase: 'offering', capturesKnown: true, offeredAt: new Date(Date.now()).toISOString() });
  expect(await asks.run.result()).toEqual({ outcome: 'lapsed' });
  await startWith(asks, 'reopenTicket', { by: 'customer' });
  expect(asks.desk.snapshot().phase).toBe('offering');
  await startWith(asks, 'answerOffer', { choice: 'extension' });
  expect(await newest(asks).result()).toEqual({ outcome: 'extended' });
});

test('T6: while a closed ticket still awaits the shop’s word, a new message is refused as closed, without a trace', async () => {
  const { ask, note, run, desk } = await begun({ phase: 'offering', capturesKnown: true });
  const shop = silentShop(desk);
  await ask('answerOffer', { choice: 'extension' });
  await untilCalled(desk, 'applyRemedy');
  await note('noteDispute', { state: 'lost' });
  expect(await refusalOf(ask('addEvidence', { complete: true }))).toEqual({
    refused: 'ticket-closed',
    facts: { phase: 'closed' },
  });
  expect(desk.times('addEvidence')).toBe(0);
  shop.open();
  expect(await run.result()).toEqual({ outcome: 'charged_back' });
});

test('T6: a ticket that is opened again while something is still on its way lives on at once', async () => {
  const { ask, note, run, desk } = await begun({ phase: 'offering', capturesKnown: true });
  const shop = silentShop(desk);
  await ask('answerOffer', { choice: 'extension' });
  await untilCalled(desk, 'applyRemedy');
  await note('noteDispute', { state: 'prevented' });
  await ask('appealTicket', null);
  await note('noteDispute', { state: 'won' });
  await ask('recordReview', { finding: 'other' });
  await ask('decideTicket', { decision: 'refund' });
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  await note('reportPayout', { status: 'settled', providerRef: 're_1' });
  shop.open();
  expect(await run.result()).toEqual({ outcome: 'refunded' });
});

test('R10: a ticket that is opened again after a reading of its captures was called off has them read anew', async () => {
  const [shop, provider] = [latch(), latch()];
  const { ask, note, run, desk } = await begun({ phase: 'deciding' }, ({ around }) => {
    around('applyRemedy', async (answer) => {
      await shop.opened;
      return answer();
    });
    around('readCaptures', async (answer, attempt) => {
      if (attempt === 1) await provider.opened;
      return answer();
    });
  });
  await untilCalled(desk, 'readCaptures');
  await ask('decideTicket', { decision: 'replace' });
  await untilCalled(desk, 'applyRemedy');
  await note('noteDispute', { state: 'lost' });
  await ask('appealTicket', null);
  await ask('recordReview', { finding: 'other' });
  await ask('decideTicket', { decision: 'refund' });
  expect(desk.times('readCaptures')).toBe(2);
  await ask('withdrawTicket', null);
  shop.open();
  provider.open();
  expect(await run.result()).toEqual({ outcome: 'withdrawn' });
});

test('T8: what was sent is never called back: a withdrawal is refused, and a dispute that is lost sends and undoes nothing', async () => {
  const { ask, note, run, desk } = await begun({ phase: 'deciding', capturesKnown: true });
  await ask('decideTicket', { decision: 'refund' });
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  expect(await refusalOf(ask('withdrawTicket', null))).toEqual({ refused: 'payout-sent' });
  await note('noteDispute', { state: 'lost' });
  expect(desk.snapshot()).toMatchObject({ phase: 'settling', payouts: [{ state: 'sent' }] });
  await note('reportPayout', { status: 'settled', providerRef: 're_1' });
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect(desk.times('sendPayout')).toBe(1);
});

test('T8, S1: money that failed after it was sent waits for finance, who can only go forward: decline and decide anew', async () => {
  const { ask, note, run, desk } = await begun({ phase: 'deciding', capturesKnown: true });
  await ask('decideTicket', { decision: 'refund' });
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  await note('reportPayout', { status: 'failed', providerRef: 're_1', reason: 'account_closed' });
  expect(desk.snapshot().phase).toBe('settling');
  await bench.pass(5 * dayMs);
  expect(desk.times('sendPayout')).toBe(1);
  await ask('declinePayout', null);
  await ask('decideTicket', { decision: 'refund' });
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout', 2);
  await note('reportPayout', { status: 'settled', providerRef: 're_2' });
  expect(await run.result()).toEqual({ outcome: 'refunded' });
});
