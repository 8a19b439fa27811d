/**
 * Masks a text as it comes, in pieces, so that one of any length takes bounded memory and never holds up everyone else's
 * requests. It is cut only where no secret can stand on both sides of the cut. A stretch in which there is no such place
 * for too long is not kept at all: a mark stands in its place.
 */

import { setImmediate } from 'node:timers/promises';
import { type MaskCounts, type MaskedText, maskText } from '../domain/mask.ts';
import { isLineApart, type Span, spanCharactersMax, spansKeptWhole } from '../domain/mask-cuts.ts';
import { mask } from '../domain/mask-finding.ts';

export interface PieceLimits {
  /** Of a piece, where the text can be cut so. */
  readonly pieceCharactersMax: number;
  /** Of what is read before it is looked through, beside what was left of the last time. */
  readonly windowCharactersMax: number;
  /** Of a piece in which no place to cut was found, such as one line; a longer one is replaced by a mark. */
  readonly stretchCharactersMax: number;
}

export const pieceLimits: PieceLimits = {
  pieceCharactersMax: 16 * 1024,
  windowCharactersMax: 1024 * 1024,
  stretchCharactersMax: 4 * 1024 * 1024,
};

/** How long the loop may be held between two breaths while looking for places to cut. */
const breathMsMax = 10;

/** Gives others their turn where the last one was long ago. */
export function createBreath(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < breathMsMax) return;
    await setImmediate();
    last = performance.now();
  };
}

const nothing: MaskCounts = maskText('').counts;

export const addCounts = (left: MaskCounts, right: MaskCounts): MaskCounts => ({
  card: left.card + right.card,
  proxy: left.proxy + right.proxy,
  header: left.header + right.header,
  token: left.token + right.token,
  private_key: left.private_key + right.private_key,
  parameter: left.parameter + right.parameter,
});

const unread: MaskedText = { text: `${mask}\n`, counts: { ...nothing, parameter: 1 } };

/** What `maskText` makes of the whole text, with a breath between the pieces. */
export async function maskInPieces(text: string, limits: PieceLimits = pieceLimits): Promise<MaskedText> {
  const parts: string[] = [];
  let counts = nothing;
  for await (const piece of maskPieces([text], limits)) {
    parts.push(piece.text);
    counts = addCounts(counts, piece.counts);
  }
  return { text: parts.join(''), counts };
}

/** What `maskText` makes of all texts together, piece by piece, however they are cut. */
export async function* maskPieces(
  texts: AsyncIterable<string> | Iterable<string>,
  limits: PieceLimits = pieceLimits,
): AsyncGenerator<MaskedText, void> {
  const state = { held: '', isSkipping: false };
  let enough = limits.windowCharactersMax + spanCharactersMax;
  for await (const text of texts) {
    state.held += text;
    if (state.held.length < enough) continue;
    yield* takePieces(state, limits, false);
    // What could not be cut is not looked through again before there is as much again.
    enough = state.held.length + limits.windowCharactersMax;
  }
  yield* takePieces(state, limits, true);
}

interface Held {
  held: string;
  /** A stretch was given up: nothing is kept up to the next place to cut. */
  isSkipping: boolean;
}

/** Masks as much of what is held as can be cut off; what lies too near the end waits, since its course is not known yet. */
async function* takePieces(state: Held, limits: PieceLimits, isEnd: boolean): AsyncGenerator<MaskedText, void> {
  const { held } = state;
  const breathe = createBreath();
  const whole = await mergedSpans(held, breathe);
  const known = isEnd ? held.length : held.length - spanCharactersMax;
  let start = 0;
  if (state.isSkipping) {
    // What began before what is held is over by here.
    const cut = await firstCut(held, { from: spanCharactersMax, known, whole }, breathe);
    start = cut ?? Math.max(0, held.length - 2 * spanCharactersMax);
    state.isSkipping = cut === null;
  }
  while (!state.isSkipping && start < held.length) {
    const cut = await pieceEnd(held, { start, known, whole, charactersMax: limits.pieceCharactersMax }, breathe);
    const end = cut ?? held.length;
    if (end - start > limits.stretchCharactersMax) {
      yield unread;
      state.isSkipping = cut === null;
      start = cut ?? Math.max(start, held.length - 2 * spanCharactersMax);
      continue;
    }
    if (cut === null && !isEnd) break;
    yield maskText(held.slice(start, end));
    start = end;
    await setImmediate();
  }
  state.held = state.isSkipping && isEnd ? '' : held.slice(start);
}

interface Cutting {
  readonly start: number;
  /** Up to where places to cut are known. */
  readonly known: number;
  readonly charactersMax: number;
  /** In order, and apart. */
  readonly whole: readonly Span[];
}

/** The last good place within the piece's length, or else the first one behind it; `null` without one. */
async function pieceEnd(text: string, cutting: Cutting, breathe: () => Promise<void>): Promise<number | null> {
  const { start, charactersMax, known, whole } = cutting;
  const wanted = start + charactersMax;
  if (wanted >= text.length && known === text.length) return text.length;
  const last = Math.min(wanted, known) - 1;
  for (let at = text.lastIndexOf('\n', last); at >= start; at = at > 0 ? text.lastIndexOf('\n', at - 1) : -1)
    if (isCut(text, at + 1, whole)) return at + 1;
  const cut = await firstCut(text, { from: last + 1, known, whole }, breathe);
  return cut ?? (known === text.length ? text.length : null);
}

async function firstCut(
  text: string,
  { from, known, whole }: { from: number; known: number; whole: readonly Span[] },
  breathe: () => Promise<void>,
): Promise<number | null> {
  for (let at = text.indexOf('\n', from); at >= 0 && at < known; at = text.indexOf('\n', at + 1)) {
    if (isCut(text, at + 1, whole)) return at + 1;
    await breathe();
  }
  return null;
}

const isCut = (text: string, position: number, whole: readonly Span[]): boolean =>
  !within(whole, position) && isLineApart(text, position);

function within(spans: readonly Span[], cut: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.end ?? 0) <= cut) low = middle + 1;
    else high = middle;
  }
  return (spans[low]?.start ?? cut) < cut;
}

async function mergedSpans(text: string, breathe: () => Promise<void>): Promise<Span[]> {
  const spans: Span[] = [];
  for (const span of spansKeptWhole(text)) {
    spans.push(span);
    await breathe();
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
