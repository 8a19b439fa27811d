/**
 * The dated reminders of a ticket: to the customer before something lapses, to the agents before a promise breaks
 * (RP-4.3), and to the customer of a complex case that it goes on. Pure: which there should be, by what is due.
 */

import type { Assessment } from './assessment.ts';
import type { Waits } from './due.ts';
import type { Due } from './due-kind.ts';

export const reminderKinds = [
  'materials',
  'information',
  'decision',
  'escalation',
  'progress',
  'offer',
  'fix_answer',
] as const;

export type ReminderKind = (typeof reminderKinds)[number];

export interface Reminder {
  readonly kind: ReminderKind;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** What it reminds of. */
  readonly dueAt: string;
}

const dayMs = 86_400_000;

const daysBefore = (instant: string, days: number): string =>
  new Date(Date.parse(instant) - days * dayMs).toISOString();

const daysAfter = (instant: string, days: number): string => daysBefore(instant, -days);

/** One day before an offer or a fix's silence runs out. */
const noticeDays = 1;

/**
 * The reminders that a ticket should have, with what its phase waits for and what is due by its promise. One whose time
 * has come stands until it was sent, or until what it reminds of does not stand any more.
 */
export function plannedReminders(
  waits: Waits,
  due: Due | null,
  decision: Assessment['clocks']['decision'],
): Reminder[] {
  return [...remindersOfDue(waits, due), ...remindersOfPromise(waits, decision)].filter(({ at, dueAt }) => at < dueAt);
}

function remindersOfDue(waits: Waits, due: Due | null): Reminder[] {
  if (due === null) return [];
  const { reminderDays } = waits.parameters.waiting;
  switch (due.kind) {
    case 'gathering':
      return reminderDays.map((days) => ({
        kind: 'materials',
        at: daysAfter(waits.gatheringSince, days),
        dueAt: due.at,
      }));
    case 'information': {
      const { informationAskedAt } = waits;
      if (informationAskedAt === null) return [];
      return reminderDays.map((days) => ({
        kind: 'information',
        at: daysAfter(informationAskedAt, days),
        dueAt: due.at,
      }));
    }
    case 'offer':
      return [{ kind: 'offer', at: daysBefore(due.at, noticeDays), dueAt: due.at }];
    case 'fix_answer':
      return [{ kind: 'fix_answer', at: daysBefore(due.at, noticeDays), dueAt: due.at }];
    case 'remediation':
    case 'kyc':
    case 'system_decision':
      return [];
  }
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
