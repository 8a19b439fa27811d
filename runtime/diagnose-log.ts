/**
 * Reads a file of evidence for what it says of the fault, as it streams by: the reader that fits, line by line, with a
 * breath for others in between. What no attempt was told in is counted, so that nobody takes a half-read file for a read
 * one. Memory is bounded: lines are cut, and a HAR of more than 16 Mi characters, which is read as a whole, counts as lines
 * of which nothing was told.
 */

import type { Attempt } from '../domain/attempt.ts';
import { createDiagnosis, type LogDiagnosis } from '../domain/diagnosis.ts';
import { readHar } from '../domain/read-har.ts';
import { createReader, formatOf, headLinesMax, lineCharactersMax } from '../domain/read-log.ts';
import { createBreath } from './mask-pieces.ts';

/** Of a HAR, which is read as a whole. */
const harCharactersMax = 16 * 1024 * 1024;

export async function diagnoseLog(bytes: AsyncIterable<Uint8Array>): Promise<LogDiagnosis> {
  const texts = textsOf(bytes);
  const held: string[] = [];
  const format = formatOf(await readHead(texts, held));
  if (format !== 'har') return diagnoseLines(after(held, texts), format);
  const har = (await readWhole(texts, held)) ? readHar(held.join('')) : null;
  return har ? diagnoseHar(har) : diagnoseLines(after(held, texts), 'plain');
}

function diagnoseHar({ attempts, unread }: NonNullable<ReturnType<typeof readHar>>): LogDiagnosis {
  const diagnosis = createDiagnosis();
  for (const attempt of attempts) diagnosis.add(attempt);
  const read = { unit: 'entries', total: attempts.length + unread, told: attempts.length } as const;
  return { format: 'har', read, ...diagnosis.told() };
}

async function diagnoseLines(
  texts: AsyncIterable<string>,
  format: Parameters<typeof createReader>[0],
): Promise<LogDiagnosis> {
  const reader = createReader(format);
  const diagnosis = createDiagnosis();
  let told = 0;
  const take = (attempt: Attempt): void => {
    diagnosis.add(attempt);
    told += attempt.lines.until - attempt.lines.from + 1;
  };
  const breathe = createBreath();
  const lines = createLines();
  const takeLine = (line: string): void => {
    const attempt = reader.take({ number: lines.count(), text: line });
    if (attempt) take(attempt);
  };
  for await (const text of texts) {
    let seen = 0;
    for (const line of lines.push(text)) {
      takeLine(line);
      seen += line.length + 1;
      if (seen < breathCharacters) continue;
      seen = 0;
      await breathe();
    }
  }
  for (const line of lines.end()) takeLine(line);
  for (const attempt of reader.end()) take(attempt);
  return { format, read: { unit: 'lines', total: lines.count(), told }, ...diagnosis.told() };
}

/** So many are read before it is asked whether others have waited long: to ask takes time as well. */
const breathCharacters = 4_096;

/** Broken bytes become marks, as wherever text is shown; what was taken in had none. */
async function* textsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

/** A file may be one line. */
const headCharactersMax = 1024 * 1024;

/** Takes as much as tells the format, and gives its lines; all that was taken is in `held`. */
async function readHead(texts: AsyncGenerator<string, void>, held: string[]): Promise<string[]> {
  const lines = createLines();
  const head: string[] = [];
  for (let length = 0; head.length < headLinesMax && length < headCharactersMax; ) {
    const { value: text, done } = await texts.next();
    if (done === true) break;
    held.push(text);
    length += text.length;
    head.push(...lines.push(text));
  }
  return [...head, ...lines.end()].slice(0, headLinesMax);
}

/** Takes the rest; `false` where it is more than is read as a whole. */
async function readWhole(texts: AsyncGenerator<string, void>, held: string[]): Promise<boolean> {
  let length = held.reduce((sum, text) => sum + text.length, 0);
  while (length <= harCharactersMax) {
    const { value: text, done } = await texts.next();
    if (done === true) return true;
    held.push(text);
    length += text.length;
  }
  return false;
}

async function* after(held: string[], texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  for (let text = held.shift(); text !== undefined; text = held.shift()) yield text;
  yield* texts;
}

interface Lines {
  /** The lines that end with this text, cut to `lineCharactersMax` and without their ends. */
  push(text: string): Generator<string, void>;
  /** What stands behind the last line's end, where there is anything. */
  end(): Generator<string, void>;
  /** Of lines given out. */
  count(): number;
}

function createLines(): Lines {
  let open = '';
  let isOpen = false;
  let count = 0;
  const whole = (line: string): string => {
    count += 1;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  return {
    *push(text) {
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        const line = open + text.slice(start, Math.min(end, start + lineCharactersMax - open.length));
        open = '';
        isOpen = false;
        start = end + 1;
        yield whole(line);
      }
      if (start === text.length) return;
      open += text.slice(start, start + lineCharactersMax - open.length);
      isOpen = true;
    },
    *end() {
      if (isOpen) yield whole(open);
    },
    count: () => count,
  };
}
