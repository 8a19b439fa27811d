/**
 * Reads a file of evidence for what it says of the fault: the reader that fits, line by line, with a breath for others
 * in between. What no attempt was told in is counted, so that nobody takes a half-read file for a read one.
 */

import type { Attempt } from '../domain/attempt.ts';
import { createDiagnosis, type LogDiagnosis } from '../domain/diagnosis.ts';
import { readHar } from '../domain/read-har.ts';
import { createReader, formatOf, headLinesMax, lineCharactersMax } from '../domain/read-log.ts';
import { createBreath } from './mask-pieces.ts';

export async function diagnoseLog(text: string): Promise<LogDiagnosis> {
  const format = formatOf(text.split('\n', headLinesMax));
  const har = format === 'har' ? readHar(text) : null;
  if (har) {
    const diagnosis = createDiagnosis();
    for (const attempt of har.attempts) diagnosis.add(attempt);
    const total = har.attempts.length + har.unread;
    return { format: 'har', read: { unit: 'entries', total, told: har.attempts.length }, ...diagnosis.told() };
  }
  return diagnoseLines(text, format === 'har' ? 'plain' : format);
}

async function diagnoseLines(text: string, format: Parameters<typeof createReader>[0]): Promise<LogDiagnosis> {
  const reader = createReader(format);
  const diagnosis = createDiagnosis();
  let told = 0;
  const take = (attempt: Attempt): void => {
    diagnosis.add(attempt);
    told += attempt.lines.until - attempt.lines.from + 1;
  };
  const breathe = createBreath();
  let number = 0;
  for (const line of linesOf(text)) {
    number += 1;
    const attempt = reader.take({ number, text: line });
    if (attempt) take(attempt);
    await breathe();
  }
  for (const attempt of reader.end()) take(attempt);
  return { format, read: { unit: 'lines', total: number, told }, ...diagnosis.told() };
}

/** Without a copy of the whole text. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + lineCharactersMax));
    yield line.endsWith('\r') ? line.slice(0, -1) : line;
    start = end + 1;
  }
}
