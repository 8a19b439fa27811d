/** Policy versions over HTTP: who posts, what is refused and where, what is listed, and what a draft would change. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TicketId } from '../../domain/ids.ts';
import { aDocument, judgeTicket } from '../db/policy-builders.ts';
import { type Answer, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let admin: Person;
let lead: Person;

beforeAll(async () => {
  desk = await startDesk();
  admin = await desk.signedIn('admin');
  lead = await desk.signedIn('lead');
});
afterAll(() => desk.close());

const path = '/v1/policy-versions';
const year = new Date().getUTCFullYear();
/** Far enough ahead that no test's clock reaches it; each test takes a later one. */
const moment = (number: number): string => new Date(Date.UTC(year + 1, 0, number)).toISOString();
const byText = (left: string, right: string): number => left.localeCompare(right);
const refusalOf = ({ status, json }: Answer) => [status, json['id']];

const numbers = async (query = '?limit=100') =>
  listIn((await lead.get(`${path}${query}`)).json, 'items').map((version) => version['number']);

describe('posting', () => {
  test('RP-6.1: answers with the version as it will be listed', async () => {
    const document = aDocument({ requestWindowDays: 10 });
    const posted = await admin.post(path, { effectiveAt: moment(1), document });
    expect(posted.status).toBe(201);
    expect(posted.json).toEqual({
      id: expect.any(String),
      number: 2,
      effectiveAt: moment(1),
      postedAt: expect.any(String),
      document,
    });
    expect(listIn((await lead.get(path)).json, 'items')[0]).toEqual(posted.json);
  });

  test('the same key twice posts once, and answers the same byte for byte', async () => {
    const body = { effectiveAt: moment(2), document: aDocument() };
    const send = () => admin.post(path, body, { key: 'policy-key-1' });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.text]).toEqual([201, first.text]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const other = await admin.post(path, { ...body, effectiveAt: moment(3) }, { key: 'policy-key-1' });
    expect(refusalOf(other)).toEqual([422, 'idempotency-key-reused']);
    expect((await numbers())[0]).toBe(first.json['number']);
  });

  test('two at once with one moment: one is posted, the other is told of it', async () => {
    const send = () => admin.post(path, { effectiveAt: moment(4), document: aDocument() });
    const answers = await Promise.all([send(), send()]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    const refused = answers.find(({ status }) => status === 409);
    expect([refused?.json['id'], refused?.json['facts']]).toEqual([
      'policy-order',
      { newest: (await numbers())[0], effectiveAt: moment(4) },
    ]);
  });

  test('is kept as it was written, also where a text speaks of what is masked elsewhere', async () => {
    const { seller, ...rest } = aDocument();
    const document = {
      ...rest,
      seller: { ...seller, contact: 'login: desk password: see https://desk:help@proxies.example' },
    };
    const posted = await admin.post(path, { effectiveAt: moment(5), document });
    expect([posted.status, posted.json['document']]).toEqual([201, document]);
  });

  test('refuses what begins in the past by the desk’s clock, and leaves nothing behind', async () => {
    const before = await numbers();
    const effectiveAt = new Date(desk.now().getTime() - 1000).toISOString();
    const answer = await admin.post(path, { effectiveAt, document: aDocument() });
    expect(refusalOf(answer)).toEqual([422, 'policy-in-past']);
    expect(await numbers()).toEqual(before);
  });

  test('names every contradiction by its place', async () => {
    const document = aDocument({
      waiting: { reminderDays: [20], lapseDays: 14, kycDays: 14 },
      remediation: { days: 15, owedDaysPause: true, answerDays: 16 },
    });
    const texts = { ...document.texts, ru: { ...document.texts.ru, 'RP-2.4a': ' ' } };
    const answer = await admin.post(path, { effectiveAt: moment(6), document: { ...document, texts } });
    expect(refusalOf(answer)).toEqual([422, 'policy-contradicts']);
    const pointers = listIn(answer.json, 'problems').map(({ pointer }) => String(pointer));
    expect(pointers.sort(byText)).toEqual([
      '/document/parameters/remediation/answerDays',
      '/document/parameters/waiting/reminderDays/0',
      '/document/texts/ru/RP-2.4a',
    ]);
    expect(answer.json['facts']).toMatchObject({ contradictions: 3 });
    expect(await admin.post(`${path}/backtest`, { document: { ...document, texts } })).toMatchObject({ status: 422 });
  });

  test('names every field that is not of a document, and where one is missing', async () => {
    const { appealDays: _left, ...parameters } = aDocument().parameters;
    const document = { ...aDocument(), parameters: { ...parameters, betterOfBoth: 'yes', more: 1 } };
    const answer = await admin.post(path, { effectiveAt: moment(7), document });
    expect(refusalOf(answer)).toEqual([422, 'request-invalid']);
    const pointers = listIn(answer.json, 'problems').map(({ pointer }) => String(pointer));
    expect(pointers.sort(byText)).toEqual([
      '/document/parameters/appealDays',
      '/document/parameters/betterOfBoth',
      '/document/parameters/more',
    ]);
  });
});

