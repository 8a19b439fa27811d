/**
 * Reads logs of words: a record a moment, of one line or with a traceback below, as Python’s logging, Scrapy, Go’s log and
 * consoles write them. Pure. A moment without a zone gives no instant; a record without an address is left unread.
 */

import { type Attempt, type AttemptOutcome, type LogLine, type LogReader, wordsCharactersMax } from './attempt.ts';
import { outcomeOfError } from './client-error.ts';
import { createExcerpt } from './excerpt.ts';
import { addressOf, type LogAddress, zonedInstant } from './log-values.ts';

const moment = /^\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:\s?(?:Z|[+-]\d\d:?\d\d))?)\]?\s/;

/** Of a long traceback the beginning tells where and the end tells what. */
const headLines = 12;
const tailLines = 8;

interface Record {
  readonly from: number;
  until: number;
  readonly at: string | null;
  readonly head: string[];
  readonly tail: string[];
}

interface Pending {
  readonly attempt: Attempt;
  readonly host: string;
  /** Told by a library beneath the program that wrote the log. */
  readonly isUnderlying: boolean;
}

export function createPlainReader(): LogReader {
  let open: Record | null = null;
  // Held back by one record, which may tell more of the same answer.
  let pending: Pending | null = null;
  const close = (): Attempt | null => {
    const done = open;
    open = null;
    const found = done && readRecord(done, pending);
    if (!found) return null;
    const before = found.isSame ? null : pending;
    pending = found.read;
    return before && before.attempt;
  };
  return {
    take({ number, text }) {
      const line = { number, text: text.slice(0, wordsCharactersMax) };
      const begins = moment.exec(line.text);
      if (begins === null) {
        if (open !== null) carryOn(open, line);
        return null;
      }
      const ended = close();
      const at = zonedInstant(begins[1]?.replaceAll('/', '-'));
      open = { from: line.number, until: line.number, at, head: [line.text.slice(begins[0].length)], tail: [] };
      return ended;
    },
    end() {
      const ended = [close(), pending && pending.attempt].filter((one) => one !== null);
      pending = null;
      return ended;
    },
  };
}

function carryOn(record: Record, { number, text }: LogLine): void {
  record.until = number;
  if (record.head.length < headLines) record.head.push(text);
  else record.tail.push(text);
  if (record.tail.length > tailLines) record.tail.shift();
}

/** Scrapy tells an answer that it gave up on as crawled too, and again where it ignores or uses it. */
const toldTwice = /\b(?:Gave up retrying|Ignoring response|Scraped from) </;

/** urllib3’s own record of an answer, beside which the program that uses it has one of its own. */
const isUnderlying = (text: string): boolean => /\burllib3\.connectionpool\b/.test(text);

function readRecord(record: Record, before: Pending | null): { read: Pending; isSame: boolean } | null {
  const text = [...record.head, ...record.tail].join('\n');
  if (toldTwice.test(text)) return null;
  const address = addressIn(text);
  const outcome = address && outcomeOf(text, address);
  if (!address || !outcome) return null;
  if (before && isSameAnswer(before, address, outcome))
    return { read: { ...before, isUnderlying: false, attempt: enriched(before.attempt, record, text) }, isSame: true };
  const elapsed = /\b(\d+)\s?ms\b/.exec(text)?.[1];
  const attempt: Attempt = {
    lines: { from: record.from, until: record.until },
    at: record.at,
    target: address.target,
    egress: null,
    protocol: address.protocol,
    outcome,
    elapsedMs: elapsed === undefined ? null : Number(elapsed),
  };
  return { read: { attempt, host: address.host, isUnderlying: isUnderlying(text) }, isSame: false };
}

const isSameAnswer = ({ attempt, host, isUnderlying: mayFollow }: Pending, to: LogAddress, outcome: AttemptOutcome) =>
  mayFollow &&
  host === to.host &&
  attempt.outcome.kind === 'answered' &&
  outcome.kind === 'answered' &&
  attempt.outcome.status === outcome.status;

/** With what the second record shows of the body, behind the address. */
function enriched(attempt: Attempt, record: Record, text: string): Attempt {
  if (attempt.outcome.kind !== 'answered') return attempt;
  const excerpt = createExcerpt();
  excerpt.add(text);
  const lines = { from: attempt.lines.from, until: record.until };
  return { ...attempt, lines, outcome: { ...attempt.outcome, excerpt: excerpt.text() } };
}

/** A plain request through a gateway names the whole address after its method; an address with a login is the gateway’s. */
function addressIn(text: string): LogAddress | null {
  const asked = addressOf(/"[A-Z]+ (https?:\/\/\S+) HTTP\//.exec(text)?.[1]);
  if (asked) return asked;
  const addresses = text.match(/https?:\/\/[^\s"'<>,)]+/g) ?? [];
  return addressOf(addresses.find((address) => !/^https?:\/\/[^/]*@/.test(address)));
}

/** Where a status stands beside an address, as clients and people write it. */
const statuses: readonly RegExp[] = [
  /"[A-Z]+ \S+ HTTP\/[\d.]+" ([1-5]\d\d)\b/,
  /\bCrawled \(([1-5]\d\d)\) </,
  /\bstatus(?: code)?[ =:]+([1-5]\d\d)\b/i,
  /\b([1-5]\d\d) (?:\w+ )?https?:\/\//,
  /\b([1-5]\d\d) (?:Client|Server) Error: .* for url: /,
  /https?:\/\/\S+ (?:->|=>|:)?\s*([1-5]\d\d)\b/,
  /\(failed \d+ times?\): ([1-5]\d\d) /,
];

function outcomeOf(text: string, address: LogAddress): AttemptOutcome | null {
  const status = statuses.map((words) => words.exec(text)?.[1]).find((found) => found !== undefined);
  if (status !== undefined) {
    const by = address.protocol === 'http' || isAgents(text) ? 'either' : 'target';
    return { kind: 'answered', by, status: Number(status), reason: '', headers: headersIn(text), excerpt: '' };
  }
  return isFailure.test(text) ? outcomeOfError(text.trimEnd(), address.host) : null;
}

/** Agents of Node hand on what the gateway answered to CONNECT as if the target had said it. */
const isAgents = (text: string): boolean => /ERR_BAD_RE(?:SPONSE|QUEST)|Request failed with status code/.test(text);

const isFailure = /error|exception|fail|timed? ?out|refused|reset|abort|cancel|could not|unable/i;

/** Headers that a client printed as JSON. */
function headersIn(text: string): ReadonlyMap<string, string> {
  const json = /headers[=:]\s?(\{[^{}]*\})/.exec(text)?.[1];
  if (json === undefined) return new Map();
  try {
    const headers = Object.entries(JSON.parse(json) as Readonly<{ [name: string]: unknown }>);
    return new Map(headers.map(([name, value]) => [name.toLowerCase(), String(value)]));
  } catch {
    return new Map();
  }
}
