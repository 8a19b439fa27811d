/** Stretches of time as arithmetic, in epoch milliseconds: half-open, from the first instant up to the one after. */

import type { Interval } from './facts.ts';

export interface Span {
  readonly from: number;
  readonly until: number;
}

export const instantMs = (instant: string): number => Date.parse(instant);

export const instantText = (ms: number): string => new Date(ms).toISOString();

/** What has no end yet ends, for this reckoning, at `openUntil`. */
export const toSpan = (
  interval: { readonly from: string; readonly until: string | null },
  openUntil: number,
): Span => ({
  from: instantMs(interval.from),
  until: interval.until === null ? openUntil : instantMs(interval.until),
});

export const toInterval = (span: Span): Interval => ({ from: instantText(span.from), until: instantText(span.until) });

/** In order and without overlap, so that time which lies in two spans counts once (M4); empty ones vanish. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.filter(({ from, until }) => from < until).sort((left, right) => left.from - right.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.until)
      merged[merged.length - 1] = { from: last.from, until: Math.max(last.until, span.until) };
    else merged.push(span);
  }
  return merged;
}

/** The parts of the spans that lie within the bounds. */
export const clipSpans = (spans: readonly Span[], bounds: Span): Span[] =>
  mergeSpans(
    spans.map(({ from, until }) => ({ from: Math.max(from, bounds.from), until: Math.min(until, bounds.until) })),
  );

/** What is left of the spans once the others are taken out. */
export const subtractSpans = (spans: readonly Span[], others: readonly Span[]): Span[] =>
  mergeSpans(others).reduce<Span[]>(
    (left, other) =>
      left.flatMap((span) => [
        ...clipSpans([span], { from: span.from, until: other.from }),
        ...clipSpans([span], { from: other.until, until: span.until }),
      ]),
    mergeSpans(spans),
  );

export const lengthMs = (spans: readonly Span[]): number =>
  mergeSpans(spans).reduce((sum, { from, until }) => sum + until - from, 0);
