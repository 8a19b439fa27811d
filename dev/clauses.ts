/**
 * `npm run clauses`: each clause with the tests whose names bear its id. Fails for one that is due and has none, and for
 * one of the engine's whose tests do not notice that it always passes. A mention in a comment counts for nothing; only a
 * test's own name, or that of the group around it, does.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ClauseId, Stage } from '../domain/clauses.ts';
import { clauseIds, clauses, isDue } from '../domain/clauses.ts';
import { proveAll } from './knock-out.ts';
import { argumentsOf, literalText, readSyntax, rootName } from './syntax.ts';

/** The issue being built; raised by the commit that begins the next one. */
export const reachedStage: Stage = 'B';

const titleGivers = ['describe', 'it', 'test'];

/** Names of tests and groups in a test file, as far as they are written out in it. */
export const testNames = (text: string): string[] =>
  readSyntax(text)
    .nodes.filter(({ node }) => node.type === 'CallExpression' && titleGivers.includes(rootName(node) ?? ''))
    .map(({ node }) => literalText(argumentsOf(node)[0]))
    .filter((name) => name !== null);

/** Whether a name bears the id itself, and not a longer one such as RP-2.4a for RP-2.4. */
const bears = (name: string, id: string): boolean =>
  name.split(/[^A-Za-z0-9.-]+/).some((word) => word.replace(/[.-]+$/, '') === id);

export interface NamedTest {
  readonly path: string;
  readonly name: string;
}

export interface ClauseCoverage {
  readonly id: ClauseId;
  readonly due: boolean;
  readonly tests: readonly NamedTest[];
}

export const coverage = (tests: readonly NamedTest[], reached: Stage): ClauseCoverage[] =>
  clauseIds.map((id) => ({ id, due: isDue(id, reached), tests: tests.filter(({ name }) => bears(name, id)) }));

export const uncovered = (rows: readonly ClauseCoverage[]): ClauseCoverage[] =>
  rows.filter(({ due, tests }) => due && tests.length === 0);

/** Every test named below `test/`, also in suites that several files share, but for the fixtures, which are no tests. */
export function readTests(root: string): NamedTest[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith(join('walls', 'fixtures')))
    .sort()
    .flatMap((path) =>
      testNames(readFileSync(join(root, 'test', path), 'utf8')).map((name) => ({ path: join('test', path), name })),
    );
}

function print(rows: readonly ClauseCoverage[]): void {
  for (const { id, due, tests } of rows) {
    console.log(`${id.padEnd(8)} ${due ? 'due' : '   '} ${clauses[id].due.join(',').padEnd(4)} ${clauses[id].text}`);
    for (const { path, name } of tests) console.log(`${' '.repeat(18)}${path}: ${name}`);
  }
}

/** Knocks out each clause of the engine that is due; tells which of them nobody noticed. */
async function proveDue(root: string): Promise<string[]> {
  console.log('\nEach clause of the engine always passes in turn; a test that bears its id must notice:');
  const unproved: string[] = [];
  for await (const { clause, proof } of proveAll(root, (id) => isDue(id, reachedStage))) {
    console.log(`${clause.padEnd(8)} ${proof.replace('_', ' ')}`);
    if (proof !== 'noticed') unproved.push(clause);
  }
  return unproved;
}

async function main(): Promise<number> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const rows = coverage(readTests(root), reachedStage);
  print(rows);
  const missing = uncovered(rows);
  const due = rows.filter((row) => row.due).length;
  console.log(
    `\n${due} of ${rows.length} clauses are due by issue ${reachedStage}; ${due - missing.length} have tests.`,
  );
  if (missing.length > 0) console.error(`Due, and named by no test: ${missing.map(({ id }) => id).join(', ')}`);
  const unproved = await proveDue(root);
  if (unproved.length > 0) console.error(`Knocked out, and noticed by no test: ${unproved.join(', ')}`);
  return missing.length > 0 || unproved.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main();
