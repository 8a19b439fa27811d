/**
 * One try of a client to reach a target through the gateway, as a log tells it. Pure. A reader per client brings them
 * forth; what became of them is told by the step that they came to, so that all readers say the same.
 */

/** A line of a file, counted from 1. Long ones are cut before they are read. */
export interface LogLine {
  readonly number: number;
  readonly text: string;
}

/** So much of a line is searched for words: searching grows with the square of what somebody may have made to that end. */
export const wordsCharactersMax = 4_096;

/** The lines that tell of it, both ends included. */
export interface LineSpan {
  readonly from: number;
  readonly until: number;
}

/** How far an attempt came, in the order of its steps; `exchange` is all after the request was sent to the target. */
export const attemptSteps = [
  'gateway-name',
  'gateway-connect',
  'gateway-tls',
  'tunnel',
  'target-tls',
  'exchange',
] as const;

export type AttemptStep = (typeof attemptSteps)[number];

/**
 * How it failed there. `closed`: ended without a word; `protocol`: the other side spoke something else. `login-refused`,
 * `denied` and `gave-up` are what a SOCKS5 gateway says, which has no status: who is not known, what is not allowed, and
 * that it failed itself.
 */
export const attemptFailures = [
  'unknown-name',
  'refused',
  'unreachable',
  'reset',
  'closed',
  'timed-out',
  'untrusted',
  'protocol',
  'login-refused',
  'denied',
  'gave-up',
] as const;

export type AttemptFailure = (typeof attemptFailures)[number];

/** What was answered, as far as the log shows it. */
export interface Answer {
  readonly status: number;
  /** Of the status line. */
  readonly reason: string;
  /** By lower-case name; of those that come more than once the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** The beginning of the body. */
  readonly excerpt: string;
}

export type AttemptOutcome =
  | ({ readonly kind: 'answered'; readonly by: 'target' | 'gateway' | 'either' } & Answer)
  | { readonly kind: 'failed'; readonly step: AttemptStep; readonly failure: AttemptFailure }
  /** The log breaks off, or says no more than that it failed. */
  | { readonly kind: 'untold' };

export interface Attempt {
  readonly lines: LineSpan;
  /** RFC 3339 in UTC; `null` where the log gives no day or no zone. */
  readonly at: string | null;
  /** Host, and port where the log names it; never what was fetched (PV-2.1). */
  readonly target: string | null;
  /** The address from which the target was asked, where the log tells it. */
  readonly egress: string | null;
  readonly protocol: 'http' | 'https' | 'socks5' | null;
  readonly outcome: AttemptOutcome;
  readonly elapsedMs: number | null;
}

/** Reads a file line by line, and so in bounded memory whatever its size. A line may end one attempt at most. */
export interface LogReader {
  take(line: LogLine): Attempt | null;
  /** After the last line: what was not told of yet. */
  end(): readonly Attempt[];
}
