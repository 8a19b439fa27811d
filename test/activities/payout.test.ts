/** The payout activities at their ports: asks before it sends again, holds back, and says when to try another time. */

import { expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { money } from '../../domain/money.ts';
import { RailUnavailable } from '../../domain/rail.ts';
import { failureOf, payout, request, scriptPayout, sent } from './payout-bench.ts';

test('an approved payout is read at the provider at the last moment, taken for sending, and sent once under its key', async () => {
  const { activities, asked, requests } = scriptPayout();
  expect((await activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'sent' }]);
  expect(asked).toEqual(['readCapture', 'recordCaptures 1999', 'send', 'record sent']);
  expect(requests).toEqual([request]);
});

test('RP-4.4, D2: the plan that a refund in full is for ends before the money goes, and the provider is read after it', async () => {
  const { activities, asked } = scriptPayout({ endPlan: () => undefined });
  await activities.sendPayout(payout);
  const read = ['readCapture', 'recordCaptures 1999'];
  expect(asked).toEqual([...read, 'endPlan', ...read, 'send', 'record sent']);
});

test('while the shop’s word on the plan is not clear, no money goes', async () => {
  const unclear = () => {
    throw ApplicationFailure.create({ type: 'RemedyOutcomeUnknown', message: 'timeout' });
  };
  const { activities, asked } = scriptPayout({ endPlan: unclear });
  expect((await failureOf(activities.sendPayout(payout))).type).toBe('RemedyOutcomeUnknown');
  expect(asked).not.toContain('send');
});

const notKnown = () => {
  throw ApplicationFailure.create({ type: 'RemedyBarred', message: 'not known' });
};

test('R4: of a payout that was taken back nothing is sent, and its plan is followed until the shop’s word is known', async () => {
  const { activities, asked } = scriptPayout({ state: 'cancelled', endPlan: () => undefined, followPlan: notKnown });
  expect((await failureOf(activities.sendPayout(payout))).type).toBe('RemedyBarred');
  expect(asked).toEqual(['followPlan']);
});

test('RP-4.4: a payout does not wait for a plan that is to go on, and is asked about at its provider meanwhile', async () => {
  const { activities, asked, requests, stateNow } = scriptPayout({ followPlan: notKnown });
  for (const _attempt of [1, 2]) expect((await failureOf(activities.sendPayout(payout))).type).toBe('RemedyBarred');
  const first = ['readCapture', 'recordCaptures 1999', 'send', 'record sent', 'followPlan'];
  expect(asked).toEqual([...first, 'lookUp', 'followPlan']);
  expect([stateNow(), requests.length]).toEqual(['sent', 2]);
});

test('RP-4.4: a payout that is held follows the plan that is to go on all the same, and looks again as soon as it may go', async () => {
  const { activities, asked } = scriptPayout({ stopped: true, followPlan: notKnown });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutsStopped', nextRetryDelay: 10_000 });
  expect(asked).toEqual(['hold stopped', 'followPlan']);
});

test.each(['sending', 'unknown'] as const)(
  'R3, R4: a payout found %s is looked up, and what the provider has is not sent again',
  async (state) => {
    const { activities, asked } = scriptPayout({ state, lookUp: () => ({ status: 'settled', providerRef: 're_1' }) });
    expect((await activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'settled' }]);
    expect(asked).toEqual(['lookUp', 'record settled']);
  },
);

test('R3: a payout that the provider surely has not is sent again under the same key', async () => {
  const { activities, asked, requests } = scriptPayout({ state: 'unknown', lookUp: () => null });
  await activities.sendPayout(payout);
  expect(asked).toEqual(['lookUp', 'readCapture', 'recordCaptures 1999', 'send', 'record sent']);
  expect(new Set(requests.map(({ key }) => key))).toEqual(new Set([request.key]));
});

test('R3: an unclear answer is recorded as unknown and tried again when the provider wishes, after asking first', async () => {
  let calls = 0;
  const { activities, asked, stateNow } = scriptPayout({
    send: () => {
      calls += 1;
      return { status: 'unknown', reason: 'timeout', retryAfterMs: 7_000 };
    },
    lookUp: () => sent,
  });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({
    type: 'PayoutOutcomeUnknown',
    nextRetryDelay: 7_000,
  });
  expect(stateNow()).toBe('unknown');
  await activities.sendPayout(payout);
  expect(calls).toBe(1);
  expect(asked.slice(-2)).toEqual(['lookUp', 'record sent']);
});

test('while payouts are stopped nothing is sent, and the activity looks again after ten seconds', async () => {
  const { activities, asked, stateNow } = scriptPayout({ stopped: true });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutsStopped', nextRetryDelay: 10_000 });
  expect(asked).not.toContain('send');
  expect(stateNow()).toBe('approved');
});

