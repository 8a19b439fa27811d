/** The books over HTTP: finance's look into them, narrowed every way, and what a bookkeeper takes away. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations } from '../../contract/operations.ts';
import { recordCosts } from '../../db/payout-costs.ts';
import { money } from '../../domain/money.ts';
import type { PayoutCost } from '../../domain/rail.ts';
import { aTender, noon } from '../db/builders.ts';
import { aSettledClaim, atOnce, returnedReport, tell } from '../db/settled-claims.ts';
import { storeTold } from '../db/told-disputes.ts';
import { pdfPages, pdfText } from '../providers/pdf-text.ts';
import { type Json, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

let desk: Desk;
let finance: Person;
let claim: Awaited<ReturnType<typeof aSettledClaim>>;
let other: Awaited<ReturnType<typeof aSettledClaim>>;

const span = 'from=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z';

beforeAll(async () => {
  desk = await startDesk();
  finance = await desk.signedIn('finance');
  claim = await aSettledClaim(desk.db, [aTender(1999n, { taxMinor: 319n })]);
  other = await aSettledClaim(desk.db, [aTender(700n)]);
  const [tender] = other.order.tenders;
  if (tender) await storeTold(desk.db, tender, { ref: 'du_open', state: 'open', at: noon });
});
afterAll(() => desk.close());

const entriesOf = async (query: string): Promise<Json[]> =>
  listIn((await finance.get(`/v1/ledger?${query}`)).json, 'items');

const kindsOf = async (query: string): Promise<unknown[]> => (await entriesOf(query)).map(({ kind }) => kind);

describe('the ledger', () => {
  test('is told in the contract’s form, newest first, and the look is recorded', async () => {
    const answer = await finance.get('/v1/ledger');
    expect(operations.getLedger.answers[200].parse(answer.json)).toEqual(answer.json);
    const ids = listIn(answer.json, 'items').map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    const looks = await desk.db('access_log').where({ viewer_id: finance.id, operation: 'getLedger' });
    expect(looks.length).toBeGreaterThan(0);
  });

  test('is narrowed to an order, a payout, an account, a kind and a time', async () => {
    const { order, payouts } = claim;
    expect(await kindsOf(`orderRef=${order.ref}`)).toEqual(['payout_settled', 'payout_sent', 'grant', 'capture']);
    expect(await kindsOf(`payoutId=${payouts[0]?.id}`)).toEqual(['payout_settled', 'payout_sent', 'grant']);
    expect(await kindsOf(`account=tax_refunded`)).toEqual(['grant']);
    expect(await kindsOf(`orderRef=${order.ref}&account=transit:card`)).toEqual(['payout_settled', 'payout_sent']);
    expect(await kindsOf('account=provider:card&kind=capture')).toEqual(['capture', 'capture']);
    expect(await kindsOf('kind=dispute_opened')).toEqual(['dispute_opened']);
    expect(await kindsOf(`until=${noon.toISOString()}`)).toEqual([]);
    expect((await kindsOf(`account=sales&from=${noon.toISOString()}`)).length).toBe(2);
    expect(await kindsOf('orderRef=no-such-order')).toEqual([]);
  });

  test('tells an entry’s lines, each pending or posted, in balance', async () => {
    const [grant] = await entriesOf(`orderRef=${claim.order.ref}&kind=grant`);
    const usd = (minor: string) => ({ minor, currency: 'USD' });
    expect(grant?.['lines']).toEqual([
      { account: 'refunds', standing: 'posted', side: 'debit', amount: usd('1680') },
      { account: 'tax_refunded', standing: 'posted', side: 'debit', amount: usd('319') },
      { account: 'refunds_payable', standing: 'pending', side: 'credit', amount: usd('1999') },
    ]);
    const [opened] = await entriesOf('kind=dispute_opened');
    expect(opened).toMatchObject({ disputeRef: 'du_open', ticketId: null, payoutId: null });
  });

  test('pages follow one another without an entry lost or shown twice, also by account', async () => {
    for (const narrowed of ['', '&account=provider:card']) {
      const whole = (await entriesOf(`limit=100${narrowed}`)).map(({ id }) => id);
      const seen: string[] = [];
      let cursor = '';
      do {
        const { json } = await finance.get(`/v1/ledger?limit=2${narrowed}${cursor && `&cursor=${cursor}`}`);
        seen.push(...listIn(json, 'items').map(({ id }) => id));
        cursor = typeof json['next'] === 'string' ? json['next'] : '';
      } while (cursor !== '');
      expect(seen).toEqual(whole);
    }
  });

  test('balances tell what each account holds, of an order and of all', async () => {
    const answer = await finance.get(`/v1/ledger/balances?orderRef=${claim.order.ref}`);
    expect(operations.getLedgerBalances.answers[200].parse(answer.json)).toEqual(answer.json);
    const held = listIn(answer.json, 'items').filter(({ balance }) => (balance as { minor: string }).minor !== '0');
    expect(
      held.map(({ account, standing, balance }) => [account, standing, (balance as { minor: string }).minor]),
    ).toEqual([
      ['refunds', 'posted', '1680'],
      ['sales', 'posted', '-1999'],
      ['tax_refunded', 'posted', '319'],
    ]);
    const all = listIn((await finance.get('/v1/ledger/balances')).json, 'items');
    expect(all).toContainEqual({
      account: 'disputed:card',
      standing: 'pending',
      balance: { minor: '700', currency: 'USD' },
    });
    expect((await finance.get('/v1/ledger/balances?orderRef=none')).status).toBe(404);
  });

  test('is finance’s alone, and refuses filters that it does not know', async () => {
    const agent = await desk.signedIn('agent');
    for (const path of [
      '/v1/ledger',
      '/v1/ledger/balances',
      `/v1/exports/ledger?${span}`,
      `/v1/exports/payouts?${span}`,
    ]) {
      expect((await agent.get(path)).status).toBe(403);
      expect((await desk.stranger.get(path)).status).toBe(401);
    }
    expect((await finance.get('/v1/ledger?account=Provider')).status).toBe(422);
    expect((await finance.get('/v1/ledger?state=settled')).status).toBe(422);
  });
});

describe('exports', () => {
  test('the ledger as CSV: a row a line, whose debits and credits are the same sum', async () => {
    const answer = await finance.get(`/v1/exports/ledger?${span}`);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toContain('ledger-2026-11-01-2026-12-01.csv');
    const [head, ...rows] = answer.text
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','));
    expect(head?.join(' ')).toBe('entry at kind order ticket payout dispute account standing debit credit currency');
    const lines = await desk.db('ledger_lines').count({ rows: '*' }).first();
    expect(rows).toHaveLength(Number(lines?.['rows']));
    const cents = (column: number) => rows.reduce((sum, row) => sum + Number((row[column] || '0').replace('.', '')), 0);
    expect(cents(9)).toBe(cents(10));
    expect(cents(9)).toBeGreaterThan(0);
    const looks = await desk.db('access_log').where({ viewer_id: finance.id, operation: 'exportLedger' });
    expect(looks).toHaveLength(1);
  });

  test('M6, M7: payouts as CSV, with net, tax, the credit note and what they cost', async () => {
    const costs = [{ ref: 'txn_1', fee: money(35n, 'EUR'), exchangeLoss: money(-4n, 'EUR') }];
    const [{ id: payoutId } = { id: null }] = claim.payouts;
    if (payoutId === null) throw new Error('the claim has a payout');
    await recordCosts(desk.db, payoutId, costs, atOnce(noon));
    const { text } = await finance.get(`/v1/exports/payouts?${span}&state=settled`);
    const rows = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(','));
    expect(rows).toHaveLength(2);
    const own = rows.find(([id]) => id === payoutId);
    expect(own?.slice(9, 13)).toEqual(['16.80', '3.19', '19.99', 'USD']);
    expect(own?.slice(-10)).toEqual(['CN-000001', '', '0.35', '', 'EUR', '', '0.04', 'EUR', '', '']);
    expect((await finance.get(`/v1/payouts/${payoutId}`)).json).toMatchObject({
      costs: [
        { kind: 'fee', amount: { minor: '35', currency: 'EUR' } },
        { kind: 'exchange', amount: { minor: '-4', currency: 'EUR' } },
      ],
    });
    expect((await finance.get(`/v1/exports/payouts?${span}&state=unknown`)).text.trimEnd().split('\r\n')).toHaveLength(
      1,
    );
  });

  test('M6, M7: of costs in several currencies each has its place, also where another has nothing', async () => {
    const [{ id: payoutId } = { id: null }] = other.payouts;
    if (payoutId === null) throw new Error('the claim has a payout');
    const told = async (costs: readonly PayoutCost[]): Promise<unknown[] | undefined> => {
      await recordCosts(desk.db, payoutId, costs, atOnce(noon));
      const { text } = await finance.get(`/v1/exports/payouts?${span}&state=settled`);
      const rows = text.split('\r\n').map((row) => row.split(','));
      return rows.find(([id]) => id === payoutId)?.slice(-8, -2);
    };
    const both = [
      { ref: 'txn_1', fee: money(100n, 'EUR') },
      { ref: 'txn_2', fee: money(-200n, 'USD'), exchangeLoss: money(-5n, 'EUR') },
    ];
    expect(await told(both)).toEqual(['1.00 0.00', '0.00 2.00', 'EUR USD', '', '0.05', 'EUR']);
    expect(await told([{ ref: 'txn_3', fee: money(500n, 'USD') }])).toEqual([
      '1.00 3.00',
      '0.00 0.00',
      'EUR USD',
      '',
      '0.05',
      'EUR',
    ]);
  });

  test('payouts as PDF, with the sums of each state', async () => {
    const paper = await finance.get(`/v1/exports/payouts?${span}&format=pdf`);
    expect(paper.headers.get('content-type')).toBe('application/pdf');
    const told = pdfPages(paper.bytes).flat().join('\n');
    for (const words of ['Payouts 2026-11-01 to 2026-12-01', '19.99 USD', 'settled USD', '26.99 USD'])
      expect(told).toContain(words);
    // Broken wherever a line is full, as wide as its digits are.
    expect(told.replaceAll('\n', '')).toContain(claim.order.ref);
  });

  test('the ledger as PDF, each account summed, and all debits the same as all credits', async () => {
    const paper = await finance.get(`/v1/exports/ledger?${span}&format=pdf`);
    expect(paper.headers.get('content-disposition')).toContain('ledger-2026-11-01-2026-12-01.pdf');
    const told = pdfText(paper.bytes);
    const sumsOf = (name: string) =>
      [...told.matchAll(new RegExp(`${name} USD ([0-9.]+) USD`, 'g'))].map(([, sum]) => sum);
    const [debits, credits] = [sumsOf('all, debit'), sumsOf('all, credit')];
    expect(debits).toHaveLength(1);
    expect(debits).toEqual(credits);
    expect(told).toContain('refunds_payable, pending, debit USD 26.99 USD');
  });

  test('a provider’s reference cannot begin a formula in the bookkeeper’s program', async () => {
    await desk.db('payouts').where({ id: claim.payouts[0]?.id }).update({ bank_ref: '=HYPERLINK("http://x")' });
    const { text } = await finance.get(`/v1/exports/payouts?${span}`);
    expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
  });

  test.each([
    ['no end', 'from=2026-11-01T00:00:00Z'],
    ['an end before its beginning', 'from=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z'],
    ['more than a year', 'from=2024-11-01T00:00:00Z&until=2026-11-01T00:00:00Z'],
  ])('of %s is refused', async (_what, query) => {
    for (const what of ['ledger', 'payouts'])
      expect((await finance.get(`/v1/exports/${what}?${query}`)).status).toBe(422);
  });

  test('a payout that came back names the note that reverses its own', async () => {
    const { ticketId, payouts } = await aSettledClaim(desk.db, [aTender(500n)]);
    const payoutId = payouts[0]?.id;
    if (!payoutId) throw new Error('the claim has no payout');
    await tell(desk.db, { ticketId, payoutId }, returnedReport(payoutId));
    const { text } = await finance.get(`/v1/exports/payouts?${span}&state=returned`);
    const [columns = [], ...rows] = text
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','));
    const notes = ['credit note', 'reversed by'].map((name) => columns.indexOf(name));
    expect(rows.map((row) => notes.map((column) => row[column]))).toEqual([['CN-000003', 'CN-000004']]);
  });

  test('more than a paper holds is refused as PDF, and goes as CSV whole', async () => {
    await desk.db.transaction(async (trx) => {
      await trx.raw('set local session_replication_role = replica');
      await trx.raw(
        `insert into payouts (ticket_id, order_id, grant_id, tender_id, payout_no, key, method, rail, amount_minor, currency, state,
           decided_by, reason, ended_at, created_at, updated_at, state_since)
         select ticket_id, order_id, grant_id, tender_id, 1 + n, 'payout/' || order_id || '/' || 1 + n, method, rail, amount_minor, currency,
           'cancelled', decided_by, 'declined', created_at, created_at, created_at, created_at
         from payouts, generate_series(1, 2000) as n where id = ?`,
        [claim.payouts[0]?.id ?? ''],
      );
    });
    const refused = await finance.get(`/v1/exports/payouts?${span}&format=pdf`);
    expect([refused.status, refused.json]).toMatchObject([422, { type: expect.stringContaining('export-too-large') }]);
    const rows = (await finance.get(`/v1/exports/payouts?${span}`)).text.trimEnd().split('\r\n').slice(1);
    expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(2003);
  });
});
