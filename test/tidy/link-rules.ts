/** Tidy rule for documents: a relative link leads to something that is there. */

import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Source } from './sources.ts';
import type { Offence } from './text-rules.ts';

const linkPattern = /\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)/g;
const leadsElsewhere = /^(?:[a-z][a-z+.-]*:|#|\/)/i;

/** Blanks code, in fences and in line, so that an example of a link is none; lines keep their numbers. */
const withoutCode = (text: string): string =>
  text
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));

export function brokenLinks(root: string, source: Source): Offence[] {
  if (!source.path.endsWith('.md')) return [];
  return withoutCode(source.text)
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(linkPattern)]
        .map((match) => match.groups?.['target'] ?? '')
        .filter((target) => !leadsElsewhere.test(target))
        .map((target) => normalize(join(dirname(source.path), decodeURI(target.split('#')[0] ?? ''))))
        .filter((path) => path.startsWith('..') || !existsSync(join(root, path)))
        .map((path) => ({ path: source.path, line: index + 1, what: `links to ${path}, which is not there` })),
    );
}
