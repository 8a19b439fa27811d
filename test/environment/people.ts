/** People at a whole desk, signed in as they would: customers by mailed code, staff by password, the shop by its key. */

import { randomUUID } from 'node:crypto';
import type { Role } from '../../domain/role.ts';
import { type Client, createClient } from '../api/client.ts';
import type { Desk } from './desk.ts';
import { patienceMs } from './patience.ts';

/** As much of a desk as signing in takes, whether it runs in the test's process or in its own. */
export interface SignInDesk {
  readonly url: string;
  readonly core: Pick<Desk['core'], 'db'>;
  readonly auth: Pick<Desk['auth'], 'setPassword' | 'createApiKey'>;
  readonly mail: Pick<Desk['mail'], 'waitForMail'>;
}

export interface Person extends Client {
  readonly id: string;
  readonly email: string;
  /** Of the session, as a browser sends it; empty of a service. */
  readonly cookie: string;
}

const password = 'a long enough password';

/** A new person of the role; the same e-mail address again is the same person. */
export async function signIn(
  desk: SignInDesk,
  role: Role,
  email: string = `${role}-${randomUUID()}@people.example`,
): Promise<Person> {
  const id = await makePerson(desk, role, email);
  if (role === 'service')
    return {
      ...createClient(desk.url, { 'x-api-key': await desk.auth.createApiKey(id, 'test') }),
      id,
      email,
      cookie: '',
    };
  const open = createClient(desk.url, { origin: desk.url });
  const cookie = role === 'customer' ? await byCode(desk, open, email) : await byPassword(desk, open, id, email);
  return { ...createClient(desk.url, { origin: desk.url, cookie }), id, email, cookie };
}

async function makePerson(desk: SignInDesk, role: Role, email: string): Promise<string> {
  const rows: { id: string }[] = await desk.core
    .db('people')
    .insert({ role, email, name: `${role} ${email.slice(0, 12)}`, email_verified: true })
    .onConflict('email')
    .merge(['email'])
    .returning('id');
  return rows[0]?.id ?? '';
}

async function byCode(desk: SignInDesk, open: Client, email: string): Promise<string> {
  await open.post('/v1/auth/email-otp/send-verification-otp', { email, type: 'sign-in' });
  const mail = await desk.mail.waitForMail(
    (caught) => caught.to.includes(email) && /\b\d{8}\b/.test(caught.subject),
    patienceMs,
  );
  const otp = /\b\d{8}\b/.exec(mail.subject)?.[0];
  return cookieOf(await open.post('/v1/auth/sign-in/email-otp', { email, otp }));
}

async function byPassword(desk: SignInDesk, open: Client, id: string, email: string): Promise<string> {
  await desk.auth.setPassword(id, password);
  return cookieOf(await open.post('/v1/auth/sign-in/email', { email, password }));
}

function cookieOf(answer: Awaited<ReturnType<Client['post']>>): string {
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status} ${answer.text}`);
  return answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}
