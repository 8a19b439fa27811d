/** The install step on a tree of its own with a stand-in for npm: when it installs, how, and what it says. */

import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'refund-desk-install-'));
  cpSync(new URL('../../dev/install.mjs', import.meta.url), join(tree, 'dev', 'install.mjs'));
  write('package.json', '{"type":"module"}');
  writeLock({ 'node_modules/left': { version: '1.0.0' } });
});

afterEach(() => rmSync(tree, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

type LockedPackage = { version: string; optionalDependencies?: Record<string, string> };

const writeLock = (packages: Record<string, LockedPackage>) =>
  write('package-lock.json', JSON.stringify({ packages: { '': {}, ...packages } }));

/** npm that notes down how it was called and then does as the lines say. */
function standInForNpm(lines = 'mkdir -p node_modules/left'): void {
  write('bin/npm', `#!/bin/sh\necho "$@" >> "${tree}/calls"\n${lines}\n`);
  chmodSync(join(tree, 'bin', 'npm'), 0o755);
}

const calls = () =>
  existsSync(join(tree, 'calls')) ? readFileSync(join(tree, 'calls'), 'utf8').trim().split('\n') : [];

function run(script: string): Promise<{ code: number; said: string }> {
  const code = `const step = await import('${join(tree, 'dev', 'install.mjs')}'); ${script}`;
  const environment = { PATH: `${join(tree, 'bin')}:${process.env['PATH']}` };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', code], { env: environment }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr }),
    );
  });
}

const install = () => run('await step.installPackages();');

test('a fresh clone is installed from the lock once, with the reason and how long it takes', async () => {
  standInForNpm();
  const first = await install();
  expect(first).toEqual({
    code: 0,
    said: 'Installing packages, since none are installed yet (usually about a minute, once) …\n',
  });
  expect(await install()).toEqual({ code: 0, said: '' });
  expect(calls()).toEqual(['ci --include=dev --no-audit --no-fund']);
});

test('packages of another lock are replaced', async () => {
  standInForNpm();
  await install();
  writeLock({ 'node_modules/left': { version: '2.0.0' } });
  expect((await install()).said).toContain('since those installed are not the ones that package-lock.json names');
  expect(calls()).toHaveLength(2);
});

test('packages that npm itself installed from this lock are not installed again', async () => {
  standInForNpm();
  write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/left': { version: '1.0.0' } } }));
  write('node_modules/left/package.json', '{}');
  expect(await install()).toEqual({ code: 0, said: '' });
  expect(calls()).toEqual([]);
});

test('a lock without some platform’s optional package is installed without being rewritten', async () => {
  standInForNpm();
  writeLock({ 'node_modules/left': { version: '1.0.0', optionalDependencies: { 'left-elsewhere': '1.0.0' } } });
  await install();
  expect(calls()).toEqual(['install --no-save --include=dev --no-audit --no-fund']);
});

test('a failed installation is told in a sentence and tried again the next time', async () => {
  standInForNpm('echo no network >&2; exit 7');
  const failed = await install();
  expect(failed.code).toBe(1);
  expect(failed.said).toMatch(/no network\nThe packages could not be installed; npm’s lines above say why\..*\n$/);
  await install();
  expect(calls()).toHaveLength(2);
});

test.each(['18.20.0', '20.18.3', '21.7.0', '22.11.0'])('Node %s is refused in one sentence', async (version) => {
  expect(await run(`step.requireNode('${version}');`)).toEqual({
    code: 1,
    said: `Refund Desk needs Node 20.19 or newer in line 20, or 22.12 or newer; this is Node ${version}.\n`,
  });
});

test('Node as package.json’s engines allows it is taken', async () => {
  const versions = ['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.1.0'];
  expect(await run(versions.map((version) => `step.requireNode('${version}');`).join(''))).toEqual({
    code: 0,
    said: '',
  });
});
