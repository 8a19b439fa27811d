/** Conduct, disputes, other grounds and checks: who may stop a refund, and until when. */

import { describe, expect, test } from '@jest/globals';
import { aCase, aDispute, aLateCase, anIncident, aReview, askedAt, by, disputedBy } from './case-builder.ts';

const unreviewed = aCase().facts({ review: null, remediation: null, missing: ['evidence'], materialsCompleteAt: null });

describe('breach and abuse', () => {
  test('RP-3.5: a breach on record refuses without materials or a review; what nobody found is not presumed', () => {
    expect(unreviewed.facts({ breach: by('agent', true) }).proposal()).toEqual({ kind: 'refuse', clauses: ['RP-3.5'] });
    expect(
      aCase()
        .facts({ breach: by('agent', false) })
        .proposal().kind,
    ).toBe('refund');
    expect(aCase().finding('RP-3.5')).toMatchObject({ verdict: 'passed', reason: 'no_breach', facts: [] });
    expect(
      aCase()
        .facts({ breach: disputedBy(true, false) })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-3.5: disputed'],
    });
  });

  test('RP-3.6: a match is a signal that an agent sees, and never a refusal by itself', () => {
    const matched = aCase().facts({ abuse: { signals: ['same_card', 'same_address'], confirmed: null } });
    expect(matched.proposal().kind).toBe('refund');
    expect(matched.finding('RP-3.6')).toMatchObject({ verdict: 'passed', reason: 'abuse_signals' });
    expect(matched.finding('RP-3.6').agent).toContain('2');
    expect(matched.finding('RP-3.6').facts).toEqual([
      { fact: 'abuse.signals.0', value: 'same_card', source: 'desk' },
      { fact: 'abuse.signals.1', value: 'same_address', source: 'desk' },
    ]);
    const byDesk = aCase().facts({ abuse: { signals: ['same_card'], confirmed: by('desk', true) } });
    expect(byDesk.finding('RP-3.6').reason).toBe('abuse_signals');
    expect(byDesk.proposal().kind).toBe('refund');
  });

  test.each(['agent', 'lead', 'finance'] as const)(
    'RP-3.6: the %s’s confirmation refuses, and their denial clears',
    (source) => {
      const judged = (value: boolean) =>
        unreviewed.facts({ abuse: { signals: ['same_card'], confirmed: by(source, value) } });
      expect(judged(true).proposal()).toEqual({ kind: 'refuse', clauses: ['RP-3.6'] });
      expect(judged(false).finding('RP-3.6').reason).toBe('no_abuse');
      const disputed = aCase().facts({ abuse: { signals: [], confirmed: disputedBy(true, false) } });
      expect(disputed.proposal()).toEqual({ kind: 'unclear', conflicts: ['RP-3.6: disputed'] });
    },
  );
});

describe('disputes', () => {
  const inState = (...states: readonly Parameters<typeof aDispute>[0][]) =>
    aCase().facts({ disputes: states.map((state) => aDispute(state)) });

  test('RP-3.8, D1: an open dispute blocks every payout, and the customer’s withdrawal alone frees nothing', () => {
    expect(inState('open').proposal()).toEqual({ kind: 'wait', for: ['dispute'], until: null });
    const withdrawn = aCase().facts({ disputes: [aDispute('open', askedAt)] });
    expect(withdrawn.finding('RP-3.8')).toMatchObject({ verdict: 'unknown', reason: 'dispute_withdrawn' });
    expect(withdrawn.finding('RP-3.8').customer.en).toContain('2026-03-05 10:00:00 UTC');
    expect(withdrawn.proposal().kind).toBe('wait');
  });

  test.each(['won', 'closed'] as const)('RP-3.8, D1: one that the provider reports as %s no longer blocks', (state) => {
    expect(inState(state).proposal().kind).toBe('refund');
    expect(inState(state).finding('RP-3.8')).toMatchObject({ verdict: 'passed', reason: 'dispute_over' });
    expect(inState(state, 'open').proposal().kind).toBe('wait');
  });

  test.each(['lost', 'prevented'] as const)(
    'RP-3.8, D1: %s ends the ticket as charged back, whatever else holds',
    (state) => {
      expect(inState(state).proposal()).toEqual({ kind: 'charged_back', clauses: ['RP-3.8'] });
      expect(inState('won', 'open', state).proposal().kind).toBe('charged_back');
      expect(inState(state).finding('RP-3.8').reason).toBe(`dispute_${state}`);
      const refused = inState(state).facts({ breach: by('agent', true), kyc: by('finance', 'failed') });
      expect(refused.proposal().kind).toBe('charged_back');
    },
  );

  test('RP-3.8, D3: an inquiry allows a full refund, and no offer of a part until it ends', () => {
    expect(inState('inquiry').proposal().kind).toBe('refund');
    expect(inState('inquiry').finding('RP-3.8').reason).toBe('inquiry_full_only');
    const late = aLateCase().facts({ incidents: [anIncident()], disputes: [aDispute('inquiry')] });
    expect(late.proposal()).toEqual({ kind: 'wait', for: ['dispute'], until: null });
    expect(late.finding('RP-4.5').reason).toBe('inquiry_bars_part');
    expect(late.facts({ disputes: [aDispute('closed')] }).proposal().kind).toBe('offer');
    expect(late.facts({ disputes: [aDispute('open')] }).proposal()).toEqual({
      kind: 'wait',
      for: ['dispute'],
      until: null,
    });
  });

  test('RP-3.8: a refusal is not held by a dispute, since it pays nothing', () => {
    expect(
      aLateCase()
        .facts({ disputes: [aDispute('open')] })
        .proposal().kind,
    ).toBe('refuse');
  });

  test('RP-3.8: without a dispute it says so', () => {
    expect(aCase().finding('RP-3.8')).toMatchObject({ verdict: 'passed', reason: 'no_dispute' });
  });
});

