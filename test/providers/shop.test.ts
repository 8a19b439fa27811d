/** The shop's client against the sandbox: signed, once per key, and never surer than the shop's own words allow. */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { money } from '../../domain/money.ts';
import { type Shop, type ShopAction, ShopUnavailable } from '../../domain/shop.ts';
import { createShopClient } from '../../providers/shop.ts';
import { createSigner, payloadOf } from '../../providers/shop-signature.ts';
import { faultBodies } from './fault-bodies.ts';
import { faultsAfterWork, faultsBeforeWork } from './rail-bench.ts';
import { aRemedy, type RunningShop, signingSecret, startShop } from './shop-bench.ts';

const end = '2026-12-01T00:00:00.000Z';
const grantedAt = '2026-11-20T00:00:00.000Z';
const extension = (orderRef: string, minutes = 60): ShopAction => ({
  kind: 'extend_plan',
  orderRef,
  minutes,
  bytes: '0',
  grantedAt,
});

let sandbox: RunningShop;
let shop: Shop;
beforeAll(async () => {
  sandbox = await startShop();
  shop = sandbox.client();
});
beforeEach(() => sandbox.control('DELETE', 'faults'));
afterAll(() => sandbox.close());

const breakNext = (method: 'POST' | 'GET', body: object) => sandbox.control('POST', 'faults', { ...body, method });

