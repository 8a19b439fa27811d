/** The pages' catalogues: each language says all that the others say, and no page says anything besides. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readSyntax, type SyntaxNode } from '../../dev/syntax.ts';
import { errorCatalogue } from '../../domain/errors.ts';
import { readSources, repositoryRoot } from './sources.ts';

const wordsFolder = join(repositoryRoot, 'web/words');
const parts = readdirSync(join(wordsFolder, 'en')).map((file) => file.replace(/\.json$/, ''));

type Texts = ReadonlyMap<string, string>;

/** Every text of a part by its whole key. */
function textsOf(language: string, part: string): Texts {
  const texts = new Map<string, string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') texts.set(key, value);
    else for (const [name, inner] of Object.entries(value ?? {})) visit(inner, key === '' ? name : `${key}.${name}`);
  };
  visit(JSON.parse(readFileSync(join(wordsFolder, language, `${part}.json`), 'utf8')), '');
  return texts;
}

/** What is put into a text, and the marks around parts of it. */
const slotsOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)[,}]|<(\w+)>/g)].map(([, slot, mark]) => slot ?? mark ?? ''))].sort();

/** Names that are the same in every language. */
const names = ['Refund Desk', 'English', 'PayPal', 'Ctrl + Enter'];

/** Beside names and what is put in, a text without words is the same in every language. */
const hasWords = (text: string): boolean =>
  !names.includes(text) && /[a-z]{4,}/.test(text.replaceAll(/\{[^}]*\}/g, ''));

describe.each(parts)('the texts of %s', (part) => {
  const [en, ru] = [textsOf('en', part), textsOf('ru', part)];

  test('are the same in each language, with the same put into them', () => {
    expect([...ru.keys()].sort()).toEqual([...en.keys()].sort());
    for (const [key, text] of en) expect([key, slotsOf(ru.get(key) ?? '')]).toEqual([key, slotsOf(text)]);
  });

  test('are translated', () => {
    const left = [...ru].filter(([key, text]) => hasWords(text) && text === en.get(key));
    expect(left).toEqual([]);
  });
});

test('every refusal of the catalogue has its words, in English those of the catalogue itself', () => {
  const titles = Object.entries(errorCatalogue).map(([id, { title }]) => [id, title]);
  expect([...textsOf('en', 'problems')]).toEqual(titles);
});

/** Attributes that people see or hear. */
const spoken = ['label', 'title', 'placeholder', 'description', 'aria-label', 'alt', 'nothingFound', 'error'];

const nameOf = (node: SyntaxNode): unknown => (node['name'] as { value?: unknown } | undefined)?.value;
const literalOf = (node: SyntaxNode): unknown => {
  const value = node['value'] as { type?: string; value?: unknown } | null;
  return value?.type === 'StringLiteral' ? value.value : undefined;
};

const saysSomething = (text: unknown): boolean => typeof text === 'string' && /\p{L}{2}/u.test(text);

test('no page says anything that stands in no catalogue', () => {
  const pages = readSources(join(repositoryRoot, 'web')).filter(({ path }) => path.endsWith('.tsx'));
  expect(pages.length).toBeGreaterThan(20);
  const said = pages.flatMap(({ path, text }) =>
    readSyntax(text, { tsx: true }).nodes.flatMap(({ node }) => {
      if (node.type === 'JSXText' && saysSomething(node['value'])) return [`${path}: ${String(node['value']).trim()}`];
      if (node.type !== 'JSXAttribute' || !spoken.includes(String(nameOf(node)))) return [];
      return saysSomething(literalOf(node)) ? [`${path}: ${String(literalOf(node))}`] : [];
    }),
  );
  expect(said).toEqual([]);
});
