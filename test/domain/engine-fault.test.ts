/** When it was asked, whose fault it was, and whether it was mended: each boundary from both sides. */

import { describe, expect, test } from '@jest/globals';
import {
  aCase,
  after,
  aLateCase,
  anIncident,
  aReview,
  askedAt,
  by,
  capturedAt,
  dayMs,
  disputedBy,
  secondMs,
} from './case-builder.ts';

const windowEnd = after(capturedAt, 7 * dayMs);

describe('when it was asked for', () => {
  test('RP-2.3: exactly 7 times 24 hours after the capture is inside, a second and a millisecond later outside', () => {
    const asked = (ms: number) =>
      aCase()
        .facts({ askedAt: after(windowEnd, ms) })
        .finding('RP-2.3').verdict;
    expect([-secondMs, 0, 1, secondMs].map(asked)).toEqual(['passed', 'passed', 'failed', 'failed']);
  });

  test('RP-2.3: late without an incident is refused at once, without materials or a review', () => {
    const late = aLateCase().facts({ review: null, missing: ['evidence'], materialsCompleteAt: null });
    expect(late.proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.3', 'RP-3.1'] });
    expect(late.finding('RP-2.3').customer.en).toBe(
      'You asked on 2026-03-12 10:00:00 UTC. The 7 days from the first payment for this plan ended on 2026-03-09 10:00:00 UTC.',
    );
  });

  test('RP-2.3: the version’s own window holds, and asking before the capture is inside', () => {
    expect(aLateCase().parameters({ requestWindowDays: 10 }).finding('RP-2.3').verdict).toBe('passed');
    expect(
      aCase()
        .facts({ askedAt: after(capturedAt, -dayMs) })
        .finding('RP-2.3').verdict,
    ).toBe('passed');
  });

  test('RP-2.3: it counts from the first capture of the plan, not from this order’s purchase', () => {
    const renewed = aCase().order({
      firstCapturedAt: by('provider', after(askedAt, -8 * dayMs)),
      purchasedAt: askedAt,
    });
    expect(renewed.finding('RP-2.3').verdict).toBe('failed');
  });

  test('RP-2.3: an unknown first capture is waited for, and one on which records differ is for a person', () => {
    expect(aCase().order({ firstCapturedAt: null }).proposal()).toEqual({
      kind: 'wait',
      for: ['capture'],
      until: null,
    });
    expect(
      aCase()
        .order({ firstCapturedAt: disputedBy(capturedAt, askedAt) })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-2.3: disputed', 'RP-3.1: disputed'],
    });
  });

  test('RP-3.1: late asking is a ground of its own, and asking in time is none', () => {
    expect(aLateCase().finding('RP-3.1')).toMatchObject({ verdict: 'failed', reason: 'late' });
    expect(aCase().facts({ askedAt: windowEnd }).finding('RP-3.1').verdict).toBe('passed');
    expect(
      aCase()
        .facts({ askedAt: after(windowEnd, 1) })
        .finding('RP-3.1').verdict,
    ).toBe('failed');
  });
});

