/**
 * What each money event books: pure double entry over a fixed chart of accounts. The books follow the payout's state
 * alone, so a repeated report books nothing and each kind of entry exists at most once per payout.
 */

import type { Money } from './money.ts';
import { frees, type PayoutState } from './payout.ts';
import type { MoneyHolder } from './rail.ts';

/** `provider:*` is money held at a provider, `transit:*` money it is paying back; the others are the seller's own. */
export type LedgerAccount =
  | 'sales'
  | 'refunds'
  | 'refunds_payable'
  | `provider:${MoneyHolder}`
  | `transit:${MoneyHolder}`;

export type LedgerKind =
  | 'capture'
  | 'grant'
  | 'grant_released'
  | 'payout_sent'
  | 'payout_settled'
  | 'payout_failed'
  | 'payout_returned';

export interface LedgerEntry {
  /** Natural key: the same event books once. */
  readonly key: string;
  readonly kind: LedgerKind;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly amount: Money;
}

/** Where the money of a payout stands in the books. */
type Stage = 'none' | 'granted' | 'sent' | 'settled';

const stageOf = (state: PayoutState): Stage => {
  if (frees(state)) return 'none';
  return state === 'sent' || state === 'settled' ? state : 'granted';
};

const steps: Record<Stage, Record<Stage, readonly LedgerKind[]>> = {
  none: { none: [], granted: ['grant'], sent: [], settled: [] },
  granted: { none: ['grant_released'], granted: [], sent: ['payout_sent'], settled: ['payout_sent', 'payout_settled'] },
  sent: { none: ['payout_failed', 'grant_released'], granted: [], sent: [], settled: ['payout_settled'] },
  settled: { none: ['payout_returned', 'grant_released'], granted: [], sent: [], settled: [] },
};

const sides = (kind: LedgerKind, method: MoneyHolder): { debit: LedgerAccount; credit: LedgerAccount } => {
  switch (kind) {
    case 'capture':
      return { debit: `provider:${method}`, credit: 'sales' };
    case 'grant':
      return { debit: 'refunds', credit: 'refunds_payable' };
    case 'grant_released':
      return { debit: 'refunds_payable', credit: 'refunds' };
    case 'payout_sent':
      return { debit: 'refunds_payable', credit: `transit:${method}` };
    case 'payout_settled':
      return { debit: `transit:${method}`, credit: `provider:${method}` };
    case 'payout_failed':
      return { debit: `transit:${method}`, credit: 'refunds_payable' };
    case 'payout_returned':
      return { debit: `provider:${method}`, credit: 'refunds_payable' };
  }
};

/** Entries that a payout's change of state books; `from` is null where the payout is new. */
export function entriesForPayout(
  payout: { readonly id: string; readonly method: MoneyHolder; readonly amount: Money },
  from: PayoutState | null,
  to: PayoutState,
): LedgerEntry[] {
  const kinds = steps[from === null ? 'none' : stageOf(from)][stageOf(to)];
  return kinds.map((kind) => ({
    key: `${kind}/${payout.id}`,
    kind,
    amount: payout.amount,
    ...sides(kind, payout.method),
  }));
}

/** The entry for what a provider says it captured. A tender is captured once, so its key is the tender's. */
export const entryForCapture = (tender: {
  readonly id: string;
  readonly method: MoneyHolder;
  readonly captured: Money;
}): LedgerEntry => ({
  key: `capture/${tender.id}`,
  kind: 'capture',
  amount: tender.captured,
  ...sides('capture', tender.method),
});
