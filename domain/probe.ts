/**
 * The desk's own tests of a plan, from the seller's side (RP-2.4): which targets may be tried, how often, and what the
 * attempts say of a reported fix. Pure; how one attempt is made is a provider's matter.
 */

import type { AttemptOutcome } from './attempt.ts';
import { type AttemptClass, attemptClasses } from './attempt-class.ts';
import type { TicketId } from './ids.ts';
import type { ReviewCause } from './review.ts';
import type { TicketPhase } from './ticket.ts';

/** Ways through a gateway. */
export const probeProtocols = ['connect', 'socks5'] as const;

export type ProbeProtocol = (typeof probeProtocols)[number];

/** So many targets of a ticket are tried; what is named beyond them is not. */
export const probeTargetsMax = 5;
/** So many attempts a ticket: five targets by two protocols, over the rounds of a whole remediation of 15 days. */
export const probeAttemptsMax = 1_000;
/** Between two rounds that people ask for, by the desk's clock. */
export const probeGapMs = 60_000;

const probedPhases: readonly TicketPhase[] = ['reviewing', 'remediating'];

/** While a fault is looked for or mended; whatever comes later no probe changes. */
export const isProbed = (phase: TicketPhase): boolean => probedPhases.includes(phase);

/** Why nothing is tried, the first that holds. */
export const probeStops = ['phase', 'no_network_context', 'no_gateway', 'budget_used'] as const;

export type ProbeStop = (typeof probeStops)[number];

export interface ProbeFacts {
  readonly phase: TicketPhase;
  readonly hasContext: boolean;
  readonly hasGateway: boolean;
  readonly attempts: number;
}

export function probeStopOf({ phase, hasContext, hasGateway, attempts }: ProbeFacts): ProbeStop | null {
  if (!isProbed(phase)) return 'phase';
  if (!hasContext) return 'no_network_context';
  if (!hasGateway) return 'no_gateway';
  return attempts >= probeAttemptsMax ? 'budget_used' : null;
}

/** What a gateway serves; a place only where an order names one. */
export interface ProbedPlan {
  readonly kind: string;
  readonly place: string | null;
}

export interface ProbeTarget {
  /** Lower case, without a dot at its end; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken there. */
  readonly tls: boolean;
}

/** Why a target is not tried. */
export const targetRefusals = ['unreadable', 'port', 'unknown_name', 'private', 'denied', 'too_many'] as const;

export type TargetRefusal = (typeof targetRefusals)[number];

/** Ports that may be tried, with whether TLS is spoken there. */
export type ProbePorts = ReadonlyMap<number, 'plain' | 'tls'>;

export interface ProbeLogin {
  readonly username: string;
  readonly password: string;
}

/** A gateway of the seller's, with an account of the seller's own: never a customer's (RP-2.5). */
export interface ProbeGateway {
  readonly host: string;
  /** By protocol; what it does not speak is not named. */
  readonly ports: Readonly<Partial<Record<ProbeProtocol, number>>>;
  /** Whether TLS is spoken with the gateway itself, by HTTP CONNECT. */
  readonly tls: boolean;
  /** A function, so that no log and no JSON shows it. */
  readonly login: () => ProbeLogin | null;
  /** The header of the answer to CONNECT in which it tells the exit's address; lower case. */
  readonly egressHeader: string | null;
  /** `name`: it resolves the target itself, as for customers; `address`: it is told the address that was checked. */
  readonly asks: 'name' | 'address';
}

export interface ProbeGateways {
  /** The one of the plan's place, else the one of its kind; `null` where there is none. */
  find(plan: ProbedPlan): ProbeGateway | null;
  /** What there is, without any secret. */
  list(): readonly (ProbedPlan & { readonly protocols: readonly ProbeProtocol[] })[];
}

export const protocolsOf = ({ ports }: Pick<ProbeGateway, 'ports'>): ProbeProtocol[] =>
  probeProtocols.filter((protocol) => ports[protocol] !== undefined);

/** A target that may be tried, with an address that was checked. */
export interface AdmittedTarget extends ProbeTarget {
  readonly address: string;
}

