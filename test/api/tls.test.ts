/** Where TLS is required, the API answers nobody who came without it; only the named proxy is believed about that. */

import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createApi } from '../../api/app.ts';
import { createPacketPrinter } from '../../providers/evidence-packet.ts';
import { createLetterPrinter } from '../../providers/letter.ts';
import { createStores } from '../../runtime/stores.ts';
import { transactorOf } from '../../runtime/transactor.ts';
import { type Client, createClient } from './client.ts';
import { type Desk, startDesk } from './desk.ts';
import { noFiles } from './no-files.ts';

let desk: Desk;
const servers: Server[] = [];

beforeAll(async () => {
  desk = await startDesk();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
afterAll(() => desk.close());

async function behind(trustProxy: readonly string[], requireTls = true): Promise<Client> {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const app = createApi({
    settings: {
      publicUrl: 'https://desk.test',
      temporalUiUrl: 'https://temporal.test',
      secondFactor: 'enrolled',
      trustProxy,
      requireTls,
      metricsToken: '',
    },
    database: transactorOf(desk.db),
    stores: createStores({
      db: desk.db,
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
    authenticator: desk.auth,
    webhooks: { stripe: { take: async () => ({ refused: 'webhook-signature' }) } },
    codec: { encode: (payloads) => Promise.resolve(payloads), decode: (payloads) => Promise.resolve(payloads) },
    clock: { now: () => new Date() },
    log,
    registry: new Registry(),
    readiness: () => ({ status: 'ready', checks: { postgres: 'ok' } }),
    isDatabaseUnavailable: () => false,
  });
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return createClient(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, {});
}

const secure = { 'X-Forwarded-Proto': 'https' };
const asked: [method: string, path: string][] = [
  ['GET', '/v1/tickets'],
  ['POST', '/v1/tickets'],
  ['POST', '/v1/auth/sign-in/email'],
  ['GET', '/v1/openapi.json'],
  ['GET', '/nothing'],
];

describe('PV-2.3: where TLS is required', () => {
  test.each(asked)('%s %s without a word of the proxy is refused', async (method, path) => {
    const answer = await (await behind(['127.0.0.1'])).send(method, path);
    expect([answer.status, answer.json.id]).toEqual([403, 'tls-required']);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  });

  test('plain HTTP that the proxy tells of is refused', async () => {
    const client = await behind(['127.0.0.1']);
    const answer = await client.send('GET', '/v1/tickets', { headers: { 'X-Forwarded-Proto': 'http' } });
    expect(answer.json.id).toBe('tls-required');
  });

  test('what the trusted proxy took over TLS is admitted', async () => {
    const client = await behind(['127.0.0.1']);
    const answer = await client.send('GET', '/v1/tickets', { headers: secure });
    expect([answer.status, answer.json.id]).toEqual([401, 'not-signed-in']);
  });

  test.each([[['10.0.0.1']], [[]]])('a peer that is not among the proxies %j is not believed', async (proxies) => {
    const answer = await (await behind(proxies)).send('GET', '/v1/tickets', { headers: secure });
    expect([answer.status, answer.json.id]).toEqual([403, 'tls-required']);
  });

  test.each(['/healthz', '/readyz', '/metrics'])('%s is answered to machines without it', async (path) => {
    expect((await (await behind(['127.0.0.1'])).get(path)).status).toBe(200);
  });
});

test('where TLS is not required, as in development, plain HTTP is served', async () => {
  expect((await (await behind([], false)).get('/v1/tickets')).status).toBe(401);
});
