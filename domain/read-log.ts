/** Which reader fits a file, told by its first lines. Pure. */

import type { LogReader } from './attempt.ts';
import { beginsHar } from './har-head.ts';
import { createCurlReader } from './read-curl.ts';
import { createJsonLinesReader } from './read-json-lines.ts';
import { createPlainReader } from './read-plain.ts';

export const logFormats = ['curl', 'har', 'json_lines', 'plain'] as const;

export type LogFormat = (typeof logFormats)[number];

/** So many lines are looked at to tell a file's format. */
export const headLinesMax = 200;

/** Longer lines are cut: no client writes more of one attempt in a line. */
export const lineCharactersMax = 64 * 1_024;

const isCurls = (line: string): boolean =>
  /^(?:\d\d:\d\d:\d\d\.\d+ )?(?:\*\s+(?:Trying|Could not resolve)|> [A-Z]+ \S+ HTTP\/|< HTTP\/)/.test(line) ||
  /\*\s+Trying \S+\.\.\.$/.test(line);

export function formatOf(head: readonly string[]): LogFormat {
  if (beginsHar(head.join('\n'))) return 'har';
  if (head.some(isCurls)) return 'curl';
  return head.filter((line) => line.startsWith('{')).length * 2 > head.filter((line) => line !== '').length
    ? 'json_lines'
    : 'plain';
}

const readers: Readonly<Record<Exclude<LogFormat, 'har'>, () => LogReader>> = {
  curl: createCurlReader,
  json_lines: createJsonLinesReader,
  plain: createPlainReader,
};

export const createReader = (format: Exclude<LogFormat, 'har'>): LogReader => readers[format]();
