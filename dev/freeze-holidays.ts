/**
 * `node --import tsx dev/freeze-holidays.ts CN 2026 2028`: prints the seller's public holidays of those years as the
 * block that a policy version keeps, so that no later feed can change a promise that was made (T2).
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

/** A day that is free from noon on, or for some people only, is still a business day: the promise falls due no later. */
const isWholeDay = (holiday: { readonly date: string }): boolean => holiday.date.slice(11) === '00:00:00';

/** Public holidays of a country, without those of single regions (T2). */
function freeze(country: string, firstYear: number, lastYear: number): object {
  const feed = new Holidays(country);
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index);
  const dates = years
    .flatMap((year) => feed.getHolidays(year).filter((holiday) => holiday.type === 'public' && isWholeDay(holiday)))
    .flatMap(datesOf)
    .filter((date) => years.includes(Number(date.slice(0, 4))));
  return {
    holidays: [...new Set(dates)].sort(),
    holidaysFrom: `date-holidays ${versionOf('date-holidays')}, ${country}, public, whole days`,
    firstYear,
    lastYear,
  };
}

const [country = 'CN', first = '2026', last = '2028'] = process.argv.slice(2);
console.log(JSON.stringify(freeze(country, Number(first), Number(last)), null, 2));
