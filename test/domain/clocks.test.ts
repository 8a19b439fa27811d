/** Clocks follow from facts and pauses alone: in whatever order pauses are told, however they overlap. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCalendar } from '../../domain/calendar.ts';
import { businessDueWithPauses, dueWithPauses, pausedMs } from '../../domain/clocks.ts';
import type { ClockPause } from '../../domain/facts.ts';
import { aCase, after, aReview, askedAt, dayMs, firstVersion, hourMs, secondMs } from './case-builder.ts';

const start = Date.parse('2026-03-02T00:00:00Z');
const now = start + 60 * dayMs;

const pauses = fc.tuple(fc.integer({ min: -5, max: 40 }), fc.integer({ min: 0, max: 240 })).map(([day, hours]) => ({
  from: new Date(start + day * dayMs).toISOString(),
  until: new Date(start + day * dayMs + hours * hourMs).toISOString(),
}));
const pauseLists = fc.array(pauses, { maxLength: 8 });

const calendar = createCalendar({
  ...firstVersion.document.parameters.calendar,
  timeZone: 'Europe/Berlin',
  holidays: ['2026-04-03', '2026-04-06'],
});

const ways = [
  [
    'a clock of hours',
    (list: readonly Pick<ClockPause, 'from' | 'until'>[]) => dueWithPauses(start, 15 * dayMs, list, now),
  ],
  [
    'a clock of business days',
    (list: readonly Pick<ClockPause, 'from' | 'until'>[]) => businessDueWithPauses(calendar, start, 7, list, now),
  ],
] as const;

describe.each(ways)('%s', (_name, due) => {
  test('pauses in any order, told twice or cut in two, give the same due date', () => {
    fc.assert(
      fc.property(pauseLists, (list) => {
        expect(due([...list].reverse())).toBe(due(list));
        expect(due([...list, ...list])).toBe(due(list));
        const halves = list.flatMap(({ from, until }) => {
          const middle = new Date((Date.parse(from) + Date.parse(until)) / 2).toISOString();
          return [
            { from: middle, until },
            { from, until: middle },
          ];
        });
        expect(due(halves)).toBe(due(list));
      }),
    );
  });

  test('one more pause never makes it due sooner', () => {
    fc.assert(
      fc.property(pauseLists, pauses, (list, pause) => {
        expect(due([...list, pause]) >= due(list)).toBe(true);
      }),
    );
  });

  test('a pause that ended before the start counts nothing, and one that spans it only from the start', () => {
    const before = { from: '2026-02-01T00:00:00Z', until: '2026-03-02T00:00:00Z' };
    expect(due([before])).toBe(due([]));
    const spanning = { from: '2026-02-01T00:00:00Z', until: '2026-03-02T06:00:00Z' };
    expect(due([spanning])).toBe(due([{ from: '2026-03-02T00:00:00Z', until: '2026-03-02T06:00:00Z' }]));
  });

  test('a pause that begins when it was due moves nothing', () => {
    const late = { from: new Date(due([])).toISOString(), until: new Date(due([]) + dayMs).toISOString() };
    expect(due([late])).toBe(due([]));
  });
});

describe('the length of pauses', () => {
  test('overlapping pauses count once, clipped to what is asked for, an open one up to its end', () => {
    const list = [
      { from: '2026-03-02T00:00:00Z', until: '2026-03-02T04:00:00Z' },
      { from: '2026-03-02T02:00:00Z', until: '2026-03-02T06:00:00Z' },
      { from: '2026-03-02T23:00:00Z', until: null },
    ];
    expect(pausedMs(list, start + hourMs, start + dayMs)).toBe(6 * hourMs);
    expect(pausedMs([], start, now)).toBe(0);
  });

  test('a clock of hours moves by exactly the paused time that fell before it was due', () => {
    const pause = { from: '2026-03-03T00:00:00Z', until: '2026-03-04T12:00:00Z' };
    expect(dueWithPauses(start, 15 * dayMs, [pause], now)).toBe(start + 16.5 * dayMs);
    expect(dueWithPauses(start, dayMs, [{ from: '2026-03-02T23:59:59Z', until: '2026-03-05T00:00:00Z' }], now)).toBe(
      Date.parse('2026-03-05T00:00:01Z'),
    );
  });
});

describe('the decision clock', () => {
  const clock = (materialsCompleteAt: string | null, list: readonly ClockPause[] = [], at = after(askedAt, dayMs)) =>
    aCase().facts({ materialsCompleteAt, pauses: list }).at(at).assessment().clocks.decision;
  const pause = (from: string, until: string | null, more: Partial<ClockPause> = {}): ClockPause => ({
    clock: 'decision',
    reason: 'customer',
    from,
    until,
    ...more,
  });

  test('RP-4.3: the answer is due 7 business days after complete materials, with a reminder at 3 and an escalation at 6', () => {
    expect(clock('2026-03-05T10:00:00.000Z')).toEqual({
      startedAt: '2026-03-05T10:00:00.000Z',
      dueAt: '2026-03-16T16:00:00.000Z',
      remindAt: '2026-03-10T16:00:00.000Z',
      escalateAt: '2026-03-13T16:00:00.000Z',
      paused: false,
      holidaysKnown: true,
    });
    expect(clock(null)).toBeNull();
  });

  test('RP-4.3: a question pauses the clock and never starts it anew, and a pause on a weekend costs nothing', () => {
    const monday = pause('2026-03-09T02:00:00.000Z', '2026-03-09T05:00:00.000Z');
    expect(clock('2026-03-05T10:00:00.000Z', [monday])?.dueAt).toBe('2026-03-16T19:00:00.000Z');
    const weekend = pause('2026-03-06T16:00:00.000Z', '2026-03-08T16:00:00.000Z');
    expect(clock('2026-03-05T10:00:00.000Z', [weekend])?.dueAt).toBe('2026-03-16T16:00:00.000Z');
    expect(clock('2026-03-05T10:00:00.000Z', [monday], '2026-03-09T05:00:00.000Z')?.startedAt).toBe(
      '2026-03-05T10:00:00.000Z',
    );
  });

  test('RP-4.3: it stands still from a pause’s first moment to the one before its end', () => {
    const monday = pause('2026-03-09T02:00:00.000Z', '2026-03-09T05:00:00.000Z');
    const isPaused = (at: string) => clock('2026-03-05T10:00:00.000Z', [monday], at)?.paused;
    expect(
      [
        '2026-03-09T01:59:59.999Z',
        '2026-03-09T02:00:00.000Z',
        '2026-03-09T04:59:59.999Z',
        '2026-03-09T05:00:00.000Z',
      ].map(isPaused),
    ).toEqual([false, true, true, false]);
    const open = pause('2026-03-09T02:00:00.000Z', null);
    expect(clock('2026-03-05T10:00:00.000Z', [open], '2026-03-09T03:00:00.000Z')).toMatchObject({
      paused: true,
      dueAt: '2026-03-16T17:00:00.000Z',
    });
  });

  test('RP-4.3: a claim that is opened again is owed an answer counted from then, and says from what it counts', () => {
    const reopened = (reopenedAt: string) =>
      aCase().facts({ materialsCompleteAt: '2026-03-05T10:00:00.000Z', reopenedAt });
    const late = reopened('2026-04-02T10:00:00.000Z');
    expect(late.at('2026-04-02T10:00:00.000Z').assessment().clocks.decision).toMatchObject({
      startedAt: '2026-04-02T10:00:00.000Z',
      dueAt: '2026-04-13T16:00:00.000Z',
    });
    expect(late.finding('RP-4.3').facts).toMatchObject([{ fact: 'reopenedAt', value: '2026-04-02T10:00:00.000Z' }]);
    // One that lapsed before its materials were there is promised nothing until they are.
    const before = reopened('2026-03-01T10:00:00.000Z');
    expect(before.assessment().clocks.decision?.startedAt).toBe('2026-03-05T10:00:00.000Z');
    expect(before.finding('RP-4.3').facts).toMatchObject([{ fact: 'materialsCompleteAt' }]);
  });

  test('RP-4.3: a pause of another clock does not stop it', () => {
    const other = pause('2026-03-09T02:00:00.000Z', '2026-03-10T02:00:00.000Z', { clock: 'lapse' });
    expect(clock('2026-03-05T10:00:00.000Z', [other])?.dueAt).toBe('2026-03-16T16:00:00.000Z');
  });

  test('RP-4.3: a promise that runs into a year of unknown holidays says so', () => {
    expect(clock('2028-12-20T10:00:00.000Z')).toMatchObject({ holidaysKnown: true, dueAt: '2028-12-29T16:00:00.000Z' });
    expect(clock('2028-12-21T10:00:00.000Z')).toMatchObject({
      holidaysKnown: false,
      dueAt: '2029-01-01T16:00:00.000Z',
    });
    const told = aCase().facts({ materialsCompleteAt: '2028-12-21T10:00:00.000Z' }).finding('RP-4.3');
    expect(told.reason).toBe('response_running_weekends_only');
  });

  test('RP-4.3: the answer is overdue a millisecond after it was due, and not at that moment', () => {
    const at = (instant: string) => aCase().at(instant).finding('RP-4.3');
    expect(at('2026-03-16T16:00:00.000Z').verdict).toBe('passed');
    expect(at('2026-03-16T16:00:00.001Z')).toMatchObject({ verdict: 'failed', reason: 'response_overdue' });
    expect(at('2026-03-16T16:00:00.001Z').customer.en).toContain('2026-03-16 16:00:00 UTC');
  });

  test('RP-4.3: before the materials are complete nothing is promised but the days', () => {
    const told = aCase().facts({ materialsCompleteAt: null }).finding('RP-4.3');
    expect(told).toMatchObject({ verdict: 'unknown', reason: 'response_not_begun' });
    expect(told.customer.en).toContain('3-7 business days');
  });
});

describe('the remediation clock', () => {
  const owed: ClockPause = {
    clock: 'remediation',
    reason: 'customer',
    from: after(askedAt, dayMs),
    until: after(askedAt, 3 * dayMs),
  };
  const dueWith = (list: readonly ClockPause[]) =>
    aCase().facts({ pauses: list }).assessment().clocks.remediation?.dueAt;

  test('RP-2.4a: 15 times 24 hours from the report, also over a change of the clocks', () => {
    expect(dueWith([])).toBe(after(askedAt, 15 * dayMs));
  });

  test('T1: days on which the customer owed details count only where the version says so', () => {
    expect(dueWith([owed])).toBe(after(askedAt, 17 * dayMs));
    const strict = { ...firstVersion.document.parameters.remediation, owedDaysPause: false };
    const assessment = aCase()
      .facts({ pauses: [owed] })
      .parameters({ remediation: strict })
      .assessment();
    expect(assessment.clocks.remediation?.dueAt).toBe(after(askedAt, 15 * dayMs));
  });

  test('D13: neither a dispute nor KYC stops the 15 days, nor does a pause of another clock', () => {
    const others: ClockPause[] = [
      { ...owed, reason: 'dispute' },
      { ...owed, reason: 'kyc' },
      { ...owed, clock: 'decision' },
    ];
    expect(dueWith(others)).toBe(after(askedAt, 15 * dayMs));
  });

  test('RP-2.4a: where no remediation was begun the days count from the asking, if the fault is ours', () => {
    const clockOf = (facts: object) =>
      aCase()
        .facts({ remediation: null, ...facts })
        .assessment().clocks.remediation;
    expect(clockOf({})).toMatchObject({ startedAt: askedAt, dueAt: after(askedAt, 15 * dayMs), paused: false });
    expect(clockOf({ review: aReview({ cause: 'user' }) })).toBeNull();
    expect(clockOf({ review: null })).toBeNull();
  });

  test('RP-2.3: the window’s end is so many times 24 hours after the capture', () => {
    expect(aCase().assessment().clocks.windowEndsAt).toBe('2026-03-09T10:00:00.000Z');
    expect(aCase().order({ firstCapturedAt: null }).assessment().clocks.windowEndsAt).toBeNull();
  });

  test('a second counts: what is paused for one is due one later', () => {
    const second: ClockPause = { ...owed, until: after(owed.from, secondMs) };
    expect(dueWith([second])).toBe(after(askedAt, 15 * dayMs + secondMs));
  });
});
