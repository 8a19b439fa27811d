/** A second factor of staff: with it switched on, the password alone opens nothing. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from './client.ts';
import { type Desk, ownOrigin, staffPassword, startDesk } from './desk.ts';
import { enrol } from './device.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const cookiesOf = (cookies: readonly string[]): string => cookies.map((cookie) => cookie.split(';')[0]).join('; ');

test('signs a member of staff in only with the code of their device', async () => {
  const agent = await desk.signedIn('agent');
  const { code } = await enrol(agent);

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
