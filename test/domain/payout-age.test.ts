/** How old a payout is in its state, and when that is too old. */

import { expect, test } from '@jest/globals';
import { payoutApprovedMinutesMax, payoutSendingMinutesMax } from '../../domain/limits.ts';
import { payoutStates } from '../../domain/payout.ts';
import { ageBucket, ageBuckets, isLate } from '../../domain/payout-age.ts';

const at = new Date('2026-11-22T12:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(at.getTime() - minutes * 60_000);

test.each([
  [-1, 'under_1_hour'],
  [0, 'under_1_hour'],
  [59, 'under_1_hour'],
  [60, 'under_1_day'],
  [24 * 60, 'under_3_days'],
  [3 * 24 * 60, 'under_10_days'],
  [10 * 24 * 60, 'older'],
])('what has been in its state for %s minutes is %s', (minutes, bucket) => {
  expect(ageBucket(minutesAgo(minutes), at)).toBe(bucket);
  expect(ageBuckets).toContain(bucket);
});

test('only what is approved or in its call can be late, each after its own limit and not at it', () => {
  expect(payoutStates.filter((state) => isLate(state, minutesAgo(10_000), at))).toEqual(['approved', 'sending']);
  for (const [state, minutes] of [
    ['approved', payoutApprovedMinutesMax],
    ['sending', payoutSendingMinutesMax],
  ] as const) {
    expect(isLate(state, minutesAgo(minutes), at)).toBe(false);
    expect(isLate(state, new Date(minutesAgo(minutes).getTime() - 1), at)).toBe(true);
  }
});
