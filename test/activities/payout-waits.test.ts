/** Why a payout waits is told as it is at each attempt, and what went back elsewhere ends what waits for its provider or a person. */

import { describe, expect, test } from '@jest/globals';
import { RailUnavailable } from '../../domain/rail.ts';
import { failureOf, payout, scriptPayout, sent } from './payout-bench.ts';

const away = (reason?: string) => () => {
  throw new RailUnavailable('away', { reason });
};

test('R2, R3: of a payout that is paid elsewhere the capture is read anew before that may end it, and only after a vain look', async () => {
  const barred = scriptPayout({ state: 'unknown', isPaidElsewhere: true, bar: 'barred' });
  expect(await failureOf(barred.activities.sendPayout(payout))).toMatchObject({ type: 'PayoutBarred' });
  expect(barred.asked).toEqual(['lookUp', 'readCapture', 'recordCaptures 1999']);
  const ended = scriptPayout({ state: 'unknown', isPaidElsewhere: true, bar: 'ended' });
  expect((await ended.activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'cancelled' }]);
  const there = scriptPayout({ state: 'unknown', isPaidElsewhere: true, bar: 'ended', lookUp: () => sent });
  expect((await there.activities.sendPayout(payout)).payouts).toMatchObject([{ state: 'sent' }]);
  const unread = scriptPayout({ state: 'unknown', isPaidElsewhere: true, bar: 'ended', readCapture: away() });
  expect(await failureOf(unread.activities.sendPayout(payout))).toMatchObject({ type: 'RailUnavailable' });
  expect(unread.stateNow()).toBe('unknown');
});

test('R3: a payout that was called for in earnest waits for the end of a dry run, and says so', async () => {
  const { activities, asked, stateNow } = scriptPayout({ state: 'unknown', isDryRun: true, isHeld: true });
  expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutRehearsed', nextRetryDelay: 600_000 });
  expect([asked.slice(-1), stateNow()]).toEqual([['hold dry_run'], 'unknown']);
  expect(asked).not.toContain('hold null');
});

test.each(['approved', 'unknown'] as const)(
  'RP-3.8, D2: an open dispute holds a payout that is %s by its name, and troubles no provider of a capture',
  async (state) => {
    const { activities, asked } = scriptPayout({ state, gate: 'disputed', endPlan: () => undefined });
    expect(await failureOf(activities.sendPayout(payout))).toEqual({ type: 'PayoutDisputed', nextRetryDelay: 10_000 });
    expect(asked).toEqual(state === 'unknown' ? ['lookUp', 'hold disputed'] : ['hold disputed']);
  },
);

describe('R2: what a person is to pay by hand', () => {
  const open = { status: 'sent', providerRef: 'manual/1', reason: 'awaits_person' } as const;
  const cancelled = { status: 'cancelled', providerRef: 'manual/1' } as const;
  const byHand = { state: 'sent', lookUp: () => open, cancel: () => cancelled } as const;

  test('is called off once what is read of its tender says that it went back elsewhere', async () => {
    const { activities, asked, stateNow } = scriptPayout({ ...byHand, isGoneOnceRead: true });
    await activities.checkPayout(payout);
    expect(asked).toEqual(['lookUp', 'readCapture', 'recordCaptures 1999', 'cancel', 'record cancelled']);
    expect(stateNow()).toBe('cancelled');
  });

  test('stays as it is where nothing went elsewhere, or where the provider cannot be asked just now', async () => {
    const covered = scriptPayout(byHand);
    const unread = scriptPayout({ ...byHand, readCapture: away() });
    for (const { activities } of [covered, unread]) await activities.checkPayout(payout);
    expect(covered.asked).toEqual(['lookUp', 'readCapture', 'recordCaptures 1999', 'record sent']);
    expect(unread.asked).toEqual(['lookUp', 'readCapture', 'record sent']);
  });

  test('is read again where a newer word of its tender was stored meanwhile, before anything is recorded of it', async () => {
    let reads = 0;
    const movesWhileRead = () => {
      reads += 1;
      return reads === 1;
    };
    const { activities, asked } = scriptPayout({ ...byHand, movesWhileRead });
    expect(await failureOf(activities.checkPayout(payout))).toEqual({ type: 'OrderMoved', nextRetryDelay: 1_000 });
    await activities.checkPayout(payout);
    const look = ['lookUp', 'readCapture', 'recordCaptures 1999'];
    expect(asked).toEqual([...look, ...look, 'record sent']);
  });

  test('alone has its tender read: a provider that has the money refuses by itself to pay more', async () => {
    const { activities, asked } = scriptPayout({ state: 'sent', lookUp: () => sent });
    await activities.checkPayout(payout);
    expect(asked).toEqual(['lookUp', 'record sent']);
  });
});

describe('R3: finance reads why it waits now, not why it did', () => {
  test.each([
    ['timeout', 'unreachable'],
    ['credentials_refused', 'credentials_refused'],
    [undefined, 'unreachable'],
  ])('a look that fails by %s is noted as %s', async (reason, noted) => {
    const { activities, looks } = scriptPayout({ state: 'unknown', lookUp: away(reason) });
    await failureOf(activities.sendPayout(payout));
    expect(looks).toEqual([{ attempts: 1, nextInMs: 1_000, reason: noted }]);
  });

  test('one that was released says that the capture cannot be read, and nothing more once it goes', async () => {
    const unread = scriptPayout({ isHeld: true, readCapture: away() });
    await failureOf(unread.activities.sendPayout(payout));
    expect(unread.asked).toEqual(['readCapture', 'hold unreachable']);
    const free = scriptPayout({ isHeld: true });
    await free.activities.sendPayout(payout);
    expect(free.asked).toEqual(['readCapture', 'recordCaptures 1999', 'hold null', 'send', 'record sent']);
  });

  test('one whose gate is passed is held by nothing while the shop’s word on its plan is awaited, or its call is made', async () => {
    const shop = scriptPayout({ isHeld: true, endPlan: away() });
    await failureOf(shop.activities.sendPayout(payout));
    expect(shop.asked).toEqual(['readCapture', 'recordCaptures 1999', 'hold null', 'endPlan']);
    const unknown = scriptPayout({ state: 'unknown', isHeld: true });
    await unknown.activities.sendPayout(payout);
    expect(unknown.asked.slice(-3)).toEqual(['hold null', 'send', 'record sent']);
  });
});
