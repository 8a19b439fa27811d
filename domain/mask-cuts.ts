/**
 * Where a text may be cut so that its parts are masked as the whole would be: at a line's end that nothing masked goes
 * over. Few things go over one: private keys, lists and objects of headers, a name and its value, an option and its value;
 * each of them reaches only so far, so that a text of any length can be masked as it streams by. What is unclear is not
 * cut. Pure.
 */

import { maskText } from './mask.ts';
import {
  type Budget,
  brokenValueLengthMax,
  endOfBrackets,
  hasNameProperty,
  isSecretName,
  nameProperty,
} from './mask-named.ts';
import { findPrivateKeys } from './mask-token.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The longest list or object that is masked as one, and as much again for what masking shortens. */
const bracketReach = 2 * 65_536;

/** No span that is seen from its start reaches further, but for the rest of its last line. */
export const spanCharactersMax = bracketReach + 32_768;

/** Stretches that are masked as one although they go over several lines; in no order. */
export function* spansKeptWhole(text: string): Generator<Span> {
  yield* findPrivateKeys(text);
  yield* bracketedHeaders(text);
  yield* brokenValues(text);
  yield* brokenNames(text);
}

/** Authorization or cookies as a list or an object, which may go on over many lines; an empty one, or a mark, holds nothing. */
const bracketed =
  /(?:authorization|cookies?2?)(?:\\{0,8}["'`])?\]?[ \t]{0,8}(?:=>|:=|={1,3}|[:,>]|%3D)[ \t]{0,32}(?!\[masked\])[[{](?!\s{0,64}[\]}])/gi;

/** How much is looked through for the ends of lists, so that the whole stays linear; then they count as not closed. */
const budgetPerText = 8_000_000;

function* bracketedHeaders(text: string): Generator<Span> {
  const budget = { left: budgetPerText };
  bracketed.lastIndex = 0;
  for (let found = bracketed.exec(text); found !== null; found = bracketed.exec(text)) {
    const start = found.index;
    const closed = budget.left > 0 ? closedLines(text, start, budget) : null;
    // Where one ends that is not closed is not foretold: all that it may reach is kept whole.
    const end = closed ?? start + bracketReach;
    yield { start, end };
    bracketed.lastIndex = closed ?? start + found[0].length;
  }
}

/** The end of the line in which all lists that begin on the way are closed, and stay so once masked; `null` without one. */
function closedLines(text: string, start: number, budget: Budget): number | null {
  const open = new RegExp(bracketed);
  let end = start;
  open.lastIndex = start;
  for (let found = open.exec(text); found !== null && found.index <= end; found = open.exec(text)) {
    const closing = endOfBrackets(text, open.lastIndex - 1, budget);
    if (closing === null) return null;
    budget.left -= closing - found.index;
    end = Math.max(end, lineEndFrom(text, closing));
    if (end - start > bracketReach) return null;
  }
  // Masking may swallow a closing bracket together with what stands before it.
  const { text: masked } = maskText(text.slice(text.lastIndexOf('\n', start) + 1, end));
  budget.left -= 8 * (end - start);
  open.lastIndex = 0;
  for (let found = open.exec(masked); found !== null; found = open.exec(masked))
    if (endOfBrackets(masked, open.lastIndex - 1, budget) === null) return null;
  return end;
}

function lineEndFrom(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline;
}

const valueHead = /value\\{0,8}"\s{0,64}:\s{0,64}\\{0,8}"/gi;

/** A value before its name is looked for back to its opening quote, also over raw line ends. */
function* brokenValues(text: string): Generator<Span> {
  valueHead.lastIndex = 0;
  for (let found = valueHead.exec(text); found !== null; found = valueHead.exec(text)) {
    const newline = text.indexOf('\n', valueHead.lastIndex);
    if (newline < 0) return;
    const limit = Math.min(text.length, valueHead.lastIndex + 2 * brokenValueLengthMax);
    let end = valueHead.lastIndex;
    while (end < limit && !(text.charAt(end) === '"' && text.charAt(end - 1) !== '\\')) end += 1;
    if (end === limit && limit < text.length) continue;
    if (newline < end) yield { start: found.index, end: end + 1 };
    valueHead.lastIndex = end;
  }
}

/** A secret's name that goes over a line end, up to its value's. */
function* brokenNames(text: string): Generator<Span> {
  if (!hasNameProperty(text)) return;
  const names = new RegExp(nameProperty);
  for (let found = names.exec(text); found !== null; found = names.exec(text)) {
    const end = names.lastIndex;
    names.lastIndex = found.index + (found[1] ?? '').length + 1;
    if (!found[0].includes('\n') || !isSecretName(found[2] ?? '')) continue;
    yield { start: found.index, end: lineEndFrom(text, end) };
  }
}

/** How far around a line's end is looked; blanks that go on for longer part what they stand between. */
const lookAround = 200;

/** Options of curl whose value may stand on the next line. */
const opensValue = /(?:-[a-z]{0,8}|user|proxy[\w.]{0,8}|socks[\w-]{0,16})["'`]?$/i;
const quoteAtEnd = /\\{0,8}["'`]$/;
const opensQuote = /(?:^|[\s:=,([{])$/;
const quotedBeforeComma = /["'`\\]\s{0,64},$/;
const ofPair = /^\\{0,8}"(?:name|key|header|value)/i;

/**
 * Whether nothing that ends with the line before the position can go on behind it: a secret's name and its value may be
 * parted by blanks and line ends behind quotes, colons, commas, backslashes and options. For what goes on further see
 * `spansKeptWhole`.
 */
export function isLineApart(text: string, position: number): boolean {
  const before = text.slice(Math.max(0, position - lookAround), position).trimEnd();
  const after = text.slice(position, position + lookAround).trimStart();
  if (before === '' || after === '') return false;
  if (/[:\\=]$/.test(before) || opensValue.test(before)) return false;
  if (before.endsWith(',')) return !(quotedBeforeComma.test(before) && ofPair.test(after));
  const quote = quoteAtEnd.exec(before);
  if (quote === null) return true;
  return !/^[:,\\]/.test(after) && !opensQuote.test(before.slice(0, quote.index));
}
