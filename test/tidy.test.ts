/** The house rules that no other tool checks, over every file of ours; each failure names file, line and reason. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { codeRules } from './tidy/code-rules.ts';
import { brokenLinks } from './tidy/link-rules.ts';
import { readSources, repositoryRoot } from './tidy/sources.ts';
import type { Offence } from './tidy/text-rules.ts';
import { textRules } from './tidy/text-rules.ts';

const sources = readSources(repositoryRoot);

const told = (offences: readonly Offence[]): string[] =>
  offences.map(({ path, line, what }) => `${path}:${line} ${what}`);

interface JestConfig {
  readonly default: { readonly projects: readonly { readonly displayName: string; readonly testMatch: string[] }[] };
}

describe('the house is tidy', () => {
  test.each(Object.entries({ ...textRules, ...codeRules }))('%s', (_name, rule) => {
    expect(told(sources.flatMap(rule))).toEqual([]);
  });

  test('every relative link of a document leads to a file or folder', () => {
    expect(told(sources.flatMap((source) => brokenLinks(repositoryRoot, source)))).toEqual([]);
  });

  test('every test file belongs to exactly one jest project', async () => {
    const config = (await import(pathToFileURL(join(repositoryRoot, 'jest.config.mjs')).href)) as unknown as JestConfig;
    const folders = config.default.projects.flatMap(({ testMatch }) => testMatch);
    const inFolder = (path: string, glob: string): boolean => {
      const folder = glob.replace('<rootDir>/', '').replace(/\*.*$/, '');
      return folder === 'test/' ? /^test\/[^/]+$/.test(path) : path.startsWith(folder);
    };
    const homes = sources
      .filter(({ path }) => path.endsWith('.test.ts'))
      .map(({ path }) => ({ path, projects: folders.filter((glob) => inFolder(path, glob)).length }));
    expect(homes.filter(({ projects }) => projects !== 1)).toEqual([]);
  });
});
