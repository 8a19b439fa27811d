/** The finance board over HTTP: what is shown first, what narrows it, pages that stand while payouts move, and sums. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { payoutStates } from '../../domain/payout.ts';
import { ageBuckets } from '../../domain/payout-age.ts';
import { aBoard, type Board, type BoardRow } from '../db/board-rows.ts';
import { type Json, listIn, objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

let desk: Desk;
let finance: Person;
let board: Board;

beforeAll(async () => {
  desk = await startDesk();
  finance = await desk.signedIn('finance');
  board = await aBoard(desk.db);
});
afterAll(() => desk.close());

const clear = () =>
  desk.db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx('payouts').delete();
  });
beforeEach(clear);

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const dayMinutes = 24 * 60;

const list = async (query: string): Promise<Json[]> =>
  listIn((await finance.get(`/v1/payouts?${query}`)).json, 'items');
const idsOf = async (query: string) => (await list(query)).map(({ id }) => id);

/** One of each kind of trouble, and some without; the oldest first. */
const mixed = (): BoardRow[] => [
  { state: 'settled', since: minutesAgo(9 * dayMinutes) },
  { state: 'granted', since: minutesAgo(8 * dayMinutes) },
  { state: 'returned', since: minutesAgo(7 * dayMinutes) },
  { state: 'approved', since: minutesAgo(2 * dayMinutes) },
  { state: 'sent', since: minutesAgo(dayMinutes), reason: 'requires_action' },
  { state: 'sending', since: minutesAgo(30) },
  { state: 'approved', since: minutesAgo(20), reason: 'inquiry' },
  { state: 'unknown', since: minutesAgo(10) },
  { state: 'sending', since: minutesAgo(5) },
  { state: 'sent', since: minutesAgo(4), reason: 'insufficient_funds' },
  { state: 'failed', since: minutesAgo(3) },
  { state: 'cancelled', since: minutesAgo(2) },
];

