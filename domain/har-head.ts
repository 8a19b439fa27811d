/**
 * Tells whether a text is a HAR: an object with a `log` that has `entries`, wherever the keys stand, however much stands
 * before them and however the text is laid out. Loggers write objects with a `log` too, as a text or without entries.
 * Reads the text once as it comes, and holds nothing of it but the key that it is in. Pure.
 */

export interface HarScan {
  /** In order, from the text's beginning. */
  take(text: string): void;
  /** A `log` that the text leaves open may have entries yet, and counts as one that has. */
  isHar(): boolean;
}

interface State {
  /** Before the object, between two of its words, or within a string. */
  place: 'before' | 'between' | 'string';
  /** Whether it is a HAR, once nothing that comes changes that. */
  settled: boolean | null;
  depth: number;
  /** Within the value of the outermost object's `log`. */
  inLog: boolean;
  /** What the string says that is open, or that ended last, as written and without its quotes. */
  said: string;
  isEscaped: boolean;
  /** The key whose value comes next. */
  key: unknown;
}

/** No longer key is one of ours, also with each of its letters escaped. */
const keyCharactersMax = 64;

export function createHarScan(): HarScan {
  const state: State = {
    place: 'before',
    settled: null,
    depth: 0,
    inLog: false,
    said: '',
    isEscaped: false,
    key: null,
  };
  return {
    take(text) {
      let at = state.place === 'before' ? begin(state, text) : 0;
      while (at < text.length && state.settled === null)
        at = state.place === 'string' ? readString(state, text, at) : readBetween(state, text, at);
    },
    isHar: () => state.settled ?? state.inLog,
  };
}

/** The same of a text, or of the beginning of one. */
export function beginsHar(text: string): boolean {
  const scan = createHarScan();
  scan.take(text);
  return scan.isHar();
}

/** Each answers where to read on. */
function begin(state: State, text: string): number {
  const start = text.search(/\S/);
  if (start < 0) return text.length;
  state.place = 'between';
  if (text.charAt(start) !== '{') state.settled = false;
  return start;
}

const inString = /[^"\\]*/y;

function readString(state: State, text: string, at: number): number {
  if (state.isEscaped) {
    state.isEscaped = false;
    say(state, text.charAt(at));
    return at + 1;
  }
  const end = after(inString, text, at);
  say(state, text.slice(at, Math.min(end, at + keyCharactersMax + 1)));
  const stop = text.charAt(end);
  state.isEscaped = stop === '\\';
  if (state.isEscaped) say(state, stop);
  if (stop === '"') state.place = 'between';
  return end + 1;
}

/** Only what may be one of our keys. */
function say(state: State, text: string): void {
  if (state.depth <= 2 && state.said.length <= keyCharactersMax) state.said += text;
}

const notInString = /[^"{}[\]:,]*/y;

function readBetween(state: State, text: string, at: number): number {
  const end = after(notInString, text, at);
  const sign = text.charAt(end);
  if (sign === '"') {
    state.place = 'string';
    state.said = '';
  } else if (sign === '{' || sign === '[') {
    state.depth += 1;
    if (state.depth === 2) state.inLog = state.key === 'log' && sign === '{';
    state.key = null;
  } else if (sign === '}' || sign === ']') {
    state.depth -= 1;
    if (state.depth === 1) state.inLog = false;
    if (state.depth === 0) state.settled = false;
  } else if (sign === ':') {
    state.key = state.depth <= 2 ? keyOf(state.said) : null;
    if (state.depth === 2 && state.inLog && state.key === 'entries') state.settled = true;
  } else if (sign === ',') state.key = null;
  return end + 1;
}

/** Where the pattern, which is sticky, ends from there. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

/** Letters of a key may be escaped. */
function keyOf(written: string): unknown {
  try {
    return JSON.parse(`"${written}"`);
  } catch {
    return null;
  }
}
