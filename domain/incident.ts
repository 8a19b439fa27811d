/**
 * The registry's incidents: their states, and which orders one covers (RP-2.4b: plan, place and time). Pure; the same
 * coverage as a predicate of SQL is in `db/incident-coverage.ts`, and a property test holds the two to each other.
 */

import { overlaps, parseRange } from './address-range.ts';
import type { IncidentFact, Interval } from './facts.ts';
import type { IncidentId, TicketId } from './ids.ts';
import { clipSpans, instantMs, lengthMs, mergeSpans, toInterval, toSpan } from './spans.ts';

export const incidentStates = ['suspected', 'confirmed', 'resolved', 'retracted'] as const;

export type IncidentState = (typeof incidentStates)[number];

/** What can be done with one. A retraction is the last word: a mistaken one is created anew. */
export const incidentMoves = {
  confirm: { from: ['suspected'], to: 'confirmed' },
  resolve: { from: ['confirmed'], to: 'resolved' },
  retract: { from: ['suspected', 'confirmed', 'resolved'], to: 'retracted' },
  /** Its scope, window or measure is put right; it stays what it is. */
  correct: { from: ['suspected', 'confirmed', 'resolved'], to: null },
} as const satisfies Record<string, { from: readonly IncidentState[]; to: IncidentState | null }>;

export type IncidentMove = keyof typeof incidentMoves;

/** The state after a move, or `null` where the table has no such way. */
export function advanceIncident(state: IncidentState, move: IncidentMove): IncidentState | null {
  const { from, to }: { from: readonly IncidentState[]; to: IncidentState | null } = incidentMoves[move];
  return from.includes(state) ? (to ?? state) : null;
}

/** RP-2.4b counts it: the seller said that it was so. */
export const isConfirmed = (state: IncidentState): boolean => state === 'confirmed' || state === 'resolved';

/** What an incident says it touched; an empty list is all. */
export interface IncidentScope {
  readonly planKinds: readonly string[];
  readonly places: readonly string[];
  /** Addresses and CIDR ranges of the proxies' exits. */
  readonly egress: readonly string[];
  readonly from: string;
  /** `null` while it goes on. */
  readonly until: string | null;
}

/** What of an order bears on its coverage. */
export interface CoveredOrder {
  readonly planKind: string;
  /** Where its proxies are; empty where the shop did not say. */
  readonly places: readonly string[];
  /** Its period, or from its purchase on where it has none. */
  readonly term: { readonly from: string; readonly until: string | null };
  /** Exits that the shop assigned to it. */
  readonly assigned: readonly string[];
  /** Exits that its tickets saw, which count where none were assigned. */
  readonly seen: readonly string[];
}

/** `..._unknown`: nobody knows whether it does, so that it does not; to be told apart, since it can be found out. */
export const coverages = [
  'covered',
  'other_plan',
  'other_time',
  'other_place',
  'place_unknown',
  'other_egress',
  'egress_unknown',
] as const;

export type Coverage = (typeof coverages)[number];

const meets = (left: readonly string[], right: readonly string[]): boolean => {
  const ranges = right.map(parseRange);
  return left.map(parseRange).some((one) => one !== null && ranges.some((range) => range && overlaps(one, range)));
};

/** Whether the incident covers the order, and if not, why: the first reason in the order of `coverages`. */
export function coverageOf(scope: IncidentScope, order: CoveredOrder): Coverage {
  if (scope.planKinds.length > 0 && !scope.planKinds.includes(order.planKind)) return 'other_plan';
  const [window, term] = [toSpan(scope, Number.MAX_SAFE_INTEGER), toSpan(order.term, Number.MAX_SAFE_INTEGER)];
  if (lengthMs(clipSpans([window], term)) === 0) return 'other_time';
  if (scope.places.length > 0 && !scope.places.some((place) => order.places.includes(place)))
    return order.places.length === 0 ? 'place_unknown' : 'other_place';
  if (scope.egress.length === 0) return 'covered';
  const exits = order.assigned.length > 0 ? order.assigned : order.seen;
  if (exits.length === 0) return 'egress_unknown';
  return meets(exits, scope.egress) ? 'covered' : 'other_egress';
}

/** What is wrong with the measured stretches of a window; `null` where nothing is. They lie within it, each moment once. */
export function lostProblem(
  { from, until }: Pick<IncidentScope, 'from' | 'until'>,
  lost: readonly Interval[],
): 'outside' | 'overlapping' | null {
  const window = toSpan({ from, until }, Number.MAX_SAFE_INTEGER);
  const spans = lost.map((interval) => toSpan(interval, 0));
  if (spans.some((span) => span.from >= span.until || span.from < window.from || span.until > window.until))
    return 'outside';
  return lengthMs(spans) < spans.reduce((sum, span) => sum + span.until - span.from, 0) ? 'overlapping' : null;
}

/** In order, with what touches joined. */
export const measured = (lost: readonly Interval[]): Interval[] =>
  mergeSpans(lost.map((interval) => toSpan(interval, 0))).map(toInterval);

export interface Incident extends IncidentScope {
  readonly ref: string;
  readonly state: IncidentState;
  readonly widelyImpacting: boolean;
  /** `null` where the whole window was lost. */
  readonly lost: readonly Interval[] | null;
}

/** RP-2.4b: the incident as it bears on an order that it covers. */
export const factOfIncident = (incident: Incident): IncidentFact => ({
  ref: incident.ref,
  confirmed: isConfirmed(incident.state),
  widelyImpacting: incident.widelyImpacting,
  covers: true,
  from: incident.from,
  until: incident.until,
  ...(incident.lost === null ? {} : { lost: incident.lost }),
});

/** RP-4.5: over by then, so that what it took can be reckoned for good. */
export const isOver = ({ until }: Pick<IncidentScope, 'until'>, at: string): boolean =>
  until !== null && instantMs(until) <= instantMs(at);

/** Whose turn it is to hear of a version: orders that have the fact already, then open tickets after the one named. */
export interface TellingPage {
  readonly incidentId: IncidentId;
  readonly version: number;
  readonly after: TicketId | null;
}

/** `told`: all of them were; `changed`: of an incident that is another by now, which is begun anew. */
export type TellingAnswer =
  | { readonly kind: 'page'; readonly after: TicketId | null }
  | { readonly kind: 'told' }
  | { readonly kind: 'changed'; readonly version: number };