describe('the list', () => {
  test('shows what finance must look at first, each with its reason and age, and then what has waited longest', async () => {
    await board.add(mixed());
    const shown = await list('');
    expect(shown.map((payout) => [payout['exception'], payout['state'], payout['age']])).toEqual([
      ['returned', 'returned', 'under_10_days'],
      ['late', 'approved', 'under_3_days'],
      ['requires_action', 'sent', 'under_3_days'],
      ['late', 'sending', 'under_1_hour'],
      ['held', 'approved', 'under_1_hour'],
      ['unknown', 'unknown', 'under_1_hour'],
      ['insufficient_funds', 'sent', 'under_1_hour'],
      ['failed', 'failed', 'under_1_hour'],
      [null, 'settled', 'under_10_days'],
      [null, 'granted', 'under_10_days'],
      [null, 'sending', 'under_1_hour'],
      [null, 'cancelled', 'under_1_hour'],
    ]);
    expect(await idsOf('exceptions=true')).toEqual(shown.slice(0, 8).map(({ id }) => id));
    const byAge = (left: Json, right: Json) => String(right['createdAt']).localeCompare(String(left['createdAt']));
    expect(await idsOf('sort=newest')).toEqual([...shown].sort(byAge).map(({ id }) => id));
    expect(new Set(await idsOf('sort=newest&exceptions=true'))).toEqual(new Set(shown.slice(0, 8).map(({ id }) => id)));
  });

  test.each(['urgent', 'newest'])('sorted by %s, is narrowed by each filter, and by several at once', async (sort) => {
    const [card, paypal, euro, settled, crypto] = await board.add([
      { state: 'granted', since: minutesAgo(50) },
      { state: 'granted', since: minutesAgo(40), rail: 'paypal' },
      { state: 'approved', since: minutesAgo(30), currency: 'EUR' },
      { state: 'settled', since: minutesAgo(20), providerRef: 're_abcdef_1', bankRef: '7400%000001' },
      { state: 'failed', since: minutesAgo(10), rail: 'manual' },
    ]);
    const found = async (query: string) => new Set(await idsOf(`sort=${sort}&${query}`));
    const since = (minutes: number) => minutesAgo(minutes).toISOString();
    const { ground } = board;
    const { number }: { number: string } = await desk.db('tickets').where({ id: ground.ticketId }).first('number');
    for (const [query, ids] of [
      ['state=granted', [card, paypal]],
      ['state=granted&state=failed', [card, paypal, crypto]],
      ['rail=paypal', [paypal]],
      ['rail=manual', [crypto]],
      ['method=crypto', [crypto]],
      ['method=card', [card, euro, settled]],
      ['method=card&rail=manual', []],
      ['currency=EUR', [euro]],
      [`from=${since(35)}`, [euro, settled, crypto]],
      [`until=${since(35)}`, [card, paypal]],
      [`from=${since(45)}&until=${since(35)}`, [paypal]],
      [`ticket=${ground.ticketId}`, [card, paypal, euro, settled, crypto]],
      [`ticket=RD-${number}&state=settled`, [settled]],
      ['ticket=RD-999999', []],
      [`orderRef=${ground.order.ref}&rail=card`, [card, euro, settled]],
      ['orderRef=nothing', []],
      ['reference=re_abcdef', [settled]],
      ['reference=7400%250', [settled]],
      ['reference=7400_0', []],
      ['exceptions=true', [crypto]],
      ['exceptions=true&rail=card', []],
      ['state=granted&rail=card&currency=USD', [card]],
    ] as const)
      expect([query, await found(query)]).toEqual([query, new Set(ids)]);
  });

  test.each([
    'state=lost',
    'sort=oldest',
    'reference=short',
    'ticket=1001',
    'currency=usd',
    'from=yesterday',
    'exceptions=yes',
    'cursor=AAAA',
    'method=cash',
  ])('refuses %s', async (query) => {
    const answer = await finance.get(`/v1/payouts?${query}`);
    expect([answer.status, answer.json.id]).toEqual([422, 'request-invalid']);
  });

  test('refuses the cursor of the other order', async () => {
    await board.add([1, 2].map((minutes) => ({ state: 'granted' as const, since: minutesAgo(minutes) })));
    const { json } = await finance.get('/v1/payouts?limit=1');
    expect((await finance.get(`/v1/payouts?sort=newest&cursor=${text(json['next'])}`)).status).toBe(422);
    expect((await finance.get(`/v1/payouts?cursor=${text(json['next'])}`)).status).toBe(200);
  });
});

const drawnRow = fc.record({
  state: fc.constantFrom(...payoutStates),
  rail: fc.constantFrom('card' as const, 'paypal' as const, 'bank' as const),
  currency: fc.constantFrom('USD' as const, 'EUR' as const),
  minor: fc.bigInt(1n, 10n ** 12n),
  minutes: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 600, max: 20_000 })),
  reason: fc.constantFrom(null, 'processing', 'insufficient_funds', 'requires_action'),
});

const rowOf = ({ minutes, ...row }: { minutes: number } & Omit<BoardRow, 'since'>): BoardRow => ({
  ...row,
  since: minutesAgo(minutes),
});

describe('pages', () => {
  test.each(['urgent', 'newest'])(
    'sorted by %s, show each payout that stands still exactly once and in order, and lose none that moves meanwhile',
    async (sort) => {
      const moves = fc.array(fc.record({ of: fc.nat(39), hold: fc.boolean() }), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(fc.array(drawnRow, { minLength: 10, maxLength: 40 }), moves, async (drawn, moved) => {
          await clear();
          const ids = await board.add(drawn.map(rowOf));
          const before = await idsOf(`sort=${sort}&limit=100`);
          const touched = new Set<string>();
          const shown: string[] = [];
          let cursor = '';
          do {
            const { json } = await finance.get(`/v1/payouts?sort=${sort}&limit=4${cursor}`);
            shown.push(...listIn(json, 'items').map(({ id }) => id));
            cursor = typeof json['next'] === 'string' ? `&cursor=${json['next']}` : '';
            const move = moved.pop();
            const id = move && ids[move.of % ids.length];
            if (id && (await change(id, move.hold))) touched.add(id);
          } while (cursor !== '');
          const still = (id: string) => !touched.has(id);
          expect(shown.filter(still)).toEqual(before.filter(still));
          expect(new Set(shown)).toEqual(new Set(ids));
        }),
        { numRuns: 25 },
      );
    },
    120_000,
  );
});

