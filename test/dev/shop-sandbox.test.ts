/** The shop's sandbox keeps the protocol's rules: plans, balance, keys, signatures, and books that outlive it. */

import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ageSecondsMax } from '../../dev/shop-sandbox-signature.ts';
import { money } from '../../domain/money.ts';
import type { Shop, ShopAction } from '../../domain/shop.ts';
import { createSigner, payloadOf } from '../../providers/shop-signature.ts';
import { aRemedy, type RunningShop, signingSecret, startShop } from '../providers/shop-bench.ts';

const end = '2026-12-01T00:00:00.000Z';
const grantedAt = '2026-11-20T00:00:00.000Z';

let sandbox: RunningShop;
let shop: Shop;
beforeAll(async () => {
  sandbox = await startShop();
  shop = sandbox.client();
});
afterAll(() => sandbox.close());

const extend = (orderRef: string, more: Partial<Extract<ShopAction, { kind: 'extend_plan' }>>) =>
  shop.apply(aRemedy({ kind: 'extend_plan', orderRef, minutes: 0, bytes: '0', grantedAt, ...more }));
const endPlan = (orderRef: string) => shop.apply(aRemedy({ kind: 'end_plan', orderRef }));
const replace = (orderRef: string) => shop.apply(aRemedy({ kind: 'replace_plan', orderRef }));

describe('M11: an extension', () => {
  test('counts from the end that the plan has when it arrives, after a renewal meanwhile', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    await sandbox.control('PATCH', `plans/${orderRef}`, { endsAt: '2027-01-01T00:00:00.000Z' });
    expect(await extend(orderRef, { minutes: 1440 })).toMatchObject({ planEndsAt: '2027-01-02T00:00:00.000Z' });
  });

  test('of a plan that has run out counts from the grant', async () => {
    const orderRef = await sandbox.sell({ endsAt: '2026-11-01T00:00:00.000Z' });
    expect(await extend(orderRef, { minutes: 60 })).toMatchObject({ planEndsAt: '2026-11-20T01:00:00.000Z' });
  });

  test('after another adds to what the first has made of it', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    await Promise.all([extend(orderRef, { minutes: 60 }), extend(orderRef, { minutes: 30 })]);
    expect((await sandbox.plan(orderRef)).endsAt).toBe('2026-12-01T01:30:00.000Z');
  });

  test('of a metered plan adds traffic beyond what a float can hold, and leaves the end alone', async () => {
    const orderRef = await sandbox.sell({ endsAt: end, bytes: '9007199254740993' });
    expect(await extend(orderRef, { bytes: '2' })).toMatchObject({ status: 'applied', planEndsAt: end });
    expect(await sandbox.plan(orderRef)).toMatchObject({ bytes: '9007199254740995', endsAt: end });
  });

  test('of an ended plan is refused', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    await endPlan(orderRef);
    expect(await extend(orderRef, { minutes: 60 })).toEqual({ status: 'refused', reason: 'plan_ended' });
    expect((await sandbox.plan(orderRef)).endsAt).toBe(end);
  });

  test('of a plan that gave way to another is refused, and the other is left as it was sold', async () => {
    const [orderRef, other] = [await sandbox.sell({ endsAt: end }), await sandbox.sell({ endsAt: end })];
    await sandbox.control('PATCH', `plans/${orderRef}`, { upgraded: true });
    const refusal = { status: 'refused', reason: 'plan_upgraded' };
    expect(await extend(orderRef, { minutes: 60 })).toEqual(refusal);
    expect([await replace(orderRef), await endPlan(orderRef)]).toEqual([refusal, refusal]);
    expect(await sandbox.plan(orderRef)).toMatchObject({ endsAt: end, ended: false, replacements: 0 });
    expect(await sandbox.plan(other)).toMatchObject({ endsAt: end, ended: false, upgraded: false });
  });

  test('of a plan that is upgraded after it was extended stays, and its repeat is answered as before', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    const request = aRemedy({ kind: 'extend_plan', orderRef, minutes: 60, bytes: '0', grantedAt });
    const first = await shop.apply(request);
    await sandbox.control('PATCH', `plans/${orderRef}`, { upgraded: true });
    expect([await shop.lookUp(request), await shop.apply(request)]).toEqual([first, first]);
  });

  test.each([
    ['29 February', '2028-02-28T12:00:00.000Z', '2028-02-29T12:00:00.000Z'],
    ['the end of a February of 28', '2026-02-28T12:00:00.000Z', '2026-03-01T12:00:00.000Z'],
    ['the end of a year', '2026-12-31T12:00:00.000Z', '2027-01-01T12:00:00.000Z'],
  ])('M4: of a day moves the end by the time of one, over %s', async (_name, endsAt, moved) => {
    const orderRef = await sandbox.sell({ endsAt });
    expect(await extend(orderRef, { minutes: 1440, grantedAt: '2026-01-01T00:00:00.000Z' })).toMatchObject({
      planEndsAt: moved,
    });
  });

  test('in time needs a term, and in traffic a meter', async () => {
    expect(await extend(await sandbox.sell({ bytes: '1' }), { minutes: 1 })).toEqual({
      status: 'refused',
      reason: 'plan_has_no_term',
    });
    expect(await extend(await sandbox.sell({ endsAt: end }), { bytes: '1' })).toEqual({
      status: 'refused',
      reason: 'plan_not_metered',
    });
  });
});

