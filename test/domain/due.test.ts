/** When a ticket moves by itself: which wait is due next in each phase, and that a clock which stands still has no instant. */

import { describe, expect, test } from '@jest/globals';
import { nextDue, type Waits } from '../../domain/due.ts';
import type { CaseFacts, ClockKind, ClockPause, PauseReason } from '../../domain/facts.ts';
import { ticketPhases } from '../../domain/ticket.ts';
import { aCase, after, askedAt, dayMs, firstVersion, hourMs } from './case-builder.ts';

const { parameters } = firstVersion.document;

const aWait = (more: Partial<Waits> = {}, facts: Partial<CaseFacts> = {}): Waits => ({
  phase: 'reviewing',
  parameters,
  facts: { ...aCase().input().facts, ...facts },
  gatheringSince: askedAt,
  informationAskedAt: null,
  fix: null,
  offeredAt: null,
  offerDays: null,
  kyc: null,
  systemDecides: false,
  ...more,
});

const days = (count: number): string => after(askedAt, count * dayMs);

/** Told, and the customer asked, on these days. */
const aFix = (reported: number, asked = reported): Waits['fix'] => ({
  reportedAt: days(reported),
  askedAt: days(asked),
});

/** Asked for with the claim itself. */
const aCheck = (until: number): Waits['kyc'] => ({ askedAt, dueAt: days(until) });

const aPause = (
  clock: ClockKind,
  from: number,
  until: number | null,
  reason: PauseReason = 'customer',
): ClockPause => ({
  clock,
  reason,
  from: days(from),
  until: until === null ? null : days(until),
});

describe('each phase', () => {
  test('RP-4.2: materials lapse 14 days after they were last asked for', () => {
    expect(nextDue(aWait({ phase: 'gathering' }), days(1))).toEqual({ kind: 'gathering', at: days(14) });
    const reopened = aWait({ phase: 'gathering', gatheringSince: days(20) });
    expect(nextDue(reopened, days(20))).toEqual({ kind: 'gathering', at: days(34) });
  });

  test('RP-4.2: a review lapses only where the customer was asked, 14 days after the question', () => {
    expect(nextDue(aWait(), days(1))).toBeNull();
    expect(nextDue(aWait({ informationAskedAt: days(2) }), days(3))).toEqual({ kind: 'information', at: days(16) });
  });

  test('RP-2.4a: the remediation is due 15 days after the report, not after the phase began', () => {
    expect(nextDue(aWait({ phase: 'remediating' }), days(4))).toEqual({ kind: 'remediation', at: days(15) });
  });

  test('RP-2.4a: where no report of the fault stands apart, the days count from the asking', () => {
    const waits = aWait({ phase: 'remediating' }, { remediation: null });
    expect(nextDue(waits, days(4))).toEqual({ kind: 'remediation', at: days(15) });
  });

  test('RP-2.4a: a reported fix waits 3 days for an answer, also past the deadline', () => {
    const waits = aWait({ phase: 'remediating', fix: aFix(14) });
    expect(nextDue(waits, days(14))).toEqual({ kind: 'fix_answer', at: days(17) });
    // Kept in time, and told late: the days are the customer's from when they were asked.
    const late = aWait({ phase: 'remediating', fix: aFix(15, 20) });
    expect(nextDue(late, days(20))).toEqual({ kind: 'fix_answer', at: days(23) });
  });

  test('RP-2.4a: a deadline that passed is told as it was, so that its timer fires at once', () => {
    expect(nextDue(aWait({ phase: 'remediating' }), days(16))).toEqual({ kind: 'remediation', at: days(15) });
  });

  test('RP-4.5: an offer expires 14 days after it was made', () => {
    expect(nextDue(aWait({ phase: 'offering', offeredAt: days(5) }), days(5))).toEqual({ kind: 'offer', at: days(19) });
    // An offer keeps the term that it was made on.
    const kept = aWait({ phase: 'offering', offeredAt: days(5), offerDays: 30 });
    expect(nextDue(kept, days(5))).toEqual({ kind: 'offer', at: days(35) });
  });

  test('RP-4.6: where the desk may decide by itself, that is due now', () => {
    expect(nextDue(aWait({ phase: 'deciding' }), days(3))).toBeNull();
    const waits = aWait({ phase: 'deciding', systemDecides: true });
    expect(nextDue(waits, days(3))).toEqual({ kind: 'system_decision', at: days(3) });
  });

  test('RP-4.6: the desk decides in no other phase', () => {
    for (const phase of ticketPhases.filter((name) => name !== 'deciding'))
      expect(nextDue(aWait({ phase, systemDecides: true }), days(3))?.kind).not.toBe('system_decision');
  });

  test('a settling ticket moves by providers and people alone, a closed one by nothing', () => {
    expect(nextDue(aWait({ phase: 'settling' }), days(3))).toBeNull();
    expect(nextDue(aWait({ phase: 'closed', kyc: aCheck(4), offeredAt: days(1) }), days(3))).toBeNull();
  });
});

