/**
 * What an attempt says of the fault: each outcome has one class, each class one cause as RP-2.4 and RP-3.4 tell them
 * apart, and says how surely. Pure; what a log does not show is `unclear`, never guessed.
 */

import type { Answer, Attempt, AttemptFailure, AttemptStep } from './attempt.ts';
import { blockPageOf } from './block-page.ts';
import type { ReviewCause } from './review.ts';
import { isToolFailure, isToolHost } from './third-party-tool.ts';

export const certainties = ['sure', 'likely', 'modest'] as const;

export type Certainty = (typeof certainties)[number];

interface ClassEntry {
  /** `null`: the service did what it should. */
  readonly cause: ReviewCause | null;
  readonly certainty: Certainty;
}

const entry = (cause: ReviewCause | null, certainty: Certainty): ClassEntry => ({ cause, certainty });

export const attemptClasses = {
  works: entry(null, 'sure'),
  gateway_refused: entry('seller', 'likely'),
  gateway_unreachable: entry('seller', 'likely'),
  gateway_reset: entry('seller', 'sure'),
  gateway_timed_out: entry('seller', 'likely'),
  gateway_tls: entry('seller', 'likely'),
  // What the gateway could not reach or find may be the target that is away or was mistyped.
  gateway_error: entry('seller', 'likely'),
  gateway_dns: entry('seller', 'modest'),
  tunnel_timed_out: entry('seller', 'likely'),
  // Behind an open tunnel the exit is dead, or the target drops whom it does not like.
  egress_dead: entry('seller', 'modest'),
  target_challenge: entry('target', 'likely'),
  target_forbidden: entry('target', 'modest'),
  target_rate_limited: entry('target', 'likely'),
  target_geo: entry('target', 'likely'),
  target_error: entry('target', 'modest'),
  third_party_tool: entry('third_party', 'likely'),
  auth_refused: entry('account', 'likely'),
  plan_expired: entry('account', 'sure'),
  cap_reached: entry('account', 'sure'),
  account_restricted: entry('account', 'likely'),
  gateway_name_unknown: entry('user', 'modest'),
  wrong_scheme: entry('user', 'likely'),
  target_untrusted: entry('user', 'modest'),
  unclear: entry('unclear', 'sure'),
} as const satisfies Readonly<Record<string, ClassEntry>>;

export type AttemptClass = keyof typeof attemptClasses;

export interface Classed {
  readonly class: AttemptClass;
  /** Of a block page, by a published signature; presence is modest evidence only. */
  readonly vendor: string | null;
}

const classed = (name: AttemptClass, vendor: string | null = null): Classed => ({ class: name, vendor });

export function classOf({ outcome, target }: Pick<Attempt, 'outcome' | 'target'>): Classed {
  if (outcome.kind === 'untold') return classed('unclear');
  if (outcome.kind === 'failed') return classed(failed(outcome.step, outcome.failure));
  if (outcome.by === 'gateway' || isGateways(outcome)) return classed(gatewaySaid(outcome));
  const said = isToolHost(target) ? toolSaid(outcome) : targetSaid(outcome);
  return outcome.by === 'either' && mayBeGateways(outcome, said) ? classed('unclear') : said;
}

/** Without a tunnel a gateway’s own 502 looks like the target’s, and its every no where the log shows no headers. */
const mayBeGateways = ({ status, headers }: Answer, said: Classed): boolean =>
  (status >= 500 && said.class !== 'target_challenge') || (said.class !== 'works' && headers.size === 0);

/** What each failure at each step says; at a step where the table is silent nobody can tell. */
const failures: Readonly<Record<AttemptStep, Partial<Record<AttemptFailure, AttemptClass>>>> = {
  'gateway-name': { 'unknown-name': 'gateway_name_unknown' },
  'gateway-connect': {
    refused: 'gateway_refused',
    unreachable: 'gateway_unreachable',
    'timed-out': 'gateway_timed_out',
    reset: 'gateway_reset',
  },
  'gateway-tls': {
    protocol: 'wrong_scheme',
    untrusted: 'gateway_tls',
    'timed-out': 'gateway_timed_out',
    reset: 'gateway_reset',
    closed: 'gateway_reset',
  },
  tunnel: {
    // Closed without a word it may be a port that speaks TLS, and so the customer’s setup.
    reset: 'gateway_reset',
    'timed-out': 'tunnel_timed_out',
    protocol: 'gateway_error',
    unreachable: 'egress_dead',
    'login-refused': 'auth_refused',
    denied: 'account_restricted',
    'gave-up': 'gateway_error',
  },
  'target-tls': {
    reset: 'egress_dead',
    closed: 'egress_dead',
    'timed-out': 'egress_dead',
    untrusted: 'target_untrusted',
  },
  exchange: {},
};

const failed = (step: AttemptStep, failure: AttemptFailure): AttemptClass => failures[step][failure] ?? 'unclear';

/** Statuses that proxies made of `proxy-chain` answer for what failed on their side; no standard has them. */
const isProxyOnly = (status: number): boolean => status >= 590 && status <= 599;

/** RFC 9209 (Proxy-Status) and RFC 9110 (407, Proxy-Authenticate); and the header that many gateways name their reason in. */
export const gatewayHeaders = ['proxy-status', 'x-proxy-error', 'x-proxy-status'] as const;

const isGateways = ({ status, headers }: Answer): boolean =>
  status === 407 || isProxyOnly(status) || gatewayHeaders.some((name) => headers.has(name));

const words = {
  expired: /expired|not active|inactive|ended/i,
  cap: /\b(?:cap|quota|traffic|bandwidth|balance|limit)\b.{0,40}(?:reached|exceeded|used|exhausted|insufficient)|insufficient (?:traffic|balance|funds)/i,
  name: /ENOTFOUND|dns|resolve|host not found|name not known/i,
} as const;

function gatewaySaid(answer: Answer): AttemptClass {
  const said = [
    answer.reason,
    ...gatewayHeaders.map((name) => answer.headers.get(name)?.replaceAll(/[-_]/g, ' ')),
    answer.excerpt,
  ]
    .filter(Boolean)
    .join('\n');
  if (answer.status < 400) return 'works';
  if (answer.status < 500) {
    if (words.expired.test(said)) return 'plan_expired';
    if (words.cap.test(said)) return 'cap_reached';
    return answer.status === 407 || answer.status === 401 ? 'auth_refused' : 'account_restricted';
  }
  if (answer.status === 597) return 'auth_refused';
  return answer.status === 593 || words.name.test(said) ? 'gateway_dns' : 'gateway_error';
}

const toolSaid = (answer: Answer): Classed => classed(isToolFailure(answer) ? 'third_party_tool' : 'works');

function targetSaid(answer: Answer): Classed {
  const { status } = answer;
  const page = blockPageOf(answer);
  if (page?.challenges) return classed('target_challenge', page.vendor);
  if (status === 429) return classed('target_rate_limited', page?.vendor ?? null);
  if (status === 451) return classed('target_geo', page?.vendor ?? null);
  if (status === 403 || status === 401) return classed('target_forbidden', page?.vendor ?? null);
  // Any other answer of a target shows that the way to it was good.
  return classed(status >= 500 ? 'target_error' : 'works');
}
