/** Reminders before something lapses or a promise breaks: which there are, when, and that none comes too late. */

import { describe, expect, test } from '@jest/globals';
import type { DecisionStanding } from '../../domain/assessment.ts';
import { dueOfPhase, type Waits } from '../../domain/due.ts';
import type { Due, DueKind } from '../../domain/due-kind.ts';
import type { CaseFacts } from '../../domain/facts.ts';
import { plannedReminders } from '../../domain/reminders.ts';
import { ticketPhases } from '../../domain/ticket.ts';
import { aCase, after, askedAt, dayMs, firstVersion } from './case-builder.ts';

const days = (count: number): string => after(askedAt, count * dayMs);

const aWait = (more: Partial<Waits> = {}): Waits => ({
  phase: 'gathering',
  parameters: firstVersion.document.parameters,
  facts: aCase().input().facts,
  gatheringSince: askedAt,
  informationAskedAt: null,
  fix: null,
  offeredAt: null,
  offerDays: null,
  kyc: null,
  systemDecides: false,
  ...more,
});

const aDue = (kind: DueKind, count: number): Due => ({ kind, at: days(count) });

const aPromise = (more: Partial<DecisionStanding> = {}): DecisionStanding => ({
  startedAt: askedAt,
  dueAt: days(9),
  paused: false,
  remindAt: days(5),
  escalateAt: days(8),
  holidaysKnown: true,
  ...more,
});

