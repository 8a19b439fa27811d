/**
 * Finds secrets that are known by their name: authorization and cookie headers, passwords, tokens and keys, in the
 * notations in which they are pasted: header lines, JSON, dictionaries, forms, queries, options, XML, HAR objects.
 */

import {
  backslashesBefore,
  closingQuote,
  type Finding,
  isMasked,
  type MaskKind,
  mask,
  scanUntil,
  secretSpan,
} from './mask-finding.ts';

const headerNames = '(?:proxy[-_]?)?authorization|(?:set[-_]?)?cookies?2?';
const passwordNames =
  'password|passwd|passphrase|pwd|(?<![a-z])(?:proxy[-_]?)?pass|passcode|пароль|secret|(?<![a-z])cv[vc]2?|card[-_]?code';
const tokenNames =
  'token|(?:api|access|secret|private|auth|signing|encryption)[-_]?key|session[-_]?id|jsessionid|phpsessid|connect\\.sid|x-amz-(?:signature|credential)|(?<![a-z])sig';

/** Name, its closing quote if it has one, and what joins it to a value. */
const named = new RegExp(
  `(?:(${headerNames})|(${passwordNames})|${tokenNames})(\\\\{0,8}["'\`])?\\]?[ \\t]{0,8}(=>|:=|={1,3}|[:,>]|%3D)[ \\t]{0,32}`,
  'gi',
);

const plain = (name: string): string => name.toLowerCase().replace(/[^a-zа-я0-9]/g, '');
const secretName =
  /(?:authorization|cookies?2?|password|passwd|passphrase|pwd|passcode|пароль|secret|token|apikey|accesskey|secretkey|privatekey|authkey|signingkey|encryptionkey|sessionid|phpsessid|connectsid|amzsignature|amzcredential)$|^(?:pass|proxypass|cvv2?|cvc2?|cardcode|sig)$/;
const headerName = /(?:authorization|cookies?2?)$/;

/** Whether a key or a header of this name holds a secret. */
export const isSecretName = (name: string): boolean => name.length <= 120 && secretName.test(plain(name));
export const kindOfName = (name: string): MaskKind => (headerName.test(plain(name)) ? 'header' : 'parameter');

interface Value {
  readonly start: number;
  readonly end: number;
  readonly form: 'quoted' | 'bracketed' | 'bare';
}

const opening = /(?:[bur]{0,2})(\\{0,8})(["'`])/iy;

function quotedValue(text: string, at: number): Value | null {
  opening.lastIndex = at;
  const found = opening.exec(text);
  if (found === null) return null;
  const start = opening.lastIndex;
  return { start, end: closingQuote(text, start, found[2] ?? '"', (found[1] ?? '').length), form: 'quoted' };
}

/** An array or object is looked through this far; one that does not close by then is masked to the end of its line. */
const bracketLengthMax = 65_536;

/** How much text may be looked through in vain for closing brackets, so that the whole stays linear. */
export interface Budget {
  left: number;
}

const budgetPerText = 1_000_000;

/** Where the list or object ends that opens here; `null` where it is not closed as far as one, and the budget, reach. */
export function endOfBrackets(text: string, opening: number, budget: Budget): number | null {
  const { end } = bracketedValue(text, opening, budget);
  return /[\]}]/.test(text.charAt(end)) ? end : null;
}

/** From behind an opening bracket to its closing one; brackets within strings do not count. */
function bracketedValue(text: string, at: number, budget: Budget): Value {
  const limit = Math.min(text.length, at + 1 + Math.min(bracketLengthMax, budget.left));
  let depth = 1;
  let position = at + 1;
  for (; position < limit; position += 1) {
    const character = text.charAt(position);
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    else if (character === '"' || character === "'")
      position = closingQuote(text, position + 1, character, backslashesBefore(text, position));
    if (depth === 0) return { start: at + 1, end: position, form: 'bracketed' };
  }
  budget.left -= limit - at - 1;
  return { start: at + 1, end: scanUntil(text, at + 1, '\r\n'), form: 'bracketed' };
}

const authScheme =
  /(?:basic|bearer|digest|negotiate|ntlm|token|apikey|kerberos|oauth|hawk|mutual|plain|aws4-hmac-sha256|scram-sha-\d{1,3})[ \t]{1,8}/iy;

