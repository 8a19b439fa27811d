/** What the documents claim and a machine can check: commands and files they name, and the form of those with one. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Source } from './tidy/sources.ts';
import { readSources, repositoryRoot } from './tidy/sources.ts';

const sources = readSources(repositoryRoot);
const documents = sources.filter(({ path }) => path.endsWith('.md'));
const decisions = documents.filter(({ path }) => path.startsWith('docs/decisions/'));

const textOf = (path: string): string => sources.find((source) => source.path === path)?.text ?? '';

const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

const groupsOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const headingsOf = ({ text }: Source, level: number): string[] =>
  groupsOf(text, new RegExp(`^${'#'.repeat(level)} (.+)$`, 'gm'));

/** Code in line that reads as a place in the repository: a folder, or a file below one or at its root. */
const namedPlaces = (text: string): string[] =>
  groupsOf(text.replaceAll(/^```[\s\S]*?^```/gm, ''), /`((?:[\w.-]+\/)+[\w.-]*|\.?[\w-]+\.(?:md|mjs|json))`/g);

describe('what the documents name is there', () => {
  test('every npm command in a document is a script', () => {
    const commands = documents.flatMap(({ path, text }) =>
      groupsOf(text, /\bnpm (?:run )?(start|test|(?<=run )[\w:-]+)/g).map((name) => ({ path, name })),
    );
    expect(commands.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test.each(['CONTRIBUTING.md', ...decisions.map(({ path }) => path)])('every place that %s names exists', (path) => {
    expect(namedPlaces(textOf(path)).filter((place) => !existsSync(join(repositoryRoot, place)))).toEqual([]);
  });

  test('CONTRIBUTING tells of every script that its reader would run', () => {
    const forTools = ['build', 'bundle', 'migrate', 'docs'];
    const told = textOf('CONTRIBUTING.md');
    const untold = Object.keys(scripts).filter(
      (name) => !told.includes(`npm run ${name}`) && !told.includes(`npm ${name}`),
    );
    expect(untold.filter((name) => !forTools.includes(name))).toEqual([]);
  });
});

describe('decisions', () => {
  test('are numbered from 0001 without a gap', () => {
    const numbers = decisions
      .map(({ path }) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]))
      .sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test.each(decisions)('$path opens with its own number and tells context, decision and consequence', (decision) => {
    expect(headingsOf(decision, 1)).toEqual([expect.stringMatching(new RegExp(`^${decision.path.slice(15, 19)}\\. `))]);
    expect(headingsOf(decision, 2)).toEqual(['Context', 'Decision', 'Consequence']);
  });
});

describe('the changelog', () => {
  const changelog: Source = { path: 'CHANGELOG.md', text: textOf('CHANGELOG.md') };

  test('begins with what is unreleased, then names versions with their dates', () => {
    const [first, ...versions] = headingsOf(changelog, 2);
    expect(first).toBe('Unreleased');
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+ — \d{4}-\d{2}-\d{2}$/.test(version))).toEqual([]);
  });

  test('sorts what changed under Added, Changed and Fixed only', () => {
    const kinds = ['Added', 'Changed', 'Fixed'];
    expect(headingsOf(changelog, 3).filter((kind) => !kinds.includes(kind))).toEqual([]);
  });
});
