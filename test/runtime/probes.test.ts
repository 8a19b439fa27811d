/** Readiness as it is: of what the process needs, told at once when it is asked to stop. */

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Probe, type Probes, startProbes } from '../../runtime/probes.ts';

let probes: Probes | null = null;

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => {
  probes?.close();
  jest.useRealTimers();
});

const aProbe = (name: string, check: Probe['check'], optional = false): Probe => ({ name, optional, check });
const ok = async () => true;

const begin = async (...given: Probe[]): Promise<Probes> => {
  const started = startProbes(given);
  await jest.advanceTimersByTimeAsync(3_000);
  probes = await started;
  return probes;
};

test('a process whose parts are all up is ready', async () => {
  expect((await begin(aProbe('a', ok), aProbe('b', ok))).read()).toEqual({
    status: 'ready',
    checks: { a: 'ok', b: 'ok' },
  });
});

test('a part that throws, says no or never answers is failing, and so is the process', async () => {
  const started = await begin(
    aProbe('throws', () => Promise.reject(new Error('away'))),
    aProbe('no', async () => false),
    aProbe('hangs', () => new Promise(() => undefined)),
    aProbe('fine', ok),
  );
  expect(started.read()).toEqual({
    status: 'not-ready',
    checks: { throws: 'failing', no: 'failing', hangs: 'failing', fine: 'ok' },
  });
});

test('an optional part that is away is told, and the process stays ready', async () => {
  const started = await begin(
    aProbe('needed', ok),
    aProbe('temporal', async () => false, true),
  );
  expect(started.read()).toEqual({ status: 'ready', checks: { needed: 'ok', temporal: 'degraded' } });
});

test('a part that comes and goes is seen within a second or so', async () => {
  let up = false;
  const started = await begin(aProbe('part', async () => up));
  expect(started.read().status).toBe('not-ready');
  up = true;
  await jest.advanceTimersByTimeAsync(1_100);
  expect(started.read().status).toBe('ready');
  up = false;
  await jest.advanceTimersByTimeAsync(1_100);
  expect(started.read().status).toBe('not-ready');
});

test('a process that is stopping is not ready, at once and for good, though all its parts are up', async () => {
  const started = await begin(aProbe('part', ok));
  started.drain();
  expect(started.read()).toEqual({ status: 'not-ready', checks: { part: 'ok' } });
  await jest.advanceTimersByTimeAsync(5_000);
  expect(started.read().status).toBe('not-ready');
});

test('however often it is read, each part is asked once a second', async () => {
  let asked = 0;
  const started = await begin(aProbe('part', async () => (asked += 1) > 0));
  const before = asked;
  for (let reading = 0; reading < 1_000; reading += 1) started.read();
  expect(asked).toBe(before);
  await jest.advanceTimersByTimeAsync(2_100);
  expect(asked).toBe(before + 2);
});

test('once closed nothing is asked any more', async () => {
  let asked = 0;
  const started = await begin(aProbe('part', async () => (asked += 1) > 0));
  started.close();
  const before = asked;
  await jest.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(before);
  expect(jest.getTimerCount()).toBe(0);
});
