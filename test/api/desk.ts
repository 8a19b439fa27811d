/** The API over a real database, as a suite uses it: served on loopback, with clients of every role. */

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Registry } from 'prom-client';
import { createApi } from '../../api/app.ts';
import { type Auth, createAuth } from '../../api/auth.ts';
import type { ProviderWebhook } from '../../api/ports.ts';
import type { Rates } from '../../api/rates.ts';
import { type Database, isUnavailable, openDatabase } from '../../db/database.ts';
import type { EvidenceStore } from '../../domain/evidence.ts';
import type { PayeeScreening } from '../../domain/payee.ts';
import type { LimitPerCurrency } from '../../domain/policy.ts';
import type { Role } from '../../domain/role.ts';
import type { Scanner } from '../../domain/scanner.ts';
import { createDecoder } from '../../providers/decoder.ts';
import { createEvidenceDirectory } from '../../providers/evidence-directory.ts';
import { createPacketPrinter } from '../../providers/evidence-packet.ts';
import { createLetterPrinter } from '../../providers/letter.ts';
import { createChangeFeed } from '../../runtime/change-feed.ts';
import { Secret } from '../../runtime/config.ts';
import { createIntake, type Intake, type IntakeParts } from '../../runtime/intake.ts';
import { createPayloadCodec } from '../../runtime/payload-codec.ts';
import { factsOfRails } from '../../runtime/rails.ts';
import { createStores } from '../../runtime/stores.ts';
import { transactorOf } from '../../runtime/transactor.ts';
import { copyTemplate } from '../environment/database.ts';
import { ourIban } from '../providers/bank-messages.ts';
import { type Client, createClient } from './client.ts';
import { createNearDelivery, type NearDelivery, tieHash } from './near-delivery.ts';

export const ownOrigin = 'http://desk.test';
export const temporalUiOrigin = 'http://temporal.test';

export interface Desk {
  readonly url: string;
  readonly db: Database;
  readonly auth: Auth;
  readonly delivery: NearDelivery;
  readonly intake: Intake;
  /** As another process of the API has it. */
  anotherIntake(parts?: Partial<IntakeParts>): Intake;
  readonly evidence: EvidenceStore;
  /** Where that keeps what it has. */
  readonly evidenceDirectory: string;
  /** The newest code mailed to an address. */
  readonly codes: ReadonlyMap<string, string>;
  /** Lines that were logged, as JSON. */
  readonly logged: readonly string[];
  now(): Date;
  /** One who is not signed in. */
  readonly stranger: Client;
  /** A new person of the role, signed in; customers by code, staff by password, a service by key. */
  signedIn(role: Role, email?: string): Promise<Person>;
  close(): Promise<void>;
}

export interface Person extends Client {
  readonly id: string;
  readonly email: string;
}

export interface DeskOptions {
  readonly rates?: Partial<Rates>;
  readonly attemptsPerMinute?: number;
  readonly publicUrl?: string;
  readonly streamBeatMs?: number;
  readonly secondFactor?: 'required' | 'enrolled';
  readonly approvalMax?: LimitPerCurrency;
  /** `null` for a desk that asks nobody. */
  readonly screening?: PayeeScreening | null;
  readonly stripe?: (db: Database) => ProviderWebhook;
  readonly paypal?: (db: Database) => ProviderWebhook;
  readonly scanner?: Scanner;
  /** The folder of the built pages. */
  readonly pages?: string;
}

const clearing: PayeeScreening = { check: async () => 'clear' };

const noWebhook: ProviderWebhook = { take: async () => ({ refused: 'webhook-signature' }) };

/** Suites ask faster than people; those about limits set their own. */
const noLimits: Rates = {
  perAddressPerMinute: 100_000,
  perPrincipalPerMinute: 100_000,
  signInsPerAddressPerMinute: 100_000,
};

export const staffPassword = 'a long enough password';

const printers = { letters: createLetterPrinter(), packets: createPacketPrinter() } as const;
/** Files that a person hands in are looked through as they are in the whole desk; without a scanner unless one is given. */
function storesOver(db: Database, directory: string, parts: Pick<IntakeParts, 'clock' | 'log' | 'scanner'>) {
  const evidence = createEvidenceDirectory({ directory, key: randomBytes(32).toString('base64') });
  const decoder = createDecoder();
  /** As another API process has it. */
  const anotherIntake = (own: Partial<IntakeParts> = {}) => createIntake({ db, evidence, decoder, ...parts, ...own });
  const intake = anotherIntake();
  const stores = createStores({
    db,
    evidence,
    intake,
    bankAccount: ourIban,
    tieHash,
    hasShop: true,
    waveAloneMax: { USD: '1000000' },
  });
  return {
    stores,
    handed: { intake, anotherIntake, evidence, evidenceDirectory: directory },
    endDecoder: () => decoder.close(),
  };
}

