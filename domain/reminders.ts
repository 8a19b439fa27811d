/**
 * The dated reminders of a ticket: to the customer before something lapses or a check runs out (RP-5.3), to the agents
 * before a promise breaks (RP-4.3) or the days for mending end (RP-2.4a), and to the customer of a complex case that it
 * goes on. Pure: which there should be, by what is due.
 */

import type { Assessment } from './assessment.ts';
import { dayMs, dueWithPauses } from './clocks.ts';
import type { Waits } from './due.ts';
import type { Due } from './due-kind.ts';
import { instantMs, instantText } from './spans.ts';

export const reminderKinds = [
  'materials',
  'information',
  'decision',
  'escalation',
  'progress',
  'offer',
  'fix_answer',
  'mending',
  'mending_escalation',
  'kyc',
] as const;

export type ReminderKind = (typeof reminderKinds)[number];

export interface Reminder {
  readonly kind: ReminderKind;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** What it reminds of. */
  readonly dueAt: string;
}

const daysBefore = (instant: string, days: number): string =>
  new Date(Date.parse(instant) - days * dayMs).toISOString();

const daysAfter = (instant: string, days: number): string => daysBefore(instant, -days);

/** One day before an offer, a fix's silence or a check of identity runs out. */
const noticeDays = 1;

/** RP-2.4a: the last days for mending, in which a fix can still be made, and the last one, in which it takes a lead. */
const mendingNoticeDays = 3;
const mendingEscalationDays = 1;

/**
 * The reminders that a ticket should have, with what its phase waits for and what is due by its promise. One whose time
 * has come stands until it was sent, or until what it reminds of does not stand any more.
 */
export function plannedReminders(
  waits: Waits,
  due: Due | null,
  decision: Assessment['clocks']['decision'],
): Reminder[] {
  const planned = [...remindersOfDue(waits, due), ...remindersOfPromise(waits, decision), ...remindersOfKyc(waits)];
  return planned.filter(({ at, dueAt }) => at < dueAt);
}

function remindersOfDue(waits: Waits, due: Due | null): Reminder[] {
  if (due === null) return [];
  switch (due.kind) {
    case 'gathering':
      return whileLapsing('materials', waits, waits.gatheringSince, due);
    case 'information':
      return whileLapsing('information', waits, waits.informationAskedAt, due);
    case 'offer':
      return [{ kind: 'offer', at: daysBefore(due.at, noticeDays), dueAt: due.at }];
    case 'fix_answer':
      return [{ kind: 'fix_answer', at: daysBefore(due.at, noticeDays), dueAt: due.at }];
    // Nothing reported as mended waits for its answer, so that it is still ours to mend.
    case 'remediation':
      return [
        { kind: 'mending', at: daysBefore(due.at, mendingNoticeDays), dueAt: due.at },
        { kind: 'mending_escalation', at: daysBefore(due.at, mendingEscalationDays), dueAt: due.at },
      ];
    case 'kyc':
    case 'system_decision':
      return [];
  }
}

/** RP-4.2: so many days after it was asked; those on which the clock stood still move them as they move the lapse. */
function whileLapsing(kind: ReminderKind, { facts, parameters }: Waits, since: string | null, due: Due): Reminder[] {
  if (since === null) return [];
  const pauses = facts.pauses.filter(({ clock }) => clock === 'lapse');
  return parameters.waiting.reminderDays.map((days) => ({
    kind,
    at: instantText(dueWithPauses(instantMs(since), days * dayMs, pauses, instantMs(due.at))),
    dueAt: due.at,
  }));
}

/** RP-5.3: in whatever phase; a check that runs out costs the customer the claim, so the last day is told as well. */
function remindersOfKyc({ kyc, parameters }: Waits): Reminder[] {
  if (kyc === null) return [];
  const days = parameters.waiting.reminderDays.map((count) => daysAfter(kyc.askedAt, count));
  const told = new Set([...days, daysBefore(kyc.dueAt, noticeDays)]);
  return [...told].map((at) => ({ kind: 'kyc', at, dueAt: kyc.dueAt }));
}

/** RP-4.3: while the promise runs, and not while its clock stands still. */
function remindersOfPromise(waits: Waits, decision: Assessment['clocks']['decision']): Reminder[] {
  if (decision === null || decision.paused || !['reviewing', 'deciding'].includes(waits.phase)) return [];
  const { remindAt, escalateAt, dueAt } = decision;
  return [
    { kind: 'decision', at: remindAt, dueAt },
    { kind: 'progress', at: remindAt, dueAt },
    { kind: 'escalation', at: escalateAt, dueAt },
  ];
}
