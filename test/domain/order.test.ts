/** What goes back over which tender: the parts make the whole, in the ratio of what each gave, to each at most its rest. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRefusal } from '../../domain/errors.ts';
import type { TenderId } from '../../domain/ids.ts';
import { amountMinorMax, type Currency, money } from '../../domain/money.ts';
import { allocate, refundableOf, type TenderBalance, type TenderShare } from '../../domain/order.ts';
import { type TenderMethod, tenderMethods } from '../../domain/rail.ts';

const everyRail = () => true;
const usd = (minor: bigint) => money(minor, 'USD');

const aTender = (
  id: string,
  captured: bigint | null,
  given: { method?: TenderMethod; committed?: bigint; elsewhere?: bigint; disputed?: bigint; currency?: Currency } = {},
): TenderBalance => {
  const currency = given.currency ?? 'USD';
  return {
    id: id as TenderId,
    method: given.method ?? 'card',
    captured: captured === null ? null : money(captured, currency),
    committed: money(given.committed ?? 0n, currency),
    elsewhere: money(given.elsewhere ?? 0n, currency),
    disputed: money(given.disputed ?? 0n, currency),
    problem: null,
  };
};

const given = (shares: TenderShare[] | { refused: string }): readonly TenderShare[] => {
  if (isRefusal(shares)) throw new Error(`refused: ${shares.refused}`);
  return shares as TenderShare[];
};

const minorOf = (shares: readonly TenderShare[], id: string): bigint =>
  shares.find((share) => share.tenderId === id)?.amount.minor ?? 0n;

const total = (amounts: readonly bigint[]): bigint => amounts.reduce((left, right) => left + right, 0n);

const amounts = fc.bigInt({ min: 0n, max: amountMinorMax / 100n });

/** Tenders with any history; of several accounts none owes another anything. */
const anyTenders = fc
  .array(
    fc.record({
      captured: amounts,
      committed: amounts,
      elsewhere: fc.oneof(fc.constant(0n), amounts),
      disputed: fc.oneof(fc.constant(0n), amounts),
      method: fc.constantFrom(...tenderMethods),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((rows) =>
    rows.map(({ captured, committed, ...more }, index) =>
      aTender(`tender ${index}`, captured, { ...more, committed: committed < captured ? committed : captured }),
    ),
  );

const refundable = (tenders: readonly TenderBalance[]): bigint =>
  total(tenders.map((tender) => refundableOf(tender).minor));

/** Tenders with an amount that they can give back. */
const coverable = anyTenders
  .filter((tenders) => refundable(tenders) > 0n)
  .chain((tenders) =>
    fc
      .bigInt({ min: 1n, max: refundable(tenders) })
      .map((minor): { tenders: TenderBalance[]; minor: bigint } => ({ tenders, minor })),
  );

describe('allocate', () => {
  test('the parts sum to the amount, and each is above zero', () => {
    fc.assert(
      fc.property(coverable, ({ tenders, minor }) => {
        const shares = given(allocate(usd(minor), tenders, everyRail));
        expect(total(shares.map((share) => share.amount.minor))).toBe(minor);
        expect(shares.every((share) => share.amount.minor > 0n && share.amount.currency === 'USD')).toBe(true);
        expect(new Set(shares.map((share) => share.tenderId)).size).toBe(shares.length);
      }),
      { numRuns: 500 },
    );
  });

  test('R2: no tender gives back more than is left of it', () => {
    fc.assert(
      fc.property(coverable, ({ tenders, minor }) => {
        const shares = given(allocate(usd(minor), tenders, everyRail));
        for (const tender of tenders)
          expect(minorOf(shares, tender.id)).toBeLessThanOrEqual(refundableOf(tender).minor);
      }),
      { numRuns: 500 },
    );
  });

  test('RP-3.7: promotional credit is never paid back, and takes no part in the ratio', () => {
    fc.assert(
      fc.property(coverable, ({ tenders, minor }) => {
        const promotion = aTender('promotion', 10n ** 9n, { method: 'promotional_credit' });
        const shares = given(allocate(usd(minor), tenders, everyRail));
        expect(shares.some((share) => share.method === 'promotional_credit')).toBe(false);
        expect(given(allocate(usd(minor), [promotion, ...tenders], everyRail))).toEqual(shares);
      }),
    );
  });

  test('tenders that are not used up give in the ratio of what was captured, within a unit a tender', () => {
    fc.assert(
      fc.property(coverable, ({ tenders, minor }) => {
        const shares = given(allocate(usd(minor), tenders, everyRail));
        const open = tenders.filter((tender) => minorOf(shares, tender.id) < refundableOf(tender).minor);
        for (const one of open) {
          for (const other of open) {
            const [ofOne, ofOther] = [one.captured?.minor ?? 0n, other.captured?.minor ?? 0n];
            // Cross-multiplied: how far the two are from the same fraction of their captures.
            const apart = minorOf(shares, one.id) * ofOther - minorOf(shares, other.id) * ofOne;
            expect(apart < 0n ? -apart : apart).toBeLessThanOrEqual(ofOne + ofOther);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a tender is used up only where its part of the ratio asks for all that is left of it', () => {
    fc.assert(
      fc.property(coverable, ({ tenders, minor }) => {
        const shares = given(allocate(usd(minor), tenders, everyRail));
        const paid = tenders.filter((tender) => refundableOf(tender).minor > 0n);
        const open = paid.find((tender) => minorOf(shares, tender.id) < refundableOf(tender).minor);
        fc.pre(open !== undefined);
        for (const full of paid.filter((tender) => minorOf(shares, tender.id) === refundableOf(tender).minor)) {
          const [ofFull, ofOpen] = [full.captured?.minor ?? 0n, open?.captured?.minor ?? 0n];
          const apart = minorOf(shares, full.id) * ofOpen - minorOf(shares, open?.id ?? '') * ofFull;
          expect(apart).toBeLessThanOrEqual(ofFull + ofOpen);
        }
      }),
    );
  });

  test('all that is left can be paid back, and then every tender is used up', () => {
    fc.assert(
      fc.property(coverable, ({ tenders }) => {
        const shares = given(allocate(usd(refundable(tenders)), tenders, everyRail));
        for (const tender of tenders) expect(minorOf(shares, tender.id)).toBe(refundableOf(tender).minor);
      }),
    );
  });

  test('paid 60 by card and 40 by PayPal, 50 goes back as 30 and 20', () => {
    const tenders = [aTender('card', 60n), aTender('paypal', 40n, { method: 'paypal' })];
    expect(given(allocate(usd(50n), tenders, everyRail))).toEqual([
      { tenderId: 'card', method: 'card', amount: usd(30n) },
      { tenderId: 'paypal', method: 'paypal', amount: usd(20n) },
    ]);
  });

  test('what a tender cannot give any more, the others give in their ratio', () => {
    const tenders = [aTender('a', 60n, { committed: 55n }), aTender('b', 30n), aTender('c', 10n)];
    const shares = given(allocate(usd(25n), tenders, everyRail));
    expect(['a', 'b', 'c'].map((id) => minorOf(shares, id))).toEqual([5n, 15n, 5n]);
  });

  test('a unit that three equal tenders cannot share goes to the first', () => {
    const tenders = ['a', 'b', 'c'].map((id) => aTender(id, 10n));
    expect(given(allocate(usd(1n), tenders, everyRail)).map((share) => share.tenderId)).toEqual(['a']);
  });
});

describe('R9, R10: what allocate refuses, by id', () => {
  const card = aTender('card', 100n);

  test.each([0n, -1n, -(10n ** 12n)])('%s is not positive', (minor) => {
    expect(allocate(usd(minor), [card], everyRail)).toEqual({ refused: 'amount-not-positive' });
  });

  test('another currency, also where the amount would fit', () => {
    expect(allocate(money(1n, 'EUR'), [card], everyRail)).toEqual({
      refused: 'currency-mismatch',
      facts: { currency: 'USD' },
    });
  });

  test('a payment method that the desk has no rail for, by its name', () => {
    const tenders = [card, aTender('coins', 1n, { method: 'crypto' })];
    expect(allocate(usd(1n), tenders, (method) => method !== 'crypto')).toEqual({
      refused: 'rail-unavailable',
      facts: { method: 'crypto' },
    });
  });

  test('promotional credit needs no rail', () => {
    const tenders = [card, aTender('promotion', 1n, { method: 'promotional_credit' })];
    expect(isRefusal(allocate(usd(1n), tenders, (method) => method === 'card'))).toBe(false);
  });

  test('a capture that the provider was not asked for, even where the other tenders would do', () => {
    expect(allocate(usd(1n), [card, aTender('other', null)], everyRail)).toEqual({ refused: 'capture-unknown' });
  });

  test('a unit more than is left, told with what is left', () => {
    fc.assert(
      fc.property(anyTenders, fc.bigInt({ min: 1n, max: 10n ** 9n }), (tenders, more) => {
        expect(allocate(usd(refundable(tenders) + more), tenders, everyRail)).toEqual({
          refused: 'amount-over-refundable',
          facts: { refundableMinor: refundable(tenders).toString(), currency: 'USD' },
        });
      }),
    );
  });

  test('an order paid by promotional credit alone has nothing to give back', () => {
    const promotion = aTender('promotion', 100n, { method: 'promotional_credit' });
    expect(allocate(usd(1n), [promotion], everyRail)).toMatchObject({ refused: 'amount-over-refundable' });
  });
});

describe('refundableOf', () => {
  test('is never below zero, though more went out than came in', () => {
    expect(refundableOf(aTender('card', 100n, { committed: 60n, disputed: 100n }))).toEqual(usd(0n));
    expect(refundableOf(aTender('card', 100n, { elsewhere: 101n }))).toEqual(usd(0n));
  });

  test('is what was captured less what is committed, went elsewhere and is disputed', () => {
    expect(refundableOf(aTender('card', 100n, { committed: 10n, elsewhere: 20n, disputed: 30n }))).toEqual(usd(40n));
  });

  test('is zero where nothing is known to be captured', () => {
    expect(refundableOf(aTender('card', null))).toEqual(usd(0n));
  });
});