/** The quote that was opened before the name, as in -H "Authorization: …". */
function quoteAround(text: string, nameStart: number): { quote: string; escapes: number } | null {
  let before = nameStart;
  while (before > 0 && nameStart - before < 40 && /[\w-]/.test(text.charAt(before - 1))) before -= 1;
  const quote = text.charAt(before - 1);
  if (quote !== '"' && quote !== "'" && quote !== '`') return null;
  return { quote, escapes: backslashesBefore(text, before - 1) };
}

/** The rest of the line; line ends may be written as escapes, as in a logged request. */
function lineEnd(text: string, at: number): number {
  for (let position = at; ; position += 1) {
    position = scanUntil(text, position, '\r\n\\');
    if (text.charAt(position) !== '\\' || /[rn]/.test(text.charAt(position + 1))) return position;
  }
}

interface Head {
  readonly name: string;
  /** Where the name begins. */
  readonly start: number;
  /** The quote that closes the name, or nothing. */
  readonly closing: string;
  /** Where the value begins. */
  readonly at: number;
}

/** A bare value behind a quoted name, e.g. a number in JSON; a mark's own bracket does not end it. */
function bareInJson(text: string, at: number, stops: string): Value {
  let end = scanUntil(text, at, stops);
  while (text.charAt(end) === ']' && end >= at + mask.length - 1 && text.startsWith(mask, end + 1 - mask.length))
    end = scanUntil(text, end + 1, stops);
  return { start: at, end, form: 'bare' };
}

