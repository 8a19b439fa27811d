/** Tidy rules that look at a file's name and lines. Pure: each gets a file and returns what offends, with its line. */

import type { Source } from './sources.ts';

export interface Offence {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export type Rule = (source: Source) => Offence[];

export const isCode = (path: string): boolean => path.endsWith('.ts') || path.endsWith('.tsx') || path.endsWith('.mjs');

export const folderOf = (path: string): string => path.split('/')[0] ?? '';

const fileLinesMax = 350;

/** Lines that match, with what to say of them. */
function matching(source: Source, pattern: RegExp, say: (match: string) => string): Offence[] {
  return source.text.split('\n').flatMap((text, index) => {
    const match = pattern.exec(text);
    return match ? [{ path: source.path, line: index + 1, what: say(match[0]) }] : [];
  });
}

export const hasHeader: Rule = (source) => {
  if (!isCode(source.path)) return [];
  const header = /^(?:#![^\n]*\n)?\/\*\*(?<said>[\s\S]*?)\*\//.exec(source.text)?.groups?.['said'] ?? '';
  const words = header.replaceAll('*', ' ').trim().split(/\s+/);
  if (words.length >= 4) return [];
  return [{ path: source.path, line: 1, what: 'does not open with a doc comment that says what it is' }];
};

export const isShort: Rule = (source) => {
  const lines = source.text.trimEnd().split('\n').length;
  if (!isCode(source.path) || lines <= fileLinesMax) return [];
  return [{ path: source.path, line: fileLinesMax + 1, what: `has ${lines} lines; at most ${fileLinesMax}` }];
};

// Put together from halves, so that this file does not offend itself.
const markerWords = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK', 'not imple' + 'mented', 'stubbed ' + 'out'];
const marker = new RegExp(`\\b(${markerWords.join('|')})\\b`);

export const hasNoLeftovers: Rule = (source) => matching(source, marker, (word) => `leftover marker: ${word}`);

const suppression = /(?:\/\/|\/\*)\s*@ts-(?:ignore|nocheck|expect-error)/;

/** Only a test may expect a type error, since there the error is what is tested. */
export const suppressesNoTypes: Rule = (source) => {
  if (!isCode(source.path)) return [];
  return matching(source, suppression, (found) => found).filter(
    ({ what }) => !(what.endsWith('expect-error') && folderOf(source.path) === 'test'),
  );
};

const dumpingGrounds = ['util', 'utils', 'helper', 'helpers', 'common', 'shared', 'type', 'types', 'misc'];

export const isNamedForANoun: Rule = (source) => {
  if (!isCode(source.path)) return [];
  const stems = source.path.split('/').map((name) => name.replace(/(?:\.test)?\.\w+$/, ''));
  const vague = stems.filter((stem) => dumpingGrounds.includes(stem) || /-(?:utils?|helpers?)$/.test(stem));
  return vague.map((stem) => ({ path: source.path, line: 1, what: `"${stem}" names no noun of the desk` }));
};

const productFolders = ['domain', 'contract', 'workflows', 'activities', 'providers', 'db', 'api', 'web', 'runtime'];
const mirroredFolders = [...productFolders, 'dev', 'bench', 'ops'];
/** Tests of what is no folder: the house itself, and ways through all of it. */
const ownTestFolders = ['tidy', 'walls', 'journey', 'crash', 'start'];

export const mirrorsAFolder: Rule = ({ path }) => {
  if (/\.(?:spec|tests)\.[a-z]+$/.test(path) || /\.test\.(?!ts$|tsx$)/.test(path))
    return [{ path, line: 1, what: 'tests are named *.test.ts' }];
  if (!/\.test\.tsx?$/.test(path)) return [];
  const [top, folder, ...rest] = path.split('/');
  if (top !== 'test') return [{ path, line: 1, what: 'tests stand below test/' }];
  const known = rest.length === 0 || [...mirroredFolders, ...ownTestFolders].includes(folder ?? '');
  return known ? [] : [{ path, line: 1, what: `test/${folder} mirrors no folder` }];
};

/** The lock file names versions and hashes only, so that it installs from whichever registry is configured. */
export const locksNoHost: Rule = (source) =>
  source.path === 'package-lock.json' ? matching(source, /"resolved": *"https?:.*"/, () => 'names a host') : [];

export const textRules: Readonly<Record<string, Rule>> = {
  'every source file opens with a doc comment that says what it is': hasHeader,
  'no source file is longer than 350 lines': isShort,
  'nothing is marked as left to do': hasNoLeftovers,
  'no type error is suppressed outside type tests': suppressesNoTypes,
  'every file is named for a noun, none for a dumping ground': isNamedForANoun,
  'test/ mirrors the folders, and tests are named *.test.ts': mirrorsAFolder,
  'the lock file names no host': locksNoHost,
};