describe('E10: a ticket', () => {
  test('names the version that held when it was asked for, also once another was posted', async () => {
    const ticket = await aTicket();
    const versionOf = async () =>
      (await desk
        .db('tickets')
        .join('policy_versions', 'policy_versions.id', 'policy_version_id')
        .where('tickets.id', ticket)
        .first('policy_versions.number')) as { number: number };
    expect(await versionOf()).toEqual({ number: 1 });
    expect((await admin.post(path, { effectiveAt: moment(8), document: aDocument() })).status).toBe(201);
    expect(await versionOf()).toEqual({ number: 1 });
  });

  test('holds back a version that leaves out a clause that it stands on', async () => {
    const ticket = await aTicket();
    await judgeTicket(desk.db, ticket);
    const { texts, ...rest } = aDocument();
    const without = { en: { ...texts.en, 'RP-2.3': '' }, ru: { ...texts.ru, 'RP-2.3': '' } };
    const answer = await admin.post(path, { effectiveAt: moment(9), document: { ...rest, texts: without } });
    expect(refusalOf(answer)).toEqual([409, 'policy-clause-in-use']);
    expect(answer.json['facts']).toEqual({ clause: 'RP-2.3', tickets: 1 });
  });
});

test('a back-test tells what a draft would change and what it would have cost, and keeps nothing', async () => {
  const ticket = await aTicket();
  await judgeTicket(desk.db, ticket);
  const before = await numbers();
  const told = await lead.post(`${path}/backtest`, { document: aDocument({ requestWindowDays: 10 }) });
  expect(told.status).toBe(200);
  expect(told.json).toMatchObject({ judged: 2, changed: 2, otherEngine: 0, outcomes: { after: { refund: 2 } } });
  expect(told.json['money']).toMatchObject({ USD: { after: '3998', difference: expect.stringMatching(/^[1-9]\d*$/) } });
  expect(told.json['milliseconds']).toEqual(expect.any(Number));
  expect(await numbers()).toEqual(before);
  const same = await admin.post(`${path}/backtest`, { document: aDocument() });
  expect(same.json).toMatchObject({ judged: 2, changed: 0, by: [] });
});

describe('the list', () => {
  test('goes on by cursor, newest first, each version once', async () => {
    const seen: unknown[] = [];
    let next = '';
    do {
      const page = (await lead.get(`${path}?limit=2${next === '' ? '' : `&cursor=${next}`}`)).json;
      seen.push(...listIn(page, 'items').map(({ number }) => number));
      next = typeof page['next'] === 'string' ? page['next'] : '';
    } while (next !== '');
    expect(seen).toEqual(await numbers());
    expect(seen.length).toBeGreaterThan(3);
    expect(refusalOf(await lead.get(`${path}?cursor=bm9uZQ`))).toEqual([422, 'request-invalid']);
  });

  test('says nothing of who posted a version', async () => {
    const [version] = listIn((await admin.get(`${path}?limit=1`)).json, 'items');
    expect(Object.keys(version ?? {}).sort()).toEqual(['document', 'effectiveAt', 'id', 'number', 'postedAt']);
  });
});

async function aTicket(): Promise<TicketId> {
  const [customer, service] = [await desk.signedIn('customer'), await desk.signedIn('service')];
  return String((await createTicket(customer, await putOrder(desk, service, customer.email)))['id']) as TicketId;
}
