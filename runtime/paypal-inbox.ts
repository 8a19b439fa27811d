/** PayPal's events, read for the inbox that all providers share. */

import type { ProviderWebhook } from '../api/ports.ts';
import { isRefusal } from '../domain/errors.ts';
import type { Certificates } from '../providers/paypal-certificates.ts';
import { disputeOfPaypalEvent, reportOfPaypalEvent, verifyPaypalEvent } from '../providers/paypal-webhook.ts';
import { createProviderInbox, type InboxParts } from './provider-inbox.ts';

interface Dependencies extends InboxParts {
  readonly webhookId: string;
  readonly certificates: Certificates;
}

export const createPaypalInbox = ({ webhookId, certificates, ...parts }: Dependencies): ProviderWebhook =>
  createProviderInbox(
    {
      source: 'paypal',
      rail: 'paypal',
      async verify(rawBody, headerOf) {
        const event = await verifyPaypalEvent(rawBody, headerOf, { webhookId, certificates });
        if (isRefusal(event)) return event;
        const dispute = disputeOfPaypalEvent(event);
        return {
          id: event.id,
          type: event.event_type,
          dispute: dispute && { ...dispute, provider: 'paypal', method: 'paypal' },
          refund: reportOfPaypalEvent(event),
        };
      },
    },
    parts,
  );
