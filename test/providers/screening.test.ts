/** The check of payees against a small server of the seller's: signed, and cleared by its own words on this check alone. */

import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createScreeningClient } from '../../providers/screening.ts';

const secret = Buffer.alloc(32, 5);
const payee = { holder: 'Carol Customer', account: 'DE89370400440532013000', country: 'DE' };

type Behaviour = (response: ServerResponse, checkId: string) => void;

let behave: Behaviour;
let calls: { path: string; signed: boolean; body: Record<string, unknown> }[] = [];
let url = '';

const saying =
  (body: object | string, status = 200, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const answering =
  (given: object): Behaviour =>
  (response, checkId) =>
    saying({ checkId, ...given })(response, checkId);

/** As the document says that a service verifies it, with nothing of ours. */
function isSigned(request: IncomingMessage, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
  const signed = `${String(id)}.${String(at)}.${request.method} ${request.url}\n${body}`;
  return signature === `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    const body = JSON.parse(text) as Record<string, unknown>;
    calls.push({ path: request.url ?? '', signed: isSigned(request, text), body });
    behave(response, String(body['checkId']));
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
beforeEach(() => {
  calls = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const check = (timeoutMs = 5_000) =>
  createScreeningClient({
    apiUrl: `${url}/lists/`,
    signingSecret: `whsec_${secret.toString('base64')}`,
    timeoutMs,
  }).check(payee);

test.each(['clear', 'hit', 'unknown'] as const)(
  '%s is told as the service says it, in a signed call',
  async (outcome) => {
    behave = answering({ outcome });
    expect(await check()).toBe(outcome);
    expect(calls).toMatchObject([{ path: '/lists/v1/checks', signed: true, body: payee }]);
  },
);

const faults: Readonly<Record<string, Behaviour>> = {
  'no answer': () => undefined,
  'a connection that closes': (response) => response.destroy(),
  'half an answer': (response, checkId) => {
    response.writeHead(200, { 'content-length': '500' });
    response.write(`{"checkId":"${checkId}","outcome":"clear"`, () => response.destroy());
  },
  'a page of a proxy': saying('<html>clear</html>'),
  'another check’s answer': saying({ checkId: 'check_1', outcome: 'clear' }),
  'an answer that names no check': saying({ outcome: 'clear' }),
  'a word that there is not': answering({ outcome: 'probably' }),
  'an error that says clear': (response, checkId) => saying({ checkId, outcome: 'clear' }, 500)(response, checkId),
  'a signature that it does not take': saying({ code: 'signature_refused' }, 401),
  'a redirect elsewhere': (response) => saying('', 307, { location: `${url}/elsewhere` })(response, ''),
  'an answer without end': (response) => {
    response.writeHead(200);
    const pour = (): void => {
      while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
    };
    response.on('drain', pour);
    pour();
  },
};

test.each(Object.keys(faults))('%s is unknown, which never passes', async (fault) => {
  behave = faults[fault] ?? answering({});
  expect(await check(fault === 'no answer' ? 200 : 5_000)).toBe('unknown');
  expect(calls.map(({ path }) => path)).toEqual(['/lists/v1/checks']);
});

test('one that is not there is unknown', async () => {
  const client = createScreeningClient({
    apiUrl: 'http://127.0.0.1:1',
    signingSecret: `whsec_${secret.toString('base64')}`,
    timeoutMs: 5_000,
  });
  expect(await client.check(payee)).toBe('unknown');
});
