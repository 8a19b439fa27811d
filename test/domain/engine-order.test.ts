/** What was bought, where and how it was paid decides by the order's own record. */

import { describe, expect, test } from '@jest/globals';
import { aCase, anIncident, aTender, by, disputedBy, firstVersion } from './case-builder.ts';

const refusalOf = (builder: ReturnType<typeof aCase>) => {
  const proposal = builder.proposal();
  return proposal.kind === 'refuse' ? proposal.clauses : proposal.kind;
};

const crypto = aTender({ id: 'c1', method: 'crypto', amountMinor: '1000', capturedMinor: '1000', taxMinor: '0' });
const promotion = aTender({ id: 'p1', method: 'promotional_credit', amountMinor: '700', capturedMinor: null });

describe('where it was bought', () => {
  test.each(['official', 'designated_link'] as const)('RP-1.1, RP-2.1, RP-3.3: %s is covered', (channel) => {
    const covered = aCase().order({ channel: by('shop', channel) });
    expect(covered.proposal().kind).toBe('refund');
    expect((['RP-1.1', 'RP-2.1', 'RP-3.3'] as const).map((clause) => covered.finding(clause).verdict)).toEqual([
      'passed',
      'passed',
      'passed',
    ]);
  });

  test.each(['reseller', 'marketplace'] as const)(
    'RP-1.1: an order of a %s is out of scope and is told where to turn',
    (channel) => {
      const foreign = aCase().order({ channel: by('shop', channel) });
      expect(refusalOf(foreign)).toContain('RP-1.1');
      expect(foreign.finding('RP-1.1').customer.en).toContain(firstVersion.document.seller.resellerAdvice.en);
      expect(foreign.finding('RP-1.1').customer.ru).toContain(firstVersion.document.seller.resellerAdvice.ru);
    },
  );

  test.each(Object.keys(firstVersion.document.parameters.plans))('RP-1.1: the plan kind %s is in scope', (planKind) => {
    expect(aCase().order({ planKind }).finding('RP-1.1').reason).toBe('in_scope');
  });

  test('RP-2.1: a foreign channel fails the condition and names it', () => {
    const foreign = aCase().order({ channel: by('shop', 'reseller') });
    expect(foreign.finding('RP-2.1')).toMatchObject({
      verdict: 'failed',
      reason: 'channel_foreign',
      facts: [{ fact: 'order.channel', value: 'reseller', source: 'shop' }],
    });
    expect(refusalOf(foreign)).toContain('RP-2.1');
  });

  test('RP-2.1: the customer’s word for the channel is no record, so the shop is waited for', () => {
    const told = aCase().order({ channel: by('customer', 'official') });
    expect(told.finding('RP-2.1')).toMatchObject({ verdict: 'unknown', reason: 'channel_unknown' });
    expect(told.proposal()).toEqual({ kind: 'wait', for: ['shop'], until: null });
    expect(aCase().order({ channel: null }).proposal()).toEqual({ kind: 'wait', for: ['shop'], until: null });
  });

  test('RP-3.3: a foreign channel is refused without materials or a review', () => {
    const foreign = aCase()
      .order({ channel: by('shop', 'marketplace') })
      .facts({ review: null, missing: ['description'], materialsCompleteAt: null });
    expect(foreign.finding('RP-3.3').verdict).toBe('failed');
    expect(refusalOf(foreign)).toEqual(['RP-1.1', 'RP-2.1', 'RP-3.3']);
  });

  test('a channel on which records differ is for a person', () => {
    expect(
      aCase()
        .order({ channel: disputedBy('official', 'reseller') })
        .proposal(),
    ).toEqual({
      kind: 'unclear',
      conflicts: ['RP-1.1: disputed', 'RP-2.1: disputed', 'RP-3.3: disputed'],
    });
  });
});

