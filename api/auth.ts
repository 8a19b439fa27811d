/**
 * Sign-in by better-auth over the tables of our own migration: a code by mail for customers, a password with an optional
 * second factor for staff, keys for the shop's systems. Nobody signs up as anything but a customer.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { apiKey } from '@better-auth/api-key';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { fromNodeHeaders } from 'better-auth/node';
import { emailOTP } from 'better-auth/plugins/email-otp';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { SubjectId } from '../domain/ids.ts';
import { type Role, roles } from '../domain/role.ts';
import { authTables, clientAddressHeader } from './auth-tables.ts';
import type { Log } from './ports.ts';
import type { Identity } from './principal.ts';
import { type CodeChecked, checkCode } from './second-factor.ts';
import { endCookiesWithBrowser, endWithBrowser, sessionLifetimeSeconds } from './session-cookie.ts';
import { createAttempts } from './sign-in-attempts.ts';

export const authBasePath = '/v1/auth';

const codeDigits = 8;
const codeLifetimeSeconds = 10 * 60;
const codeAttemptsMax = 5;
const passwordCharactersMin = 12;

/** As much of `pg`’s pool as tells it from anything else; the library’s own type for it says nothing. */
export interface SqlPool {
  connect(): Promise<unknown>;
  end(): Promise<void>;
}

export interface AuthSettings {
  /** A pool of PostgreSQL, of the library’s own: it brings its own query builder. */
  readonly database: SqlPool;
  readonly secret: string;
  readonly publicUrl: string;
  /** Mails a one-time code; called for customers and for those whom nobody knows yet. */
  sendCode(mail: { email: string; code: string; minutes: number }): Promise<void>;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** Sign-in attempts and codes asked for, per address and minute. */
  readonly attemptsPerMinute?: number;
}

/** Sign-in as the door uses it. */
export interface Authenticator {
  /** Answers a request below `/v1/auth`. */
  handle(request: Request): Promise<Response>;
  /** Who holds the session cookie or key of these headers; `null` where there is none or it does not hold. */
  identify(headers: IncomingHttpHeaders): Promise<Identity | null>;
  /** Which step of a person's device a code is of; `none` where they have not set one up. */
  checkSecondFactor(personId: SubjectId, code: string): Promise<CodeChecked>;
}

/** What the administration of people needs besides, from a trusted caller only: demo data, tests, an operator. */
export interface Credentials {
  /** Gives a member of staff a password, in place of any former one. */
  setPassword(personId: string, password: string): Promise<void>;
  /** Makes a key for a person of role `service`; it is told once and kept as a hash. */
  createApiKey(personId: string, name: string): Promise<string>;
}

export interface Auth extends Authenticator, Credentials {
  /** For the comparison of our migration with what the library expects. */
  readonly options: BetterAuthOptions;
}

const isRole = (value: unknown): value is Role => roles.includes(value as Role);

interface PersonRow {
  readonly id: string;
  readonly role: unknown;
}

export function createAuth(settings: AuthSettings): Auth {
  const options = authOptions(settings, (email) => roleByEmail(email));
  const auth = betterAuth(options);

  async function person(where: { field: string; value: string }): Promise<PersonRow | null> {
    const { adapter } = await auth.$context;
    return adapter.findOne<PersonRow>({ model: 'user', where: [where] });
  }
  async function roleByEmail(email: string): Promise<Role | null> {
    const found = await person({ field: 'email', value: email.toLowerCase() });
    return isRole(found?.role) ? found.role : null;
  }
  /** The library tells a database that is away like a key that is wrong; this throws where it is away. */
  const proveDatabase = () => person({ field: 'id', value: '00000000-0000-0000-0000-000000000000' });

  async function identifyKey(key: string): Promise<Identity | null> {
    const { valid, key: found } = await auth.api.verifyApiKey({ body: { key } });
    if (!valid || !found) {
      await proveDatabase();
      return null;
    }
    const owner = await person({ field: 'id', value: found.referenceId });
    // A key acts for the shop's systems; one of a person who became something else does nothing.
    if (owner?.role !== 'service') return null;
    return { subjectId: owner.id as SubjectId, role: 'service', via: 'apiKey' };
  }

  async function identifySession(headers: Headers): Promise<Identity | null> {
    try {
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true, disableCookieCache: true } });
      const user: Record<string, unknown> | undefined = found?.user;
      if (!user || !isRole(user['role']) || user['role'] === 'service') return null;
      return { subjectId: String(user['id']) as SubjectId, role: user['role'], via: 'session' };
    } catch (fault) {
      await proveDatabase();
      throw fault;
    }
  }

  return {
    options,
    handle: async (request) => {
      const answer = await auth.handler(request);
      if (answer.status >= 500) await proveDatabase();
      return endCookiesWithBrowser(answer);
    },
    identify: async (headers) => {
      const key = headers['x-api-key'];
      if (typeof key === 'string') return identifyKey(key);
      return headers.cookie === undefined ? null : identifySession(fromNodeHeaders(headers));
    },
    checkSecondFactor: async (personId, code) => checkCode(await auth.$context, personId, code),
    setPassword: async (personId, password) => {
      const { internalAdapter, password: hashing } = await auth.$context;
      const hash = await hashing.hash(password);
      const accounts = await internalAdapter.findAccounts(personId);
      const credential = accounts.find(({ providerId }) => providerId === 'credential');
      if (credential) await internalAdapter.updatePassword(personId, hash);
      else {
        const account = { userId: personId, providerId: 'credential', accountId: personId };
        await internalAdapter.createAccount({ ...account, password: hash });
      }
    },
    createApiKey: async (personId, name) => (await auth.api.createApiKey({ body: { userId: personId, name } })).key,
  };
}

