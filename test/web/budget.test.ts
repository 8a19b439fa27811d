/** What a page may weigh, counted on the built files: the first load of sign-in and tracker, and what others add. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { repositoryRoot } from '../tidy/sources.ts';

const pages = join(repositoryRoot, 'build/pages');

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(pages, 'manifest.json'), 'utf8')) as Record<string, Chunk>;

/** Every file that these entries load before they show anything. */
function filesOf(...entries: string[]): Set<string> {
  const files = new Set<string>();
  const visit = (name: string): void => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} was not built`);
    if (files.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const entry of entries) visit(entry);
  return files;
}

const kilobytesOf = (files: Iterable<string>, ending: string): number => {
  const bytes = [...files]
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(pages, file)), { level: 9 }).length, 0);
  return Math.round(bytes / 1_000);
};

/** The larger of the languages. */
const words = ['common', 'labels', 'portal', 'problems', 'signIn'].map((part) => `words/ru/${part}.json`);
const shell = ['index.html', ...words];
/** As the router’s plugin names what a page shows and reads. */
const split = '?tsr-split=component---loader';
const pageChunks = Object.keys(manifest).filter((name) => name.startsWith('routes/') && name.endsWith(split));
const light = ['routes/sign-in.tsx', 'routes/requests.index.tsx', 'routes/requests.$ticketId.tsx'].map(
  (route) => `${route}${split}`,
);

describe('the first load', () => {
  test.each(light)('of %s takes at most 240 KB of script and 40 KB of style', (page) => {
    const files = filesOf(...shell, page);
    expect(kilobytesOf(files, '.js')).toBeLessThanOrEqual(240);
    expect(kilobytesOf(files, '.css')).toBeLessThanOrEqual(40);
  });

  test('holds no zod, no charts and no tables', () => {
    for (const file of filesOf(...shell, ...light)) {
      const text = readFileSync(join(pages, file), 'utf8');
      expect([file, /recharts|ZodError|getCoreRowModel/.exec(text)?.[0]]).toEqual([file, undefined]);
    }
  });
});

test.each(pageChunks)('%s adds at most 80 KB of script to the first load', (page) => {
  const first = filesOf(...shell, ...light);
  const more = [...filesOf(page)].filter((file) => !first.has(file));
  expect(kilobytesOf(more, '.js')).toBeLessThanOrEqual(80);
});
