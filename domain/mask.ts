/**
 * The one masking function that stands before every write of text from outside (PA-1.2, PV-2.3, E5): what must not be
 * kept is replaced by a mark before anything is stored or logged. Pure, linear in the text, and masking twice changes
 * nothing; it never keeps what it took out.
 */

import {
  findBeforeAt,
  findBeforeHost,
  findBehindAt,
  findBehindPort,
  findOptions,
  findUserinfo,
} from './mask-address.ts';
import { findCards } from './mask-card.ts';
import { type Finding, type MaskKind, mask, maskKinds } from './mask-finding.ts';
import { findNamed, findNameValuePairs, isSecretName, kindOfName } from './mask-named.ts';
import { findPrivateKeys, findSchemes, findServiceKeys, findWebTokens } from './mask-token.ts';

export type { MaskKind };

export type MaskCounts = Readonly<Record<MaskKind, number>>;

export interface MaskedText {
  readonly text: string;
  /** How many stretches were masked, by kind; told to the people who read the text (E5). */
  readonly counts: MaskCounts;
}

export interface MaskedJson {
  readonly value: unknown;
  readonly counts: MaskCounts;
}

const detectors = [
  findPrivateKeys,
  findNamed,
  findNameValuePairs,
  findWebTokens,
  findServiceKeys,
  findSchemes,
  findUserinfo,
  findBeforeAt,
  findBehindAt,
  findBehindPort,
  findBeforeHost,
  findOptions,
  findCards,
];

type Tally = Record<MaskKind, number>;

const noneFound = (): Tally => Object.fromEntries(maskKinds.map((kind) => [kind, 0])) as Tally;

export const maskedTotal = (counts: MaskCounts): number => maskKinds.reduce((total, kind) => total + counts[kind], 0);

/** What one mask uncovers for the next comes to rest after a round or two; a text that does not is made to defeat this. */
const roundsMax = 8;

export function maskText(text: string): MaskedText {
  return maskRound(text, () => undefined);
}

/** What a mark stands for in the text that it was put into, in order; called once a round for all of its marks. */
type NoteMarks = (marks: readonly Finding[]) => void;

function maskRound(text: string, note: NoteMarks): MaskedText {
  const counts = noneFound();
  let masked = text;
  for (let round = 0; round < roundsMax; round += 1) {
    const next = maskOnce(masked, counts, note);
    if (next === masked) return { text: masked, counts };
    masked = next;
  }
  note([{ start: 0, end: masked.length, kind: 'parameter', mark: mask }]);
  return { text: mask, counts };
}

