/** What a payout waits for and who must act, cell by cell. */

import { describe, expect, test } from '@jest/globals';
import { type PayoutState, payoutStates } from '../../domain/payout.ts';
import {
  attentionOf,
  keptBackReasons,
  type PayoutOwner,
  payoutOwner,
  payoutWaitNames,
  payoutWaits,
  unanswered,
  waitOf,
} from '../../domain/payout-waits.ts';

type Row = readonly [state: PayoutState, reason: string | null, waits: string | null, owner: PayoutOwner | null];

const rows: readonly Row[] = [
  ['granted', null, 'approval', 'finance'],
  ['granted', 'inquiry', 'inquiry', 'provider'],
  ['approved', null, 'sending', 'desk'],
  ['approved', 'stopped', 'resume', 'finance'],
  ['approved', 'held', 'hold', 'desk'],
  ['approved', 'inquiry', 'inquiry', 'provider'],
  ['approved', 'disputed', 'dispute', 'provider'],
  ['approved', 'capture_not_found', 'capture', 'finance'],
  ['approved', 'currency_mismatch', 'capture', 'finance'],
  ['approved', 'refunds_unlisted', 'capture', 'finance'],
  ['approved', 'capture_pending', 'charge_pending', 'customer'],
  ['approved', 'daily_cap', 'daily_cap', 'desk'],
  ['approved', 'above_daily_cap', 'above_daily_cap', 'finance'],
  ['approved', 'unreachable', 'unreachable', 'provider'],
  ['approved', 'credentials_refused', 'operator', 'desk'],
  ['approved', 'something new', 'held', 'finance'],
  ['sending', null, 'answer', 'desk'],
  ['sending', 'stopped', 'resume', 'finance'],
  ['unknown', 'timeout', 'repair', 'desk'],
  ['unknown', 'stopped', 'resume', 'finance'],
  ['unknown', 'credentials_refused', 'operator', 'desk'],
  ['unknown', 'idempotency_mismatch', 'operator', 'desk'],
  ['unknown', 'unreachable', 'unreachable', 'provider'],
  ['unknown', 'paid_elsewhere', 'ending', 'desk'],
  ['unknown', 'charged_back', 'ending', 'desk'],
  ['unknown', 'kyc_failed', 'ending', 'desk'],
  ['unknown', 'dry_run', 'rehearsal', 'desk'],
  ['sent', null, 'processing', 'provider'],
  ['sent', 'processing', 'processing', 'provider'],
  ['sent', 'insufficient_funds', 'top_up', 'finance'],
  ['sent', 'charge_pending', 'charge_pending', 'customer'],
  ['sent', 'requires_action', 'customer_details', 'customer'],
  ['sent', 'awaits_person', 'by_hand', 'finance'],
  ['sent', 'something new', 'processing', 'provider'],
  ['settled', null, null, null],
  ['failed', 'expired_or_canceled_card', 'another_way', 'finance'],
  ['failed', 'insufficient_funds', 'top_up', 'finance'],
  ['failed', 'paid_after_all', 'paid_after_all', 'finance'],
  ['returned', 'failed', 'another_way', 'finance'],
  ['returned', 'paid_after_all', 'paid_after_all', 'finance'],
  ['cancelled', 'declined', null, null],
  ['rehearsed', null, null, null],
];

test.each(rows)('a payout that is %s for %s waits for %s, which %s must see to', (state, reason, waits, owner) => {
  const payout = { state, reason, isOpen: true };
  expect([waitOf(payout), payoutOwner(payout)]).toEqual([waits, owner]);
});

test('the table has a row for every state, and for everything that a payout can wait for', () => {
  expect(new Set(rows.map(([state]) => state))).toEqual(new Set(payoutStates));
  expect(new Set(rows.flatMap(([, , waits]) => waits ?? []))).toEqual(new Set(payoutWaitNames));
});

test('RP-3.8, D13, R2: what a person is to pay by hand waits for what came meanwhile and keeps it back', () => {
  const payout = { state: 'sent', reason: 'awaits_person', isOpen: false } as const;
  expect([...keptBackReasons, null].map((keptBack) => waitOf({ ...payout, keptBack }))).toEqual([
    'resume',
    'ending',
    'dispute',
    'hold',
    'inquiry',
    'by_hand',
  ]);
});

test('the reason of a question that found no answer is kept where only the operator can mend it, and else says just that', () => {
  const told = ['credentials_refused', 'timeout', undefined].map((reason) => unanswered(reason));
  expect(told).toEqual(['credentials_refused', 'unreachable', 'unreachable']);
});

test('what failed or came back waits for nobody once somebody has seen to it', () => {
  for (const state of ['failed', 'returned'] as const)
    expect(waitOf({ state, reason: 'declined', isOpen: false })).toBeNull();
});

test('S4: processing, insufficient_funds and charge_pending have three texts and three owners', () => {
  const waits = ['processing', 'insufficient_funds', 'charge_pending'].map((reason) =>
    waitOf({ state: 'sent', reason, isOpen: false }),
  );
  const told = waits.map((wait) => (wait ? payoutWaits[wait] : null));
  expect(new Set(told.map((wait) => wait?.text)).size).toBe(3);
  expect(told.map((wait) => wait?.owner)).toEqual(['provider', 'finance', 'customer']);
});

describe('finance must look at', () => {
  test.each<readonly [PayoutState, string | null, string | null]>([
    ['granted', null, null],
    ['granted', 'inquiry', 'held'],
    ['approved', null, null],
    ['approved', 'stopped', 'held'],
    ['sending', null, null],
    ['sending', 'held', 'held'],
    ['unknown', 'timeout', 'unknown'],
    ['sent', 'processing', null],
    ['sent', 'charge_pending', null],
    ['sent', 'insufficient_funds', 'insufficient_funds'],
    ['sent', 'requires_action', 'requires_action'],
    ['settled', null, null],
    ['failed', 'declined', 'failed'],
    ['failed', 'balance_insufficient', 'insufficient_funds'],
    ['returned', 'failed', 'returned'],
    ['cancelled', 'declined', null],
    ['rehearsed', null, null],
  ])('a payout that is %s for %s: %s', (state, reason, attention) => {
    expect(attentionOf(state, reason)).toBe(attention);
  });
});
