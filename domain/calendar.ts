/**
 * The seller's business days as arithmetic over a policy version's calendar: pure, the zone's offsets come from Intl. A
 * day is a local date in the seller's zone, so that it may have 23 or 25 hours; the server's own zone plays no part (T2).
 */

import type { PolicyCalendar } from './policy.ts';
import { offsetMsMax, wallClock } from './zoned-time.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
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

interface Day extends BusinessDay {
  /** The date after it. */
  readonly next: string;
}

/** Remembers its days, since asking the zone is slow; one calendar may serve any number of cases. */
export function createCalendar(policy: PolicyCalendar): Calendar {
  const wall = wallClock(policy.timeZone);
  const holidays = new Set(policy.holidays);
  const weekend = new Set<number>(policy.weekend);
  // By the date from which on they were looked for; of the years that the calendar knows, so that they are bounded.
  const firstDays = new Map<string, Day>();
  const knowsHolidaysOf = (date: string): boolean => {
    const year = Number(date.slice(0, 4));
    return policy.firstYear <= year && year <= policy.lastYear;
  };
  const localDate = (atMs: number): string => dateText(wall(atMs));
  const isBusinessDay = (date: string): boolean => !weekend.has(weekdayOf(date)) && !holidays.has(date);

  function findBusinessDay(from: string): Day {
    let date = from;
    for (let freeDays = 0; !isBusinessDay(date); date = dayAfter(date)) {
      freeDays += 1;
      if (freeDays > freeDaysMax) throw new NoBusinessDays(date);
    }
    const next = dayAfter(date);
    return { date, from: startOfDay(date, wall), until: startOfDay(next, wall), next };
  }

  /** That date, or the first business day after it. */
  function firstBusinessDay(from: string): Day {
    const day = firstDays.get(from) ?? findBusinessDay(from);
    if (knowsHolidaysOf(from)) firstDays.set(from, day);
    return day;
  }

  return {
    localDate,
    isBusinessDay,
    knowsHolidaysOf,
    *businessDaysFrom(atMs) {
      for (let day = firstBusinessDay(localDate(atMs)); ; day = firstBusinessDay(day.next)) yield day;
    },
    addBusinessDays: (atMs, days) => {
      let day = firstBusinessDay(dayAfter(localDate(atMs)));
      for (let left = days; left > 1; left -= 1) day = firstBusinessDay(day.next);
      return day.until;
    },
  };
}
