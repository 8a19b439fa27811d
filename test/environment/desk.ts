/**
 * A whole desk in the test's own process, on the shared servers: a database of its own, the card sandbox, the mail
 * catcher, the API on a free port and the workers. What its tests see is what a client sees.
 */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMailCatcher, type MailCatcher } from '../../dev/mail-catcher.ts';
import { findFreePort } from '../../dev/ports.ts';
import { createShopSandbox } from '../../dev/shop-sandbox.ts';
import { createStripeSandbox } from '../../dev/stripe-sandbox.ts';
import { readConfig } from '../../runtime/config.ts';
import { type Core, createCore } from '../../runtime/core.ts';
import { listen } from '../../runtime/listen.ts';
import { createProviders } from '../../runtime/providers.ts';
import { createTemporalClient, type TemporalClient } from '../../runtime/temporal-client.ts';
import { wireApi } from '../../runtime/wire-api.ts';
import { wireJobs } from '../../runtime/wire-jobs.ts';
import { installTemporalRuntime, startWorkers } from '../../runtime/workers.ts';
import { copyTemplate } from './database.ts';
import { readServers } from './servers.ts';

export interface Desk {
  /** Of the API. */
  readonly url: string;
  /** Of the card sandbox; see its `/_sandbox` controls. */
  readonly sandboxUrl: string;
  /** Of the shop's sandbox; plans and balance payments are seeded by its `/_sandbox` controls. */
  readonly shopUrl: string;
  readonly core: Core;
  readonly temporal: TemporalClient;
  readonly mail: MailCatcher;
  /** Of the caught mails' pages and JSON. */
  readonly mailUrl: string;
  readonly auth: Awaited<ReturnType<typeof wireApi>>['auth'];
  close(): Promise<void>;
}

export interface DeskOptions {
  /** Laid over the configuration. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `false`: no worker, as when it is down. */
  readonly workers?: boolean;
  readonly settle?: 'at-once' | 'webhook';
}

const many = { perAddressPerMinute: 100_000, perPrincipalPerMinute: 100_000, signInsPerAddressPerMinute: 100_000 };

export async function startDesk(options: DeskOptions = {}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'refund-desk-suite-'));
  const closers: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const { mail, smtpPort, mailUrl } = await startMailCatcher(folder);
  closers.unshift(() => mail.close());
  const apiPort = await findFreePort();
  const webhookSecret = `whsec_${randomBytes(12).toString('hex')}`;
  const apiKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const url = `http://127.0.0.1:${apiPort}`;
  const sandbox = createStripeSandbox({
    stateFile: join(folder, 'stripe.jsonl'),
    webhookUrl: `${url}/webhooks/stripe`,
    webhookSecret,
    apiKey,
    settle: options.settle ?? 'webhook',
    settleMs: 50,
    webhookRetryMs: 100,
  });
  const sandboxUrl = `http://127.0.0.1:${await sandbox.listen(0)}`;
  closers.unshift(() => sandbox.close());
  const shop = await startShop(folder);
  closers.unshift(() => shop.close());
  const database = await copyTemplate();
  closers.splice(-1, 0, () => database.drop());
  const config = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: url,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: readServers().temporalAddress,
    TEMPORAL_NAMESPACE: `test-${process.env['JEST_WORKER_ID'] ?? '1'}`,
    TEMPORAL_CODEC_KEYS: `test:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    EVIDENCE_DIR: join(folder, 'evidence'),
    EVIDENCE_KEY: randomBytes(32).toString('base64'),
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    STRIPE_API_KEY: apiKey,
    STRIPE_WEBHOOK_SECRETS: webhookSecret,
    STRIPE_API_URL: sandboxUrl,
    ...shop.environment,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    SHUTDOWN_GRACE_SECONDS: '2',
    ...options.environment,
  });
  const core = createCore(config, 'test');
  closers.unshift(() => core.close());
  const temporal = createTemporalClient(core);
  closers.unshift(() => temporal.close());
  if (options.workers ?? true) closers.unshift(await startBackground(core, temporal));
  const api = await wireApi(core, {
    rates: many,
    // A machine that is busy with other suites is no reason to answer 202.
    ...((options.workers ?? true) ? { deliveryWaitMs: 30_000 } : {}),
  });
  closers.unshift(() => api.close());
  const listening = await listen(createServer(api.app), { host: '127.0.0.1', port: apiPort });
  closers.unshift(() => listening.close());
  return {
    url,
    sandboxUrl,
    shopUrl: shop.environment.SHOP_API_URL,
    core,
    temporal,
    mail,
    mailUrl,
    auth: api.auth,
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

async function startMailCatcher(folder: string) {
  const mail = createMailCatcher({ mailDir: join(folder, 'mail') });
  const { smtpPort, webPort } = await mail.listen({ smtpPort: 0, webPort: 0 });
  return { mail, smtpPort, mailUrl: `http://127.0.0.1:${webPort}` };
}

async function startShop(folder: string) {
  const signingSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const sandbox = createShopSandbox({ stateFile: join(folder, 'shop.jsonl'), signingSecret });
  const url = `http://127.0.0.1:${await sandbox.listen(0)}`;
  return {
    environment: { SHOP_API_URL: url, SHOP_SIGNING_SECRET: signingSecret },
    close: () => sandbox.close(),
  };
}

/** What the worker process does, without its health server: Temporal workers and the job runner. */
async function startBackground(core: Core, temporal: TemporalClient): Promise<() => Promise<void>> {
  if (!runtimeInstalled()) installTemporalRuntime(core);
  const workers = await startWorkers(core, createProviders(core));
  const jobs = await wireJobs(core, temporal);
  return async () => {
    await jobs.stop();
    workers.shutdown();
    await workers.ended;
    await workers.close();
  };
}

/** Temporal's runtime is one per process, and so once per suite's module registry. */
const installed = Symbol.for('refund-desk.temporal-runtime');

function runtimeInstalled(): boolean {
  const before = Object.hasOwn(globalThis, installed);
  Object.defineProperty(globalThis, installed, { value: true });
  return before;
}
