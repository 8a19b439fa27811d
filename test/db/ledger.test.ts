/** The books in Postgres: neither changed nor removed, each entry in balance when its transaction ends, each event once. */

import { describe, expect, test } from '@jest/globals';
import type { Transaction } from '../../db/database.ts';
import { bookEntries, readBalances } from '../../db/ledger.ts';
import { entryOf } from '../../domain/ledger.ts';
import { anOrder, aTender, type BuiltOrder, noon } from './builders.ts';
import { refusalOf } from './refusals.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const lineOf = (order: BuiltOrder) =>
  suite.db('ledger_lines').whereIn('entry_id', suite.db('ledger_entries').where({ order_id: order.id }).select('id'));

async function anEntry(trx: Transaction, order: BuiltOrder, key: string): Promise<string> {
  const rows: { id: string }[] = await trx('ledger_entries')
    .insert({ key, kind: 'capture', order_id: order.id, tender_id: order.tenders[0]?.id, at: noon })
    .returning('id');
  return rows[0]?.id ?? '';
}

const line = (entryId: string, position: number, side: string, minor: number, currency = 'USD') => ({
  entry_id: entryId,
  position,
  account: `account ${position}`,
  side,
  minor,
  currency,
  at: noon,
  entry_kind: 'capture',
});

describe('the ledger', () => {
  test('rows are neither changed nor removed, nor swept away with their table', async () => {
    const order = await anOrder(suite.db);
    const entries = () => suite.db('ledger_entries').where({ order_id: order.id });
    const lines = () => lineOf(order);
    expect(await refusalOf(entries().update({ kind: 'grant' }))).toMatch(/never changed or removed/);
    expect(await refusalOf(entries().delete())).toMatch(/never changed or removed/);
    expect(await refusalOf(lines().update({ minor: 1 }))).toMatch(/never changed or removed/);
    expect(await refusalOf(lines().delete())).toMatch(/never changed or removed/);
    for (const sweep of [
      'truncate ledger_lines',
      'truncate ledger_entries cascade',
      'truncate ledger_entries, ledger_lines',
    ])
      expect(await refusalOf(suite.db.raw(sweep))).toMatch(/never changed or removed/);
    expect(await lines()).toHaveLength(2);
  });

  test.each([
    ['with no lines', () => []],
    ['with one side only', (id: string) => [line(id, 1, 'debit', 5)]],
    ['a unit apart', (id: string) => [line(id, 1, 'debit', 5), line(id, 2, 'credit', 4)]],
    ['in balance only across currencies', (id: string) => [line(id, 1, 'debit', 5), line(id, 2, 'credit', 5, 'EUR')]],
  ])('an entry %s is refused when its transaction ends, and not before', async (what, lines) => {
    const order = await anOrder(suite.db);
    const reached: string[] = [];
    const booking = suite.db.transaction(async (trx) => {
      const id = await anEntry(trx, order, `${what} of ${order.id}`);
      const given: object[] = lines(id);
      if (given.length > 0) await trx('ledger_lines').insert(given);
      reached.push('the end');
    });
    expect(await refusalOf(booking)).toBe('ledger_entries_balance');
    expect(reached).toEqual(['the end']);
    expect(await suite.db('ledger_entries').where({ key: `${what} of ${order.id}` })).toEqual([]);
  });

  test('a line added later to an entry that was in balance is refused', async () => {
    const order = await anOrder(suite.db);
    const entry: { id: string } | undefined = await suite
      .db('ledger_entries')
      .where({ order_id: order.id })
      .first('id');
    expect(await refusalOf(suite.db('ledger_lines').insert(line(entry?.id ?? '', 3, 'debit', 1)))).toBe(
      'ledger_entries_balance',
    );
  });

  test('R9: a line of nothing, or of less, is refused', async () => {
    const order = await anOrder(suite.db);
    for (const minor of [0, -5]) {
      const booking = suite.db.transaction(async (trx) => {
        const id = await anEntry(trx, order, `minor ${minor} of ${order.id}`);
        await trx('ledger_lines').insert(line(id, 1, 'debit', minor));
      });
      expect(await refusalOf(booking)).toBe('ledger_lines_minor_check');
    }
  });

  test('an event is booked once by its key, also by ten at once and with another amount', async () => {
    const order = await anOrder(suite.db, [aTender(700n)]);
    const tenderId = order.tenders[0]?.id ?? '';
    const again = (minor: bigint) =>
      entryOf(`capture/${tenderId}`, 'capture', 'USD', [
        ['provider:card', minor],
        ['sales', -minor],
      ]).map((entry) => ({ entry, orderId: order.id, tenderId }));
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        suite.db.transaction((trx) => bookEntries(trx, again(BigInt(index + 1)), noon)),
      ),
    );
    expect(await readBalances(suite.db, order.id)).toEqual([
      { account: 'provider:card', currency: 'USD', standing: 'posted', minor: 700n },
      { account: 'sales', currency: 'USD', standing: 'posted', minor: -700n },
    ]);
  });

  test('amounts at the edge of what the desk takes are booked exactly', async () => {
    const order = await anOrder(suite.db, [aTender(999_999_999_999n)]);
    const balances = await readBalances(suite.db, order.id);
    expect(balances.map((balance) => balance.minor)).toEqual([999_999_999_999n, -999_999_999_999n]);
  });
});
