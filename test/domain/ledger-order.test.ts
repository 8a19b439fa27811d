/**
 * One order's books through everything that can happen to its money: in balance after each step, the order's balance follows
 * from them, and never does more go back than came in.
 */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRefusal } from '../../domain/errors.ts';
import { type DisputeState, disputeStates } from '../../domain/facts.ts';
import type { TenderId } from '../../domain/ids.ts';
import { entriesForPayout, entriesForTender, isPending, type LedgerEntry } from '../../domain/ledger.ts';
import { costOf, entriesForCosts } from '../../domain/ledger-costs.ts';
import {
  type DisputeWord,
  disputeStageOf,
  entriesForDispute,
  entriesForDisputeFee,
} from '../../domain/ledger-disputes.ts';
import { type Currency, type Money, money } from '../../domain/money.ts';
import { allocate } from '../../domain/order.ts';
import { frees, mayMove, type PayoutState } from '../../domain/payout.ts';
import { type TaxedTender, taxElsewhere, taxOfShares } from '../../domain/tax.ts';

const captured = { USD: 199_900n, JPY: 5_800n } as const;

interface Payout {
  readonly id: string;
  readonly amount: Money;
  readonly tax: Money;
  state: PayoutState;
}

const payoutMoves = ['approved', 'sending', 'unknown', 'sent', 'settled', 'failed', 'returned', 'cancelled'] as const;

const happenings = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('grant' as const), thousandths: fc.bigInt({ min: 1n, max: 1200n }) }),
    fc.record({ what: fc.constant('move' as const), of: fc.nat(5), to: fc.constantFrom(...payoutMoves) }),
    fc.record({ what: fc.constant('elsewhere' as const), thousandths: fc.bigInt({ min: 0n, max: 1000n }) }),
    fc.record({
      what: fc.constant('dispute' as const),
      state: fc.constantFrom(...disputeStates),
      // What it takes: nothing, where the provider bears it or our own refund ended it.
      thousandths: fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 1000n })),
    }),
    fc.record({
      what: fc.constant('cost' as const),
      of: fc.nat(5),
      ref: fc.constantFrom('txn', 'sale', 'back'),
      in: fc.constantFrom<Currency>('USD', 'JPY', 'EUR'),
      fee: fc.bigInt({ min: -500n, max: 500n }),
      loss: fc.bigInt({ min: -500n, max: 500n }),
    }),
  ),
  { maxLength: 40 },
);

/** An order of one tender, with its books as the database keeps them: a key that is there already books nothing. */
class Order {
  readonly entries = new Map<string, LedgerEntry>();
  readonly payouts: Payout[] = [];
  readonly whole: Money;
  elsewhere: Money;
  dispute: DisputeWord | null = null;
  readonly costs = new Map<string, { readonly fee: Money; readonly exchangeLoss: Money }>();
  private changes = 1;
  private words = 0;

  readonly currency: Currency;

  constructor(currency: Currency) {
    this.currency = currency;
    this.whole = money(captured[currency as 'USD' | 'JPY'], currency);
    this.elsewhere = money(0n, currency);
    this.book(entriesForTender({ id: 't', method: 'card' }, null, this.word(), this.changes));
  }

