/** What the clauses come to together: the whole, a part instead, or a decision without a person. */

import { describe, expect, test } from '@jest/globals';
import { refundClauses } from '../../domain/engine.ts';
import { compareFavour } from '../../domain/favour.ts';
import { alwaysPasses, judges } from '../../domain/judges.ts';
import {
  aCase,
  aDispute,
  aLateCase,
  anIncident,
  aReview,
  aTender,
  aVersion,
  by,
  firstVersion,
} from './case-builder.ts';

describe('the full refund', () => {
  test('RP-2.0: all conditions, one way of RP-2.4 and no ground make a full refund', () => {
    expect(aCase().proposal()).toMatchObject({
      kind: 'refund',
      clauses: ['RP-2.0', 'RP-2.4a'],
      refund: { amount: { minor: '3000', currency: 'USD' } },
    });
    expect(aCase().finding('RP-2.0')).toMatchObject({ verdict: 'passed', reason: 'conditions_met' });
    expect(aCase().finding('RP-2.0').agent).toBe('Full refund by RP-2.4a.');
    expect(
      aCase()
        .facts({ incidents: [anIncident()] })
        .proposal(),
    ).toMatchObject({
      clauses: ['RP-2.0', 'RP-2.4a', 'RP-2.4b'],
    });
  });

  test('RP-2.0: a refusal names every clause that bars it', () => {
    const hopeless = aLateCase().facts({ review: aReview({ cause: 'target' }), breach: by('agent', true) });
    const clauses = ['RP-2.3', 'RP-2.4a', 'RP-2.4b', 'RP-3.1', 'RP-3.4', 'RP-3.5'];
    expect(hopeless.proposal()).toEqual({ kind: 'refuse', clauses });
    expect(hopeless.finding('RP-2.0')).toMatchObject({ verdict: 'failed', reason: 'conditions_failed' });
    expect(hopeless.finding('RP-2.0').customer.en).toContain(clauses.join(', '));
  });

  test('RP-2.0: while a condition is open, it says which', () => {
    const open = aCase().facts({ usage: null, review: null });
    expect(open.finding('RP-2.0')).toMatchObject({ verdict: 'unknown', reason: 'conditions_open' });
    expect(open.finding('RP-2.0').agent).toBe('Open: RP-2.5, RP-2.4a, RP-3.4.');
  });

  test('what certainly fails is not held up by what is still open, nor by what is disputed', () => {
    const disputed = { disputed: [by('shop' as const, true), by('agent' as const, false)] };
    const settled = aLateCase().facts({ usage: null, review: null, breach: disputed });
    expect(settled.proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.3', 'RP-3.1'] });
  });
});

describe('a part instead', () => {
  const late = aLateCase().facts({ incidents: [anIncident()] });
  const narrow = aCase().facts({ incidents: [anIncident({ widelyImpacting: false })] });

  test('RP-4.5: offered where the window, a cap or the incident’s reach bars the whole', () => {
    expect(late.proposal().kind).toBe('offer');
    expect(late.finding('RP-4.5')).toMatchObject({ verdict: 'passed', reason: 'part_offered' });
    const mended = {
      reportedAt: '2026-03-05T10:00:00.000Z',
      fixReportedAt: null,
      answer: 'mended',
      answeredBy: 'customer' as const,
    } as const;
    expect(narrow.facts({ remediation: mended }).proposal().kind).toBe('offer');
    expect(narrow.facts({ review: aReview({ persistent: false }) }).proposal().kind).toBe('offer');
  });

  test('RP-4.5: not before the whole is ruled out, nor where it is due', () => {
    expect(narrow.facts({ review: null }).finding('RP-4.5')).toMatchObject({
      verdict: 'not_applicable',
      reason: 'part_not_yet',
    });
    expect(narrow.finding('RP-4.5').reason).toBe('part_not_needed');
    expect(aLateCase().finding('RP-4.5').reason).toBe('part_without_incident');
    const other = anIncident({ covers: false });
    expect(
      aLateCase()
        .facts({ incidents: [other] })
        .finding('RP-4.5').reason,
    ).toBe('part_without_incident');
  });

  test.each([
    ['a breach', { breach: by('agent', true) }, 'RP-3.5'],
    ['abuse', { abuse: { signals: [], confirmed: by('lead', true) } }, 'RP-3.6'],
    ['another ground', { otherGround: { kind: 'refusal', confirmed: true } }, 'RP-3.9'],
  ] as const)('RP-4.5: %s bars a part as it bars the whole', (_name, facts, clause) => {
    expect(late.facts(facts).finding('RP-4.5')).toMatchObject({ verdict: 'failed', reason: 'part_barred' });
    expect(late.facts(facts).proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.3', 'RP-3.1', clause, 'RP-4.5'] });
  });

  test('RP-4.5: a foreign channel and crypto bar it, whatever the law of the place says', () => {
    expect(late.order({ channel: by('shop', 'reseller') }).finding('RP-4.5').reason).toBe('part_barred');
    const crypto = late.order({ tenders: [aTender({ method: 'crypto' })] });
    expect(crypto.finding('RP-4.5')).toMatchObject({ verdict: 'failed', reason: 'part_never_crypto' });
    const place = { billing: by('shop' as const, 'BR'), independent: by('provider' as const, 'BR') };
    expect(crypto.facts({ place }).finding('RP-4.5').reason).toBe('part_never_crypto');
  });

  test('RP-4.5: what could still bar it is waited for, the place of a crypto share is not', () => {
    const unconfirmed = late.facts({ otherGround: { kind: 'refusal', confirmed: false } });
    expect(unconfirmed.proposal()).toEqual({ kind: 'wait', for: ['second_person'], until: null });
    expect(unconfirmed.finding('RP-4.5').agent).toBe('A part waits for RP-3.9.');
    expect(late.order({ channel: null }).proposal()).toEqual({ kind: 'wait', for: ['shop'], until: null });
    expect(late.order({ tenders: [aTender({ capturedMinor: null })] }).proposal()).toEqual({
      kind: 'wait',
      for: ['capture'],
      until: null,
    });
    const mixed = late.order({ tenders: [aTender(), aTender({ id: 'c', method: 'crypto' })] });
    expect(mixed.proposal().kind).toBe('offer');
  });

  test('RP-4.5: a review that contradicts the incident, or an unlisted kind of plan, is for a person', () => {
    expect(late.facts({ review: aReview({ cause: 'target' }) }).proposal()).toEqual({
      kind: 'unclear',
      conflicts: ['RP-4.5: part_open'],
    });
    expect(late.order({ planKind: 'unheard_of' }).proposal()).toEqual({
      kind: 'unclear',
      conflicts: ['RP-4.5: plan_unlisted'],
    });
  });
});

describe('a decision without a person', () => {
  const system = { refundsByIncident: true, refundMax: { USD: '3000' }, dailyMax: { USD: '3000' } };
  const byIncident = aCase()
    .facts({ incidents: [anIncident()] })
    .parameters({ system });

  test('RP-4.6: a refund under RP-2.4b up to the limit of its currency, and the sentence says that a person can be asked for', () => {
    expect(byIncident.assessment().systemMayDecide).toBe(true);
    expect(byIncident.finding('RP-4.6').reason).toBe('desk_may_decide');
    expect(byIncident.finding('RP-4.6').customer.en).toContain('you can ask for a person');
    const limited = (USD: string) => byIncident.parameters({ system: { ...system, refundMax: { USD } } }).assessment();
    expect([limited('3000').systemMayDecide, limited('2999').systemMayDecide]).toEqual([true, false]);
  });

  test('RP-4.6, RP-6.1: the version at asking says what the desk may do alone, whichever version judges', () => {
    const generous = aVersion({ system, requestWindowDays: 30 }, { number: 1 });
    const strict = aVersion({ betterOfBoth: true, requestWindowDays: 1 }, { number: 2, id: 'version-2' });
    const kept = byIncident.version(strict).boughtUnder(generous).assessment();
    expect(kept).toMatchObject({ judgedBy: 1, proposal: { kind: 'refund' }, systemMayDecide: false });
    const allowed = byIncident.version(aVersion({ betterOfBoth: true, requestWindowDays: 1, system }, { number: 2 }));
    const judged = allowed.boughtUnder(aVersion({ requestWindowDays: 30 }, { number: 1 })).assessment();
    expect(judged).toMatchObject({ judgedBy: 1, systemMayDecide: true });
  });

  test.each([
    ['the version does not allow it', byIncident.parameters({})],
    ['it is by RP-2.4a alone', byIncident.facts({ incidents: [] })],
    ['the currency has no limit', byIncident.order({ currency: 'EUR' })],
    [
      'a signal of abuse was not looked at',
      byIncident.facts({ abuse: { signals: ['shared_email'], confirmed: null } }),
    ],
    ['a check holds it', byIncident.facts({ kyc: by('finance', 'asked') })],
    ['a check was failed', byIncident.facts({ kyc: by('finance', 'failed') })],
    ['a dispute holds it', byIncident.facts({ disputes: [aDispute('open')] })],
    ['some of it is crypto', byIncident.order({ tenders: [aTender(), aTender({ id: 'c', method: 'crypto' })] })],
    ['it is a refusal', byIncident.facts({ breach: by('agent', true) })],
  ])('RP-4.6: a person decides where %s', (_name, builder) => {
    expect(builder.assessment().systemMayDecide).toBe(false);
    expect(builder.finding('RP-4.6')).toMatchObject({ verdict: 'not_applicable', reason: 'person_decides' });
  });

  test('RP-4.6: crypto excepted by law is for people, as is an offer', () => {
    const place = { billing: by('shop' as const, 'BR'), independent: by('provider' as const, 'BR') };
    const excepted = byIncident.order({ tenders: [aTender({ method: 'crypto' })] }).facts({ place });
    expect(excepted.proposal().kind).toBe('refund');
    expect(excepted.assessment().systemMayDecide).toBe(false);
    const offered = aLateCase()
      .facts({ incidents: [anIncident()] })
      .parameters({ system });
    expect(offered.assessment().systemMayDecide).toBe(false);
  });

  test('the first version lets the desk decide nothing alone', () => {
    expect(firstVersion.document.parameters.system.refundsByIncident).toBe(false);
  });
});

describe('the table of judges', () => {
  test('every clause of the refund policy has one judge and one finding, in the policy’s order', () => {
    expect(Object.keys(judges)).toEqual(refundClauses);
    expect(
      aCase()
        .assessment()
        .findings.map(({ clause }) => clause),
    ).toEqual(refundClauses);
  });

  test.each(refundClauses)('knocking out %s shows in its finding', (clause) => {
    expect(
      aCase()
        .judgedBy({ [clause]: alwaysPasses })
        .finding(clause),
    ).toMatchObject({
      verdict: 'passed',
      reason: 'knocked_out',
    });
  });
});

test('outcomes rank: nothing, open to an offer, offer, open to a refund, refund; then by sums', () => {
  const late = aLateCase().facts({ incidents: [anIncident()] });
  const ranked = [
    aLateCase(),
    late.facts({ kyc: by('finance', 'asked') }),
    late.order({ tenders: [aTender({ method: 'promotional_credit' })] }),
    late,
    aCase().facts({ review: null }),
    aCase().order({ tenders: [aTender({ goneMinor: '1' })] }),
    aCase(),
  ].map((builder) => ({ proposal: builder.proposal(), fullRefund: builder.finding('RP-2.0').verdict, mendBy: null }));
  for (const [index, answer] of ranked.entries()) {
    expect(ranked.map((other) => compareFavour(answer, other))).toEqual(
      ranked.map((_, other) => Math.sign(index - other)),
    );
  }
});
