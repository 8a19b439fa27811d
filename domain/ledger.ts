/**
 * What each money event books: pure double entry over a fixed chart of accounts. The books follow the payout's state
 * alone, so a repeated report books nothing and each kind of entry exists at most once per payout.
 */

import { type Currency, type Money, subtract } from './money.ts';
import { frees, type PayoutState } from './payout.ts';
import type { MoneyHolder, TenderMethod } from './rail.ts';

/**
 * `provider:*` is money held at a provider, `transit:*` money it is paying back, `disputed:*` money that a dispute keeps
 * from us. `refunds` is without tax, which is in `tax_refunded`. Fees and differences of exchange are the seller's own
 * cost, never the customer's (M6, M7). The others are the seller's own as well.
 */
export type LedgerAccount =
  | 'sales'
  | 'refunds'
  | 'tax_refunded'
  | 'refunds_payable'
  | `provider:${MoneyHolder}`
  | `transit:${MoneyHolder}`
  | `disputed:${TenderMethod}`
  | 'losses:disputes'
  | 'fees:disputes'
  | 'fees:refunds'
  | 'exchange_differences';

export const ledgerKinds = [
  'capture',
  'capture_corrected',
  'grant',
  'grant_released',
  'payout_sent',
  'payout_settled',
  'payout_failed',
  'payout_returned',
  'refunded_elsewhere',
  'dispute_opened',
  'dispute_lost',
  'dispute_reinstated',
  'dispute_fee',
  'refund_fee',
  'exchange_difference',
] as const;

export type LedgerKind = (typeof ledgerKinds)[number];

export interface LedgerLine {
  readonly account: LedgerAccount;
  readonly side: 'debit' | 'credit';
  /** Always greater than zero. */
  readonly amount: Money;
}

export interface LedgerEntry {
  /** Natural key: the same event books once. */
  readonly key: string;
  readonly kind: LedgerKind;
  /** In balance per currency. */
  readonly lines: readonly LedgerLine[];
}

/** Whether money stands where it is not to stay: owed, on its way, or in dispute. What is not pending is posted. */
export const isPending = (account: string): boolean =>
  account === 'refunds_payable' || account.startsWith('transit:') || account.startsWith('disputed:');

/** What an entry moves: debits are positive, credits negative; what moves nothing has no line. */
export type LedgerMoves = readonly (readonly [account: LedgerAccount, minor: bigint])[];

/** An entry of one currency, or none where nothing moves. */
export function entryOf(key: string, kind: LedgerKind, currency: Currency, moves: LedgerMoves): LedgerEntry[] {
  const lines = moves
    .filter(([, minor]) => minor !== 0n)
    .map(
      ([account, minor]): LedgerLine => ({
        account,
        side: minor > 0n ? 'debit' : 'credit',
        amount: { minor: minor > 0n ? minor : -minor, currency },
      }),
    );
  return lines.length === 0 ? [] : [{ key, kind, lines }];
}

/** Where the money of a payout stands in the books. */
type Stage = 'none' | 'granted' | 'sent' | 'settled';

const stageOf = (state: PayoutState): Stage => {
  if (frees(state)) return 'none';
  return state === 'sent' || state === 'settled' ? state : 'granted';
};

type PayoutKind = 'grant' | 'grant_released' | 'payout_sent' | 'payout_settled' | 'payout_failed' | 'payout_returned';

const steps: Record<Stage, Record<Stage, readonly PayoutKind[]>> = {
  none: { none: [], granted: ['grant'], sent: [], settled: [] },
  granted: { none: ['grant_released'], granted: [], sent: ['payout_sent'], settled: ['payout_sent', 'payout_settled'] },
  sent: { none: ['payout_failed', 'grant_released'], granted: [], sent: [], settled: ['payout_settled'] },
  settled: { none: ['payout_returned', 'grant_released'], granted: [], sent: [], settled: [] },
};

/** What is booked of a payout: its amount, and the tax in it. */
export interface BookedPayout {
  readonly id: string;
  /** Who holds the money that it is paid from. */
  readonly method: MoneyHolder;
  readonly amount: Money;
  readonly tax: Money;
}

function movesOf(kind: PayoutKind, { method, amount, tax }: BookedPayout): LedgerMoves {
  const whole = amount.minor;
  const net = subtract(amount, tax).minor;
  switch (kind) {
    case 'grant':
      return [
        ['refunds', net],
        ['tax_refunded', tax.minor],
        ['refunds_payable', -whole],
      ];
    case 'grant_released':
      return [
        ['refunds_payable', whole],
        ['refunds', -net],
        ['tax_refunded', -tax.minor],
      ];
    case 'payout_sent':
      return [
        ['refunds_payable', whole],
        [`transit:${method}`, -whole],
      ];
    case 'payout_settled':
      return [
        [`transit:${method}`, whole],
        [`provider:${method}`, -whole],
      ];
    case 'payout_failed':
      return [
        [`transit:${method}`, whole],
        ['refunds_payable', -whole],
      ];
    case 'payout_returned':
      return [
        [`provider:${method}`, whole],
        ['refunds_payable', -whole],
      ];
  }
}

/** Entries that a payout's change of state books; `from` is null where the payout is new. */
export function entriesForPayout(payout: BookedPayout, from: PayoutState | null, to: PayoutState): LedgerEntry[] {
  const kinds = steps[from === null ? 'none' : stageOf(from)][stageOf(to)];
  return kinds.flatMap((kind) => entryOf(`${kind}/${payout.id}`, kind, payout.amount.currency, movesOf(kind, payout)));
}

/** What a provider said of a tender, as far as it is booked. */
export interface TenderWord {
  readonly captured: Money;
  readonly elsewhere: Money;
  /** The tax in it. */
  readonly elsewhereTax: Money;
}

/**
 * Entries for what a provider says of a tender. A tender is captured once, so that the key of its first word is the
 * tender's; what is corrected later, and what goes back elsewhere or turns out not to have gone, books the difference under
 * the number of that change.
 */
export function entriesForTender(
  tender: { readonly id: string; readonly method: TenderMethod },
  from: TenderWord | null,
  to: TenderWord,
  changeNo: number,
): LedgerEntry[] {
  const { currency } = to.captured;
  const changed = (pick: (word: TenderWord) => Money): bigint =>
    pick(to).minor - (from === null ? 0n : pick(from).minor);
  const captured = changed((word) => word.captured);
  const elsewhere = changed((word) => word.elsewhere);
  const tax = changed((word) => word.elsewhereTax);
  const kind = from === null ? 'capture' : 'capture_corrected';
  const key = from === null ? `capture/${tender.id}` : `${kind}/${tender.id}/${changeNo}`;
  return [
    ...entryOf(key, kind, currency, [
      [`provider:${tender.method}`, captured],
      ['sales', -captured],
    ]),
    ...entryOf(`refunded_elsewhere/${tender.id}/${changeNo}`, 'refunded_elsewhere', currency, [
      ['refunds', elsewhere - tax],
      ['tax_refunded', tax],
      [`provider:${tender.method}`, -elsewhere],
    ]),
  ];
}
