/** What an answer shows, as the paths of its keys: what a presenter lets out is compared with a list, exactly. */

/** Every path of keys in a value, lists as one step, sorted. */
export const keysOf = (value: unknown): string[] => [...new Set(pathsOf(value, ''))].sort();

function pathsOf(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : value.flatMap((item) => pathsOf(item, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, held]) => pathsOf(held, at === '' ? key : `${at}.${key}`));
}

/** Of a file of evidence, to everyone who sees it. */
export const evidenceKeys = [
  'evidence[].at',
  'evidence[].bytes',
  'evidence[].failing',
  'evidence[].finding',
  'evidence[].hasThumbnail',
  'evidence[].id',
  'evidence[].kind',
  'evidence[].masked.card',
  'evidence[].name',
  'evidence[].originId',
  'evidence[].pages',
  'evidence[].reason',
  'evidence[].sha256',
  'evidence[].state',
];
