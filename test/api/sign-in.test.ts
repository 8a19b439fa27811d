/** Sign-in: codes for customers, passwords for staff, keys for the shop, and cookies that end with the browser. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getMigrations } from 'better-auth/db/migration';
import { objectIn } from './client.ts';
import { type Desk, ownOrigin, staffPassword, startDesk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const signIn = (path: string, body: object) =>
  desk.stranger.send('POST', `/v1/auth/${path}`, { body, headers: { Origin: ownOrigin } });

async function codeOf(email: string): Promise<string> {
  const sent = await signIn('email-otp/send-verification-otp', { email, type: 'sign-in' });
  expect(sent.status).toBe(200);
  return desk.codes.get(email) ?? '';
}

const sessionCookie = (cookies: readonly string[]): string =>
  cookies.find((cookie) => cookie.includes('refund-desk.session_token=')) ?? '';

describe('customers', () => {
  test('PV-2.2: the cookie of a code sign-in ends with the browser', async () => {
    const email = 'browser@example.com';
    const answer = await signIn('sign-in/email-otp', { email, otp: await codeOf(email) });
    const cookie = sessionCookie(answer.cookies);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(answer.cookies.join('\n')).not.toMatch(/max-age|expires/i);
  });

  test('PV-2.2: the cookie outlives the browser only where the person asked to be remembered', async () => {
    const email = 'remembered@example.com';
    const answer = await signIn('sign-in/email-otp', { email, otp: await codeOf(email), rememberMe: true });
    expect(sessionCookie(answer.cookies)).toMatch(/Max-Age=2592000/i);
    const session: { remembered: boolean } = await desk
      .db('sessions')
      .orderBy('created_at', 'desc')
      .first('remembered');
    expect(session.remembered).toBe(true);
  });

  test('PV-2.2: no request but sign-in sets a cookie', async () => {
    const customer = await desk.signedIn('customer');
    for (const path of ['/v1/me', '/v1/auth/get-session', '/docs', '/openapi.json']) {
      expect((await customer.get(path)).cookies).toEqual([]);
    }
  });

  test('a code is of eight digits and kept only as a hash, under a hashed address', async () => {
    const email = 'hashed@example.com';
    const code = await codeOf(email);
    expect(code).toMatch(/^\d{8}$/);
    const kept = JSON.stringify(await desk.db('verifications').select());
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(email);
  });

  test('a wrong code is refused, and after five attempts the right one is too', async () => {
    const email = 'guessed@example.com';
    const code = await codeOf(email);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await signIn('sign-in/email-otp', { email, otp: '00000000' })).status).toBe(401);
    }
    const answer = await signIn('sign-in/email-otp', { email, otp: code });
    expect([403, 422]).toContain(answer.status);
    expect(answer.cookies).toEqual([]);
  });

  test('a code works once', async () => {
    const email = 'once@example.com';
    const otp = await codeOf(email);
    expect((await signIn('sign-in/email-otp', { email, otp })).status).toBe(200);
    expect((await signIn('sign-in/email-otp', { email, otp })).status).toBe(401);
  });

  test('one whom nobody knows becomes a customer, whatever role they name', async () => {
    const email = 'new@example.com';
    const answer = await signIn('sign-in/email-otp', { email, otp: await codeOf(email), role: 'admin' });
    const person: { role: string } | undefined = await desk.db('people').where({ email }).first('role');
    expect([answer.status, person?.role]).not.toContain('admin');
    const plain = await signIn('sign-in/email-otp', { email, otp: await codeOf(email) });
    expect(plain.status).toBe(200);
    const made: { role: string } = await desk.db('people').where({ email }).first('role');
    expect(made.role).toBe('customer');
  });

  test('a buyer whom the shop named before signs in as that very person', async () => {
    const rows: { id: string }[] = await desk.db('people').insert({ email: 'buyer@example.com' }).returning('id');
    const answer = await signIn('sign-in/email-otp', {
      email: 'Buyer@Example.com',
      otp: await codeOf('buyer@example.com'),
    });
    expect(objectIn(answer.json, 'user')['id']).toBe(rows[0]?.id);
  });
});

describe('staff', () => {
  test('a code never signs a member of staff in, and the answers do not tell who is one', async () => {
    const agent = await desk.signedIn('agent');
    const sent = await signIn('email-otp/send-verification-otp', { email: agent.email, type: 'sign-in' });
    expect(sent.text).toBe(
      (await signIn('email-otp/send-verification-otp', { email: 'nobody@example.com', type: 'sign-in' })).text,
    );
    expect(desk.codes.has(agent.email)).toBe(false);
    const tried = await signIn('sign-in/email-otp', { email: agent.email, otp: '12345678' });
    const nobody = await signIn('sign-in/email-otp', { email: 'nobody@example.com', otp: '12345678' });
    expect([tried.status, tried.json['facts']]).toEqual([nobody.status, nobody.json['facts']]);
  });

  test('PV-2.2: the cookie of a password sign-in ends with the browser', async () => {
    const { email } = await desk.signedIn('finance');
    const answer = await signIn('sign-in/email', { email, password: staffPassword });
    expect(sessionCookie(answer.cookies)).not.toBe('');
    expect(answer.cookies.join('\n')).not.toMatch(/max-age|expires/i);
    const remembered = await signIn('sign-in/email', { email, password: staffPassword, rememberMe: true });
    expect(sessionCookie(remembered.cookies)).toMatch(/Max-Age=2592000/i);
  });

  test('a wrong password is refused in the words of an unknown address', async () => {
    const { email } = await desk.signedIn('agent');
    const wrong = await signIn('sign-in/email', { email, password: 'another long password' });
    const unknown = await signIn('sign-in/email', { email: 'nobody@example.com', password: 'another long password' });
    expect(wrong.status).toBe(401);
    expect([wrong.status, wrong.json['facts']]).toEqual([unknown.status, unknown.json['facts']]);
  });

  test('a second factor can be switched on with the password', async () => {
    const lead = await desk.signedIn('lead');
    const answer = await lead.post('/v1/auth/two-factor/enable', { password: staffPassword });
    expect(answer.status).toBe(200);
    expect(answer.json['totpURI']).toMatch(/^otpauth:\/\/totp\//);
    const row: { secret: string } = await desk.db('second_factors').where({ person_id: lead.id }).first('secret');
    expect(answer.json['totpURI']).not.toContain(row.secret);
  });

  test('nobody signs up by password', async () => {
    const answer = await signIn('sign-up/email', { email: 'me@example.com', password: staffPassword, name: 'Me' });
    expect(answer.status).toBe(404);
  });
});

describe('sessions and keys', () => {
  test('a session ends with sign-out', async () => {
    const customer = await desk.signedIn('customer');
    expect((await customer.get('/v1/me')).json['role']).toBe('customer');
    expect((await customer.post('/v1/auth/sign-out')).status).toBe(200);
    expect((await customer.get('/v1/me')).status).toBe(401);
  });

  test('a key acts as the shop’s systems only, and is kept as a hash', async () => {
    const service = await desk.signedIn('service');
    expect((await service.get('/v1/me')).json['role']).toBe('service');
    const agent = await desk.signedIn('agent');
    const key = await desk.auth.createApiKey(agent.id, 'mine');
    expect((await desk.stranger.send('GET', '/v1/me', { headers: { 'x-api-key': key } })).status).toBe(401);
    expect(JSON.stringify(await desk.db('api_keys').select('key_hash'))).not.toContain(key);
  });

  test('a wrong key is not signed in, also beside a good cookie', async () => {
    const customer = await desk.signedIn('customer');
    const answer = await customer.send('GET', '/v1/me', { headers: { 'x-api-key': 'rd_wrong' } });
    expect(answer.status).toBe(401);
  });

  test('nobody makes themselves a key or another role over HTTP', async () => {
    const customer = await desk.signedIn('customer');
    expect((await customer.post('/v1/auth/api-key/create', { name: 'mine' })).status).toBe(404);
    expect((await customer.post('/v1/auth/update-user', { role: 'admin' })).status).toBe(404);
  });

  test('a forged address header does not get round the limit of attempts', async () => {
    const limited = await startDesk({ attemptsPerMinute: 3 });
    try {
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const answer = await limited.stranger.send('POST', '/v1/auth/sign-in/email-otp', {
          body: { email: 'guess@example.com', otp: '00000000' },
          headers: {
            Origin: ownOrigin,
            'X-Forwarded-For': `198.51.100.${attempt}`,
            'X-Desk-Client-Address': `198.51.100.${attempt}`,
          },
        });
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
    } finally {
      await limited.close();
    }
  });

  test('over https the cookie is sent over https only', async () => {
    const secure = await startDesk({ publicUrl: 'https://desk.test' });
    try {
      const headers = { Origin: 'https://desk.test' };
      const email = 'secure@example.com';
      await secure.stranger.send('POST', '/v1/auth/email-otp/send-verification-otp', {
        body: { email, type: 'sign-in' },
        headers,
      });
      const body = { email, otp: secure.codes.get(email) };
      const answer = await secure.stranger.send('POST', '/v1/auth/sign-in/email-otp', { body, headers });
      expect(answer.cookies[0]).toMatch(/^__Secure-refund-desk\.session_token=.*; Secure/);
      expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=/);
    } finally {
      await secure.close();
    }
  });
});

test('the migration has every table and column that the sign-in library expects', async () => {
  const { toBeCreated, toBeAdded, schemaProblems } = await getMigrations(desk.auth.options, { throwOnUnsafe: false });
  expect({ toBeCreated, toBeAdded, schemaProblems }).toEqual({ toBeCreated: [], toBeAdded: [], schemaProblems: [] });
});
