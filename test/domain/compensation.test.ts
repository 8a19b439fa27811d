/** What a loss is worth: each moment once, one rounding up, every line shown, and never more than is left in money. */

import { describe, expect, test } from '@jest/globals';
import type { ArithmeticLine } from '../../domain/assessment.ts';
import type { PlanRule } from '../../domain/policy.ts';
import {
  aCase,
  after,
  aLateCase,
  anIncident,
  aReview,
  askedAt,
  aTender,
  by,
  capturedAt,
  dayMs,
  disputedBy,
  hourMs,
  secondMs,
} from './case-builder.ts';

/** Of the 30 days of the order's period, for 30.00 USD of which 5.00 are tax: one day is worth 1.00 USD. */
const late = aLateCase().facts({ incidents: [anIncident()] });

const offerOf = (builder: ReturnType<typeof aCase>) => {
  const proposal = builder.proposal();
  if (proposal.kind !== 'offer') throw new Error(`proposed ${proposal.kind}`);
  return proposal;
};

const incident = (ref: string, from: string, until: string | null) => anIncident({ ref, from, until });

const values = (lines: readonly ArithmeticLine[] | undefined): string[] =>
  (lines ?? []).map(({ label, value, unit }) => `${label}: ${value} ${unit}`);

const under = (rule: PlanRule) => ({ plans: { static_isp: rule } });