function headerValue(text: string, { name, start, closing, at }: Head, budget: Budget): Value | null {
  const quoted = quotedValue(text, at);
  if (quoted !== null) {
    // Cookie: "a"="b"; c=d — a cookie's own quotes are not those of the whole.
    const more = closing === '' && /^["'`][ \t]{0,8}[;=]/.test(text.slice(quoted.end, quoted.end + 10));
    return more ? { start: at, end: lineEnd(text, at), form: 'bare' } : quoted;
  }
  const bracket = text.charAt(at);
  if ((bracket === '[' || bracket === '{') && !text.startsWith(mask, at)) return bracketedValue(text, at, budget);
  if (/cookies$/i.test(name)) return null;
  if (closing !== '') return bareInJson(text, at, ',}]\r\n');
  const around = quoteAround(text, start);
  const end = around === null ? lineEnd(text, at) : closingQuote(text, at, around.quote, around.escapes);
  return { start: at, end, form: 'bare' };
}

function parameterValue(text: string, { at, closing }: Head): Value {
  const quoted = quotedValue(text, at);
  if (quoted !== null) return quoted;
  const bracket = text.charAt(at);
  // What is named so and is an object or a list describes secrets; those within have names of their own.
  if ((bracket === '[' || bracket === '{') && !text.startsWith(mask, at)) return { start: at, end: at, form: 'bare' };
  if (closing !== '') return bareInJson(text, at, ',}] \t\r\n');
  let end = at;
  for (; end < text.length; end += 1) {
    end = scanUntil(text, end, ' \t\r\n"\'`<>&\\%');
    const stop = text.charAt(end);
    if (stop === '%' && !text.startsWith('26', end + 1)) continue;
    if (stop === '\\' && !/[rnt"'`]/.test(text.charAt(end + 1))) continue;
    break;
  }
  return { start: at, end, form: 'bare' };
}

const emptyValue = /^(?:null|nil|none|undefined|true|false|\*+|<?hidden>?|\[hidden\])$/i;

/** Prose speaks of tokens and passes too: behind a colon, a bare value must look like one. */
function isProse(group: 'password' | 'token', name: string, join: string, value: string): boolean {
  if (join !== ':') return false;
  if (group === 'token') return !(value.length >= 20 || (value.length >= 8 && /\d/.test(value)));
  return /^(?:proxy[-_]?)?pass$/i.test(name) && value.length < 4;
}

function asFinding(text: string, value: Value, kind: MaskKind, closing: string): Finding | null {
  let { start } = value;
  if (value.form === 'bare' || value.form === 'quoted') {
    authScheme.lastIndex = start;
    if (kind === 'header' && authScheme.test(text) && authScheme.lastIndex < value.end) start = authScheme.lastIndex;
  }
  // What was JSON stays JSON.
  const quotes =
    value.form === 'bracketed'
      ? /\\{0,8}["']/.exec(text.slice(start, Math.min(start + 200, value.end)))?.[0]
      : undefined;
  const around = quotes ?? (value.form === 'bare' ? closing : '');
  return secretSpan(text, start, value.end, kind, `${around}${mask}${around}`);
}

/** Whether a string stands here that is not itself the name of what follows: a header's value in a list or a tuple. */
function isListedValue(text: string, at: number): boolean {
  const value = quotedValue(text, at);
  return value !== null && !/^\\{0,8}["'`]\s{0,8}:/.test(text.slice(value.end, value.end + 20));
}

/** Headers, passwords, tokens and keys by their names. */
export function* findNamed(text: string): Generator<Finding> {
  const budget = { left: budgetPerText };
  named.lastIndex = 0;
  for (let found = named.exec(text); found !== null; found = named.exec(text)) {
    const [, header, password, closing = '', join = ''] = found;
    const head = { name: header ?? password ?? '', start: found.index, closing, at: named.lastIndex };
    if (join === ',' && !(closing !== '' && isListedValue(text, head.at))) continue;
    // user:password:host:port is a seller's notation, and masked as such.
    if (join === ':' && text.charAt(head.start - 1) === ':' && text.charAt(head.at - 1) === ':') continue;
    if (join === '>' && !/<[\w:-]{0,30}$/.test(text.slice(Math.max(0, head.start - 32), head.start))) continue;
    const value = header !== undefined && join !== '%3D' ? headerValue(text, head, budget) : parameterValue(text, head);
    if (value === null || value.end <= value.start) continue;
    const beginning = text.slice(value.start, Math.min(value.end, value.start + 40));
    if (emptyValue.test(beginning.trim())) continue;
    if (header === undefined && value.form === 'bare' && closing === '') {
      if (isProse(password === undefined ? 'token' : 'password', head.name, join, beginning)) continue;
    }
    const finding = asFinding(text, value, header === undefined ? 'parameter' : 'header', closing);
    if (finding === null) continue;
    yield finding;
    named.lastIndex = value.end;
  }
}

/** How far a string with raw line ends in it is followed back; one that is well-formed has none. */
export const brokenValueLengthMax = 32_768;

export const nameProperty = /(\\{0,8})"(?:name|key|header)\1"\s{0,64}:\s{0,64}\1"([^"\\]{1,120})\1"/gi;
/** Cheaper than to look for the whole. */
export const hasNameProperty = (text: string): boolean => /"(?:name|key|header)\\{0,8}"\s{0,64}:/i.test(text);
const valueNext = /\s{0,64},\s{0,64}\\{0,8}"value\\{0,8}"\s{0,64}:\s{0,64}/iy;
const valueBefore = /\\{0,8}"value\\{0,8}"\s{0,64}:\s{0,64}\\{0,8}"$/i;

/** The string value right before a name, as in `{"value": "…", "name": "Cookie"}`. */
function valueBeforeName(text: string, nameStart: number, escapes: number): Value | null {
  const gap = /"\s{0,64},\s{0,64}$/.exec(text.slice(Math.max(0, nameStart - 140), nameStart));
  if (gap === null) return null;
  const quote = nameStart - gap[0].length;
  const end = quote - backslashesBefore(text, quote);
  let start = end - 1;
  for (let limit = 0; start >= limit; start -= 1) {
    const character = text.charAt(start);
    if (character === '"' && backslashesBefore(text, start) <= escapes) break;
    if (character === '\n') limit = Math.max(limit, end - brokenValueLengthMax);
  }
  if (!valueBefore.test(text.slice(Math.max(0, start - 160), start + 1))) return null;
  return { start: start + 1, end, form: 'quoted' };
}

/** Objects of a name and a value, as HAR files and collections of requests hold headers, cookies and fields. */
export function* findNameValuePairs(text: string): Generator<Finding> {
  if (!hasNameProperty(text)) return;
  nameProperty.lastIndex = 0;
  for (let found = nameProperty.exec(text); found !== null; found = nameProperty.exec(text)) {
    const [, escapes = '', name = ''] = found;
    valueNext.lastIndex = nameProperty.lastIndex;
    // A name that is not closed on its line may have swallowed the next one's opening.
    nameProperty.lastIndex = found.index + escapes.length + 1;
    if (!isSecretName(name)) continue;
    const value = valueNext.test(text)
      ? quotedValue(text, valueNext.lastIndex)
      : valueBeforeName(text, found.index, escapes.length);
    if (value === null || isMasked(text.slice(value.start, Math.min(value.end, value.start + 500)))) continue;
    const finding = asFinding(text, value, kindOfName(name), '');
    if (finding !== null) yield finding;
  }
}