test.each(['approved', 'unknown'] as const)(
  'RP-5.3: while a hold keeps it back, a payout that is %s says so, and nothing is read or sent for it',
  async (state) => {
    const { activities, asked, stateNow } = scriptPayout({ state, gate: 'held', endPlan: () => undefined });
    expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutHeld', nextRetryDelay: 10_000 });
    // What may be on its way is still looked for.
    expect(asked).toEqual(state === 'unknown' ? ['lookUp', 'hold held'] : ['hold held']);
    expect(stateNow()).toBe(state);
  },
);

test('D1, D2: a dispute that bars is found at the last moment: nothing is sent, and it is looked at again', async () => {
  const { activities, asked, stateNow } = scriptPayout({ capture: { disputeBars: true } });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutDisputed', nextRetryDelay: 10_000 });
  expect(asked).toEqual(['readCapture', 'recordCaptures 1999', 'hold disputed']);
  expect(stateNow()).toBe('approved');
});

test('a provider that cannot be asked is asked again when it wishes, and nothing is sent meanwhile', async () => {
  const away = () => {
    throw new RailUnavailable('away', { retryAfterMs: 3_000 });
  };
  const before = scriptPayout({ readCapture: away });
  expect(await failureOf(before.activities.sendPayout(payout))).toEqual({
    type: 'RailUnavailable',
    nextRetryDelay: 3_000,
  });
  const again = scriptPayout({ state: 'unknown', lookUp: away });
  expect((await failureOf(again.activities.sendPayout(payout))).type).toBe('RailUnavailable');
  expect((await failureOf(again.activities.checkPayout(payout))).type).toBe('RailUnavailable');
  expect([...before.asked, ...again.asked]).not.toContain('send');
});

test('a fault that is no provider’s is thrown as it is, so that someone hears of it', async () => {
  const { activities } = scriptPayout({
    send: () => {
      throw new TypeError('a bug');
    },
  });
  await expect(activities.sendPayout(payout)).rejects.toBeInstanceOf(TypeError);
});

test('a method without a rail is tried again later and never dropped', async () => {
  const { activities } = scriptPayout({ hasRail: false });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'RailUnavailable', nextRetryDelay: 10_000 });
});

test.each([
  ['sent', ['lookUp']],
  ['settled', []],
  ['cancelled', []],
  ['rehearsed', []],
] as const)('R4: a payout that is %s already is not sent again', async (state, reads) => {
  const { activities, asked } = scriptPayout({ state });
  expect((await activities.sendPayout(payout)).payouts).toMatchObject([{ state }]);
  expect(asked).toEqual(reads);
});

test('a provider’s clear no is recorded as failed and not tried again', async () => {
  const { activities, asked } = scriptPayout({ send: () => ({ status: 'failed', reason: 'expired_card' }) });
  expect((await activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'failed' }]);
  expect(asked.slice(-2)).toEqual(['send', 'record failed']);
});

test('W8: a check records what the provider says, and sends nothing where it has nothing', async () => {
  const settled = scriptPayout({ state: 'sent', lookUp: () => ({ status: 'settled', providerRef: 're_1' }) });
  expect((await settled.activities.checkPayout(payout)).payouts).toMatchObject([{ state: 'settled' }]);
  const nothing = scriptPayout({ state: 'sent' });
  expect((await nothing.activities.checkPayout(payout)).payouts).toMatchObject([{ state: 'sent' }]);
  expect(nothing.asked).toEqual(['lookUp']);
});

test('R10: captures are read of every tender that a rail serves, and of no other', async () => {
  const { activities, asked } = scriptPayout({ capture: { captured: money(1500n, 'USD') } });
  await activities.readCaptures({ ticketId: payout.ticketId });
  expect(asked).toEqual(['readCapture', 'recordCaptures 1500']);
});

test('D2, R3: a payout that was looked up in vain is not sent again once a dispute bars', async () => {
  const { activities, asked } = scriptPayout({ state: 'unknown', lookUp: () => null, capture: { disputeBars: true } });
  expect(await failureOf(activities.sendPayout(payout))).toMatchObject({ type: 'PayoutDisputed' });
  expect(asked).toEqual(['lookUp', 'readCapture', 'recordCaptures 1999', 'hold disputed']);
});

test('RP-3.8, R3: a payout that was looked up in vain and is barred for good is not sent again, and is looked up seldom', async () => {
  const { activities, asked, stateNow } = scriptPayout({ state: 'unknown', bar: 'barred' });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutBarred', nextRetryDelay: 3_600_000 });
  expect(asked).toEqual(['lookUp']);
  expect(stateNow()).toBe('unknown');
});

test('RP-3.8, R3: what the provider has counts before any bar; only what it has not ends by one', async () => {
  const held = scriptPayout({ state: 'unknown', bar: 'ended', lookUp: () => sent });
  expect((await held.activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'sent' }]);
  const none = scriptPayout({ state: 'unknown', bar: 'ended', withdraw: () => undefined });
  expect((await none.activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'cancelled' }]);
  expect(none.asked).toEqual(['lookUp', 'withdraw']);
});

