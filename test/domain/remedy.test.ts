/** The remedy's table is sound, and what the shop reports leads to one end in whatever order it arrives. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import type { OutcomeUnknown } from '../../domain/rail.ts';
import {
  isFinalRemedy,
  mayRemedyMove,
  type RemedyState,
  reduceShopReport,
  remedyActions,
  remedyKey,
  remedyKinds,
  remedyStates,
  remedyTransitions,
} from '../../domain/remedy.ts';
import { flawOf, type ShopAction, type ShopReport } from '../../domain/shop.ts';

type Report = ShopReport | OutcomeUnknown;

const applied: Report = { status: 'applied', shopRef: 'act_1', planEndsAt: '2026-12-01T00:00:00.000Z' };
const refused: Report = { status: 'refused', reason: 'plan_ended' };
const unknown: Report = { status: 'unknown', reason: 'timeout' };

const anyReport = fc.constantFrom(applied, refused, unknown);
const anyState = fc.constantFrom(...remedyStates);

const reduceAll = (from: RemedyState, reports: readonly Report[]): RemedyState =>
  reports.reduce((state, report) => reduceShopReport(state, report)?.state ?? state, from);

/** Reports in one order, and the same ones in another with some of them told again. */
const twoTellings = fc.array(anyReport, { minLength: 1, maxLength: 8 }).chain((told) =>
  fc.array(fc.constantFrom(...told), { maxLength: 8 }).chain((repeats) =>
    fc.shuffledSubarray([...told, ...repeats], { minLength: told.length + repeats.length }).map((retold) => ({
      told,
      retold,
    })),
  ),
);

describe('W2: the reducer of the shop’s reports', () => {
  test('any reports end in the same state in any order and with any repetition', () => {
    fc.assert(
      fc.property(twoTellings, anyState, ({ told, retold }, from) => {
        expect(reduceAll(from, retold)).toBe(reduceAll(from, told));
      }),
      { numRuns: 500 },
    );
  });

  test('what was applied is applied, whatever else is told', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 8 }), fc.array(anyReport, { maxLength: 8 }), (before, after) => {
        expect(reduceAll('applying', [...before, applied, ...after])).toBe('applied');
      }),
    );
  });

  test('whatever is reported, a remedy moves only along its table', () => {
    fc.assert(
      fc.property(anyState, anyReport, (state, report) => {
        const change = reduceShopReport(state, report);
        expect(change === null || mayRemedyMove(state, change.state)).toBe(true);
      }),
    );
  });

  test('a report that tells nothing new makes no change, so that a duplicate writes nothing (W1)', () => {
    fc.assert(
      fc.property(anyState, anyReport, (state, report) => {
        const after = reduceShopReport(state, report)?.state ?? state;
        expect(reduceShopReport(after, report)).toBeNull();
      }),
    );
  });

  test('no report moves a remedy that was never asked for', () => {
    for (const state of ['granted', 'cancelled', 'rehearsed'] as const)
      for (const report of [applied, refused, unknown]) expect(reduceShopReport(state, report)).toBeNull();
  });

  test('an unclear answer never takes back what is known', () => {
    expect(remedyStates.filter((state) => reduceShopReport(state, unknown) !== null)).toEqual(['applying']);
  });

  test('the change carries the shop’s reference and the plan’s new end, or the reason', () => {
    expect(reduceShopReport('unknown', applied)).toEqual({
      state: 'applied',
      shopRef: 'act_1',
      planEndsAt: '2026-12-01T00:00:00.000Z',
    });
    expect(reduceShopReport('applying', { status: 'applied', shopRef: 'act_2' })).toEqual({
      state: 'applied',
      shopRef: 'act_2',
    });
    expect(reduceShopReport('applying', refused)).toEqual({ state: 'failed', reason: 'plan_ended' });
    expect(reduceShopReport('applying', unknown)).toEqual({ state: 'unknown', reason: 'timeout' });
  });
});

describe('the table of remedies', () => {
  test('every state is reachable from granted', () => {
    const seen = new Set<RemedyState>(['granted']);
    for (const state of seen) for (const next of remedyTransitions[state]) seen.add(next);
    expect([...seen].sort()).toEqual([...remedyStates].sort());
  });

  test('a final state leads nowhere, but that a refusal may prove to have been a repeat’s', () => {
    const leaving = remedyStates.filter(isFinalRemedy).flatMap((state) => remedyTransitions[state]);
    expect(leaving).toEqual(['applied']);
    expect(remedyTransitions.failed).toEqual(['applied']);
    const open = remedyStates.filter((state) => !isFinalRemedy(state));
    expect(open.filter((state) => remedyTransitions[state].length === 0)).toEqual([]);
  });

  test('what the shop has the last word on, applied or refused, can no longer be cancelled', () => {
    expect(remedyStates.filter((state) => mayRemedyMove(state, 'cancelled'))).toEqual([
      'granted',
      'applying',
      'unknown',
    ]);
  });

  test('no remedy is money: store balance goes over its rail', () => {
    expect(remedyKinds.map((kind) => remedyActions[kind])).toEqual(['extend_plan', 'end_plan', 'replace_plan']);
  });
});

test('the key is made of order and remedy number alone', () => {
  expect(remedyKey('0b8e1f9e-3c1f-4a58-9d0b-0d6f6c1c0a11' as OrderId, 2)).toBe(
    'remedy/0b8e1f9e-3c1f-4a58-9d0b-0d6f6c1c0a11/2',
  );
});

describe('R9: an action that would do nothing, or could be read as anything, is never sent', () => {
  const extension = (minutes: number, bytes: string): ShopAction => ({
    kind: 'extend_plan',
    orderRef: 'A-1',
    minutes,
    bytes,
    grantedAt: '2026-11-20T00:00:00.000Z',
  });

  test.each([
    [0, '0', 'extension_empty'],
    [-1, '0', 'extension_malformed'],
    [0.5, '0', 'extension_malformed'],
    [Number.NaN, '0', 'extension_malformed'],
    [1, '', 'extension_malformed'],
    [1, '-5', 'extension_malformed'],
    [1, '0', null],
    [0, '1', null],
  ])('an extension by %p minutes and %p bytes: %p', (minutes, bytes, flaw) => {
    expect(flawOf(extension(minutes, bytes))).toBe(flaw);
  });

  test.each([
    [-1n, 'amount_not_positive'],
    [0n, 'amount_not_positive'],
    [1n, null],
  ])('a credit of %p: %p', (minor, flaw) => {
    expect(flawOf({ kind: 'credit_balance', captureRef: 'bal_1', amount: money(minor, 'EUR') })).toBe(flaw);
  });

  test('an end and a replacement need no more than the order', () => {
    expect(flawOf({ kind: 'end_plan', orderRef: 'A-1' })).toBeNull();
    expect(flawOf({ kind: 'replace_plan', orderRef: 'A-1' })).toBeNull();
  });
});
