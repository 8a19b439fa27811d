/** What a request must bring, what the review may ask, and which version judges it. */

import { describe, expect, test } from '@jest/globals';
import {
  aCase,
  after,
  aLateCase,
  anIncident,
  askedAt,
  aTender,
  aVersion,
  by,
  capturedAt,
  dayMs,
  firstVersion,
} from './case-builder.ts';

const incomplete = aCase().facts({
  missing: ['evidence', 'network_context'],
  materialsCompleteAt: null,
  review: null,
  remediation: null,
});

describe('the request', () => {
  test('RP-4.1: what is missing is named, in the customer’s language, and waited for', () => {
    expect(incomplete.finding('RP-4.1')).toMatchObject({ verdict: 'unknown', reason: 'materials_missing' });
    expect(incomplete.finding('RP-4.1').customer).toEqual({
      en: 'We still need from you: logs or screenshots, details of your network and of your settings.',
      ru: 'Нам ещё нужно от вас: журналы или снимки экрана, сведения о сети и о настройках.',
    });
    expect(incomplete.proposal()).toEqual({ kind: 'wait', for: ['materials'], until: null });
    expect(aCase().finding('RP-4.1')).toMatchObject({ verdict: 'passed', reason: 'materials_complete' });
  });

  test('RP-4.2: the review waits for the customer’s answer, for the materials, or for the technicians', () => {
    const reasonWith = (facts: object) =>
      aCase()
        .facts({ review: null, ...facts })
        .finding('RP-4.2').reason;
    expect(reasonWith({ informationRequested: true })).toBe('information_requested');
    expect(reasonWith({ missing: ['evidence'] })).toBe('review_needs_materials');
    expect(reasonWith({})).toBe('not_reviewed');
    expect(aCase().finding('RP-4.2')).toMatchObject({ verdict: 'passed', reason: 'reviewed' });
    const asked = aCase().facts({ review: null, informationRequested: true });
    expect(asked.finding('RP-4.2').verdict).toBe('unknown');
    expect(asked.finding('RP-4.2').customer.en).toContain('within 14 days');
  });

  test('RP-5.2: details are asked for where the version needs them for that kind of fault', () => {
    expect(incomplete.finding('RP-5.2')).toMatchObject({ verdict: 'unknown', reason: 'details_missing' });
    expect(incomplete.facts({ missing: ['evidence'] }).finding('RP-5.2').reason).toBe('details_given');
    expect(incomplete.facts({ fault: 'other' }).finding('RP-5.2')).toMatchObject({
      verdict: 'not_applicable',
      reason: 'details_not_needed',
    });
  });

  test('RP-7.1: the version’s contact is named to the customer', () => {
    const { seller } = firstVersion.document;
    expect(aCase().finding('RP-7.1').customer.en).toContain(seller.contact);
    const version = aVersion();
    const silent = { ...version, document: { ...version.document, seller: { ...seller, contact: ' ' } } };
    expect(aCase().version(silent).finding('RP-7.1')).toMatchObject({ verdict: 'failed', reason: 'contact_not_named' });
  });
});

