/** Lists cost what their page costs: the same few statements, each by an index, however long the desk has been busy. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from '../../db/cursor.ts';
import { listDisputeViews } from '../../db/dispute-views.ts';
import { listOrders } from '../../db/order-list.ts';
import { listPayoutViews } from '../../db/payout-views.ts';
import { listTickets } from '../../db/ticket-views.ts';
import type { Viewer } from '../../db/viewer.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { type BusyDesk, fillBusyDesk } from './list-rows.ts';
import { planOf, rowsRead, scansWhole, statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const long = openSuite();
const short = openSuite();
const rows = 100_000;
const limit = 25;
const staff: Viewer = { kind: 'staff', subjectId: '00000000-0000-7000-8001-000000000001' as SubjectId };

type List = (page: Page) => Promise<{ items: unknown[]; next: string | null } | Refusal>;

const pageOf = async (list: List, page: Page) => {
  const answer = await list(page);
  if (isRefusal(answer)) throw new Error(`the list was refused: ${answer.refused}`);
  return answer;
};

let busy: BusyDesk | undefined;
beforeAll(async () => {
  busy = await fillBusyDesk(long.db, rows);
  await fillBusyDesk(short.db, 3);
});

const desk = (): BusyDesk => {
  if (!busy) throw new Error('the rows are not there yet');
  return busy;
};

const customer = (accounts: number): Viewer => ({
  kind: 'customer',
  subjectId: staff.subjectId,
  accountIds: desk().accountIds.slice(0, accounts),
});

/** Every filter that the door offers, as the store's own call. */
const lists: readonly (readonly [string, string, (page: Page) => ReturnType<List>])[] = [
  ['tickets', 'all', (page) => listTickets(long.db, staff, {}, page)],
  ['tickets', 'in a phase that most are in', (page) => listTickets(long.db, staff, { phase: 'closed' }, page)],
  ['tickets', 'in a phase that few are in', (page) => listTickets(long.db, staff, { phase: 'deciding' }, page)],
  ['tickets', 'in a phase that none is in', (page) => listTickets(long.db, staff, { phase: 'gathering' }, page)],
  ['tickets', 'of a busy agent', (page) => listTickets(long.db, staff, { assignee: desk().busyAgentId }, page)],
  ['tickets', 'of a quiet agent', (page) => listTickets(long.db, staff, { assignee: desk().quietAgentId }, page)],
  ['tickets', 'of nobody yet', (page) => listTickets(long.db, staff, { assignee: 'none' }, page)],
  [
    'tickets',
    'of nobody yet in one phase',
    (page) => listTickets(long.db, staff, { assignee: 'none', phase: 'deciding' }, page),
  ],
  ['tickets', 'of one order', (page) => listTickets(long.db, staff, { orderRef: 'order-77' }, page)],
  ['tickets', 'of an order that there is not', (page) => listTickets(long.db, staff, { orderRef: 'none' }, page)],
  ['tickets', 'of a customer’s account', (page) => listTickets(long.db, customer(1), {}, page)],
  ['tickets', 'of a customer’s two accounts', (page) => listTickets(long.db, customer(2), {}, page)],
  ['tickets', 'of a customer in one phase', (page) => listTickets(long.db, customer(2), { phase: 'deciding' }, page)],
  ['tickets', 'of a customer without accounts', (page) => listTickets(long.db, customer(0), {}, page)],
  ['tickets', 'that are urgent, of which there are few', (page) => listTickets(long.db, staff, { urgent: true }, page)],
  ['disputes', 'all', (page) => listDisputeViews(long.db, {}, page)],
  ['disputes', 'in a state that most are in', (page) => listDisputeViews(long.db, { state: 'lost' }, page)],
  ['disputes', 'in a state that few are in', (page) => listDisputeViews(long.db, { state: 'open' }, page)],
  ['disputes', 'in a state that none is in', (page) => listDisputeViews(long.db, { state: 'inquiry' }, page)],
  ['disputes', 'of a kind that few are', (page) => listDisputeViews(long.db, { kind: 'early_fraud_warning' }, page)],
  [
    'disputes',
    'of a kind in a state that none is in',
    (page) => listDisputeViews(long.db, { kind: 'chargeback', state: 'won' }, page),
  ],
  ['payouts', 'all', (page) => listPayoutViews(long.db, {}, page)],
  ['payouts', 'in a state that most are in', (page) => listPayoutViews(long.db, { state: 'settled' }, page)],
  ['payouts', 'in a state that few are in', (page) => listPayoutViews(long.db, { state: 'approved' }, page)],
  ['payouts', 'in a state that none is in', (page) => listPayoutViews(long.db, { state: 'unknown' }, page)],
  ['orders', 'all', (page) => listOrders(long.db, staff, {}, page)],
  ['orders', 'of one reference', (page) => listOrders(long.db, staff, { ref: 'order-77' }, page)],
  ['orders', 'of a customer’s two accounts', (page) => listOrders(long.db, customer(2), {}, page)],
];

