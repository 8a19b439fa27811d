/** Codes of a device at a release: what closes the way, and for how long. */

import { expect, test } from '@jest/globals';
import { isSecondFactorLocked, noteWrongCode, takeCode } from '../../db/second-factor-uses.ts';
import { aPerson, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const minutes = (count: number): Date => new Date(noon.getTime() + count * 60_000);

test('wrong codes that come at once cannot open the way that the fifth has closed', async () => {
  for (const times of [5, 6, 9, 11]) {
    const finance = await aPerson(suite.db, 'finance');
    await Promise.all(Array.from({ length: times }, () => noteWrongCode(suite.db, finance, noon)));
    expect([times, await isSecondFactorLocked(suite.db, finance, minutes(14))]).toEqual([times, true]);
  }
});

test('after a quarter of an hour there are five more, and a right code forgets the wrong ones', async () => {
  const finance = await aPerson(suite.db, 'finance');
  for (let times = 0; times < 5; times += 1) await noteWrongCode(suite.db, finance, noon);
  expect(await isSecondFactorLocked(suite.db, finance, minutes(15))).toBe(false);
  for (let times = 0; times < 4; times += 1) await noteWrongCode(suite.db, finance, minutes(15));
  expect(await isSecondFactorLocked(suite.db, finance, minutes(15))).toBe(false);
  expect(await suite.db.transaction((trx) => takeCode(trx, finance, 1n))).toBe(true);
  for (let times = 0; times < 4; times += 1) await noteWrongCode(suite.db, finance, minutes(16));
  expect(await isSecondFactorLocked(suite.db, finance, minutes(16))).toBe(false);
  await noteWrongCode(suite.db, finance, minutes(16));
  expect(await isSecondFactorLocked(suite.db, finance, minutes(16))).toBe(true);
});
