/**
 * What holds for every case: the engine is total and deterministic, a refusal names a clause, better facts never make it
 * worse, and no sum exceeds what was paid in money. The order of facts stands here, that of outcomes in domain/favour.ts.
 */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Assessment, waitReasons } from '../../domain/assessment.ts';
import { assess, refundClauses } from '../../domain/engine.ts';
import type { AssessmentInput, CaseFacts, Fact } from '../../domain/facts.ts';
import { compareFavour } from '../../domain/favour.ts';
import type { Currency } from '../../domain/money.ts';
import { tenderMethods } from '../../domain/rail.ts';
import { reviewCauses } from '../../domain/review.ts';
import {
  aCase,
  after,
  aLateCase,
  anIncident,
  aVersion,
  by,
  capturedAt,
  dayMs,
  firstVersion,
  hourMs,
} from './case-builder.ts';

const instants = fc.integer({ min: -24 * 20, max: 24 * 90 }).map((hours) => after(capturedAt, hours * hourMs));
const spans = fc
  .tuple(instants, fc.integer({ min: 0, max: 24 * 20 }))
  .map(([from, hours]) => ({ from, until: after(from, hours * hourMs) }));
const digits = (max: bigint) => fc.bigInt(0n, max).map(String);

function facts<Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Fact<Value>> {
  const stated = values.map((value) => by('agent', value));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 6, arbitrary: stated },
    { weight: 1, arbitrary: fc.tuple(stated, stated).map((disputed) => ({ disputed })) },
  );
}

const tenders = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  method: fc.constantFrom(...tenderMethods),
  amountMinor: digits(10n ** 6n),
  taxMinor: digits(10n ** 5n),
  capturedMinor: fc.option(digits(10n ** 6n), { freq: 8 }),
  goneMinor: digits(10n ** 5n),
});

const orders = fc.record({
  currency: fc.constantFrom<Currency>('USD', 'EUR', 'JPY', 'BHD'),
  planKind: fc.constantFrom(...Object.keys(firstVersion.document.parameters.plans), 'unheard_of'),
  channel: facts(fc.constantFrom('official' as const, 'designated_link' as const, 'reseller' as const)),
  firstCapturedAt: facts(instants),
  purchasedAt: instants,
  period: fc.option(spans),
  meteredBytes: fc.option(digits(10n ** 11n)),
  tenders: fc.array(tenders, { maxLength: 3 }),
});

const reviews = fc.record({
  cause: fc.constantFrom(...reviewCauses),
  persistent: fc.constantFrom(true, false, null),
  sellerMistake: fc.boolean(),
  lost: fc.array(spans, { maxLength: 2 }),
});

const incidents = fc.record({
  ref: fc.constantFrom('INC-1', 'INC-2'),
  confirmed: fc.boolean(),
  widelyImpacting: fc.boolean(),
  covers: fc.boolean(),
  from: instants,
  until: fc.option(instants),
});

const disputeStates = ['lost', 'prevented', 'open', 'inquiry', 'won', 'closed'] as const;
const disputes = fc.record({
  ref: fc.constantFrom('d1', 'd2'),
  state: fc.constantFrom(...disputeStates),
  withdrawnByCustomerAt: fc.option(instants),
});

const remediations = fc.record({
  reportedAt: instants,
  fixReportedAt: fc.option(instants),
  answer: fc.constantFrom('mended' as const, 'not_mended' as const, 'silent' as const, null),
});

const places = facts(fc.constantFrom('BR', 'KR', 'DE'));

const caseFacts: fc.Arbitrary<CaseFacts> = fc.record({
  order: orders,
  fault: fc.constantFrom('unreachable' as const, 'other' as const),
  askedAt: instants,
  missing: fc.subarray(['description', 'evidence', 'network_context'] as const),
  materialsCompleteAt: fc.option(instants),
  usage: facts(fc.record({ bytes: digits(10n ** 10n), requests: fc.option(digits(30_000n)), measuredAt: instants })),
  review: facts(reviews),
  remediation: fc.option(remediations),
  incidents: fc.array(incidents, { maxLength: 3 }),
  disputes: fc.array(disputes, { maxLength: 2 }),
  kyc: facts(fc.constantFrom('asked' as const, 'passed' as const, 'failed' as const, 'timed_out' as const)),
  breach: facts(fc.boolean()),
  abuse: fc.record({ signals: fc.array(fc.constant('same_card'), { maxLength: 2 }), confirmed: facts(fc.boolean()) }),
  place: fc.record({ billing: places, independent: places }),
  otherGround: fc.option(
    fc.record({ kind: fc.constantFrom('refusal' as const, 'statutory' as const), confirmed: fc.boolean() }),
  ),
  compensated: fc.array(spans, { maxLength: 2 }),
  pauses: fc.array(
    fc.record({
      clock: fc.constantFrom('decision' as const, 'remediation' as const),
      reason: fc.constantFrom('customer' as const, 'kyc' as const),
      from: instants,
      until: fc.option(instants),
    }),
    { maxLength: 3 },
  ),
  informationRequested: fc.boolean(),
  contactVerified: facts(fc.boolean()),
});