describe('the seller’s fault that was not mended', () => {
  const due = after(askedAt, 15 * dayMs);
  const fixed = (fixReportedAt: string | null, answer: 'mended' | 'not_mended' | 'silent' | null) =>
    aCase().facts({ remediation: { reportedAt: askedAt, fixReportedAt, answer, answeredBy: null } });

  test('RP-2.4a: a second before the 15 days are over it waits until then; at that moment it passes', () => {
    const early = aCase().at(after(due, -secondMs));
    expect(early.finding('RP-2.4a')).toMatchObject({ verdict: 'unknown', reason: 'remediation_running' });
    expect(early.proposal()).toEqual({ kind: 'wait', for: ['remediation'], until: due });
    expect(aCase().at(due).finding('RP-2.4a')).toMatchObject({ verdict: 'passed', reason: 'not_mended' });
    expect(aCase().at(due).proposal()).toMatchObject({ kind: 'refund', clauses: ['RP-2.0', 'RP-2.4a'] });
  });

  test.each(['mended', 'silent'] as const)(
    'RP-2.4a: a fix in time and the answer %s end it as remediated',
    (answer) => {
      expect(fixed(due, answer).finding('RP-2.4a')).toMatchObject({ verdict: 'failed', reason: 'mended' });
      expect(fixed(due, answer).proposal()).toEqual({ kind: 'remediated', clauses: ['RP-2.4a'] });
      expect(fixed(after(due, secondMs), answer).finding('RP-2.4a').verdict).toBe('passed');
      expect(fixed(null, answer).proposal().kind).toBe('remediated');
    },
  );

  test('RP-2.4a: a fix that the customer denies or has not answered lets the deadline stand', () => {
    for (const answer of ['not_mended', null] as const) {
      const denied = fixed(after(askedAt, 10 * dayMs), answer);
      expect(denied.at(after(due, -secondMs)).proposal()).toEqual({ kind: 'wait', for: ['remediation'], until: due });
      expect(denied.at(due).proposal().kind).toBe('refund');
    }
  });

  test('RP-2.4a: a fix that came in time is the customer’s to judge for the version’s days, past the deadline as well', () => {
    const reportedAt = after(due, -dayMs);
    const answerable = after(reportedAt, 3 * dayMs);
    const unanswered = fixed(reportedAt, null);
    for (const at of [reportedAt, due, after(answerable, -1)]) {
      expect(unanswered.at(at).finding('RP-2.4a')).toMatchObject({ verdict: 'unknown', reason: 'fix_unanswered' });
      expect(unanswered.at(at).proposal()).toEqual({ kind: 'wait', for: ['remediation'], until: answerable });
    }
    expect(unanswered.finding('RP-2.4a').customer.en).not.toContain('{');
    // Silence is presumed by the desk then; until that is recorded nothing is held against the customer.
    expect(unanswered.at(answerable).proposal().kind).toBe('refund');
    // An early answer is due before the deadline, which then stands.
    const early = fixed(after(askedAt, dayMs), null).at(after(askedAt, 2 * dayMs));
    expect(early.proposal()).toEqual({ kind: 'wait', for: ['remediation'], until: due });
    const denied = fixed(reportedAt, 'not_mended');
    expect(denied.at(after(due, -secondMs)).finding('RP-2.4a').reason).toBe('remediation_running');
    expect(denied.at(due).proposal().kind).toBe('refund');
    expect(fixed(due, null).at(due).finding('RP-2.4a').reason).toBe('fix_unanswered');
    const late = fixed(after(due, 1), null).at(after(due, 2));
    expect(late.finding('RP-2.4a')).toMatchObject({ verdict: 'passed', reason: 'not_mended' });
  });

  test('RP-2.4a: an answer is told with whose word it is', () => {
    const answeredBy = (who: 'customer' | 'agent' | 'desk') =>
      aCase()
        .facts({ remediation: { reportedAt: askedAt, fixReportedAt: askedAt, answer: 'not_mended', answeredBy: who } })
        .finding('RP-2.4a')
        .facts.find(({ fact }) => fact === 'remediation.answer')?.source;
    expect([answeredBy('customer'), answeredBy('agent'), answeredBy('desk')]).toEqual(['customer', 'agent', 'desk']);
    const silent = fixed(askedAt, 'silent').finding('RP-2.4a').facts;
    expect(silent.find(({ fact }) => fact === 'remediation.answer')?.source).toBe('desk');
  });

  test.each(['user', 'target', 'account', 'third_party'] as const)(
    'RP-2.4a: the cause %s is not the seller’s',
    (cause) => {
      expect(
        aCase()
          .facts({ review: aReview({ cause }) })
          .finding('RP-2.4a'),
      ).toMatchObject({
        verdict: 'failed',
        reason: 'cause_not_ours',
      });
    },
  );

  test('RP-2.4a: what was never persistent fails, and what the review could not tell is for a person', () => {
    expect(
      aCase()
        .facts({ review: aReview({ persistent: false }) })
        .proposal(),
    ).toEqual({
      kind: 'refuse',
      clauses: ['RP-2.4a', 'RP-2.4b'],
    });
    expect(
      aCase()
        .facts({ review: aReview({ persistent: null }) })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-2.4a: review_inconclusive'],
    });
    expect(
      aCase()
        .facts({ review: aReview({ cause: 'unclear' }) })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-2.4a: review_inconclusive', 'RP-3.4: review_inconclusive'],
    });
  });

  test('RP-2.4a: a loss that began at the window’s last moment counts, one a millisecond later does not', () => {
    const lostFrom = (from: string) =>
      aCase()
        .facts({ review: aReview({ lost: [{ from, until: after(windowEnd, 10 * dayMs) }] }) })
        .finding('RP-2.4a');
    expect(lostFrom(windowEnd).verdict).toBe('passed');
    expect(lostFrom(after(windowEnd, 1))).toMatchObject({ verdict: 'failed', reason: 'fault_after_window' });
    const again = [windowEnd, after(windowEnd, 5 * dayMs)].map((from) => ({ from, until: after(from, dayMs) }));
    const lostTwice = aCase().facts({ review: aReview({ lost: again }) });
    expect(lostTwice.finding('RP-2.4a').verdict).toBe('passed');
  });

  test('RP-2.4a: a loss before the money was captured counts, as where a transfer was booked days after the delivery', () => {
    const before = (until: string) =>
      aCase()
        .facts({ review: aReview({ lost: [{ from: after(capturedAt, -10 * dayMs), until }] }) })
        .finding('RP-2.4a').verdict;
    expect([before(after(capturedAt, 1)), before(capturedAt), before(after(capturedAt, -dayMs))]).toEqual([
      'passed',
      'passed',
      'passed',
    ]);
  });

  test('RP-2.4a: where the review could not tell when, the customer’s report shows it', () => {
    const reported = (reportedAt: string) =>
      aCase()
        .facts({ remediation: { reportedAt, fixReportedAt: null, answer: null, answeredBy: null } })
        .finding('RP-2.4a').reason;
    expect(reported(windowEnd)).toBe('remediation_running');
    expect(reported(after(windowEnd, 1))).toBe('fault_after_window');
    expect(aCase().facts({ remediation: null }).finding('RP-2.4a').verdict).toBe('passed');
    expect(aLateCase().facts({ remediation: null }).finding('RP-2.4a').reason).toBe('fault_after_window');
  });

  test('RP-2.4a: without a finding it waits for what the review lacks', () => {
    const waits = (facts: object) => {
      const proposal = aCase()
        .facts({ review: null, remediation: null, ...facts })
        .proposal();
      return proposal.kind === 'wait' ? proposal.for : proposal.kind;
    };
    expect(waits({})).toEqual(['review']);
    expect(waits({ informationRequested: true })).toEqual(['information']);
    expect(waits({ missing: ['evidence'], materialsCompleteAt: null })).toEqual(['materials']);
    expect(
      aCase()
        .facts({ review: disputedBy(aReview().value, aReview({ cause: 'target' }).value) })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-2.4a: disputed', 'RP-3.4: disputed'],
    });
  });

  test('RP-2.4a: while the first capture is unknown, no one says that it was within the window', () => {
    const uncaptured = aCase().order({ firstCapturedAt: null });
    expect(uncaptured.finding('RP-2.4a')).toMatchObject({ verdict: 'unknown', reason: 'first_capture_unknown' });
    expect(uncaptured.proposal()).toEqual({ kind: 'wait', for: ['capture'], until: null });
  });
});

