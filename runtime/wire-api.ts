/** Puts the API together: the door over its stores, sign-in, delivery and the provider's inbox. */

import type { Express } from 'express';
import pg from 'pg';
import { createApi } from '../api/app.ts';
import { type Auth, createAuth } from '../api/auth.ts';
import type { Rates } from '../api/rates.ts';
import { isUnavailable } from '../db/database.ts';
import { messageIdOf } from '../domain/mail.ts';
import { createDecoder } from '../providers/decoder.ts';
import { createPacketPrinter } from '../providers/evidence-packet.ts';
import { createLetterPrinter } from '../providers/letter.ts';
import { createMailTemplates } from '../providers/mail-templates.ts';
import { bankAccountOf } from './bank.ts';
import { createChangeFeed } from './change-feed.ts';
import type { Core } from './core.ts';
import { createDelivery } from './delivery.ts';
import { createEvidence } from './evidence.ts';
import { createIntake } from './intake.ts';
import { startIntakeSweep } from './intake-sweep.ts';
import { createMetrics } from './metrics.ts';
import { openMailer } from './outgoing-mail.ts';
import { requirePages } from './pages-directory.ts';
import { databaseProbe, scannerProbe, temporalProbe } from './part-probes.ts';
import { createPaypalWebhook } from './paypal.ts';
import { startProbes } from './probes.ts';
import { factsOfRails } from './rails.ts';
import { createScanner } from './scanner.ts';
import { createScreening } from './screening.ts';
import { tieHashOf } from './staff-ties.ts';
import { createStores } from './stores.ts';
import { createStripeInbox } from './stripe-inbox.ts';
import { createTemporalClient } from './temporal-client.ts';
import { transactorOf } from './transactor.ts';
import { startUnattachedSweep } from './unattached-sweep.ts';

export interface WiredApi {
  readonly app: Express;
  readonly auth: Auth;
  /** Says from now on that it is not ready. */
  drain(): void;
  /** Ends the streams of events and opens no more: a server that waits for its answers would wait for them for ever. */
  endStreams(): Promise<void>;
  close(): Promise<void>;
}

interface ApiOptions {
  readonly rates?: Partial<Rates>;
  readonly deliveryWaitMs?: number;
}

/** Rates and the wait for a workflow are the door's own unless told. */
export async function wireApi(core: Core, options: ApiOptions = {}): Promise<WiredApi> {
  const { config, db, clock, log, codec } = core;
  const temporal = createTemporalClient(core);
  const mailer = openMailer(config);
  const { pool, auth } = wireSignIn(core, mailer, options.rates?.signInsPerAddressPerMinute);
  const delivery = createDelivery({ db, client: temporal.client, clock, log });
  const changeFeed = createChangeFeed({ databaseUrl: config.DATABASE_URL.reveal(), db, log });
  const inbox = { db, clock, delivery, log };
  const secrets = config.STRIPE_WEBHOOK_SECRETS.map((secret) => secret.reveal());
  const screening = createScreening(config);
  const { evidence, intake, ...files } = wireFiles(core);
  const probes = await startProbes([
    databaseProbe(db),
    temporalProbe(temporal.connection, true),
    scannerProbe(files.scanner),
  ]);
  const app = createApi({
    settings: {
      publicUrl: config.PUBLIC_URL,
      temporalUiUrl: config.TEMPORAL_UI_URL,
      trustProxy: config.TRUST_PROXY === '' ? [] : config.TRUST_PROXY.split(','),
      requireTls: config.NODE_ENV === 'production',
      secondFactor: config.PAYOUT_SECOND_FACTOR || (config.NODE_ENV === 'production' ? 'required' : 'enrolled'),
      metricsToken: config.METRICS_TOKEN && config.METRICS_TOKEN.reveal(),
      ...(options.rates ? { rates: options.rates } : {}),
      ...(options.deliveryWaitMs === undefined ? {} : { deliveryWaitMs: options.deliveryWaitMs }),
    },
    database: transactorOf(db),
    stores: createStores({
      db,
      evidence,
      intake,
      bankAccount: bankAccountOf(config)?.iban ?? null,
      tieHash: tieHashOf(config),
      hasShop: config.SHOP_API_URL !== '',
      waveAloneMax: config.OFFER_WAVE_ALONE_MAX,
    }),
    letters: createLetterPrinter(),
    pages: requirePages(config),
    rails: factsOfRails(),
    changeFeed,
    packets: createPacketPrinter(),
    ...(screening ? { screening } : {}),
    delivery,
    authenticator: auth,
    webhooks: { stripe: createStripeInbox({ ...inbox, secrets }), paypal: createPaypalWebhook(config, inbox) },
    codec,
    clock,
    log,
    registry: createMetrics(),
    readiness: () => probes.read(),
    isDatabaseUnavailable: isUnavailable,
  });
  return {
    app,
    auth,
    drain: () => probes.drain(),
    endStreams: () => changeFeed.close(),
    close: async () => {
      await changeFeed.close();
      await files.close();
      probes.close();
      await temporal.close();
      mailer.close();
      await pool.end();
    },
  };
}

/** The evidence store, and what looks through files before they are in it: here alone, where the store's key is. */
function wireFiles({ config, db, clock, log }: Core) {
  const evidence = createEvidence(config);
  const decoder = createDecoder();
  const scanner = createScanner(config);
  const intake = createIntake({ db, evidence, decoder, scanner, clock, log });
  const sweep = startIntakeSweep({ db, intake, clock, log });
  const daysKept = config.UNATTACHED_UPLOAD_DAYS;
  const unattached = startUnattachedSweep({ db, evidence, clock, log, daysKept });
  const close = async (): Promise<void> => {
    await Promise.all([sweep.stop(), unattached.stop()]);
    decoder.close();
  };
  return { evidence, intake, scanner, close };
}

/** Sign-in over a small pool of its own, its codes sent by mail. */
function wireSignIn({ config, log }: Core, mailer: ReturnType<typeof openMailer>, attemptsPerMinute?: number) {
  const templates = createMailTemplates();
  // Sign-in's library brings its own query builder, so it has a small pool of its own.
  const pool = new pg.Pool({ connectionString: config.DATABASE_URL.reveal(), max: 4, connectionTimeoutMillis: 5_000 });
  const lost = (fault: Error): void => log.warn({ fault }, 'a connection of sign-in was lost');
  pool.on('error', lost);
  // The pool listens to idle connections only; one that is lost at work would end the process.
  pool.on('connect', (client) => void client.on('error', lost));
  const auth = createAuth({
    database: pool,
    secret: config.AUTH_SECRET.reveal(),
    publicUrl: config.PUBLIC_URL,
    log,
    ...(attemptsPerMinute === undefined ? {} : { attemptsPerMinute }),
    sendCode: async ({ email, code, minutes }) => {
      const messageId = messageIdOf(`code/${crypto.randomUUID()}`, new URL(config.PUBLIC_URL).hostname);
      await mailer.send({
        to: { address: email },
        ...templates.render('sign-in-code', 'en', { code, minutes }),
        messageId,
      });
    },
  });
  return { pool, auth };
}
