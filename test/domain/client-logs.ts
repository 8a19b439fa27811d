/** The recorded logs of real clients, read by the reader that fits: see `test/client-logs/record-logs.ts`. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt, LogReader } from '../../domain/attempt.ts';
import { createCurlReader } from '../../domain/read-curl.ts';
import { readHar } from '../../domain/read-har.ts';
import { createJsonLinesReader } from '../../domain/read-json-lines.ts';
import { createPlainReader } from '../../domain/read-plain.ts';

const folder = join(import.meta.dirname, '../client-logs/recorded');

export const readWith = (reader: LogReader, text: string): Attempt[] => {
  const attempts = text.split('\n').flatMap((line, index) => reader.take({ number: index + 1, text: line }) ?? []);
  return [...attempts, ...reader.end()];
};

const readers: Readonly<Record<string, { readonly ending: string; read(text: string): Attempt[] }>> = {
  curl: { ending: '.log', read: (text) => readWith(createCurlReader(), text) },
  'curl-several-urls': { ending: '.log', read: (text) => readWith(createCurlReader(), text) },
  'curl-trace-time': { ending: '.log', read: (text) => readWith(createCurlReader(), text) },
  'aiohttp-json': { ending: '.jsonl', read: (text) => readWith(createJsonLinesReader(), text) },
  'undici-json': { ending: '.jsonl', read: (text) => readWith(createJsonLinesReader(), text) },
  ...Object.fromEntries(
    ['requests', 'requests-lines', 'aiohttp', 'scrapy', 'undici', 'axios', 'go'].map((client) => [
      client,
      { ending: '.log', read: (text: string) => readWith(createPlainReader(), text) },
    ]),
  ),
  playwright: { ending: '.har', read: (text) => readHar(text)?.attempts ?? [] },
};

export const clients = Object.keys(readers);

export interface ClientLog {
  readonly client: string;
  readonly scenario: string;
  readonly text: string;
  read(text: string): Attempt[];
}

export const logsOf = (client: string): ClientLog[] => {
  const reader = readers[client];
  if (!reader) throw new Error(`no reader for ${client}`);
  return readdirSync(join(folder, client))
    .filter((name) => name.endsWith(reader.ending))
    .map((name) => ({
      client,
      scenario: name.slice(0, -reader.ending.length).replace(/-\d$/, ''),
      text: readFileSync(join(folder, client, name), 'utf8'),
      read: reader.read,
    }));
};
