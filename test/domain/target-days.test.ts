/** A payment is asked for the first day on which the bank can make it. */

import { expect, test } from '@jest/globals';
import { executionDateOf, isTargetDay } from '../../domain/target-days.ts';

test.each([
  // As the European Central Bank published them.
  ['2024-03-29', '2024-04-01'],
  ['2025-04-18', '2025-04-21'],
  ['2026-04-03', '2026-04-06'],
  ['2027-03-26', '2027-03-29'],
  ['2028-04-14', '2028-04-17'],
  ['2035-03-23', '2035-03-26'],
  ['2038-04-23', '2038-04-26'],
])('B9: Good Friday %s and Easter Monday %s are no TARGET days, the days beside them are', (friday, monday) => {
  expect([isTargetDay(friday), isTargetDay(monday)]).toEqual([false, false]);
  const dayAfter = new Date(Date.parse(monday) + 86_400_000).toISOString().slice(0, 10);
  const dayBefore = new Date(Date.parse(friday) - 86_400_000).toISOString().slice(0, 10);
  expect([isTargetDay(dayBefore), isTargetDay(dayAfter)]).toEqual([true, true]);
});

test('B9: every year has its fixed holidays, and no others', () => {
  const weekdays: string[] = [];
  for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2027, 0, 1); day += 86_400_000) {
    const date = new Date(day).toISOString().slice(0, 10);
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !isTargetDay(date)) weekdays.push(date);
  }
  expect(weekdays).toEqual(['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25']);
});

test.each([
  ['before the cut-off, the same day', '2026-11-30T13:59:00Z', '2026-11-30'],
  ['at the cut-off, the next day', '2026-11-30T14:00:00Z', '2026-12-01'],
  ['in summer, an hour earlier by UTC', '2026-07-01T12:59:00Z', '2026-07-01'],
  ['in summer, an hour earlier by UTC', '2026-07-01T13:00:00Z', '2026-07-02'],
  ['Friday after the cut-off, Monday', '2026-11-27T16:00:00Z', '2026-11-30'],
  ['on a Saturday, Monday', '2026-11-28T09:00:00Z', '2026-11-30'],
  ['Maundy Thursday after the cut-off, Tuesday', '2026-04-02T16:00:00Z', '2026-04-07'],
  ['the evening before May Day, Monday', '2026-04-30T18:00:00Z', '2026-05-04'],
  ['Christmas Eve after the cut-off, past both holidays and the weekend', '2026-12-24T16:00:00Z', '2026-12-28'],
  ['just after Berlin’s midnight, by its own date', '2026-11-30T23:30:00Z', '2026-12-01'],
])('B9: %s', (_what, at, date) => {
  expect(executionDateOf(new Date(at), '15:00')).toBe(date);
});