export interface MaskedPlaces extends MaskedText {
  /** Of the text as it was, in order and apart: all that a mark now stands for. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

/** The same with the places, where the text is shown by other means as well, such as a page’s picture. */
export function maskPlaces(text: string): MaskedPlaces {
  // Of each character of the text as it stands now, which stretch of the first one it stands for.
  let starts = Array.from({ length: text.length }, (_, index) => index);
  let ends = starts.map((index) => index + 1);
  let hidden = starts.map(() => false);
  const masked = maskRound(text, (marks) => {
    const [from, until, under]: [number[], number[], boolean[]] = [[], [], []];
    let kept = 0;
    const keep = (end: number): void => {
      for (let at = kept; at < end; at += 1) {
        from.push(starts[at] ?? 0);
        until.push(ends[at] ?? 0);
        under.push(hidden[at] ?? false);
      }
    };
    for (const { start, end, mark } of marks) {
      keep(start);
      for (let at = 0; at < mark.length; at += 1) {
        from.push(starts[start] ?? 0);
        until.push(ends[end - 1] ?? 0);
        under.push(true);
      }
      kept = end;
    }
    keep(starts.length);
    [starts, ends, hidden] = [from, until, under];
  });
  const places: { start: number; end: number }[] = [];
  for (const [at, isHidden] of hidden.entries()) {
    const [start, end] = [starts[at] ?? 0, ends[at] ?? 0];
    if (isHidden && places.at(-1)?.end !== end) places.push({ start, end });
  }
  return { ...masked, places };
}

function maskOnce(text: string, counts: Tally, note: NoteMarks): string {
  const findings = detectors.flatMap((detector) => [...detector(text)]);
  if (findings.length === 0) return text;
  findings.sort((left, right) => left.start - right.start || right.end - left.end);
  const parts: string[] = [];
  let kept = 0;
  const marks = disjoint(findings);
  for (const finding of marks) {
    parts.push(text.slice(kept, finding.start), finding.mark);
    counts[finding.kind] += 1;
    kept = finding.end;
  }
  parts.push(text.slice(kept));
  const masked = parts.join('');
  // Marks that stand already are found again, and change nothing.
  if (masked !== text) note(marks);
  return masked;
}

/** Findings that overlap become one, under the first one's kind: what either would hide stays hidden. */
function disjoint(sorted: readonly Finding[]): Finding[] {
  const merged: Finding[] = [];
  for (const finding of sorted) {
    const last = merged.at(-1);
    if (last === undefined || finding.start >= last.end) merged.push(finding);
    else if (finding.end > last.end) merged[merged.length - 1] = { ...last, end: finding.end, mark: mask };
  }
  return merged;
}

/** Deeper values are masked unread; no document that the desk takes comes near it. */
const depthMax = 64;

interface Walk {
  readonly counts: Tally;
  readonly depth: number;
  /** Set below a key whose name says that all it holds is secret. */
  readonly secret: MaskKind | null;
}

/** Masks every string of a JSON value, its keys, numbers that are cards, and whole values under keys such as `password`. */
export function maskJson(value: unknown): MaskedJson {
  const counts = noneFound();
  return { value: walk(value, { counts, depth: 0, secret: null }), counts };
}

function walk(value: unknown, state: Walk): unknown {
  if (typeof value === 'string') return walkText(value, state);
  if (typeof value === 'number' || typeof value === 'bigint') return walkNumber(value, state);
  if (typeof value !== 'object' || value === null) return value;
  if (state.depth >= depthMax) {
    state.counts[state.secret ?? 'parameter'] += 1;
    return mask;
  }
  const below = { ...state, depth: state.depth + 1 };
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, below));
  return walkObject(value, below);
}

function walkText(text: string, { counts, secret }: Walk): string {
  if (secret !== null) {
    if (text === '' || text === mask) return text;
    counts[secret] += 1;
    return mask;
  }
  const masked = maskText(text);
  for (const kind of maskKinds) counts[kind] += masked.counts[kind];
  return masked.text;
}

function walkNumber(value: number | bigint, state: Walk): unknown {
  const digits = String(value);
  const masked = walkText(digits, state);
  return masked === digits ? value : masked;
}

const nameKeys = ['name', 'key', 'header'];

function walkObject(value: object, state: Walk): object {
  const entries = Object.entries(value);
  // An object of a name and a value, as HAR files hold headers, cookies and fields.
  const name: unknown = entries.find(([key, held]) => nameKeys.includes(key) && typeof held === 'string')?.[1];
  const valueIsSecret = typeof name === 'string' && isSecretName(name);
  return Object.fromEntries(
    entries.map(([key, held], index) => {
      const label = walkText(key, { ...state, secret: null });
      const secret = secretBelow(key, held, state, valueIsSecret && key === 'value' ? kindOfName(name) : null);
      // Two masked keys may look alike; neither's value may be lost.
      return [label === key ? key : `${label} #${index + 1}`, walk(held, { ...state, secret })];
    }),
  );
}

function secretBelow(key: string, held: unknown, state: Walk, named: MaskKind | null): MaskKind | null {
  if (state.secret !== null || named !== null) return state.secret ?? named;
  if (!isSecretName(key)) return null;
  const kind = kindOfName(key);
  // An object named `token` describes one, while every string below cookies and in a list is a secret itself.
  const describes = typeof held === 'object' && held !== null && !Array.isArray(held) && kind !== 'header';
  return describes ? null : kind;
}