describe('a plan for a period', () => {
  test('RP-4.5, M4: a lost day of thirty is a thirtieth of what was paid, line by line, or a day more', () => {
    const { refund, extension, clauses, expiresAfterDays } = offerOf(late);
    expect(clauses).toEqual(['RP-4.5']);
    expect(expiresAfterDays).toBe(14);
    expect(refund).toMatchObject({
      amount: { minor: '100', currency: 'USD' },
      tax: { minor: '17', currency: 'USD' },
      full: false,
      intervals: [{ from: '2026-03-03T00:00:00.000Z', until: '2026-03-04T00:00:00.000Z' }],
    });
    expect(values(refund?.lines)).toEqual([
      'lost time: 1440 minute',
      'period of the order: 43200 minute',
      'paid in money: 30.00 USD',
      'lost share of it, rounded up once to the next minor unit: 1.00 USD',
      'left to pay back: 30.00 USD',
      'tax within the refund: 0.17 USD',
      'refund: 1.00 USD',
    ]);
    expect(extension).toMatchObject({ minutes: 1440, bytes: '0', intervals: refund?.intervals });
    expect(values(extension?.lines)).toEqual([
      'lost time: 1440 minute',
      'extension, rounded up to the next whole minute: 1440 minute',
    ]);
  });

  test('M4: incidents that overlap count once, told in any order', () => {
    const incidents = [
      incident('INC-2', '2026-03-03T12:00:00.000Z', '2026-03-05T00:00:00.000Z'),
      incident('INC-1', '2026-03-03T00:00:00.000Z', '2026-03-04T00:00:00.000Z'),
      incident('INC-3', '2026-03-03T13:00:00.000Z', '2026-03-03T14:00:00.000Z'),
    ];
    for (const told of [incidents, [...incidents].reverse()]) {
      const { refund, extension } = offerOf(late.facts({ incidents: told }));
      expect(refund?.amount.minor).toBe('200');
      expect(extension?.minutes).toBe(2880);
      expect(refund?.intervals).toEqual([{ from: '2026-03-03T00:00:00.000Z', until: '2026-03-05T00:00:00.000Z' }]);
    }
  });

  test('M4: the review’s lost times count with the incident’s, if the seller is to blame', () => {
    const lost = [{ from: '2026-03-04T00:00:00.000Z', until: '2026-03-05T00:00:00.000Z' }];
    const refundWith = (review: ReturnType<typeof aReview>) => offerOf(late.facts({ review })).refund?.amount.minor;
    expect(refundWith(aReview({ lost }))).toBe('200');
    expect(refundWith(aReview({ cause: 'account', sellerMistake: true, lost }))).toBe('200');
    expect(refundWith(aReview({ cause: 'user', lost }))).toBe('100');
    const conflicting = aCase().facts({ review: disputedBy(aReview({ lost }).value, aReview().value) });
    expect(conflicting.proposal().kind).toBe('unclear');
  });

  test('M4: only what lies within the order’s period counts, and an incident that goes on counts up to now', () => {
    const before = incident('INC-1', after(capturedAt, -10 * dayMs), after(capturedAt, dayMs));
    expect(offerOf(late.facts({ incidents: [before] })).refund?.amount.minor).toBe('100');
    const running = incident('INC-1', '2026-03-10T10:00:00.000Z', null);
    expect(offerOf(late.facts({ incidents: [running] }).at('2026-03-12T10:00:00.000Z')).refund?.amount.minor).toBe(
      '200',
    );
    const outside = incident('INC-1', after(capturedAt, 31 * dayMs), after(capturedAt, 32 * dayMs));
    const nothing = late.facts({ incidents: [outside] }).at(after(capturedAt, 40 * dayMs));
    expect(nothing.finding('RP-4.5')).toMatchObject({ verdict: 'failed', reason: 'part_is_nothing' });
    expect(nothing.proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.3', 'RP-3.1', 'RP-4.5'] });
  });

  test('RP-4.5: an incident that is claimed too late adds nothing to one that is claimed in time', () => {
    const ended = incident('INC-0', '2026-03-02T12:00:00.000Z', '2026-03-02T18:00:00.000Z');
    const at = (askedAt: string) => late.facts({ askedAt, incidents: [ended, anIncident()] }).at(askedAt);
    const minutesAt = (askedAt: string) => offerOf(at(askedAt)).extension?.minutes;
    expect(minutesAt(after('2026-03-02T18:00:00.000Z', 60 * dayMs))).toBe(1440 + 360);
    expect(minutesAt(after('2026-03-02T18:00:00.000Z', 60 * dayMs + 1))).toBe(1440);
  });

  test('RP-4.5: an incident that is not confirmed, or did not touch the order, adds nothing to one that is and did', () => {
    const more = { ref: 'INC-2', from: '2026-03-05T00:00:00.000Z', until: '2026-03-06T00:00:00.000Z' };
    for (const other of [{ confirmed: false }, { covers: false }]) {
      const beside = late.facts({ incidents: [anIncident(), anIncident({ ...more, ...other })] });
      expect(offerOf(beside).extension?.minutes).toBe(1440);
    }
  });

  test('M4: a plan for a period is worth its time alone, however it is metered', () => {
    const counted = late.order({ meteredBytes: '1000' }).facts({
      usage: by('shop', { bytes: '1000', requests: '0', measuredAt: askedAt }),
    });
    const { refund } = offerOf(counted);
    expect(refund).toMatchObject({ amount: { minor: '100' }, endsPlan: false });
    expect(values(refund?.lines)).not.toContain('unused traffic: 0 byte');
  });

  test('M4: lost times of a finding that is not the seller’s fault are not ours, whoever erred', () => {
    const lost = [{ from: '2026-03-04T00:00:00.000Z', until: '2026-03-05T00:00:00.000Z' }];
    const blamed = late.facts({ review: aReview({ cause: 'user', sellerMistake: true, lost }) });
    expect(offerOf(blamed).refund?.amount.minor).toBe('100');
  });

  test('M4: time that is still to come is not lost yet, whatever an incident announces', () => {
    const announced = incident('INC-1', '2026-03-10T10:00:00.000Z', '2026-03-20T10:00:00.000Z');
    const asked = late.facts({ incidents: [announced] });
    expect(offerOf(asked.at('2026-03-12T10:00:00.000Z')).extension?.minutes).toBe(2 * 1440);
    expect(offerOf(asked.at('2026-03-31T10:00:00.000Z')).extension?.minutes).toBe(10 * 1440);
  });

  test('M4: what was made good before is not made good again', () => {
    const compensated = [{ from: '2026-03-03T06:00:00.000Z', until: '2026-03-03T18:00:00.000Z' }];
    const { refund } = offerOf(late.facts({ compensated }));
    expect(refund?.amount.minor).toBe('50');
    expect(refund?.intervals).toEqual([
      { from: '2026-03-03T00:00:00.000Z', until: '2026-03-03T06:00:00.000Z' },
      { from: '2026-03-03T18:00:00.000Z', until: '2026-03-04T00:00:00.000Z' },
    ]);
    const all = [{ from: '2026-03-03T00:00:00.000Z', until: '2026-03-04T00:00:00.000Z' }];
    expect(late.facts({ compensated: all }).proposal().kind).toBe('refuse');
  });

  test('M4: it is rounded once, up: the smallest loss is worth a minor unit and a whole minute', () => {
    const blink = incident('INC-1', '2026-03-03T00:00:00.000Z', '2026-03-03T00:00:00.500Z');
    const { refund, extension } = offerOf(late.facts({ incidents: [blink] }));
    expect(refund?.amount.minor).toBe('1');
    expect(values(refund?.lines).slice(0, 2)).toEqual(['lost time: 0.5 second', 'period of the order: 43200 minute']);
    expect(extension?.minutes).toBe(1);
    const exact = incident('INC-1', '2026-03-03T00:00:00.000Z', '2026-03-03T07:12:00.000Z');
    expect(offerOf(late.facts({ incidents: [exact] })).refund?.amount.minor).toBe('30');
    const more = incident('INC-1', '2026-03-03T00:00:00.000Z', '2026-03-03T07:12:01.000Z');
    expect(offerOf(late.facts({ incidents: [more] })).refund?.amount.minor).toBe('31');
    expect(offerOf(late.facts({ incidents: [more] })).extension?.minutes).toBe(433);
  });

  test('M1: a currency without decimals is reckoned in its own units', () => {
    const yen = late.order({
      currency: 'JPY',
      tenders: [aTender({ amountMinor: '5800', capturedMinor: '5800', taxMinor: '0' })],
    });
    const { refund } = offerOf(yen);
    expect(refund).toMatchObject({ amount: { minor: '194', currency: 'JPY' }, tax: { minor: '0' } });
    expect(values(refund?.lines)).toContain('refund: 194 JPY');
  });

  test('the part is capped by what is left, tender by tender, and taking all that is left ends the plan', () => {
    const nearlyGone = late.order({ tenders: [aTender({ goneMinor: '2950' })] });
    expect(offerOf(nearlyGone).refund).toMatchObject({ amount: { minor: '50' }, full: true });
    const overdrawn = late.order({
      tenders: [
        aTender({ goneMinor: '9000' }),
        aTender({ id: 't2', amountMinor: '60', capturedMinor: '60', taxMinor: '10' }),
      ],
    });
    expect(offerOf(overdrawn).refund?.amount.minor).toBe('60');
  });

  test('RP-3.7, RP-4.5: promotional credit and crypto are in no part', () => {
    const mixed = late.order({
      tenders: [
        aTender(),
        aTender({ id: 'p', method: 'promotional_credit' }),
        aTender({ id: 'c', method: 'crypto' }),
        aTender({ id: 's', method: 'store_balance', amountMinor: '600', capturedMinor: '600', taxMinor: '100' }),
      ],
    });
    const place = { billing: by('shop' as const, 'BR'), independent: by('provider' as const, 'BR') };
    for (const builder of [mixed, mixed.facts({ place })]) {
      expect(offerOf(builder).refund).toMatchObject({ amount: { minor: '120' }, tax: { minor: '20' } });
    }
  });

  test('RP-4.5: credit alone has no part in money, but there is time to give', () => {
    const free = late.order({ tenders: [aTender({ method: 'promotional_credit' })] });
    expect(offerOf(free)).toMatchObject({ refund: null, extension: { minutes: 1440 } });
  });

  test('without a known period there is no part in money, but time from the purchase on', () => {
    const endless = late.order({ period: null });
    expect(offerOf(endless)).toMatchObject({ refund: null, extension: { minutes: 1440 } });
    const before = incident('INC-1', after(capturedAt, -dayMs), after(capturedAt, hourMs));
    expect(offerOf(endless.facts({ incidents: [before] })).extension?.minutes).toBe(60);
    const empty = late.order({ period: { from: capturedAt, until: capturedAt } });
    expect(empty.finding('RP-4.5').reason).toBe('part_is_nothing');
  });
});

describe('a metered plan with a term', () => {
  const used = (bytes: string) => by('shop' as const, { bytes, requests: '0', measuredAt: askedAt });
  const metered = late
    .parameters(under({ usageCaps: [null, null], compensation: 'metered_term' }))
    .order({ meteredBytes: '1000' });

  test('M4: the lost time over the term counts, while so much is unused', () => {
    const { refund } = offerOf(metered.facts({ usage: used('900') }));
    expect(refund?.amount.minor).toBe('100');
    expect(values(refund?.lines).slice(2, 4)).toEqual(['unused traffic: 100 byte', 'traffic of the term: 1000 byte']);
  });

  test('M4: it is at most the unused share', () => {
    const refundAt = (bytes: string) => offerOf(metered.facts({ usage: used(bytes) })).refund?.amount.minor;
    expect(refundAt('966')).toBe('100');
    expect(refundAt('967')).toBe('99');
    expect(refundAt('999')).toBe('3');
    expect(refundAt('1000')).toBeUndefined();
    expect(refundAt('1001')).toBeUndefined();
    expect(offerOf(metered.facts({ usage: used('1000') })).extension?.minutes).toBe(1440);
  });

  test('M4, RP-2.5: unused is what is unused now, and not at the asking', () => {
    const since = metered.facts({ usage: used('0'), latestUsage: used('999') });
    expect(offerOf(since).refund?.amount.minor).toBe('3');
  });

  test('M4: a refund of all that is unused ends the plan, also where more was paid', () => {
    const endsAt = (bytes: string) => offerOf(metered.facts({ usage: used(bytes) })).refund;
    expect(endsAt('967')).toMatchObject({ full: false, endsPlan: true });
    expect(endsAt('966')).toMatchObject({ full: false, endsPlan: false });
  });

  test('RP-4.5: one without a term is extended in traffic only', () => {
    const endless = metered.order({ period: null, meteredBytes: '1000000' });
    expect(offerOf(endless)).toMatchObject({ refund: null, extension: { minutes: 0, bytes: '100000' } });
    expect(offerOf(endless.facts({ usage: null })).refund).toBeNull();
  });

  test('unknown usage is waited for, since the unused share is not known', () => {
    const unmeasured = metered.facts({ usage: null });
    expect(unmeasured.finding('RP-4.5')).toMatchObject({ verdict: 'unknown', reason: 'usage_unknown' });
    expect(unmeasured.proposal()).toEqual({ kind: 'wait', for: ['shop'], until: null });
    expect(offerOf(metered.order({ meteredBytes: null }).facts({ usage: used('5') })).refund?.amount.minor).toBe('100');
  });
});

describe('a plan of traffic alone', () => {
  const traffic = late
    .parameters(under({ usageCaps: [null, null], compensation: 'traffic_only' }))
    .order({ meteredBytes: '1000000' });

  test('RP-4.5: it is extended in traffic only, by the share of its time that was lost', () => {
    const { refund, extension } = offerOf(traffic);
    expect(refund).toBeNull();
    // One day of the ten between purchase and asking.
    expect(extension).toMatchObject({ minutes: 0, bytes: '100000' });
    expect(values(extension?.lines)).toEqual([
      'lost time: 1440 minute',
      'time from the purchase to the asking, or to the end of the loss: 14400 minute',
      'traffic of the plan: 1000000 byte',
      'traffic added, rounded up to the next byte: 100000 byte',
    ]);
    expect(offerOf(traffic.order({ meteredBytes: '1000001' })).extension?.bytes).toBe('100001');
  });

  test('a loss that goes on after the asking is measured to its end, and never gives more than the plan held', () => {
    const long = incident('INC-1', capturedAt, after(capturedAt, 20 * dayMs));
    expect(offerOf(traffic.facts({ incidents: [long] }).order({ period: null })).extension?.bytes).toBe('1000000');
  });

  test('a plan without a known amount of traffic has nothing to add', () => {
    expect(traffic.order({ meteredBytes: null }).finding('RP-4.5').reason).toBe('part_is_nothing');
  });
});

describe('the full refund', () => {
  test('all that is left goes back, with what went before shown', () => {
    const partly = aCase()
      .order({ tenders: [aTender({ goneMinor: '600' })] })
      .proposal();
    expect(partly).toMatchObject({
      kind: 'refund',
      refund: { amount: { minor: '2400', currency: 'USD' }, tax: { minor: '400' }, full: true, intervals: [] },
    });
    expect(partly.kind === 'refund' && values(partly.refund.lines)).toEqual([
      'paid in money: 30.00 USD',
      'gone back or taken before: 6.00 USD',
      'left to pay back: 24.00 USD',
      'tax within the refund: 4.00 USD',
      'refund: 24.00 USD',
    ]);
  });

  test('tax is split in the order’s ratio; an order without tax has none in it, one of tax alone is all tax', () => {
    const taxOf = (...tenders: ReturnType<typeof aTender>[]) => {
      const proposal = aCase().order({ tenders }).proposal();
      return proposal.kind === 'refund' ? proposal.refund.tax.minor : proposal.kind;
    };
    expect(taxOf(aTender({ taxMinor: '0' }))).toBe('0');
    expect(taxOf(aTender({ taxMinor: '3000' }))).toBe('3000');
    expect(taxOf(aTender({ taxMinor: '4000' }))).toBe('3000');
    expect(taxOf(aTender(), aTender({ id: 't2', taxMinor: '0' }))).toBe('500');
  });
});

test('RP-4.5: claimable up to the version’s days after the incident’s end, that moment included', () => {
  const asked = (ms: number) => {
    const at = after('2026-03-04T00:00:00.000Z', 60 * dayMs + ms);
    return late.facts({ askedAt: at }).at(after(at, secondMs));
  };
  expect(asked(0).proposal().kind).toBe('offer');
  expect(asked(1).finding('RP-4.5')).toMatchObject({ verdict: 'failed', reason: 'part_claimed_late' });
  expect(asked(1).proposal()).toEqual({ kind: 'refuse', clauses: ['RP-2.3', 'RP-3.1', 'RP-4.5'] });
  expect(asked(1).finding('RP-4.5').customer.en).toContain('60 days');
  const running = asked(1).facts({ incidents: [anIncident(), incident('INC-2', '2026-03-20T00:00:00.000Z', null)] });
  expect(running.proposal().kind).toBe('offer');
});