describe('an identity check', () => {
  test('RP-5.3: it is due in every open phase, where nothing is due before', () => {
    for (const phase of ['reviewing', 'deciding', 'settling'] as const)
      expect(nextDue(aWait({ phase, kyc: aCheck(6) }), days(1))).toEqual({ kind: 'kyc', at: days(6) });
  });

  test('RP-5.3: of a check and a lapse the earlier is due', () => {
    const gathering = (until: number) => nextDue(aWait({ phase: 'gathering', kyc: aCheck(until) }), days(1));
    expect(gathering(13)).toEqual({ kind: 'kyc', at: days(13) });
    expect(gathering(15)).toEqual({ kind: 'gathering', at: days(14) });
  });
});

describe('pauses', () => {
  test.each([
    ['gathering', 'lapse', {}],
    ['reviewing', 'lapse', { informationAskedAt: askedAt }],
    ['offering', 'offer', { offeredAt: askedAt }],
  ] as const)(
    'RP-3.8: in %s an open pause of the %s clock leaves nothing due, one that ended moves it',
    (phase, clock, more) => {
      const due = (pause: ClockPause) => nextDue(aWait({ phase, ...more }, { pauses: [pause] }), days(5));
      expect(due(aPause(clock, 2, null))).toBeNull();
      expect(due(aPause(clock, 2, 5))?.at).toBe(days(17));
    },
  );

  test.each([
    ['gathering', 'lapse', {}],
    ['reviewing', 'lapse', { informationAskedAt: askedAt }],
    ['offering', 'offer', { offeredAt: askedAt }],
    ['remediating', 'remediation', {}],
  ] as const)('in %s a pause of the %s clock that began when its time had come leaves it due', (phase, clock, more) => {
    const length = phase === 'remediating' ? 15 : 14;
    const due = (from: number) => nextDue(aWait({ phase, ...more }, { pauses: [aPause(clock, from, null)] }), days(20));
    expect(due(length)?.at).toBe(days(length));
    expect(due(length - 1)).toBeNull();
  });

  test('a pause of another clock moves nothing', () => {
    const pauses = [aPause('decision', 1, null), aPause('offer', 1, null), aPause('remediation', 1, null)];
    expect(nextDue(aWait({ phase: 'gathering' }, { pauses }), days(5))?.at).toBe(days(14));
  });

  test('RP-2.4a, D13: the 15 days stand still for days that the customer owes, and not for a dispute', () => {
    const due = (pause: ClockPause) => nextDue(aWait({ phase: 'remediating' }, { pauses: [pause] }), days(6));
    expect(due(aPause('remediation', 2, 6))?.at).toBe(days(19));
    expect(due(aPause('remediation', 2, null))).toBeNull();
    expect(due(aPause('remediation', 2, null, 'dispute'))?.at).toBe(days(15));
  });

  test('RP-2.4a: where the version says that owed days do not pause, they do not', () => {
    const strict = { ...parameters, remediation: { ...parameters.remediation, owedDaysPause: false } };
    const waits = aWait({ phase: 'remediating', parameters: strict }, { pauses: [aPause('remediation', 2, 6)] });
    expect(nextDue(waits, days(6))?.at).toBe(days(15));
  });

  test('RP-2.4a: silence after a reported fix runs on, whatever clock stands still', () => {
    const pauses = (['decision', 'lapse', 'offer', 'remediation'] as const).map((clock) => aPause(clock, 1, null));
    const waits = aWait({ phase: 'remediating', fix: aFix(2) }, { pauses });
    expect(nextDue(waits, days(3))?.at).toBe(days(5));
  });
});

test('T1: what is due does not move with the instant at which it is asked, so that no timer is armed anew', () => {
  const waiting = [
    aWait({ phase: 'gathering' }),
    aWait({ phase: 'remediating' }),
    aWait({ phase: 'offering', offeredAt: askedAt }),
  ];
  for (const waits of waiting) {
    const asked = [0, hourMs, dayMs, 13 * dayMs].map((ms) => nextDue(waits, after(askedAt, ms))?.at);
    expect(new Set(asked).size).toBe(1);
  }
});
