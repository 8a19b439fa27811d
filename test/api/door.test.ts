/** What every request passes: form, origin, limits, and problem details that name what is wrong and never repeat it. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createApi } from '../../api/app.ts';
import { allRoutes } from '../../api/routes.ts';
import { operations } from '../../contract/operations.ts';
import { isUnavailable, openDatabase } from '../../db/database.ts';
import { createPacketPrinter } from '../../providers/evidence-packet.ts';
import { createLetterPrinter } from '../../providers/letter.ts';
import { createStores } from '../../runtime/stores.ts';
import { transactorOf } from '../../runtime/transactor.ts';
import { createClient, type Json, listIn, objectIn } from './client.ts';
import { type Desk, ownOrigin, type Person, startDesk } from './desk.ts';
import { noFiles } from './no-files.ts';
import {
  aNetworkContext,
  anOrder,
  createTicket,
  decideRefund,
  putOrder,
  putRefundable,
  review,
} from './orders-and-tickets.ts';

let desk: Desk;
let service: Person;
let customer: Person;
let agent: Person;
let ticket: Json;

beforeAll(async () => {
  desk = await startDesk();
  service = await desk.signedIn('service');
  customer = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  ticket = await createTicket(customer, await putOrder(desk, service, customer.email));
});
afterAll(() => desk.close());

describe('a malformed request', () => {
  test('is told every problem at once, each by pointer, and no value of it comes back', async () => {
    const answer = await customer.post('/v1/tickets', {
      orderRef: 'secret value!',
      paymentMethod: 'barter',
      networkContext: {
        ...aNetworkContext,
        targets: [],
        times: [{ from: '2020-01-01T00:00:01Z', until: '2020-01-01T00:00:00Z' }],
        egress: ['nowhere'],
        more: 'secret',
      },
      extra: 'secret',
    });
    expect([answer.status, answer.json['id']]).toEqual([422, 'request-invalid']);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    const problems = listIn(answer.json, 'problems');
    expect(problems.map((problem) => String(problem['pointer'])).sort()).toEqual([
      '/description',
      '/extra',
      '/networkContext/egress/0',
      '/networkContext/more',
      '/networkContext/targets',
      '/networkContext/times/0/until',
      '/orderRef',
      '/paymentMethod',
    ]);
    for (const { expected } of problems) expect(String(expected)).toMatch(/^expected /);
    expect(answer.text).not.toMatch(/secret value|barter|nowhere/);
  });

  test('that is no JSON, or of another kind, is malformed', async () => {
    const send = (raw: string, type: string) =>
      customer.send('POST', '/v1/tickets', { raw, headers: { 'Content-Type': type } });
    for (const answer of [
      await send('{', 'application/json'),
      await send('a=b', 'application/x-www-form-urlencoded'),
      await send('"text"', 'application/json'),
    ]) {
      expect([answer.status, answer.json['id']]).toEqual([400, 'request-malformed']);
    }
  });

  test('that is too large is refused by its size', async () => {
    const answer = await customer.post('/v1/tickets', { description: 'x'.repeat(300 * 1024) });
    expect([answer.status, answer.json['id']]).toEqual([413, 'request-too-large']);
  });

  test('names the query field that is wrong', async () => {
    const answer = await customer.get('/v1/tickets?limit=1000&phase=lost&more=1');
    const problems = listIn(answer.json, 'problems');
    expect(problems.map((problem) => String(problem['pointer'])).sort()).toEqual(['?limit', '?more', '?phase']);
  });

  test.each(['0', '-5', '01', '1.5', '1e3', '9999999999999'])(
    'R9: the amount %s is refused where it is written',
    async (minor) => {
      const body = { decision: 'refund', amount: { minor, currency: 'USD' }, ground: 'Unusable.' };
      const answer = await agent.post(`/v1/tickets/${ticket['id']}/decision`, body);
      const problems = listIn(answer.json, 'problems');
      expect([answer.status, problems[0]?.pointer]).toEqual([422, '/amount/minor']);
    },
  );

  test('has a pointer into the tender that is wrong', async () => {
    const order = anOrder('tender@example.com');
    const tender = order.tenders[0];
    const tenders = [
      tender,
      { ...tender, amount: { minor: '1', currency: 'EUR' }, tax: { minor: '2', currency: 'EUR' } },
    ];
    const answer = await service.send('PUT', '/v1/orders/tender-1', { body: { ...order, tenders } });
    const problems = listIn(answer.json, 'problems');
    expect(problems.map((problem) => problem.pointer)).toEqual(['/tenders/1/tax/minor', '/tenders/1/amount/currency']);
  });
});

describe('a write with a session cookie', () => {
  test.each([undefined, 'null', 'https://elsewhere.example', `${ownOrigin}.example`])(
    'from the origin %p is refused',
    async (origin) => {
      const bare = createClient(desk.url, { Cookie: cookieOf(customer) });
      const headers: Record<string, string> = origin === undefined ? {} : { Origin: origin };
      const answer = await bare.post(`/v1/tickets/${ticket['id']}/messages`, { text: 'Hello' }, { headers });
      expect([answer.status, answer.json['id']]).toEqual([403, 'origin-refused']);
    },
  );

  test('needs no origin to read, and a key needs none to write', async () => {
    const bare = createClient(desk.url, { Cookie: cookieOf(customer) });
    expect((await bare.get('/v1/me')).status).toBe(200);
    const answer = await service.send('PUT', '/v1/orders/origin-1', { body: anOrder('origin@example.com') });
    expect(answer.status).toBe(200);
  });
});

/** The cookie of a signed-in client, taken from the session that it has. */
const cookies = new WeakMap<Person, string>();
function cookieOf(person: Person): string {
  return cookies.get(person) ?? '';
}
beforeAll(async () => {
  await desk.stranger.send('POST', '/v1/auth/email-otp/send-verification-otp', {
    body: { email: customer.email, type: 'sign-in' },
    headers: { Origin: ownOrigin },
  });
  const answer = await desk.stranger.send('POST', '/v1/auth/sign-in/email-otp', {
    body: { email: customer.email, otp: desk.codes.get(customer.email) },
    headers: { Origin: ownOrigin },
  });
  cookies.set(customer, (answer.cookies[0] ?? '').split(';')[0] ?? '');
});

