/**
 * More favourable facts never make the answer worse. The order of the facts stands here, that of the outcomes in
 * domain/favour.ts.
 */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Assessment } from '../../domain/assessment.ts';
import { assess } from '../../domain/engine.ts';
import type { CaseFacts } from '../../domain/facts.ts';
import { compareFavour } from '../../domain/favour.ts';
import { materials } from '../../domain/materials.ts';
import type { PlanRule } from '../../domain/policy.ts';
import { cases, disputeStates, inputOf } from './case-arbitrary.ts';
import { after, aVersion, by, capturedAt, dayMs, hourMs } from './case-builder.ts';

const runs = { numRuns: 300 };

/** Each from less to more favourable, everything else equal. What is not known is compared with nothing. */
const ladders: Readonly<Record<string, readonly ((facts: CaseFacts) => CaseFacts)[]>> = {
  channel: (['reseller', 'official'] as const).map((channel) => (given) => ({
    ...given,
    order: { ...given.order, channel: by('shop', channel) },
  })),
  review: (['target', 'user', 'unclear', 'seller'] as const).map((cause) => (given) => ({
    ...given,
    review: by('agent', { cause, persistent: true, sellerMistake: false, lost: [] }),
  })),
  persistence: ([false, null, true] as const).map((persistent) => (given) => ({
    ...given,
    review: by('agent', { cause: 'seller', persistent, sellerMistake: false, lost: [] }),
  })),
  'account restriction': [false, true].map((sellerMistake) => (given) => ({
    ...given,
    review: by('agent', { cause: 'account', persistent: true, sellerMistake, lost: [] }),
  })),
  remediation: (['mended', null, 'not_mended'] as const).map((answer) => (given) => ({
    ...given,
    remediation: { reportedAt: given.askedAt, fixReportedAt: null, answer, answeredBy: null },
  })),
  usage: ['30000000000', '5000000001', '5000000000', '0'].map((bytes) => (given) => ({
    ...given,
    usage: by('shop', { bytes, requests: '0', measuredAt: given.askedAt }),
  })),
  'incident confirmed': [false, true].map((confirmed) => (given) => ({
    ...given,
    incidents: given.incidents.map((incident) => ({ ...incident, confirmed })),
  })),
  'incident wide': [false, true].map((widelyImpacting) => (given) => ({
    ...given,
    incidents: given.incidents.map((incident) => ({ ...incident, widelyImpacting })),
  })),
  'incident covers': [false, true].map((covers) => (given) => ({
    ...given,
    incidents: given.incidents.map((incident) => ({ ...incident, covers })),
  })),
  dispute: disputeStates.map((state, index) => (given) => ({
    ...given,
    disputes: [{ ref: 'd', state, withdrawnByCustomerAt: null }],
    // What it takes counts as gone while it is open or lost, and no longer.
    order:
      index > disputeStates.indexOf('open')
        ? { ...given.order, tenders: given.order.tenders.map((tender) => ({ ...tender, goneMinor: '0' })) }
        : given.order,
  })),
  kyc: (['failed', 'timed_out', 'asked', 'passed'] as const).map((state) => (given) => ({
    ...given,
    kyc: by('finance', state),
  })),
  breach: [true, false].map((breach) => (given) => ({ ...given, breach: by('agent', breach) })),
  abuse: [true, false].map((value) => (given) => ({
    ...given,
    abuse: { ...given.abuse, confirmed: by('agent', value) },
  })),
  'other ground': [true, false].map((confirmed) => (given) => ({
    ...given,
    otherGround: { kind: 'refusal', confirmed },
  })),
  place: ['DE', 'BR'].map((country) => (given) => ({
    ...given,
    place: { billing: by('shop', country), independent: by('provider', country) },
    // A tender that the place lets in may be one whose capture is not known, for which everybody waits.
    order: {
      ...given.order,
      tenders: given.order.tenders.map((tender) => ({
        ...tender,
        capturedMinor: tender.capturedMinor ?? tender.amountMinor,
      })),
    },
  })),
  'what is gone': ['1000000', '500', '0'].map((goneMinor) => (given) => ({
    ...given,
    order: { ...given.order, tenders: given.order.tenders.map((tender) => ({ ...tender, goneMinor })) },
  })),
  'amount captured': ['0', '1', '500', '1000000'].map((capturedMinor) => (given) => ({
    ...given,
    order: { ...given.order, tenders: given.order.tenders.map((tender) => ({ ...tender, capturedMinor })) },
  })),
  'first capture': [30, 8, 7, 1, 0].map((daysBefore) => (given) => ({
    ...given,
    order: { ...given.order, firstCapturedAt: by('shop', after(given.askedAt, -daysBefore * dayMs)) },
  })),
  materials: [3, 2, 1, 0].map((count) => (given) => ({
    ...given,
    missing: materials.slice(0, count),
  })),
  'what was made good': [true, false].map((isCompensated) => (given) => ({
    ...given,
    compensated: isCompensated ? [{ from: after(capturedAt, -dayMs), until: after(capturedAt, 10 * dayMs) }] : [],
  })),
};

