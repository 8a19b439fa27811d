/**
 * The stack's data directory: proves that it is ours, lets one stack in at a time, and keeps the secrets that are made
 * once. Never touches a directory that holds something else.
 */

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { identify, isAlive, isProcessIdentity } from './process-identity.ts';
import { Trouble } from './trouble.ts';

const stampName = 'refund-desk.json';
/** The tour's own data lies in the default directory, and may be there before anything else is. */
export const tourName = 'tour';
const format = 1;

const makeShopSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const makePaypalSecret = (): string => randomBytes(24).toString('hex');

const secretsSchema = z.object({
  authSecret: z.string().min(32),
  evidenceKey: z.string().min(44),
  codecKey: z.string().startsWith('dev:'),
  stripeApiKey: z.string().startsWith('sk_test_'),
  stripeWebhookSecret: z.string().startsWith('whsec_'),
  // A directory from before there was a shop, or PayPal, has none: one for this start does, as both ends get it anew.
  shopSigningSecret: z.string().startsWith('whsec_').default(makeShopSecret),
  paypalClientSecret: z.string().min(16).default(makePaypalSecret),
  postgresPassword: z.string().min(16),
});

export type StackSecrets = z.infer<typeof secretsSchema>;

const clockSchema = z.object({ start: z.iso.datetime(), pace: z.number().positive() });

export type StackClock = z.infer<typeof clockSchema>;

export interface DataDirectory {
  readonly path: string;
  readonly logs: string;
  /** Our programs, compiled. */
  readonly programs: string;
  /** Records of running processes. */
  readonly run: string;
  readonly secrets: StackSecrets;
  /** The clock's start and pace, kept so that a restart does not turn it back; asked for none, the one it was made with. */
  clock(pace: number | null, now: Date): StackClock | null;
  /** Lets the next stack in. */
  release(): void;
}

/** Makes or opens the directory and locks it; `Trouble` where it is in use, foreign or unreadable. */
export function openDataDirectory(directory: string): DataDirectory {
  const path = resolve(directory);
  makeOurs(path);
  const release = lock(path);
  try {
    const logs = join(path, 'logs');
    const run = join(path, 'run');
    for (const each of [logs, run]) mkdirSync(each, { recursive: true, mode: 0o700 });
    const secrets = readOrMake(join(path, 'secrets.json'), secretsSchema, makeSecrets);
    const programs = join(path, 'programs');
    return { path, logs, programs, run, secrets, clock: (pace, now) => keepClock(path, pace, now), release };
  } catch (error) {
    release();
    throw error;
  }
}

function makeOurs(path: string): void {
  const stamp = join(path, stampName);
  try {
    mkdirSync(path, { recursive: true });
    if (!statSync(path).isDirectory()) throw new Trouble(`${path} is not a directory. ${moveIt}`);
    if (!existsSync(stamp)) {
      if (readdirSync(path).some((name) => name !== tourName))
        throw new Trouble(`${path} holds files that Refund Desk did not make. ${moveIt}`);
      writeFileSync(stamp, `${JSON.stringify({ format })}\n`);
    }
    // PostgreSQL’s own user must be able to pass through where we are root; it cannot list what is here.
    chmodSync(path, 0o711);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Trouble(`The data directory ${path} cannot be used (${code}). ${moveIt}`, { cause: error });
  }
  const found = parse(stamp, z.object({ format: z.number() }));
  if (found === null) throw new Trouble(`${stamp} is damaged, so ${path} cannot be trusted. ${moveIt}`);
  if (found.format !== format)
    throw new Trouble(`${path} was made by another version of Refund Desk (format ${found.format}). ${moveIt}`);
}

const moveIt = 'Name another directory with REFUND_DESK_DATA=…, or move this one away to begin anew.';

function lock(path: string): () => void {
  const file = join(path, 'lock.json');
  const own = join(path, `lock.${process.pid}.${randomBytes(4).toString('hex')}`);
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    // A link is made whole or not at all, so that no two stacks can both hold it.
    if (!tryLink(own, file)) {
      setStaleAside(path, file);
      if (!tryLink(own, file)) throw inUse(path, file);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function setStaleAside(path: string, file: string): void {
  if (holder(file) !== null) throw inUse(path, file);
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  // Another starter may have replaced the stale lock between our look and our move: theirs is put back.
  if (holder(aside) !== null) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function holder(file: string): number | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isProcessIdentity(value) && isAlive(value) ? value.pid : null;
  } catch {
    return null;
  }
}

const inUse = (path: string, file: string) =>
  new Trouble(
    `Refund Desk already runs with the data directory ${path} (process ${holder(file) ?? 'unknown'}). ` +
      'Stop that one first, or give this one its own with REFUND_DESK_DATA=… and other ports.',
  );

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const makeSecrets = (): StackSecrets => ({
  authSecret: randomBytes(36).toString('base64url'),
  evidenceKey: randomBytes(32).toString('base64'),
  codecKey: `dev:${randomBytes(32).toString('base64')}`,
  stripeApiKey: `sk_test_${randomBytes(18).toString('hex')}`,
  stripeWebhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
  shopSigningSecret: makeShopSecret(),
  paypalClientSecret: makePaypalSecret(),
  postgresPassword: randomBytes(18).toString('base64url'),
});

function keepClock(path: string, asked: number | null, now: Date): StackClock | null {
  const file = join(path, 'clock.json');
  const pace = asked ?? 1;
  if (pace === 1 && !existsSync(file)) return null;
  const clock = readOrMake(file, clockSchema, () => ({ start: now.toISOString(), pace }));
  if (asked !== null && clock.pace !== asked)
    throw new Trouble(
      `The desk’s clock in ${path} runs at pace ${clock.pace} since it was made; another pace would turn it back. ` +
        `Set CLOCK_PACE=${clock.pace}, or begin anew with another REFUND_DESK_DATA.`,
    );
  return clock;
}

function readOrMake<Value>(file: string, schema: z.ZodType<Value>, make: () => Value): Value {
  if (!existsSync(file)) {
    const value = make();
    writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return value;
  }
  const value = parse(file, schema);
  if (value === null)
    throw new Trouble(`${file} is damaged. Bring it back from a copy: without it what is stored cannot be read.`);
  return value;
}

function parse<Value>(file: string, schema: z.ZodType<Value>): Value | null {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