/** Moves a payout on, or holds it back, as the stores would; answers whether it could. */
async function change(id: string, hold: boolean): Promise<boolean> {
  const at = new Date();
  const open = desk.db('payouts').where({ id });
  if (hold) {
    const held = { reason: 'inquiry', updated_at: at };
    return (await open.whereIn('state', ['granted', 'approved']).update(held)) === 1;
  }
  const moved = { state: 'unknown', reason: 'timeout', sending_at: at, updated_at: at };
  return (await open.whereIn('state', ['approved', 'sending']).update(moved)) === 1;
}

const queryOf = (query: Record<string, unknown>): string =>
  new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, text(value)])).toString();

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const sum = (payouts: readonly Json[]): string =>
  payouts.reduce((total, payout) => total + BigInt(String(objectIn(payout, 'amount')['minor'])), 0n).toString();

describe('the sums', () => {
  test('are those of the rows, whatever the rows are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawnRow, { maxLength: 40 }), async (drawn) => {
        await clear();
        await board.add(drawn.map(rowOf));
        const rows = await list('limit=100');
        const { json } = await finance.get('/v1/payouts/sums');
        const cells = listIn(json, 'cells');
        expect(cells.reduce((count, cell) => count + Number(cell['count']), 0)).toBe(rows.length);
        for (const cell of cells) {
          const { currency } = objectIn(cell, 'sum');
          const own = await list(`limit=100&${queryOf({ state: cell['state'], rail: cell['rail'], currency })}`);
          expect({ ...cell }).toEqual({
            state: cell['state'],
            rail: cell['rail'],
            count: own.length,
            sum: { minor: sum(own), currency },
            exceptions: own.filter((payout) => payout['exception'] !== null).length,
            ages: ageBuckets
              .map((age) => ({ age, aged: own.filter((payout) => payout['age'] === age) }))
              .filter(({ aged }) => aged.length > 0)
              .map(({ age, aged }) => ({ age, count: aged.length, sum: { minor: sum(aged), currency } })),
            oldestSince: own.map((payout) => String(payout['since'])).sort()[0],
          });
        }
        for (const proof of listIn(json, 'proven')) {
          const { currency, minor } = objectIn(proof, 'settled');
          expect(proof).toMatchObject({ asOf: null, proven: { minor: '0', currency } });
          expect(minor).toBe(sum(await list(`limit=100&${queryOf({ state: 'settled', currency })}`)));
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test('S5: name what finance must bring to a provider whose balance is too low, and each such payout waits for that', async () => {
    const since = minutesAgo(90);
    await board.add([
      { state: 'sent', since, reason: 'insufficient_funds', minor: 1999n },
      { state: 'failed', since: minutesAgo(30), reason: 'insufficient_funds', minor: 1n },
      { state: 'sent', since, reason: 'processing', minor: 500n },
    ]);
    const { json } = await finance.get('/v1/payouts/sums');
    expect(json['topUps']).toEqual([
      { rail: 'card', needed: { minor: '2000', currency: 'USD' }, payouts: 2, since: since.toISOString() },
    ]);
    const waits = (await list('exceptions=true')).map((payout) => objectIn(payout, 'waits'));
    expect(waits.map((wait) => [wait['for'], wait['owner']])).toEqual([
      ['top_up', 'finance'],
      ['top_up', 'finance'],
    ]);
  });

  test('are nothing where there is nothing', async () => {
    expect((await finance.get('/v1/payouts/sums')).json).toMatchObject({ cells: [], proven: [], topUps: [] });
  });
});
