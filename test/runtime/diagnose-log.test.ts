/** A log is read as it streams by: however it is cut into pieces, it says the same. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createDiagnosis } from '../../domain/diagnosis.ts';
import { readHar } from '../../domain/read-har.ts';
import { createReader, formatOf, lineCharactersMax } from '../../domain/read-log.ts';
import { diagnoseLog } from '../../runtime/diagnose-log.ts';

const recordedIn = join(import.meta.dirname, '../client-logs/recorded');
const recorded = readdirSync(recordedIn, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

async function* cut(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
}

const diagnosisOf = (text: string, length = 65_536) => diagnoseLog(cut(Buffer.from(text), length));

test('RP-3.4: each recorded log says what its reader tells of it as a whole, into whatever pieces it is cut', async () => {
  expect(recorded.length).toBeGreaterThan(50);
  for (const [index, file] of recorded.entries()) {
    const text = readFileSync(file, 'utf8');
    const format = formatOf(text.split('\n'));
    const diagnosis = createDiagnosis();
    const reader = format === 'har' ? null : createReader(format);
    const attempts = reader
      ? [
          ...text
            .replace(/\r?\n$/, '')
            .split(/\r?\n/)
            .map((line, at) => reader.take({ number: at + 1, text: line })),
          ...reader.end(),
        ]
      : (readHar(text)?.attempts ?? []);
    for (const attempt of attempts) if (attempt) diagnosis.add(attempt);
    for (const length of [text.length, 1 + ((index * 37) % 900)])
      expect([file, await diagnosisOf(text, length)]).toEqual([
        file,
        expect.objectContaining({ format, ...diagnosis.told() }),
      ]);
  }
});

test.each([
  ['', 0],
  ['one', 1],
  ['one\n', 1],
  ['one\r\n\r\ntwo', 3],
  [`${'журнал '.repeat(100)}\n\n`, 2],
])('the lines of %j are counted, wherever characters and line ends are cut in two', async (text, total) => {
  for (const length of [1, 2, 3, 1_000])
    expect((await diagnosisOf(text, length)).read).toEqual({ unit: 'lines', total, told: 0 });
});

test('a line is read up to its limit, and the next one from its beginning', async () => {
  const failed = "requests.exceptions.ProxyError: HTTPSConnectionPool(host='shop.example.com', port=443)";
  const text = `${'x'.repeat(lineCharactersMax)} ${failed}\n2026-11-20 10:00:00 ERROR ${failed}\n`;
  const [whole, cutOff] = [await diagnosisOf(`2026-11-20 10:00:00 ERROR ${failed}\n`), await diagnosisOf(text)];
  expect(cutOff.attempts).toBe(whole.attempts);
  expect(cutOff.read.total).toBe(2);
});

test('a HAR that is larger than is read as a whole counts as lines of which nothing was told', async () => {
  const entry = {
    startedDateTime: '2026-11-20T10:00:00Z',
    request: { url: 'https://shop.example.com/' },
    response: { status: 403 },
  };
  const har = (comment: string): string => JSON.stringify({ log: { entries: [entry], comment } });
  expect((await diagnosisOf(har(''))).read).toEqual({ unit: 'entries', total: 1, told: 1 });
  const { format, read } = await diagnosisOf(har('x'.repeat(17_000_000)), 1_000_000);
  expect([format, read]).toEqual(['plain', { unit: 'lines', total: 1, told: 0 }]);
});
