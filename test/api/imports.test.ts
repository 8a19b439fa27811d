/** Files of CSV: what stands is left as it is, what is contrary is told by line and column, and a dry run writes nothing. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { proveLedger } from '../../db/ledger-proof.ts';
import { importRowsMax } from '../../domain/limits.ts';
import { type Answer, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { aRef, file, orderHeader, past, pastHeader, row } from './import-rows.ts';
import { anOrder, createTicket, putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let admin: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  admin = await desk.signedIn('admin');
  service = await desk.signedIn('service');
});
afterAll(() => desk.close());

const send = (kind: string, raw: string | Uint8Array, dryRun = false, type = 'text/csv; charset=utf-8') =>
  admin.send('POST', `/v1/imports/${kind}?dryRun=${dryRun}`, { raw, key: null, headers: { 'Content-Type': type } });

const said = (answer: Answer) => [answer.status, answer.json['id']];
const counts = ({ json }: Answer) => [json['taken'], json['unchanged'], json['refused']];
const problems = ({ json }: Answer) => listIn(json, 'problems').map(({ line, column, error }) => [line, column, error]);

const tables = [
  'orders',
  'order_tenders',
  'usage_reports',
  'past_tickets',
  'past_refunds',
  'inputs',
  'people',
  'accounts',
];
async function countAll(): Promise<unknown[]> {
  const counted = await Promise.all(tables.map((table) => desk.db(table).count()));
  return counted.flat();
}

async function captured(ref: string, minor = '1999'): Promise<void> {
  await desk
    .db('order_tenders')
    .where('order_id', desk.db('orders').where({ ref }).select('id'))
    .update({ captured_minor: minor, read_at: new Date() });
}

const tenderOf = async (ref: string): Promise<Record<string, unknown>> => {
  const found: unknown = await desk
    .db('order_tenders')
    .where('order_id', desk.db('orders').where({ ref }).select('id'))
    .first('elsewhere_minor', 'elsewhere_tax_minor', 'captured_minor');
  return found as Record<string, unknown>;
};

describe('orders', () => {
  test('come in as the shop would put them, each tender a row, and the same file changes nothing', async () => {
    const [one, two] = [aRef(), aRef()];
    const rows = [
      row({ ref: one, minor: '1500' }),
      row({ ref: one, minor: '499', method: 'store_balance', capture: `bal_${one}` }),
      row({ ref: two }),
    ];
    const first = await send('orders', file(orderHeader, ...rows));
    expect([first.json['rows'], ...counts(first), problems(first)]).toEqual([3, 2, 0, 0, []]);
    const tenders = await desk
      .db('order_tenders')
      .where('order_id', desk.db('orders').where({ ref: one }).select('id'))
      .orderBy('position');
    expect(tenders).toMatchObject([{ amount_minor: '1500' }, { amount_minor: '499', method: 'store_balance' }]);
    const before = await countAll();
    expect(counts(await send('orders', file(orderHeader, ...rows)))).toEqual([0, 2, 0]);
    expect(await countAll()).toEqual(before);
  });

  test('a dry run gives the same report, later rows on earlier ones included, and writes nothing', async () => {
    const [first, renewal] = [aRef(), aRef()];
    const renewing = row({ ref: renewal }).replace('5368709120,', `5368709120,${first}`);
    const text = file(orderHeader, row({ ref: first }), renewing, row({ ref: aRef(), minor: '0.99' }));
    const before = await countAll();
    const rehearsed = await send('orders', text, true);
    expect(await countAll()).toEqual(before);
    const taken = await send('orders', text);
    expect(rehearsed.json).toEqual({ ...taken.json, dryRun: true });
    expect([...counts(taken), problems(taken)]).toEqual([
      2,
      0,
      1,
      [
        [4, 'tenderMinor', 'request-invalid'],
        [4, 'taxMinor', 'request-invalid'],
      ],
    ]);
  });

  test('one that stands is never overwritten, though the shop may correct it', async () => {
    const ref = aRef();
    const put = await service.send('PUT', `/v1/orders/${ref}`, { body: anOrder(`${ref}@example.com`) });
    expect(put.status).toBe(200);
    const answer = await send('orders', file(orderHeader, row({ ref, plan: 'Another' })));
    expect(problems(answer)).toEqual([[2, 'accountRef', 'order-conflict']]);

    const own = aRef();
    await send('orders', file(orderHeader, row({ ref: own })));
    const contrary = await send('orders', file(orderHeader, row({ ref: own, plan: 'Another' })));
    expect(problems(contrary)).toEqual([[2, 'planName', 'order-conflict']]);
    expect(await desk.db('orders').where({ ref: own }).first('plan_name')).toEqual({ plan_name: 'Residential' });
    const dearer = await send('orders', file(orderHeader, row({ ref: own, minor: '2000' })));
    expect(problems(dearer)).toEqual([[2, 'tenderMinor', 'order-conflict']]);
    const paidTwice = await send('orders', file(orderHeader, row({ ref: aRef(), capture: `ch_${own}` })));
    expect(problems(paidTwice)).toEqual([[2, 'captureRef', 'order-conflict']]);
  });

  test('each problem is told by line and column, and no word of the file in report or log', async () => {
    const ref = aRef();
    const ragged = 'carol.secret@example.com,too,short';
    const text = file(
      orderHeader,
      row({ ref: aRef(), email: 'carol.secret' }),
      row({ ref: aRef(), plan: '"Two\nlines, quoted ""so"""' }),
      ragged,
      row({ ref, minor: '1500' }),
      row({ ref, minor: '499', account: 'carol.secret' }),
      row({ ref: '4242424242424242' }),
      row({ ref: aRef(), method: 'cheque' }),
    );
    const answer = await send('orders', text);
    expect(counts(answer)).toEqual([1, 0, 5]);
    expect(problems(answer)).toEqual([
      [2, 'email', 'request-invalid'],
      [5, null, 'request-invalid'],
      [7, 'accountRef', 'request-invalid'],
      [8, 'orderRef', 'request-invalid'],
      [8, 'accountRef', 'request-invalid'],
      [8, 'captureRef', 'request-invalid'],
      [9, 'tenderMethod', 'request-invalid'],
    ]);
    expect(answer.text + desk.logged.join('\n')).not.toMatch(/carol|cheque|4242/i);
  });

  test('a formula is text, and a card’s number in a text is masked', async () => {
    const [formula, card] = [aRef(), aRef()];
    await send(
      'orders',
      file(orderHeader, row({ ref: formula, plan: '=1+2' }), row({ ref: card, plan: 'card 4242424242424242' })),
    );
    expect(await desk.db('orders').where({ ref: formula }).first('plan_name')).toEqual({ plan_name: '=1+2' });
    const kept: unknown = await desk.db('orders').where({ ref: card }).first('plan_name');
    expect(JSON.stringify(kept)).not.toContain('4242424242424242');
  });

  test('what was cut off in the middle goes on where it stood', async () => {
    const refs = Array.from({ length: 6 }, aRef);
    const rows = refs.map((ref) => row({ ref }));
    expect(counts(await send('orders', file(orderHeader, ...rows.slice(0, 2))))).toEqual([2, 0, 0]);
    await desk.db.raw(`alter table orders add constraint broken check (ref <> '${refs[4]}')`);
    expect((await send('orders', file(orderHeader, ...rows))).status).toBe(500);
    await desk.db.raw('alter table orders drop constraint broken');
    expect(counts(await send('orders', file(orderHeader, ...rows)))).toEqual([2, 4, 0]);
  });

  test('two who send the same file at once take each order once', async () => {
    const text = file(orderHeader, ...Array.from({ length: 10 }, () => row({ ref: aRef() })));
    const both = await Promise.all([send('orders', text), send('orders', text)]);
    const sums = both.map(counts);
    expect(sums.map(([taken, unchanged, refused]) => [Number(taken) + Number(unchanged), refused])).toEqual([
      [10, 0],
      [10, 0],
    ]);
    expect(sums.reduce((sum, [taken]) => sum + Number(taken), 0)).toBe(10);
  });
});

describe('usage', () => {
  const header = 'orderRef;usedBytes;requests;at';

  test('comes in with semicolons, once by order and instant, and is not overwritten', async () => {
    const ref = aRef();
    await send('orders', file(orderHeader, row({ ref })));
    const at = '2026-10-02T00:00:00Z';
    const text = `\uFEFF${[header, `${ref};1000;7;${at}`, `${ref};2000;;2026-10-03T00:00:00Z`].join('\r\n')}`;
    expect(counts(await send('usage', text))).toEqual([2, 0, 0]);
    expect(counts(await send('usage', text))).toEqual([0, 2, 0]);
    const other = await send('usage', file(header, `${ref};999;7;${at}`, `${aRef()};1;;${at}`, `${ref};1;x;${at}`));
    expect(problems(other)).toEqual([
      [2, 'usedBytes', 'usage-conflict'],
      [3, null, 'order-unknown'],
      [4, 'requests', 'request-invalid'],
    ]);
  });
});

describe('past tickets', () => {
  test('what was refunded before is gone from the order’s balance and in its books, whatever the provider says later', async () => {
    const ref = aRef();
    await send('orders', file(orderHeader, row({ ref })));
    await captured(ref);
    const text = file(pastHeader, past(aRef(), ref), past(aRef(), ref, '', 'refused'));
    expect(counts(await send('past-tickets', text))).toEqual([2, 0, 0]);
    expect(await tenderOf(ref)).toMatchObject({ elsewhere_minor: '500', elsewhere_tax_minor: '83' });
    expect(counts(await send('past-tickets', text))).toEqual([0, 2, 0]);
    expect(await tenderOf(ref)).toMatchObject({ elsewhere_minor: '500' });
    const differences = await proveLedger(desk.db);
    expect(differences.filter((one) => /elsewhere/.test(Object.values(one).map(String).join(' ')))).toEqual([]);
  });

  test('R2: no more than came in: together with what is counted already it is refused', async () => {
    const ref = aRef();
    await send('orders', file(orderHeader, row({ ref })));
    const answer = await send(
      'past-tickets',
      file(pastHeader, past(aRef(), ref, '1500'), past(aRef(), ref, '500'), past(aRef(), ref, '499')),
    );
    expect(problems(answer)).toEqual([[3, null, 'amount-over-refundable']]);
    expect(counts(answer)).toEqual([2, 0, 1]);
  });

  test('one that is told otherwise is a conflict, as is one of no order, no tender, or a day to come', async () => {
    const [ref, ticket] = [aRef(), aRef()];
    await send('orders', file(orderHeader, row({ ref })));
    await send('past-tickets', file(pastHeader, past(ticket, ref)));
    const answer = await send(
      'past-tickets',
      file(
        pastHeader,
        past(ticket, ref, '501'),
        past(aRef(), aRef()),
        past(aRef(), ref).replace(',1,', ',2,'),
        past(aRef(), ref).replace('2026-10-06', '2999-10-06'),
        past(aRef(), ref).replace('USD', 'EUR'),
        past(aRef(), ref, '', 'refunded'),
      ),
    );
    expect(problems(answer)).toEqual([
      [2, 'refundTender', 'past-ticket-conflict'],
      [3, null, 'order-unknown'],
      [4, null, 'tender-unknown'],
      [5, 'closedAt', 'request-invalid'],
      [6, null, 'currency-mismatch'],
      [7, 'outcome', 'request-invalid'],
    ]);
  });
});

test('a past ticket stands beside each ticket of its account, for staff alone', async () => {
  const [customer, agent] = [await desk.signedIn('customer'), await desk.signedIn('agent')];
  const accountRef = `account-${aRef()}`;
  const [former, orderRef, stranger] = [aRef(), await putOrder(desk, service, customer.email, { accountRef }), aRef()];
  const bought = row({ ref: former, account: accountRef, email: customer.email });
  await send('orders', file(orderHeader, bought, row({ ref: stranger })));
  const [paid, refused] = [aRef(), aRef()];
  const rows = [past(paid, former), past(aRef(), stranger), past(refused, former, '', 'refused').replace('-06', '-07')];
  await send('past-tickets', file(pastHeader, ...rows));
  const ticket = `/v1/tickets/${(await createTicket(customer, orderRef)).id}`;
  expect((await agent.get(ticket)).json['pastTickets']).toEqual([
    {
      ref: refused,
      orderRef: former,
      outcome: 'refused',
      askedAt: '2026-10-05T00:00:00.000Z',
      closedAt: '2026-10-07T00:00:00.000Z',
      refunds: [],
    },
    expect.objectContaining({
      ref: paid,
      outcome: 'refunded',
      refunds: [{ method: 'card', amount: { minor: '500', currency: 'USD' } }],
    }),
  ]);
  expect((await customer.get(ticket)).json['pastTickets']).toBeUndefined();
});

describe('a file is refused as a whole', () => {
  const line = () => row({ ref: aRef() });
  const flawed: Readonly<Record<string, readonly [raw: () => string | Uint8Array, refusal: string, kind?: string]>> = {
    'in another encoding': [
      () => Buffer.from(file(orderHeader, row({ ref: aRef(), plan: 'Résidentiel' })), 'latin1'),
      'csv-unreadable',
    ],
    'in UTF-16': [() => Buffer.from(`\uFEFF${file(orderHeader, line())}`, 'utf16le'), 'csv-unreadable'],
    'with a quote that does not end': [() => file(orderHeader, `"${line()}`), 'csv-unreadable'],
    'without a header': [() => file(line()), 'csv-columns'],
    'without a column that is needed': [() => file(orderHeader.replace(',email', ''), ''), 'csv-columns'],
    'with a column twice': [() => file(`${orderHeader},email`), 'csv-columns'],
    'that is empty': [() => ' ', 'csv-columns'],
    'with too many rows': [
      () => file('orderRef,usedBytes,at', ...Array.from({ length: importRowsMax + 1 }, () => 'a,1,b')),
      'csv-too-long',
      'usage',
    ],
  };

  test.each(Object.keys(flawed))('%s', async (what) => {
    const [raw, refusal, kind = 'orders'] = flawed[what] ?? [() => '', ''];
    const before = await countAll();
    const answer = await send(kind, raw());
    expect(said(answer)).toEqual([422, refusal]);
    expect(answer.text).not.toMatch(/Example\.com/);
    expect(await countAll()).toEqual(before);
  });

  test('that is too large, is no CSV by its type, or is of no kind that there is', async () => {
    expect(said(await send('orders', 'x'.repeat(1024 * 1024 + 1)))).toEqual([413, 'request-too-large']);
    expect(said(await send('orders', '{}', false, 'application/json'))).toEqual([400, 'request-malformed']);
    expect(said(await send('pigeons', orderHeader))).toEqual([404, 'not-found']);
  });
});