function authOptions(settings: AuthSettings, roleOf: (email: string) => Promise<Role | null>) {
  const perMinute = settings.attemptsPerMinute ?? 10;
  const attempts = { window: 60, max: perMinute };
  return {
    appName: 'Refund Desk',
    database: settings.database,
    secret: settings.secret,
    baseURL: settings.publicUrl,
    basePath: authBasePath,
    trustedOrigins: [new URL(settings.publicUrl).origin],
    telemetry: { enabled: false },
    ...authTables,
    session: {
      ...authTables.session,
      expiresIn: sessionLifetimeSeconds.remembered,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordCharactersMin,
      revokeSessionsOnPasswordReset: true,
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: perMinute * 10,
      customStorage: createAttempts(),
      customRules: { '/sign-in/*': attempts, '/two-factor/*': attempts, '/email-otp/*': attempts },
    },
    advanced: {
      cookiePrefix: 'refund-desk',
      useSecureCookies: settings.publicUrl.startsWith('https:'),
      database: { generateId: 'uuid' as const },
      // The door puts the one header here that says who asks; what a client says of itself does not count.
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    databaseHooks: { session: { create: { before: endWithBrowser.beforeCreate } } },
    hooks: { before: beforeSignIn(roleOf), after: endWithBrowser.afterRequest },
    // What the library would print may hold an address; only its own words pass.
    logger: {
      log: (level: string, message: string) => {
        if (level === 'error') settings.log.error({ part: 'auth' }, message);
        else if (level === 'warn') settings.log.warn({ part: 'auth' }, message);
      },
    },
    plugins: [
      emailOTP({
        otpLength: codeDigits,
        expiresIn: codeLifetimeSeconds,
        allowedAttempts: codeAttemptsMax,
        storeOTP: 'hashed',
        sendVerificationOTP: async ({ email, otp, type }) => {
          const role = await roleOf(email);
          // Staff sign in by password; the answer does not tell who is staff.
          if (type !== 'sign-in' || (role !== null && role !== 'customer')) return;
          await settings.sendCode({ email, code: otp, minutes: codeLifetimeSeconds / 60 });
        },
      }),
      twoFactor({ issuer: 'Refund Desk', schema: authTables.twoFactorSchema }),
      apiKey({
        schema: authTables.apiKeySchema,
        rateLimit: { enabled: false },
        defaultPrefix: 'rd_',
        maximumNameLength: 100,
      }),
    ],
  } satisfies BetterAuthOptions;
}

const beforeSignIn = (roleOf: (email: string) => Promise<Role | null>) =>
  createAuthMiddleware(async (context) => {
    if (!context.path.startsWith('/sign-in/')) return undefined;
    const given: unknown = context.body;
    const body = typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
    if (context.path === '/sign-in/email-otp') await refuseCodeForStaff(roleOf, body['email']);
    // The library takes silence for a wish to be remembered; here only a plain yes is one (PV-2.2).
    return { context: { body: { ...body, rememberMe: body['rememberMe'] === true } } };
  });

/** A code from somebody's mailbox must not stand in for a staff password and its second factor. */
async function refuseCodeForStaff(roleOf: (email: string) => Promise<Role | null>, email: unknown): Promise<void> {
  const role = typeof email === 'string' ? await roleOf(email) : null;
  if (role === null || role === 'customer') return;
  // The words of a wrong code, so that the answer tells nobody who is staff.
  throw new APIError('BAD_REQUEST', { code: 'INVALID_OTP', message: 'Invalid OTP' });
}