describe('before something is due', () => {
  test('RP-4.2: materials are reminded of 3 and 7 days after they were asked for', () => {
    expect(plannedReminders(aWait(), aDue('gathering', 14), null)).toEqual([
      { kind: 'materials', at: days(3), dueAt: days(14) },
      { kind: 'materials', at: days(7), dueAt: days(14) },
    ]);
  });

  test('RP-4.2, T2: days on which the lapse stood still move its reminders as well, and those that were sent stay', () => {
    const pause = { clock: 'lapse', reason: 'dispute', from: days(4), until: days(10) } as const;
    const other = { clock: 'decision', reason: 'dispute', from: days(0), until: days(12) } as const;
    const { facts } = aCase().input();
    const held = aWait({ facts: { ...facts, pauses: [pause, other] } });
    expect(plannedReminders(held, aDue('gathering', 20), null)).toEqual([
      { kind: 'materials', at: days(3), dueAt: days(20) },
      { kind: 'materials', at: days(13), dueAt: days(20) },
    ]);
    const asked = { ...held, phase: 'reviewing', informationAskedAt: days(2) } as const;
    expect(plannedReminders(asked, aDue('information', 22), null).map(({ at }) => at)).toEqual([days(11), days(15)]);
  });

  test('RP-4.2: a question is reminded of 3 and 7 days after it was asked, and one that is not open never', () => {
    const asked = aWait({ phase: 'reviewing', informationAskedAt: days(2) });
    const planned = plannedReminders(asked, aDue('information', 16), null);
    expect(planned.map(({ kind, at }) => [kind, at])).toEqual([
      ['information', days(5)],
      ['information', days(9)],
    ]);
    expect(plannedReminders(aWait({ phase: 'reviewing' }), aDue('information', 16), null)).toEqual([]);
  });

  test.each(['offer', 'fix_answer'] as const)(
    'RP-4.5, RP-2.4a: of %s the customer is reminded a day before',
    (kind) => {
      expect(plannedReminders(aWait({ phase: 'offering' }), aDue(kind, 14), null)).toEqual([
        { kind, at: days(13), dueAt: days(14) },
      ]);
    },
  );

  test('RP-2.4a: the days for mending are reminded of 3 days before their end, and a day before by a lead', () => {
    expect(plannedReminders(aWait({ phase: 'remediating' }), aDue('remediation', 15), null)).toEqual([
      { kind: 'mending', at: days(12), dueAt: days(15) },
      { kind: 'mending_escalation', at: days(14), dueAt: days(15) },
    ]);
  });

  test('RP-2.4a: while a fix waits for its answer only the customer is reminded', () => {
    const waits = aWait({ phase: 'remediating', fix: { reportedAt: days(9), askedAt: days(9) } });
    const planned = plannedReminders(waits, dueOfPhase(waits, days(9)), null);
    expect(planned).toEqual([{ kind: 'fix_answer', at: days(11), dueAt: days(12) }]);
  });

  test('RP-2.4a: the reminders of mending move with a pause that ended, and are none while it stands still', () => {
    const owed = (until: string | null): CaseFacts['pauses'][number] => ({
      clock: 'remediation',
      reason: 'customer',
      from: days(2),
      until,
    });
    const planned = (until: string | null) => {
      const waits = aWait({ phase: 'remediating', facts: { ...aCase().input().facts, pauses: [owed(until)] } });
      return plannedReminders(waits, dueOfPhase(waits, days(6)), null).map(({ at, dueAt }) => [at, dueAt]);
    };
    expect(planned(null)).toEqual([]);
    expect(planned(days(6))).toEqual([
      [days(16), days(19)],
      [days(18), days(19)],
    ]);
  });

  test('what a desk decides by itself is due at once and has no reminder', () => {
    expect(plannedReminders(aWait({ phase: 'deciding' }), aDue('system_decision', 14), null)).toEqual([]);
  });

  const kycDays = (waits: Waits): string[] => plannedReminders(waits, null, null).map(({ at }) => at);

  test.each(ticketPhases)(
    'RP-5.3: in %s a check of identity is reminded of as often as a question, and a day before',
    (phase) => {
      const waits = aWait({ phase, kyc: { askedAt: days(1), dueAt: days(15) } });
      expect(plannedReminders(waits, null, null)).toEqual([
        { kind: 'kyc', at: days(4), dueAt: days(15) },
        { kind: 'kyc', at: days(8), dueAt: days(15) },
        { kind: 'kyc', at: days(14), dueAt: days(15) },
      ]);
    },
  );

  test('RP-5.3: of a short check no day is told twice, and none after its end', () => {
    expect(kycDays(aWait({ kyc: { askedAt, dueAt: days(4) } }))).toEqual([days(3)]);
    expect(kycDays(aWait({ kyc: { askedAt, dueAt: days(2) } }))).toEqual([days(1)]);
  });

  test('what would come with the lapse itself or after it is not planned', () => {
    expect(plannedReminders(aWait(), aDue('gathering', 7), null).map(({ at }) => at)).toEqual([days(3)]);
    expect(plannedReminders(aWait(), aDue('gathering', 3), null)).toEqual([]);
  });

  test('nothing due and nothing promised is nothing to remind of', () => {
    expect(plannedReminders(aWait({ phase: 'settling' }), null, null)).toEqual([]);
  });
});

describe('before a promise breaks', () => {
  test.each(['reviewing', 'deciding'] as const)(
    'RP-4.3: in %s agents are reminded, the customer hears of progress, and it escalates before the end',
    (phase) => {
      expect(plannedReminders(aWait({ phase }), null, aPromise())).toEqual([
        { kind: 'decision', at: days(5), dueAt: days(9) },
        { kind: 'progress', at: days(5), dueAt: days(9) },
        { kind: 'escalation', at: days(8), dueAt: days(9) },
      ]);
    },
  );

  test('RP-4.3: a promise that stands still, or was kept by an answer, reminds nobody', () => {
    expect(plannedReminders(aWait({ phase: 'reviewing' }), null, aPromise({ paused: true }))).toEqual([]);
    for (const phase of ['gathering', 'remediating', 'offering', 'settling'] as const)
      expect(plannedReminders(aWait({ phase }), null, aPromise())).toEqual([]);
  });

  test('RP-4.3: a promise beside an open question has the reminders of both', () => {
    const waits = aWait({ phase: 'reviewing', informationAskedAt: askedAt });
    const planned = plannedReminders(waits, aDue('information', 14), aPromise());
    expect(planned.map(({ kind }) => kind)).toEqual([
      'information',
      'information',
      'decision',
      'progress',
      'escalation',
    ]);
  });
});
