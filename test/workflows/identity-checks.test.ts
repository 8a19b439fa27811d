/** RP-5.3 on the server that skips time: a check of identity that is passed, failed or timed out, in each phase it may end in. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Asks, asksOf, dayMs, daysTo, latch, refusalOf, untilCalled, withdraw } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import type { Life } from './scripted-life.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

async function begun(given: Partial<Life>): Promise<Asks> {
  const desk = scriptDesk({ capturesKnown: true, ...given });
  const asks = asksOf(await bench.start(desk), desk);
  await untilCalled(desk, 'openRun');
  return asks;
}

async function decided(decision: 'offer' | 'refund'): Promise<Asks> {
  const asks = await begun({ phase: 'deciding' });
  await asks.ask('decideTicket', { decision });
  return asks;
}

/** Asked for with every clock stopped that it may stop, so that nothing but the check itself is due. */
const askForCheck = ({ ask }: Asks): Promise<void> =>
  ask('placeHold', { kind: 'kyc', stops: ['decision', 'lapse', 'offer'] });

type Failure = 'failed' | 'timed out';

const failures: readonly Failure[] = ['failed', 'timed out'];

/** By whoever looked at the papers, or by its due: 14 days after it was asked for, and not before. */
async function failCheck({ ask, desk }: Asks, failure: Failure): Promise<void> {
  if (failure === 'failed') return ask('recordKyc', { result: 'failed' });
  const askedAt = desk.calls.findLast(({ name }) => name === 'placeHold')?.at.toISOString() ?? '';
  const { due } = desk.snapshot();
  expect(due?.kind).toBe('kyc');
  await bench.pass(13.9 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().held]).toEqual([0, true]);
  await bench.pass(0.2 * dayMs);
  await untilCalled(desk, 'recordDue');
  expect(daysTo(desk, 'recordDue', askedAt)).toBeCloseTo(14, 2);
}

const standing = ({ desk }: Asks) => {
  const { phase, held, due } = desk.snapshot();
  return { phase, held, due: due?.kind };
};

/** It waits for a person, and for nothing by itself. */
const toDecide = { phase: 'deciding', held: undefined, due: undefined };

test.each(failures)(
  'RP-5.3: a check that %s in reviewing leaves the review, which leads to no mending any more',
  async (failure) => {
    const asks = await begun({ phase: 'reviewing' });
    await askForCheck(asks);
    await failCheck(asks, failure);
    expect(standing(asks)).toEqual({ ...toDecide, phase: 'reviewing' });
    await asks.ask('recordReview', { finding: 'ours' });
    expect(standing(asks)).toEqual(toDecide);
    await withdraw(asks);
  },
);

test.each(failures)(
  'RP-5.3: a check that %s in offering ends the offer: it neither lapses nor can be chosen from',
  async (failure) => {
    const asks = await decided('offer');
    const { ask, desk, run } = asks;
    await askForCheck(asks);
    await failCheck(asks, failure);
    expect(standing(asks)).toEqual(toDecide);
    const dues = desk.times('recordDue');
    await bench.pass(30 * dayMs);
    expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([dues, 'deciding']);
    expect(await refusalOf(ask('answerOffer', { choice: 'extension' }))).toMatchObject({ refused: 'ticket-phase' });
    await ask('decideTicket', { decision: 'refuse' });
    expect(await run.result()).toEqual({ outcome: 'refused' });
    expect([desk.times('applyRemedy'), desk.times('sendPayout')]).toEqual([0, 0]);
  },
);

test.each(failures)(
  'RP-5.3: a check that %s in settling takes back the payout that finance released: it is never sent',
  async (failure) => {
    const asks = await decided('refund');
    const { ask, desk, run } = asks;
    await askForCheck(asks);
    await ask('approvePayout', null);
    expect(desk.snapshot().payouts).toMatchObject([{ state: 'approved' }]);
    await failCheck(asks, failure);
    expect(standing(asks)).toEqual(toDecide);
    expect(desk.snapshot().payouts).toMatchObject([{ state: 'cancelled' }]);
    await bench.pass(10 * dayMs);
    await ask('decideTicket', { decision: 'refuse' });
    expect(await run.result()).toEqual({ outcome: 'refused' });
    expect(desk.times('sendPayout')).toBe(0);
  },
);

