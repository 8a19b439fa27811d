/** Business days are the seller's: his zone, his weekend, his holidays, and days of 23 and 25 hours. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCalendar, NoBusinessDays } from '../../domain/calendar.ts';
import type { PolicyCalendar } from '../../domain/policy.ts';
import { dayMs, firstVersion, hourMs } from './case-builder.ts';

const calendarOf = (more: Partial<PolicyCalendar> = {}) =>
  createCalendar({ ...firstVersion.document.parameters.calendar, ...more });

const text = (ms: number): string => new Date(ms).toISOString();

/** The end of the n-th business day after an instant, as text. */
const due = (instant: string, days: number, more: Partial<PolicyCalendar> = {}): string =>
  text(calendarOf(more).addBusinessDays(Date.parse(instant), days));

const berlin = { timeZone: 'Europe/Berlin', holidays: [] };

describe('days in the seller’s zone', () => {
  test('T2: 23:59 on a Friday in the seller’s zone and the minute after it are two days, whatever the server’s zone', () => {
    expect(calendarOf().localDate(Date.parse('2026-03-06T15:59:59Z'))).toBe('2026-03-06');
    expect(calendarOf().localDate(Date.parse('2026-03-06T16:00:00Z'))).toBe('2026-03-07');
  });

  test('T2: from Friday 23:59 one business day ends with Monday', () => {
    expect(due('2026-03-06T15:59:00Z', 1)).toBe('2026-03-09T16:00:00.000Z');
  });

  test('T2: from a Saturday or a Sunday the first business day is Monday, and no clock time is kept', () => {
    expect(due('2026-03-07T04:00:00Z', 1)).toBe('2026-03-09T16:00:00.000Z');
    expect(due('2026-03-08T12:34:56Z', 1)).toBe('2026-03-09T16:00:00.000Z');
    expect(due('2026-03-08T12:34:56Z', 2)).toBe('2026-03-10T16:00:00.000Z');
  });

  test('T2: the day of the instant itself never counts, at its first moment as at its last', () => {
    expect(due('2026-03-09T16:00:00Z', 1)).toBe('2026-03-11T16:00:00.000Z');
    expect(due('2026-03-10T15:59:59Z', 1)).toBe('2026-03-11T16:00:00.000Z');
  });

  test('T2: holidays and weekends around the New Year are passed over', () => {
    // 1 January 2027 is a Friday and a holiday.
    expect(due('2026-12-31T01:00:00Z', 1)).toBe('2027-01-04T16:00:00.000Z');
    expect(due('2026-12-31T01:00:00Z', 1, { holidays: [] })).toBe('2027-01-01T16:00:00.000Z');
  });

  test('T2: a seller who rests on Friday and Saturday works on Sunday', () => {
    const rests = { weekend: [5, 6], holidays: [] };
    expect(due('2026-03-05T04:00:00Z', 1, rests)).toBe('2026-03-08T16:00:00.000Z');
    expect(calendarOf(rests).isBusinessDay('2026-03-08')).toBe(true);
    expect(calendarOf(rests).isBusinessDay('2026-03-06')).toBe(false);
  });

  test('the holidays of a year are known from its first day to its last, and of no year outside', () => {
    const { knowsHolidaysOf } = calendarOf();
    expect(['2025-12-31', '2026-01-01', '2028-12-31', '2029-01-01'].map(knowsHolidaysOf)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('a calendar without business days is a fault, not an endless search', () => {
    expect(() => due('2026-03-06T15:59:00Z', 1, { weekend: [1, 2, 3, 4, 5, 6, 7] })).toThrow(NoBusinessDays);
  });
});

describe('days of 23 and 25 hours', () => {
  test.each([
    ['the day that loses an hour', '2026-03-27T12:00:00Z', 23, 7],
    ['the day that gains an hour', '2026-10-23T12:00:00Z', 25, 7],
  ])('M4: %s ends at the seller’s midnight', (_name, friday, hours) => {
    const [, , sunday] = take(
      createCalendar({ ...firstVersion.document.parameters.calendar, ...berlin, weekend: [] }),
      friday,
    );
    expect(((sunday?.until ?? 0) - (sunday?.from ?? 0)) / hourMs).toBe(hours);
  });

  test('a zone that skips midnight begins its day an hour later, and loses no time', () => {
    // In Santiago the clocks went from 24:00 on 5 September 2026 to 01:00.
    const days = take(calendarOf({ timeZone: 'America/Santiago', holidays: [], weekend: [] }), '2026-09-05T12:00:00Z');
    expect(days.map(({ date, from }) => `${date} ${text(from)}`)).toEqual([
      '2026-09-05 2026-09-05T04:00:00.000Z',
      '2026-09-06 2026-09-06T04:00:00.000Z',
      '2026-09-07 2026-09-07T03:00:00.000Z',
    ]);
  });

  test('a zone that lives through midnight twice begins its day once', () => {
    // In Santiago the clocks went back from 24:00 to 23:00 on 4 April 2026.
    const days = take(calendarOf({ timeZone: 'America/Santiago', holidays: [], weekend: [] }), '2026-04-04T12:00:00Z');
    expect(days.map(({ date, from }) => `${date} ${text(from)}`)).toEqual([
      '2026-04-04 2026-04-04T03:00:00.000Z',
      '2026-04-05 2026-04-05T04:00:00.000Z',
      '2026-04-06 2026-04-06T04:00:00.000Z',
    ]);
  });

  test('days of any zone follow each other without a gap, and each holds its own instants', () => {
    const zones = [
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/New_York',
      'Pacific/Kiritimati',
      'Pacific/Niue',
      'Asia/Beirut',
    ];
    const instants = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2029-01-01') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (timeZone, at) => {
        const calendar = calendarOf({ timeZone, weekend: [], holidays: [] });
        const [first, second] = take(calendar, text(at));
        expect(first?.until).toBe(second?.from);
        expect((first?.from ?? Infinity) <= at && at < (first?.until ?? 0)).toBe(true);
        expect(calendar.localDate(first?.from ?? 0)).toBe(first?.date);
        expect(calendar.localDate((first?.from ?? 0) - 1)).not.toBe(first?.date);
      }),
    );
  });

  test('more business days are never due sooner, and each lies after the instant', () => {
    const instants = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-06-01') });
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 15 }), (at, days) => {
        const calendar = calendarOf();
        const sooner = calendar.addBusinessDays(at, days);
        expect(sooner > at).toBe(true);
        expect(calendar.addBusinessDays(at, days + 1) - sooner >= dayMs).toBe(true);
      }),
    );
  });
});

/** The first three days from an instant on. */
function take(calendar: ReturnType<typeof createCalendar>, instant: string) {
  const coming = calendar.businessDaysFrom(Date.parse(instant));
  return [coming.next().value, coming.next().value, coming.next().value];
}