/** A remedy of time is better too, but only beside the sums; a larger refund with less time is a matter of taste. */
const favour = (assessment: Assessment) => ({
  proposal: assessment.proposal,
  fullRefund: assessment.findings.find(({ clause }) => clause === 'RP-2.0')?.verdict ?? 'unknown',
  mendBy: assessment.clocks.remediation?.dueAt ?? null,
});

test.each(Object.entries(ladders))('more favourable facts never worsen the outcome: %s', (_name, steps) => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const input = inputOf(drawn);
      const answers = steps.map((step) =>
        favour(assess({ ...input, purchaseVersion: null, facts: step(input.facts) })),
      );
      const steppedDown = answers
        .slice(1)
        .filter((better, index) => compareFavour(answers[index] ?? better, better) > 0);
      expect(steppedDown).toEqual([]);
    }),
    runs,
  );
});

test('asking earlier never worsens the outcome', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 0, max: 24 * 30 }), (drawn, hours) => {
      const input = inputOf(drawn);
      // A remediation that nobody began is reckoned from the asking; here it stands by itself.
      const remediation = input.facts.remediation ?? {
        reportedAt: capturedAt,
        fixReportedAt: null,
        answer: null,
        answeredBy: null,
      };
      const answerAt = (askedAt: string) =>
        favour(assess({ ...input, purchaseVersion: null, facts: { ...input.facts, remediation, askedAt } }));
      const earlier = after(input.facts.askedAt, -hours * hourMs);
      expect(compareFavour(answerAt(input.facts.askedAt), answerAt(earlier))).toBeLessThanOrEqual(0);
    }),
    runs,
  );
});

/** Terms in which a version at purchase may differ, beside those that every case draws. */
const terms = fc.record({
  remediation: fc.record({
    days: fc.integer({ min: 1, max: 30 }),
    owedDaysPause: fc.boolean(),
    answerDays: fc.integer({ min: 1, max: 5 }),
  }),
  plans: fc
    .record({
      usageCaps: fc.constantFrom<PlanRule['usageCaps']>([null, null], [{ measure: 'bytes', max: '5000000000' }, null]),
      compensation: fc.constantFrom<PlanRule['compensation']>('period', 'metered_term', 'traffic_only'),
    })
    .map((rule) => ({ static_isp: rule, dynamic_residential: rule })),
  compensation: fc.record({
    claimDaysAfterIncident: fc.integer({ min: 1, max: 90 }),
    offerDays: fc.integer({ min: 1, max: 30 }),
  }),
});

test('RP-6.1: with the better of both versions no answer is worse than by the version at asking alone', () => {
  fc.assert(
    fc.property(cases, terms, (drawn, differing) => {
      const ours = { ...drawn.ours, betterOfBoth: true };
      const input = inputOf({ ...drawn, ours });
      const purchaseVersion = aVersion({ ...drawn.theirs, ...differing }, { number: 1 });
      const alone = favour(assess({ ...input, purchaseVersion: null }));
      expect(compareFavour(favour(assess({ ...input, purchaseVersion })), alone)).toBeGreaterThanOrEqual(0);
    }),
    runs,
  );
});