const parameters = fc.record({
  betterOfBoth: fc.boolean(),
  requestWindowDays: fc.integer({ min: 1, max: 30 }),
  cryptoExceptions: fc.constantFrom(firstVersion.document.parameters.cryptoExceptions, []),
});

/** What a case begins as, so that refunds of each kind and offers are met often. */
const starts: Readonly<Record<string, AssessmentInput>> = {
  unmended: aCase().input(),
  'by incident': aCase()
    .facts({ incidents: [anIncident()] })
    .input(),
  'late, by incident': aLateCase()
    .facts({ incidents: [anIncident()] })
    .input(),
  'late, by a narrow incident': aLateCase()
    .facts({ incidents: [anIncident({ widelyImpacting: false })], review: null })
    .input(),
};

/** What a case is drawn from; the versions are built from it, so that a counterexample can be read. */
const cases = fc.record({
  at: instants,
  ours: parameters,
  theirs: fc.option(parameters),
  facts: caseFacts,
  start: fc.constantFrom(...Object.keys(starts)),
  /** Most cases take but a few of their facts from chance, so that every outcome is met often. */
  kept: fc.option(fc.subarray(Object.keys(aCase().input().facts) as (keyof CaseFacts)[], { maxLength: 4 }), {
    freq: 4,
  }),
});

const inputOf = ({
  at,
  ours,
  theirs,
  facts: drawn,
  kept,
  start: startName,
}: typeof cases extends fc.Arbitrary<infer Case> ? Case : never) => {
  const start = starts[startName] ?? aCase().input();
  const input: AssessmentInput = {
    at: kept ? start.at : at,
    version: aVersion(ours, { number: 2 }),
    purchaseVersion: theirs && aVersion(theirs, { number: 1 }),
    facts: kept ? { ...start.facts, ...Object.fromEntries(kept.map((name) => [name, drawn[name]])) } : drawn,
  };
  return input;
};

const runs = { numRuns: 300 };

const bigMax = (left: bigint, right: bigint): bigint => (left > right ? left : right);

describe('every case', () => {
  test('has a finding for each clause and a proposal that says what it needs', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const input = inputOf(drawn);
        const { findings, proposal, judgedBy } = assess(input);
        expect(findings.map(({ clause }) => clause)).toEqual(refundClauses);
        expect([input.version.number, input.purchaseVersion?.number]).toContain(judgedBy);
        if (proposal.kind === 'wait') expect(proposal.for.length).toBeGreaterThan(0);
        if (proposal.kind === 'wait') expect(waitReasons).toEqual(expect.arrayContaining([...proposal.for]));
        if (proposal.kind === 'unclear') expect(proposal.conflicts.length).toBeGreaterThan(0);
        if (proposal.kind === 'offer') expect(proposal.refund ?? proposal.extension).not.toBeNull();
      }),
      runs,
    );
  });

  test('a refusal always names a clause, and each that it names has failed', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const input = inputOf(drawn);
        const { proposal, findings } = assess(input);
        fc.pre(proposal.kind === 'refuse' || proposal.kind === 'remediated' || proposal.kind === 'charged_back');
        const failed = findings.filter(({ verdict }) => verdict === 'failed').map(({ clause }) => clause);
        expect(proposal.clauses.length).toBeGreaterThan(0);
        expect(failed).toEqual(expect.arrayContaining([...proposal.clauses]));
      }),
      runs,
    );
  });

  test('is judged the same again, byte for byte, also from facts that went through JSON', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const input = inputOf(drawn);
        const first = JSON.stringify(assess(input));
        expect(JSON.stringify(assess(JSON.parse(JSON.stringify(input)) as AssessmentInput))).toBe(first);
        expect(JSON.stringify(JSON.parse(first))).toBe(first);
        expect(JSON.parse(first)).toEqual(assess(input));
      }),
      runs,
    );
  });

  test('speaks in whole sentences: no word is left to fill in', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const input = inputOf(drawn);
        for (const { customer, agent } of assess(input).findings)
          expect(`${customer.en}${customer.ru}${agent}`).not.toMatch(/[{}]|undefined|NaN/);
      }),
      runs,
    );
  });
});

