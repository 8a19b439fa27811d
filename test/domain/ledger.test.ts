/** The books always balance and follow from the payouts' states alone, whatever happens and however often it is told. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  entriesForPayout,
  entriesForTender,
  type LedgerAccount,
  type LedgerEntry,
  type LedgerLine,
} from '../../domain/ledger.ts';
import { money } from '../../domain/money.ts';
import {
  frees,
  mayMove,
  type PayoutState,
  payoutStates,
  payoutTransitions,
  reduceReport,
} from '../../domain/payout.ts';
import type { OutcomeUnknown, RailReport, TenderMethod } from '../../domain/rail.ts';

type Report = RailReport | OutcomeUnknown;

interface Payout {
  readonly id: string;
  readonly method: TenderMethod;
  readonly minor: bigint;
  readonly tax: bigint;
  state: PayoutState;
}

/** Books as the database keeps them: an entry whose key is there already changes nothing. */
class Books {
  readonly entries = new Map<string, LedgerEntry>();

  book(entries: readonly LedgerEntry[]): number {
    const fresh = entries.filter((entry) => !this.entries.has(entry.key));
    for (const entry of fresh) this.entries.set(entry.key, entry);
    return fresh.length;
  }

  /** Debits less credits. */
  balance(account: LedgerAccount): bigint {
    return this.lines()
      .filter((line) => line.account === account)
      .reduce((sum, { side, amount }) => (side === 'debit' ? sum + amount.minor : sum - amount.minor), 0n);
  }

  accounts(): LedgerAccount[] {
    return [...new Set(this.lines().map(({ account }) => account))];
  }

  private lines(): LedgerLine[] {
    return [...this.entries.values()].flatMap(({ lines }) => lines);
  }
}

type Happening = { readonly of: number } & ({ readonly report: Report } | { readonly move: PayoutState });

const reports: readonly Report[] = [
  { status: 'sent', providerRef: 're_1' },
  { status: 'settled', providerRef: 're_1' },
  { status: 'failed', providerRef: 're_1', reason: 'declined' },
  { status: 'cancelled', providerRef: 're_1' },
  { status: 'unknown', reason: 'timeout' },
];

const happenings = (payouts: number): fc.Arbitrary<Happening[]> =>
  fc.array(
    fc.record({ of: fc.nat(payouts - 1) }).chain(({ of }) =>
      fc.oneof(
        fc.constantFrom(...reports).map((report) => ({ of, report })),
        fc.constantFrom<PayoutState>('approved', 'sending', 'cancelled', 'rehearsed').map((move) => ({ of, move })),
      ),
    ),
    { maxLength: 30 },
  );

const grants = fc.array(
  fc.record({
    method: fc.constantFrom<TenderMethod>('card', 'paypal', 'bank'),
    minor: fc.bigInt({ min: 1n, max: 10n ** 12n }),
    percent: fc.bigInt({ min: 0n, max: 100n }),
  }),
  { minLength: 1, maxLength: 4 },
);

const lives = grants.chain((granted) => happenings(granted.length).map((happened) => ({ granted, happened })));

const nextOf = (state: PayoutState, happening: Happening): PayoutState | null => {
  if ('report' in happening) return reduceReport(state, happening.report)?.state ?? null;
  return mayMove(state, happening.move) ? happening.move : null;
};

const entriesOf = (payout: Payout, from: PayoutState | null): LedgerEntry[] =>
  entriesForPayout(
    { ...payout, amount: money(payout.minor, 'USD'), tax: money(payout.tax, 'USD') },
    from,
    payout.state,
  );

const wordOf = (captured: bigint) => ({
  captured: money(captured, 'USD'),
  elsewhere: money(0n, 'USD'),
  elsewhereTax: money(0n, 'USD'),
});

/** Lives through everything that happens, and looks at the books after each step. */
function live(
  life: { granted: { method: TenderMethod; minor: bigint; percent: bigint }[]; happened: Happening[] },
  look: (books: Books, payouts: readonly Payout[]) => void,
): void {
  const books = new Books();
  const payouts = life.granted.map(
    (grant, index): Payout => ({
      ...grant,
      tax: (grant.minor * grant.percent) / 100n,
      id: `payout ${index}`,
      state: 'granted',
    }),
  );
  for (const method of ['card', 'paypal', 'bank'] as const)
    books.book(entriesForTender({ id: method, method }, null, wordOf(10n ** 13n), 1));
  for (const payout of payouts) books.book(entriesOf(payout, null));
  look(books, payouts);
  for (const happening of life.happened) {
    const payout = payouts[happening.of];
    const next = payout && nextOf(payout.state, happening);
    if (!payout || next === null || next === undefined) continue;
    const before = payout.state;
    payout.state = next;
    books.book(entriesOf(payout, before));
    look(books, payouts);
  }
}