export async function startDesk(options: DeskOptions = {}): Promise<Desk> {
  const database = await copyTemplate();
  const db = openDatabase({ url: database.url, max: 8 });
  const pool = new pg.Pool({ connectionString: database.url, max: 6 });
  // A connection may hear of the database's end while it closes.
  pool.on('error', () => undefined);
  const directory = await mkdtemp(join(tmpdir(), 'refund-desk-api-'));
  const codes = new Map<string, string>();
  const logged: string[] = [];
  const log = logInto(logged);
  const now = () => new Date();
  const publicUrl = options.publicUrl ?? ownOrigin;
  const auth = createAuth({
    database: pool,
    secret: 'a secret of more than thirty-two characters',
    publicUrl,
    log,
    attemptsPerMinute: options.attemptsPerMinute ?? 1_000,
    sendCode: async ({ email, code }) => void codes.set(email, code),
  });
  const delivery = createNearDelivery(db, now, options.approvalMax);
  const changeFeed = createChangeFeed({ databaseUrl: database.url, db, log });
  const files = storesOver(db, directory, { clock: { now }, log, scanner: options.scanner ?? null });
  const app = createApi({
    settings: settingsOf(options, publicUrl),
    database: transactorOf(db),
    stores: files.stores,
    ...printers,
    rails: factsOfRails(),
    changeFeed,
    ...partsOf(options),
    delivery,
    authenticator: auth,
    webhooks: { stripe: options.stripe?.(db) ?? noWebhook, paypal: options.paypal?.(db) },
    codec: createPayloadCodec([{ id: 'one', key: new Secret(randomBytes(32).toString('base64')) }]),
    clock: { now },
    log,
    registry: new Registry(),
    readiness: () => ({ status: 'ready', checks: { postgres: 'ok' } }),
    isDatabaseUnavailable: isUnavailable,
  });
  const server = createServer(app);
  const url = await listen(server);
  const stranger = createClient(url, {});
  return {
    url,
    db,
    auth,
    delivery,
    ...files.handed,
    codes,
    logged,
    now,
    stranger,
    signedIn: async (role, email = `${role}-${randomUUID()}@example.com`) => {
      const id = await insertPerson(db, role, email);
      const proof = await proofOf({ auth, stranger, codes, publicUrl }, { id, role, email });
      return { ...createClient(url, proof), id, email };
    },
    close: async () => {
      await changeFeed.close();
      await stop(server);
      files.endDecoder();
      await pool.end();
      await db.destroy();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const partsOf = ({ pages, screening = clearing }: DeskOptions) => ({
  ...(pages === undefined ? {} : { pages }),
  ...(screening === null ? {} : { screening }),
});

const settingsOf = ({ rates, streamBeatMs, secondFactor }: DeskOptions, publicUrl: string) => ({
  publicUrl,
  temporalUiUrl: temporalUiOrigin,
  secondFactor: secondFactor ?? ('enrolled' as const),
  trustProxy: [],
  metricsToken: '',
  rates: { ...noLimits, ...rates },
  streamBeatMs,
});

function logInto(logged: string[]) {
  const line = (facts: unknown, text: string) => void logged.push(JSON.stringify({ facts, text }));
  return { debug: line, info: line, warn: line, error: line };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function insertPerson(db: Database, role: Role, email: string): Promise<string> {
  const rows: { id: string }[] = await db('people')
    .insert({ role, email, name: `The ${role}` })
    .onConflict('email')
    .merge(['email'])
    .returning('id');
  return rows[0]?.id ?? '';
}

/** The headers that prove who asks. */
async function proofOf(
  { auth, stranger, codes, publicUrl }: Pick<Desk, 'auth' | 'stranger' | 'codes'> & { publicUrl: string },
  person: { id: string; role: Role; email: string },
): Promise<Record<string, string>> {
  if (person.role === 'service') return { 'x-api-key': await auth.createApiKey(person.id, 'shop') };
  const origin = { Origin: publicUrl };
  const signIn = (path: string, body: object) => stranger.send('POST', `/v1/auth/${path}`, { body, headers: origin });
  let answer: Awaited<ReturnType<typeof signIn>>;
  if (person.role === 'customer') {
    await signIn('email-otp/send-verification-otp', { email: person.email, type: 'sign-in' });
    answer = await signIn('sign-in/email-otp', { email: person.email, otp: codes.get(person.email) });
  } else {
    await auth.setPassword(person.id, staffPassword);
    answer = await signIn('sign-in/email', { email: person.email, password: staffPassword });
  }
  const cookies = answer.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  if (answer.status !== 200 || cookies === '')
    throw new Error(`sign-in of a ${person.role} answered ${answer.status} ${answer.text}`);
  return { Cookie: cookies, ...origin };
}
