/** B7: what a bank booked of an instruction against what came back of it, in whatever order they are told. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tallyOf } from '../../domain/bank-bookings.ts';
import { money } from '../../domain/money.ts';

const eur = (minor: number) => money(BigInt(minor), 'EUR');

const tally = (bookings: readonly number[], returns: readonly (readonly [minor: number, reason?: string])[]) => {
  const { paid, astray, returned } = tallyOf({
    instructed: eur(500),
    bookings: bookings.map((minor, index) => ({ key: String(index), amount: eur(minor), bankRef: null })),
    returns: returns.map(([minor, reason = 'AC04']) => ({ amount: eur(minor), reason })),
  });
  return { paid: paid.length, astray: astray.map(({ amount }) => Number(amount.minor)), returned: returned !== null };
};

describe('B7: of one instruction over 5.00', () => {
  test.each<[string, Parameters<typeof tally>, ReturnType<typeof tally>]>([
    ['booked it is paid', [[500], []], { paid: 1, astray: [], returned: false }],
    ['booked and back it is back', [[500], [[500]]], { paid: 0, astray: [], returned: true }],
    ['back before it is booked it is back', [[], [[500]]], { paid: 0, astray: [], returned: true }],
    ['back less what was kept on the way it is back', [[500], [[480]]], { paid: 0, astray: [], returned: true }],
    ['booked twice and back once it is paid', [[500, 500], [[500]]], { paid: 1, astray: [], returned: false }],
    ['a wrong amount is astray', [[450], []], { paid: 0, astray: [450], returned: false }],
    ['a wrong amount taken back is nothing', [[450], [[450, 'AM09']]], { paid: 0, astray: [], returned: false }],
    ['and nothing before it is told', [[], [[450, 'AM09']]], { paid: 0, astray: [], returned: false }],
    ['whatever is said of why', [[], [[450]]], { paid: 0, astray: [], returned: false }],
    [
      'nor does it undo the right amount that is told before the wrong one',
      [[500], [[450, 'AM09']]],
      { paid: 1, astray: [], returned: false },
    ],
    ['put right it is paid', [[450, 500], [[450, 'AM09']]], { paid: 1, astray: [], returned: false }],
  ])('%s', (_what, told, expected) => {
    expect(tally(...told)).toEqual(expected);
  });
});

test('B7: no order in which they are told makes another tally', () => {
  const amount = fc.constantFrom(430, 450, 480, 500, 520);
  const told = fc.record({
    bookings: fc.array(amount, { maxLength: 4 }),
    returns: fc.array(fc.tuple(amount, fc.constantFrom('AM09', 'AC04')), { maxLength: 4 }),
  });
  const shuffled = told.chain(({ bookings, returns }) =>
    fc.tuple(
      fc.constant({ bookings, returns }),
      fc.record({
        bookings: fc.shuffledSubarray(bookings, { minLength: bookings.length }),
        returns: fc.shuffledSubarray(returns, { minLength: returns.length }),
      }),
    ),
  );
  const sumUp = ({ bookings, returns }: { bookings: number[]; returns: [number, string][] }) => {
    const { paid, astray, returned } = tally(bookings, returns);
    return { paid, astray: astray.toSorted((one, other) => one - other), returned };
  };
  fc.assert(
    fc.property(shuffled, ([first, second]) => {
      expect(sumUp(second)).toEqual(sumUp(first));
    }),
  );
});

test('B7: nothing is back while any of it is gone', () => {
  const sums = fc.array(fc.constantFrom(450, 500), { maxLength: 4 });
  fc.assert(
    fc.property(sums, sums, (bookings, returns) => {
      const { paid, astray, returned } = tally(
        bookings,
        returns.map((minor) => [minor] as const),
      );
      expect(returned && paid + astray.length > 0).toBe(false);
    }),
  );
});
