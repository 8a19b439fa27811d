/**
 * R1–R5, S1, W1, W7, P1–P3, N1–N6 all at once, by chance from a fixed seed: `npm run storm` in small. Whatever was broken
 * meanwhile, each order is paid back whole and once, and the books say so.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Stack, startStack } from '../../dev/stack.ts';
import { runStorm, type StormReport, stormEnvironment, stormPace } from '../../dev/storm-run.ts';
import { tellStorm } from '../../dev/storm-tale.ts';

const seed = 20_261_130;
const payouts = 24;

let dataDirectory: string;
let stack: Stack;
let storm: StormReport;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'refund-desk-storm-'));
  stack = await startStack({
    dataDirectory,
    ports: 'free',
    shell: { ...process.env, CLOCK_PACE: String(stormPace) },
    environment: stormEnvironment,
    onCrash: 'leave',
  });
  storm = await runStorm(stack, { seed, payouts, report: () => undefined });
  process.stderr.write(`${tellStorm(storm)}\n`);
}, 600_000);

afterAll(async () => {
  await stack.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

test('a storm meets every rail, and breaks what it should', () => {
  expect(storm.rails).toEqual(expect.arrayContaining(['card', 'paypal', 'bank', 'store_balance', 'manual']));
  expect(storm.injected['worker killed']).toBeGreaterThan(0);
  expect(Object.keys(storm.injected).length).toBeGreaterThan(5);
});

test('I1: after a storm each order is paid back whole, and once', () => {
  expect([storm.paidTwice, storm.lost]).toEqual([[], []]);
});

test('I3, I6: after a storm every ticket is closed, and nothing is in limbo', () => {
  expect(storm.inLimbo).toEqual([]);
});

test('I2: after a storm the auditor finds nothing wrong, and all value is proven', () => {
  expect([storm.violations, storm.provenBasisPoints]).toEqual([[], 10_000]);
});
