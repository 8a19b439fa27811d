/**
 * The API as one express application, everything it needs handed in. It reads no environment, opens no connection and
 * listens on nothing: the composition root does.
 */

import type { PayloadCodec } from '@temporalio/common';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { Counter, type Registry } from 'prom-client';
import type { Readiness } from '../contract/health.ts';
import type { Clock } from '../domain/clock.ts';
import type { PacketPrinter } from '../domain/evidence-packet.ts';
import type { LetterPrinter } from '../domain/letter.ts';
import { deliveryWaitMs } from '../domain/limits.ts';
import type { PayeeScreening } from '../domain/payee.ts';
import type { Authenticator } from './auth.ts';
import { mountCodec } from './codec.ts';
import { mountDocuments } from './documents.ts';
import { mountRoutes } from './door.ts';
import { answerFaults } from './faults.ts';
import type { ChangeFeed } from './feed.ts';
import { mountHealth } from './health.ts';
import { mountPages } from './pages.ts';
import type { Delivery, Log, Stores } from './ports.ts';
import type { FactsOfRails } from './present-payout-board.ts';
import { sendProblem } from './problem.ts';
import { defaultRates, limitByAddress, type Rates } from './rates.ts';
import { createBodyReaders } from './read-body.ts';
import { createRelease, type ReleaseParts } from './release.ts';
import { giveRequestId, requestIdOf } from './request-id.ts';
import { allRoutes } from './routes.ts';
import { mountSession } from './session.ts';
import { mountSignIn } from './sign-in.ts';
import { createStreams } from './streams.ts';
import type { Transactor } from './transactor.ts';
import { mountWebhooks, type Webhooks } from './webhooks.ts';
import { createWrites } from './writes.ts';

export interface ApiSettings {
  readonly publicUrl: string;
  readonly temporalUiUrl: string;
  /** Proxies whose X-Forwarded headers count: addresses or ranges; empty for none. */
  readonly trustProxy: readonly string[];
  /** Refuses whatever did not come over TLS, as the connection or a trusted proxy tells (PV-2.3). */
  readonly requireTls?: boolean;
  /** Whether who has no second factor may release a payout. */
  readonly secondFactor: ReleaseParts['mode'];
  /** Empty: metrics are served to loopback only. */
  readonly metricsToken: string;
  readonly rates?: Partial<Rates>;
  /** How long a write waits for its workflow before it answers 202. */
  readonly deliveryWaitMs?: number;
  /** How often a stream of events shows that it lives, and its session is looked at again. */
  readonly streamBeatMs?: number | undefined;
}

export interface ApiParts {
  readonly settings: ApiSettings;
  readonly database: Transactor;
  readonly stores: Stores;
  readonly letters: LetterPrinter;
  /** The folder of the built pages; a door without it serves the API alone. */
  readonly pages?: string;
  /** What is known of the rails that the desk pays by. */
  readonly rails: FactsOfRails;
  readonly changeFeed: ChangeFeed;
  readonly packets: PacketPrinter;
  /** Where payees of another way are checked against sanctions lists; a desk without it asks nobody. */
  readonly screening?: PayeeScreening;
  readonly delivery: Delivery;
  readonly authenticator: Authenticator;
  readonly webhooks: Webhooks;
  readonly codec: PayloadCodec;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly readiness: () => Readiness;
  readonly isDatabaseUnavailable: (fault: unknown) => boolean;
}

export function createApi(parts: ApiParts): Express {
  const { settings, stores, authenticator } = parts;
  const rates = { ...defaultRates, ...settings.rates };
  const readers = createBodyReaders();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.trustProxy.length === 0 ? false : [...settings.trustProxy]);
  app.set('query parser', 'simple');
  app.use(giveRequestId, securityHeaders(settings.publicUrl));

  // Probes are asked by machines that must not be turned away.
  mountHealth(app, {
    clock: parts.clock,
    readiness: parts.readiness,
    metrics: parts.registry,
    metricsToken: settings.metricsToken,
  });
  if (settings.requireTls) app.use(refusePlainHttp);
  app.use(limitByAddress(rates.perAddressPerMinute));
  app.use('/v1', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  mountSignIn(app, authenticator, { publicUrl: settings.publicUrl, perMinute: rates.signInsPerAddressPerMinute });
  mountSession(app, { authenticator, members: stores.members });
  const release = createRelease({ mode: settings.secondFactor, factor: authenticator, codes: stores.releaseCodes });
  const board = { rails: parts.rails, feed: parts.changeFeed };
  mountRoutes(app, allRoutes(stores, { ...parts, release }, board), {
    authenticator,
    members: stores.members,
    accessLog: stores.accessLog,
    clock: parts.clock,
    readers,
    write: createWrites({
      database: parts.database,
      inputs: stores.inputs,
      delivery: parts.delivery,
      members: stores.members,
      staffTies: stores.staffTies,
      waitMs: settings.deliveryWaitMs ?? deliveryWaitMs,
    }),
    streams: createStreams({ beatMs: settings.streamBeatMs }),
    ownOrigin: new URL(settings.publicUrl).origin,
    perPrincipalPerMinute: rates.perPrincipalPerMinute,
  });
  mountWebhooks(app, { webhooks: parts.webhooks, readers, received: webhookCounter(parts.registry) });
  mountCodec(app, { codec: parts.codec, authenticator, uiOrigin: new URL(settings.temporalUiUrl).origin });
  mountDocuments(app, settings.publicUrl);
  if (parts.pages !== undefined) mountPages(app, parts.pages);
  app.use((_request, response) => sendProblem(response, { refused: 'not-found' }, requestIdOf(response)));
  app.use(answerFaults(parts));
  return app;
}

/** `secure` is express' own judgement: what says X-Forwarded-Proto counts from a trusted proxy alone. */
const refusePlainHttp: RequestHandler = (request, response, next) => {
  if (request.secure) next();
  else sendProblem(response, { refused: 'tls-required' }, requestIdOf(response));
};

const securityHeaders = (publicUrl: string) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
    },
    // Told only where it is true: over plain HTTP a browser would lock itself out of a development desk.
    strictTransportSecurity: publicUrl.startsWith('https:'),
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });

const webhookCounter = (registry: Registry): Counter<'outcome'> =>
  new Counter({
    name: 'refund_desk_webhooks_received_total',
    help: 'Webhooks by outcome: kept, refused, unreadable.',
    labelNames: ['outcome'],
    registers: [registry],
  });
