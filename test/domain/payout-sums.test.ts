/** The proven share and the top-ups, from sums by state, rail and currency. */

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exceeds, money } from '../../domain/money.ts';
import { payoutStates } from '../../domain/payout.ts';
import { type PayoutCell, provenOf, topUpsOf } from '../../domain/payout-sums.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number));

const cell = (given: Partial<PayoutCell>): PayoutCell => ({
  state: 'settled',
  rail: 'card',
  amount: money(100n, 'USD'),
  count: 1,
  oldest: day(10),
  ages: [],
  unproven: null,
  readUntil: day(20),
  listProblem: null,
  short: null,
  ...given,
});

test('what is settled is proven as far as a list says the same; what is on its way is in neither', () => {
  expect(
    provenOf([
      cell({ amount: money(9_998n, 'USD') }),
      cell({
        rail: 'manual',
        amount: money(2n, 'USD'),
        unproven: { amount: money(1n, 'USD'), oldest: day(2) },
        readUntil: day(19),
      }),
      cell({ state: 'sent', rail: 'paypal', amount: money(1n, 'USD'), readUntil: null }),
      cell({ state: 'approved', amount: money(500n, 'USD') }),
      cell({ state: 'returned', amount: money(500n, 'USD') }),
      cell({ state: 'granted', amount: money(7n, 'EUR') }),
    ]),
  ).toEqual([
    {
      currency: 'EUR',
      left: money(0n, 'EUR'),
      settled: money(0n, 'EUR'),
      proven: money(0n, 'EUR'),
      basisPoints: null,
      oldestUnproven: null,
      asOf: null,
      notCompared: [],
    },
    {
      currency: 'USD',
      left: money(10_001n, 'USD'),
      settled: money(10_000n, 'USD'),
      proven: money(9_999n, 'USD'),
      basisPoints: 9_999,
      oldestUnproven: day(2),
      asOf: day(19),
      notCompared: [],
    },
  ]);
});

test('what is settled by a rail whose list was never read has no age', () => {
  expect(provenOf([cell({}), cell({ rail: 'bank', readUntil: null })])).toMatchObject([{ asOf: null }]);
});

test('W8: rails whose lists are closed are named where something is settled over them', () => {
  const closed = { rail: 'paypal', listProblem: 'list_not_permitted' } as const;
  const cells = [cell({}), cell(closed), cell({ ...closed, state: 'sent', amount: money(1n, 'EUR') })];
  expect(provenOf(cells).map(({ currency, notCompared }) => [currency, notCompared])).toEqual([
    ['EUR', []],
    ['USD', [{ rail: 'paypal', problem: 'list_not_permitted' }]],
  ]);
});

test('the share is all of it only where nothing is unproven, and never more', () => {
  const minor = fc.bigInt(1n, 10n ** 15n);
  const cells = fc.array(fc.record({ state: fc.constantFrom(...payoutStates), minor, isOpen: fc.boolean() }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(cells, (drawn) => {
      const [share] = provenOf(
        drawn.map((one) => {
          const amount = money(one.minor, 'USD');
          const isOpen = one.isOpen && one.state === 'settled';
          return cell({
            state: one.state,
            amount,
            unproven: isOpen ? { amount: money(1n, 'USD'), oldest: day(1) } : null,
          });
        }),
      );
      const settled = drawn.filter(({ state }) => state === 'settled');
      const isOpen = settled.some((one) => one.isOpen);
      if (!share) throw new Error('no currency');
      expect(share.basisPoints === null).toBe(settled.length === 0);
      expect(share.basisPoints === 10_000).toBe(settled.length > 0 && !isOpen);
      expect(share.oldestUnproven === null).toBe(!isOpen);
      expect(exceeds(share.proven, share.settled) || exceeds(share.settled, share.left)).toBe(false);
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
