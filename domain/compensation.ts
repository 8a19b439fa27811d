/**
 * What a loss of service is worth (RP-4.5), in money or in time: lost time counts once however many incidents it lay in
 * (M4), there is one rounding, up to the next minor unit, and every sum shows its lines. Never more than is left.
 */

import type { ArithmeticLine, ProposedExtension, ProposedRefund } from './assessment.ts';
import { dayMs } from './clocks.ts';
import type { CaseFacts, IncidentFact, Interval, TenderFact } from './facts.ts';
import { exceeds, formatMoney, type Money, shareRoundedUp, subtract, toWire } from './money.ts';
import type { MethodClass, PlanRule, PolicyParameters } from './policy.ts';
import { clipSpans, instantMs, lengthMs, type Span, subtractSpans, toInterval, toSpan } from './spans.ts';
import { capturedOf, leftOf, moneyClasses, taxWithin, tendersOf } from './tender-facts.ts';

const minuteMs = 60_000;

const ceilDivide = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;

const line = (label: string, value: string | bigint | number, unit: string): ArithmeticLine => ({
  label,
  value: String(value),
  unit,
});

const moneyLine = (label: string, amount: Money): ArithmeticLine =>
  line(label, formatMoney(amount).split(' ')[0] ?? '', amount.currency);

/** In minutes where they are whole, and else in exact seconds: a line never rounds. */
const timeLine = (label: string, ms: number): ArithmeticLine =>
  ms % minuteMs === 0 ? line(label, ms / minuteMs, 'minute') : line(label, ms / 1000, 'second');

/** The stretch that a plan's losses fall in: the order's period, or from its purchase, and never what is still to come. */
function boundsOf({ order }: CaseFacts, now: number): Span {
  const { from, until } = order.period ? toSpan(order.period, now) : { from: instantMs(order.purchasedAt), until: now };
  return { from, until: Math.min(until, now) };
}

/** Whether the review found a cause for which the seller answers; only then its lost times are ours to make good. */
export const isOurs = (review: { readonly cause: string; readonly sellerMistake: boolean }): boolean =>
  review.cause === 'seller' || (review.cause === 'account' && review.sellerMistake);

/**
 * RP-4.5: confirmed incidents that touched this order and were claimed in time after their end; the last instant counts,
 * and one that goes on has no end yet.
 */
export const claimedIncidents = (facts: CaseFacts, { compensation }: PolicyParameters): IncidentFact[] =>
  facts.incidents.filter(
    ({ confirmed, covers, until }) =>
      confirmed &&
      covers &&
      (until === null || instantMs(facts.askedAt) <= instantMs(until) + compensation.claimDaysAfterIncident * dayMs),
  );

/** Lost time that is still to be made good: within the order's period, each moment once, and none that was before. */
export function lostSpans(facts: CaseFacts, parameters: PolicyParameters, now: number): Span[] {
  const incidents = claimedIncidents(facts, parameters);
  const review = facts.review && 'value' in facts.review && isOurs(facts.review.value) ? facts.review.value.lost : [];
  const measured = incidents.flatMap(
    ({ lost, from, until }): readonly Parameters<typeof toSpan>[0][] => lost ?? [{ from, until }],
  );
  const lost = [...measured, ...review].map((interval) => toSpan(interval, now));
  return subtractSpans(
    clipSpans(lost, boundsOf(facts, now)),
    facts.compensated.map((interval) => toSpan(interval, now)),
  );
}

interface Share {
  readonly part: bigint;
  readonly whole: bigint;
  /** It is all that the plan has left to use. */
  readonly isRest: boolean;
  readonly lines: readonly ArithmeticLine[];
}

/** The share of the price that the loss took: of the period's time, and of a metered term at most what is unused. */
function lostShare(facts: CaseFacts, rule: PlanRule, lostMs: number): Share | null {
  const { period, meteredBytes } = facts.order;
  if (rule.compensation === 'traffic_only' || !period) return null;
  const periodMs = lengthMs([toSpan(period, 0)]);
  if (periodMs === 0) return null;
  const lines = [timeLine('lost time', lostMs), timeLine('period of the order', periodMs)];
  const byTime = { part: BigInt(lostMs), whole: BigInt(periodMs), isRest: false, lines };
  if (rule.compensation === 'period' || meteredBytes === null) return byTime;
  const metered = BigInt(meteredBytes);
  const { latestUsage } = facts;
  const used = latestUsage && 'value' in latestUsage ? BigInt(latestUsage.value.bytes) : 0n;
  const unused = used < metered ? metered - used : 0n;
  const bounded = [...lines, line('unused traffic', unused, 'byte'), line('traffic of the term', metered, 'byte')];
  return unused * byTime.whole < byTime.part * metered
    ? { part: unused, whole: metered, isRest: true, lines: bounded }
    : { ...byTime, lines: bounded };
}

