/**
 * A case as the judges of the clauses see it: the facts, one version, the instant of judgement, and each other's
 * findings. A judge returns a verdict with a reason's code; sentences are put to the code later.
 */

import type { DecisionStanding, FactUsed, Verdict, WaitReason } from './assessment.ts';
import { canonicalJson } from './canonical.ts';
import type { CaseFacts, Fact, FactSource, StatedFact } from './facts.ts';
import type { PlanRule, PolicyParameters, PolicyVersion, RefundClauseId } from './policy.ts';
import type { Reason } from './sentences.ts';

export interface Case {
  readonly now: number;
  readonly version: PolicyVersion;
  readonly parameters: PolicyParameters;
  readonly facts: CaseFacts;
  /** The rule of the order's kind of plan; `null` where the version has none, and a person judges. */
  readonly plan: PlanRule | null;
  /** RP-4.3. */
  readonly decision: DecisionStanding | null;
  /** RP-4.6: what the desk may decide alone is said by the version at asking, whichever judges the case. */
  readonly system: PolicyParameters['system'];
  /** RP-6.1: judged by the version at asking alone, or the better of it and the one at purchase. */
  readonly role: 'only' | 'asking' | 'purchase';
}

export interface Judged {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly facts: readonly FactUsed[];
  /** Words that fill the reason's sentences, by name; the same in every language, but for those ending in a language. */
  readonly words: Readonly<Record<string, string>>;
  /** What would make an unknown verdict known; none where only a person can settle it. */
  readonly waitsFor?: WaitReason;
}

/** What the other clauses say; judged when asked for, each once. */
export type Findings = (clause: RefundClauseId) => Judged;

export type ClauseJudge = (subject: Case, found: Findings) => Judged;

interface More {
  readonly facts?: readonly FactUsed[];
  readonly words?: Readonly<Record<string, string>>;
}

const judged =
  (verdict: Verdict) =>
  (reason: Reason, more: More = {}): Judged => ({ verdict, reason, facts: more.facts ?? [], words: more.words ?? {} });

export const passed = judged('passed');
export const failed = judged('failed');
export const notApplicable = judged('not_applicable');

/** Not yet known, and what it waits for. */
export const awaiting = (waitsFor: WaitReason, reason: Reason, more: More = {}): Judged => ({
  ...judged('unknown')(reason, more),
  waitsFor,
});

/** Not to be known by waiting: a person must settle it. */
export const forPerson = judged('unknown');

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : canonicalJson(value);

/** A fact as used, with each of its statements where it is disputed, and nothing where it is not known. */
export function used(fact: string, stated: Fact<unknown>): FactUsed[] {
  if (stated === null) return [];
  const statements = 'disputed' in stated ? stated.disputed : [stated];
  return statements.map(({ value, source }) => ({ fact, value: textOf(value), source }));
}

/** A fact that its own record states, and nobody in particular. */
export const recorded = (fact: string, value: unknown, source: FactSource): FactUsed => ({
  fact,
  value: textOf(value),
  source,
});

/** Statements that contradict each other are never chosen between: the clause stays open until someone settles them. */
export const isDisputed = <Value>(fact: Fact<Value>): fact is Exclude<Fact<Value>, StatedFact<Value> | null> =>
  fact !== null && 'disputed' in fact;

export const disputed = (fact: string, stated: Fact<unknown>): Judged =>
  forPerson('disputed', { facts: used(fact, stated), words: { fact } });

/** Instants in sentences: digits alone, since names of months would change with the runtime's own data. */
export const dateWords = (at: string | number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
