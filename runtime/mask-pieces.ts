/**
 * Masks a long text in pieces, so that one person's large file never holds up everyone else's requests. It is cut only
 * where no secret can stand on both sides of the cut; where there is no such place, the piece is as long as it must be.
 */

import { setImmediate } from 'node:timers/promises';
import { type MaskCounts, type MaskedText, maskText } from '../domain/mask.ts';
import { findPrivateKeys } from '../domain/mask-token.ts';

const pieceCharactersMax = 64 * 1024;

/** How long the loop may be held between two breaths while looking for places to cut. */
const breathMsMax = 10;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Gives others their turn where the last one was long ago. */
export function createBreath(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < breathMsMax) return;
    await setImmediate();
    last = performance.now();
  };
}

/** What `maskText` makes of the whole text, with a breath between the pieces. */
export async function maskInPieces(text: string, charactersMax: number = pieceCharactersMax): Promise<MaskedText> {
  if (text.length <= charactersMax) return maskText(text);
  const breathe = createBreath();
  const whole = await spansKeptWhole(text, breathe);
  const parts: string[] = [];
  let counts: MaskCounts | null = null;
  for (let start = 0; start < text.length; ) {
    const end = await pieceEnd(text, { start, charactersMax, whole }, breathe);
    const masked = maskText(text.slice(start, end));
    parts.push(masked.text);
    counts = counts ? added(counts, masked.counts) : masked.counts;
    start = end;
    await setImmediate();
  }
  return { text: parts.join(''), counts: counts ?? maskText('').counts };
}

const added = (left: MaskCounts, right: MaskCounts): MaskCounts =>
  Object.fromEntries(
    (Object.keys(left) as (keyof MaskCounts)[]).map((kind) => [kind, left[kind] + right[kind]]),
  ) as MaskCounts;

interface Cutting {
  readonly start: number;
  readonly charactersMax: number;
  /** In order, and apart. */
  readonly whole: readonly Span[];
}

/** The last good place within the piece's length, or else the first one behind it. */
async function pieceEnd(text: string, cutting: Cutting, breathe: () => Promise<void>): Promise<number> {
  const { start, charactersMax, whole } = cutting;
  const wanted = start + charactersMax;
  if (wanted >= text.length) return text.length;
  for (let at = text.lastIndexOf('\n', wanted - 1); at >= start; at = at > 0 ? text.lastIndexOf('\n', at - 1) : -1) {
    if (isLineApart(text, at) && !within(whole, at + 1)) return at + 1;
  }
  for (let at = text.indexOf('\n', wanted); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (isLineApart(text, at) && !within(whole, at + 1)) return at + 1;
    await breathe();
  }
  return text.length;
}

function within(spans: readonly Span[], cut: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as Span).end <= cut) low = middle + 1;
    else high = middle;
  }
  return (spans[low]?.start ?? cut) < cut;
}

/** Options of curl whose value may stand on the next line. */
const opensValue = /(?:-[a-z]{0,8}|user|proxy\w{0,8}|socks\w{0,12})$/i;

/**
 * Whether nothing that ends with this line can go on in the next one: a secret's name and its value may be parted by
 * blanks and line ends behind quotes, colons, commas, backslashes and options. What is unclear is not apart.
 */
function isLineApart(text: string, lineEnd: number): boolean {
  const end = text.charAt(lineEnd - 1) === '\r' ? lineEnd - 1 : lineEnd;
  const last = text.charAt(end - 1);
  if (last === '' || /[\s"'`:\\=]/.test(last)) return false;
  if (last === ',') return !/[\s"'`\\]/.test(text.charAt(end - 2) || ' ');
  return !opensValue.test(text.slice(Math.max(0, end - 24), end));
}

async function spansKeptWhole(text: string, breathe: () => Promise<void>): Promise<Span[]> {
  const spans: Span[] = [];
  for (const find of [privateKeys, bracketedHeaders, brokenStrings]) {
    for (const span of find(text)) {
      spans.push(span);
      await breathe();
    }
  }
  spans.sort((left, right) => left.start - right.start);
  const apart: Span[] = [];
  for (const span of spans) {
    const before = apart.at(-1);
    if (before && span.start < before.end)
      apart[apart.length - 1] = { start: before.start, end: Math.max(before.end, span.end) };
    else apart.push(span);
  }
  return apart;
}

const privateKeys: (text: string) => Iterable<Span> = findPrivateKeys;

/** Authorization or cookies as a list or an object, which may go on over many lines; an empty one, or a mark, holds nothing. */
const bracketed =
  /(?:authorization|cookies?2?)(?:\\{0,8}["'`])?\]?[ \t]{0,8}(?:=>|:=|={1,3}|[:,>]|%3D)[ \t]{0,32}(?!\[masked\])[[{](?!\s{0,64}[\]}])/gi;

/** The longest list or object that is masked as one, and as much again for what masking shortens. */
const bracketCharactersMax = 2 * 65_536;

/** Where such a list ends is not foretold, since masking may swallow its closing bracket: all it may reach is kept whole. */
function* bracketedHeaders(text: string): Generator<Span> {
  for (const found of text.matchAll(bracketed)) yield { start: found.index, end: found.index + bracketCharactersMax };
}

const valueHead = /value\\{0,8}"\s{0,64}:\s{0,64}\\{0,8}"/gi;

/** A value before its name is looked for back to its opening quote, also over raw line ends. */
function* brokenStrings(text: string): Generator<Span> {
  valueHead.lastIndex = 0;
  for (let found = valueHead.exec(text); found !== null; found = valueHead.exec(text)) {
    let end = text.indexOf('"', valueHead.lastIndex);
    while (end > 0 && text.charAt(end - 1) === '\\') end = text.indexOf('"', end + 1);
    if (end < 0) return;
    const newline = text.indexOf('\n', found.index);
    if (newline >= 0 && newline < end) yield { start: found.index, end: end + 1 };
    valueHead.lastIndex = end;
  }
}
