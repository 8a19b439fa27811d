/**
 * What a loss is worth over the odd days of the calendar: time that really went by counts, in the length that the order's
 * period really has, from its first instant up to, and without, its last. The seller's zone plays no part in sums.
 */

import { describe, expect, test } from '@jest/globals';
import type { Interval } from '../../domain/facts.ts';
import type { PlanRule } from '../../domain/policy.ts';
import { after, aLateCase, anIncident, aTender, by, dayMs, firstVersion, hourMs } from './case-builder.ts';

/** The clocks of two of them change, at different nights. */
const sellerZones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC'];

const { calendar } = firstVersion.document.parameters;

const instant = (text: string): string => new Date(text).toISOString();
/** Of its ISO 8601 form. */
function interval(text: string): Interval {
  const [from = '', until = ''] = text.split('/');
  return { from: instant(from), until: instant(until) };
}

/** An order for this period and price, of which these times were lost, asked for after the window. */
function lossOf(period: Interval, minor: string, lost: readonly Interval[], timeZone = 'UTC') {
  const ends = [after(period.from, 8 * dayMs), ...lost.map(({ until }) => until)];
  const asked = after(ends.sort().at(-1) ?? period.from, hourMs);
  const captured = by('shop', period.from);
  return aLateCase()
    .parameters({ calendar: { ...calendar, timeZone } })
    .order({
      period,
      purchasedAt: period.from,
      firstCapturedAt: captured,
      tenders: [aTender({ amountMinor: minor, capturedMinor: minor, taxMinor: '0' })],
    })
    .facts({ askedAt: asked, incidents: lost.map((span, index) => anIncident({ ref: `INC-${index}`, ...span })) })
    .at(after(asked, hourMs));
}

type Loss = ReturnType<typeof lossOf>;

/** What is offered, or `null` where the loss is worth nothing. */
function offerFor(loss: Loss) {
  const proposal = loss.proposal();
  if (proposal.kind === 'offer') return proposal;
  expect(loss.finding('RP-4.5')).toMatchObject({ verdict: 'failed', reason: 'part_is_nothing' });
  return null;
}

const sumsOf = (loss: Loss) => {
  const offer = offerFor(loss);
  return offer && { minor: offer.refund?.amount.minor, minutes: offer.extension?.minutes };
};

/**
 * What is lost, the period, what was paid for it, the loss, and its worth in minor units and minutes. Of most, one day or
 * hour of the period costs 1.00.
 */
type Row = readonly [of: string, period: string, paid: string, lost: string, minor: string, minutes: number];

const days: readonly Row[] = [
  ['the last day of a February of 28', '2026-02-01/2026-03-01', '2800', '2026-02-28/2026-03-01', '100', 1440],
  ['29 February, of a month of 29', '2028-02-01/2028-03-01', '2900', '2028-02-29/2028-03-01', '100', 1440],
  ['from 28 February on, in a leap year', '2028-02-01/2028-03-01', '2900', '2028-02-28/2028-03-01', '200', 2880],
  ['from 28 February on, in a common year', '2026-02-15/2026-03-15', '2800', '2026-02-28/2026-03-01', '100', 1440],
  ['a day of a year that holds 29 February', '2027-03-01/2028-03-01', '36600', '2028-02-28/2028-02-29', '100', 1440],
  ['29 February, of a year from it on', '2028-02-29/2029-02-28', '36500', '2028-02-29/2028-03-01', '100', 1440],
  ['a day of the month from 31 January on', '2026-01-31/2026-02-28', '2800', '2026-01-31/2026-02-01', '100', 1440],
  ['a day of it in a leap year', '2028-01-31/2028-02-29', '2900', '2028-02-28/2028-02-29', '100', 1440],
  ['a day of the month after it', '2026-02-28/2026-03-31', '3100', '2026-03-30/2026-03-31', '100', 1440],
  ['a day of a month of 30', '2026-04-01/2026-05-01', '3000', '2026-04-30/2026-05-01', '100', 1440],
  // 96.77 of a hundred: up to the next unit, once.
  ['a day of a month of 31', '2026-05-01/2026-06-01', '3000', '2026-05-31/2026-06-01', '97', 1440],
];

const clockChanges: readonly Row[] = [
  [
    'an hour of the day that has 23',
    '2026-03-29T00:00:00+01:00/2026-03-30T00:00:00+02:00',
    '2300',
    '2026-03-29T01:30:00+01:00/2026-03-29T03:30:00+02:00',
    '100',
    60,
  ],
  [
    'the hour that is lived twice, of the day that has 25',
    '2026-10-25T00:00:00+02:00/2026-10-26T00:00:00+01:00',
    '2500',
    '2026-10-25T02:00:00+02:00/2026-10-25T03:00:00+01:00',
    '200',
    120,
  ],
  [
    'the day that has 23 hours, of its month',
    '2026-03-01T00:00:00+01:00/2026-04-01T00:00:00+02:00',
    '74300',
    '2026-03-29T00:00:00+01:00/2026-03-30T00:00:00+02:00',
    '2300',
    1380,
  ],
  [
    'the day that has 25 hours, of its month',
    '2026-10-01T00:00:00+02:00/2026-11-01T00:00:00+01:00',
    '74500',
    '2026-10-25T00:00:00+02:00/2026-10-26T00:00:00+01:00',
    '2500',
    1500,
  ],
];

