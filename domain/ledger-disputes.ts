/**
 * What a dispute books: its amount leaves the provider's account while it lasts, is lost with it, or comes back. Pure, and
 * indifferent to what was left out between two words: the books follow from the newest one.
 */

import type { DisputeStanding } from './dispute.ts';
import { entryOf, type LedgerAccount, type LedgerEntry, type LedgerKind } from './ledger.ts';
import type { Currency, Money } from './money.ts';
import type { TenderMethod } from './rail.ts';

/** `held`: the provider keeps the money until it is decided. An inquiry holds nothing (D1, D3). */
export type DisputeStage = 'none' | 'held' | 'lost';

export const disputeStageOf = (state: DisputeStanding): DisputeStage => {
  if (state === 'open') return 'held';
  return state === 'lost' || state === 'prevented' ? 'lost' : 'none';
};

interface BookedDispute {
  readonly id: string;
  readonly method: TenderMethod;
}

/** What a provider said of a dispute last. */
export interface DisputeWord {
  readonly state: DisputeStanding;
  /** What it holds or has taken of the seller's money: less than was disputed, or nothing, where others bear the rest. */
  readonly amount: Money;
}

/** One move of a dispute's money. */
interface Move {
  readonly kind: LedgerKind;
  readonly to: LedgerAccount;
  readonly from: LedgerAccount;
  readonly amount: Money;
}

function movesOf(method: TenderMethod, from: DisputeWord | null, to: DisputeWord): Move[] {
  const accounts = { none: `provider:${method}`, held: `disputed:${method}`, lost: 'losses:disputes' } as const;
  const before = from === null ? 'none' : disputeStageOf(from.state);
  const after = disputeStageOf(to.state);
  const move = (kind: LedgerKind, source: DisputeStage, target: DisputeStage, amount: Money): Move => ({
    kind,
    to: accounts[target],
    from: accounts[source],
    amount,
  });
  const moves: Move[] = [];
  let at = before;
  const booked = from?.amount ?? to.amount;
  const isOther = booked.minor !== to.amount.minor || booked.currency !== to.amount.currency;
  // Of another amount it is booked anew, and what was lost is not held again.
  if (at !== 'none' && (after === 'none' || isOther || (at === 'lost' && after === 'held'))) {
    moves.push(move('dispute_reinstated', at, 'none', booked));
    at = 'none';
  }
  if (at === 'none' && after !== 'none') {
    moves.push(move('dispute_opened', 'none', 'held', to.amount));
    at = 'held';
  }
  if (at === 'held' && after === 'lost') moves.push(move('dispute_lost', 'held', 'lost', to.amount));
  return moves;
}

/**
 * Entries that a dispute's newest word books; `from` is null for its first. Named by the number of the change, since a
 * provider may tell two within one second.
 */
export const entriesForDispute = (
  dispute: BookedDispute,
  from: DisputeWord | null,
  to: DisputeWord,
  changeNo: number,
): LedgerEntry[] =>
  movesOf(dispute.method, from, to).flatMap((move) =>
    entryOf(`${move.kind}/${dispute.id}/${changeNo}`, move.kind, move.amount.currency, [
      [move.to, move.amount.minor],
      [move.from, -move.amount.minor],
    ]),
  );

/**
 * What the provider charges for a dispute, by what it says now: it may give the fee back, or charge another one. Each
 * currency is booked apart.
 */
export function entriesForDisputeFee(
  { id, method }: BookedDispute,
  from: Money | null,
  to: Money | null,
  changeNo: number,
): LedgerEntry[] {
  const changes = new Map<Currency, bigint>();
  for (const [fee, sign] of [
    [from, -1n],
    [to, 1n],
  ] as const)
    if (fee) changes.set(fee.currency, (changes.get(fee.currency) ?? 0n) + sign * fee.minor);
  return [...changes].flatMap(([currency, minor]) =>
    entryOf(`dispute_fee/${id}/${changeNo}/${currency}`, 'dispute_fee', currency, [
      ['fees:disputes', minor],
      [`provider:${method}`, -minor],
    ]),
  );
}
