/**
 * What the files of a ticket say together (RP-2.4a, RP-3.4): whose fault it was, whether the service was persistently
 * unusable within the window and for how long, and what is missing to tell. Pure. It is a proposal to whoever reviews,
 * never a finding by itself.
 */

import type { LineSpan } from './attempt.ts';
import type { Certainty } from './attempt-class.ts';
import {
  type DiagnosedClass,
  type Diagnosis,
  type FailureCount,
  type Groups,
  groupsMax,
  type LogDiagnosis,
  proofsMax,
} from './diagnosis.ts';
import type { CaseFacts, DiagnosisFact, Interval, ReviewFact } from './facts.ts';
import type { ReviewCause } from './review.ts';

/** What is merged of a file's diagnosis: facts of a case leave its targets and exits out. */
type Told = Pick<
  Diagnosis,
  'attempts' | 'failed' | 'nonUser' | 'classes' | 'causes' | 'hours' | 'beyond' | 'undated' | 'firstAt' | 'lastAt'
> &
  Partial<Pick<Diagnosis, 'targets' | 'egress'>>;

export interface DiagnosedFile {
  readonly evidenceId: string;
  readonly diagnosis: Told;
}

export interface FileProof extends LineSpan {
  readonly evidenceId: string;
}

export type MergedClass = Omit<DiagnosedClass, 'proofs'> & { readonly proofs: readonly FileProof[] };

export type MergedDiagnosis = Omit<Diagnosis, 'classes'> & { readonly classes: readonly MergedClass[] };

/** The files' attempts counted together, as if they stood in one. */
export function mergeDiagnoses(files: readonly DiagnosedFile[]): MergedDiagnosis {
  const all = files.map(({ diagnosis }) => diagnosis);
  const sum = (count: (told: Told) => number): number => all.reduce((total, told) => total + count(told), 0);
  const hours = mergeGroups(all.map((told) => told.hours));
  const targets = mergeGroups(all.map((told) => told.targets ?? {}));
  const egress = mergeGroups(all.map((told) => told.egress ?? {}));
  const instants = all.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).filter((at) => at !== null);
  return {
    attempts: sum((told) => told.attempts),
    failed: sum((told) => told.failed),
    nonUser: sum((told) => told.nonUser),
    classes: mergeClasses(files),
    causes: mergeCauses(all),
    hours: hours.groups,
    targets: targets.groups,
    egress: egress.groups,
    beyond: sum((told) => told.beyond) + hours.beyond + targets.beyond + egress.beyond,
    undated: sum((told) => told.undated),
    firstAt: instants.toSorted()[0] ?? null,
    lastAt: instants.toSorted().at(-1) ?? null,
  };
}

function mergeClasses(files: readonly DiagnosedFile[]): MergedClass[] {
  const merged = new Map<string, MergedClass>();
  for (const { evidenceId, diagnosis } of files)
    for (const { proofs, ...entry } of diagnosis.classes) {
      const key = `${entry.class} ${entry.vendor ?? ''}`;
      const former = merged.get(key);
      merged.set(key, {
        ...entry,
        attempts: entry.attempts + (former?.attempts ?? 0),
        proofs: [...(former?.proofs ?? []), ...proofs.map((span) => ({ evidenceId, ...span }))].slice(0, proofsMax),
      });
    }
  return [...merged.values()].sort(
    (one, other) => other.attempts - one.attempts || one.class.localeCompare(other.class, 'en'),
  );
}

function mergeCauses(all: readonly Told[]): Diagnosis['causes'] {
  const causes: Partial<Record<ReviewCause, number>> = {};
  for (const { causes: own } of all)
    for (const [cause, count] of Object.entries(own) as [ReviewCause, number][])
      causes[cause] = (causes[cause] ?? 0) + count;
  return causes;
}

function mergeGroups(all: readonly Groups[]): { groups: Groups; beyond: number } {
  const merged = new Map<string, FailureCount>();
  for (const [name, count] of all.flatMap((groups) => Object.entries(groups))) {
    const former = merged.get(name) ?? { attempts: 0, failed: 0, nonUser: 0 };
    merged.set(name, {
      attempts: former.attempts + count.attempts,
      failed: former.failed + count.failed,
      nonUser: former.nonUser + count.nonUser,
    });
  }
  const sorted = [...merged].sort(([one], [other]) => (one < other ? -1 : 1));
  const beyond = sorted.slice(groupsMax).reduce((total, [, { attempts }]) => total + attempts, 0);
  return { groups: Object.fromEntries(sorted.slice(0, groupsMax)), beyond };
}

