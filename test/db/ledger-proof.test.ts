/** The proof of the books: silent where all is as it should be, and naming each order where a hand was at the rows. */

import { describe, expect, test } from '@jest/globals';
import { storeDispute, type ToldDispute } from '../../db/disputes.ts';
import { readBalances } from '../../db/ledger.ts';
import { type LedgerDifference, proveLedger } from '../../db/ledger-proof.ts';
import { lockTenders, storeCaptures } from '../../db/orders.ts';
import { recordCosts } from '../../db/payout-costs.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import { isPending } from '../../domain/ledger.ts';
import { money } from '../../domain/money.ts';
import type { RailReport } from '../../domain/rail.ts';
import { aDecidedClaim, anOrder, aTender, type BuiltClaim, type BuiltOrder, noon } from './builders.ts';
import { aSentClaim, atOnce } from './settled-claims.ts';
import { statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';
import { storeTold } from './told-disputes.ts';

const suite = openSuite();

/** A report of the claim's first payout. */
async function told({ ticketId }: BuiltClaim, report: RailReport): Promise<void> {
  const [payout] = await readTicketPayouts(suite.db, ticketId);
  if (payout) await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon);
}

const refOf = (what: string) => ({ providerRef: `re_${what}` });

async function elsewhere(order: BuiltOrder, minor: bigint, given: { captured?: bigint; disputeBars?: boolean } = {}) {
  await suite.db.transaction(async (trx) => {
    const tenders = await lockTenders(trx, order.id);
    const reads = tenders.map(({ id, amount_minor, currency }) => {
      const captured = money(given.captured ?? amount_minor, currency);
      const read = { captured, refundedElsewhere: money(minor, currency), disputeBars: given.disputeBars ?? false };
      return [id, read] as const;
    });
    await storeCaptures(trx, tenders, new Map(reads), noon);
  });
}

const balancesOf = async (order: BuiltOrder): Promise<Record<string, bigint>> => {
  const balances = await readBalances(suite.db, order.id);
  return Object.fromEntries(balances.filter(({ minor }) => minor !== 0n).map(({ account, minor }) => [account, minor]));
};

/** Past the triggers, as a fault of ours or a hand at the database would change rows. */
const tamper = (statement: string, bindings: Record<string, unknown>) =>
  suite.db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx.raw(statement, bindings as Record<string, string>);
  });

const about = (order: BuiltOrder, found: readonly LedgerDifference[]) =>
  found.filter(({ orderRef }) => orderRef === order.ref).map(({ what, expected, booked }) => [what, expected, booked]);

