/** Lists cost what their page costs: the same few statements, each by an index, however long the desk has been busy. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { listCreditNotes } from '../../db/credit-notes.ts';
import type { Page } from '../../db/cursor.ts';
import { listDisputeViews } from '../../db/dispute-views.ts';
import { listLedger } from '../../db/ledger-list.ts';
import { listOrders } from '../../db/order-list.ts';
import { listUncosted } from '../../db/payout-costs.ts';
import { listExportedPayouts } from '../../db/payout-export.ts';
import { listPayoutViews, type PayoutFilter, payoutOrders } from '../../db/payout-list.ts';
import { readPayoutCells } from '../../db/payout-sums.ts';
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

const now = new Date('2026-02-01T00:00:00Z');

const seenThen = {
  egress: '198.18.160.0/24',
  from: new Date('2026-01-01T10:00:00Z'),
  until: new Date('2026-01-01T10:00:20Z'),
};

const payoutFilters: readonly (readonly [string, Omit<PayoutFilter, 'order'>])[] = [
  ['all', {}],
  ['in a state that most are in', { states: ['settled'] }],
  ['in a state that few are in', { states: ['approved'] }],
  ['in a state that none is in', { states: ['unknown'] }],
  ['in several states', { states: ['approved', 'failed', 'settled'] }],
  ['by a rail that most go by', { rail: 'card' }],
  ['by a rail that few go by', { rail: 'paypal' }],
  ['by a rail that none goes by', { rail: 'bank' }],
  ['of a method that few have', { method: 'paypal' }],
  ['in a currency that most are in', { currency: 'USD' }],
  ['in a currency that few are in', { currency: 'EUR' }],
  ['in a currency that none is in', { currency: 'JPY' }],
  ['in a cell of the sums', { states: ['settled'], rail: 'paypal', currency: 'USD' }],
  ['of some days', { from: new Date('2026-01-01T10:00:00Z'), until: new Date('2026-01-01T10:00:40Z') }],
  ['of one order', { orderRef: 'order-77' }],
  ['of an order that there is not', { orderRef: 'none' }],
  ['of one ticket', { ticket: '00000000-0000-7000-8005-00000000004d' }],
  ['of a ticket by its reference', { ticket: 'RD-2000' }],
  ['of one provider’s reference', { reference: 're_77123' }],
  ['of a bank’s reference', { reference: 'bank-7712' }],
  ['of a reference that there is not', { reference: 'no such' }],
  ['exceptions', { exceptions: true }],
  ['exceptions of one state, of few', { exceptions: true, states: ['failed'] }],
];
const tables = [
  'tickets',
  'disputes',
  'payouts',
  'orders',
  'order_tenders',
  'ledger_entries',
  'ledger_lines',
  'credit_notes',
];

const day = { from: new Date('2026-01-01T00:00:00Z'), until: new Date('2026-01-02T00:00:00Z') };

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
  ...payoutOrders.flatMap((order) =>
    payoutFilters.map(([name, filter]): (typeof lists)[number] => [
      'payouts',
      `${order}: ${name}`,
      (page) => listPayoutViews(long.db, { order, ...filter }, page, now),
    ]),
  ),
  ['tickets', 'that saw one exit', (page) => listTickets(long.db, staff, { seen: { egress: '198.18.1.1' } }, page)],
  ['tickets', 'that saw a range', (page) => listTickets(long.db, staff, { seen: { egress: '198.18.1.0/24' } }, page)],
  ['tickets', 'that saw a range in an hour', (page) => listTickets(long.db, staff, { seen: seenThen }, page)],
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
  ['ledger', 'all', (page) => listLedger(long.db, {}, page)],
  ['ledger', 'of one order', (page) => listLedger(long.db, { orderRef: 'order-77' }, page)],
  ['ledger', 'of an order that there is not', (page) => listLedger(long.db, { orderRef: 'none' }, page)],
  ['ledger', 'of one payout', (page) => listLedger(long.db, { payoutId: desk().payoutId }, page)],
  ['ledger', 'of an account that most are in', (page) => listLedger(long.db, { account: 'provider:card' }, page)],
  ['ledger', 'of an account that few are in', (page) => listLedger(long.db, { account: 'losses:disputes' }, page)],
  ['ledger', 'of an account that none is in', (page) => listLedger(long.db, { account: 'fees:refunds' }, page)],
  ['ledger', 'of a kind that most are', (page) => listLedger(long.db, { kind: 'grant' }, page)],
  ['ledger', 'of a kind that few are', (page) => listLedger(long.db, { kind: 'refunded_elsewhere' }, page)],
  ['ledger', 'of a kind that none is', (page) => listLedger(long.db, { kind: 'dispute_lost' }, page)],
  [
    'ledger',
    'of a kind that few are, in an account that most are in',
    (page) => listLedger(long.db, { account: 'provider:card', kind: 'refunded_elsewhere' }, page),
  ],
  [
    'ledger',
    'of a kind that none is, in an account that most are in',
    (page) => listLedger(long.db, { account: 'provider:card', kind: 'dispute_lost' }, page),
  ],
  ['ledger', 'of a day', (page) => listLedger(long.db, day, page)],
  ['ledger', 'of an account on a day', (page) => listLedger(long.db, { account: 'refunds', ...day }, page)],
  ['exported payouts', 'of a day', (page) => listExportedPayouts(long.db, day, page)],
  [
    'exported payouts',
    'of a day in one state',
    (page) => listExportedPayouts(long.db, { ...day, state: 'approved' }, page),
  ],
  ['credit notes', 'all', (page) => listCreditNotes(long.db, staff, {}, page)],
  ['credit notes', 'of one order', (page) => listCreditNotes(long.db, staff, { orderRef: 'order-77' }, page)],
  ['credit notes', 'of a customer’s account', (page) => listCreditNotes(long.db, customer(1), {}, page)],
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
        for (const table of tables) {
          expect({ table, whole: scansWhole(plan, table) }).toEqual({ table, whole: false });
          expect(rowsRead(plan, table)).toBeLessThanOrEqual(rowsReadMax(filter));
        }
      }
      cursor = (await pageOf(list, page)).next;
      if (cursor === null) break;
    }
  });

  test('the sums of all payouts are read from an index alone, in one statement', async () => {
    const sent = await statementsOf(long.db, () => readPayoutCells(long.db, now));
    expect(sent).toHaveLength(1);
    await long.db.raw('vacuum payouts');
    const plan = sent[0] ? await planOf(long.url, sent[0]) : [];
    const whole = plan.filter(
      (node) => node['Relation Name'] === 'payouts' && node['Actual Rows'] * node['Actual Loops'] > rows / 2,
    );
    expect(whole.map((node) => node['Node Type'])).toEqual(['Index Only Scan']);
    expect(scansWhole(plan, 'payouts')).toBe(false);
  });

  test('M7: what ended in a look’s time is asked for its cost by an index', async () => {
    const window = { from: new Date('2026-01-01T10:00:00Z'), until: new Date('2026-01-01T10:05:00Z') };
    const [statement] = await statementsOf(long.db, () => listUncosted(long.db, { rail: 'card', ...window }));
    if (!statement) throw new Error('the list sent nothing');
    const plan = await planOf(long.url, statement);
    expect(scansWhole(plan, 'payouts')).toBe(false);
    expect(rowsRead(plan, 'payouts')).toBeLessThanOrEqual(300);
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
        () => pageOf((given) => listPayoutViews(db, { order: 'urgent' }, given, now), page),
        () => pageOf((given) => listOrders(db, staff, {}, given), page),
        () => pageOf((given) => listDisputeViews(db, {}, given), page),
        () => pageOf((given) => listLedger(db, {}, given), page),
        () => pageOf((given) => listCreditNotes(db, staff, {}, given), page),
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
      { shown: 3, statements: 1 },
      { shown: 3, statements: 1 },
      { shown: 60, statements: 1 },
      { shown: 60, statements: 1 },
      { shown: 60, statements: 2 },
      { shown: 60, statements: 1 },
      { shown: 60, statements: 1 },
      { shown: 60, statements: 1 },
    ]);
  });
});