/**
 * A page reads its own rows and those of the filter's few. Several accounts at once have no index in their common order:
 * the database sorts their rows, or walks the newest of everybody until the page is full.
 */
const rowsReadMax = (filter: string): number => (filter.includes('two accounts') ? rows / 5 : 600);

describe(`with ${rows} rows, every page is found by an index`, () => {
  test.each(lists)('%s: %s', async (_table, filter, list) => {
    let cursor: string | null = null;
    for (let pages = 0; pages < 3; pages += 1) {
      const page: Page = { limit, cursor };
      const sent = await statementsOf(long.db, () => pageOf(list, page));
      for (const statement of sent) {
        const plan = await planOf(long.url, statement);
        for (const table of ['tickets', 'disputes', 'payouts', 'orders', 'order_tenders']) {
          expect({ table, whole: scansWhole(plan, table) }).toEqual({ table, whole: false });
          expect(rowsRead(plan, table)).toBeLessThanOrEqual(rowsReadMax(filter));
        }
      }
      cursor = (await pageOf(list, page)).next;
      if (cursor === null) break;
    }
  });

  test('a page far into the list reads no more than the first', async () => {
    const far = new Date(Date.parse('2026-01-01T00:00:00Z') + 500_000).toISOString();
    const cursor = Buffer.from(JSON.stringify([far, '00000000-0000-7000-8005-000000000000'])).toString('base64url');
    const [statement] = await statementsOf(long.db, () => listTickets(long.db, staff, {}, { limit, cursor }));
    if (!statement) throw new Error('the list sent nothing');
    expect(rowsRead(await planOf(long.url, statement), 'tickets')).toBeLessThanOrEqual(limit + 1);
  });
});

describe('pages', () => {
  test.each(lists.filter(([, filter]) => /few|quiet|nobody|two accounts/.test(filter)))(
    '%s %s: follow one another without a row lost or shown twice',
    async (_table, _filter, list) => {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await pageOf(list, { limit: 7, cursor });
        ids.push(...page.items.map((item) => (item as { id: string }).id));
        cursor = page.next;
      } while (cursor !== null && ids.length < 400);
      const whole = await pageOf(list, { limit: ids.length + 1, cursor: null });
      expect(ids.length).toBeGreaterThan(0);
      expect(ids).toEqual(whole.items.slice(0, ids.length).map((item) => (item as { id: string }).id));
    },
  );

  test('a list takes as many statements for three rows as for sixty', async () => {
    const page = { limit: 60, cursor: null };
    const costs = [];
    for (const { db } of [short, long]) {
      for (const list of [
        () => pageOf((given) => listTickets(db, staff, {}, given), page),
        () => pageOf((given) => listPayoutViews(db, {}, given), page),
        () => pageOf((given) => listOrders(db, staff, {}, given), page),
        () => pageOf((given) => listDisputeViews(db, {}, given), page),
      ]) {
        let shown = 0;
        const sent = await statementsOf(db, async () => {
          shown = (await list()).items.length;
        });
        costs.push({ shown, statements: sent.length });
      }
    }
    expect(costs).toEqual([
      { shown: 3, statements: 1 },
      { shown: 3, statements: 1 },
      { shown: 3, statements: 2 },
      { shown: 3, statements: 1 },
      { shown: 60, statements: 1 },
      { shown: 60, statements: 1 },
      { shown: 60, statements: 2 },
      { shown: 60, statements: 1 },
    ]);
  });
});
