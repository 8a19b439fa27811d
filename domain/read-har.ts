/**
 * Reads HAR 1.2 as browsers and Playwright write it. Pure. Its numbers are those of the entries, counted from 1, since the
 * whole file may be one line. A failure without an answer has a status of 0 or -1 and the browser’s own word for it.
 */

import { type Attempt, type AttemptOutcome, wordsCharactersMax } from './attempt.ts';
import { outcomeOfError } from './client-error.ts';
import { excerptCharactersMax } from './excerpt.ts';
import { addressOf, zonedInstant } from './log-values.ts';

interface Pair {
  readonly name?: unknown;
  readonly value?: unknown;
}

/** As far as it is read here; nothing of it is trusted to be there. */
interface Entry {
  readonly startedDateTime?: unknown;
  readonly time?: unknown;
  readonly request?: { readonly url?: unknown };
  readonly response?: {
    readonly status?: unknown;
    readonly statusText?: unknown;
    readonly headers?: unknown;
    readonly content?: { readonly text?: unknown };
    readonly _failureText?: unknown;
    readonly _error?: unknown;
  };
}

/** `null` where it is no HAR. Entries without a web address, such as `data:`, are left unread. */
export function readHar(text: string): { attempts: Attempt[]; unread: number } | null {
  const entries = entriesOf(text);
  if (entries === null) return null;
  const attempts = entries.flatMap((entry, index) => attemptOf(entry, index + 1) ?? []);
  return { attempts, unread: entries.length - attempts.length };
}

function entriesOf(text: string): readonly Entry[] | null {
  try {
    const har = JSON.parse(text) as { log?: { entries?: unknown } } | null;
    const entries = har?.log?.entries;
    return Array.isArray(entries) ? entries.filter((entry) => typeof entry === 'object' && entry !== null) : null;
  } catch {
    return null;
  }
}

function attemptOf(entry: Entry, number: number): Attempt | null {
  const address = addressOf(entry.request?.url);
  if (address === null) return null;
  const elapsed = typeof entry.time === 'number' && entry.time >= 0 ? Math.round(entry.time) : null;
  return {
    lines: { from: number, until: number },
    at: zonedInstant(entry.startedDateTime),
    target: address.target,
    egress: null,
    protocol: address.protocol,
    outcome: outcomeOf(entry.response ?? {}, address),
    elapsedMs: elapsed,
  };
}

function outcomeOf(
  response: NonNullable<Entry['response']>,
  { host, protocol }: { host: string; protocol: string },
): AttemptOutcome {
  const status = Number(response.status);
  const headers = headersOf(response.headers);
  const word = response._failureText ?? response._error;
  // Chromium keeps a 200 without a header for an answer that it could not read.
  const isRead = status >= 400 || (status >= 100 && (headers.size > 0 || word === undefined));
  if (!isRead) return outcomeOfError(typeof word === 'string' ? word.slice(0, wordsCharactersMax) : '', host);
  const body = response.content?.text;
  return {
    kind: 'answered',
    by: status === 407 ? 'gateway' : protocol === 'http' ? 'either' : 'target',
    status,
    reason: typeof response.statusText === 'string' ? response.statusText : '',
    headers,
    excerpt: typeof body === 'string' ? body.slice(0, excerptCharactersMax) : '',
  };
}

function headersOf(pairs: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(pairs)) return new Map();
  return new Map(
    pairs.flatMap((pair: Pair | null) =>
      typeof pair?.name === 'string' && typeof pair.value === 'string'
        ? [[pair.name.toLowerCase(), pair.value] as const]
        : [],
    ),
  );
}
