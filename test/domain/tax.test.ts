/** The tax in what goes back: in the order's ratio, never more than was taken, and all of it where all goes back. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { money, sum } from '../../domain/money.ts';
import type { TenderMethod } from '../../domain/rail.ts';
import { type TaxedTender, taxElsewhere, taxOfShares } from '../../domain/tax.ts';

const dollars = (minor: bigint) => money(minor, 'USD');

const aTender = (minor: bigint, tax: bigint, given: Partial<TaxedTender> = {}): TaxedTender => ({
  method: 'card',
  amount: dollars(minor),
  tax: dollars(tax),
  captured: dollars(minor),
  committed: dollars(0n),
  committedTax: dollars(0n),
  elsewhere: dollars(0n),
  elsewhereTax: dollars(0n),
  ...given,
});

const taxes = (minors: readonly bigint[], tenders: readonly TaxedTender[]): bigint[] =>
  taxOfShares(minors.map(dollars), tenders).map(({ minor }) => minor);

describe('the tax in a refund', () => {
  test('is in the order’s ratio, rounded once', () => {
    expect(taxes([1000n], [aTender(1999n, 319n)])).toEqual([160n]);
    expect(taxes([500n, 500n], [aTender(1000n, 160n), aTender(1000n, 160n, { method: 'bank' })])).toEqual([80n, 80n]);
  });

  test('M1: is whole yen', () => {
    const yen = (minor: bigint) => money(minor, 'JPY');
    const nothing = { committed: yen(0n), committedTax: yen(0n), elsewhere: yen(0n), elsewhereTax: yen(0n) };
    const tender = { ...nothing, method: 'card' as const, amount: yen(5800n), tax: yen(527n), captured: yen(5800n) };
    expect(taxOfShares([yen(58n)], [tender])).toEqual([yen(5n)]);
    expect(taxOfShares([yen(5800n)], [tender])).toEqual([yen(527n)]);
  });

  test('RP-3.7: promotional credit brings none and takes none', () => {
    expect(taxes([1000n], [aTender(1000n, 190n), aTender(500n, 95n, { method: 'promotional_credit' })])).toEqual([
      190n,
    ]);
  });

  test('is none where the order bore none, or nothing is known to be captured', () => {
    expect(taxes([700n], [aTender(1000n, 0n)])).toEqual([0n]);
    expect(taxes([700n], [aTender(1000n, 190n, { captured: null })])).toEqual([0n]);
    expect(taxes([], [])).toEqual([]);
  });

  test('follows what was captured, where that is not what the shop reported', () => {
    expect(taxes([500n], [aTender(1000n, 200n, { captured: dollars(500n) })])).toEqual([100n]);
  });

  const orders = fc
    .array(
      fc.record({
        minor: fc.bigInt({ min: 1n, max: 10n ** 12n }),
        percent: fc.bigInt({ min: 0n, max: 100n }),
        method: fc.constantFrom<TenderMethod>('card', 'paypal', 'bank', 'store_balance'),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((tenders) =>
      tenders.map(({ minor, percent, method }) => aTender(minor, (minor * percent) / 100n, { method })),
    );

  /** Parts of what is left of one tender, in thousandths, and whether each comes back afterwards. */
  const parts = fc.array(
    fc.record({ of: fc.nat(3), thousandths: fc.bigInt({ min: 1n, max: 1000n }), comesBack: fc.boolean() }),
    { maxLength: 12 },
  );

  const replaced = (tenders: readonly TaxedTender[], at: number, tender: TaxedTender): TaxedTender[] =>
    tenders.map((one, index) => (index === at ? tender : one));

  const gaveBack = (tender: TaxedTender, minor: bigint, tax: bigint): TaxedTender => ({
    ...tender,
    committed: dollars(tender.committed.minor + minor),
    committedTax: dollars(tender.committedTax.minor + tax),
  });

  test('net and tax make the whole in every part, and all parts together give back the whole tax', () => {
    fc.assert(
      fc.property(orders, parts, (order, happened) => {
        let tenders: readonly TaxedTender[] = order;
        const back: { at: number; minor: bigint; tax: bigint }[] = [];
        const give = (at: number, minor: bigint): void => {
          const tender = tenders[at];
          const [tax] = taxes([minor], tenders);
          if (tender === undefined || tax === undefined) throw new Error('there is no such tender');
          expect(tax >= 0n && tax <= minor).toBe(true);
          tenders = replaced(tenders, at, gaveBack(tender, minor, tax));
          back.push({ at, minor, tax });
        };
        const leftOf = ({ amount, committed }: TaxedTender): bigint => amount.minor - committed.minor;
        for (const { of, thousandths, comesBack } of happened) {
          const at = of % tenders.length;
          const tender = tenders[at];
          const minor = tender ? (leftOf(tender) * thousandths) / 1000n : 0n;
          if (minor > 0n) give(at, minor);
          const last = comesBack ? back.pop() : undefined;
          const from = last && tenders[last.at];
          if (last && from) tenders = replaced(tenders, last.at, gaveBack(from, -last.minor, -last.tax));
          const gone = sum(
            tenders.map(({ committedTax }) => committedTax),
            'USD',
          ).minor;
          expect(gone <= order.reduce((all, { tax }) => all + tax.minor, 0n)).toBe(true);
        }
        for (const [at, tender] of tenders.entries()) if (leftOf(tender) > 0n) give(at, leftOf(tender));
        expect(back.reduce((all, { tax }) => all + tax, 0n)).toBe(order.reduce((all, { tax }) => all + tax.minor, 0n));
      }),
      { numRuns: 300 },
    );
  });

  test('the parts of one refund over several tenders bear its tax together, none more than itself', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const whole = order.map(({ amount }) => amount.minor);
        const split = taxes(whole, order);
        expect(split.every((tax, index) => tax >= 0n && tax <= (whole[index] ?? 0n))).toBe(true);
        expect(split.reduce((all, tax) => all + tax, 0n)).toBe(order.reduce((all, { tax }) => all + tax.minor, 0n));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the tax in what went back elsewhere', () => {
  test('is that of its sum, so that it falls as the sum falls', () => {
    const tender = aTender(1999n, 319n);
    expect([0n, 1000n, 1999n].map((minor) => taxElsewhere(tender, dollars(minor)).minor)).toEqual([0n, 160n, 319n]);
  });

  test('is none where nothing was captured', () => {
    expect(taxElsewhere(aTender(1999n, 319n, { captured: dollars(0n) }), dollars(10n)).minor).toBe(0n);
  });
});
