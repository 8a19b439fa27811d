/**
 * What the error of an HTTP client says of an attempt: the words of Python’s urllib3, requests and aiohttp, Twisted, Node’s
 * sockets, undici, Go’s net/http and Chromium. Pure. Where the words fit more than one step, nothing is guessed.
 */

import type { AttemptFailure, AttemptOutcome, AttemptStep } from './attempt.ts';

const untold: AttemptOutcome = { kind: 'untold' };

/** How each client tells that the gateway answered CONNECT with something else than 200. */
const refusedTunnels: readonly RegExp[] = [
  /Proxy response \((?<status>\d{3})\) !== 200/,
  /ClientHttpProxyError: (?<status>\d{3}), message=['"](?<reason>[^'"]*)/,
  /Tunnel connection failed: (?<status>\d{3}) ?(?<reason>[^'"\n]*)/,
  /Could not open CONNECT tunnel with proxy .*'status': (?<status>\d{3}), 'reason': b'(?<reason>[^']*)'/,
  /tunneling socket could not be established, statusCode=(?<status>\d{3})/,
  /CONNECT tunnel failed, response (?<status>\d{3})/,
];

/** Go tells no more than the reason of the status line. */
const bareReasons: Readonly<Record<string, number>> = {
  'Bad Gateway': 502,
  'Service Unavailable': 503,
  'Gateway Timeout': 504,
  'Proxy Authentication Required': 407,
  'Payment Required': 402,
  Forbidden: 403,
  'Too Many Requests': 429,
};

const failures: readonly (readonly [RegExp, AttemptFailure])[] = [
  [
    /ENOTFOUND|EAI_AGAIN|Name or service not known|no such host|NameResolutionError|getaddrinfo failed/i,
    'unknown-name',
  ],
  [/ECONNREFUSED|connection refused|Connect call failed/i, 'refused'],
  [/EHOSTUNREACH|ENETUNREACH|No route to host|Network is unreachable/i, 'unreachable'],
  [/wrong.version.number|first record does not look like a TLS handshake|packet length too long/i, 'protocol'],
  [/certificate|CERT_|_CERT\b|ERR_TLS_CERT/i, 'untrusted'],
  [/ECONNRESET|connection (?:was )?reset/i, 'reset'],
  [
    /EPIPE|RemoteDisconnected|socket hang up|other side closed|unexpected eof|UNEXPECTED_EOF|ConnectionLost|\bEOF\b/i,
    'closed',
  ],
  [/timed? ?out|TimeoutError|ETIMEDOUT|deadline exceeded|_TIMEOUT\b/i, 'timed-out'],
];

/** Said of the way to the gateway, whatever else stands there. */
const atGateway =
  /proxyconnect|ClientProxyConnectionError|Unable to connect to proxy|ERR_PROXY_CERTIFICATE|Cannot connect to proxy/i;

const named: readonly RegExp[] = [
  /Cannot connect to host (?<host>[^\s:]+):\d+/,
  /attempted address: (?<host>[^\s:,]+):\d+/,
  /getaddrinfo \w+ (?<host>[\w.-]+)/,
  /connect \w+ (?<host>[\d.]+):\d+/,
  /dial tcp (?<host>[\d.]+):\d+/,
  /lookup (?<host>[\w.-]+)/,
  /host=['"](?<host>[\w.-]+)['"]/,
];

/** `target`: the host that was to be reached, without its port. */
export function outcomeOfError(text: string, target: string | null): AttemptOutcome {
  for (const words of refusedTunnels) {
    const said = words.exec(text)?.groups;
    if (said) return answeredByGateway(Number(said['status']), said['reason']?.trim() ?? '');
  }
  const bare = /: (?<reason>[A-Z][A-Za-z ]+)$/.exec(text.trim())?.groups?.['reason'] ?? '';
  const status = bareReasons[bare];
  if (status !== undefined) return answeredByGateway(status, bare);
  const failure = failures.find(([words]) => words.test(text))?.[1];
  if (failure === undefined) return untold;
  const step = stepOf(text, failure, target);
  return step === null ? untold : { kind: 'failed', step, failure };
}

const answeredByGateway = (status: number, reason: string): AttemptOutcome => ({
  kind: 'answered',
  by: 'gateway',
  status,
  reason,
  headers: new Map(),
  excerpt: '',
});

/**
 * Chromium says ERR_CERT_ of the target alone, and ERR_PROXY_CONNECTION_FAILED of all that may be wrong on the way. Whoever is
 * named and is not the target is the gateway; a client behind one connects to nobody else.
 */
function stepOf(text: string, failure: AttemptFailure, target: string | null): AttemptStep | null {
  const host = named.map((words) => words.exec(text)?.groups?.['host']).find((found) => found !== undefined);
  const isTargets = host !== undefined && target !== null && host.toLowerCase() === target;
  const isGateways = atGateway.test(text) || (host !== undefined && target !== null && !isTargets);
  switch (failure) {
    case 'unknown-name':
      return isGateways ? 'gateway-name' : null;
    case 'refused':
    case 'unreachable':
      return isTargets ? null : 'gateway-connect';
    case 'protocol':
      return isGateways ? 'gateway-tls' : null;
    case 'untrusted':
      return isGateways ? 'gateway-tls' : isTargets || /ERR_CERT_/.test(text) ? 'target-tls' : null;
    case 'timed-out':
      return isGateways ? 'gateway-connect' : isTargets ? 'target-tls' : null;
    case 'reset':
    case 'closed':
      return isTargets ? 'target-tls' : null;
    case 'login-refused':
    case 'denied':
    case 'gave-up':
      return null;
  }
}
