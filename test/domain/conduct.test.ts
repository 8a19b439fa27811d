/** Shares beside those of all others, and pairs that only ever say yes to each other. */

import { describe, expect, test } from '@jest/globals';
import { type ConductCounts, type ConductPair, isMutual, perMille, sharesOf } from '../../domain/conduct.ts';
import type { SubjectId } from '../../domain/ids.ts';

const [ana, bob, eve] = ['ana', 'bob', 'eve'] as readonly string[] as readonly SubjectId[] as [
  SubjectId,
  SubjectId,
  SubjectId,
];

const counts = (personId: SubjectId, given: Partial<ConductCounts> = {}): ConductCounts => ({
  personId,
  decisions: 0,
  up: 0,
  down: 0,
  rejected: 0,
  decisionsBefore: 0,
  againstBefore: 0,
  reroutedPayouts: 0,
  paymentsByHand: 0,
  returnsByHand: 0,
  declinedPayouts: 0,
  ...given,
});

describe('a share', () => {
  test('is in a thousand, and of nothing it is none', () => {
    expect([perMille(1, 3), perMille(0, 5), perMille(5, 5), perMille(0, 0)]).toEqual([333, 0, 1000, null]);
  });

  test('is told beside all others, the person left out, and beside their own before', () => {
    const all = [
      counts(ana, { decisions: 10, up: 4, down: 1, decisionsBefore: 20, againstBefore: 1 }),
      counts(bob, { decisions: 30, up: 1, down: 2 }),
      counts(eve, { decisions: 10, up: 1 }),
    ];
    expect(all.map((one) => sharesOf(one, all))).toEqual([
      { own: 500, others: 100, before: 50 },
      { own: 100, others: 300, before: null },
      { own: 100, others: 200, before: null },
    ]);
  });

  test('of one who is alone has no others', () => {
    const only = counts(ana, { decisions: 2, up: 1 });
    expect(sharesOf(only, [only])).toEqual({ own: 500, others: null, before: null });
  });
});

describe('a pair is mutual', () => {
  const pair = (decidedBy: SubjectId, by: SubjectId, confirmed: number, rejected = 0): ConductPair => ({
    decidedBy,
    by,
    confirmed,
    rejected,
  });

  test.each([
    ['both ways, three times at least, and never a no', [pair(ana, bob, 3), pair(bob, ana, 4)], true],
    ['not one way alone', [pair(ana, bob, 30)], false],
    ['not where one way is rare', [pair(ana, bob, 30), pair(bob, ana, 2)], false],
    ['not after a no', [pair(ana, bob, 30), pair(bob, ana, 30, 1)], false],
    ['not by way of a third', [pair(ana, bob, 3), pair(bob, eve, 3), pair(eve, ana, 3)], false],
  ] as const)('%s', (_what, pairs, mutual) => {
    expect(isMutual(pairs[0], pairs)).toBe(mutual);
  });
});
