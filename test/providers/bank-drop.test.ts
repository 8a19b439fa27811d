/** The drop's moves: done or not done, told for certain, and never a guess where the directory itself is gone. */

import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createBankDirectory } from '../../providers/bank-drop.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'refund-desk-drop-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const bytes = Buffer.from('<Document/>');

test('B1: what was written lies aside until it is handed over, and then lies where the bank takes it', async () => {
  const drop = createBankDirectory(directory);
  await drop.write('a.xml', bytes);
  expect([await drop.isAside('a.xml'), readdirSync(join(directory, 'out'))]).toEqual([true, []]);
  await drop.handOver('a.xml');
  expect([await drop.isAside('a.xml'), readFileSync(join(directory, 'out', 'a.xml'))]).toEqual([false, bytes]);
});

test('B1: handed over again, also after the bank has taken it, nothing lies there a second time', async () => {
  const drop = createBankDirectory(directory);
  await drop.write('a.xml', bytes);
  await Promise.all([drop.handOver('a.xml'), drop.handOver('a.xml'), drop.handOver('a.xml')]);
  rmSync(join(directory, 'out', 'a.xml'));
  await drop.handOver('a.xml');
  expect(readdirSync(join(directory, 'out'))).toEqual([]);
});

test('a directory that is not there tells nothing: neither that a file was handed over nor that it was not', async () => {
  const drop = createBankDirectory(directory);
  await drop.write('a.xml', bytes);
  renameSync(join(directory, 'out'), join(directory, 'gone'));
  await expect(drop.handOver('a.xml')).rejects.toThrow('ENOENT');
  rmSync(directory, { recursive: true });
  await expect(drop.isAside('a.xml')).rejects.toThrow('ENOENT');
  await expect(drop.handOver('a.xml')).rejects.toThrow('ENOENT');
  await expect(drop.write('a.xml', bytes)).rejects.toThrow('ENOENT');
});
