/**
 * How people decide: how often against what the policy proposed, and which way; for how much more; who confirms whom. Told
 * for a person beside all others, and beside what they did before. It says what was done, and calls nobody anything. Pure.
 */

import type { SubjectId } from './ids.ts';
import type { Money } from './money.ts';

/** Of one person within the time. */
export interface ConductCounts {
  readonly personId: SubjectId;
  /** Made by them, whatever became of them. */
  readonly decisions: number;
  /** With more than the policy proposed, an offer's or a plan's worth included, and with less or nothing. */
  readonly up: number;
  readonly down: number;
  /** Of those, what the second person did not confirm. */
  readonly rejected: number;
  /** The same in as long a time just before. */
  readonly decisionsBefore: number;
  readonly againstBefore: number;
  readonly reroutedPayouts: number;
  readonly paymentsByHand: number;
  readonly returnsByHand: number;
  readonly declinedPayouts: number;
}

/** Beyond the proposal, in decisions that hold: what was granted less what was proposed, none of it set off. */
export interface ConductValue {
  readonly personId: SubjectId;
  readonly above: Money;
}

export interface ConductPair {
  readonly decidedBy: SubjectId;
  readonly by: SubjectId;
  readonly confirmed: number;
  readonly rejected: number;
}

/** Whose payouts who released, in one currency. */
export interface ConductRelease {
  readonly decidedBy: SubjectId;
  readonly by: SubjectId;
  readonly payouts: number;
  readonly amount: Money;
}

/** Parts in a thousand; `null` of nothing. */
export type PerMille = number | null;

export const perMille = (part: number, whole: number): PerMille =>
  whole === 0 ? null : Math.round((part * 1000) / whole);

export interface ConductShares {
  /** Of the person's own decisions, those against the proposal. */
  readonly own: PerMille;
  /** Of everybody else's. */
  readonly others: PerMille;
  readonly before: PerMille;
}

const against = ({ up, down }: ConductCounts): number => up + down;

export function sharesOf(counts: ConductCounts, all: readonly ConductCounts[]): ConductShares {
  const others = all.filter(({ personId }) => personId !== counts.personId);
  const sum = (of: (one: ConductCounts) => number): number => others.reduce((total, one) => total + of(one), 0);
  return {
    own: perMille(against(counts), counts.decisions),
    others: perMille(
      sum(against),
      sum((one) => one.decisions),
    ),
    before: perMille(counts.againstBefore, counts.decisionsBefore),
  };
}

/** Fewer than this may be chance. */
const mutualConfirmationsMin = 3;

/** Two who confirm each other's exceptions, both ways, and have never said no. */
export function isMutual(pair: ConductPair, all: readonly ConductPair[]): boolean {
  const back = all.find(({ decidedBy, by }) => decidedBy === pair.by && by === pair.decidedBy);
  if (!back || pair.rejected + back.rejected > 0) return false;
  return pair.confirmed >= mutualConfirmationsMin && back.confirmed >= mutualConfirmationsMin;
}