describe('other grounds', () => {
  const ground = (kind: 'refusal' | 'statutory', confirmed: boolean) =>
    unreviewed.facts({ otherGround: { kind, confirmed } });

  test('RP-3.9: a written ground refuses once a second person confirmed it, and not before', () => {
    expect(ground('refusal', true).proposal()).toEqual({ kind: 'refuse', clauses: ['RP-3.9'] });
    const waiting = aCase().facts({ otherGround: { kind: 'refusal', confirmed: false } });
    expect(waiting.proposal()).toEqual({ kind: 'wait', for: ['second_person'], until: null });
    expect(waiting.finding('RP-3.9')).toMatchObject({ verdict: 'unknown', reason: 'other_ground_unconfirmed' });
  });

  test('RP-3.9: a right by law goes its own way and refuses nothing', () => {
    for (const confirmed of [true, false])
      expect(ground('statutory', confirmed).finding('RP-3.9')).toMatchObject({
        verdict: 'passed',
        reason: 'statutory_right',
      });
    expect(aCase().finding('RP-3.9')).toMatchObject({ verdict: 'not_applicable', reason: 'no_other_ground' });
  });
});

describe('contact and checks by risk control', () => {
  test('RP-5.1: an address that was not verified is shown and refuses nobody', () => {
    const reached = (verified: boolean) => aCase().facts({ contactVerified: by('desk', verified) });
    expect(reached(false).finding('RP-5.1')).toMatchObject({ verdict: 'failed', reason: 'contact_unverified' });
    expect(reached(true).finding('RP-5.1')).toMatchObject({ verdict: 'passed', reason: 'contact_verified' });
    expect(aCase().facts({ contactVerified: null }).finding('RP-5.1')).toMatchObject({ verdict: 'unknown' });
    expect(
      aCase()
        .facts({ contactVerified: disputedBy(true, false) })
        .finding('RP-5.1').reason,
    ).toBe('disputed');
    expect(reached(false).proposal()).toEqual(reached(true).proposal());
  });

  const kyc = (state: 'asked' | 'passed' | 'failed' | 'timed_out') => aCase().facts({ kyc: by('finance', state) });

  test('RP-5.3: a check that was asked for holds the refund until it is passed', () => {
    expect(kyc('asked').proposal()).toEqual({ kind: 'wait', for: ['kyc'], until: null });
    expect(kyc('passed').proposal().kind).toBe('refund');
    expect(kyc('passed').finding('RP-5.3').verdict).toBe('passed');
    expect(aCase().finding('RP-5.3')).toMatchObject({ verdict: 'not_applicable', reason: 'kyc_not_asked' });
    const both = kyc('asked').facts({ review: null });
    expect(both.proposal()).toEqual({ kind: 'wait', for: ['review', 'kyc'], until: null });
  });

  test.each(['failed', 'timed_out'] as const)('RP-5.3: a check that %s refuses', (state) => {
    expect(kyc(state).proposal()).toEqual({ kind: 'refuse', clauses: ['RP-5.3'] });
    expect(kyc(state).finding('RP-5.3').reason).toBe(`kyc_${state}`);
  });

  test('RP-5.3: a check holds an offer as well, and one on which records differ is for a person', () => {
    const late = aLateCase().facts({ incidents: [anIncident()], kyc: by('finance', 'asked') });
    expect(late.proposal()).toEqual({ kind: 'wait', for: ['kyc'], until: null });
    expect(
      aCase()
        .facts({ kyc: disputedBy('passed' as const, 'failed' as const) })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-5.3: disputed'],
    });
    const reviewing = aCase().facts({ review: null, kyc: disputedBy('passed' as const, 'failed' as const) });
    expect(reviewing.proposal()).toEqual({ kind: 'unclear', conflicts: ['RP-5.3: disputed'] });
    expect(late.facts({ kyc: disputedBy('passed' as const, 'failed' as const) }).proposal()).toEqual({
      kind: 'unclear',
      conflicts: ['RP-4.5: part_open', 'RP-5.3: disputed'],
    });
  });

  test('a dispute, a check and an unfinished review are all waited for, and told in one order', () => {
    const held = aCase().facts({
      kyc: by('finance', 'asked'),
      disputes: [aDispute('open')],
      review: null,
      usage: null,
    });
    expect(held.proposal()).toEqual({ kind: 'wait', for: ['review', 'shop', 'kyc', 'dispute'], until: null });
    const remedying = held.facts({ review: aReview() }).at(askedAt).proposal();
    expect(remedying).toMatchObject({
      for: ['shop', 'remediation', 'kyc', 'dispute'],
      until: '2026-03-20T10:00:00.000Z',
    });
  });
});
