/**
 * The clocks of a case as arithmetic over recorded facts and pauses: the window (RP-2.3), the remediation (RP-2.4a) and
 * the decision (RP-4.3). Nothing ticks here: the same facts and the same instant give the same dates.
 */

import type { ClockStanding, DecisionStanding } from './assessment.ts';
import type { Calendar } from './calendar.ts';
import type { CaseFacts, ClockKind, ClockPause, PauseReason } from './facts.ts';
import type { PolicyParameters } from './policy.ts';
import { clipSpans, instantMs, instantText, lengthMs, mergeSpans, type Span, subtractSpans, toSpan } from './spans.ts';

export const dayMs = 24 * 60 * 60_000;

type Pause = Pick<ClockPause, 'from' | 'until'>;

/** Pauses as spans, an open one up to now: it holds a clock until the instant of judgement and says nothing beyond. */
const pausedSpans = (pauses: readonly Pause[], now: number): Span[] =>
  mergeSpans(pauses.map((pause) => toSpan(pause, now)));

/** How long a clock stood still between two instants; pauses that overlap count once. */
export const pausedMs = (pauses: readonly Pause[], from: number, until: number): number =>
  lengthMs(clipSpans(pausedSpans(pauses, until), { from, until }));

const isPausedAt = (pauses: readonly Pause[], now: number): boolean =>
  pauses.some(({ from, until }) => instantMs(from) <= now && (until === null || now < instantMs(until)));

/** When the clock has run for its whole length, time in pauses not counted; what lies before the start counts nothing. */
export function dueWithPauses(start: number, length: number, pauses: readonly Pause[], now: number): number {
  let due = start + length;
  for (const pause of pausedSpans(pauses, now)) {
    if (pause.from >= due) break;
    due += Math.max(0, pause.until - Math.max(pause.from, start));
  }
  return due;
}

/**
 * The end of the n-th business day after the start, moved on by the paused time that fell on business days before it.
 * The move is exact, so that a pause of an hour costs the customer an hour and not a day.
 */
export function businessDueWithPauses(
  calendar: Calendar,
  start: number,
  days: number,
  pauses: readonly Pause[],
  now: number,
): number {
  const promised = calendar.addBusinessDays(start, days);
  const paused = pausedSpans(pauses, now);
  if (paused.length === 0) return promised;
  // Time of business days that must pass unpaused: what lies between the start and the end that was promised.
  let left = 0;
  for (const coming = calendar.businessDaysFrom(start); ; ) {
    const day = coming.next().value;
    if (day.from >= promised) break;
    left += day.until - Math.max(day.from, start);
  }
  for (const coming = calendar.businessDaysFrom(start); ; ) {
    const day = coming.next().value;
    for (const span of subtractSpans([{ from: Math.max(day.from, start), until: day.until }], paused)) {
      if (left <= span.until - span.from) return span.from + left;
      left -= span.until - span.from;
    }
  }
}

const pausesOf = (facts: CaseFacts, clock: ClockKind, reasons?: readonly PauseReason[]): ClockPause[] =>
  facts.pauses.filter((pause) => pause.clock === clock && (reasons === undefined || reasons.includes(pause.reason)));

/** RP-2.3: the last instant at which it can still be asked; so many times 24 hours after the capture, it included. */
export const windowEndMs = (firstCapturedAt: string, parameters: PolicyParameters): number =>
  instantMs(firstCapturedAt) + parameters.requestWindowDays * dayMs;

/** RP-2.4a: the days count from the customer's report and stand still only where the customer owed details. */
export function remediationClock(
  facts: CaseFacts,
  reportedAt: string,
  parameters: PolicyParameters,
  now: number,
): ClockStanding {
  const pauses = parameters.remediation.owedDaysPause ? pausesOf(facts, 'remediation', ['customer']) : [];
  const due = dueWithPauses(instantMs(reportedAt), parameters.remediation.days * dayMs, pauses, now);
  return { startedAt: reportedAt, dueAt: instantText(due), paused: isPausedAt(pauses, now) };
}

/**
 * RP-4.3: counts from the moment the materials were complete; it pauses and never starts anew. Only a claim that was
 * answered, or lapsed, and is opened again is owed an answer of its own.
 */
export function decisionClock(
  facts: CaseFacts,
  parameters: PolicyParameters,
  calendar: Calendar,
  now: number,
): DecisionStanding | null {
  if (facts.materialsCompleteAt === null) return null;
  const startedAt =
    facts.reopenedAt && facts.reopenedAt > facts.materialsCompleteAt ? facts.reopenedAt : facts.materialsCompleteAt;
  const start = instantMs(startedAt);
  const pauses = pausesOf(facts, 'decision');
  const after = (days: number): number => businessDueWithPauses(calendar, start, days, pauses, now);
  const { remindAfterBusinessDays, escalateAfterBusinessDays, dueAfterBusinessDays } = parameters.response;
  const due = after(dueAfterBusinessDays);
  return {
    startedAt,
    dueAt: instantText(due),
    paused: isPausedAt(pauses, now),
    remindAt: instantText(after(remindAfterBusinessDays)),
    escalateAt: instantText(after(escalateAfterBusinessDays)),
    holidaysKnown: [start, due - 1].every((at) => calendar.knowsHolidaysOf(calendar.localDate(at))),
  };
}
