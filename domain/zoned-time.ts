/** A zone's wall clock as arithmetic: pure, the offsets come from Intl; the machine's own zone plays no part. */

const minuteMs = 60_000;
/** No zone is further from UTC than this. */
export const offsetMsMax = 14 * 60 * minuteMs;

const wallParts = ['year', 'month', 'day', 'hour', 'minute'] as const;

/** Reads the zone's wall clock as if it were UTC's. Built once per zone, since building one is slow. */
export function wallClock(timeZone: string): (atMs: number) => number {
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
  // The order of the numbers is the locale's; read once, since taking each instant apart is slow.
  const order = format.formatToParts(0).flatMap(({ type }) => (type === 'literal' ? [] : [type]));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = wallParts.map((type) => order.indexOf(type));
  return (atMs) => {
    const numbers = (format.format(atMs).match(/\d+/g) ?? []).map(Number);
    const part = (index: number): number => numbers[index] ?? 0;
    return Date.UTC(part(year), part(month) - 1, part(day), part(hour), part(minute));
  };
}

/**
 * The instant at which a zone's clocks show a local time such as `2026-03-29T01:30`: of two the earlier, and `null` for
 * one that is skipped or none at all. `timeZone` is an IANA name that is known.
 */
export function instantAt(local: string, timeZone: string): string | null {
  const shownMs = Date.parse(`${local}Z`);
  // Some dates that do not exist are read as later ones.
  if (Number.isNaN(shownMs) || !new Date(shownMs).toISOString().startsWith(local)) return null;
  const wall = wallClock(timeZone);
  const candidates = [shownMs - offsetMsMax, shownMs + offsetMsMax].map((atMs) => shownMs - (wall(atMs) - atMs));
  const [first] = candidates.filter((atMs) => wall(atMs) === shownMs).sort((left, right) => left - right);
  return first === undefined ? null : new Date(first).toISOString();
}