test('R3: what was prepared for a payout that ended is taken back, also by the attempt after the one that died', async () => {
  const away = () => {
    throw new Error('the drop is away');
  };
  const died = scriptPayout({ state: 'unknown', bar: 'ended', withdraw: away });
  await expect(died.activities.sendPayout(payout)).rejects.toThrow('away');
  expect(died.stateNow()).toBe('cancelled');
  const next = scriptPayout({ state: 'cancelled', withdraw: () => undefined });
  await next.activities.sendPayout(payout);
  expect(next.asked).toEqual(['withdraw']);
  const settled = scriptPayout({ state: 'settled', withdraw: () => undefined });
  await settled.activities.sendPayout(payout);
  expect(settled.asked).toEqual([]);
});

test('D3: a part that an inquiry holds says so, and troubles neither provider nor shop, for minutes at a time', async () => {
  const { activities, asked, stateNow } = scriptPayout({ gate: 'inquired', endPlan: () => undefined });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutInquired', nextRetryDelay: 600_000 });
  expect([asked, stateNow()]).toEqual([['hold inquiry'], 'approved']);
});

test.each([
  ['S10: an e-check that has not come yet', 'capture_pending', 600_000],
  ['a capture that nobody has put right', 'refunds_unlisted', 10_000],
] as const)('%s holds the payout and fails nothing', async (_what, problem, nextRetryDelay) => {
  const { activities, asked, stateNow } = scriptPayout({ readCapture: () => ({ problem }) });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'CaptureUnreadable', nextRetryDelay });
  expect([asked.at(-1), stateNow()]).toEqual([`hold ${problem}`, 'approved']);
});

const open = { status: 'sent', providerRef: 're_1', reason: 'requires_action' } as const;

test.each([
  ['has let go of', { status: 'cancelled', providerRef: 're_1' }, 'cancelled'],
  ['does not let go of', open, 'sent'],
  ['gives no clear answer about', { status: 'unknown', reason: 'timeout' }, 'sent'],
] as const)('S6: what its provider %s ends or stays as it is', async (_what, answer, state) => {
  const { activities, asked, stateNow } = scriptPayout({
    state: 'sent',
    isToCancel: true,
    lookUp: () => open,
    cancel: () => answer,
  });
  await activities.checkPayout(payout);
  expect(asked).toEqual(['lookUp', 'cancel', `record ${answer.status === 'unknown' ? 'sent' : answer.status}`]);
  expect(stateNow()).toBe(state);
});

test('S6: nothing is called off that nobody asked for, that has ended, or by a rail that cannot', async () => {
  const cancel = () => ({ status: 'cancelled', providerRef: 're_1' }) as const;
  const unasked = scriptPayout({ state: 'sent', lookUp: () => open, cancel });
  const settled = scriptPayout({
    state: 'sent',
    isToCancel: true,
    lookUp: () => ({ status: 'settled', providerRef: 're_1' }),
    cancel,
  });
  const unable = scriptPayout({ state: 'sent', isToCancel: true, lookUp: () => open });
  for (const { activities } of [unasked, settled, unable]) await activities.checkPayout(payout);
  expect([...unasked.asked, ...settled.asked, ...unable.asked]).not.toContain('cancel');
});

test.each([
  [1, undefined, 1_000],
  [4, undefined, 8_000],
  [30, undefined, 300_000],
  [4, 3_000, 3_000],
])('N1: attempt %d of an unknown outcome tells finance when it is looked at next', async (attempt, wish, nextInMs) => {
  const unknown = { status: 'unknown', reason: 'timeout', ...(wish ? { retryAfterMs: wish } : {}) } as const;
  const lost = scriptPayout({ attempt, send: () => unknown });
  await failureOf(lost.activities.sendPayout(payout));
  expect(lost.looks).toEqual([{ attempts: attempt, nextInMs }]);
});

test('what went its ordinary way, or is held for a reason of its own, costs no such note', async () => {
  const once = scriptPayout();
  await once.activities.sendPayout(payout);
  const held = scriptPayout({ gate: 'held' });
  await failureOf(held.activities.sendPayout(payout));
  expect([...once.looks, ...held.looks]).toEqual([]);
});

test('M9: over the daily cap nothing is read or sent, and it looks again after a minute', async () => {
  const { activities, asked } = scriptPayout({ gate: 'daily_cap' });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutCapped', nextRetryDelay: 60_000 });
  expect(asked).toEqual(['hold daily_cap']);
});

test('M9: a payout that the seller’s balance does not cover fails once, and is not tried again by itself', async () => {
  for (const reason of ['insufficient_funds', 'balance_insufficient']) {
    const { activities, asked, requests } = scriptPayout({ send: () => ({ status: 'failed', reason }) });
    expect((await activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'failed' }]);
    await activities.sendPayout(payout);
    expect([requests.length, asked.filter((call) => call === 'send')]).toEqual([1, ['send']]);
  }
});
