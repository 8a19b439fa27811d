/**
 * What the masking detectors share: a finding is a stretch of text that must not be kept, and what stands in its place.
 * Detectors are pure, look at the text once, and never go back over what they have passed, so that masking stays linear.
 */

export const maskKinds = ['card', 'proxy', 'header', 'token', 'private_key', 'parameter'] as const;

/**
 * card: a payment card's number. proxy: user and password of a proxy or another address. header: authorization and
 * cookies. token: bearer tokens, JWTs, API keys. private_key: PEM blocks. parameter: a value named password, token, ….
 */
export type MaskKind = (typeof maskKinds)[number];

export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly kind: MaskKind;
  /** What is kept instead. */
  readonly mark: string;
}

export const mask = '[masked]';

/** Whether nothing but marks, quotes and blanks is left, so that masking again changes and counts nothing. */
export const isMasked = (text: string): boolean =>
  text.length <= maskedLengthMax && /^(?:\[masked\]|[\s"'`\\,;])*$/.test(text);

/** Longer values are certainly not just marks; keeps the test above cheap. */
const maskedLengthMax = 400;

export const secretSpan = (text: string, start: number, end: number, kind: MaskKind, mark = mask): Finding | null =>
  start >= end || isMasked(text.slice(start, Math.min(end, start + maskedLengthMax + 1)))
    ? null
    : { start, end, kind, mark };

/** First position from `at` whose character is in `stops`, or `limit`. Written out, since a regex run over megabytes can exhaust its stack. */
export function scanUntil(text: string, at: number, stops: string, limit: number = text.length): number {
  let position = at;
  while (position < limit && !stops.includes(text.charAt(position))) position += 1;
  return position;
}

/** First position from `at` whose character does not match; `pattern` tests one character. */
export function scanWhile(text: string, at: number, pattern: RegExp, limit: number = text.length): number {
  let position = at;
  while (position < limit && pattern.test(text.charAt(position))) position += 1;
  return position;
}

/** How many backslashes stand right before the position: text quoted within text has its quotes escaped, level by level. */
export function backslashesBefore(text: string, position: number): number {
  let count = 0;
  while (position - count > 0 && text.charAt(position - count - 1) === '\\') count += 1;
  return count;
}

/** Where a string closes that was opened by `quote` behind `escapes` backslashes; at most the end of its line. */
export function closingQuote(text: string, at: number, quote: string, escapes: number): number {
  let escaping = 0;
  for (let position = at; position < text.length; position += 1) {
    const character = text.charAt(position);
    if (character === '\n' || character === '\r') return position;
    if (character === quote && (escapes === 0 ? escaping % 2 === 0 : escaping <= escapes)) return position - escaping;
    escaping = character === '\\' ? escaping + 1 : 0;
  }
  return text.length;
}

/**
 * What is found in the lines that hold a sign of it; for what never goes over a line's end. Most lines hold none, and are
 * spared the longer search. `sign` is global.
 */
export function* findInLines(
  text: string,
  sign: RegExp,
  find: (line: string) => Iterable<Finding>,
): Generator<Finding> {
  sign.lastIndex = 0;
  for (let found = sign.exec(text); found !== null; found = sign.exec(text)) {
    const start = text.lastIndexOf('\n', found.index) + 1;
    const newline = text.indexOf('\n', found.index);
    const end = newline < 0 ? text.length : newline;
    for (const finding of find(text.slice(start, end)))
      yield { ...finding, start: start + finding.start, end: start + finding.end };
    sign.lastIndex = end;
  }
}
