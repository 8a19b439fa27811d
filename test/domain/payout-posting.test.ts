/** When the money is usually seen, in the seller's business days, and what is known of its reference. */

import { describe, expect, test } from '@jest/globals';
import { payoutStates } from '../../domain/payout.ts';
import { bankReferenceState, postingFromValue, postingOf } from '../../domain/payout-posting.ts';
import type { PolicyCalendar } from '../../domain/policy.ts';

const calendar: PolicyCalendar = {
  timeZone: 'Asia/Shanghai',
  weekend: [6, 7],
  holidays: ['2026-11-25'],
  holidaysFrom: 'this test',
  firstYear: 2026,
  lastYear: 2026,
};
const days = { min: 1, max: 3 };
/** Already Monday the 23rd at the seller's. */
const settledAt = new Date('2026-11-22T20:00:00.000Z');

test('days are the seller’s business days after the one of the rail’s last word: no weekend, no holiday', () => {
  expect(postingOf(settledAt, days, calendar, settledAt)).toEqual({
    from: '2026-11-24',
    until: '2026-11-27',
    holidaysKnown: true,
    over: false,
  });
});

test('a rail whose last word is the money itself is seen on the same day', () => {
  expect(postingOf(settledAt, { min: 0, max: 0 }, calendar, settledAt)).toMatchObject({
    from: '2026-11-23',
    until: '2026-11-23',
  });
});

test('where the holidays of a year are not known, it says so', () => {
  const late = new Date('2026-12-31T01:00:00.000Z');
  expect(postingOf(late, days, calendar, late)).toMatchObject({ until: '2027-01-05', holidaysKnown: false });
});

describe('B9: where a bank dates the money itself', () => {
  const sepa = { min: 0, max: 1 };
  const at = (instant: string) => new Date(instant);

  test('it is seen in the bank’s days from that date on, over weekends and Easter', () => {
    const seen = (valueOn: string) => postingFromValue(valueOn, sepa, at('2026-03-30T08:00:00Z'));
    expect(seen('2026-11-30')).toMatchObject({ from: '2026-11-30', until: '2026-12-01', holidaysKnown: true });
    expect(seen('2026-04-02')).toMatchObject({ from: '2026-04-02', until: '2026-04-07' });
    expect(seen('2026-04-03')).toMatchObject({ from: '2026-04-07', until: '2026-04-08' });
  });

  test('it should have been seen once the bank’s own day after the last of them has begun', () => {
    const over = (instant: string) => postingFromValue('2026-11-30', sepa, at(instant)).over;
    expect(over('2026-12-01T22:59:00Z')).toBe(false);
    expect(over('2026-12-01T23:01:00Z')).toBe(true);
  });
});

describe('S9: a bank’s reference', () => {
  const posting = (at: string) => postingOf(settledAt, days, calendar, new Date(at));
  const before = posting('2026-11-27T12:00:00.000Z');
  const after = posting('2026-11-27T16:00:00.000Z');

  test('is available where it is known, whatever became of the payout', () => {
    for (const state of payoutStates) expect(bankReferenceState({ state, bankRef: '7400' }, after)).toBe('available');
  });

  test('is pending until the last day on which the money should be seen, and unavailable from the next', () => {
    expect(before.over).toBe(false);
    expect(bankReferenceState({ state: 'settled', bankRef: null }, before)).toBe('pending');
    expect(bankReferenceState({ state: 'settled', bankRef: null }, after)).toBe('unavailable');
    expect(bankReferenceState({ state: 'sent', bankRef: null }, null)).toBe('pending');
  });

  test('is unavailable where no money went, or it came back', () => {
    for (const state of ['failed', 'returned', 'cancelled', 'rehearsed'] as const)
      expect(bankReferenceState({ state, bankRef: null }, null)).toBe('unavailable');
  });
});
