/**
 * Finds payment card numbers in text (PA-1.2): 13 to 19 digits, together or in groups, of a known issuer's prefix and
 * length, with a right check digit. Leaves alone what only looks so: UUIDs, hashes, dates, fractions, phone numbers.
 */

import { type Finding, findInLines } from './mask-finding.ts';

interface Issuer {
  /** First digits, as a range of numbers of the same length. */
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

const sixteenUp = [16, 17, 18, 19];

const issuers: readonly Issuer[] = [
  { from: 4, to: 4, lengths: [13, 16, 19] },
  { from: 51, to: 55, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 34, to: 34, lengths: [15] },
  { from: 37, to: 37, lengths: [15] },
  { from: 300, to: 305, lengths: [14, 16, 17, 18, 19] },
  { from: 3095, to: 3095, lengths: [14, 16, 17, 18, 19] },
  { from: 36, to: 36, lengths: [14, 16, 17, 18, 19] },
  { from: 38, to: 39, lengths: [14, 16, 17, 18, 19] },
  { from: 3528, to: 3589, lengths: sixteenUp },
  { from: 6011, to: 6011, lengths: sixteenUp },
  { from: 644, to: 649, lengths: sixteenUp },
  { from: 65, to: 65, lengths: sixteenUp },
  { from: 62, to: 62, lengths: sixteenUp },
  { from: 81, to: 82, lengths: sixteenUp },
  { from: 60, to: 60, lengths: [16] },
  { from: 508, to: 508, lengths: [16] },
  { from: 2200, to: 2204, lengths: sixteenUp },
  { from: 9792, to: 9792, lengths: [16] },
  ...[5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].map((prefix) => ({
    from: prefix,
    to: prefix,
    lengths: [13, 14, 15, ...sixteenUp],
  })),
];

const cardDigitsMax = 19;

const prefixDigits = 4;

/** Lengths that a card may have, by its first four digits. */
const lengthsByPrefix: readonly (readonly number[])[] = Array.from({ length: 10 ** prefixDigits }, (_none, first) =>
  issuers
    .filter(({ from, to }) => {
      const prefix = Math.floor(first / 10 ** (prefixDigits - String(from).length));
      return prefix >= from && prefix <= to;
    })
    .flatMap(({ lengths }) => lengths),
);

const zeroCode = '0'.charCodeAt(0);

function lengthsFor(digits: string): readonly number[] {
  let prefix = 0;
  for (let index = 0; index < prefixDigits; index += 1) prefix = prefix * 10 + digits.charCodeAt(index) - zeroCode;
  return lengthsByPrefix[prefix] ?? [];
}

/** The check digit of ISO/IEC 7812-1. */
function luhnValid(digits: string): boolean {
  let total = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - zeroCode;
    const weighted = index % 2 === 1 ? digit * 2 : digit;
    total += weighted > 9 ? weighted - 9 : weighted;
  }
  return total % 10 === 0;
}

/** Digits without a gap, and what stands between them and the next such group. */
interface Group {
  readonly start: number;
  readonly end: number;
  /** The separator before the next group; empty where none follows. */
  readonly gap: string;
}

/** Blanks and dashes may stand in any grouping; the others only in a card's usual one. */
const usualGap = /^(?:[ \u00a0\u2007\u2009\u202f\u2010-\u2015\u2212-]{1,3}|%20|%2[dD]|&nbsp;)$/;
const gapPattern = /(?:[ \u00a0\u2007\u2009\u202f\u2010-\u2015\u2212-]{1,3}|[.+/_\t]|%20|%2[dD]|&nbsp;)(?=\d)/y;

const isDigit = (character: string): boolean => character >= '0' && character <= '9' && character.length === 1;

/** Stretches that hold long numbers which are no cards: UUIDs, ISO dates, clock times, hashes in hex. */
const harmless = new RegExp(
  [
    '(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])',
    '(?<!\\d)(?:19|20)\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])(?!\\d)',
    '(?<![\\d:])\\d{1,2}:\\d\\d(?::\\d\\d)?(?![\\d:])',
    '(?<![0-9a-z])(?=[0-9]{0,127}[a-f])(?:[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{56}|[0-9a-f]{48}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{24})(?![0-9a-z])',
  ].join('|'),
  'gi',
);

