/**
 * What is kept of a HAR (PV-2.1): which address was asked, when, by what method, what came back and how long it took.
 * Bodies, post data, cookies and the values of queries are no evidence of a fault and are not kept. An allow-list: what
 * is not named here goes, whichever browser wrote it. Pure; secrets that are left are masked like those of any text.
 */

import { markedWordsOf } from './block-page.ts';
import { excerptCharactersMax } from './excerpt.ts';
import { mask } from './mask-finding.ts';

/** `true` keeps a number, a truth value or a text; a list keeps each of its items so; a function keeps what it makes. */
type Keep = true | ((value: unknown) => unknown) | { readonly [key: string]: Keep } | readonly [Keep];

type Bag = Readonly<Record<string, unknown>>;

const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An address without the values of its query and without its fragment. */
export function withoutQueryValues(address: string): string {
  const [whole = ''] = address.split('#', 1);
  const at = whole.indexOf('?');
  if (at < 0) return whole;
  const fields = whole.slice(at + 1).split('&');
  const names = fields.map((field) => (field.includes('=') ? `${field.slice(0, field.indexOf('='))}=${mask}` : mask));
  return `${whole.slice(0, at)}?${names.join('&')}`;
}

/** Control characters other than tab and line ends: JSON may escape them, and written out they make a file no text. */
const control = /[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const plain = (text: string): string => text.replace(control, '');

const address = (value: unknown): unknown => (typeof value === 'string' ? withoutQueryValues(plain(value)) : undefined);

/** Headers that hold an address. */
const addressed = /^(?::path|location|content-location|referer|link|refresh|x-original-url|x-rewrite-url)$/i;
const cookies = /^(?:set-)?cookie2?$/i;

function header(value: unknown): unknown {
  if (!isBag(value) || typeof value['name'] !== 'string' || typeof value['value'] !== 'string') return undefined;
  const [name, held] = [plain(value['name']), plain(value['value'])];
  if (cookies.test(name)) return { name, value: mask };
  return { name, value: addressed.test(name) ? withoutQueryValues(held) : held };
}

const words = (value: unknown): unknown =>
  typeof value === 'string' ? markedWordsOf(plain(value.slice(0, excerptCharactersMax))) || undefined : undefined;

const program = { name: true, version: true } as const;

const kept: Keep = {
  log: {
    version: true,
    creator: program,
    browser: program,
    entries: [
      {
        startedDateTime: true,
        time: true,
        serverIPAddress: true,
        connection: true,
        _serverPort: true,
        request: {
          method: true,
          url: address,
          httpVersion: true,
          headers: [header],
          headersSize: true,
          bodySize: true,
        },
        response: {
          status: true,
          statusText: true,
          httpVersion: true,
          headers: [header],
          content: { size: true, mimeType: true, text: words },
          redirectURL: address,
          headersSize: true,
          bodySize: true,
          _transferSize: true,
          _failureText: true,
          _error: true,
        },
        timings: { blocked: true, dns: true, connect: true, ssl: true, send: true, wait: true, receive: true },
      },
    ],
  },
};

function pick(value: unknown, keep: Keep): unknown {
  if (keep === true && typeof value === 'string') return plain(value);
  if (keep === true) return ['number', 'boolean'].includes(typeof value) ? value : undefined;
  if (typeof keep === 'function') return keep(value);
  if (isList(keep)) {
    const [item] = keep;
    return Array.isArray(value) ? value.map((each: unknown) => pick(each, item) ?? null) : undefined;
  }
  if (!isBag(value)) return undefined;
  // Only what the allow-list names is looked at, and only the value's own.
  return Object.fromEntries(
    Object.entries(keep).flatMap(([key, below]) => {
      const held = Object.hasOwn(value, key) ? pick(value[key], below) : undefined;
      return held === undefined ? [] : [[key, held]];
    }),
  );
}

const isList = (keep: Keep): keep is readonly [Keep] => Array.isArray(keep);

/** As JSON with a line per entry, so that it can be masked piece by piece; `null` where the text is no HAR. */
export function minimiseHar(text: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
  const har = pick(parsed, kept);
  if (!isBag(har) || !isBag(har['log']) || !Array.isArray(har['log']['entries'])) return null;
  const { entries, ...rest } = har['log'];
  const lines = (entries as readonly unknown[]).map((entry) => JSON.stringify(entry)).join(',\n');
  const head = Object.entries(rest).map(([key, held]) => `${JSON.stringify(key)}:${JSON.stringify(held)},`);
  return `{"log":{${head.join('')}"entries":[\n${lines}\n]}}\n`;
}
