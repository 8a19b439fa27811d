/**
 * What the attempts of a file say together (RP-2.4, RP-3.4): how many failed, by whose fault, when, where to and by which
 * egress, with the lines that show it. Pure, in memory that is bounded whatever the number of attempts.
 */

import type { Attempt, LineSpan } from './attempt.ts';
import { type AttemptClass, attemptClasses, type Certainty, type Classed, classOf } from './attempt-class.ts';
import type { LogFormat } from './read-log.ts';
import type { ReviewCause } from './review.ts';

/** So many places in the file are shown for each class. */
export const proofsMax = 5;
/** So many hours, targets and egress addresses are told apart; what comes beyond is counted as `beyond`. */
export const groupsMax = 500;

export interface FailureCount {
  readonly attempts: number;
  readonly failed: number;
  /** Failed for a known cause that is not the user's (RP-2.4a). */
  readonly nonUser: number;
}

export interface DiagnosedClass {
  readonly class: AttemptClass;
  readonly vendor: string | null;
  readonly cause: ReviewCause | null;
  readonly certainty: Certainty;
  readonly attempts: number;
  /** The first of the lines that show it. */
  readonly proofs: readonly LineSpan[];
}

export type Groups = Readonly<Record<string, FailureCount>>;

export interface Diagnosis extends FailureCount {
  /** The commonest first; by name where they are as common. */
  readonly classes: readonly DiagnosedClass[];
  /** Failed attempts by whose fault they were. */
  readonly causes: Readonly<Partial<Record<ReviewCause, number>>>;
  /** By the beginning of the hour, in UTC. */
  readonly hours: Groups;
  readonly targets: Groups;
  readonly egress: Groups;
  /** Of attempts whose hour, target or egress found no place any more. */
  readonly beyond: number;
  /** Attempts without an instant. */
  readonly undated: number;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
}

/** What a file says, with how it was read and how much of it told of no attempt. */
export interface LogDiagnosis extends Diagnosis {
  readonly format: LogFormat;
  readonly read: { readonly unit: 'lines' | 'entries'; readonly total: number; readonly told: number };
}

type Counted = Map<string, { attempts: number; failed: number; nonUser: number }>;

export const isNonUser = (cause: ReviewCause | null): boolean =>
  cause !== null && cause !== 'user' && cause !== 'unclear';

interface Tally {
  readonly classes: Map<string, Omit<DiagnosedClass, 'attempts' | 'proofs'> & { attempts: number; proofs: LineSpan[] }>;
  readonly hours: Counted;
  readonly targets: Counted;
  readonly egress: Counted;
  beyond: number;
  undated: number;
  firstAt: string | null;
  lastAt: string | null;
}

/** Takes attempts one by one, and tells what they say whenever it is asked. */
export interface DiagnosisTally {
  /** Of an attempt that was classed when it was made, the class is handed in. */
  add(attempt: Omit<Attempt, 'outcome' | 'protocol' | 'elapsedMs'>, classed: Classed): void;
  add(attempt: Attempt): void;
  told(): Diagnosis;
}

/** `causeOf`: whose fault a class is, where that is another matter than with a customer's log. */
export function createDiagnosis(
  causeOf: (name: AttemptClass) => ReviewCause | null = (name) => attemptClasses[name].cause,
): DiagnosisTally {
  const tally: Tally = {
    classes: new Map(),
    hours: new Map(),
    targets: new Map(),
    egress: new Map(),
    beyond: 0,
    undated: 0,
    firstAt: null,
    lastAt: null,
  };
  const add = (attempt: Counting, classed = classOf({ outcome: { kind: 'untold' }, ...attempt })): void =>
    count(tally, attempt, classed, causeOf(classed.class));
  return { add, told: () => diagnosisOf(tally) };
}

type Counting = Omit<Attempt, 'outcome' | 'protocol' | 'elapsedMs'> & Partial<Pick<Attempt, 'outcome'>>;

function count(tally: Tally, attempt: Counting, { class: name, vendor }: Classed, cause: ReviewCause | null): void {
  const { certainty } = attemptClasses[name];
  const key = `${name} ${vendor ?? ''}`;
  const entry = tally.classes.get(key) ?? { class: name, vendor, cause, certainty, attempts: 0, proofs: [] };
  entry.attempts += 1;
  if (entry.proofs.length < proofsMax) entry.proofs.push(attempt.lines);
  tally.classes.set(key, entry);
  const { at, target, egress } = attempt;
  const placed = [
    at === null || countIn(tally.hours, `${at.slice(0, 13)}:00:00.000Z`, cause),
    target === null || countIn(tally.targets, target, cause),
    egress === null || countIn(tally.egress, egress, cause),
  ];
  if (placed.includes(false)) tally.beyond += 1;
  if (at === null) tally.undated += 1;
  else {
    if (tally.firstAt === null || at < tally.firstAt) tally.firstAt = at;
    if (tally.lastAt === null || at > tally.lastAt) tally.lastAt = at;
  }
}

/** `false` where there is no place for another group. */
function countIn(groups: Counted, name: string, cause: ReviewCause | null): boolean {
  const group = groups.get(name) ?? { attempts: 0, failed: 0, nonUser: 0 };
  if (group.attempts === 0 && groups.size >= groupsMax) return false;
  group.attempts += 1;
  if (cause !== null) group.failed += 1;
  if (isNonUser(cause)) group.nonUser += 1;
  // Spelt anew, since a part of a line keeps all of the text in memory that it was cut from.
  groups.set(groups.has(name) ? name : [...name].join(''), group);
  return true;
}

function diagnosisOf({ classes, hours, targets, egress, ...rest }: Tally): Diagnosis {
  const sorted = [...classes.values()]
    .map((entry) => ({ ...entry, proofs: [...entry.proofs] }))
    .sort((one, other) => other.attempts - one.attempts || one.class.localeCompare(other.class, 'en'));
  const causes: Partial<Record<ReviewCause, number>> = {};
  let [attempts, failed, nonUser] = [0, 0, 0];
  for (const entry of sorted) {
    attempts += entry.attempts;
    if (entry.cause === null) continue;
    failed += entry.attempts;
    if (isNonUser(entry.cause)) nonUser += entry.attempts;
    causes[entry.cause] = (causes[entry.cause] ?? 0) + entry.attempts;
  }
  return {
    attempts,
    failed,
    nonUser,
    classes: sorted,
    causes,
    hours: inOrder(hours),
    targets: inOrder(targets),
    egress: inOrder(egress),
    ...rest,
  };
}

const inOrder = (groups: Counted): Groups =>
  Object.fromEntries([...groups].sort(([one], [other]) => (one < other ? -1 : 1)));
