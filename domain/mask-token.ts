/**
 * Finds secrets that are known by their own look, wherever they stand: PEM private keys, JSON web tokens, bearer and
 * basic credentials, and the keys of well-known services.
 */

import { type Finding, mask, scanWhile, secretSpan } from './mask-finding.ts';

const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** A longer one is taken for a key that was cut off. */
const keyLengthMax = 32_768;

/** PEM blocks, also cut off or written on one line with escaped line ends. */
export function* findPrivateKeys(text: string): Generator<Finding> {
  keyBegin.lastIndex = 0;
  let ending = -2;
  for (let found = keyBegin.exec(text); found !== null; found = keyBegin.exec(text)) {
    const body = keyBegin.lastIndex;
    // The next end is looked for once, not once per beginning.
    if (ending !== -1 && ending < body) ending = text.indexOf('-----END ', body);
    const closed = ending >= 0 && ending - body <= keyLengthMax;
    const end = closed
      ? scanWhile(text, scanWhile(text, ending + 9, /[A-Z0-9 ]/, ending + 60), /-/, ending + 65)
      : scanWhile(text, body, /[A-Za-z0-9+/=\s\\]/, body + keyLengthMax);
    yield { start: found.index, end, kind: 'private_key', mark: mask };
    keyBegin.lastIndex = end;
  }
}

const tokenCharacter = /[A-Za-z0-9_-]/;

/** `header.payload.signature` in base64url; the header is a JSON object, so it always begins alike. */
export function* findWebTokens(text: string): Generator<Finding> {
  let at = text.indexOf('eyJ');
  while (at >= 0) {
    let end = scanWhile(text, at, tokenCharacter);
    const header = end - at;
    if (header >= 10 && text.charAt(end) === '.') {
      const payload = scanWhile(text, end + 1, tokenCharacter);
      if (payload - end > 5) {
        end = payload;
        // A signature, or the further parts of an encrypted token.
        while (text.charAt(end) === '.' && tokenCharacter.test(text.charAt(end + 1)))
          end = scanWhile(text, end + 1, tokenCharacter);
        const finding = secretSpan(text, at, end, 'token');
        if (finding !== null) yield finding;
      }
    }
    at = text.indexOf('eyJ', Math.max(end, at + 3));
  }
}

/** Each is a service's prefix with as many characters as tell it from ordinary words; the rest of the word belongs to it. */
const serviceKeys = [
  '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8}',
  'whsec_[A-Za-z0-9+/=]{12}',
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}',
  'gh[pousr]_[A-Za-z0-9]{16}',
  'github_pat_[A-Za-z0-9_]{16}',
  'glpat-[A-Za-z0-9_-]{16}',
  'xox[abeoprs]-[A-Za-z0-9-]{8}',
  'xapp-[0-9]-[A-Za-z0-9-]{8}',
  'AIza[A-Za-z0-9_-]{30}',
  'ya29\\.[A-Za-z0-9_-]{16}',
  'sk-[A-Za-z0-9_-]{20}',
  'SG\\.[A-Za-z0-9_-]{16}\\.?',
  'npm_[A-Za-z0-9]{30}',
  'pypi-[A-Za-z0-9_-]{16}',
  'hf_[A-Za-z0-9]{20}',
  'shp(?:at|ca|pa|ss)_[A-Za-z0-9]{16}',
  'dop_v1_[a-f0-9]{16}',
  'rzp_(?:live|test)_[A-Za-z0-9]{8}',
].join('|');

const serviceKey = new RegExp(serviceKeys, 'g');
/** A service's prefix is the whole word before it, or the key would be another word's ending. */
const wordCharacter = /[A-Za-z0-9]/;
const botToken = /(?<![A-Za-z0-9])\d{8,10}:AA[A-Za-z0-9_-]{30}/g;

export function* findServiceKeys(text: string): Generator<Finding> {
  yield* findKeys(text, serviceKey);
  // Any number could be the beginning of one.
  if (text.includes(':AA')) yield* findKeys(text, botToken);
}

function* findKeys(text: string, key: RegExp): Generator<Finding> {
  key.lastIndex = 0;
  for (let found = key.exec(text); found !== null; found = key.exec(text)) {
    if (wordCharacter.test(text.charAt(found.index - 1))) {
      key.lastIndex = found.index + 1;
      continue;
    }
    const end = scanWhile(text, key.lastIndex, /[A-Za-z0-9_.+/=-]/);
    const finding = secretSpan(text, found.index, end, 'token');
    if (finding !== null) yield finding;
    key.lastIndex = end;
  }
}

const schemeHead = /(?<![A-Za-z])(bearer|basic)(?:[ \t]{1,8}|%20|\+)/gi;

/** Prose has bearers and basics too: a credential has digits or signs or is long; base64 mixes the cases of letters. */
const looksLikeBearer = (value: string): boolean =>
  value.length >= 20 || (value.length >= 8 && /[0-9_~+/=]|[a-z][A-Z]/.test(value));
const looksLikeBasic = (value: string): boolean => value.length >= 8 && /[0-9+/=]|[a-z][A-Z]/.test(value);

/** `Bearer …` and `Basic …` outside of a header that is known by its name. */
export function* findSchemes(text: string): Generator<Finding> {
  schemeHead.lastIndex = 0;
  for (let found = schemeHead.exec(text); found !== null; found = schemeHead.exec(text)) {
    const start = schemeHead.lastIndex;
    const end = scanWhile(text, start, /[A-Za-z0-9._~+/=%-]/);
    const value = text.slice(start, end);
    const basic = found[1]?.toLowerCase() === 'basic';
    if (!(basic ? looksLikeBasic(value) : looksLikeBearer(value))) continue;
    const finding = secretSpan(text, start, end, 'token');
    if (finding !== null) yield finding;
    schemeHead.lastIndex = end;
  }
}
