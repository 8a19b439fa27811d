/**
 * The days on which euro payments are made (TARGET), as arithmetic: pure. What is handed in after the bank's cut-off goes
 * on the next of them (B9).
 */

const dayMs = 86_400_000;
/** Where the bank's cut-off is told: the wall clock that TARGET itself keeps. */
export const bankTimeZone = 'Europe/Berlin';

/** `HH:MM`, of the bank's own day. */
export const cutOffPattern = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Months and days that are never TARGET days, whatever the year. */
const fixedHolidays: ReadonlySet<string> = new Set(['01-01', '05-01', '12-25', '12-26']);

const dateText = (utcMs: number): string => new Date(utcMs).toISOString().slice(0, 10);

/** Easter Sunday by the Gregorian reckoning (Meeus), in epoch milliseconds of its midnight in UTC. */
function easterOf(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const shift = Math.floor((8 * century + 13) / 25);
  const epact = (19 * golden + century - Math.floor(century / 4) - shift + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * late + 114;
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1);
}

/** Of a date as `YYYY-MM-DD`. */
export function isTargetDay(date: string): boolean {
  const midnight = Date.parse(date);
  const weekday = new Date(midnight).getUTCDay();
  if (weekday === 0 || weekday === 6 || fixedHolidays.has(date.slice(5))) return false;
  const fromEaster = Math.round((midnight - easterOf(Number(date.slice(0, 4)))) / dayMs);
  return fromEaster !== -2 && fromEaster !== 1;
}

/** The bank's wall clock at an instant. */
function wallClock(at: Date): { readonly date: string; readonly time: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: bankTimeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
  return { date: `${part('year')}-${part('month')}-${part('day')}`, time: `${part('hour')}:${part('minute')}` };
}

/** The bank's own day at an instant. */
export const bankDateOf = (at: Date): string => wallClock(at).date;

/** So many of the bank's days after a date; 0 is the date itself, where it is one of them. */
export function targetDayAfter(date: string, count: number): string {
  let left = count;
  for (let day = Date.parse(date); ; day += dayMs) {
    if (!isTargetDay(dateText(day))) continue;
    if (left <= 0) return dateText(day);
    left -= 1;
  }
}

/** The first day on which the bank can make a payment that it is handed now. */
export function executionDateOf(at: Date, cutOff: string): string {
  const { date, time } = wallClock(at);
  const first = time < cutOff ? Date.parse(date) : Date.parse(date) + dayMs;
  for (let day = first; ; day += dayMs) if (isTargetDay(dateText(day))) return dateText(day);
}
