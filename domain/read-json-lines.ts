/**
 * Reads logs of one JSON object a line, under the names that clients and loggers commonly use. Pure. A line that is no
 * object, or tells of no address, is left unread.
 */

import { type Attempt, type AttemptOutcome, type LogReader, wordsCharactersMax } from './attempt.ts';
import { outcomeOfError } from './client-error.ts';
import { addressOf, ipAddress, zonedInstant } from './log-values.ts';

type Fields = Readonly<Record<string, unknown>>;

const names = {
  at: ['time', 'timestamp', '@timestamp', 'ts', 'datetime', 'date', 'at', 'startedAt', 'started_at'],
  url: ['url', 'uri', 'target', 'request_url', 'requestUrl', 'href'],
  status: ['status', 'status_code', 'statusCode', 'http_status', 'code'],
  error: ['error', 'err', 'exception', 'failure', 'reason'],
  egress: ['egress', 'egress_ip', 'exit_ip', 'exitIp', 'proxy_ip', 'ip'],
  milliseconds: ['elapsed_ms', 'elapsedMs', 'duration_ms', 'durationMs', 'latency_ms', 'latencyMs', 'ms'],
} as const;

export const createJsonLinesReader = (): LogReader => ({
  take: ({ number, text }) => {
    const fields = fieldsOf(text);
    return fields && attemptOf(fields, number);
  },
  end: () => [],
});

function fieldsOf(text: string): Fields | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return null;
  }
}

const first = (fields: Fields, of: readonly string[]): unknown =>
  of.map((name) => fields[name]).find((value) => value !== undefined && value !== null);

function attemptOf(fields: Fields, number: number): Attempt | null {
  const address = addressOf(first(fields, names.url));
  if (address === null) return null;
  const elapsed = Number(first(fields, names.milliseconds));
  return {
    lines: { from: number, until: number },
    at: zonedInstant(first(fields, names.at)),
    target: address.target,
    egress: ipAddress(first(fields, names.egress)),
    protocol: address.protocol,
    outcome: outcomeOf(fields, address),
    elapsedMs: Number.isFinite(elapsed) ? elapsed : null,
  };
}

function outcomeOf(fields: Fields, { host, protocol }: { host: string; protocol: string }): AttemptOutcome {
  const status = Number(first(fields, names.status));
  if (Number.isInteger(status) && status >= 100 && status < 600) {
    const by = protocol === 'http' ? 'either' : 'target';
    return { kind: 'answered', by, status, reason: '', headers: new Map(), excerpt: '' };
  }
  return outcomeOfError(textOf(first(fields, names.error)).slice(0, wordsCharactersMax), host);
}

/** An error may be words, or an object of a name, a code and a message. */
function textOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return typeof error === 'object' && error !== null ? JSON.stringify(error) : '';
}