describe('sums', () => {
  /** What the order's money tenders still hold, and with crypto, as the most that could ever go back. */
  const heldBy = ({ facts: { order } }: AssessmentInput, withCrypto: boolean): bigint =>
    order.tenders
      .filter(({ method }) => method !== 'promotional_credit' && (withCrypto || method !== 'crypto'))
      .reduce((sum, tender) => sum + bigMax(BigInt(tender.capturedMinor ?? '0') - BigInt(tender.goneMinor), 0n), 0n);

  test('RP-3.7: no refund exceeds what was paid in money and not yet gone, and its tax not the refund', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const input = inputOf(drawn);
        const { proposal } = assess(input);
        fc.pre(proposal.kind === 'refund' || proposal.kind === 'offer');
        fc.pre(proposal.refund !== null);
        const amount = BigInt(proposal.refund.amount.minor);
        expect(amount > 0n && amount <= heldBy(input, proposal.kind === 'refund')).toBe(true);
        expect(BigInt(proposal.refund.tax.minor) >= 0n && BigInt(proposal.refund.tax.minor) <= amount).toBe(true);
        expect(proposal.refund.lines.at(-1)?.label).toBe('refund');
      }),
      runs,
    );
  });

  test('M4: losses made good one after the other come to no more than the whole, and to it within a unit each', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 29 * 24 - 1 }), { maxLength: 4 });
    fc.assert(
      fc.property(cuts, fc.bigInt(1n, 10n ** 6n).map(String), (hours, minor) => {
        const edges = [0, ...hours.sort((left, right) => left - right), 29 * 24].map((hour) =>
          after(capturedAt, hour * hourMs),
        );
        const base = aCase().order({
          tenders: [
            { id: 't', method: 'card', amountMinor: minor, taxMinor: '0', capturedMinor: minor, goneMinor: '0' },
          ],
        });
        const partOf = (from: string, until: string): bigint => {
          const incident = { ref: 'I', confirmed: true, widelyImpacting: true, covers: true, from, until };
          const asked = after(capturedAt, 30 * dayMs);
          const proposal = base
            .facts({ incidents: [incident], askedAt: asked })
            .at(asked)
            .proposal();
          return proposal.kind === 'offer' ? BigInt(proposal.refund?.amount.minor ?? '0') : -1n;
        };
        const parts = edges.slice(1).map((until, index) => partOf(edges[index] ?? until, until));
        const whole = partOf(edges[0] ?? capturedAt, edges.at(-1) ?? capturedAt);
        const sum = parts.reduce((left, right) => left + right, 0n);
        expect(sum >= whole && sum - whole < BigInt(parts.length)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

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
    remediation: { reportedAt: given.askedAt, fixReportedAt: null, answer },
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
  })),
  'what is gone': ['1000000', '500', '0'].map((goneMinor) => (given) => ({
    ...given,
    order: { ...given.order, tenders: given.order.tenders.map((tender) => ({ ...tender, goneMinor })) },
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
});

test.each(Object.entries(ladders))('more favourable facts never worsen the outcome: %s', (_name, steps) => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const input = inputOf(drawn);
      const answers = steps.map((step) =>
        favour(assess({ ...input, purchaseVersion: null, facts: step(input.facts) })),
      );
      for (const [index, answer] of answers.entries()) {
        const better = answers[index + 1];
        if (better) expect(compareFavour(answer, better)).toBeLessThanOrEqual(0);
      }
    }),
    runs,
  );
});

test('asking earlier never worsens the outcome', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 0, max: 24 * 30 }), (drawn, hours) => {
      const input = inputOf(drawn);
      // A remediation that nobody began is reckoned from the asking; here it stands by itself.
      const remediation = input.facts.remediation ?? { reportedAt: capturedAt, fixReportedAt: null, answer: null };
      const answerAt = (askedAt: string) =>
        favour(assess({ ...input, purchaseVersion: null, facts: { ...input.facts, remediation, askedAt } }));
      const earlier = after(input.facts.askedAt, -hours * hourMs);
      expect(compareFavour(answerAt(input.facts.askedAt), answerAt(earlier))).toBeLessThanOrEqual(0);
    }),
    runs,
  );
});
