/** Where an assessment leads a ticket by itself: by new facts in each phase, and by a technical review. */

import { describe, expect, test } from '@jest/globals';
import { moveByFacts, moveByReview } from '../../domain/course.ts';
import type { CaseFacts } from '../../domain/facts.ts';
import { advance, ticketPhases } from '../../domain/ticket.ts';
import {
  aCase,
  aDispute,
  after,
  aLateCase,
  anIncident,
  aReview,
  askedAt,
  by,
  type CaseBuilder,
  dayMs,
  disputedBy,
} from './case-builder.ts';

const factsOf = (subject: CaseBuilder): CaseFacts => subject.input().facts;

const byFacts = (phase: (typeof ticketPhases)[number], subject: CaseBuilder) =>
  moveByFacts(phase, factsOf(subject), subject.assessment());

/** On the second day, with nothing found yet. */
const fresh = () => aCase().at(after(askedAt, dayMs)).facts({ review: null, remediation: null });

const reseller = (subject: CaseBuilder) => subject.order({ channel: by('shop', 'reseller') });

describe('new facts', () => {
  test('RP-5.2: complete materials begin the review, one that is missing does not', () => {
    expect(byFacts('gathering', fresh())).toBe('materialsCompleted');
    expect(byFacts('gathering', fresh().facts({ missing: ['evidence'] }))).toBeNull();
  });

  test('RP-1.1: what settles the case already goes to its decision, and nothing more is asked for', () => {
    expect(byFacts('gathering', reseller(fresh().facts({ missing: ['evidence'] })))).toBe('settledByFacts');
    expect(byFacts('reviewing', reseller(fresh()))).toBe('settledByFacts');
  });

  test('RP-2.4b, RP-4.5: what a confirmed incident gives already asks for no materials; with them it is reviewed', () => {
    const covered = fresh().facts({ incidents: [anIncident()], missing: ['evidence'] });
    expect(byFacts('gathering', covered)).toBe('settledByFacts');
    expect(
      byFacts('gathering', aLateCase().facts({ review: null, incidents: [anIncident()], missing: ['evidence'] })),
    ).toBe('settledByFacts');
    expect(byFacts('gathering', covered.facts({ incidents: [anIncident({ covers: false })] }))).toBeNull();
    expect(byFacts('gathering', covered.facts({ missing: [] }))).toBe('materialsCompleted');
    expect(byFacts('reviewing', covered)).toBeNull();
  });

  test('RP-3.8: a dispute that took the money ends a new claim; one that was appealed goes before a person', () => {
    const lost = fresh().facts({ disputes: [aDispute('lost')] });
    expect([byFacts('gathering', lost), byFacts('reviewing', lost)]).toEqual(['disputeLost', 'settledByFacts']);
  });

  test('RP-4.2: once it was reviewed, the reviewer moves it and no fact by itself', () => {
    expect(byFacts('reviewing', reseller(aCase()))).toBeNull();
  });

  test('RP-2.4b: a confirmed incident ends the wait for a remediation, one that is not confirmed does not', () => {
    const waiting = aCase().at(after(askedAt, 2 * dayMs));
    expect(byFacts('remediating', waiting)).toBeNull();
    expect(byFacts('remediating', waiting.facts({ incidents: [anIncident({ confirmed: false })] }))).toBeNull();
    expect(byFacts('remediating', waiting.facts({ incidents: [anIncident()] }))).toBe('incidentConfirmed');
  });

  test('after its decision a ticket is moved by no fact: it is recorded, and decides nothing anew', () => {
    const subject = reseller(fresh().facts({ incidents: [anIncident()], disputes: [aDispute('lost')] }));
    for (const phase of ['deciding', 'offering', 'settling', 'closed'] as const)
      expect(byFacts(phase, subject)).toBeNull();
  });

  test('every move that they make is one that the phase has', () => {
    const subjects = [fresh(), reseller(fresh()), aLateCase(), aCase().facts({ incidents: [anIncident()] })];
    const impossible = ticketPhases.flatMap((phase) =>
      subjects
        .map((subject) => byFacts(phase, subject))
        .filter((move) => move !== null && advance({ phase, outcome: null }, move) === null),
    );
    expect(impossible).toEqual([]);
  });
});

describe('a review', () => {
  const byReview = (phase: 'reviewing' | 'remediating', subject: CaseBuilder, mended = false) =>
    moveByReview(phase, factsOf(subject), subject.assessment(), mended);
  const early = aCase().at(after(askedAt, dayMs));

  test('RP-2.4a: a fault of ours begins the remediation while its 15 days run, and goes straight on after them', () => {
    expect(byReview('reviewing', early)).toBe('remediationBegun');
    expect(byReview('reviewing', aCase().at(after(askedAt, 15 * dayMs - 1)))).toBe('remediationBegun');
    expect(byReview('reviewing', aCase().at(after(askedAt, 15 * dayMs)))).toBe('reviewRecorded');
  });

  test.each(['user', 'target', 'third_party'] as const)('RP-3.4: a cause at %s goes to the decision', (cause) => {
    expect(byReview('reviewing', early.facts({ review: aReview({ cause }) }))).toBe('reviewRecorded');
  });

  test('RP-2.4a: a service found mended in time closes the ticket; one mended after the 15 days goes to its decision', () => {
    const mendedAt = (ms: number) => ({
      reportedAt: askedAt,
      fixReportedAt: after(askedAt, ms),
      answer: 'mended' as const,
      answeredBy: 'customer' as const,
    });
    const inTime = early.facts({ remediation: mendedAt(dayMs) });
    expect(byReview('reviewing', inTime, true)).toBe('reviewFoundMended');
    const late = aCase()
      .at(after(askedAt, 17 * dayMs))
      .facts({ remediation: mendedAt(16 * dayMs) });
    expect(byReview('reviewing', late, true)).toBe('reviewRecorded');
  });

  test('RP-2.4a: while a fault is being mended, the same finding changes nothing and another cause ends the wait', () => {
    expect(byReview('remediating', early)).toBeNull();
    const ourMistake = early.facts({ review: aReview({ cause: 'account', sellerMistake: true }) });
    expect([byReview('reviewing', ourMistake), byReview('remediating', ourMistake)]).toEqual([
      'remediationBegun',
      null,
    ]);
    expect(byReview('remediating', early.facts({ review: aReview({ cause: 'user' }) }))).toBe('otherCauseFound');
  });

  test('a finding that others dispute is no longer ours alone, and goes to a person', () => {
    const [ours, theirs] = [aReview().value, aReview({ cause: 'user' }).value];
    expect(byReview('remediating', early.facts({ review: disputedBy(ours, theirs) }))).toBe('otherCauseFound');
  });
});
