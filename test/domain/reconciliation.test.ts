/** What a provider's list and our books say of the same payout: alike, news, or a difference for a person. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PayoutId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { frees, payoutStates } from '../../domain/payout.ts';
import type { RailRecord, RailReport } from '../../domain/rail.ts';
import { compare, type OwnPayout } from '../../domain/reconciliation.ts';

const payoutId = randomUUID() as PayoutId;

const reports: Record<RailReport['status'], RailReport> = {
  sent: { status: 'sent', providerRef: 're_1' },
  settled: { status: 'settled', providerRef: 're_1' },
  failed: { status: 'failed', providerRef: 're_1', reason: 'declined' },
  cancelled: { status: 'cancelled', providerRef: 're_1' },
};

const recordOf = (status: RailReport['status'], given: Partial<RailRecord> = {}): RailRecord => ({
  providerRef: 're_1',
  payoutId,
  captureRefs: ['ch_1'],
  amount: money(500n, 'USD'),
  report: reports[status],
  at: new Date('2026-03-01T12:00:00Z'),
  word: 'provider',
  ...given,
});

const ours = (given: Partial<OwnPayout> = {}): OwnPayout => ({
  id: payoutId,
  state: 'sent',
  amount: money(500n, 'USD'),
  providerRef: 're_1',
  ...given,
});

describe('a record', () => {
  test.each(['sent', 'settled'] as const)('%s that no payout of ours is behind is foreign', (status) => {
    expect(compare(recordOf(status), null)).toEqual({ kind: 'break', break: 'foreign' });
  });

  test.each(['failed', 'cancelled'] as const)('%s that is not ours concerns nobody', (status) => {
    expect(compare(recordOf(status), null)).toEqual({ kind: 'none' });
  });

  test('that says what we say is a match and no news', () => {
    expect(compare(recordOf('settled'), ours({ state: 'settled' }))).toEqual({ kind: 'match', change: null });
  });

  test('W8: with a later word than ours is taken over as any report', () => {
    const { kind, ...rest } = compare(recordOf('settled'), ours());
    expect({ kind, ...rest }).toMatchObject({ kind: 'match', change: { state: 'settled' } });
  });

  test('S1: that says it failed after we had heard that it settled is news', () => {
    expect(compare(recordOf('failed'), ours({ state: 'settled' }))).toMatchObject({ change: { state: 'returned' } });
  });

  test.each([money(499n, 'USD'), money(500n, 'EUR')])('of another amount than ours is a break', (amount) => {
    expect(compare(recordOf('sent', { amount }), ours())).toEqual({ kind: 'break', break: 'amount' });
  });

  test('that went under another id than the one we know went twice', () => {
    expect(compare(recordOf('sent', { providerRef: 're_2' }), ours())).toEqual({ kind: 'break', break: 'double' });
  });

  test('that failed under another id than the one we know is no second payment', () => {
    expect(compare(recordOf('failed', { providerRef: 're_2' }), ours({ state: 'settled' })).kind).toBe('match');
  });
});

test('R11: money that went is never a match where our books gave its amount back to the order', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...payoutStates),
      fc.constantFrom('sent' as const, 'settled' as const),
      (state, status) => {
        const outcome = compare(recordOf(status), ours({ state }));
        return frees(state) ? outcome.kind === 'break' : outcome.kind === 'match';
      },
    ),
  );
});