const smaller = (left: Money, right: Money): Money => (exceeds(left, right) ? right : left);

/** The part in money, or `null` where its sum is zero: a computed zero is no offer. Crypto is never part of it. */
export function proRataRefund(
  facts: CaseFacts,
  rule: PlanRule,
  parameters: PolicyParameters,
  now: number,
): ProposedRefund | null {
  const lost = lostSpans(facts, parameters, now);
  const share = lostShare(facts, rule, lengthMs(lost));
  if (!share) return null;
  const tenders = tendersOf(facts.order, parameters, moneyClasses);
  const paid = capturedOf(facts.order, tenders);
  const left = leftOf(facts.order, tenders);
  const exact = shareRoundedUp(paid, share.part, share.whole);
  const amount = smaller(exact, left);
  if (amount.minor <= 0n) return null;
  return {
    amount: toWire(amount),
    full: amount.minor === left.minor,
    endsPlan: amount.minor === left.minor || share.isRest,
    tax: toWire(taxWithin(amount, tenders)),
    lines: [
      ...share.lines,
      moneyLine('paid in money', paid),
      moneyLine('lost share of it, rounded up once to the next minor unit', exact),
      ...refundLines(amount, left, tenders),
    ],
    intervals: lost.map(toInterval),
  };
}

/** All that is left of what was paid by the classes that may go back; `null` where nothing is. */
export function fullRefund(
  facts: CaseFacts,
  parameters: PolicyParameters,
  classes: readonly MethodClass[],
): ProposedRefund | null {
  const tenders = tendersOf(facts.order, parameters, classes);
  const left = leftOf(facts.order, tenders);
  if (left.minor <= 0n) return null;
  const paid = capturedOf(facts.order, tenders);
  return {
    amount: toWire(left),
    full: true,
    endsPlan: true,
    tax: toWire(taxWithin(left, tenders)),
    lines: [
      moneyLine('paid in money', paid),
      moneyLine('gone back or taken before', subtract(paid, left)),
      ...refundLines(left, left, tenders),
    ],
    intervals: [],
  };
}

const refundLines = (amount: Money, left: Money, tenders: readonly TenderFact[]): ArithmeticLine[] => [
  moneyLine('left to pay back', left),
  moneyLine('tax within the refund', taxWithin(amount, tenders)),
  moneyLine('refund', amount),
];

/** The part in time or traffic, or `null` where it is zero. The shop adds minutes to the plan's end at that moment (M11). */
export function extensionFor(
  facts: CaseFacts,
  rule: PlanRule,
  parameters: PolicyParameters,
  now: number,
): ProposedExtension | null {
  const lost = lostSpans(facts, parameters, now);
  const lostMs = lengthMs(lost);
  if (lostMs === 0) return null;
  const intervals = lost.map(toInterval);
  // What has no term cannot be given more of it.
  const hasNoTerm =
    rule.compensation === 'traffic_only' || (rule.compensation === 'metered_term' && !facts.order.period);
  if (hasNoTerm) return trafficFor(facts, lost, intervals);
  const minutes = Math.ceil(lostMs / minuteMs);
  const lines = [
    timeLine('lost time', lostMs),
    line('extension, rounded up to the next whole minute', minutes, 'minute'),
  ];
  return { minutes, bytes: '0', lines, intervals };
}

/**
 * Traffic without a term has no period to measure by: the loss is measured over the time from the purchase to the asking,
 * or to the end of the loss where that is later, and that share of the plan's traffic is added.
 */
function trafficFor(facts: CaseFacts, lost: readonly Span[], intervals: readonly Interval[]): ProposedExtension | null {
  const metered = BigInt(facts.order.meteredBytes ?? '0');
  const end = Math.max(instantMs(facts.askedAt), ...lost.map(({ until }) => until));
  const heldMs = end - instantMs(facts.order.purchasedAt);
  const lostMs = lengthMs(lost);
  const bytes = ceilDivide(metered * BigInt(lostMs), BigInt(Math.max(heldMs, lostMs)));
  if (bytes <= 0n) return null;
  const lines = [
    timeLine('lost time', lostMs),
    timeLine('time from the purchase to the asking, or to the end of the loss', Math.max(heldMs, lostMs)),
    line('traffic of the plan', metered, 'byte'),
    line('traffic added, rounded up to the next byte', bytes, 'byte'),
  ];
  return { minutes: 0, bytes: bytes.toString(), lines, intervals };
}
