/** The page that a shop is built by says what the client does: its example call verifies, its codes are those there are. */

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { actionSchema } from '../../dev/shop-sandbox-rules.ts';
import { signatureProblem } from '../../dev/shop-sandbox-signature.ts';
import type { ShopRequest } from '../../domain/shop.ts';
import { createSigner, payloadOf } from '../../providers/shop-signature.ts';
import { bodyOf } from '../../providers/shop-wire.ts';

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = textOf('docs/operations/shop.md');
const [head = '', body = ''] = (/```http\n([\s\S]*?)\n```/.exec(page)?.[1] ?? '').split('\n\n');
const [line = '', ...fields] = head.split('\n');
const [method = '', path = ''] = line.split(' ');
const headers = Object.fromEntries(fields.map((field) => field.split(': ') as [string, string]));
const secret = /`(whsec_[A-Za-z0-9+/=]{20,})`/.exec(page)?.[1] ?? '';

test('the example is signed as the client signs and as the sandbox verifies', () => {
  const id = headers['webhook-id'] ?? '';
  const timestampSeconds = Number(headers['webhook-timestamp']);
  const payload = payloadOf(method, path, body);
  expect(createSigner(secret)({ id, timestampSeconds, payload })).toBe(headers['webhook-signature']);
  expect(signatureProblem({ method, path, body, headers }, secret, timestampSeconds)).toBeNull();
  expect(signatureProblem({ method, path, body: `${body} `, headers }, secret, timestampSeconds)).toBe(
    'signature_wrong',
  );
});

test('the example’s body is the client’s, byte by byte', () => {
  const { remedyId, action } = actionSchema.parse(JSON.parse(body));
  if (action.kind !== 'extend_plan') throw new Error('the example is an extension');
  const request: ShopRequest = { key: headers['idempotency-key'] ?? '', remedyId, action };
  expect(bodyOf(request)).toBe(body);
});

test('every code with which the sandbox refuses an action is explained, and no other', () => {
  const rules = textOf('dev/shop-sandbox-rules.ts');
  const refusals = [...rules.matchAll(/refused\((\d+), '(\w+)'\)/g)].map(([, status, code]) => `${code} ${status}`);
  const explained = [...page.matchAll(/^\| `(\w+)` +\| (\d{3}) /gm)].map(([, code, status]) => `${code} ${status}`);
  const ofKeys = ['idempotency_key_in_use 409', 'idempotency_mismatch 422'];
  expect(explained.sort()).toEqual([...new Set([...refusals, ...ofKeys])].sort());
});
