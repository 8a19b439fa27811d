/** A log far larger than the memory that it may take is kept, masked and diagnosed in a stream, within the stated bound. */

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeLog } from '../../bench/evidence-log.ts';
import { passOver } from '../../bench/evidence-run.ts';

const megabyte = 1_000_000;
/** As docs/operations/evidence.md states it. */
const memoryBytesMax = 128 * megabyte;
/** Where single lines are millions of characters long. */
const longLineBytesMax = 256 * megabyte;
const smallHeap = ['--max-old-space-size=64'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evidence-memory-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('a log of 40 MB passes through a small heap, with every planted secret masked', async () => {
  const path = join(directory, 'log.txt');
  const { secrets } = await writeLog(path, 40 * megabyte);
  const kept = await passOver('keep', path, smallHeap);
  expect(kept.says).toBe(`${kept.bytes} bytes sealed, ${kept.bytes} opened again`);
  const masked = await passOver('mask', path, smallHeap);
  const [, places] = /^(\d+) places masked, 0 pieces with a secret in them$/.exec(masked.says) ?? [];
  expect(Number(places)).toBeGreaterThanOrEqual(secrets);
  const diagnosed = await passOver('diagnose', path, smallHeap);
  expect(diagnosed.says).toMatch(/^\d+ lines, [1-9]\d+ attempts, [1-9]\d+ failed$/);
  for (const { memoryBytes } of [kept, masked, diagnosed]) expect(memoryBytes).toBeLessThan(memoryBytesMax);
});

test('lines as long as are looked at whole, full of secrets, and longer ones stay within the bound as well', async () => {
  const path = join(directory, 'lines.txt');
  const secret = 'http://customer:Planted5ecret@gate.example.com:8000 ';
  const line = `${secret.repeat(75_000)}\n`;
  const tooLong = `${secret.repeat(300_000)}\n`;
  await pipeline(Readable.from([line, line, tooLong, line]), createWriteStream(path));
  const masked = await passOver('mask', path);
  expect(masked.says).toBe(`${3 * 75_000 + 1} places masked, 0 pieces with a secret in them`);
  expect(masked.memoryBytes).toBeLessThan(longLineBytesMax);
});
