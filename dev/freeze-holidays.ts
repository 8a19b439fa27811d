/**
 * `node --import tsx dev/freeze-holidays.ts CN 2026 2028`: prints the seller's public holidays of those years as the
 * block that a policy version keeps, so that no later feed can change a promise that was made (T2). `DE-BY` names a region.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Holidays from 'date-holidays';

const versionOf = (packageName: string): string => {
  const path = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
};

/** Every local date from the first on which a holiday lies to the last, so that one of several days is free on each. */
function datesOf(holiday: { readonly date: string; readonly start: Date; readonly end: Date }): string[] {
  const first = Date.parse(holiday.date.slice(0, 10));
  const days = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / 86_400_000));
  return Array.from({ length: days }, (_, index) => new Date(first + index * 86_400_000).toISOString().slice(0, 10));
}

interface PublicHoliday {
  readonly date: string;
  readonly name: string;
  /** For whom it is, or what else is to be known of it. */
  readonly note?: string;
}

/**
 * A day that is free from noon or evening on, or of which a note says that it is for some only, is still a business day:
 * the promise falls due no later (T2).
 */
const isFree = ({ date, note }: PublicHoliday): boolean => date.slice(11) === '00:00:00' && note === undefined;

/** Public holidays of a country, or of a region of it with the country's own; none of the other regions' (T2). */
function freeze(place: string, firstYear: number, lastYear: number): { frozen: object; leftOut: PublicHoliday[] } {
  const feed = new Holidays(place);
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index);
  const holidays = years.flatMap((year) => feed.getHolidays(year).filter(({ type }) => type === 'public'));
  const dates = holidays
    .filter(isFree)
    .flatMap(datesOf)
    .filter((date) => years.includes(Number(date.slice(0, 4))));
  const frozen = {
    holidays: [...new Set(dates)].sort(),
    holidaysFrom: `date-holidays ${versionOf('date-holidays')}, ${place}, public, whole days, for everyone`,
    firstYear,
    lastYear,
  };
  return { frozen, leftOut: holidays.filter((holiday) => !isFree(holiday)) };
}

const [place = 'CN', first = '2026', last = '2028'] = process.argv.slice(2);
const { frozen, leftOut } = freeze(place, Number(first), Number(last));
console.log(JSON.stringify(frozen, null, 2));
// Whoever posts the version may know better.
for (const { date, name, note } of leftOut) console.error(`left out: ${date} ${name}${note ? ` (${note})` : ''}`);
