/** M4: overlapping incidents are not paid twice: the refund for A and B is the refund for their union, in money or in time. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IncidentFact, Interval } from '../../domain/facts.ts';
import { clipSpans, instantText, lengthMs, mergeSpans, toSpan } from '../../domain/spans.ts';
import { aLateCase, anIncident, hourMs } from './case-builder.ts';

const begin = Date.parse('2026-03-03T00:00:00.000Z');
const hours = 48;

const interval = (from: number, length: number): Interval => ({
  from: instantText(begin + from * hourMs),
  until: instantText(begin + (from + length) * hourMs),
});

const window = fc.tuple(fc.nat(hours - 1), fc.integer({ min: 1, max: 12 }));

/** An incident, of which sometimes only a part was measured as lost. */
const incident = fc
  .tuple(window, fc.option(fc.tuple(fc.nat(3), fc.nat(3)), { nil: null }))
  .map(([[from, length], cut]): Omit<IncidentFact, 'ref'> => {
    const whole = interval(from, length);
    const fact = { confirmed: true, widelyImpacting: true, covers: true, ...whole };
    if (cut === null || cut[0] >= length) return fact;
    return { ...fact, lost: [interval(from + cut[0], Math.min(cut[1] + 1, length - cut[0]))] };
  });

const named = (facts: readonly Omit<IncidentFact, 'ref'>[]): IncidentFact[] =>
  facts.map((fact, index) => anIncident({ ...fact, ref: `INC-${index}` }));

const spansOf = (facts: readonly IncidentFact[]) =>
  mergeSpans(facts.flatMap(({ lost, from, until }) => (lost ?? [{ from, until }]).map((one) => toSpan(one, 0))));

/** What is offered for the incidents, given what was made good before; none where nothing is left. */
function offered(incidents: readonly IncidentFact[], compensated: readonly Interval[] = []) {
  const proposal = aLateCase()
    .facts({ incidents: [...incidents], compensated: [...compensated] })
    .proposal();
  if (proposal.kind !== 'offer') return { minor: 0n, minutes: 0, intervals: [] as readonly Interval[] };
  const { refund, extension } = proposal;
  return {
    minor: BigInt(refund?.amount.minor ?? '0'),
    minutes: extension?.minutes ?? 0,
    intervals: (refund ?? extension)?.intervals ?? [],
  };
}

test('the offer for several incidents is the offer for one of their union', () => {
  fc.assert(
    fc.property(fc.array(incident, { minLength: 1, maxLength: 5 }), (facts) => {
      const incidents = named(facts);
      const union = spansOf(incidents);
      const [first, last] = [union[0], union.at(-1)];
      const one = anIncident({
        ref: 'INC-UNION',
        from: instantText(first?.from ?? 0),
        until: instantText(last?.until ?? 0),
        lost: union.map(({ from, until }) => ({ from: instantText(from), until: instantText(until) })),
      });
      expect(offered(incidents)).toEqual(offered([one]));
      expect(offered([...incidents].reverse())).toEqual(offered(incidents));
      expect(offered(incidents).minutes).toBe(lengthMs(union) / 60_000);
    }),
  );
});

test('one after the other, in money or in time, they give each moment once and the union in all', () => {
  fc.assert(
    fc.property(fc.array(incident, { minLength: 2, maxLength: 5 }), (facts) => {
      const incidents = named(facts);
      let compensated: Interval[] = [];
      let minutes = 0;
      for (let count = 1; count <= incidents.length; count += 1) {
        const next = offered(incidents.slice(0, count), compensated);
        const taken = next.intervals.map((one) => toSpan(one, 0));
        for (const span of compensated.map((one) => toSpan(one, 0))) expect(clipSpans(taken, span)).toEqual([]);
        // Whether money or time is chosen, the moments that it is for are the same.
        compensated = [...compensated, ...next.intervals];
        minutes += next.minutes;
      }
      expect(mergeSpans(compensated.map((one) => toSpan(one, 0)))).toEqual(spansOf(incidents));
      expect(minutes).toBe(offered(incidents).minutes);
      expect(offered(incidents, compensated).minutes).toBe(0);
    }),
  );
});

test('in money, parts for one after the other are at most a minor unit each above the part for all', () => {
  fc.assert(
    fc.property(fc.array(incident, { minLength: 2, maxLength: 4 }), (facts) => {
      const incidents = named(facts);
      let compensated: Interval[] = [];
      let minor = 0n;
      for (let count = 1; count <= incidents.length; count += 1) {
        const next = offered(incidents.slice(0, count), compensated);
        compensated = [...compensated, ...next.intervals];
        minor += next.minor;
      }
      const whole = offered(incidents).minor;
      expect(minor >= whole && minor <= whole + BigInt(incidents.length - 1)).toBe(true);
    }),
  );
});