export interface ProbeTargets {
  /** Reads a target as a ticket names it, `host` or `host:port`, and looks where it leads to. */
  admit(named: string, isPlain: boolean): Promise<AdmittedTarget | { readonly refused: TargetRefusal }>;
}

/** One attempt, as it ended. */
export interface Probed {
  readonly outcome: AttemptOutcome;
  /** The exit's address, where the gateway told it. */
  readonly egress: string | null;
  readonly latencyMs: number;
}

export interface Prober {
  /** Never throws: whatever happens is the attempt's outcome. Ends early where the signal says so. */
  probe(gateway: ProbeGateway, target: AdmittedTarget, protocol: ProbeProtocol, signal?: AbortSignal): Promise<Probed>;
}

/** Host and port, as a ticket names them; `null` where they cannot be read. Without a port the scheme's own is meant. */
export function readProbeTarget(named: string, isPlain: boolean): { host: string; port: number } | null {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(named.trim()) ?? [];
  const host = (bracketed ?? plain ?? '').toLowerCase().replace(/\.$/, '');
  const port = digits === undefined ? (isPlain ? 80 : 443) : Number(digits);
  return host === '' || port < 1 || port > 65_535 ? null : { host, port };
}

/** Failures that tell of the seller's own test account or setting, and so of nobody's fault. */
const ownSetup: readonly AttemptClass[] = [
  'auth_refused',
  'plan_expired',
  'cap_reached',
  'account_restricted',
  'gateway_name_unknown',
  'wrong_scheme',
];

export const isOwnSetup = (name: AttemptClass): boolean => ownSetup.includes(name);

/** Whose fault a probe shows: no customer’s setup and no customer’s account takes part in it. */
export function causeOfProbe(name: AttemptClass): ReviewCause | null {
  const { cause } = attemptClasses[name];
  return cause === 'user' || cause === 'account' ? 'unclear' : cause;
}

/** Classes that are the seller's fault. */
export const sellerClasses = (Object.keys(attemptClasses) as AttemptClass[]).filter(
  (name) => causeOfProbe(name) === 'seller',
);

export interface ProbedRound {
  readonly attempts: number;
  /** Failed by a cause of the seller's. */
  readonly ours: number;
}

/** One round may have met a bad moment. */
const persistentRounds = 3;

/**
 * RP-2.4a: whether the newest rounds since a fix was reported, newest first, each failed by our cause in half of their
 * attempts or more. A round in which nothing was tried says nothing.
 */
export function failsPersistently(newest: readonly ProbedRound[]): boolean {
  const told = newest.filter(({ attempts }) => attempts > 0).slice(0, persistentRounds);
  return told.length === persistentRounds && told.every(({ attempts, ours }) => ours > 0 && ours * 2 >= attempts);
}

export const fixVerdicts = ['untested', 'holds', 'wavers', 'fails'] as const;

export type FixVerdict = (typeof fixVerdicts)[number];

/** What the rounds since a fix was reported say of it, newest first. */
export function fixVerdictOf(newest: readonly ProbedRound[]): FixVerdict {
  const told = newest.filter(({ attempts }) => attempts > 0);
  if (told.length === 0) return 'untested';
  if (failsPersistently(told)) return 'fails';
  return told.some(({ ours }) => ours > 0) ? 'wavers' : 'holds';
}

export interface ProbeAttemptKey {
  readonly ticketId: TicketId;
  readonly round: number;
  readonly host: string;
  readonly port: number;
  readonly protocol: ProbeProtocol;
}

/** `done`: it was made before; `rate`: the host was asked enough for now; `over`: nothing more is tried of the ticket. */
export type ProbeReservation = 'go' | 'done' | 'rate' | 'over';

/** A round to make, or why there is none any more. */
export type ProbeTurn =
  | { readonly over: ProbeStop }
  | {
      readonly round: number;
      readonly plan: ProbedPlan;
      /** As the ticket names them. */
      readonly targets: readonly string[];
      readonly isPlain: boolean;
    };

/** A round that was made, by its number, or why there are no more. */
export type ProbeRoundEnd = { readonly round: number } | { readonly over: ProbeStop };
