/** The desk's clock as arithmetic: a pace of its own, and how long a timer must wait for an instant of it. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pacedInstant, realClock, realMsUntil } from '../../domain/clock.ts';

const dayMs = 86_400_000;
const startMs = Date.parse('2026-03-02T10:00:00.000Z');

test('T1: the machine’s own clock waits exactly until the instant, to the millisecond', () => {
  const instant = new Date(startMs + 15 * dayMs);
  expect(realMsUntil(realClock, instant, startMs)).toBe(15 * dayMs);
  expect(realMsUntil(realClock, instant, startMs + 15 * dayMs - 1)).toBe(1);
});

test('T1: an instant that has come, or is long past, needs no wait', () => {
  const instant = new Date(startMs);
  for (const late of [0, 1, dayMs]) expect(realMsUntil(realClock, instant, startMs + late)).toBe(0);
});

test('a desk whose day lasts a second waits 15 seconds for 15 days', () => {
  const clock = { startMs, pace: dayMs / 1_000 };
  expect(realMsUntil(clock, new Date(startMs + 15 * dayMs), startMs)).toBe(15_000);
});

test('a part of a millisecond is waited for whole, so that no timer fires before its instant', () => {
  expect(realMsUntil({ startMs, pace: 1_000 }, new Date(startMs + 1), startMs)).toBe(1);
});

test('whatever the pace: after the wait the instant has come, and a millisecond earlier it has not', () => {
  const settings = fc.record({ pace: fc.integer({ min: 1, max: 86_400 }), sinceMs: fc.nat({ max: 1_000_000 }) });
  fc.assert(
    fc.property(settings, fc.integer({ min: 0, max: 400 * dayMs }), ({ pace, sinceMs }, aheadMs) => {
      const clock = { startMs, pace };
      const realMs = startMs + sinceMs;
      const instant = new Date(startMs + aheadMs);
      const wait = realMsUntil(clock, instant, realMs);
      expect(pacedInstant(clock, realMs + wait).getTime()).toBeGreaterThanOrEqual(instant.getTime());
      const shownBefore = pacedInstant(clock, realMs + wait - 1).getTime();
      expect(wait === 0 || shownBefore < instant.getTime()).toBe(true);
    }),
  );
});
