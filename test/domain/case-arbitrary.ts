/**
 * Draws cases for the properties of the engine: any facts at all, and mostly a few of them in a case that would end in a
 * refund or an offer.
 */

import fc from 'fast-check';
import type { AssessmentInput, CaseFacts, Fact } from '../../domain/facts.ts';
import type { Currency } from '../../domain/money.ts';
import { tenderMethods } from '../../domain/rail.ts';
import { reviewCauses } from '../../domain/review.ts';
import { aCase, after, aLateCase, anIncident, aVersion, by, capturedAt, firstVersion, hourMs } from './case-builder.ts';

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

/** From worst to best for the customer. */
export const disputeStates = ['lost', 'prevented', 'open', 'inquiry', 'won', 'closed'] as const;
const disputes = fc.record({
  ref: fc.constantFrom('d1', 'd2'),
  state: fc.constantFrom(...disputeStates),
  withdrawnByCustomerAt: fc.option(instants),
});

const remediations = fc.record({
  reportedAt: instants,
  fixReportedAt: fc.option(instants),
  answer: fc.constantFrom('mended' as const, 'not_mended' as const, 'silent' as const, null),
  answeredBy: fc.constantFrom('customer' as const, 'agent' as const, null),
});

const places = facts(fc.constantFrom('BR', 'KR', 'DE'));

const caseFacts: fc.Arbitrary<CaseFacts> = fc.record({
  order: orders,
  fault: fc.constantFrom('unreachable' as const, 'other' as const),
  askedAt: instants,
  missing: fc.subarray(['description', 'evidence', 'network_context'] as const),
  materialsCompleteAt: fc.option(instants),
  reopenedAt: fc.option(instants),
  usage: facts(fc.record({ bytes: digits(10n ** 10n), requests: fc.option(digits(30_000n)), measuredAt: instants })),
  latestUsage: facts(
    fc.record({ bytes: digits(10n ** 10n), requests: fc.option(digits(30_000n)), measuredAt: instants }),
  ),
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
export const cases = fc.record({
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

export const inputOf = ({
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
