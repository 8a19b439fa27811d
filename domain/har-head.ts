/**
 * Tells from the beginning of a text whether it is a HAR: an object with a `log` that has `entries`, wherever the keys
 * stand and however the text is laid out. Loggers write objects with a `log` too, as a text or without entries. Pure.
 */

const string = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const space = /\s*/y;

/** A `log` that the text leaves open may have entries yet, and counts as one that has. */
export function beginsHar(head: string): boolean {
  const start = after(space, head, 0);
  if (head.charAt(start) !== '{') return false;
  // Of the objects and lists that are open: whether each is the log.
  const open: boolean[] = [];
  for (let at = start; at < head.length; ) {
    const character = head.charAt(at);
    if (character === '"') {
      const end = after(string, head, at);
      if (end === at) break;
      const colon = after(space, head, end);
      const key = head.charAt(colon) === ':' ? keyOf(head.slice(at, end)) : null;
      if (key === 'entries' && open.at(-1) === true) return true;
      at = end;
      if (key !== 'log' || open.length !== 1) continue;
      const value = after(space, head, colon + 1);
      if (head.charAt(value) !== '{') continue;
      open.push(true);
      at = value + 1;
      continue;
    }
    if (character === '{' || character === '[') open.push(false);
    if (character === '}' || character === ']') open.pop();
    if (open.length === 0) return false;
    at += 1;
  }
  return open[1] === true;
}

/** Where the pattern, which is sticky, ends from there; there itself where it does not match. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Letters of a key may be escaped. */
function keyOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return null;
  }
}
