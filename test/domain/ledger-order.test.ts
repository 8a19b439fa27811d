/**
 * One order's books through everything that can happen to its money: in balance after each step, the order's balance follows
 * from them, and never does more go back than came in.
 */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { takingOf } from '../../domain/dispute.ts';
import { isRefusal } from '../../domain/errors.ts';
import { type DisputeState, disputeStates } from '../../domain/facts.ts';
import type { TenderId } from '../../domain/ids.ts';
import { entriesForPayout, entriesForTender, isPending, type LedgerEntry } from '../../domain/ledger.ts';
import { entriesForCosts } from '../../domain/ledger-costs.ts';
import { type DisputeWord, disputeStageOf, entriesForDispute } from '../../domain/ledger-disputes.ts';
import { type Currency, type Money, money } from '../../domain/money.ts';
import { allocate } from '../../domain/order.ts';
import { frees, leftUs, mayMove, type PayoutState } from '../../domain/payout.ts';
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
      what: fc.constant('case' as const),
      state: fc.constantFrom('open', 'lost', 'won', 'prevented'),
      returned: fc.option(fc.bigInt({ min: 0n, max: 1000n })),
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
  /** A case beside it in which our own refunds count, as PayPal's do: what it took last, and how it was told. */
  shared: DisputeWord | null = null;
  private told: Parameters<typeof takingOf>[0] | null = null;
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
      disputed: this.isBarred() ? this.whole : of(0n),
    };
  }

  private isBarred(): boolean {
    return [this.dispute, this.shared].some((word) => word !== null && disputeStageOf(word.state) !== 'none');
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
    // A lost case bars what has not gone yet.
    if (!payout || !mayMove(payout.state, to) || (to === 'sending' && this.isBarred())) return;
    const entries = entriesForPayout({ ...payout, method: 'card' }, payout.state, to);
    payout.state = to;
    // Told twice at once.
    this.book([...entries, ...entries]);
    if (frees(to)) this.takeAnew();
  }

  /** What has left us, or may have, or went back elsewhere. */
  gone(): bigint {
    return this.sumOf(leftUs) + this.elsewhere.minor;
  }

  tellCase(state: 'open' | 'lost' | 'won' | 'prevented', thousandths: bigint | null): void {
    const wire = (minor: bigint) => ({ minor: minor.toString(), currency: this.currency });
    const isForBuyer = state === 'lost' || state === 'prevented';
    this.told = {
      state,
      amount: wire(this.whole.minor),
      returned: isForBuyer && thousandths !== null ? wire((this.whole.minor * thousandths) / 1000n) : null,
      includesRefunds: isForBuyer,
    };
    this.takeAnew();
  }

  private takeAnew(): void {
    if (this.told === null) return;
    const { state, takenMinor } = takingOf(this.told, this.whole.minor - this.gone());
    const word = { state, amount: money(takenMinor, this.currency) };
    this.words += 1;
    const entries = entriesForDispute({ id: 'pp', method: 'paypal' }, this.shared, word, this.words);
    this.shared = word;
    this.book([...entries, ...entries]);
  }

  /** No more than a provider lets go beside what is ours. */
  refundElsewhere(thousandths: bigint): void {
    const before = this.word();
    const left = this.whole.minor - this.sumOf((state) => !frees(state));
    this.elsewhere = money((left * thousandths) / 1000n, this.currency);
    this.changes += 1;
    this.book(entriesForTender({ id: 't', method: 'card' }, before, this.word(), this.changes));
    this.takeAnew();
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
    case 'case':
      return order.tellCase(happening.state, happening.returned);
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
      const taken = order.shared?.amount.minor ?? 0n;
      const ofCase = order.shared ? disputeStageOf(order.shared.state) : 'none';
      expect(order.balance((account) => account === 'disputed:paypal')).toBe(ofCase === 'held' ? taken : 0n);
      expect(order.balance((account) => account === 'losses:disputes')).toBe(
        (stage === 'lost' ? amount : 0n) + (ofCase === 'lost' ? taken : 0n),
      );
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

  test('R2, D5: our refunds and what such a case took are together never more than came in, in whatever order both come', () => {
    live((order) => {
      const taken = order.shared && disputeStageOf(order.shared.state) === 'lost' ? order.shared.amount.minor : 0n;
      expect(taken + (taken > 0n ? order.gone() : 0n) <= order.whole.minor).toBe(true);
    });
  });

  test('what is pending is owed, on its way or in dispute, and nothing else', () => {
    live((order) => {
      const open = order.sumOf((state) => !frees(state) && state !== 'settled');
      const held = order.dispute && disputeStageOf(order.dispute.state) === 'held' ? order.dispute.amount.minor : 0n;
      const ofCase = order.shared && disputeStageOf(order.shared.state) === 'held' ? order.shared.amount.minor : 0n;
      expect(order.balance(isPending)).toBe(held + ofCase - open);
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