describe('how it was paid', () => {
  test.each(['card', 'paypal', 'bank'] as const)('RP-2.2: %s can be paid back', (method) => {
    const paid = aCase().order({ tenders: [aTender({ method })] });
    expect(paid.finding('RP-2.2')).toMatchObject({ verdict: 'passed', reason: 'no_crypto' });
    expect(paid.proposal().kind).toBe('refund');
  });

  const paidByCrypto = aCase().order({ tenders: [crypto] });

  test('RP-2.2: crypto fails the condition where the law of the place does not demand it', () => {
    const abroad = paidByCrypto.facts({ place: { billing: by('shop', 'DE'), independent: null } });
    expect(abroad.finding('RP-2.2')).toMatchObject({ verdict: 'failed', reason: 'crypto' });
    expect(refusalOf(abroad)).toContain('RP-2.2');
    expect(refusalOf(paidByCrypto.parameters({ cryptoExceptions: [] }))).toEqual(['RP-2.2', 'RP-3.2']);
  });

  test('RP-2.2: two signs of a place whose law demands it lift the crypto bar, and only that', () => {
    const place = { billing: by('shop' as const, 'BR'), independent: by('provider' as const, 'BR') };
    const excepted = paidByCrypto.facts({ place });
    expect(excepted.finding('RP-2.2')).toMatchObject({ verdict: 'passed', reason: 'crypto_by_law' });
    expect(excepted.finding('RP-2.2').agent).toContain('Consumer Defence Code');
    expect(excepted.finding('RP-4.4').customer.en).toContain('crypto');
    expect(excepted.proposal()).toMatchObject({ kind: 'refund', refund: { amount: { minor: '1000' } } });
    expect(refusalOf(excepted.facts({ breach: by('agent', true) }))).toEqual(['RP-3.5']);
  });

  test('RP-2.2: one sign alone waits for the other, and signs that differ show no place', () => {
    const at = (billing: string | null, independent: string | null) =>
      paidByCrypto.facts({
        place: {
          billing: billing === null ? null : by('shop', billing),
          independent: independent === null ? null : by('provider', independent),
        },
      });
    expect(at('BR', null).proposal()).toEqual({ kind: 'wait', for: ['place'], until: null });
    expect(at(null, 'BR').proposal()).toEqual({ kind: 'wait', for: ['place'], until: null });
    expect(at(null, null).proposal()).toEqual({ kind: 'wait', for: ['place'], until: null });
    expect(at('BR', 'KR').finding('RP-2.2').reason).toBe('place_signs_differ');
    expect(at('BR', 'DE').finding('RP-2.2').reason).toBe('crypto');
    expect(at('BR', 'KR').proposal().kind).toBe('refuse');
  });

  test('RP-2.2: a place on which records differ is for a person', () => {
    const billing = paidByCrypto.facts({ place: { billing: disputedBy('BR', 'DE'), independent: null } });
    expect(billing.proposal()).toEqual({ kind: 'unclear', conflicts: ['RP-2.2: disputed', 'RP-3.2: disputed'] });
    const independent = paidByCrypto.facts({
      place: { billing: by('shop', 'BR'), independent: disputedBy('BR', 'DE') },
    });
    expect(independent.finding('RP-2.2').agent).toContain('place.independent');
  });

  test('RP-3.2: crypto is refused without materials or a review, once the place is known', () => {
    const early = paidByCrypto.facts({
      place: { billing: by('shop', 'DE'), independent: null },
      review: null,
      missing: ['evidence'],
      materialsCompleteAt: null,
    });
    expect(early.finding('RP-3.2')).toMatchObject({ verdict: 'failed', reason: 'crypto_ground' });
    expect(refusalOf(early)).toEqual(['RP-2.2', 'RP-3.2']);
    expect(aCase().finding('RP-3.2').reason).toBe('no_crypto_ground');
  });

  test('RP-2.2: of mixed tenders the crypto share stays out of the sum', () => {
    const mixed = aCase().order({ tenders: [aTender(), crypto] });
    const abroad = mixed.facts({ place: { billing: by('shop', 'DE'), independent: null } });
    expect(abroad.finding('RP-2.2').reason).toBe('crypto_share_excluded');
    expect(abroad.proposal()).toMatchObject({ kind: 'refund', refund: { amount: { minor: '3000' } } });
    expect(mixed.proposal()).toEqual({ kind: 'wait', for: ['place'], until: null });
    const excepted = mixed.facts({ place: { billing: by('shop', 'KR'), independent: by('provider', 'KR') } });
    expect(excepted.proposal()).toMatchObject({ kind: 'refund', refund: { amount: { minor: '4000' } } });
  });

  test('RP-3.7: promotional credit is never paid back, only what was paid in money', () => {
    const promoted = aCase().order({ tenders: [aTender(), promotion] });
    expect(promoted.finding('RP-3.7')).toMatchObject({ verdict: 'passed', reason: 'promotion_excluded' });
    expect(promoted.finding('RP-3.7').customer.en).toContain('30.00 USD');
    expect(promoted.proposal()).toMatchObject({
      kind: 'refund',
      refund: { amount: { minor: '3000', currency: 'USD' } },
    });
  });

  test('RP-3.7: an order paid by credit alone is refused, as is one without any payment', () => {
    for (const tenders of [[promotion], [], [aTender({ amountMinor: '0', capturedMinor: '0' })]]) {
      const free = aCase().order({ tenders });
      expect(free.finding('RP-3.7')).toMatchObject({ verdict: 'failed', reason: 'nothing_in_money' });
      expect(refusalOf(free)).toEqual(['RP-3.7']);
      expect(free.finding('RP-4.4').verdict).toBe('not_applicable');
    }
  });

  test('RP-3.7: where all has gone back already there is nothing to give', () => {
    const gone = aCase().order({ tenders: [aTender({ goneMinor: '3000' })] });
    expect(gone.finding('RP-3.7').reason).toBe('nothing_left');
    expect(refusalOf(gone)).toEqual(['RP-3.7']);
    expect(refusalOf(gone.facts({ incidents: [anIncident()] }))).toEqual(['RP-3.7', 'RP-4.5']);
    const held = gone.facts({ disputes: [{ ref: 'd', state: 'open', withdrawnByCustomerAt: null }] });
    expect(held.finding('RP-3.7').reason).toBe('held_by_dispute');
    expect(held.proposal()).toEqual({ kind: 'wait', for: ['dispute'], until: null });
  });

  test('R10: without the provider’s word on what was captured no sum is named', () => {
    const unasked = aCase().order({ tenders: [aTender(), aTender({ id: 't2', capturedMinor: null })] });
    expect(unasked.proposal()).toEqual({ kind: 'wait', for: ['capture'], until: null });
    expect(unasked.finding('RP-3.7').reason).toBe('capture_unknown');
  });

  test('R10: what was captured bounds the refund, not what the shop reported', () => {
    const short = aCase().order({ tenders: [aTender({ capturedMinor: '2500' })] });
    expect(short.proposal()).toMatchObject({ refund: { amount: { minor: '2500' } } });
  });

  test('RP-4.4: a refund goes back the way it came, and store balance to store balance', () => {
    const paid = aCase().order({
      tenders: [aTender(), aTender({ id: 't2' }), aTender({ id: 's1', method: 'store_balance' })],
    });
    expect(paid.finding('RP-4.4')).toMatchObject({ verdict: 'passed', reason: 'original_method' });
    expect(paid.finding('RP-4.4').customer).toEqual({
      en: 'A refund goes back the way you paid: card, store balance.',
      ru: 'Возврат идёт тем же способом, каким вы платили: карта, баланс магазина.',
    });
  });
});

test('a fact that came with its source is shown with it', () => {
  const facts = aCase().finding('RP-3.7').facts;
  expect(facts).toEqual([
    { fact: 'order.tenders.t1.method', value: 'card', source: 'shop' },
    { fact: 'order.tenders.t1.capturedMinor', value: '3000', source: 'provider' },
    { fact: 'order.tenders.t1.goneMinor', value: '0', source: 'desk' },
  ]);
});
