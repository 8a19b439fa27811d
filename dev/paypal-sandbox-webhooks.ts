/** Sends events as PayPal does: signed with a certificate that the receiver fetches, over the body's checksum. */

import { randomUUID, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Authority } from './paypal-sandbox-authority.ts';
import { type Books, type EventRow, put } from './paypal-sandbox-books.ts';
import type { Faults } from './paypal-sandbox-faults.ts';
import { createSender, type Webhooks } from './sandbox-webhooks.ts';

/** What the desk's endpoint is subscribed to; other events are only listed. */
const subscribedTypes: readonly string[] = [
  'PAYMENT.CAPTURE.REFUNDED',
  'PAYMENT.REFUND.PENDING',
  'PAYMENT.REFUND.FAILED',
  'CUSTOMER.DISPUTE.CREATED',
  'CUSTOMER.DISPUTE.UPDATED',
  'CUSTOMER.DISPUTE.RESOLVED',
];

export type PaypalWebhooks = Webhooks<EventRow>;

export interface WebhookParts {
  readonly books: Books;
  readonly faults: Faults;
  readonly authority: Authority;
  readonly webhookId: string;
  readonly url: string | undefined;
  readonly retryMs: number;
  readonly log: (line: string) => void;
}

export const createWebhooks = ({ books, faults, authority, webhookId, ...parts }: WebhookParts): PaypalWebhooks =>
  createSender<EventRow>({
    ...parts,
    events: () => books.all('event'),
    delivery: (eventId) => books.get('delivery', eventId),
    keep: (delivery) => books.commit([put('delivery', delivery)]),
    isSubscribed: ({ event_type }) => subscribedTypes.includes(event_type),
    faultFor: ({ event_type }) => faults.forWebhook(event_type),
    nameOf: ({ event_type }) => event_type,
    letterOf: (event) => {
      const body = JSON.stringify(event, null, 2);
      return { body, headers: transmission(body, { authority, webhookId }) };
    },
  });

/** PayPal's scheme, from its documents, in real time whatever clock is set. */
export function transmission(
  body: string,
  { authority, webhookId, at = new Date() }: { authority: Authority; webhookId: string; at?: Date },
): Record<string, string> {
  const id = randomUUID();
  const time = `${at.toISOString().slice(0, 19)}Z`;
  const signed = `${id}|${time}|${webhookId}|${crc32(Buffer.from(body))}`;
  return {
    'paypal-transmission-id': id,
    'paypal-transmission-time': time,
    'paypal-cert-url': `https://api.sandbox.paypal.com/v1/notifications/certs/${authority.certId}`,
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-transmission-sig': sign('RSA-SHA256', Buffer.from(signed), authority.webhooks.key).toString('base64'),
  };
}
