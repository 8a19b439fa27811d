/** Work that must be done once: tried until it is, told when it is not, and not begun again once it is stopped. */

import { expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { keepTrying } from '../../runtime/keep-trying.ts';
import { patienceMs } from '../environment/patience.ts';

const toldInto = (told: string[]) => {
  const line = (_facts: unknown, text: string) => void told.push(text);
  return { debug: line, info: line, warn: line, error: line };
};

const within = { withinMs: patienceMs, everyMs: 5 };

test('what fails at first is tried until it is done, and then no more', async () => {
  const told: string[] = [];
  let tries = 0;
  let isDone = false;
  const work = async () => {
    tries += 1;
    if (tries < 3) throw new Error('context deadline exceeded');
    isDone = true;
  };
  const trying = keepTrying(work, { log: toldInto(told), told: 'not yet', everyMs: 1 });
  expect(await until(() => isDone, within)).toBe(true);
  await trying.stop();
  expect([tries, told]).toEqual([3, ['not yet', 'not yet']]);
});

test('a stop ends the wait for the next attempt, and lets one that is under way end', async () => {
  let tries = 0;
  const fails = async () => {
    tries += 1;
    throw new Error('context deadline exceeded');
  };
  const waiting = keepTrying(fails, { log: toldInto([]), told: 'not yet', everyMs: 3_600_000 });
  expect(await until(() => tries > 0, within)).toBe(true);
  await waiting.stop();
  expect(tries).toBe(1);

  const ended: string[] = [];
  const slow = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    ended.push('work');
  };
  const working = keepTrying(slow, { log: toldInto([]), told: 'not yet' });
  await working.stop();
  expect(ended).toEqual(['work']);
});
