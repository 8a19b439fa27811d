/** How much was used before the asking (RP-2.5): each cap from both sides. */

import { describe, expect, test } from '@jest/globals';
import { aCase, anIncident, askedAt, by, disputedBy } from './case-builder.ts';

describe('how much was used', () => {
  const usedBytes = (bytes: string) => by('shop' as const, { bytes, requests: '10', measuredAt: askedAt });
  const metered = aCase().order({ planKind: 'metered', meteredBytes: '10000000000' });

  test('RP-2.5: at the cap of traffic is inside, a byte more is outside', () => {
    const used = (bytes: string) => aCase().facts({ usage: usedBytes(bytes) });
    expect(used('5000000000').proposal().kind).toBe('refund');
    expect(used('5000000001').proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.5'] });
    expect(used('5000000001').finding('RP-2.5').customer.en).toBe(
      'Up to your request 5 000 000 001 bytes and 10 requests were used; light testing ends at 10 000 requests, 5 000 000 000 bytes.',
    );
  });

  test('RP-2.5: at the share of the traffic is inside, a byte more is outside', () => {
    expect(metered.facts({ usage: usedBytes('2000000000') }).finding('RP-2.5').verdict).toBe('passed');
    const over = metered.facts({ usage: usedBytes('2000000001') }).finding('RP-2.5');
    expect(over).toMatchObject({ verdict: 'failed', reason: 'over_cap' });
    expect(over.customer.ru).toContain('20 %');
  });

  test('RP-2.5: either cap alone disqualifies', () => {
    const used = (requests: string) =>
      aCase()
        .facts({ usage: by('shop', { bytes: '0', requests, measuredAt: askedAt }) })
        .finding('RP-2.5').verdict;
    expect([used('10000'), used('10001')]).toEqual(['passed', 'failed']);
  });

  test('RP-2.5: over one cap fails though the other cannot be measured; inside one it waits for the other', () => {
    const used = (bytes: string) =>
      aCase().facts({ usage: by('shop', { bytes, requests: null, measuredAt: askedAt }) });
    expect(used('5000000001').finding('RP-2.5').verdict).toBe('failed');
    expect(used('1').finding('RP-2.5')).toMatchObject({ verdict: 'unknown', reason: 'usage_unknown' });
    expect(used('1').proposal()).toEqual({ kind: 'wait', for: ['shop'], until: null });
    expect(metered.order({ planKind: 'metered' }).finding('RP-2.5').verdict).toBe('passed');
    expect(aCase().order({ planKind: 'metered' }).finding('RP-2.5').reason).toBe('usage_unknown');
  });

  test('RP-2.5: unknown usage is waited for, unless the kind of plan has no cap', () => {
    const unmeasured = aCase().facts({ usage: null });
    expect(unmeasured.proposal()).toEqual({ kind: 'wait', for: ['shop'], until: null });
    const plans = { static_isp: { usageCaps: [null, null], compensation: 'period' } } as const;
    expect(unmeasured.parameters({ plans }).finding('RP-2.5')).toMatchObject({ verdict: 'passed', reason: 'no_cap' });
    expect(
      aCase()
        .facts({ usage: disputedBy(usedBytes('1').value, usedBytes('2').value) })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-2.5: disputed'],
    });
  });

  test.each(['unheard_of', 'toString'])(
    'RP-2.5: a kind of plan without a rule (%s) is judged by a person',
    (planKind) => {
      expect(aCase().order({ planKind }).proposal()).toEqual({ kind: 'unclear', conflicts: ['RP-2.5: plan_unlisted'] });
    },
  );

  test('RP-2.5: the cap bars the full refund and not a part after an incident', () => {
    const heavy = aCase().facts({ usage: usedBytes('9000000000'), incidents: [anIncident()] });
    expect(heavy.proposal().kind).toBe('offer');
  });
});
