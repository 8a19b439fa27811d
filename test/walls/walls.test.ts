/** Each wall of the house, broken on purpose by a fixture: the real tools with the real configuration must catch it. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeRules } from '../tidy/code-rules.ts';
import type { Source } from '../tidy/sources.ts';
import { readSources } from '../tidy/sources.ts';
import { textRules } from '../tidy/text-rules.ts';
import { expectedCatches } from './expected.ts';
import type { Finding } from './tree.ts';
import { cruise, deadCode, fellTree, fixturesRoot, lint, plantTree } from './tree.ts';

const fixtures = readSources(fixturesRoot);
const nothing: readonly string[] = [];

/** The distinct rules that caught a file, in order of their names. */
const rulesAgainst = (findings: readonly Finding[], path: string): string[] =>
  [...new Set(findings.filter((finding) => finding.path === path).map(({ rule }) => rule))].sort();

/** What the fixture's own header says that it breaks. */
const claimOf = ({ text }: Source): string => text.replace(/^\/\*\* (?<said>.*?) \*\/[\s\S]*$/, '$<said>');

const tidyRules = Object.entries({ ...textRules, ...codeRules });

describe('the walls of the house', () => {
  const found = { lint: [] as Finding[], cruise: [] as Finding[], dead: [] as Finding[] };
  let root = '';

  beforeAll(async () => {
    root = await plantTree();
    found.lint = await lint(root);
    found.cruise = await cruise(root);
    found.dead = await deadCode(root);
  }, 60_000);

  afterAll(() => fellTree(root));

  test.each(fixtures.map((source) => [source.path, claimOf(source), source] as const))('%s: %s', (path, _, source) => {
    const expected = expectedCatches[path] ?? {};
    expect({
      lint: rulesAgainst(found.lint, path),
      cruise: rulesAgainst(found.cruise, path),
      tidy: tidyRules.filter(([, rule]) => rule(source).length > 0).map(([name]) => name),
    }).toEqual({
      lint: expected.lint ?? nothing,
      cruise: expected.cruise ?? nothing,
      tidy: expected.tidy ?? nothing,
    });
  });

  test('every expected catch has its fixture', () => {
    const paths = fixtures.map(({ path }) => path);
    expect(Object.keys(expectedCatches).filter((path) => !paths.includes(path))).toEqual([]);
  });

  test('a file that nothing reaches from an entry is reported as dead', () => {
    expect(rulesAgainst(found.dead, 'domain/orphan.ts')).toEqual(['file']);
    expect(rulesAgainst(found.dead, 'runtime/wiring.ts')).toEqual([]);
  });

  test('an export that nobody imports is reported as dead', () => {
    expect(rulesAgainst(found.dead, 'db/refund-store.ts')).toEqual(['export neverAsked']);
  });
});
