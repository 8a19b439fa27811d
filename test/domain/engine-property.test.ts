/**
 * What holds for every case: the engine is total and deterministic, a refusal names a clause, and no sum exceeds what was
 * paid in money.
 */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Proposal, waitReasons } from '../../domain/assessment.ts';
import { assess, refundClauses } from '../../domain/engine.ts';
import type { AssessmentInput } from '../../domain/facts.ts';
import { cases, inputOf } from './case-arbitrary.ts';
import { aCase, after, capturedAt, dayMs, hourMs } from './case-builder.ts';

const runs = { numRuns: 300 };

const bigMax = (left: bigint, right: bigint): bigint => (left > right ? left : right);

/** What a proposal fails to say, if anything. */
function lackOf(proposal: Proposal): string | null {
  switch (proposal.kind) {
    case 'wait':
      return proposal.for.length > 0 && proposal.for.every((reason) => waitReasons.includes(reason))
        ? null
        : 'for what';
    case 'unclear':
      return proposal.conflicts.length > 0 ? null : 'what conflicts';
    case 'offer':
      return (proposal.refund ?? proposal.extension) ? null : 'what is offered';
    case 'refund':
    case 'refuse':
    case 'remediated':
    case 'charged_back':
      return proposal.clauses.length > 0 ? null : 'by which clause';
  }
}

describe('every case', () => {
  test('has a finding for each clause and a proposal that says what it needs', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const input = inputOf(drawn);
        const { findings, proposal, judgedBy } = assess(input);
        expect(findings.map(({ clause }) => clause)).toEqual(refundClauses);
        expect([input.version.number, input.purchaseVersion?.number]).toContain(judgedBy);
        expect(lackOf(proposal)).toBeNull();
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
