/** What a dispute's words come to in any order, and what is due on it by itself. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type DisputeStanding,
  type DisputeWaits,
  type DisputeWord,
  disputeKinds,
  disputeLabels,
  disputeStandings,
  dueKey,
  foldWords,
  isEnded,
  nextDue,
  plannedDues,
  refuseEvidence,
  takingOf,
} from '../../domain/dispute.ts';

const aWord = (given: Partial<DisputeWord> = {}): DisputeWord => ({
  cause: 'charge.dispute.created',
  toldAt: '2026-11-22T12:00:00.000Z',
  kind: 'chargeback',
  state: 'open',
  amount: { minor: '1999', currency: 'USD' },
  returned: null,
  includesRefunds: false,
  reason: 'fraudulent',
  networkReason: '10.4',
  fee: null,
  evidenceDueAt: '2026-12-02T12:00:00.000Z',
  submissions: 0,
  actionable: null,
  ...given,
});

const anAmount = fc.record({ minor: fc.constantFrom('100', '1999'), currency: fc.constant('USD' as const) });

/** Few values, so that words collide in all they say, their second included. */
const anyWord = fc.record({
  cause: fc.constantFrom('charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed'),
  toldAt: fc.constantFrom('2026-11-22T12:00:00.000Z', '2026-11-22T12:00:01.000Z', '2026-11-23T12:00:00.000Z'),
  kind: fc.constantFrom(...disputeKinds),
  state: fc.constantFrom(...disputeStandings),
  amount: fc.option(anAmount),
  returned: fc.option(anAmount),
  includesRefunds: fc.boolean(),
  reason: fc.option(fc.constantFrom('fraudulent', 'general')),
  networkReason: fc.option(fc.constantFrom('10.4', '13.1')),
  fee: fc.option(anAmount),
  evidenceDueAt: fc.option(fc.constantFrom('2026-12-02T12:00:00.000Z', '2026-12-03T12:00:00.000Z')),
  submissions: fc.integer({ min: 0, max: 2 }),
  actionable: fc.option(fc.boolean()),
});

describe('words', () => {
  test('W2: any order of a dispute’s words, each as often as it likes, comes to the same', () => {
    const shuffled = fc
      .array(anyWord, { minLength: 1, maxLength: 6 })
      .chain((words) =>
        fc.tuple(fc.constant(words), fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 })),
      );
    fc.assert(
      fc.property(shuffled, ([words, others]) => {
        const [first, ...rest] = words;
        const [otherFirst, ...otherRest] = others;
        if (!first || !otherFirst) return;
        expect(foldWords([otherFirst, ...otherRest])).toEqual(foldWords([first, ...rest]));
      }),
    );
  });

  test('W10: an older word changes nothing that a newer one told, and adds what that one left out', () => {
    const lost = aWord({ state: 'lost', toldAt: '2026-12-05T12:00:00.000Z', evidenceDueAt: null, networkReason: null });
    const late = aWord({ amount: { minor: '500', currency: 'USD' }, submissions: 1 });
    expect(foldWords([lost, late])).toMatchObject({
      state: 'lost',
      amount: { minor: '1999', currency: 'USD' },
      evidenceDueAt: '2026-12-02T12:00:00.000Z',
      networkReason: '10.4',
      submissions: 1,
      submittedAt: late.toldAt,
    });
  });

  test('W10: of two words of one second the one that ends the dispute counts', () => {
    const words = [
      aWord({ state: 'won', cause: 'charge.dispute.closed' }),
      aWord({ cause: 'charge.dispute.updated' }),
    ] as const;
    expect(foldWords(words).state).toBe('won');
    expect(foldWords([words[1], words[0]]).state).toBe('won');
  });

  const asked = aWord({ kind: 'paypal_claim' });
  const shown = aWord({
    kind: 'paypal_claim',
    toldAt: '2026-11-30T12:00:00.000Z',
    evidenceDueAt: null,
    submissions: 1,
  });
  const askedAgain = {
    ...shown,
    toldAt: '2026-12-05T12:00:00.000Z',
    evidenceDueAt: '2026-12-15T12:00:00.000Z',
  };
  const shownAgain = { ...shown, toldAt: '2026-12-06T12:00:00.000Z', submissions: 2 };

  test('D11: what PayPal was shown before it asked again is no answer', () => {
    expect(foldWords([asked, shown]).submittedAt).toBe(shown.toldAt);
    expect(foldWords([asked, shown, askedAgain])).toMatchObject({
      submittedAt: null,
      evidenceDueAt: askedAgain.evidenceDueAt,
    });
    expect(foldWords([asked, shown, askedAgain, shownAgain]).submittedAt).toBe(shownAgain.toldAt);
  });

  test('D11: what was shown before the first day that the desk hears of is no answer either', () => {
    expect(foldWords([shown, askedAgain]).submittedAt).toBeNull();
    expect(foldWords([askedAgain]).submittedAt).toBeNull();
    expect(foldWords([askedAgain, shownAgain]).submittedAt).toBe(shownAgain.toldAt);
  });

  test('of a chargeback evidence is taken once, also where its deadline moves', () => {
    const words = [asked, shown, askedAgain].map((word) => ({ ...word, kind: 'chargeback' as const }));
    const [first, ...others] = words;
    expect(first && foldWords([first, ...others]).submittedAt).toBe(shown.toldAt);
  });
});