describe('an end and a replacement', () => {
  test('a plan ended twice has ended, whoever ended it first', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    expect((await endPlan(orderRef)).status).toBe('applied');
    expect((await endPlan(orderRef)).status).toBe('applied');
    expect((await sandbox.plan(orderRef)).ended).toBe(true);
  });

  test('a replaced plan is another one with the same end and traffic', async () => {
    const orderRef = await sandbox.sell({ endsAt: end, bytes: '5' });
    const before = await sandbox.plan(orderRef);
    expect(await replace(orderRef)).toMatchObject({ status: 'applied', planEndsAt: end });
    const after = await sandbox.plan(orderRef);
    expect(after).toEqual({ ...before, planRef: after.planRef, replacements: 1 });
    expect(after.planRef).not.toBe(before.planRef);
  });

  test('an ended plan is not replaced, and an unknown one is neither', async () => {
    const orderRef = await sandbox.sell({ endsAt: end });
    await endPlan(orderRef);
    expect(await replace(orderRef)).toEqual({ status: 'refused', reason: 'plan_ended' });
    expect(await replace('ORDER-unknown')).toEqual({ status: 'refused', reason: 'plan_not_found' });
    expect(await endPlan('ORDER-unknown')).toEqual({ status: 'refused', reason: 'plan_not_found' });
  });
});

