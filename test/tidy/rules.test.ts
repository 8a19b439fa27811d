/** Each tidy rule against a text that breaks it and one that does not: a rule that cannot fail guards nothing. */

import { describe, expect, test } from '@jest/globals';
import { codeRules } from './code-rules.ts';
import { brokenLinks } from './link-rules.ts';
import { repositoryRoot } from './sources.ts';
import type { Offence } from './text-rules.ts';
import { textRules } from './text-rules.ts';

const rules = { ...textRules, ...codeRules };

const judge = (name: string, path: string, text: string): Offence[] => {
  const rule = rules[name];
  if (!rule) throw new Error(`there is no rule "${name}"`);
  return rule({ path, text });
};

const header = '/** What this file is for, in a sentence. */\n';
const lines = (count: number): string => 'go();\n'.repeat(count);
const leftover = `// TO${'DO'}: the rest`;

/** Rule, path, a text that breaks it, the line to be named, and one that keeps it. */
const cases: readonly (readonly [string, string, string, number, string])[] = [
  ['every source file opens with a doc comment that says what it is', 'db/a.ts', 'export const a = 1;', 1, header],
  [
    'every source file opens with a doc comment that says what it is',
    'db/a.ts',
    '/** A. */',
    1,
    `#!/usr/bin/env node\n${header}`,
  ],
  ['no source file is longer than 350 lines', 'db/a.ts', lines(351), 351, lines(350)],
  ['nothing is marked as left to do', 'docs/a.md', `fine\n${leftover}`, 2, 'to do something, hackneyed'],
  ['no type error is suppressed outside type tests', 'db/a.ts', `\n// @ts-${'ignore'}`, 2, '// of @ts-anything'],
  ['no type error is suppressed outside type tests', 'db/a.ts', `// @ts-${'expect-error'}: no`, 1, ''],
  [
    'the lock file names no host',
    'package-lock.json',
    `{\n"resolved": "${'https'}://x.example/a.tgz"`,
    2,
    '"integrity": "x"',
  ],
  [
    'no function is longer than 70 lines',
    'db/a.ts',
    `\nconst a = () => {\n${lines(69)}};`,
    2,
    `const a = () => {\n${lines(68)}};`,
  ],
  [
    'no function is longer than 70 lines',
    'db/a.ts',
    `class A {\n  é() {\n${lines(69)}}\n}`,
    2,
    `describe('a', () => {\n${lines(90)}});`,
  ],
  ['nothing but dev and bench writes to the console', 'api/a.ts', `/** é */\nconsole.log(1);`, 2, '// console.log'],
  ['no type is given up for any', 'api/a.ts', `\n\nconst a = b as ${'any'};`, 3, 'const any = 1;'],
  [
    'domain reads no clock, no dice and no environment',
    'domain/a.ts',
    'const a = () =>\n  new Date();',
    2,
    'const a = new Date(0);',
  ],
  [
    'domain reads no clock, no dice and no environment',
    'domain/a.ts',
    `const a = Date['now']();`,
    1,
    'const a = clock.now();',
  ],
  ['M8: no product code makes an amount a float', 'db/a.ts', '\nparseFloat(a);', 2, 'BigInt(a);'],
  ['M8: no product code makes an amount a float', 'api/a.ts', 'a.toFixed(2);', 1, 'formatAmount(a);'],
  ['M8: no product code makes an amount a float', 'db/a.ts', 'Number(a.amount.minor);', 1, 'Number(a.count);'],
  [
    'no product module holds state at its top level',
    'db/a.ts',
    'export let a = 1;',
    1,
    'export function a() { let b = 1; }',
  ],
  [
    'no product module holds state at its top level',
    'db/a.ts',
    '\nconst seen: string[] = [];',
    2,
    `const all = new Set(['a']);`,
  ],
];

describe('a tidy rule names what offends and lets the rest pass', () => {
  test.each(cases)('%s (%#)', (name, path, broken, line, kept) => {
    expect(judge(name, path, broken)).toEqual([expect.objectContaining({ path, line })]);
    expect(judge(name, path, kept)).toEqual([]);
  });

  test.each([
    ['every file is named for a noun, none for a dumping ground', 'api/utils.ts', 'api/payout.ts'],
    ['every file is named for a noun, none for a dumping ground', 'db/common/row.ts', 'db/evidence-type.ts'],
    ['every file is named for a noun, none for a dumping ground', 'db/date-helpers.ts', 'db/helpdesk.ts'],
    ['test/ mirrors the folders, and tests are named *.test.ts', 'test/odds/a.test.ts', 'test/db/a.test.ts'],
    ['test/ mirrors the folders, and tests are named *.test.ts', 'db/a.test.ts', 'test/a.test.ts'],
    ['test/ mirrors the folders, and tests are named *.test.ts', 'test/db/a.spec.ts', 'test/db/a.ts'],
  ])('%s: %s is refused, %s is not', (name, refused, kept) => {
    expect(judge(name, refused, header)).toHaveLength(1);
    expect(judge(name, kept, header)).toEqual([]);
  });

  test('a suite that several files share is measured without its tests, each of which is measured itself', () => {
    const suite = (testLines: number): string =>
      `function suite() {\ndescribe('a', () => {\n${lines(50)}test('b', () => {\n${lines(testLines)}});\n});\n}`;
    expect(judge('no function is longer than 70 lines', 'test/db/suite.ts', suite(60))).toEqual([]);
    expect(judge('no function is longer than 70 lines', 'test/db/suite.ts', suite(80))).toHaveLength(1);
  });

  test('a test may expect a type error, since there the error is what is tested', () => {
    const text = `// @ts-${'expect-error'}: a number is no amount`;
    expect(judge('no type error is suppressed outside type tests', 'test/domain/money.test.ts', text)).toEqual([]);
  });

  test('a document’s link to a missing file is named with its line, an example in code is not', () => {
    const text =
      'See [a](package.json)\nand [b](docs/missing.md#part),\nnot `[c](none.md)` nor [d](https://example.org).';
    expect(brokenLinks(repositoryRoot, { path: 'README.md', text })).toEqual([
      { path: 'README.md', line: 2, what: 'links to docs/missing.md, which is not there' },
    ]);
  });
});
