/** The proven share and the top-ups, from sums by state, rail and currency. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { money } from '../../domain/money.ts';
import { leftUs, payoutStates } from '../../domain/payout.ts';
import { type PayoutCell, provenOf, topUpsOf } from '../../domain/payout-sums.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number));

const cell = (given: Partial<PayoutCell>): PayoutCell => ({
  state: 'settled',
  rail: 'card',
  amount: money(100n, 'USD'),
  count: 1,
  oldest: day(10),
  firstSentAt: null,
  short: null,
  ...given,
});

test('what left and is settled is proven; what is on its way or unknown is not, and its first call tells its age', () => {
  expect(
    provenOf([
      cell({ amount: money(9_999n, 'USD'), firstSentAt: day(1) }),
      cell({ state: 'unknown', amount: money(1n, 'USD'), firstSentAt: day(3), oldest: day(4) }),
      cell({ state: 'sent', rail: 'paypal', amount: money(1n, 'USD'), firstSentAt: day(2), oldest: day(9) }),
      cell({ state: 'approved', amount: money(500n, 'USD') }),
      cell({ state: 'returned', amount: money(500n, 'USD'), firstSentAt: day(1) }),
      cell({ state: 'granted', amount: money(7n, 'EUR') }),
    ]),
  ).toEqual([
    { currency: 'EUR', left: money(0n, 'EUR'), proven: money(0n, 'EUR'), basisPoints: null, oldestUnproven: null },
    {
      currency: 'USD',
      left: money(10_001n, 'USD'),
      proven: money(9_999n, 'USD'),
      basisPoints: 9_998,
      oldestUnproven: day(2),
    },
  ]);
});

test('the share is all of it only where nothing is unproven, and never more', () => {
  const cells = fc.array(fc.record({ state: fc.constantFrom(...payoutStates), minor: fc.bigInt(1n, 10n ** 15n) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(cells, (drawn) => {
      const [proof] = provenOf(drawn.map(({ state, minor }) => cell({ state, amount: money(minor, 'USD') })));
      const isOpen = drawn.some(({ state }) => leftUs(state) && state !== 'settled');
      const hasLeft = drawn.some(({ state }) => leftUs(state));
      if (!proof) throw new Error('no currency');
      expect(proof.basisPoints === null).toBe(!hasLeft);
      expect(proof.basisPoints === 10_000).toBe(hasLeft && !isOpen);
      expect(proof.oldestUnproven === null).toBe(!isOpen);
    }),
  );
});

test('S5: what a provider needs is the sum of all that waits for it, per rail and currency', () => {
  const short = (minor: bigint, currency: 'USD' | 'EUR', count: number, oldest: Date) => ({
    short: { amount: money(minor, currency), count, oldest },
  });
  expect(
    topUpsOf([
      cell({ state: 'sent', ...short(300n, 'USD', 2, day(5)) }),
      cell({ state: 'failed', ...short(200n, 'USD', 1, day(4)) }),
      cell({ state: 'sent', ...short(50n, 'EUR', 1, day(6)) }),
      cell({ state: 'sent', rail: 'paypal', ...short(9n, 'USD', 1, day(7)) }),
      cell({ state: 'sent' }),
    ]),
  ).toEqual([
    { rail: 'card', needed: money(500n, 'USD'), payouts: 3, since: day(4) },
    { rail: 'card', needed: money(50n, 'EUR'), payouts: 1, since: day(6) },
    { rail: 'paypal', needed: money(9n, 'USD'), payouts: 1, since: day(7) },
  ]);
});
