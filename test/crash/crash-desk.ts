/**
 * A desk whose every part is a process of its own, to be killed and started again; with people signed in, and an eye on
 * each answer that they were given. What it did is judged by the auditor alone.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createAuth } from '../../api/auth.ts';
import { audit } from '../../dev/audit.ts';
import type { Acknowledged, Violation } from '../../dev/audit-facts.ts';
import type { CaughtMail } from '../../dev/caught-mail.ts';
import { type Stack, startStack } from '../../dev/stack.ts';
import { until } from '../../dev/until.ts';
import { readConfig } from '../../runtime/config.ts';
import { type Core, createCore } from '../../runtime/core.ts';
import { createTemporalClient, type TemporalClient } from '../../runtime/temporal-client.ts';
import { type Cast, castOf } from '../environment/claims.ts';
import { postFirstVersion } from '../environment/first-version.ts';
import { patienceMs } from '../environment/patience.ts';
import type { SignInDesk } from '../environment/people.ts';
import { witnessed } from './witness.ts';

export interface CrashDesk extends SignInDesk {
  readonly sandboxUrl: string;
  readonly shopUrl: string;
  readonly stack: Stack;
  readonly core: Core;
  readonly temporal: TemporalClient;
  /** Whatever a write of theirs was answered with is remembered. */
  readonly cast: Cast;
  readonly acknowledged: readonly Acknowledged[];
  /** What the auditor finds wrong over all tickets, once the desk has come to rest. */
  violations(): Promise<Violation[]>;
  close(): Promise<void>;
}

/** The bundle is built by the global setup, and demo data are of no use here. */
const parts = [
  'postgres',
  'temporal',
  'stripe-sandbox',
  'shop-sandbox',
  'paypal-sandbox',
  'bank-sandbox',
  'mail-catcher',
  'migrations',
  'worker',
  'api',
] as const;

export async function startCrashDesk(options: { durable?: boolean } = {}): Promise<CrashDesk> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'refund-desk-crash-'));
  const stack = await startStack({
    dataDirectory,
    ports: 'free',
    parts,
    durable: options.durable ?? false,
    // Nobody's gateway is among the parts.
    environment: { PROBES_FILE: '' },
    onCrash: 'leave',
  });
  await postFirstVersion(stack.urls.database);
  const core = createCore(readConfig({ ...stack.environment, LOG_LEVEL: 'silent' }), 'test');
  const temporal = createTemporalClient(core);
  const pool = new pg.Pool({ connectionString: stack.urls.database, max: 2 });
  // A server that was killed takes idle connections with it; the next use opens another.
  pool.on('error', () => undefined);
  const auth = createAuth({
    database: pool,
    secret: core.config.AUTH_SECRET.reveal(),
    publicUrl: stack.urls.api,
    sendCode: async () => undefined,
    log: { warn: () => undefined, error: () => undefined },
  });
  const acknowledged: Acknowledged[] = [];
  const open = {
    url: stack.urls.api,
    sandboxUrl: stack.urls.stripeSandbox,
    shopUrl: stack.urls.shopSandbox,
    core,
    auth,
    mail: { waitForMail: mailReader(stack.urls.mail) },
  };
  const cast = await castOf(open);
  return {
    ...open,
    stack,
    temporal,
    cast: {
      customer: witnessed(cast.customer, acknowledged),
      agent: witnessed(cast.agent, acknowledged),
      lead: witnessed(cast.lead, acknowledged),
      finance: witnessed(cast.finance, acknowledged),
      service: witnessed(cast.service, acknowledged),
    },
    acknowledged,
    violations: () => restingViolations(stack, core, acknowledged),
    async close() {
      await temporal.connection.close();
      await pool.end();
      await core.close();
      await stack.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** At rest: nothing kept waits for its delivery and no notice for its mail. What never comes to rest is told as it is. */
async function restingViolations(
  stack: Stack,
  core: Core,
  acknowledged: readonly Acknowledged[],
): Promise<Violation[]> {
  const waiting = async (): Promise<boolean> => {
    const due: unknown = await core.db('inputs').where({ delivery: 'due' }).first('id');
    const queued: unknown = await core.db('notices').where({ state: 'queued' }).first('id');
    const moving: unknown = await core.db('payouts').whereIn('state', ['sending', 'unknown', 'sent']).first('id');
    return due !== undefined || queued !== undefined || moving !== undefined;
  };
  await until(async () => !(await waiting()), { withinMs: patienceMs, everyMs: 200 });
  return audit({
    db: core.db,
    sandboxUrl: stack.urls.stripeSandbox,
    paypalUrl: stack.urls.paypalSandbox,
    bankUrl: stack.urls.bankSandbox,
    shopUrl: stack.urls.shopSandbox,
    mailUrl: stack.urls.mail,
    acknowledged,
  });
}

const mailReader =
  (mailUrl: string): SignInDesk['mail']['waitForMail'] =>
  async (fits, timeoutMs) => {
    let found: CaughtMail | undefined;
    const caught = async (): Promise<boolean> => {
      const mails = (await (await fetch(`${mailUrl}/api/mails`)).json()) as CaughtMail[];
      found = mails.find(fits);
      return found !== undefined;
    };
    await until(caught, { withinMs: timeoutMs, everyMs: 100 });
    if (found === undefined) throw new Error(`no fitting mail within ${timeoutMs} ms`);
    return found;
  };