/** Runs of digit groups, each group parted from the next by a separator. */
function* digitRuns(text: string): Generator<readonly Group[]> {
  harmless.lastIndex = 0;
  let barrier = harmless.exec(text);
  let run: Group[] = [];
  let position = 0;
  while (position < text.length) {
    if (barrier !== null && position >= barrier.index) {
      if (run.length > 0) yield run;
      run = [];
      position = Math.max(position, barrier.index + barrier[0].length);
      barrier = harmless.exec(text);
      continue;
    }
    if (!isDigit(text.charAt(position))) {
      position += 1;
      continue;
    }
    const start = position;
    while (position < text.length && isDigit(text.charAt(position))) position += 1;
    gapPattern.lastIndex = position;
    const gap = gapPattern.exec(text)?.[0] ?? '';
    run.push({ start, end: position, gap });
    position += gap.length;
    if (gap === '') {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}

/** A digit joined on by a point, comma, colon or slash makes the group a part of another number. */
const joinedBefore = (text: string, start: number): boolean =>
  '.,:/'.includes(text.charAt(start - 1) || 'x') && isDigit(text.charAt(start - 2));
const joinedAfter = (text: string, end: number): boolean =>
  '.,:/'.includes(text.charAt(end) || 'x') && isDigit(text.charAt(end + 1));

function wellGrouped(text: string, groups: readonly Group[], digits: number): boolean {
  const first = groups[0];
  const last = groups.at(-1);
  if (first === undefined || last === undefined) return false;
  const before = text.charAt(first.start - 1);
  // International phone numbers have up to 15 digits behind a plus sign.
  if (before === '+' && digits < 15) return false;
  // The digits of a fraction, such as 0.4242424242424242.
  if (groups.length === 1) return !(before === '.' && isDigit(text.charAt(first.start - 2)));
  const sizes = groups.map((group) => group.end - group.start);
  const usual = sizes.length >= 3 && sizes[0] === 4 && sizes.slice(1, -1).every((size) => size >= 4 && size <= 6);
  if (usual) return true;
  const inner = groups.slice(0, -1);
  return (
    inner.every((group) => group.gap === first.gap && usualGap.test(group.gap)) &&
    !joinedBefore(text, first.start) &&
    !joinedAfter(text, last.end)
  );
}

/** Every stretch of whole groups in the run that is a card. */
function* cardsIn(text: string, run: readonly Group[]): Generator<{ start: number; end: number }> {
  for (let from = 0; from < run.length; from += 1) {
    let digits = '';
    let lengths: readonly number[] | null = null;
    for (let to = from; to < run.length; to += 1) {
      const group = run[to] as Group;
      if (digits.length + group.end - group.start > cardDigitsMax) break;
      digits += text.slice(group.start, group.end);
      if (digits.length < prefixDigits) continue;
      lengths ??= lengthsFor(digits);
      if (lengths.length === 0) break;
      if (!lengths.includes(digits.length) || !luhnValid(digits)) continue;
      const groups = run.slice(from, to + 1);
      if (wellGrouped(text, groups, digits.length)) yield { start: (groups[0] as Group).start, end: group.end };
    }
  }
}

const cardMark = (text: string, start: number, end: number): string =>
  `[card …${text
    .slice(start, end)
    .replace(/%20|%2d|\D/gi, '')
    .slice(-4)}]`;

/** As many digits as the shortest card has, with what may stand between them. */
const enoughDigits =
  /(?:\d(?:[ \u00a0\u2007\u2009\u202f\u2010-\u2015\u2212-]{1,3}|[.+/_\t]|%20|%2[dD]|&nbsp;)?){12}\d/g;

export const findCards = (text: string): Generator<Finding> => findInLines(text, enoughDigits, findCardsOfLine);

/** Cards that overlap are one finding, so that no half of either is left. */
function* findCardsOfLine(text: string): Generator<Finding> {
  for (const run of digitRuns(text)) {
    let open: { start: number; end: number } | null = null;
    for (const card of cardsIn(text, run)) {
      if (open !== null && card.start < open.end) {
        open.end = Math.max(open.end, card.end);
        continue;
      }
      if (open !== null) yield { ...open, kind: 'card', mark: cardMark(text, open.start, open.end) };
      open = { ...card };
    }
    if (open !== null) yield { ...open, kind: 'card', mark: cardMark(text, open.start, open.end) };
  }
}