const sumIn = (payouts: readonly Payout[], states: readonly PayoutState[], method?: TenderMethod): bigint =>
  payouts
    .filter((payout) => states.includes(payout.state) && (method === undefined || payout.method === method))
    .reduce((sum, payout) => sum + payout.minor, 0n);

const owed: readonly PayoutState[] = ['granted', 'approved', 'sending', 'unknown'];
const committed = payoutStates.filter((state) => !frees(state));

describe('the books', () => {
  test('balance after every step: debits and credits of all accounts make nothing', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (books) => {
          expect(books.accounts().reduce((sum, account) => sum + books.balance(account), 0n)).toBe(0n);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('follow from the payouts’ states: owed, on the way, held and spent are what the states say', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (books, payouts) => {
          expect(-books.balance('refunds_payable')).toBe(sumIn(payouts, owed));
          const taxes = payouts
            .filter(({ state }) => committed.includes(state))
            .reduce((sum, { tax }) => sum + tax, 0n);
          expect(books.balance('tax_refunded')).toBe(taxes);
          expect(books.balance('refunds')).toBe(sumIn(payouts, committed) - taxes);
          for (const method of ['card', 'paypal', 'bank'] as const) {
            expect(-books.balance(`transit:${method}`)).toBe(sumIn(payouts, ['sent'], method));
            expect(books.balance(`provider:${method}`)).toBe(10n ** 13n - sumIn(payouts, ['settled'], method));
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  test('W1: everything told twice at once is booked once', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const ends: [bigint, number][] = [];
        const twice = life.happened.flatMap((happening) => [happening, happening]);
        for (const happened of [life.happened, twice]) {
          let end: [bigint, number] = [0n, 0];
          live({ ...life, happened }, (books) => {
            end = [books.balance('refunds'), books.entries.size];
          });
          ends.push(end);
        }
        // A failure told twice still ends a settled payout once, and a move repeated is no move.
        expect(ends[1]).toEqual(ends[0]);
      }),
      { numRuns: 300 },
    );
  });

  test('each kind of entry exists at most once per payout, along every way through the table', () => {
    const walk = (path: readonly PayoutState[], keys: readonly string[]): void => {
      const state = path.at(-1) as PayoutState;
      for (const next of payoutTransitions[state]) {
        // `unknown` and `sending` may alternate for ever; twice round is enough to see a repetition.
        if (path.filter((seen) => seen === next).length > 1) continue;
        const payout: Payout = { id: 'p', method: 'card', minor: 1n, tax: 0n, state: next };
        const longer = [...keys, ...entriesOf(payout, state).map((entry) => entry.key)];
        expect(new Set(longer).size).toBe(longer.length);
        walk([...path, next], longer);
      }
    };
    const first: Payout = { id: 'p', method: 'card', minor: 1n, tax: 0n, state: 'granted' };
    walk(
      ['granted'],
      entriesOf(first, null).map((entry) => entry.key),
    );
  });

  test('a payout that has ended without money leaves every account but the captures’ at nothing', () => {
    for (const end of payoutStates.filter(frees)) {
      for (const before of payoutStates.filter((state) => mayMove(state, end))) {
        const books = new Books();
        const payout: Payout = { id: 'p', method: 'card', minor: 70n, tax: 12n, state: 'granted' };
        books.book(entriesOf(payout, null));
        books.book(entriesOf({ ...payout, state: before }, 'granted'));
        books.book(entriesOf({ ...payout, state: end }, before));
        for (const account of books.accounts())
          expect({ end, before, account, balance: books.balance(account) }).toEqual({
            end,
            before,
            account,
            balance: 0n,
          });
      }
    }
  });

  test('a change within one stage books nothing', () => {
    const payout: Payout = { id: 'p', method: 'card', minor: 1n, tax: 0n, state: 'unknown' };
    expect(entriesOf(payout, 'sending')).toEqual([]);
    expect(entriesOf({ ...payout, state: 'approved' }, 'granted')).toEqual([]);
    for (const state of payoutStates) expect(entriesOf({ ...payout, state }, state)).toEqual([]);
  });
});