test('an order that is sold twice is one plan, so that its extension stays', async () => {
  const orderRef = await sandbox.sell({ endsAt: end });
  await extend(orderRef, { minutes: 60 });
  expect((await sandbox.control('PUT', `plans/${orderRef}`, { endsAt: end })).status).toBe(200);
  expect((await sandbox.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
});

describe('a call is taken', () => {
  const nowSeconds = () => Math.floor(Date.now() / 1000);

  async function call(given: {
    body?: string;
    signed?: string;
    path?: string;
    age?: number;
    headers?: Record<string, string>;
  }) {
    const body = given.body ?? '{}';
    const timestampSeconds = nowSeconds() - (given.age ?? 0);
    const id = `test/${randomUUID()}`;
    const payload = payloadOf('POST', '/v1/actions', given.signed ?? body);
    const response = await fetch(`${sandbox.url}${given.path ?? '/v1/actions'}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': createSigner(signingSecret)({ id, timestampSeconds, payload }),
        ...given.headers,
      },
      body,
    });
    return { status: response.status, body: await response.json() };
  }
  const refusedAs = (code: string) => ({ status: 401, body: { code } });

  test('only with a signature over this body, this path and this id (W4)', async () => {
    expect(await call({ signed: '{ }' })).toEqual(refusedAs('signature_wrong'));
    expect(await call({ path: '/v1/actions/1' })).toEqual(refusedAs('signature_wrong'));
    expect(await call({ path: '/v1/actions?again' })).toEqual(refusedAs('signature_wrong'));
    expect(await call({ headers: { 'webhook-id': 'another' } })).toEqual(refusedAs('signature_wrong'));
    expect(await call({ headers: { 'webhook-signature': '' } })).toEqual(refusedAs('signature_wrong'));
    expect((await call({})).status).toBe(400);
  });

  test('only within its age, of which the sign does not matter (W4)', async () => {
    expect(await call({ age: ageSecondsMax + 5 })).toEqual(refusedAs('signature_too_old'));
    expect(await call({ age: -ageSecondsMax - 5 })).toEqual(refusedAs('signature_too_old'));
    expect((await call({ age: ageSecondsMax - 5 })).status).toBe(400);
    expect(await call({ headers: { 'webhook-timestamp': 'now' } })).toEqual(refusedAs('signature_too_old'));
  });

  test('with several signatures where one of them is right, as while a secret is rotated', async () => {
    const body = JSON.stringify({ remedyId: randomUUID(), action: { kind: 'end_plan', orderRef: 'ORDER-none' } });
    const id = `test/${randomUUID()}`;
    const timestampSeconds = nowSeconds();
    const right = createSigner(signingSecret)({
      id,
      timestampSeconds,
      payload: payloadOf('POST', '/v1/actions', body),
    });
    const headers = { 'webhook-id': id, 'idempotency-key': id, 'webhook-timestamp': String(timestampSeconds) };
    const answer = await call({ body, headers: { ...headers, 'webhook-signature': `v1,AAAA ${right}` } });
    expect(answer).toEqual({ status: 404, body: { code: 'plan_not_found' } });
  });
});

describe('the books', () => {
  test('R4: a shop that is started again still knows what it has done, and the same key does nothing again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'refund-desk-shop-'));
    const stateFile = join(folder, 'shop.jsonl');
    const first = await startShop({ stateFile });
    const orderRef = await first.sell({ endsAt: end });
    const request = aRemedy({ kind: 'extend_plan', orderRef, minutes: 60, bytes: '0', grantedAt });
    await first.control('POST', 'faults', { kind: 'lose-answer', method: 'POST' });
    expect((await first.client().apply(request)).status).toBe('unknown');
    await first.close();
    appendFileSync(stateFile, '[{"table":"plan","id":"half a li');

    const second = await startShop({ stateFile });
    const found = await second.client().lookUp(request);
    expect(found?.status).toBe('applied');
    expect(await second.client().apply(request)).toEqual(found);
    expect((await second.plan(orderRef)).endsAt).toBe('2026-12-01T01:00:00.000Z');
    await second.close();
    rmSync(folder, { recursive: true });
  });

  test('show what was credited of each payment, and by which remedy', async () => {
    await sandbox.control('PUT', 'payments/pay_books', { accountRef: 'acme', minor: '1000', currency: 'EUR' });
    const request = aRemedy({ kind: 'credit_balance', captureRef: 'pay_books', amount: money(300n, 'EUR') });
    await shop.apply(request);
    await sandbox.control('POST', 'credits', { captureRef: 'pay_books', minor: '200' });
    const { payments, credits, actions } = await sandbox.books();
    expect(payments).toContainEqual(expect.objectContaining({ id: 'pay_books', credited: '500' }));
    expect(credits.filter(({ captureRef }) => captureRef === 'pay_books').map(({ remedyId }) => remedyId)).toEqual([
      request.remedyId,
      null,
    ]);
    expect(actions).toContainEqual(expect.objectContaining({ remedyId: request.remedyId, key: request.key }));
  });

  test('are a page for people, in which nothing that was sold can be markup', async () => {
    await sandbox.control('PUT', `plans/${encodeURIComponent('<b>bold</b>')}`, {});
    const page = await (await fetch(sandbox.url)).text();
    expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect(page).not.toContain('<b>bold');
  });

  test('a control that is not there or not understood says so', async () => {
    expect((await sandbox.control('GET', 'nothing')).status).toBe(404);
    expect((await sandbox.control('PUT', 'plans/ORDER-x', { ends: end })).status).toBe(422);
    expect((await sandbox.control('PATCH', 'plans/ORDER-none', { ended: true })).status).toBe(404);
  });
});