  book(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) if (!this.entries.has(entry.key)) this.entries.set(entry.key, entry);
  }

  balance(fits: (account: string) => boolean, currency?: Currency): bigint {
    return [...this.entries.values()]
      .flatMap(({ lines }) => lines)
      .filter(({ account, amount }) => fits(account) && amount.currency === (currency ?? amount.currency))
      .reduce((sum, { side, amount }) => (side === 'debit' ? sum + amount.minor : sum - amount.minor), 0n);
  }

  sumOf(fits: (state: PayoutState) => boolean, pick: (payout: Payout) => Money = ({ amount }) => amount): bigint {
    return this.payouts.filter(({ state }) => fits(state)).reduce((sum, payout) => sum + pick(payout).minor, 0n);
  }

  tender(): TaxedTender & { id: TenderId; problem: null; disputed: Money } {
    const of = (minor: bigint): Money => money(minor, this.currency);
    return {
      id: 't' as TenderId,
      method: 'card',
      problem: null,
      amount: this.whole,
      tax: of((this.whole.minor * 19n) / 119n),
      captured: this.whole,
      committed: of(this.sumOf((state) => !frees(state))),
      committedTax: of(
        this.sumOf(
          (state) => !frees(state),
          ({ tax }) => tax,
        ),
      ),
      elsewhere: this.elsewhere,
      elsewhereTax: taxElsewhere(this.bare(), this.elsewhere),
      // D1: while a dispute holds or has taken the money, nothing may be granted.
      disputed: this.dispute && disputeStageOf(this.dispute.state) !== 'none' ? this.whole : of(0n),
    };
  }

  grant(thousandths: bigint): void {
    const tender = this.tender();
    const amount = money((this.whole.minor * thousandths) / 1000n, this.currency);
    const shares = allocate(amount, [tender], () => true);
    if (isRefusal(shares)) return;
    for (const { amount: share } of shares) {
      const [tax] = taxOfShares([share], [tender]);
      if (!tax) throw new Error('a share has its tax');
      const payout: Payout = { id: `p${this.payouts.length}`, amount: share, tax, state: 'granted' };
      this.payouts.push(payout);
      this.book(entriesForPayout({ ...payout, method: 'card' }, null, 'granted'));
    }
  }

  move(of: number, to: PayoutState): void {
    const payout = this.payouts[of % Math.max(1, this.payouts.length)];
    if (!payout || !mayMove(payout.state, to)) return;
    const entries = entriesForPayout({ ...payout, method: 'card' }, payout.state, to);
    payout.state = to;
    // Told twice at once.
    this.book([...entries, ...entries]);
  }

  /** No more than a provider lets go beside what is ours. */
  refundElsewhere(thousandths: bigint): void {
    const before = this.word();
    const left = this.whole.minor - this.sumOf((state) => !frees(state));
    this.elsewhere = money((left * thousandths) / 1000n, this.currency);
    this.changes += 1;
    this.book(entriesForTender({ id: 't', method: 'card' }, before, this.word(), this.changes));
  }

  tell(state: DisputeState, thousandths: bigint): void {
    const word = { state, amount: money((this.whole.minor * thousandths) / 1000n, this.currency) };
    this.words += 1;
    const entries = entriesForDispute({ id: 'd', method: 'card' }, this.dispute, word, this.words);
    this.dispute = word;
    this.book([...entries, ...entries]);
  }

  /** What a movement costs is a fact of the provider's, told as often as it likes. */
  cost(of: number, ref: string, fee: Money, exchangeLoss: Money): void {
    const payout = this.payouts[of % Math.max(1, this.payouts.length)];
    if (!payout || this.costs.has(`${payout.id}/${ref}`)) return;
    this.costs.set(`${payout.id}/${ref}`, { fee, exchangeLoss });
    for (const times of [1, 2, 3])
      this.book(entriesForCosts({ ...payout, method: 'card' }, Array(times).fill({ ref, fee, exchangeLoss })));
  }

  private word() {
    return {
      captured: this.whole,
      elsewhere: this.elsewhere,
      elsewhereTax: taxElsewhere(this.bare(), this.elsewhere),
    };
  }

  private bare(): TaxedTender {
    const nothing = money(0n, this.currency);
    return {
      method: 'card',
      amount: this.whole,
      tax: money((this.whole.minor * 19n) / 119n, this.currency),
      captured: this.whole,
      committed: nothing,
      committedTax: nothing,
      elsewhere: nothing,
      elsewhereTax: nothing,
    };
  }
}

function happen(order: Order, happening: (typeof happenings extends fc.Arbitrary<infer Some> ? Some : never)[number]) {
  switch (happening.what) {
    case 'grant':
      return order.grant(happening.thousandths);
    case 'move':
      return order.move(happening.of, happening.to);
    case 'elsewhere':
      return order.refundElsewhere(happening.thousandths);
    case 'dispute':
      return order.tell(happening.state, happening.thousandths);
    case 'cost':
      return order.cost(
        happening.of,
        happening.ref,
        money(happening.fee, happening.in),
        money(happening.loss, happening.in),
      );
  }
}

const live = (look: (order: Order) => void): void =>
  fc.assert(
    fc.property(fc.constantFrom<Currency>('USD', 'JPY'), happenings, (currency, happened) => {
      const order = new Order(currency);
      for (const happening of happened) {
        happen(order, happening);
        look(order);
      }
    }),
    { numRuns: 400 },
  );