/** What would have to be known to say more. */
export const diagnosisGaps = [
  'attempts',
  'clear_attempts',
  'times',
  'times_in_window',
  'longer_log',
  'egress',
] as const;

export type DiagnosisGap = (typeof diagnosisGaps)[number];

/** A stretch of hours through which no attempt went well enough. */
export interface UnusableStretch extends Interval {
  readonly hours: number;
  /** Hours in which somebody tried. */
  readonly observedHours: number;
}

export interface TicketFinding {
  /** Whose fault most of the failed attempts were; `null` where none stands out. */
  readonly cause: ReviewCause | null;
  readonly certainty: Certainty | null;
  /** Whether it was persistently unusable within the window, for causes that are not the user's; `null`: cannot tell. */
  readonly persistent: boolean | null;
  /** The longest stretch within the window. */
  readonly unusable: UnusableStretch | null;
  readonly missing: readonly DiagnosisGap[];
}

export interface TicketDiagnosis {
  readonly files: readonly { readonly evidenceId: string; readonly diagnosis: LogDiagnosis }[];
  /** Files that nothing was read of, such as pictures. */
  readonly unread: readonly string[];
  readonly merged: MergedDiagnosis;
  readonly finding: TicketFinding;
  /** What the desk's own tests of the plan say; `null` where none were made. */
  readonly probes: { readonly diagnosis: Diagnosis; readonly finding: TicketFinding } | null;
  /** The days within which it must have been unusable (RP-2.4a); `null` where no policy was in force at the asking. */
  readonly window: Interval | null;
}

/** So much of the clearly classed failures must be one cause's, and of all failures be clear, for that cause to stand out. */
const standsOutShare = 2 / 3;
const clearShareMin = 1 / 2;
/** House rule: an hour is unusable where no more of its attempts went well, and so many failures are not the user's. */
const worksShareMax = 0.1;
const nonUserShareMin = 1 / 2;
/** House rule: so long without a usable hour in between is persistent, where somebody tried in so many of the hours. */
const persistentHoursMin = 24;
const observedHoursMin = 4;
/** Hours without an attempt are bridged up to here; a longer silence begins another stretch. */
const silentHoursMax = 24;

const hourMs = 3_600_000;

/** Within the window of RP-2.3, whose end counts; without one nothing can be said of persistence. */
export function findingOf(merged: MergedDiagnosis, window: Interval | null): TicketFinding {
  const { cause, certainty } = causeOf(merged);
  const inWindow = window === null ? [] : hoursWithin(merged.hours, window);
  const unusable = longestOf(stretchesOf(inWindow));
  const persistent = persistenceOf(inWindow, unusable);
  const gaps: Readonly<Record<DiagnosisGap, boolean>> = {
    attempts: merged.attempts === 0,
    clear_attempts: merged.attempts > 0 && merged.failed > 0 && cause === null,
    times: merged.attempts > 0 && merged.undated === merged.attempts,
    times_in_window: merged.attempts > merged.undated && window !== null && inWindow.length === 0,
    longer_log: inWindow.length > 0 && persistent === null,
    egress: merged.attempts > 0 && Object.keys(merged.egress).length === 0,
  };
  return { cause, certainty, persistent, unusable, missing: diagnosisGaps.filter((gap) => gaps[gap]) };
}

function causeOf({ classes, causes, failed }: MergedDiagnosis): Pick<TicketFinding, 'cause' | 'certainty'> {
  const clear = failed - (causes.unclear ?? 0);
  const found = (Object.entries(causes) as [ReviewCause, number][]).find(
    ([name, count]) => name !== 'unclear' && count >= clear * standsOutShare,
  );
  if (!found || clear < failed * clearShareMin) return { cause: null, certainty: null };
  // The commonest comes first.
  return { cause: found[0], certainty: classes.find((entry) => entry.cause === found[0])?.certainty ?? null };
}

interface Hour {
  readonly from: number;
  readonly isUnusable: boolean;
}

