/** Sends events as Stripe does: signed over the raw body with the endpoint's secret. */

import { createHmac } from 'node:crypto';
import { createSender, type Webhooks } from './sandbox-webhooks.ts';
import { type Books, put } from './stripe-sandbox-books.ts';
import type { Faults } from './stripe-sandbox-faults.ts';
import type { EventObject } from './stripe-sandbox-objects.ts';

/** What the desk's endpoint is subscribed to; other events are only listed. */
export const subscribedTypes: readonly string[] = [
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
];

export interface WebhookParts {
  readonly books: Books;
  readonly faults: Faults;
  readonly url: string | undefined;
  readonly secret: string;
  readonly retryMs: number;
  readonly log: (line: string) => void;
}

export type StripeWebhooks = Webhooks<EventObject>;

export const createWebhooks = ({ books, faults, secret, ...parts }: WebhookParts): StripeWebhooks =>
  createSender<EventObject>({
    ...parts,
    events: () => books.all('event'),
    delivery: (eventId) => books.get('delivery', eventId),
    keep: (delivery) => books.commit([put('delivery', delivery)]),
    isSubscribed: ({ type }) => subscribedTypes.includes(type),
    faultFor: ({ type }) => faults.forWebhook(type),
    nameOf: ({ type }) => type,
    letterOf: (event) => {
      const body = JSON.stringify(event, null, 2);
      return { body, headers: { 'stripe-signature': signature(body, secret) } };
    },
  });

/** Stripe's scheme, from its documents: HMAC-SHA256 over time and raw body, in real time whatever clock is set. */
export function signature(body: string, secret: string, atSeconds: number = Math.floor(Date.now() / 1000)): string {
  const mac = createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex');
  return `t=${atSeconds},v1=${mac}`;
}