describe('what it takes', () => {
  const of = (state: DisputeStanding, returned: string | null, includesRefunds = true) => ({
    state,
    amount: { minor: '1999', currency: 'USD' as const },
    returned: returned === null ? null : { minor: returned, currency: 'USD' as const },
    includesRefunds,
  });

  test.each([
    ['D5: all that was disputed, where nothing else is told', of('lost', null, false), 0n, 'lost', 1999n],
    ['a part', of('lost', '600'), 1999n, 'lost', 600n],
    ['D3: nothing, where our own refund is what the customer got', of('lost', '1999'), 0n, 'closed', 0n],
    ['D5: what our own refunds have left', of('lost', '1999'), 1499n, 'lost', 1499n],
    ['nothing, where the provider paid', of('prevented', '0'), 1999n, 'prevented', 0n],
    ['nothing, where the provider paid what was lost', of('lost', '0'), 1999n, 'lost', 0n],
    ['D4: beside our own refund, what the bank pulled all the same', of('lost', '1999', false), 0n, 'lost', 1999n],
    ['all while it is open', of('open', null, false), 0n, 'open', 1999n],
    ['D6: nothing once it was won', of('won', null, false), 0n, 'won', 0n],
  ] as const)('%s', (_what, word, left, state, takenMinor) => {
    expect(takingOf(word, left)).toEqual({ state, takenMinor });
  });

  test('R2, D5: with our own refunds it is never more than was captured, where they count, and bars while it took anything', () => {
    fc.assert(
      fc.property(anyWord, fc.bigInt({ min: 0n, max: 1999n }), (word, left) => {
        const { state, takenMinor } = takingOf(word, left);
        const isWithin = word.state === 'open' || !word.includesRefunds || takenMinor <= left;
        const isBarred = takenMinor === 0n || ['open', 'lost', 'prevented'].includes(state);
        const isSame = state === word.state || (word.state === 'lost' && state === 'closed' && takenMinor === 0n);
        return isWithin && isBarred && isSame;
      }),
    );
  });
});

const waiting = (given: Partial<DisputeWaits> = {}): DisputeWaits => ({
  state: 'open',
  evidenceDueAt: '2026-12-02T12:00:00.000Z',
  isSubmitted: false,
  taken: [],
  ...given,
});

describe('what is due', () => {
  const planned = plannedDues('2026-12-02T12:00:00.000Z');

  test('finance is reminded a week and three days before, a lead on the last day, and then the time is over', () => {
    expect(planned).toEqual([
      { kind: 'reminder', at: '2026-11-25T12:00:00.000Z' },
      { kind: 'reminder', at: '2026-11-29T12:00:00.000Z' },
      { kind: 'escalation', at: '2026-12-01T12:00:00.000Z' },
      { kind: 'deadline', at: '2026-12-02T12:00:00.000Z' },
    ]);
  });

  test('each comes once, in order, until nothing is left', () => {
    const taken: string[] = [];
    for (const due of planned) {
      expect(nextDue(waiting({ taken }))).toEqual(due);
      taken.push(dueKey(due));
    }
    expect(nextDue(waiting({ taken }))).toBeNull();
  });

  test('a deadline that the provider moves is reminded of anew', () => {
    const moved = nextDue(waiting({ taken: planned.map(dueKey), evidenceDueAt: '2026-12-09T12:00:00.000Z' }));
    expect(moved).toEqual({ kind: 'reminder', at: '2026-12-02T12:00:00.000Z' });
  });

  test.each<[string, Partial<DisputeWaits>]>([
    ['whose evidence is there', { isSubmitted: true }],
    ['of which no time was told', { evidenceDueAt: null }],
    ['that is but a warning (D8)', { state: 'warned' }],
    ...disputeStandings
      .filter(isEnded)
      .map((state): [string, Partial<DisputeWaits>] => [`that ended as ${state}`, { state }]),
  ])('nothing is due on one %s', (_what, given) => {
    expect(nextDue(waiting(given))).toBeNull();
  });
});

describe('evidence', () => {
  const due = new Date('2026-12-02T12:00:00.000Z');
  const before = new Date('2026-12-02T11:59:59.999Z');
  const dispute = { state: 'open' as DisputeStanding, evidenceDueAt: due, isAnswered: false };

  test('is taken until the moment at which it is due', () => {
    expect(refuseEvidence(dispute, before)).toBeNull();
    expect(refuseEvidence(dispute, due)).toMatchObject({ refused: 'evidence-late' });
  });

  test('is refused twice, after the end, for a warning, and where no time was ever told', () => {
    expect(refuseEvidence({ ...dispute, isAnswered: true }, before)).toEqual({ refused: 'evidence-submitted' });
    expect(refuseEvidence({ ...dispute, state: 'won' }, before)).toMatchObject({ refused: 'dispute-ended' });
    expect(refuseEvidence({ ...dispute, state: 'warned' }, before)).toEqual({ refused: 'dispute-unanswerable' });
    expect(refuseEvidence({ ...dispute, evidenceDueAt: null }, before)).toEqual({ refused: 'dispute-unanswerable' });
  });
});

test('D11: what PayPal calls a chargeback is told as a PayPal claim, and nothing else is', () => {
  expect(disputeLabels.paypal_claim.en).toBe('PayPal claim');
  expect(Object.values(disputeLabels).filter(({ en }) => /chargeback/i.test(en))).toEqual([disputeLabels.chargeback]);
});
