/** A second factor of staff: with it switched on, the password alone opens nothing. */

import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from './client.ts';
import { type Desk, ownOrigin, staffPassword, startDesk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** RFC 6238: six digits of thirty seconds. */
function codeAt(secret: Buffer, seconds: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const cookiesOf = (cookies: readonly string[]): string => cookies.map((cookie) => cookie.split(';')[0]).join('; ');

test('signs a member of staff in only with the code of their device', async () => {
  const agent = await desk.signedIn('agent');
  const enabled = await agent.post('/v1/auth/two-factor/enable', { password: staffPassword });
  const secret = fromBase32(new URL(String(enabled.json['totpURI'])).searchParams.get('secret') ?? '');
  const code = () => codeAt(secret, Date.now() / 1000);
  expect((await agent.post('/v1/auth/two-factor/verify-totp', { code: code() })).status).toBe(200);

  const headers = { Origin: ownOrigin };
  const body = { email: agent.email, password: staffPassword };
  const first = await desk.stranger.send('POST', '/v1/auth/sign-in/email', { body, headers });
  expect(first.json['twoFactorRedirect']).toBe(true);
  expect(first.cookies.join('\n')).not.toMatch(/max-age=[1-9]|expires/i);
  const halfway = createClient(desk.url, { Cookie: cookiesOf(first.cookies), ...headers });
  expect((await halfway.get('/v1/me')).status).toBe(401);

  const wrong = await halfway.post('/v1/auth/two-factor/verify-totp', {
    code: '000000' === code() ? '000001' : '000000',
  });
  expect(wrong.status).toBe(401);
  const right = await halfway.post('/v1/auth/two-factor/verify-totp', { code: code() });
  expect(right.status).toBe(200);
  expect(right.cookies.join('\n')).not.toMatch(/max-age=[1-9]|expires/i);
  const inside = createClient(desk.url, { Cookie: cookiesOf(right.cookies), ...headers });
  expect((await inside.get('/v1/me')).json['role']).toBe('agent');
});
