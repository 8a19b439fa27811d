/**
 * Reads what `curl -v` prints, with or without `--trace-time` and its progress meter, for one address or many. Pure. The
 * instant of an attempt is the answer’s own `Date` (RFC 9110), since curl tells no day and no zone.
 */

import {
  type Attempt,
  type AttemptFailure,
  type AttemptOutcome,
  type AttemptStep,
  type LogReader,
  wordsCharactersMax,
} from './attempt.ts';
import { createExcerpt, type Excerpt } from './excerpt.ts';
import { authorityOf, dateHeader } from './log-values.ts';

/** What stands of the meter before a line that curl prints over it. */
const amount = String.raw`\d+(?:\.\d+)?[kMGTP]?`;
const clock = String.raw`(?:--:--:--|\d+:\d\d:\d\d|\d+d \d+h)`;
const meter = new RegExp(
  String.raw`^(?:\r?\s*\d+\s+${amount}\s+\d+\s+${amount}\s+\d+\s+${amount}\s+${amount}\s+${amount}\s+${clock}\s+${clock}\s+${clock}\s+${amount})+`,
);
const meterHead = /^\s+(?:% Total\s|Dload\s)/;
const traceTime = /^(\d\d):(\d\d):(\d\d)\.(\d{3})\d* /;
const transferred = /^[{}] \[\d+ bytes data\]$/;

/** Whose turn a line of curl’s own tells; anything else is a body. */
const marks = /^(?:[*<>](?: |$)|curl: \(\d+\))/;

const begins = /^\*\s+Trying |^\* Could not resolve |^\* Re-using existing |^\* Found bundle /;

