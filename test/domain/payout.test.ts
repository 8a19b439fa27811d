/** The payout's table is sound, and what providers report leads to one end in whatever order it arrives. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderId } from '../../domain/ids.ts';
import {
  frees,
  mayMove,
  type PayoutState,
  payoutKey,
  payoutStates,
  payoutTransitions,
  reduceReport,
} from '../../domain/payout.ts';
import type { OutcomeUnknown, RailReport } from '../../domain/rail.ts';

type Report = RailReport | OutcomeUnknown;

const sent: Report = { status: 'sent', providerRef: 're_1', reason: 'processing' };
const settled: Report = { status: 'settled', providerRef: 're_1', bankRef: '74000000000000000000001' };
const failed: Report = { status: 'failed', providerRef: 're_1', reason: 'declined' };
const cancelled: Report = { status: 'cancelled', providerRef: 're_1' };
const unknown: Report = { status: 'unknown', reason: 'timeout' };

/** Every life that a refund can have at a provider, as the reports that it leads to. */
const lives: readonly (readonly Report[])[] = [
  [settled],
  [sent],
  [sent, settled],
  [failed],
  [sent, failed],
  [cancelled],
  [sent, cancelled],
  [settled, failed],
  [sent, settled, failed],
];

const reduceAll = (from: PayoutState, reports: readonly Report[]): PayoutState =>
  reports.reduce((state, report) => reduceReport(state, report)?.state ?? state, from);

/** A life told in any order, each report once or several times, with unclear answers of our own in between. */
const tellings = fc.constantFrom(...lives).chain((life) =>
  fc
    .array(fc.constantFrom<Report>(...life, unknown), { maxLength: 8 })
    .chain((repeats) => fc.shuffledSubarray([...life, ...repeats], { minLength: life.length + repeats.length }))
    .map((told) => ({ life, told })),
);

const anyReport = fc.constantFrom(sent, settled, failed, cancelled, unknown);
const anyState = fc.constantFrom(...payoutStates);

describe('W2: the reducer', () => {
  test('a life without a late failure ends in the same state in any order and with any repetition', () => {
    fc.assert(
      fc.property(tellings, fc.constantFrom<PayoutState>('sending', 'unknown'), ({ life, told }, from) => {
        fc.pre(!(life.includes(settled) && life.includes(failed)));
        expect(reduceAll(from, told)).toBe(reduceAll('sending', life));
      }),
      { numRuns: 500 },
    );
  });

  test('S1: a refund that settled and then failed frees its amount in any order, and is returned if we heard that it settled', () => {
    fc.assert(
      fc.property(tellings, ({ life, told }) => {
        fc.pre(life.includes(settled) && life.includes(failed));
        const heardSettled = told.indexOf(settled) < told.indexOf(failed);
        const end = reduceAll('sending', told);
        expect(end).toBe(heardSettled ? 'returned' : 'failed');
        expect(frees(end)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('whatever is reported, a payout moves only along its table', () => {
    fc.assert(
      fc.property(anyState, anyReport, (state, report) => {
        const change = reduceReport(state, report);
        expect(change === null || mayMove(state, change.state)).toBe(true);
      }),
    );
  });

  test('settled never goes back to sent, and what has freed its amount never takes it again', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyReport, { maxLength: 12 }), (from, reports) => {
        const path = reports.reduce<PayoutState[]>(
          (states, report) => [...states, reduceAll(states.at(-1) ?? from, [report])],
          [from],
        );
        const pathFrom = (at: number): readonly PayoutState[] => (at < 0 ? [] : path.slice(at));
        const afterSettled = pathFrom(path.indexOf('settled'));
        expect(afterSettled.filter((state) => state !== 'settled' && state !== 'returned')).toEqual([]);
        const afterFreed = pathFrom(path.findIndex(frees));
        expect(afterFreed.filter((state) => state !== afterFreed[0])).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('a report that tells nothing new makes no change, so that a duplicate writes nothing (W1)', () => {
    fc.assert(
      fc.property(anyState, anyReport, (state, report) => {
        const after = reduceReport(state, report)?.state ?? state;
        const again = reduceReport(after, report);
        // A failure that is told twice may end a settled payout the first time only.
        expect(again).toBeNull();
      }),
    );
  });

  test('no report moves a payout that was never sent', () => {
    for (const state of ['granted', 'approved'] as const)
      for (const report of [sent, settled, failed, unknown]) expect(reduceReport(state, report)).toBeNull();
  });

  test('an unclear answer never takes back what is known', () => {
    expect(payoutStates.filter((state) => reduceReport(state, unknown) !== null)).toEqual(['sending']);
  });

  test('the change carries the provider’s and the bank’s reference', () => {
    expect(reduceReport('sent', settled)).toEqual({
      state: 'settled',
      providerRef: 're_1',
      bankRef: '74000000000000000000001',
    });
  });
});

describe('the table', () => {
  const reachable = (): Set<PayoutState> => {
    const seen = new Set<PayoutState>(['granted']);
    for (const state of seen) for (const next of payoutTransitions[state]) seen.add(next);
    return seen;
  };

  test('every state is reachable from granted', () => {
    expect([...reachable()].sort()).toEqual([...payoutStates].sort());
  });

  test('exactly the states that free the amount are terminal (R11)', () => {
    const terminal = payoutStates.filter((state) => payoutTransitions[state].length === 0);
    expect(terminal).toEqual(payoutStates.filter(frees));
  });

  test('nothing but settled money can be returned, and only returned', () => {
    expect(payoutStates.filter((state) => mayMove(state, 'returned'))).toEqual(['settled']);
    expect(payoutTransitions.settled).toEqual(['returned']);
  });

  test('once it may have left us, a payout can no longer be declined without the provider’s word', () => {
    expect(mayMove('sending', 'approved')).toBe(false);
    expect(mayMove('unknown', 'approved')).toBe(false);
    expect(mayMove('settled', 'cancelled')).toBe(false);
  });
});

test('the key is made of order and payout number alone', () => {
  expect(payoutKey('0b8e1f9e-3c1f-4a58-9d0b-0d6f6c1c0a11' as OrderId, 2)).toBe(
    'payout/0b8e1f9e-3c1f-4a58-9d0b-0d6f6c1c0a11/2',
  );
});
