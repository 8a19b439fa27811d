/** Money never loses, makes or converts a minor unit, whatever amounts and weights it meets. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  add,
  amountMinorMax,
  type Currency,
  CurrencyMismatch,
  currencyExponents,
  exceeds,
  formatMoney,
  fromWire,
  inProportion,
  isCurrency,
  type MoneyWire,
  money,
  shareRoundedUp,
  splitByRatio,
  subtract,
  sum,
  toWire,
  zero,
} from '../../domain/money.ts';

const currencies = fc.constantFrom(...(Object.keys(currencyExponents) as Currency[]));
const minors = fc.bigInt(-amountMinorMax, amountMinorMax);
const amounts = fc.tuple(minors, currencies).map(([minor, currency]) => money(minor, currency));
const weightLists = fc
  .array(fc.bigInt(0n, 10n ** 9n), { minLength: 1, maxLength: 12 })
  .filter((weights) => weights.some((weight) => weight > 0n));

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

describe('splitting by ratio', () => {
  test('the parts sum to the whole, also where the whole is negative', () => {
    fc.assert(
      fc.property(amounts, weightLists, (whole, weights) => {
        expect(sum(splitByRatio(whole, weights), whole.currency)).toEqual(whole);
      }),
    );
  });

  test('each part lies within one minor unit of its exact share, on the side of the whole’s sign', () => {
    fc.assert(
      fc.property(amounts, weightLists, (whole, weights) => {
        const total = weights.reduce((left, right) => left + right, 0n);
        splitByRatio(whole, weights).forEach((part, index) => {
          const exactTimesTotal = whole.minor * (weights[index] ?? 0n);
          expect(absolute(part.minor * total - exactTimesTotal) < total).toBe(true);
          expect(part.minor * whole.minor >= 0n).toBe(true);
        });
      }),
    );
  });

  test('a weight of zero gets nothing', () => {
    fc.assert(
      fc.property(amounts, weightLists, (whole, weights) => {
        const parts = splitByRatio(whole, [...weights, 0n]);
        expect(parts.at(-1)?.minor).toBe(0n);
      }),
    );
  });

  test('equal weights differ by one minor unit at most, the earlier one being served first', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, amountMinorMax), fc.integer({ min: 1, max: 20 }), (minor, count) => {
        const parts = splitByRatio(money(minor, 'EUR'), Array<bigint>(count).fill(1n)).map((part) => part.minor);
        expect((parts[0] ?? 0n) - (parts.at(-1) ?? 0n) <= 1n).toBe(true);
        expect(parts).toEqual([...parts].sort((left, right) => (left < right ? 1 : left > right ? -1 : 0)));
      }),
    );
  });

  test.each([[[]], [[0n, 0n]], [[2n, -1n]]])('weights %p are refused', (weights: bigint[]) => {
    expect(() => splitByRatio(money(10n, 'EUR'), weights)).toThrow(RangeError);
  });

  test('M4: 10.00 in three equal parts gives the odd cent to the first', () => {
    expect(splitByRatio(money(1000n, 'EUR'), [1n, 1n, 1n]).map((part) => part.minor)).toEqual([334n, 333n, 333n]);
  });
});

describe('a share, rounded up', () => {
  test('M4: is the exact share or up to one minor unit more, and never more than the whole', () => {
    const wholes = fc.bigInt(0n, amountMinorMax);
    fc.assert(
      fc.property(wholes, fc.bigInt(0n, 10n ** 9n), fc.bigInt(1n, 10n ** 9n), (minor, part, of) => {
        const share = shareRoundedUp(money(minor, 'EUR'), part, of).minor;
        expect(share * of >= minor * part && (share - 1n) * of < minor * part).toBe(true);
        expect(part > of || share <= minor).toBe(true);
      }),
    );
  });

  test.each([
    [-1n, 1n, 1n],
    [1n, -1n, 1n],
    [1n, 1n, 0n],
    [1n, 1n, -1n],
  ])('of %p, %p in %p is refused', (minor, part, of) => {
    expect(() => shareRoundedUp(money(minor, 'EUR'), part, of)).toThrow(RangeError);
  });
});

describe('adding and comparing', () => {
  test('subtracting what was added leaves the amount as it was', () => {
    fc.assert(
      fc.property(minors, minors, currencies, (left, right, currency) => {
        const whole = add(money(left, currency), money(right, currency));
        expect(subtract(whole, money(right, currency))).toEqual(money(left, currency));
        expect(exceeds(whole, money(right, currency))).toBe(left > 0n);
      }),
    );
  });

  test('M6: amounts of two currencies never meet', () => {
    fc.assert(
      fc.property(amounts, amounts, (left, right) => {
        fc.pre(left.currency !== right.currency);
        for (const reckon of [add, subtract, exceeds]) expect(() => reckon(left, right)).toThrow(CurrencyMismatch);
      }),
    );
  });

  test('the sum of no amounts is zero in the named currency', () => {
    expect(sum([], 'JPY')).toEqual(zero('JPY'));
  });
});

describe('the wire form', () => {
  test('M8: an amount survives JSON as text digit for digit', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const read = JSON.parse(JSON.stringify(toWire(amount))) as MoneyWire;
        expect(fromWire(read)).toEqual(amount);
      }),
    );
  });

  test.each(['', ' ', '1.5', '0x10', '1e3', 'NaN', '+1', '１'])('R9: %p is no amount', (minor) => {
    expect(() => fromWire({ minor, currency: 'EUR' })).toThrow(RangeError);
  });
});

describe('text for people', () => {
  test.each([
    [1999n, 'USD', '19.99 USD'],
    [5n, 'EUR', '0.05 EUR'],
    [-5n, 'EUR', '-0.05 EUR'],
    [500n, 'BHD', '0.500 BHD'],
    [5800n, 'JPY', '5800 JPY'],
    [0n, 'KWD', '0.000 KWD'],
  ] as const)('M1: %p minor units of %s read %s', (minor, currency, text) => {
    expect(formatMoney(money(minor, currency))).toBe(text);
  });

  test('M1: the digits of the text are the digits of the amount', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const [digits = ''] = formatMoney(amount).split(' ');
        expect(BigInt(digits.replace('.', ''))).toBe(amount.minor);
        expect(digits.split('.')[1]?.length ?? 0).toBe(currencyExponents[amount.currency]);
      }),
    );
  });

  test('names of the object prototype are no currencies', () => {
    expect(['toString', '__proto__', 'usd', ''].filter(isCurrency)).toEqual([]);
  });
});

describe('a proportion', () => {
  test('M6: is to the nearest minor unit, halves away from zero, beyond the whole and below nothing', () => {
    const of = (minor: bigint, part: bigint, whole: bigint) =>
      inProportion(money(minor, 'EUR'), money(part, 'USD'), money(whole, 'USD'));
    expect(of(82n, 500n, 2000n)).toEqual(money(21n, 'EUR'));
    expect(of(-82n, 500n, 2000n)).toEqual(money(-21n, 'EUR'));
    expect(of(1693n, 2000n, 1881n)).toEqual(money(1800n, 'EUR'));
    expect(of(10n, -1n, 4n)).toEqual(money(-3n, 'EUR'));
    expect(() => of(1n, 1n, 0n)).toThrow(RangeError);
    expect(() => inProportion(money(1n, 'EUR'), money(1n, 'EUR'), money(1n, 'USD'))).toThrow(CurrencyMismatch);
  });

  test('of all of it is itself, and never more than half a unit from exact', () => {
    const size = fc.bigInt({ min: 1n, max: 10n ** 9n });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), size, size, (minor, part, whole) => {
        const eur = money(minor, 'EUR');
        expect(inProportion(eur, money(whole, 'USD'), money(whole, 'USD'))).toEqual(eur);
        const off = inProportion(eur, money(part, 'USD'), money(whole, 'USD')).minor * whole - minor * part;
        expect((off < 0n ? -off : off) * 2n <= whole).toBe(true);
      }),
    );
  });
});
