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

/** Where a text stands: before its object, between two of its words, or within a string. */
type Place = 'before' | 'between' | 'string';

/** No longer key is one of ours, also with each of its letters escaped. */
const keyCharactersMax = 64;

const notInString = /[^"{}[\]:,]*/y;
const inString = /[^"\\]*/y;

export function createHarScan(): HarScan {
  const state = {
    place: 'before' as Place,
    /** Nothing that comes changes the answer. */
    isOver: false,
    found: false,
    depth: 0,
    /** Within the value of the outermost object's `log`. */
    inLog: false,
    /** What the string says so far, quotes left out; then the string that ended last, where it may be a key. */
    said: '',
    isEscaped: false,
    /** The key whose value comes next. */
    key: null as unknown,
  };

  const settle = (found: boolean): void => {
    state.isOver = true;
    state.found = found;
  };

  const opened = (character: string): void => {
    state.depth += 1;
    if (state.depth === 2) state.inLog = state.key === 'log' && character === '{';
    state.key = null;
  };

  const closed = (): void => {
    state.depth -= 1;
    if (state.depth === 1) state.inLog = false;
    if (state.depth === 0) settle(false);
  };

  const keyed = (): void => {
    state.key = state.depth <= 2 ? keyOf(state.said) : null;
    if (state.depth === 2 && state.inLog && state.key === 'entries') settle(true);
  };

  const between = (character: string): void => {
    if (character === '"') {
      state.place = 'string';
      state.said = '';
    } else if (character === '{' || character === '[') opened(character);
    else if (character === '}' || character === ']') closed();
    else if (character === ':') keyed();
    else state.key = null;
  };

  const say = (text: string): void => {
    if (state.depth <= 2 && state.said.length <= keyCharactersMax) state.said += text.slice(0, keyCharactersMax + 1);
  };

  const within = (text: string, at: number): number => {
    if (state.isEscaped) {
      state.isEscaped = false;
      say(text.charAt(at));
      return at + 1;
    }
    const end = after(inString, text, at);
    say(text.slice(at, Math.min(end, at + keyCharactersMax + 1)));
    const stop = text.charAt(end);
    if (stop === '\\') {
      state.isEscaped = true;
      say(stop);
    }
    if (stop === '"') state.place = 'between';
    return end + 1;
  };

  const begin = (text: string): number => {
    const start = text.search(/\S/);
    if (start < 0) return text.length;
    if (text.charAt(start) !== '{') settle(false);
    state.place = 'between';
    return start;
  };

  return {
    take(text) {
      let at = 0;
      if (state.place === 'before') at = begin(text);
      while (at < text.length && !state.isOver) {
        if (state.place === 'string') {
          at = within(text, at);
          continue;
        }
        const end = after(notInString, text, at);
        if (end < text.length) between(text.charAt(end));
        at = end + 1;
      }
    },
    isHar: () => (state.isOver ? state.found : state.inLog),
  };
}

/** The same of a text, or of the beginning of one. */
export function beginsHar(text: string): boolean {
  const scan = createHarScan();
  scan.take(text);
  return scan.isHar();
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
