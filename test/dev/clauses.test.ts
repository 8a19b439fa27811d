/**
 * What counts as a test of a clause, and that none which is due lacks one. The ids here are taken from the data and
 * never stand in a name, since that would count as covering them.
 */

import { describe, expect, test } from '@jest/globals';
import { coverage, reachedStage, readTests, testNames, uncovered } from '../../dev/clauses.ts';
import { clauseIds, clauses } from '../../domain/clauses.ts';
import { repositoryRoot } from '../tidy/sources.ts';

const [anId = ''] = clauseIds;

const idsCoveredBy = (name: string): string[] =>
  coverage([{ path: 'test/a.test.ts', name }], 'A')
    .filter(({ tests }) => tests.length > 0)
    .map(({ id }) => id);

describe('what bears a clause’s id', () => {
  test('names of tests, of groups and of tables of tests count', () => {
    const text = `
      describe('a group', () => {
        it('a fact', () => {});
        test.each([['not a name']])('each of %s', () => {});
        test(\`a fact of \${day}s\`, () => {});
      });`;
    expect(testNames(text)).toEqual(['a group', 'a fact', 'each of %s', 'a fact of …s']);
  });

  test('a comment, an expectation and a fixture’s text do not count', () => {
    expect(testNames(`// test('a comment')\nexpect('said').toBe('said'); const held = "test('text')";`)).toEqual([]);
  });

  test('an id counts wherever it stands in the name, with punctuation after it', () => {
    expect(idsCoveredBy(`as ${anId}, says`)).toEqual([anId]);
    expect(idsCoveredBy(`(${anId}): it holds`)).toEqual([anId]);
    expect(idsCoveredBy(`it holds, as of ${anId}.`)).toEqual([anId]);
  });

  test('a longer id is not the shorter one within it', () => {
    expect(idsCoveredBy(`${anId}0 says`)).toEqual([]);
    expect(idsCoveredBy(`${anId}a says`)).toEqual([]);
    expect(idsCoveredBy(`X${anId} says`)).toEqual([]);
  });
});

describe('what is due', () => {
  test('a clause that is due and that no test names is missing; one due later is not', () => {
    const missing = uncovered(coverage([], 'A')).map(({ id }) => id);
    expect(missing).toEqual(clauseIds.filter((id) => (clauses[id].due as readonly string[]).includes('A')));
  });

  test('every clause that is due by now is named by a test', () => {
    expect(uncovered(coverage(readTests(repositoryRoot), reachedStage)).map(({ id }) => id)).toEqual([]);
  });
});