test('RP-5.3: a payout that stands at its gate when the check fails is not sent, and the next grant goes its own way', async () => {
  const asks = await decided('refund');
  const { ask, note, desk, run } = asks;
  const gate = latch();
  desk.around('sendPayout', async (answer, attempt) => {
    if (attempt === 1) await gate.opened;
    return answer();
  });
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  await askForCheck(asks);
  await ask('recordKyc', { result: 'failed' });
  gate.open();
  await ask('decideTicket', { decision: 'refund' });
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout', 2);
  await note('reportPayout', { status: 'settled', providerRef: 're_2' });
  expect(await run.result()).toEqual({ outcome: 'refunded' });
  expect([...desk.life().formerPayouts, ...desk.life().payouts].map(({ state }) => state)).toEqual([
    'cancelled',
    'settled',
  ]);
});

test('RP-5.3: a check that fails after the money left calls nothing back: it ends as its rail says', async () => {
  const asks = await decided('refund');
  const { ask, note, desk, run } = asks;
  await ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  await askForCheck(asks);
  await ask('recordKyc', { result: 'failed' });
  expect(desk.snapshot()).toMatchObject({ phase: 'settling', payouts: [{ state: 'sent' }] });
  await note('reportPayout', { status: 'settled', providerRef: 're_1' });
  expect(await run.result()).toEqual({ outcome: 'refunded' });
});

test('RP-5.3, RP-3.9: a check that fails drops the decision that waits for a second person, who did not know of it', async () => {
  const asks = await begun({ phase: 'deciding' });
  const { ask, desk } = asks;
  await ask('decideTicket', { decision: 'refuse', exception: true });
  await askForCheck(asks);
  await ask('recordKyc', { result: 'failed' });
  expect(await refusalOf(ask('confirmDecision', null))).toEqual({ refused: 'no-decision-awaits' });
  expect(standing(asks)).toEqual(toDecide);
  expect(desk.snapshot().decidedBy).toBeNull();
  await withdraw(asks);
});

test('RP-5.3: a check that is passed in reviewing frees the ticket, which goes on as if none had been asked for', async () => {
  const asks = await begun({ phase: 'reviewing' });
  await askForCheck(asks);
  await bench.pass(5 * dayMs);
  await asks.ask('recordKyc', { result: 'passed' });
  expect(standing(asks)).toEqual({ phase: 'reviewing', held: undefined, due: undefined });
  await asks.ask('recordReview', { finding: 'ours' });
  expect(standing(asks)).toEqual({ phase: 'remediating', held: undefined, due: 'remediation' });
  await withdraw(asks);
});

test('RP-5.3: a check that is passed in offering gives the offer the days back for which it stood still', async () => {
  const asks = await decided('offer');
  const { desk, run } = asks;
  await bench.pass(3 * dayMs);
  await askForCheck(asks);
  await bench.pass(10 * dayMs);
  await asks.ask('recordKyc', { result: 'passed' });
  expect(standing(asks)).toEqual({ phase: 'offering', held: undefined, due: 'offer' });
  expect(await run.result()).toEqual({ outcome: 'lapsed' });
  expect(daysTo(desk, 'recordDue', desk.life().reportedAt)).toBeCloseTo(24, 2);
});

test('RP-5.3: a check that is passed in settling lets the released payout go at once, and no due of it comes', async () => {
  const asks = await decided('refund');
  const { ask, note, desk, run } = asks;
  await askForCheck(asks);
  await ask('approvePayout', null);
  await bench.pass(13 * dayMs);
  expect(desk.times('sendPayout')).toBe(0);
  await ask('recordKyc', { result: 'passed' });
  await untilCalled(desk, 'sendPayout');
  await bench.pass(3 * dayMs);
  expect(desk.times('recordDue')).toBe(0);
  await note('reportPayout', { status: 'settled', providerRef: 're_1' });
  expect(await run.result()).toEqual({ outcome: 'refunded' });
});