describe('addresses', () => {
  test('that are none, or not of this form, are problems too', async () => {
    for (const path of ['/v1/nothing', '/nothing', '/v1/tickets/not-a-uuid', '/v1/tickets/%ff']) {
      const answer = await customer.get(path);
      expect([path, answer.headers.get('content-type')]).toEqual([path, 'application/problem+json; charset=utf-8']);
      expect([400, 404]).toContain(answer.status);
    }
  });

  test('tell which methods they take', async () => {
    const answer = await customer.send('DELETE', '/v1/tickets');
    expect([answer.status, answer.json['id'], answer.headers.get('allow')]).toEqual([
      405,
      'method-not-allowed',
      'GET, POST, HEAD',
    ]);
  });

  test('serve every operation of the contract once, in the kind that it declares', () => {
    const routes = allRoutes(
      {} as Parameters<typeof allRoutes>[0],
      {
        letters: createLetterPrinter(),
        packets: createPacketPrinter(),
        database: transactorOf(desk.db),
        release: async () => null,
      },
      {} as Parameters<typeof allRoutes>[2],
    );
    expect(routes.map((route) => route.operation.id).sort()).toEqual(Object.keys(operations).sort());
    for (const { operation, handling } of routes)
      expect(handling.kind).toBe(operation.writes ?? (operation.streams ? 'stream' : 'read'));
  });
});

test('answers carry the headers that keep browsers careful, an id, and are not stored', async () => {
  const { headers } = await customer.get('/v1/me');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toMatch("default-src 'none'");
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('strict-transport-security')).toBeNull();
});