describe('one order’s books', () => {
  test('sum to nothing after every step, each entry by itself', () => {
    live((order) => {
      for (const currency of ['USD', 'JPY', 'EUR'] as const) expect(order.balance(() => true, currency)).toBe(0n);
      for (const { lines } of order.entries.values()) {
        const sum = lines.reduce(
          (all, { side, amount }) => (side === 'debit' ? all + amount.minor : all - amount.minor),
          0n,
        );
        expect(sum).toBe(0n);
      }
    });
  });

  test('D5, R11: the order’s balance follows: committed, elsewhere, disputed and lost are what the books say', () => {
    live((order) => {
      const { committed, committedTax, elsewhere, elsewhereTax } = order.tender();
      expect(order.balance((account) => account === 'refunds' || account === 'tax_refunded')).toBe(
        committed.minor + elsewhere.minor,
      );
      expect(order.balance((account) => account === 'tax_refunded')).toBe(committedTax.minor + elsewhereTax.minor);
      const stage = order.dispute ? disputeStageOf(order.dispute.state) : 'none';
      const amount = order.dispute?.amount.minor ?? 0n;
      expect(order.balance((account) => account === 'disputed:card')).toBe(stage === 'held' ? amount : 0n);
      expect(order.balance((account) => account === 'losses:disputes')).toBe(stage === 'lost' ? amount : 0n);
    });
  });

  test('M6, M7: costs are what was told, each movement once, in each currency, and touch neither what is owed nor the order', () => {
    live((order) => {
      const told = [...order.costs.values()];
      for (const currency of ['USD', 'JPY', 'EUR'] as const) {
        const of = (pick: (cost: (typeof told)[number]) => Money): bigint =>
          told
            .map(pick)
            .filter((amount) => amount.currency === currency)
            .reduce((all, { minor }) => all + minor, 0n);
        const fees = of(({ fee }) => fee);
        const losses = of(({ exchangeLoss }) => exchangeLoss);
        expect(order.balance((account) => account === 'fees:refunds', currency)).toBe(fees);
        expect(order.balance((account) => account === 'exchange_differences', currency)).toBe(losses);
      }
    });
  });

  test('R2: never does more go back than came in, whatever is granted, returned or refunded elsewhere', () => {
    live((order) => {
      const gone = order.sumOf((state) => !frees(state)) + order.elsewhere.minor;
      expect(gone <= order.whole.minor).toBe(true);
      const { tax } = order.tender();
      expect(order.balance((account) => account === 'tax_refunded') <= tax.minor + 1n).toBe(true);
    });
  });

  test('what is pending is owed, on its way or in dispute, and nothing else', () => {
    live((order) => {
      const open = order.sumOf((state) => !frees(state) && state !== 'settled');
      const held = order.dispute && disputeStageOf(order.dispute.state) === 'held' ? order.dispute.amount.minor : 0n;
      expect(order.balance(isPending)).toBe(held - open);
    });
  });

  test('a payout beside a dispute that is won, lost and won again ends where it would without it', () => {
    const order = new Order('USD');
    order.grant(250n);
    for (const state of ['approved', 'sending', 'settled'] as const) order.move(0, state);
    const before = order.balance((account) => account === 'provider:card');
    for (const state of ['inquiry', 'open', 'won', 'open', 'lost', 'won'] as const) order.tell(state, 1000n);
    expect(order.balance((account) => account === 'provider:card')).toBe(before);
    expect(order.balance((account) => account.includes('disput'))).toBe(0n);
  });
});

describe('costs', () => {
  const balances = (entries: readonly LedgerEntry[]) =>
    entries.flatMap(({ key, lines }) =>
      lines.map(({ account, side, amount }) => [key, account, side, amount.minor, amount.currency]),
    );

  const eur = (minor: bigint) => money(minor, 'EUR');
  const payout = { id: 'p', method: 'card' } as const;

  test('M7: what a refund cost is the seller’s, at the provider that took it', () => {
    expect(balances(entriesForCosts(payout, [{ ref: 'txn_1', fee: eur(35n) }]))).toEqual([
      ['refund_fee/p/txn_1', 'fees:refunds', 'debit', 35n, 'EUR'],
      ['refund_fee/p/txn_1', 'provider:card', 'credit', 35n, 'EUR'],
    ]);
  });

  test('M6: a loss or a gain by the rate of exchange is booked in the currency of settlement', () => {
    for (const [minor, side] of [
      [12n, 'debit'],
      [-12n, 'credit'],
    ] as const)
      expect(balances(entriesForCosts(payout, [{ ref: 't', exchangeLoss: eur(minor) }]))[0]).toEqual([
        'exchange_difference/p/t',
        'exchange_differences',
        side,
        12n,
        'EUR',
      ]);
  });

  test('of nothing nothing is booked', () => {
    expect(entriesForCosts(payout, [])).toEqual([]);
    expect(entriesForCosts(payout, [{ ref: 't', fee: eur(0n) }])).toEqual([]);
    expect(costOf('t', { fee: eur(0n), exchangeLoss: eur(0n) })).toEqual([]);
  });

  test('D5, M7: of a dispute’s fee the change is booked, also where the provider gives it back or charges another', () => {
    const dispute = { id: 'd', method: 'card' } as const;
    const usd = (minor: bigint) => money(minor, 'USD');
    const first = entriesForDisputeFee(dispute, null, usd(1500n), 1);
    expect(balances(first).map(([, account]) => account)).toEqual(['fees:disputes', 'provider:card']);
    expect(entriesForDisputeFee(dispute, usd(1500n), usd(1500n), 2)).toEqual([]);
    const back = entriesForDisputeFee(dispute, usd(1500n), usd(0n), 3);
    expect(back[0]?.lines).toEqual([
      { account: 'fees:disputes', side: 'credit', amount: usd(1500n) },
      { account: 'provider:card', side: 'debit', amount: usd(1500n) },
    ]);
    const other = entriesForDisputeFee(dispute, usd(1500n), money(1400n, 'EUR'), 4);
    expect(other.map(({ lines }) => lines[0]?.amount)).toEqual([usd(1500n), money(1400n, 'EUR')]);
    expect(new Set([...first, ...back, ...other].map(({ key }) => key)).size).toBe(4);
  });
});
