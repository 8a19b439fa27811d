/** Orders, tenders and usage: what their rows may say, and that money is whole and has a currency. */

import { describe, expect, test } from '@jest/globals';
import { reportUsage } from '../../db/order-reports.ts';
import { aMeasurement, anOrder, aTender, type BuiltOrder, noon } from './builders.ts';
import { refusalOf } from './refusals.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

describe('money in the schema', () => {
  test('every amount is a bigint, and stands beside a currency', async () => {
    const { rows } = await suite.db.raw<{ rows: { table: string; column: string; type: string; currency: boolean }[] }>(
      `select table_name as table, column_name as column, data_type as type,
         exists (select from information_schema.columns as beside where beside.table_schema = 'public'
           and beside.table_name = amounts.table_name and beside.column_name = 'currency') as currency
       from information_schema.columns as amounts
       where table_schema = 'public' and (column_name = 'minor' or column_name like '%\\_minor')`,
    );
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter((row) => row.type !== 'bigint' || !row.currency)).toEqual([]);
  });

  test('no column of ours is a float or a number of unknown scale', async () => {
    const { rows } = await suite.db.raw<{ rows: unknown[] }>(
      `select table_name, column_name from information_schema.columns
       where table_schema = 'public' and data_type in ('real', 'double precision', 'numeric', 'money')`,
    );
    expect(rows).toEqual([]);
  });
});

describe('orders and tenders', () => {
  test('a tender in another currency than its order’s is refused', async () => {
    const order = await anOrder(suite.db);
    const tender = suite.db('order_tenders').where({ order_id: order.id });
    expect(await refusalOf(tender.update({ currency: 'EUR' }))).toBe('order_tenders_order_id_currency_fkey');
  });

  test('an order’s currency cannot be changed once something paid for it', async () => {
    const order = await anOrder(suite.db);
    expect(await refusalOf(suite.db('orders').where({ id: order.id }).update({ currency: 'EUR' }))).toBe(
      'order_tenders_order_id_currency_fkey',
    );
  });

  test.each([
    ['more tax than amount', 'order_tenders_tax_inside', { tax_minor: 2000 }],
    ['a negative amount', 'order_tenders_amount_minor_check', { amount_minor: -1, tax_minor: 0 }],
    ['a capture that nobody read', 'order_tenders_read_whole', { read_at: null }],
    ['less captured than is committed', 'order_tenders_never_over', { committed_minor: 2000 }],
    ['a negative sum committed', 'order_tenders_committed_minor_check', { committed_minor: -1 }],
    ['a negative sum disputed', 'order_tenders_disputed_minor_check', { disputed_minor: -1 }],
    ['a method that there is not', 'order_tenders_method_check', { method: 'cash' }],
  ])('%s is refused', async (_what, constraint, change) => {
    const order = await anOrder(suite.db);
    expect(await refusalOf(suite.db('order_tenders').where({ order_id: order.id }).update(change))).toBe(constraint);
  });

  test.each([
    ['half a period', 'orders_period_whole', { period_from: noon }],
    ['a period that ends before it begins', 'orders_period_whole', { period_from: noon, period_until: new Date(0) }],
    ['a first purchase after the purchase', 'orders_first_purchase_first', { purchased_at: new Date(0) }],
    ['a channel that there is not', 'orders_channel_check', { channel: 'word of mouth' }],
  ])('%s is refused', async (_what, constraint, change) => {
    const order = await anOrder(suite.db);
    expect(await refusalOf(suite.db('orders').where({ id: order.id }).update(change))).toBe(constraint);
  });

  test('an order does not renew itself', async () => {
    const order = await anOrder(suite.db);
    expect(await refusalOf(suite.db('orders').where({ id: order.id }).update({ renewal_of: order.id }))).toBe(
      'orders_renew_another',
    );
  });

  test('a shop’s reference names one order', async () => {
    const order = await anOrder(suite.db, [aTender(1n)]);
    const other = await anOrder(suite.db, [aTender(1n)]);
    expect(await refusalOf(suite.db('orders').where({ id: other.id }).update({ ref: order.ref }))).toBe(
      'orders_ref_key',
    );
  });
});

describe('usage', () => {
  const usage = (order: BuiltOrder, usedBytes: string) =>
    suite.db.transaction((trx) => reportUsage(trx, aMeasurement(order.id, { usedBytes })));

  test('the same instant reported again corrects its one row', async () => {
    const order = await anOrder(suite.db);
    await usage(order, '100');
    await usage(order, '90');
    expect(await suite.db('usage_reports').where({ order_id: order.id }).select('used_bytes')).toEqual([
      { used_bytes: '90' },
    ]);
  });

  test('twenty reports of one instant at once leave one row', async () => {
    const order = await anOrder(suite.db);
    await Promise.all(Array.from({ length: 20 }, (_, index) => usage(order, String(index))));
    expect(await suite.db('usage_reports').where({ order_id: order.id })).toHaveLength(1);
  });

  test('less than nothing is refused', async () => {
    expect(await refusalOf(usage(await anOrder(suite.db), '-1'))).toBe('usage_reports_used_bytes_check');
  });
});