test('too many requests in a minute are told to wait', async () => {
  const busy = await startDesk({ rates: { perPrincipalPerMinute: 3 } });
  try {
    const person = await busy.signedIn('customer');
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await person.get('/v1/me'));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect([answers[3]?.json['id'], answers[3]?.headers.get('retry-after')]).toEqual([
      'rate-limited',
      expect.stringMatching(/^\d+$/),
    ]);
  } finally {
    await busy.close();
  }
});

test('a decider may not approve, and the list of finance says so beforehand', async () => {
  const { id } = await createTicket(customer, await putRefundable(desk, service, customer.email));
  await review(agent, String(id));
  await decideRefund(agent, String(id));
  await desk.db('people').where({ id: agent.id }).update({ role: 'finance' });
  const listed = listIn((await agent.get('/v1/payouts')).json, 'items');
  const mine = listed.find((payout) => payout['ticketId'] === id) ?? { id: '' };
  expect(mine['actions']).toEqual(['declinePayout', 'reroutePayout']);
  const answer = await agent.post(`/v1/payouts/${mine['id']}/approve`);
  expect([answer.status, answer.json['id']]).toEqual([403, 'approver-decided']);
  const finance = await desk.signedIn('finance');
  const approved = await finance.post(`/v1/payouts/${mine['id']}/approve`);
  expect([approved.status, approved.json['state'], objectIn(approved.json, 'approvedBy')['id']]).toEqual([
    200,
    'approved',
    finance.id,
  ]);
  await desk.db('people').where({ id: agent.id }).update({ role: 'agent' });
});

/** Jest's sandbox has an `Error` of its own, which a fault of the network is no instance of. */
const ofThisRealm = (fault: unknown): Error =>
  Object.assign(new Error(String((fault as Error).message)), { code: (fault as { code?: string }).code });

describe('a database that is away', () => {
  test('is 503 for a read and a write, and nothing of the request is logged', async () => {
    const dead = openDatabase({ url: 'postgres://nobody:secret@127.0.0.1:1/none', max: 2 });
    const logged: string[] = [];
    const line = (facts: unknown, text: string) => void logged.push(JSON.stringify({ facts, text }));
    const app = createApi({
      settings: {
        publicUrl: ownOrigin,
        temporalUiUrl: ownOrigin,
        secondFactor: 'enrolled',
        trustProxy: [],
        metricsToken: '',
      },
      database: transactorOf(dead),
      stores: createStores({
        db: dead,
        ...noFiles,
        bankAccount: null,
        tieHash: null,
        hasShop: false,
        waveAloneMax: {},
      }),
      letters: createLetterPrinter(),
      rails: new Map(),
      changeFeed: { subscribe: () => Promise.resolve({ refused: 'changes-unavailable' }) },
      packets: createPacketPrinter(),
      delivery: desk.delivery,
      authenticator: {
        ...desk.auth,
        identify: () => Promise.resolve({ subjectId: customer.id as never, role: 'customer', via: 'apiKey' }),
      },
      webhooks: { stripe: { take: async () => ({ refused: 'webhook-signature' }) } },
      codec: { encode: (payloads) => Promise.resolve(payloads), decode: (payloads) => Promise.resolve(payloads) },
      clock: { now: () => new Date() },
      log: { info: line, warn: line, error: line },
      registry: new Registry(),
      readiness: () => ({ status: 'not-ready', checks: { postgres: 'failing' } }),
      isDatabaseUnavailable: (fault) => isUnavailable(ofThisRealm(fault)),
    });
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const client = createClient(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, {});
    try {
      for (const answer of [
        await client.get('/v1/tickets'),
        await client.post('/v1/tickets', { description: 'secret text' }),
      ]) {
        expect([answer.status, answer.json['id']]).toEqual([503, 'database-unavailable']);
        expect(answer.headers.get('retry-after')).not.toBeNull();
      }
      expect((await client.get('/readyz')).status).toBe(503);
      expect((await client.get('/healthz')).status).toBe(200);
      expect(logged.join('\n')).not.toMatch(/secret/);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dead.destroy();
    }
  });
});
