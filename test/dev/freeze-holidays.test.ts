/** Holidays are frozen into a version as the seller's place has them, and those of the first version are what is printed. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { readFirstVersion } from '../../dev/first-version.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const printed = z.strictObject({
  holidays: z.array(z.iso.date()),
  holidaysFrom: z.string(),
  firstYear: z.number(),
  lastYear: z.number(),
});

function freeze(place: string, firstYear: number, lastYear = firstYear) {
  const given = [place, String(firstYear), String(lastYear)];
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'dev/freeze-holidays.ts', ...given], {
    cwd: root,
    encoding: 'utf8',
    // The server's own zone plays no part.
    env: { ...process.env, TZ: 'America/New_York' },
  });
  return { frozen: printed.parse(JSON.parse(stdout)), leftOut: stderr };
}

const holidaysOf = (...given: Parameters<typeof freeze>) => freeze(...given).frozen.holidays;

const { timeZone, weekend, ...kept } = readFirstVersion().document.parameters.calendar;

test('T2: the first version’s holidays are what is printed for the seller’s country and the years that it names', () => {
  expect(kept).toEqual(freeze('CN', kept.firstYear, kept.lastYear).frozen);
  expect({ timeZone, weekend }).toEqual({ timeZone: 'Asia/Shanghai', weekend: [6, 7] });
});

test('T2: days that are free for some people only, or from noon on, are business days, and are told', () => {
  const { frozen, leftOut } = freeze('CN', 2026);
  expect(frozen.holidays).toHaveLength(11);
  for (const date of ['2026-03-08', '2026-05-04', '2026-06-01', '2026-08-01']) {
    expect(frozen.holidays).not.toContain(date);
    expect(leftOut).toContain(`left out: ${date}`);
  }
  expect(leftOut).toContain('(Children below the age of 14)');
  const iceland = freeze('IS', 2026);
  expect(iceland.frozen.holidays).not.toContain('2026-12-24');
  expect(iceland.leftOut).toContain('left out: 2026-12-24 13:00:00');
});

test('T2: a holiday of one region is frozen for that region, and not for the country or another region', () => {
  const [corpusChristi, reformation] = ['2026-06-04', '2026-10-31'];
  const having = (place: string) =>
    holidaysOf(place, 2026).filter((date) => [corpusChristi, reformation].includes(date));
  expect([having('DE'), having('DE-BY'), having('DE-SN')]).toEqual([[], [corpusChristi], [reformation]]);
});

test('T2: a day that is observed and not free, as St. Martin’s, is a business day in country and region', () => {
  for (const place of ['DE', 'DE-BY']) expect(holidaysOf(place, 2026)).not.toContain('2026-11-11');
});

test('T2: each day of a holiday of several is free', () => {
  const newYear = holidaysOf('RU', 2026).filter((date) => date < '2026-01-10');
  expect(newYear).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((day) => `2026-01-0${day}`));
});

test('T2: dates are of the years asked for, in order, and once each where two holidays fall together', () => {
  // In 2028 the Mid-Autumn Festival falls into the days of the National Day.
  const { holidays, firstYear, lastYear } = freeze('CN', 2027, 2028).frozen;
  expect([firstYear, lastYear]).toEqual([2027, 2028]);
  expect(holidays).toEqual([...new Set(holidays)].sort());
  expect(new Set(holidays.map((date) => date.slice(0, 4)))).toEqual(new Set(['2027', '2028']));
  expect(holidays.filter((date) => date === '2028-10-03')).toHaveLength(1);
});