describe('RP-4.5, M4: in any seller’s zone', () => {
  test.each([...days, ...clockChanges])('%s', (_of, period, paid, lost, minor, minutes) => {
    for (const timeZone of sellerZones) {
      const loss = lossOf(interval(period), paid, [interval(lost)], timeZone);
      expect(sumsOf(loss)).toEqual({ minor, minutes });
    }
  });

  test('the lines show the time that went by, and the last is their sum', () => {
    const day = interval('2026-03-29T00:00:00+01:00/2026-03-30T00:00:00+02:00');
    const hour = interval('2026-03-29T01:30:00+01:00/2026-03-29T03:30:00+02:00');
    const offer = offerFor(lossOf(day, '2300', [hour], 'Europe/Berlin'));
    expect(offer?.refund?.lines.map(({ label, value, unit }) => `${label}: ${value} ${unit}`)).toEqual([
      'lost time: 60 minute',
      'period of the order: 1380 minute',
      'paid in money: 23.00 USD',
      'lost share of it, rounded up once to the next minor unit: 1.00 USD',
      'left to pay back: 23.00 USD',
      'tax within the refund: 0.00 USD',
      'refund: 1.00 USD',
    ]);
  });

  test.each([
    ['of ten days over 29 February', '2028-02-28', '2028-03-09', '100'],
    ['of nine days where there is none', '2026-02-28', '2026-03-09', '112'],
    ['of ten days of which one has 23 hours', '2026-03-28T00:00:00+01:00', '2026-04-07T00:00:00+02:00', '101'],
  ])('traffic without a term is worth a lost day %s', (_name, purchased, asked, bytes) => {
    const rule: PlanRule = { usageCaps: [null, null], compensation: 'traffic_only' };
    const [purchasedAt, askedAt] = [instant(purchased), instant(asked)];
    const proposal = aLateCase()
      .parameters({ plans: { static_isp: rule } })
      .order({ purchasedAt, firstCapturedAt: by('shop', purchasedAt), period: null, meteredBytes: '1000' })
      .facts({ askedAt, incidents: [anIncident({ from: purchasedAt, until: after(purchasedAt, dayMs) })] })
      .at(after(askedAt, dayMs))
      .proposal();
    expect(proposal).toMatchObject({ kind: 'offer', refund: null, extension: { minutes: 0, bytes } });
  });
});

describe('M4: from the first instant of the period up to, and without, its last', () => {
  const period = interval('2026-01-31T10:00:00Z/2026-02-28T10:00:00Z');
  const next = interval('2026-02-28T10:00:00Z/2026-03-31T10:00:00Z');
  const least = { minor: '1', minutes: 1 };
  const at = (edge: string, from: number, until: number): Interval => ({
    from: after(edge, from),
    until: after(edge, until),
  });

  test.each([
    ['what ends with the period’s first instant', at(period.from, -hourMs, 0), null],
    ['what ends a millisecond after it', at(period.from, -hourMs, 1), least],
    ['what begins with its last instant', at(period.until, 0, hourMs), null],
    ['what begins a millisecond before it', at(period.until, -1, hourMs), least],
    ['what has no length', at(period.from, hourMs, hourMs), null],
  ])('%s', (_name, lost, sums) => {
    expect(sumsOf(lossOf(period, '2800', [lost]))).toEqual(sums);
  });

  test('what lasts as long as the period is worth all of it, and not a minute more where it lasts longer', () => {
    const whole = { minor: '2800', minutes: 28 * 1440 };
    expect(sumsOf(lossOf(period, '2800', [period]))).toEqual(whole);
    const longer = { from: after(period.from, -dayMs), until: after(period.until, dayMs) };
    expect(sumsOf(lossOf(period, '2800', [longer]))).toEqual(whole);
  });

  test('a renewal begins with the instant that ends the period before it: that instant counts there, and once', () => {
    const over = at(next.from, -6 * hourMs, 18 * hourMs);
    expect(offerFor(lossOf(period, '2800', [over]))?.extension).toMatchObject({
      minutes: 360,
      intervals: [{ from: over.from, until: next.from }],
    });
    expect(offerFor(lossOf(next, '3100', [over]))?.extension).toMatchObject({
      minutes: 1080,
      intervals: [{ from: next.from, until: over.until }],
    });
    const first = at(next.from, 0, 1);
    expect([sumsOf(lossOf(period, '2800', [first])), sumsOf(lossOf(next, '3100', [first]))]).toEqual([null, least]);
  });

  test('of two losses the one begins with the instant that ends the other: no instant is lost or counted twice', () => {
    const [one, two] = [at(period.from, hourMs, 2 * hourMs), at(period.from, 2 * hourMs, 3 * hourMs)];
    const empty = at(period.from, dayMs, dayMs);
    const offer = offerFor(lossOf(period, '2800', [two, empty, one]));
    expect(offer?.extension).toMatchObject({
      minutes: 120,
      intervals: [{ from: one.from, until: two.until }],
    });
  });

  test('what was made good up to an instant leaves what begins with it', () => {
    const lost = at(period.from, hourMs, 3 * hourMs);
    const until = (ms: number) =>
      sumsOf(lossOf(period, '2800', [lost]).facts({ compensated: [at(period.from, 0, ms)] }))?.minutes;
    expect([until(hourMs), until(2 * hourMs), until(3 * hourMs - 1), until(3 * hourMs)]).toEqual([
      120,
      60,
      1,
      undefined,
    ]);
  });

  test('what goes on counts up to the instant of judgement, and is nothing at its own first', () => {
    const from = after(period.from, 9 * dayMs);
    const running = (ms: number) =>
      sumsOf(
        lossOf(period, '2800', [])
          .facts({ incidents: [anIncident({ from, until: null })] })
          .at(after(from, ms)),
      );
    expect([running(0), running(1), running(dayMs)]).toEqual([null, least, { minor: '100', minutes: 1440 }]);
  });
});
