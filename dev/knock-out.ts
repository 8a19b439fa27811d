/**
 * Proves that the tests of the engine's clauses are real: makes each clause in turn always pass, and runs the tests that
 * bear its id against that engine. One of them must fail, or none of them looks at the clause.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refundClauses } from '../domain/engine.ts';
import type { RefundClauseId } from '../domain/policy.ts';

export type Proof = 'noticed' | 'unnoticed' | 'no_tests';

const folder = join('build', 'knocked-out');

/** The judges' table with one row replaced, as it reads from its own place in the build. */
export function knockedOut(table: string, clause: RefundClauseId): string {
  const row = `  '${clause}': `;
  const lines = table.split('\n');
  const at = lines.findIndex((line) => line.startsWith(row));
  if (at < 0) throw new Error(`${clause} has no row of its own in the table of judges`);
  lines[at] = `${row}alwaysPasses,`;
  const declaration = lines.findIndex((line) => line.startsWith('export const alwaysPasses'));
  // The table is made when the module loads, so what stands in it must be made before.
  const [passes = ''] = lines.splice(declaration, 1);
  const first = lines.findIndex((line) => line.startsWith('export const judges'));
  lines.splice(first, 0, passes);
  return lines.join('\n').replaceAll("from './", "from '../../domain/");
}

/** Ids with a dot, a dash or a letter after them are no part of a longer id. */
const bearing = (clause: RefundClauseId): string => `(^|[^A-Za-z0-9.-])${clause.replace('.', '\\.')}(?![A-Za-z0-9])`;

interface JestTotals {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
}

/** Runs the clause's tests of `test/domain` with the clause knocked out. */
export async function prove(root: string, clause: RefundClauseId): Promise<Proof> {
  mkdirSync(join(root, folder), { recursive: true });
  const table = readFileSync(join(root, 'domain', 'judges.ts'), 'utf8');
  writeFileSync(join(root, folder, `${clause}.ts`), knockedOut(table, clause));
  const results = join(root, folder, `${clause}.json`);
  const config = {
    rootDir: root,
    testEnvironment: 'node',
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
      ],
    },
    testMatch: ['<rootDir>/test/domain/**/*.test.ts'],
    moduleNameMapper: { '/judges\\.ts$': `<rootDir>/${folder}/${clause}.ts` },
  };
  await runJest(root, ['--config', JSON.stringify(config), '-t', bearing(clause), '--json', `--outputFile=${results}`]);
  const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(results, 'utf8')) as JestTotals;
  if (numFailedTests > 0) return 'noticed';
  return numPassedTests > 0 ? 'unnoticed' : 'no_tests';
}

const runJest = (root: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const jest = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
    ];
    const child = spawn(process.execPath, [...jest, ...args, '--runInBand', '--silent'], {
      cwd: root,
      stdio: 'ignore',
    });
    child.once('error', reject);
    // Its exit code says only that a test failed, which is what is hoped for.
    child.once('close', () => resolve());
  });

/** Each of the engine's clauses that is wanted, with what its tests made of the knock-out. */
export async function* proveAll(
  root: string,
  isWanted: (clause: RefundClauseId) => boolean,
): AsyncGenerator<{ clause: RefundClauseId; proof: Proof }> {
  for (const clause of refundClauses.filter(isWanted)) yield { clause, proof: await prove(root, clause) };
}
