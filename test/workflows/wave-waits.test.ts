/** How long a wave waits before it goes over its orders again. */

import { expect, test } from '@jest/globals';
import { againMs } from '../../workflows/activity-options.ts';

test.each([
  ['by the clock that was decided', 60_000, 1, 60_000],
  ['as much sooner as the desk is faster', 60_000, 10, 6_000],
  ['on a desk whose days last seconds, as long as a provider under load takes', 60_000, 10_000, 5_000],
])('a wave looks again %s', (_what, waitMs, pace, expected) => {
  expect(againMs(waitMs, pace)).toBe(expected);
});