const isUnusable = ({ attempts, failed, nonUser }: FailureCount): boolean =>
  failed > 0 && attempts - failed <= attempts * worksShareMax && nonUser >= failed * nonUserShareMin;

/** Hours with attempts that touch the window, oldest first. */
const hoursWithin = (hours: Groups, window: Interval): Hour[] =>
  Object.entries(hours)
    .map(([at, count]) => ({ from: Date.parse(at), isUnusable: isUnusable(count) }))
    .filter(({ from }) => from + hourMs > Date.parse(window.from) && from <= Date.parse(window.until))
    .sort((one, other) => one.from - other.from);

function stretchesOf(hours: readonly Hour[]): UnusableStretch[] {
  const stretches: { from: number; until: number; observed: number }[] = [];
  let isOpen = false;
  for (const { from, isUnusable } of hours) {
    const last = stretches.at(-1);
    if (isUnusable && isOpen && last && from - last.until <= silentHoursMax * hourMs) {
      last.until = from + hourMs;
      last.observed += 1;
    } else if (isUnusable) stretches.push({ from, until: from + hourMs, observed: 1 });
    isOpen = isUnusable;
  }
  return stretches.map(({ from, until, observed }) => ({
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    hours: (until - from) / hourMs,
    observedHours: observed,
  }));
}

const longestOf = (stretches: readonly UnusableStretch[]): UnusableStretch | null =>
  stretches.reduce<UnusableStretch | null>(
    (longest, stretch) => (longest === null || stretch.hours > longest.hours ? stretch : longest),
    null,
  );

function persistenceOf(hours: readonly Hour[], unusable: UnusableStretch | null): boolean | null {
  if (hours.length === 0) return null;
  if (unusable && unusable.hours >= persistentHoursMin && unusable.observedHours >= observedHoursMin) return true;
  // Only what was seen to work again was not persistent; a log that ends in failure may have ended too soon.
  return hours.at(-1)?.isUnusable === false ? false : null;
}

/** The classes that are told with the fact: those of its cause first. */
const classesToldMax = 3;

/** As the engine takes it: codes, counts and places in files, never hosts. */
export function diagnosisFact(merged: MergedDiagnosis, finding: TicketFinding): DiagnosisFact {
  const ofCause = merged.classes.filter((entry) => entry.cause === finding.cause && entry.cause !== null);
  return {
    cause: finding.cause,
    certainty: finding.certainty,
    persistent: finding.persistent,
    unusable: finding.unusable && { from: finding.unusable.from, until: finding.unusable.until },
    attempts: merged.attempts,
    failed: merged.failed,
    nonUser: merged.nonUser,
    classes: ofCause.slice(0, classesToldMax).map(({ class: name, vendor, attempts, proofs }) => ({
      class: name,
      vendor,
      attempts,
      proofs,
    })),
  };
}

/** So many tests of ours, of which no more failed, show that the plan works from the seller's side. */
const workingProbesMin = 6;
const workingFailedShareMax = 0.1;

const showsWorking = (probes: DiagnosisFact | undefined): boolean =>
  probes !== undefined &&
  probes.attempts >= workingProbesMin &&
  probes.failed <= probes.attempts * workingFailedShareMax;

/**
 * The finding that a reviewer would confirm; `null` where neither the files nor the desk's own tests name a cause, or each
 * names another. Whether it was persistent is left to a person where the cause is modest evidence only, or where what the
 * files claim does not show from the seller's side.
 */
export function suggestedReview({ diagnosis, probes }: Pick<CaseFacts, 'diagnosis' | 'probes'>): ReviewFact | null {
  const told = [diagnosis, probes].flatMap((fact) => (fact?.value.cause ? fact.value : []));
  const [cause, ...others] = new Set(told.map((one) => one.cause));
  if (!cause || others.length > 0) return null;
  const isBorneOut = told.some(({ certainty }) => certainty !== 'modest') && !showsWorking(probes?.value);
  const persistent = told.find((one) => one.persistent !== null)?.persistent ?? null;
  return {
    cause,
    persistent: persistent === true && !isBorneOut ? null : persistent,
    sellerMistake: false,
    lost: told.flatMap(({ unusable }) => unusable ?? []),
  };
}