const failures: readonly (readonly [RegExp, AttemptFailure])[] = [
  [/Could not resolve (?:proxy|host)|Couldn't resolve (?:proxy|host)/i, 'unknown-name'],
  [/Connection refused/i, 'refused'],
  [/No route to host|Network is unreachable|Host is unreachable/i, 'unreachable'],
  [/timed? ?out/i, 'timed-out'],
  [/reset by peer|ECONNRESET/i, 'reset'],
  [/certificate problem|unable to get local issuer|self.signed certificate|certificate has expired/i, 'untrusted'],
  [/wrong version number|packet length too long|unknown protocol|http request/i, 'protocol'],
  [/Unsupported (?:HTTP|proxy)|Received HTTP\/0\.9|Weird server reply|Invalid response/i, 'protocol'],
  [/Empty reply|unexpected eof|Proxy CONNECT aborted|SSL_ERROR_SYSCALL|closed abruptly/i, 'closed'],
  [/Couldn't connect to server|Failed to connect/i, 'unreachable'],
];

interface Open {
  readonly from: number;
  until: number;
  beganMs: number | null;
  endedMs: number | null;
  step: AttemptStep;
  /** Whether a gateway is in the way, as far as the log shows it. */
  isProxied: boolean;
  target: string | null;
  protocol: Attempt['protocol'];
  /** What was asked last: the gateway for a tunnel, or the target. */
  asked: 'gateway' | 'target' | null;
  answer: { status: number; reason: string; by: 'gateway' | 'target'; headers: Map<string, string> } | null;
  inHeaders: boolean;
  failure: AttemptFailure | null;
  /** The connection was left or closed: what follows is the body, or the next attempt. */
  isOver: boolean;
  readonly body: Excerpt;
}

export function createCurlReader(): LogReader {
  let open: Open | null = null;
  const finish = (): Attempt | null => {
    const done = open;
    open = null;
    return done && isAttempt(done) ? attemptOf(done) : null;
  };
  return {
    take({ number, text }) {
      const { line, atMs } = bare(text.slice(0, wordsCharactersMax));
      const ends = open !== null && startsAnother(open, line) ? finish() : null;
      if (open === null && begins.test(line)) open = anew(number, atMs);
      if (open !== null) follow(open, line, number, atMs);
      return ends;
    },
    end: () => [finish()].filter((last) => last !== null),
  };
}

/** Without the meter and the clock. */
function bare(text: string): { line: string; atMs: number | null } {
  const shown = text.replace(meter, '').replace(/^\r/, '');
  const [stamp, hours, minutes, seconds, millis] = traceTime.exec(shown) ?? [];
  if (stamp === undefined) return { line: shown, atMs: null };
  const atMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(millis);
  return { line: shown.slice(stamp.length), atMs };
}

const anew = (from: number, atMs: number | null): Open => ({
  from,
  until: from,
  beganMs: atMs,
  endedMs: atMs,
  step: 'gateway-connect',
  isProxied: false,
  target: null,
  protocol: null,
  asked: null,
  answer: null,
  inHeaders: false,
  failure: null,
  isOver: false,
  body: createExcerpt(),
});

/** A second address of the same host is tried within one attempt; a new connection after an end is another. */
const startsAnother = (open: Open, line: string): boolean =>
  begins.test(line) && (open.isOver || (open.answer !== null && open.asked === 'target'));

/** Of an attempt that is over, only its body comes yet. */
function follow(open: Open, line: string, number: number, atMs: number | null): void {
  if (line === '' || meterHead.test(line) || transferred.test(line)) return;
  if (!marks.test(line)) {
    if (!open.inHeaders) open.body.add(line);
    return;
  }
  open.until = number;
  if (atMs !== null) {
    open.beganMs ??= atMs;
    open.endedMs = atMs;
  }
  if (line.startsWith('>')) asks(open, line.slice(1).trim());
  else if (line.startsWith('<')) answers(open, line.slice(1).trim());
  else tells(open, line);
}

function asks(open: Open, said: string): void {
  const [, method, address] = /^([A-Z]+) (\S+) HTTP\//.exec(said) ?? [];
  if (method === 'CONNECT' && address !== undefined) {
    open.isProxied = true;
    open.step = 'tunnel';
    open.asked = 'gateway';
    open.target = authorityOf(address);
    open.protocol = 'https';
  } else if (method !== undefined && address !== undefined) {
    const host = /^(https?):\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(address);
    // Asked for by its whole address: RFC 9112 has that for proxies alone.
    if (host?.[2] !== undefined) {
      open.isProxied = true;
      open.target = authorityOf(host[2]);
      open.protocol = 'http';
    }
    open.step = 'exchange';
    open.asked = 'target';
    open.answer = null;
    open.inHeaders = false;
  }
  const [, named] = /^Host: (\S+)$/i.exec(said) ?? [];
  if (named !== undefined) open.target ??= authorityOf(named);
}

function answers(open: Open, said: string): void {
  const [, status, reason] = /^HTTP\/[\d.]+ (\d{3})(?: (.*))?$/.exec(said) ?? [];
  if (status !== undefined) {
    const by = open.asked === 'gateway' ? 'gateway' : 'target';
    open.answer = { status: Number(status), reason: reason ?? '', by, headers: new Map() };
    open.inHeaders = true;
    if (by === 'gateway' && Number(status) < 300) open.step = 'target-tls';
    return;
  }
  if (said === '') open.inHeaders = false;
  const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(said) ?? [];
  if (name !== undefined && value !== undefined) open.answer?.headers.set(name.toLowerCase(), value);
}

/** What curl says itself: how far it came, what failed, and that it is through. */
function tells(open: Open, line: string): void {
  if (/^\* (?:Could not resolve|Couldn't resolve) proxy/i.test(line)) {
    open.isProxied = true;
    open.step = 'gateway-name';
  }
  if (/^\* (?:SOCKS[45]|Opened SOCKS)/i.test(line)) {
    open.isProxied = true;
    open.protocol = 'socks5';
    open.step = 'tunnel';
  }
  // Before a tunnel is asked for, only the gateway can be who speaks TLS.
  if (/^\* (?:ALPN[:,]|TLSv|SSL )/.test(line) && open.step === 'gateway-connect' && /offer|OUT/.test(line))
    open.step = 'gateway-tls';
  if (line.startsWith('* Establish HTTP proxy tunnel to ')) {
    open.isProxied = true;
    open.step = 'tunnel';
    open.target ??= authorityOf(/tunnel to (\S+)/.exec(line)?.[1] ?? '');
    open.protocol ??= 'https';
  }
  if (!/tunnel failed, response/i.test(line)) {
    const found = failures.find(([words]) => words.test(line))?.[1];
    // What is said first is the cause; a reset of what already failed is none.
    if (found !== undefined && isOfItself(line)) open.failure ??= found;
  }
  if (
    /^\* (?:Connection #\d+ to host .* left intact|Closing connection|closing connection)/i.test(line) ||
    line.startsWith('curl: (')
  )
    open.isOver = true;
}

/** Not what a certificate or a header that is merely shown says. */
const isOfItself = (line: string): boolean => !/^\*\s{2,}/.test(line) && !/Authentication problem/.test(line);

/** What was begun but brought nothing to tell, such as a bundle that was looked for, is none. */
const isAttempt = ({ answer, failure, asked, target, isOver }: Open): boolean =>
  answer !== null || failure !== null || asked !== null || (target !== null && isOver);

function attemptOf(open: Open): Attempt {
  const ran = open.beganMs === null || open.endedMs === null ? null : open.endedMs - open.beganMs;
  return {
    lines: { from: open.from, until: open.until },
    at: dateHeader(open.answer?.headers.get('date')),
    target: open.target,
    egress: null,
    protocol: open.protocol,
    outcome: outcomeOf(open),
    // Past midnight the clock begins anew.
    elapsedMs: ran === null ? null : ran < 0 ? ran + 86_400_000 : ran,
  };
}

function outcomeOf({ answer, failure, step, isProxied, protocol, body }: Open): AttemptOutcome {
  const isTunnelMade = answer?.by === 'gateway' && answer.status < 300;
  if (answer !== null && !isTunnelMade) {
    const { by, ...said } = answer;
    const whose = by === 'gateway' ? 'gateway' : isProxied && protocol === 'http' ? 'either' : 'target';
    return { kind: 'answered', by: whose, ...said, excerpt: body.text() };
  }
  return failure === null ? { kind: 'untold' } : { kind: 'failed', step, failure };
}