describe('every money event books, and the proof is silent', () => {
  test('M4: tax is split off at the grant in the order’s ratio, and comes back with what comes back (S1)', async () => {
    const claim = await aSentClaim(suite.db, 1000n, aTender(1999n, { taxMinor: 319n }));
    expect(await balancesOf(claim.order)).toMatchObject({ refunds: 840n, tax_refunded: 160n, refunds_payable: -1000n });
    await told(claim, { status: 'settled', ...refOf(claim.ticketId) });
    const settled = { 'provider:card': 999n, sales: -1999n, refunds: 840n, tax_refunded: 160n };
    expect(await balancesOf(claim.order)).toEqual(settled);
    await told(claim, { status: 'failed', ...refOf(claim.ticketId), reason: 'account_closed' });
    expect(await balancesOf(claim.order)).toEqual({ 'provider:card': 1999n, sales: -1999n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('M1: yen are booked as yen, with whole yen of tax', async () => {
    const order = await anOrder(suite.db, [aTender(5800n, { currency: 'JPY', taxMinor: 527n })]);
    await elsewhere(order, 580n);
    expect(await balancesOf(order)).toEqual({
      'provider:card': 5220n,
      sales: -5800n,
      refunds: 527n,
      tax_refunded: 53n,
    });
    expect((await readBalances(suite.db, order.id)).every(({ currency }) => currency === 'JPY')).toBe(true);
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('what went back elsewhere is booked when it is taken over, also when it falls and rises again', async () => {
    const order = await anOrder(suite.db, [aTender(1999n)]);
    for (const minor of [500n, 500n, 200n, 500n]) await elsewhere(order, minor);
    expect(await balancesOf(order)).toEqual({ 'provider:card': 1499n, sales: -1999n, refunds: 500n });
    expect(await suite.db('ledger_entries').where({ order_id: order.id, kind: 'refunded_elsewhere' })).toHaveLength(3);
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('R10: a capture that is corrected books the difference', async () => {
    const order = await anOrder(suite.db, [aTender(1999n)]);
    for (const captured of [1500n, 1999n, 1500n]) await elsewhere(order, 0n, { captured });
    expect(await balancesOf(order)).toEqual({ 'provider:card': 1500n, sales: -1500n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('D5: a dispute that is lost after a partial refund: both are in the books, and nothing is refundable', async () => {
    const claim = await aSentClaim(suite.db, 500n, aTender(1999n));
    await told(claim, { status: 'settled', ...refOf(claim.ticketId) });
    const [tender] = claim.order.tenders;
    if (!tender) throw new Error('the order has no tender');
    const tell = (state: 'open' | 'lost' | 'won', minutes: number) =>
      storeTold(suite.db, tender, { ref: 'du_5', state, at: new Date(noon.getTime() + minutes * 60_000) });
    await tell('open', 1);
    expect(await balancesOf(claim.order)).toMatchObject({
      'disputed:card': 1999n,
      'provider:card': -500n,
      refunds: 500n,
    });
    await tell('lost', 2);
    // W10: an older word changes nothing.
    await tell('open', 1);
    expect(await balancesOf(claim.order)).toEqual({
      'losses:disputes': 1999n,
      'provider:card': -500n,
      refunds: 500n,
      sales: -1999n,
    });
    expect(await proveLedger(suite.db)).toEqual([]);
    await tell('won', 3);
    expect(await balancesOf(claim.order)).toEqual({ 'provider:card': 1499n, refunds: 500n, sales: -1999n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('W2: a dispute whose end came first is booked as it stands, once', async () => {
    const order = await anOrder(suite.db);
    const [tender] = order.tenders;
    if (!tender) throw new Error('the order has no tender');
    const lost = { ref: 'du_2', state: 'lost' as const, at: noon };
    await Promise.all([storeTold(suite.db, tender, lost), storeTold(suite.db, tender, lost)]);
    expect(await balancesOf(order)).toEqual({ 'losses:disputes': 1999n, sales: -1999n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('D5, D6: two words of one second with other amounts, and a fee that is given back, leave the books as the dispute', async () => {
    const order = await anOrder(suite.db);
    const told = (seconds: number, given: Partial<ToldDispute>): ToldDispute => ({
      provider: 'stripe',
      providerRef: 'du_second',
      method: 'card',
      captureRefs: [order.tenders[0]?.capture_ref ?? ''],
      state: 'open',
      amount: money(1999n, 'USD'),
      toldAt: new Date(noon.getTime() + seconds * 1_000),
      ...given,
    });
    const hear = (word: ToldDispute) => suite.db.transaction((trx) => storeDispute(trx, word, noon));
    await hear(told(0, { cause: 'a', fee: money(1500n, 'USD') }));
    await hear(told(0, { cause: 'b', amount: money(1500n, 'USD') }));
    await hear(told(0, { cause: 'c', amount: money(1200n, 'USD') }));
    const { rows } = await suite.db.raw<{ rows: { held: string }[] }>(
      `select amount_minor::text as held from disputes where provider_ref = 'du_second'`,
    );
    expect((await balancesOf(order))['disputed:card']).toBe(BigInt(rows[0]?.held ?? 0));
    expect(await proveLedger(suite.db)).toEqual([]);
    await hear(told(9, { state: 'won', fee: money(0n, 'USD') }));
    expect(await balancesOf(order)).toEqual({ 'provider:card': 1999n, sales: -1999n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('D5: what the provider charges for a dispute is booked once, whenever it says so', async () => {
    const order = await anOrder(suite.db);
    const told = (minutes: number, fee?: bigint): ToldDispute => ({
      provider: 'stripe',
      providerRef: 'du_fee',
      method: 'card',
      captureRefs: [order.tenders[0]?.capture_ref ?? ''],
      state: 'open',
      amount: money(1999n, 'USD'),
      toldAt: new Date(noon.getTime() + minutes * 60_000),
      ...(fee === undefined ? {} : { fee: money(fee, 'USD') }),
    });
    for (const word of [told(1), told(2, 1500n), told(3, 1500n), told(4)])
      await suite.db.transaction((trx) => storeDispute(trx, word, noon));
    expect(await balancesOf(order)).toMatchObject({ 'fees:disputes': 1500n, 'disputed:card': 1999n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('M7: a provider’s fee on a refund is the seller’s own cost, also when it is told late and twice', async () => {
    const claim = await aSentClaim(suite.db, 1999n, aTender(1999n));
    const settled = { status: 'settled', ...refOf(claim.ticketId) } as const;
    await told(claim, settled);
    const [payout] = await readTicketPayouts(suite.db, claim.ticketId);
    if (!payout) throw new Error('the claim has a payout');
    const first = { ref: 'txn_1', fee: money(20n, 'USD'), exchangeLoss: money(-4n, 'EUR') };
    const all = [first, { ref: 'sale', fee: money(15n, 'USD') }];
    for (const costs of [null, [first], all, null, all]) await recordCosts(suite.db, payout.id, costs, atOnce(noon));
    const balances = await readBalances(suite.db, claim.order.id);
    expect(balances).toEqual(
      expect.arrayContaining([
        { account: 'fees:refunds', currency: 'USD', standing: 'posted', minor: 35n },
        { account: 'exchange_differences', currency: 'EUR', standing: 'posted', minor: -4n },
        { account: 'refunds', currency: 'USD', standing: 'posted', minor: 1999n },
        { account: 'provider:card', currency: 'USD', standing: 'posted', minor: -35n },
      ]),
    );
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('M7: a movement whose cost is told otherwise later is booked as before, and the proof names the payout', async () => {
    const claim = await aSentClaim(suite.db, 1999n, aTender(1999n));
    await told(claim, { status: 'settled', ...refOf(claim.ticketId) });
    const [payout] = await readTicketPayouts(suite.db, claim.ticketId);
    if (!payout) throw new Error('the claim has a payout');
    for (const minor of [20n, 25n])
      await recordCosts(suite.db, payout.id, [{ ref: 'txn_1', fee: money(minor, 'USD') }], atOnce(noon));
    expect(about(claim.order, await proveLedger(suite.db))).toEqual([['cost', 25n, 20n]]);
    await recordCosts(suite.db, payout.id, [{ ref: 'txn_1', fee: money(20n, 'USD') }], atOnce(noon));
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('R11: pending and posted are told apart, by the database as by the domain', async () => {
    const claim = await aDecidedClaim(suite.db, 500n, [aTender(1999n)]);
    const balances = await readBalances(suite.db, claim.order.id);
    expect(balances.filter(({ standing }) => standing === 'pending')).toEqual([
      { account: 'refunds_payable', currency: 'USD', standing: 'pending', minor: -500n },
    ]);
    const accounts = [
      'refunds_payable',
      'transit:card',
      'disputed:bank',
      'provider:card',
      'losses:disputes',
      'refunds',
    ];
    const { rows } = await suite.db.raw<{ rows: { account: string; standing: string }[] }>(
      'select account, ledger_standing(account) as standing from unnest(?::text[]) as account',
      [accounts],
    );
    for (const { account, standing } of rows)
      expect([account, standing]).toEqual([account, isPending(account) ? 'pending' : 'posted']);
  });
});

describe('a difference is named with its order', () => {
  test.each([
    ['committed', 'update order_tenders set committed_minor = committed_minor - 1 where order_id = :order', 499n, 500n],
    ['committed_tax', 'update order_tenders set committed_tax_minor = 7 where order_id = :order', 7n, 80n],
    ['elsewhere', 'update order_tenders set elsewhere_minor = 40 where order_id = :order', 40n, 0n],
    ['captured', 'update order_tenders set captured_minor = 1998 where order_id = :order', 1998n, 1999n],
    ['disputed', 'update order_tenders set disputed_minor = 1999 where order_id = :order', 1999n, 0n],
  ])('%s of a tender that the books do not say', async (what, statement, expected, booked) => {
    const { order } = await aDecidedClaim(suite.db, 500n, [aTender(1999n, { taxMinor: 319n })]);
    await tamper(statement, { order: order.id });
    expect(about(order, await proveLedger(suite.db))).toContainEqual([what, expected, booked]);
  });

  test('a payout that moved without its entry', async () => {
    const claim = await aSentClaim(suite.db, 500n, aTender(1999n));
    await tamper(`update payouts set state = 'sent', provider_ref = 're_1' where ticket_id = :ticket`, {
      ticket: claim.ticketId,
    });
    const found = (await proveLedger(suite.db)).filter(({ orderRef }) => orderRef === claim.order.ref);
    expect(found.map(({ what, account, expected, booked }) => [what, account, expected, booked])).toEqual(
      expect.arrayContaining([
        ['payout', 'refunds_payable', 0n, -500n],
        ['payout', 'transit:card', -500n, 0n],
      ]),
    );
  });

  test('I2: a line that was changed puts its entry and its currency out of balance', async () => {
    const order = await anOrder(suite.db, [aTender(70n, { currency: 'CHF' })]);
    await tamper(
      `update ledger_lines set minor = 60 where side = 'credit' and entry_id in (select id from ledger_entries where order_id = :order)`,
      { order: order.id },
    );
    const found = await proveLedger(suite.db);
    expect(about(order, found)).toEqual([['entry', 0n, 10n]]);
    expect(found).toContainEqual(
      expect.objectContaining({ what: 'currency', orderRef: null, currency: 'CHF', booked: 10n }),
    );
  });

  test('an entry without lines', async () => {
    const order = await anOrder(suite.db);
    await tamper(
      `insert into ledger_entries (key, kind, order_id, tender_id, at) select 'bare', 'capture', :order, id, now() from order_tenders where order_id = :order`,
      { order: order.id },
    );
    expect(about(order, await proveLedger(suite.db))).toEqual([['entry', 0n, 0n]]);
  });

  test('a dispute whose word was not booked', async () => {
    const order = await anOrder(suite.db);
    const [tender] = order.tenders;
    if (!tender) throw new Error('the order has no tender');
    await storeTold(suite.db, tender, { ref: 'du_9', state: 'open', at: noon });
    await tamper(`update disputes set state = 'lost', ended_at = now() where order_id = :order`, { order: order.id });
    expect(about(order, await proveLedger(suite.db))).toEqual([
      ['dispute', 0n, 1999n],
      ['dispute', 1999n, 0n],
    ]);
  });
});

test('the proof takes as many statements for many orders as for one', async () => {
  const count = async () =>
    (await statementsOf(suite.db, () => proveLedger(suite.db))).filter(({ sql }) => /^\s*(select|with)/i.test(sql))
      .length;
  const before = await count();
  for (let orders = 0; orders < 5; orders += 1) await aDecidedClaim(suite.db, 100n);
  expect([before, await count()]).toEqual([9, 9]);
});
