/**
 * What payment providers report: proved by its signature over the raw bytes, then stored under its event id before it is
 * acknowledged (W1, W4, W6). Nothing is read from a body whose signature does not hold.
 */

import type { Express } from 'express';
import type { Counter } from 'prom-client';
import { isRefusal } from '../domain/errors.ts';
import type { ProviderWebhook } from './ports.ts';
import { sendProblem } from './problem.ts';
import type { BodyReaders } from './read-body.ts';
import { requestIdOf } from './request-id.ts';

export interface Webhooks {
  readonly stripe: ProviderWebhook;
  /** Absent where this desk has no PayPal. */
  readonly paypal?: ProviderWebhook | undefined;
}

export interface WebhookParts {
  readonly webhooks: Webhooks;
  readonly readers: BodyReaders;
  /** Counts what was received by outcome: all that stays of a body that was refused. */
  readonly received: Counter<'outcome'>;
}

export function mountWebhooks(app: Express, { webhooks, readers, received }: WebhookParts): void {
  const mount = (path: string, webhook: ProviderWebhook): void => {
    app.post(path, async (request, response) => {
      const read = await readers.webhook(request, response);
      if ('refused' in read) {
        received.inc({ outcome: 'unreadable' });
        sendProblem(response, read, requestIdOf(response));
        return;
      }
      const rawBody = Buffer.isBuffer(read.body) ? read.body : Buffer.alloc(0);
      const taken = await webhook.take(rawBody, (name) => request.get(name));
      if (isRefusal(taken)) {
        received.inc({ outcome: 'refused' });
        sendProblem(response, taken, requestIdOf(response));
        return;
      }
      received.inc({ outcome: 'kept' });
      response.status(200).json({ received: true });
    });
  };
  mount('/webhooks/stripe', webhooks.stripe);
  if (webhooks.paypal) mount('/webhooks/paypal', webhooks.paypal);
}
