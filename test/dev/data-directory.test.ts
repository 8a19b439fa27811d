/** The stack's data directory: ours alone, one stack at a time, its secrets made once. */

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDataDirectory } from '../../dev/data-directory.ts';

let parent: string;
let path: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'refund-desk-data-'));
  path = join(parent, 'data');
});

afterEach(() => {
  chmodSync(parent, 0o700);
  rmSync(parent, { recursive: true, force: true });
});

test('a second start beside the first is told the first one’s process', () => {
  const first = openDataDirectory(path);
  expect(() => openDataDirectory(path)).toThrow(
    `already runs with the data directory ${path} (process ${process.pid})`,
  );
  first.release();
  openDataDirectory(path).release();
});

test('the lock of a stack that is gone does not hold up the next', () => {
  openDataDirectory(path).release();
  writeFileSync(join(path, 'lock.json'), JSON.stringify({ pid: process.pid, started: 'at another time' }));
  const next = openDataDirectory(path);
  expect(JSON.parse(readFileSync(join(path, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid });
  expect(() => openDataDirectory(path)).toThrow('already runs');
  next.release();
  expect(readdirSync(path).filter((name) => name.startsWith('lock'))).toEqual([]);
});

test('secrets are made once, for their owner’s eyes only', () => {
  const first = openDataDirectory(path);
  first.release();
  const second = openDataDirectory(path);
  second.release();
  expect(second.secrets).toEqual(first.secrets);
  expect(statSync(join(path, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(Buffer.from(first.secrets.evidenceKey, 'base64')).toHaveLength(32);
  expect(Buffer.from(first.secrets.codecKey.replace('dev:', ''), 'base64')).toHaveLength(32);
  expect(new Set(Object.values(first.secrets)).size).toBe(Object.keys(first.secrets).length);
});

test('a directory from before there was a shop, or PayPal, is taken, with a secret for each', () => {
  const first = openDataDirectory(path);
  first.release();
  const { shopSigningSecret: _, paypalClientSecret: __, ...older } = first.secrets;
  writeFileSync(join(path, 'secrets.json'), JSON.stringify(older));
  const next = openDataDirectory(path);
  next.release();
  expect(next.secrets).toEqual({
    ...older,
    shopSigningSecret: expect.stringMatching(/^whsec_/),
    paypalClientSecret: expect.stringMatching(/^[0-9a-f]{48}$/),
  });
});

test('two data directories share no secret', () => {
  const one = openDataDirectory(path);
  const other = openDataDirectory(join(parent, 'other'));
  for (const secret of Object.values(one.secrets)) expect(Object.values(other.secrets)).not.toContain(secret);
});

test('a directory with somebody else’s files is refused and left as it was', () => {
  mkdirSync(path);
  writeFileSync(join(path, 'thesis.tex'), 'mine');
  const before = statSync(path).mode;
  expect(() => openDataDirectory(path)).toThrow(`${path} holds files that Refund Desk did not make.`);
  expect(readdirSync(path)).toEqual(['thesis.tex']);
  expect(statSync(path).mode).toBe(before);
});

test('a file in the directory’s place is refused', () => {
  writeFileSync(path, '');
  expect(() => openDataDirectory(path)).toThrow(/data directory .* cannot be used \(EEXIST\)/);
});

test('a directory of another format is refused', () => {
  mkdirSync(path);
  writeFileSync(join(path, 'refund-desk.json'), '{"format":99}');
  expect(() => openDataDirectory(path)).toThrow('was made by another version of Refund Desk (format 99)');
});

test.each(['', '{', '{"authSecret":"short"}'])('damaged secrets are told and kept: %j', (text) => {
  openDataDirectory(path).release();
  writeFileSync(join(path, 'secrets.json'), text);
  expect(() => openDataDirectory(path)).toThrow(`${join(path, 'secrets.json')} is damaged.`);
  expect(readFileSync(join(path, 'secrets.json'), 'utf8')).toBe(text);
  expect(() => openDataDirectory(path)).toThrow('is damaged');
});

test('the clock’s start is kept, and another pace than it was made with is refused', () => {
  const data = openDataDirectory(path);
  const monday = new Date('2026-01-05T00:00:00.000Z');
  const tuesday = new Date('2026-01-06T00:00:00.000Z');
  expect(data.clock(1, monday)).toBeNull();
  expect(data.clock(86_400, monday)).toEqual({ start: '2026-01-05T00:00:00.000Z', pace: 86_400 });
  expect(data.clock(86_400, tuesday)).toEqual({ start: '2026-01-05T00:00:00.000Z', pace: 86_400 });
  expect(data.clock(null, tuesday)).toEqual({ start: '2026-01-05T00:00:00.000Z', pace: 86_400 });
  expect(() => data.clock(1, tuesday)).toThrow('runs at pace 86400');
});
