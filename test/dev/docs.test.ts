/** The printed documents lie in `docs/` as the code prints them. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { checkDocuments, outOfDate, printDocuments } from '../../dev/docs.ts';
import { configKeys } from '../../runtime/config.ts';

const documents = printDocuments();

test.each(Object.keys(documents))('%s is current', (path) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(documents[path]);
});

test('every key of the configuration is told, and whether it is needed', () => {
  const page = documents['docs/operations/configuration.md'] ?? '';
  for (const key of Object.keys(configKeys)) expect(page).toContain(`\`${key}\``);
  expect(page).toMatch(/`AUTH_SECRET` +\| _needed_/);
  expect(page).toMatch(/`METRICS_TOKEN` +\| empty/);
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (...given: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'dev/docs.ts', ...given], { cwd: root, encoding: 'utf8' });

test('unknown arguments are refused, and nothing is printed', () => {
  for (const given of [['--chekc'], ['--check', 'more']]) {
    const { status, stdout, stderr } = run(...given);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: /);
  }
});

test('a check writes nothing and ends with 0 only where every document is current', () => {
  const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'refund-desk-docs-'));
  try {
    expect(outOfDate(folder)).toEqual(Object.keys(documents));
    expect(checkDocuments(folder)).toBe(1);
    expect(told).toHaveBeenCalledTimes(Object.keys(documents).length);
    expect(readdirSync(folder)).toEqual([]);
    for (const [path, text] of Object.entries(documents)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    expect(checkDocuments(folder)).toBe(0);
    writeFileSync(join(folder, 'docs/states.md'), 'other');
    expect(outOfDate(folder)).toEqual(['docs/states.md']);
    expect(readFileSync(join(folder, 'docs/states.md'), 'utf8')).toBe('other');
  } finally {
    told.mockRestore();
    rmSync(folder, { recursive: true, force: true });
  }
});
