/**
 * The seller's business days as arithmetic over a policy version's calendar: pure, the zone's offsets come from Intl. A
 * day is a local date in the seller's zone, so that it may have 23 or 25 hours; the server's own zone plays no part (T2).
 */

import type { PolicyCalendar } from './policy.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** No zone is further from UTC than this. */
const offsetMsMax = 14 * 60 * minuteMs;

/** More free days on end than any seller has: the calendar is wrong, and a search in it would never end. */
const freeDaysMax = 800;

/** Thrown for a calendar without business days, which no posted version may have. */
export class NoBusinessDays extends Error {
  constructor(date: string) {
    super(`the calendar has no business day for ${freeDaysMax} days before ${date}`);
    this.name = 'NoBusinessDays';
  }
}

export interface BusinessDay {
  readonly date: string;
  /** Its first instant, and that of the next local day, in epoch milliseconds. */
  readonly from: number;
  readonly until: number;
}

interface CalendarDay extends BusinessDay {
  readonly next: string;
  readonly free: boolean;
}

export interface Calendar {
  /** `YYYY-MM-DD` in the seller's zone. */
  localDate(atMs: number): string;
  isBusinessDay(date: string): boolean;
  /**
   * Whether the holidays of that date's year are frozen into the version. Where they are not, only weekends count as
   * free: a promise then falls due earlier than it might, never later, and whoever tells it must say so.
   */
  knowsHolidaysOf(date: string): boolean;
  /** The business days from the day of the instant on, that day included if it is one; without end. */
  businessDaysFrom(atMs: number): Generator<BusinessDay, never>;
  /**
   * The end of the n-th business day after the day of the instant. The day itself never counts, however early it is;
   * from a Saturday the first business day is Monday, as from the Friday before it. `days` is at least 1.
   */
  addBusinessDays(atMs: number, days: number): number;
}

const dateText = (utcMs: number): string => new Date(utcMs).toISOString().slice(0, 10);

const dayAfter = (date: string): string => dateText(Date.parse(date) + dayMs);

/** 1 is Monday, 7 Sunday, as in ISO 8601. */
const weekdayOf = (date: string): number => new Date(date).getUTCDay() || 7;

/** Reads the zone's wall clock as if it were UTC's. Built once per calendar, since building one is slow. */
function wallClock(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  };
}

/**
 * The first instant of a local date. A change of the clocks near midnight makes two offsets possible; the earlier
 * instant that does lie on the date is its first, also where the clocks skip midnight itself.
 */
function startOfDay(date: string, wall: (atMs: number) => number): number {
  const utcMs = Date.parse(date);
  const offsetAt = (atMs: number): number => wall(atMs) - atMs;
  const starts = [offsetAt(utcMs - offsetMsMax), offsetAt(utcMs + offsetMsMax)].map((offset) => utcMs - offset);
  const [first = utcMs, last = utcMs] = starts.sort((left, right) => left - right);
  return first === last || dateText(wall(first)) === date ? first : last;
}

export function createCalendar(policy: PolicyCalendar): Calendar {
  const wall = wallClock(policy.timeZone);
  const holidays = new Set(policy.holidays);
  const isBusinessDay = (date: string): boolean => !policy.weekend.includes(weekdayOf(date)) && !holidays.has(date);
  const days = new Map<string, CalendarDay>();
  const dayOf = (date: string): CalendarDay => {
    const known = days.get(date);
    if (known) return known;
    const next = dayAfter(date);
    const day = { date, next, from: startOfDay(date, wall), until: startOfDay(next, wall), free: !isBusinessDay(date) };
    days.set(date, day);
    return day;
  };
  // A case asks again and again for the day on which its clock began.
  let asked = { atMs: 0, date: dateText(wall(0)) };
  const localDate = (atMs: number): string => {
    if (asked.atMs !== atMs) asked = { atMs, date: dateText(wall(atMs)) };
    return asked.date;
  };

  function* businessDaysFrom(atMs: number): Generator<BusinessDay, never> {
    let freeDays = 0;
    for (let day = dayOf(localDate(atMs)); ; day = dayOf(day.next)) {
      freeDays = day.free ? freeDays + 1 : 0;
      if (freeDays > freeDaysMax) throw new NoBusinessDays(day.date);
      if (freeDays === 0) yield day;
    }
  }

  return {
    localDate,
    isBusinessDay,
    knowsHolidaysOf: (date) => {
      const year = Number(date.slice(0, 4));
      return policy.firstYear <= year && year <= policy.lastYear;
    },
    businessDaysFrom,
    addBusinessDays: (atMs, days) => {
      const today = localDate(atMs);
      let left = days;
      for (const coming = businessDaysFrom(atMs); ; ) {
        const day = coming.next().value;
        if (day.date !== today) left -= 1;
        if (left <= 0) return day.until;
      }
    },
  };
}

/** One calendar per version's own, for those who judge many cases by few versions: to ask Intl for each day is slow. */
export function createCalendars(): (policy: PolicyCalendar) => Calendar {
  const made = new WeakMap<PolicyCalendar, Calendar>();
  return (policy) => {
    const calendar = made.get(policy) ?? createCalendar(policy);
    made.set(policy, calendar);
    return calendar;
  };
}
