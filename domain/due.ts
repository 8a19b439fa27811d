/**
 * When a ticket moves by itself: the one instant at which its workflow's timer fires next, reckoned from recorded facts
 * and pauses. Pure; a clock that stands still has no instant until it goes on.
 */

import { deadlineAfter, remediationDeadline } from './clocks.ts';
import type { ClockPause } from './facts.ts';
import type { PolicyParameters } from './policy.ts';
import type { TicketPhase } from './ticket.ts';

export const dueKinds = ['gathering', 'information', 'remediation', 'fix_answer', 'offer', 'kyc'] as const;

/** gathering, information: lapse. fix_answer: silence counts as mended. kyc: the check is timed out. */
export type DueKind = (typeof dueKinds)[number];

export interface Due {
  readonly kind: DueKind;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** What a ticket waits for, as its rows tell. */
export interface Waits {
  readonly phase: TicketPhase;
  readonly parameters: PolicyParameters;
  /** RP-2.4a: the customer's report, from which the days count. */
  readonly reportedAt: string;
  /** When materials were last asked for: at the asking, or at the reopening. */
  readonly gatheringSince: string;
  readonly informationAskedAt: string | null;
  readonly fixReportedAt: string | null;
  readonly offeredAt: string | null;
  readonly kycDueAt: string | null;
  readonly pauses: readonly ClockPause[];
}

/** The next instant at which the ticket moves by itself, or `null` where only people or providers move it. */
export function nextDue(waits: Waits): Due | null {
  const dues = [dueOfPhase(waits), waits.kycDueAt === null ? null : { kind: 'kyc' as const, at: waits.kycDueAt }];
  const open = dues.filter((due) => due !== null);
  if (waits.phase === 'closed' || open.length === 0) return null;
  return open.reduce((first, due) => (due.at < first.at ? due : first));
}

function dueOfPhase(waits: Waits): Due | null {
  const { waiting, remediation, compensation } = waits.parameters;
  const after = (kind: DueKind, from: string, days: number, clock: ClockPause['clock'] | null): Due | null => {
    const at = deadlineAfter(from, days, clock === null ? [] : waits.pauses.filter((pause) => pause.clock === clock));
    return at === null ? null : { kind, at };
  };
  switch (waits.phase) {
    case 'gathering':
      return after('gathering', waits.gatheringSince, waiting.lapseDays, 'lapse');
    case 'reviewing':
      return waits.informationAskedAt === null
        ? null
        : after('information', waits.informationAskedAt, waiting.lapseDays, 'lapse');
    case 'remediating': {
      // A fix that was reported in time is the customer's to judge, also past the deadline.
      if (waits.fixReportedAt !== null) return after('fix_answer', waits.fixReportedAt, remediation.answerDays, null);
      const at = remediationDeadline(waits.reportedAt, waits.parameters, waits.pauses);
      return at === null ? null : { kind: 'remediation', at };
    }
    case 'offering':
      return waits.offeredAt === null ? null : after('offer', waits.offeredAt, compensation.offerDays, 'offer');
    case 'deciding':
    case 'settling':
    case 'closed':
      return null;
  }
}
