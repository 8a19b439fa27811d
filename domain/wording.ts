/** Instants, spans of time and traffic as people read them, in each language that the desk writes. */

import type { PolicyLanguage } from './policy.ts';

const minutesPerHour = 60;
const minutesPerDay = 24 * minutesPerHour;
const bytesPerGigabyte = 1_000_000_000n;
const bytesPerMegabyte = 1_000_000n;

/** `30 November 2026` in English; the day is UTC's, since the reader's zone is not known. */
export const dayInWords = (instant: string, language: PolicyLanguage): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(instant),
  );

/** `30 November 2026, 14:00 UTC` in English. */
export function instantInWords(instant: string, language: PolicyLanguage): string {
  const time = new Date(instant).toISOString().slice(11, 16);
  return `${dayInWords(instant, language)}, ${time} UTC`;
}

/** `3 days and 4 hours` in English; whole minutes. */
export function spanInWords(minutes: number, language: PolicyLanguage): string {
  const parts = [
    ['day', Math.floor(minutes / minutesPerDay)],
    ['hour', Math.floor((minutes % minutesPerDay) / minutesPerHour)],
    ['minute', minutes % minutesPerHour],
  ] as const;
  const said = parts
    .filter(([unit, count]) => count > 0 || (unit === 'minute' && minutes === 0))
    .map(([unit, count]) => inUnit(count, unit, language));
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(said);
}

/** `12.5 GB` in English: decimal units, to a hundredth and never more than it is. */
export function trafficInWords(bytes: bigint, language: PolicyLanguage): string {
  const inGigabytes = bytes >= bytesPerGigabyte;
  const hundredths = (bytes * 100n) / (inGigabytes ? bytesPerGigabyte : bytesPerMegabyte);
  return inUnit(Number(hundredths) / 100, inGigabytes ? 'gigabyte' : 'megabyte', language);
}

const inUnit = (count: number, unit: string, language: PolicyLanguage): string =>
  new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: unit.endsWith('byte') ? 'short' : 'long',
    maximumFractionDigits: 2,
  }).format(count);
