/**
 * What payment providers report: proved by its signature over the raw bytes, then stored under its event id before it is
 * acknowledged (W1, W4, W6). Nothing is read from a body whose signature does not hold.
 */

import type { Express } from 'express';
import type { Counter } from 'prom-client';
import { isRefusal } from '../domain/errors.ts';
import type { StripeWebhook } from './ports.ts';
import { sendProblem } from './problem.ts';
import type { BodyReaders } from './read-body.ts';
import { requestIdOf } from './request-id.ts';

export interface WebhookParts {
  readonly stripe: StripeWebhook;
  readonly readers: BodyReaders;
  /** Counts what was received by outcome: all that stays of a body that was refused. */
  readonly received: Counter<'outcome'>;
}

export function mountWebhooks(app: Express, { stripe, readers, received }: WebhookParts): void {
  app.post('/webhooks/stripe', async (request, response) => {
    const read = await readers.webhook(request, response);
    if ('refused' in read) {
      received.inc({ outcome: 'unreadable' });
      sendProblem(response, read, requestIdOf(response));
      return;
    }
    const event = stripe.verify(
      Buffer.isBuffer(read.body) ? read.body : Buffer.alloc(0),
      request.get('Stripe-Signature'),
    );
    if (isRefusal(event)) {
      received.inc({ outcome: 'refused' });
      sendProblem(response, event, requestIdOf(response));
      return;
    }
    await stripe.keep(event);
    received.inc({ outcome: 'kept' });
    response.status(200).json({ received: true });
  });
}
