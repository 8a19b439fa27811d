/** Probes that read what the process already knows: none of them opens a connection. Metrics for those who hold the token. */

import { timingSafeEqual } from 'node:crypto';
import type { Express, Request } from 'express';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { healthSchema, Readiness } from '../contract/health.ts';
import type { Clock } from '../domain/clock.ts';
import { sendProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

export interface HealthParts {
  readonly clock: Clock;
  readonly readiness: () => Readiness;
  readonly metrics: Pick<Registry, 'metrics'> & { readonly contentType: string };
  /** Empty: metrics are served to loopback only. */
  readonly metricsToken: string;
}

export function mountHealth(app: Express, parts: HealthParts): void {
  app.get('/healthz', (_request, response) => {
    response.json(aliveAt(parts.clock));
  });
  app.get('/readyz', (_request, response) => {
    const readiness = parts.readiness();
    response.status(readiness.status === 'ready' ? 200 : 503).json(readiness);
  });
  app.get('/metrics', async (request, response) => {
    if (!mayReadMetrics(request, parts.metricsToken)) {
      sendProblem(response, { refused: 'not-found' }, requestIdOf(response));
      return;
    }
    const text = await parts.metrics.metrics();
    response.set('Content-Type', parts.metrics.contentType).send(text);
  });
}

/** The desk's time as well, so that whoever puts orders at a paced desk can date them by its clock. */
const aliveAt = (clock: Clock): z.output<typeof healthSchema> => ({
  status: 'alive',
  now: clock.now().toISOString(),
  pace: clock.setting?.pace ?? 1,
});

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

function mayReadMetrics(request: Request, token: string): boolean {
  // Without a token the peer itself must be near; what a proxy says of its client does not make it so.
  if (token === '') {
    return loopback.has(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined;
  }
  const given = Buffer.from(request.get('Authorization') ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