describe('a confirmed incident', () => {
  const unreviewed = aCase().facts({
    review: null,
    remediation: null,
    missing: ['evidence'],
    materialsCompleteAt: null,
  });

  test('RP-2.4b: one that is wide and covers the order refunds at once, without review or 15 days', () => {
    const covered = unreviewed.facts({ incidents: [anIncident()] }).at(askedAt);
    expect(covered.finding('RP-2.4b')).toMatchObject({ verdict: 'passed', reason: 'incident_covers' });
    expect(covered.proposal()).toMatchObject({ kind: 'refund', clauses: ['RP-2.0', 'RP-2.4b'] });
  });

  test.each([
    ['unconfirmed', { confirmed: false }],
    ['not wide', { widelyImpacting: false }],
    ['elsewhere', { covers: false }],
  ])('RP-2.4b: one that is %s does not', (_name, more) => {
    const short = unreviewed.facts({ incidents: [anIncident(more)] });
    expect(short.finding('RP-2.4b')).toMatchObject({ verdict: 'failed', reason: 'incident_falls_short' });
    expect(short.proposal().kind).toBe('wait');
    expect(short.facts({ incidents: [anIncident(more), anIncident({ ref: 'INC-2' })] }).proposal().kind).toBe('refund');
  });

  test('RP-2.4b: without any incident it says so', () => {
    expect(aCase().finding('RP-2.4b')).toMatchObject({ verdict: 'failed', reason: 'no_incident' });
  });
});

describe('causes beyond the seller’s control', () => {
  test.each(['target', 'account', 'third_party'] as const)('RP-3.4: the cause %s is a ground of refusal', (cause) => {
    const foreign = aCase().facts({ review: aReview({ cause }) });
    expect(foreign.finding('RP-3.4')).toMatchObject({ verdict: 'failed', reason: `cause_${cause}` });
    expect(foreign.proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.4a', 'RP-2.4b', 'RP-3.4'] });
  });

  test('RP-3.4: a restriction that the seller set by mistake is no ground, and is the seller’s fault', () => {
    const mistaken = aCase().facts({ review: aReview({ cause: 'account', sellerMistake: true }) });
    expect(mistaken.finding('RP-3.4')).toMatchObject({ verdict: 'passed', reason: 'seller_mistake' });
    expect(mistaken.proposal().kind).toBe('refund');
    const target = aCase().facts({ review: aReview({ cause: 'target', sellerMistake: true }) });
    expect(target.finding('RP-3.4').verdict).toBe('failed');
  });

  test('RP-3.4: the user’s own fault is no ground of it, though it is not the seller’s', () => {
    const own = aCase().facts({ review: aReview({ cause: 'user' }) });
    expect(own.finding('RP-3.4').reason).toBe('no_foreign_cause');
    expect(own.proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.4a', 'RP-2.4b'] });
  });

  test('RP-3.4: a review that contradicts a confirmed incident is settled by a person first', () => {
    const conflicting = aCase().facts({ review: aReview({ cause: 'target' }), incidents: [anIncident()] });
    expect(conflicting.proposal()).toEqual({ kind: 'unclear', conflicts: ['RP-3.4: cause_conflicts'] });
    const unclear = aCase().facts({ review: aReview({ cause: 'unclear' }), incidents: [anIncident()] });
    expect(unclear.finding('RP-3.4').reason).toBe('incident_is_cause');
    expect(unclear.proposal().kind).toBe('refund');
  });
});