describe('the version that judges', () => {
  const long = aVersion({ requestWindowDays: 30 }, { number: 1 });
  const short = aVersion({ requestWindowDays: 7 }, { number: 2, effectiveAt: '2026-03-03T00:00:00Z' });

  test('RP-6.1, E10: the version at asking judges and is named', () => {
    const judged = aLateCase().version(short);
    expect(judged.assessment()).toMatchObject({ versionNumber: 2, judgedBy: 2, proposal: { kind: 'refuse' } });
    expect(judged.finding('RP-6.1')).toMatchObject({ verdict: 'passed', reason: 'version_at_asking' });
    expect(judged.finding('RP-6.1').customer.en).toContain('Version 2');
    expect(judged.finding('RP-6.1').agent).toContain('2026-03-03 00:00:00 UTC');
  });

  test('RP-6.1: the version at purchase judges where it is better for the customer and the later one keeps it', () => {
    const kept = aLateCase().version(short).boughtUnder(long);
    expect(kept.assessment()).toMatchObject({ versionNumber: 2, judgedBy: 1, proposal: { kind: 'refund' } });
    expect(kept.finding('RP-6.1').reason).toBe('version_at_purchase');
    expect(kept.assessment().clocks.windowEndsAt).toBe(after(capturedAt, 30 * dayMs));
  });

  test('RP-6.1: where neither is better, and where the later one is, the version at asking judges', () => {
    const even = aCase().version(short).boughtUnder(long);
    expect(even.assessment()).toMatchObject({ judgedBy: 2 });
    expect(even.finding('RP-6.1').reason).toBe('version_at_asking_better');
    const later = aLateCase()
      .version({ ...long, number: 2 })
      .boughtUnder({ ...short, number: 1 });
    expect(later.assessment()).toMatchObject({ judgedBy: 2, proposal: { kind: 'refund' } });
  });

  test('RP-6.1: a version that does not keep the better of both judges alone, as does one bought under itself', () => {
    const strict = aVersion({ betterOfBoth: false }, { number: 2 });
    const alone = aLateCase().version(strict).boughtUnder(long);
    expect(alone.assessment()).toMatchObject({ judgedBy: 2, proposal: { kind: 'refuse' } });
    expect(alone.finding('RP-6.1').reason).toBe('version_at_asking');
    expect(aCase().version(short).boughtUnder(short).finding('RP-6.1').reason).toBe('version_at_asking');
  });

  test('RP-6.1: of two offers the larger one counts, and of two waits the one that may still refund', () => {
    const incidents = [anIncident()];
    const plans = { static_isp: { usageCaps: [null, null], compensation: 'traffic_only' } } as const;
    const offers = aLateCase().facts({
      incidents,
      usage: by('shop', { bytes: '0', requests: '0', measuredAt: capturedAt }),
    });
    const poorer = aVersion({ plans }, { number: 2 });
    expect(offers.version(poorer).boughtUnder(aVersion()).assessment()).toMatchObject({
      judgedBy: 1,
      proposal: { kind: 'offer' },
    });
    const waiting = aLateCase().facts({ review: null, incidents: [anIncident({ widelyImpacting: false })] });
    expect(waiting.version(short).boughtUnder(long).assessment()).toMatchObject({
      judgedBy: 1,
      proposal: { kind: 'wait', for: ['review'] },
    });
  });

  test('RP-6.1, RP-2.4a: of two remediations the one that ends earlier counts, in the proposal and in the date that is told', () => {
    const { remediation } = firstVersion.document.parameters;
    const slow = aVersion({ betterOfBoth: true, remediation: { ...remediation, days: 30 } }, { number: 2 });
    // More days for the customer's word are no worse, so that they do not count against a version.
    const patient = aVersion({ betterOfBoth: true, remediation: { ...remediation, answerDays: 9 } }, { number: 2 });
    const fixed = { reportedAt: askedAt, fixReportedAt: after(askedAt, 14 * dayMs), answer: null, answeredBy: null };
    const unanswered = aCase().facts({ remediation: fixed }).version(patient).boughtUnder(aVersion());
    expect(unanswered.at(after(askedAt, 14 * dayMs)).assessment()).toMatchObject({ judgedBy: 2 });
    const running = aCase().version(slow).boughtUnder(aVersion()).at(after(askedAt, dayMs)).assessment();
    const due = after(askedAt, 15 * dayMs);
    expect(running).toMatchObject({
      judgedBy: 1,
      proposal: { kind: 'wait', until: due },
      clocks: { remediation: { dueAt: due } },
    });
    // A mending that is over is better than one that runs, also while something else is waited for.
    const over = aCase()
      .order({ tenders: [aTender({ capturedMinor: null })] })
      .version(slow)
      .boughtUnder(aVersion())
      .at(after(askedAt, 16 * dayMs));
    expect(over.assessment()).toMatchObject({ judgedBy: 1, proposal: { kind: 'wait', for: ['capture'] } });
  });
});
