/**
 * When a ticket moves by itself: the one instant at which its workflow's timer fires next, reckoned from recorded facts
 * and pauses. Pure; a clock that stands still has no instant until it goes on.
 */

import { dayMs, dueWithPauses, remediationClock } from './clocks.ts';
import type { Due, DueKind } from './due-kind.ts';
import type { CaseFacts, ClockKind } from './facts.ts';
import type { PolicyParameters } from './policy.ts';
import { instantMs, instantText } from './spans.ts';
import type { TicketPhase } from './ticket.ts';

/** What a ticket waits for, as its rows tell. */
export interface Waits {
  readonly phase: TicketPhase;
  readonly parameters: PolicyParameters;
  readonly facts: CaseFacts;
  /** When materials were last asked for: at the asking, or at the reopening. */
  readonly gatheringSince: string;
  readonly informationAskedAt: string | null;
  /** RP-2.4a: a fix that awaits the customer's word: when it was reported, and from when they were asked. */
  readonly fix: { readonly reportedAt: string; readonly askedAt: string } | null;
  readonly offeredAt: string | null;
  /** For how long the offer was made; `null` where there is none. */
  readonly offerDays: number | null;
  /** RP-5.3: the check of identity that is asked for; `null` where none is. */
  readonly kyc: { readonly askedAt: string; readonly dueAt: string } | null;
  readonly systemDecides: boolean;
}

/** The next instant at which the ticket moves by itself, or `null` where only people or providers move it. */
export function nextDue(waits: Waits, now: string): Due | null {
  if (waits.phase === 'closed') return null;
  const dues = [dueOfPhase(waits, now), waits.kyc === null ? null : { kind: 'kyc' as const, at: waits.kyc.dueAt }];
  const open = dues.filter((due) => due !== null);
  return open.length === 0 ? null : open.reduce((first, due) => (due.at < first.at ? due : first));
}

/** What the phase itself waits for, whatever else may be due before. */
export function dueOfPhase(waits: Waits, now: string): Due | null {
  const { facts, parameters } = waits;
  const { waiting, remediation, compensation } = parameters;
  const after = (kind: DueKind, from: string | null, days: number, clock: ClockKind | null): Due | null => {
    if (from === null) return null;
    const pauses = facts.pauses.filter((pause) => pause.clock === clock);
    const at = instantText(dueWithPauses(instantMs(from), days * dayMs, pauses, instantMs(now)));
    return standing(
      kind,
      at,
      pauses.some(({ until }) => until === null),
      now,
    );
  };
  switch (waits.phase) {
    case 'gathering':
      return after('gathering', waits.gatheringSince, waiting.lapseDays, 'lapse');
    case 'reviewing':
      return after('information', waits.informationAskedAt, waiting.lapseDays, 'lapse');
    case 'remediating': {
      const { dueAt, paused } = remediationClock(facts, reportedAtOf(facts), parameters, instantMs(now));
      // A fix that was reported in time is the customer's to judge, also past the deadline.
      if (waits.fix !== null && waits.fix.reportedAt <= dueAt)
        return after('fix_answer', waits.fix.askedAt, remediation.answerDays, null);
      return standing('remediation', dueAt, paused, now);
    }
    case 'offering':
      return after('offer', waits.offeredAt, waits.offerDays ?? compensation.offerDays, 'offer');
    case 'deciding':
      return waits.systemDecides ? { kind: 'system_decision', at: now } : null;
    case 'settling':
    case 'closed':
      return null;
  }
}

/** A clock that stands still moves its instant on for as long as it does; what came before it stood is due none the less. */
const standing = (kind: DueKind, at: string, paused: boolean, now: string): Due | null =>
  paused && at > now ? null : { kind, at };

/** RP-2.4a: the customer's report, from which the days count. */
const reportedAtOf = (facts: CaseFacts): string => facts.remediation?.reportedAt ?? facts.askedAt;