describe('an action', () => {
  test('is applied with the shop’s reference and the plan’s new end, and found again', async () => {
    const request = aRemedy(extension(await sandbox.sell({ endsAt: end })));
    const report = await shop.apply(request);
    expect(report).toEqual({
      status: 'applied',
      shopRef: expect.stringMatching(/^act_/),
      planEndsAt: '2026-12-01T01:00:00.000Z',
    });
    expect(await shop.lookUp(request)).toEqual(report);
  });

  test('that was never asked for is surely not there', async () => {
    const request = aRemedy(extension(await sandbox.sell({ endsAt: end })));
    expect(await shop.lookUp(request)).toBeNull();
  });

  test.each(faultsAfterWork)('R3, M11: done but %s is unknown, is found, and extends once', async (fault) => {
    const orderRef = await sandbox.sell({ endsAt: end });
    const request = aRemedy(extension(orderRef));
    await breakNext('POST', faultBodies[fault]);
    const client = fault === 'never-answers' ? sandbox.client(400) : shop;
    expect((await client.apply(request)).status).toBe('unknown');
    const isDone = async () => (await sandbox.plan(orderRef)).endsAt !== end;
    expect(await until(isDone, { withinMs: 5_000 })).toBe(true);
    expect((await shop.lookUp(request))?.status).toBe('applied');
    expect((await shop.apply(request)).status).not.toBe('refused');
    expect((await sandbox.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
  });

  test.each(faultsBeforeWork)(
    'N3, N5: not done because of %s is unknown, and the same key then does it once',
    async (fault) => {
      const orderRef = await sandbox.sell({ endsAt: end });
      const request = aRemedy(extension(orderRef));
      await breakNext('POST', faultBodies[fault]);
      expect((await shop.apply(request)).status).toBe('unknown');
      expect(await shop.lookUp(request)).toBeNull();
      expect((await shop.apply(request)).status).toBe('applied');
      expect((await sandbox.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
    },
  );

  test('N2: while the key is being worked on a second attempt is unknown, and the plan is extended once', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    const request = aRemedy(extension(orderRef));
    await breakNext('POST', { kind: 'slow', ms: 500 });
    const outcomes = await Promise.all([shop.apply(request), shop.apply(request)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['applied', 'unknown']);
    expect(outcomes).toContainEqual({ status: 'unknown', reason: 'idempotency_key_in_use' });
    expect((await sandbox.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
  });

  test('N1: an answer that comes too late is a time-out, and what it did is found', async () => {
    const request = aRemedy(extension(await sandbox.sell({ endsAt: end })));
    await breakNext('POST', { kind: 'slow', ms: 60_000, when: 'after' });
    expect(await sandbox.client(300).apply(request)).toEqual({ status: 'unknown', reason: 'timeout' });
    expect((await shop.lookUp(request))?.status).toBe('applied');
  });

  test('R6: the same key with another action is left open for a person, and does nothing', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    const request = aRemedy(extension(orderRef));
    await shop.apply(request);
    const changed = await shop.apply({ ...request, action: extension(orderRef, 120) });
    expect(changed).toEqual({ status: 'unknown', reason: 'idempotency_mismatch' });
    expect((await sandbox.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
  });

  test('R5: a remedy is not done again after the shop forgot its key', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    const request = aRemedy(extension(orderRef));
    const first = await shop.apply(request);
    await sandbox.control('DELETE', 'keys');
    expect(await shop.apply(request)).toEqual(first);
    expect((await sandbox.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
  });

  test('a refusal is told by its code and stays so, though what it was for has changed meanwhile', async () => {
    const orderRef = `ORDER-${randomUUID()}`;
    const request = aRemedy(extension(orderRef));
    const refusal = { status: 'refused', reason: 'plan_not_found' };
    expect(await shop.apply(request)).toEqual(refusal);
    await sandbox.control('PUT', `plans/${orderRef}`, { endsAt: end });
    expect(await shop.apply(request)).toEqual(refusal);
    expect(await shop.lookUp(request)).toEqual(refusal);
    expect((await sandbox.plan(orderRef)).endsAt).toBe(end);
  });

  test('a refusal that cannot be proved by the shop’s books is left open', async () => {
    const request = aRemedy(extension(`ORDER-${randomUUID()}`));
    await breakNext('GET', { kind: 'reset' });
    expect(await shop.apply(request)).toEqual({ status: 'unknown', reason: 'refusal_unproven' });
  });

  test('R9: what would do nothing never reaches the shop', async () => {
    const request = aRemedy(extension(await sandbox.sell({ endsAt: end }), 0));
    expect(await shop.apply(request)).toEqual({ status: 'refused', reason: 'extension_empty' });
    const amount = money(0n, 'EUR');
    const credit = aRemedy({ kind: 'credit_balance', captureRef: 'pay_1', amount });
    expect(await shop.apply(credit)).toEqual({ status: 'refused', reason: 'amount_not_positive' });
    expect((await sandbox.books()).actions.filter(({ remedyId }) => remedyId === request.remedyId)).toEqual([]);
  });
});

describe('asking', () => {
  test.each(['connection-reset', 'server-error', 'bad-gateway', 'truncated', 'cut-off', 'html'] as const)(
    'that ends in %s learns nothing, and says so',
    async (fault) => {
      const request = aRemedy(extension(await sandbox.sell({ endsAt: end })));
      await breakNext('GET', faultBodies[fault]);
      await expect(shop.lookUp(request)).rejects.toThrow(ShopUnavailable);
      await breakNext('GET', faultBodies[fault]);
      await expect(shop.readBalancePayment('pay_1')).rejects.toThrow(ShopUnavailable);
    },
  );

  test('N4: the shop’s wish when to be asked again is told', async () => {
    const request = aRemedy(extension(await sandbox.sell({ endsAt: end })));
    await breakNext('GET', faultBodies['rate-limited']);
    await expect(shop.lookUp(request)).rejects.toMatchObject({ name: 'ShopUnavailable', retryAfterMs: 7_000 });
    await breakNext('POST', faultBodies['rate-limited']);
    expect(await shop.apply(request)).toEqual({ status: 'unknown', reason: 'rate_limited', retryAfterMs: 7_000 });
  });
});

describe('a wrong secret', () => {
  const stranger = () =>
    createShopClient({
      apiUrl: sandbox.url,
      signingSecret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
      timeoutMs: 5_000,
    });

  test('does nothing, leaves the question open for a person, and is told without the secret', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    const request = aRemedy(extension(orderRef));
    expect(await stranger().apply(request)).toEqual({ status: 'unknown', reason: 'credentials_refused' });
    expect((await sandbox.plan(orderRef)).endsAt).toBe(end);
    await expect(stranger().lookUp(request)).rejects.toThrow('the shop could not be asked (credentials_refused)');
  });

  test.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'secret-without-its-prefix-but-long-enough'])(
    '%p is refused before anything is signed with it',
    (wrong) => {
      expect(() => createShopClient({ apiUrl: sandbox.url, signingSecret: wrong, timeoutMs: 5_000 })).toThrow(
        RangeError,
      );
    },
  );
});

describe('the signature', () => {
  test('is what Standard Webhooks’ own example says', () => {
    const sign = createSigner('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1_614_265_330 };
    expect(sign({ ...message, payload: '{"test": 2432232314}' })).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  test('covers method, path and body', () => {
    const sign = createSigner(signingSecret);
    const of = (method: string, path: string, body: string) =>
      sign({ id: 'a', timestampSeconds: 1, payload: payloadOf(method, path, body) });
    const all = [of('POST', '/v1/actions', '{}'), of('GET', '/v1/actions', '{}'), of('POST', '/v1/actions/1', '{}')];
    expect(new Set([...all, of('POST', '/v1/actions', '{ }')]).size).toBe(4);
  });
});

describe('against other servers', () => {
  let server: Server | null = null;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    server = null;
  });

  async function clientOf(listener: RequestListener, path = ''): Promise<Shop> {
    const listening = createServer(listener);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const address = listening.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return createShopClient({ apiUrl: `http://127.0.0.1:${port}${path}`, signingSecret, timeoutMs: 5_000 });
  }
  const saying =
    (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
    (request: IncomingMessage, response) => {
      request.resume();
      response.writeHead(status, headers).end(body);
    };
  const request = aRemedy(extension('ORDER-1'));

  test.each([
    ['a bare 404, as any proxy gives it', 404, 'Not Found', 'status_404'],
    ['a 422 without a code', 422, '{"message":"no"}', 'status_422'],
    ['a code that is no code', 409, '{"code":"Dear Carol Smith,"}', 'status_409'],
    ['a 400', 400, '{"code":"request_malformed"}', 'status_400'],
    ['a 403', 403, '{"code":"forbidden"}', 'credentials_refused'],
    ['success without a reference', 200, '{"status":"applied"}', 'unreadable_answer'],
    ['success in another form', 201, '[]', 'unreadable_answer'],
    ['a redirect', 302, '', 'status_302'],
  ])('%s is unknown, and nothing is learnt by asking', async (_what, status, body, reason) => {
    const location = status === 302 ? { location: `${sandbox.url}/v1/actions` } : undefined;
    const client = await clientOf(saying(status, body, location));
    expect(await client.apply(request)).toEqual({ status: 'unknown', reason });
    await expect(client.lookUp(request)).rejects.toThrow(ShopUnavailable);
    await expect(client.readBalancePayment('pay_1')).rejects.toThrow(ShopUnavailable);
  });

  test('an answer without end is not read to its end', async () => {
    const client = await clientOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await client.apply(request)).toEqual({ status: 'unknown', reason: 'unreadable_answer' });
  });

  test('a wish to be asked again after years is not taken at its word', async () => {
    const client = await clientOf(saying(503, '{}', { 'retry-after': '999999999' }));
    expect(await client.apply(request)).toMatchObject({ status: 'unknown', retryAfterMs: 86_400_000 });
  });

  test('an address with a path before the protocol’s is called and signed with it', async () => {
    const seen: string[] = [];
    const client = await clientOf((call, response) => {
      seen.push(call.url ?? '');
      const timestampSeconds = Number(call.headers['webhook-timestamp']);
      const payload = payloadOf('GET', '/desk/v1/actions/r%2F1', '');
      const expected = createSigner(signingSecret)({
        id: String(call.headers['webhook-id']),
        timestampSeconds,
        payload,
      });
      const isSigned = call.headers['webhook-signature'] === expected;
      response.writeHead(isSigned ? 404 : 401).end('{"code":"action_not_found"}');
    }, '/desk/');
    expect(await client.lookUp({ ...request, remedyId: 'r/1' })).toBeNull();
    expect(seen).toEqual(['/desk/v1/actions/r%2F1']);
  });
});
