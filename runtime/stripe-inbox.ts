/** Stripe's events, read for the inbox that all providers share. */

import type { ProviderWebhook } from '../api/ports.ts';
import { isRefusal } from '../domain/errors.ts';
import { disputeOfStripeEvent } from '../providers/stripe-dispute.ts';
import { reportOfStripeEvent, verifyStripeEvent } from '../providers/stripe-webhook.ts';
import { createProviderInbox, type InboxParts } from './provider-inbox.ts';

interface Dependencies extends InboxParts {
  readonly secrets: readonly string[];
}

export const createStripeInbox = ({ secrets, ...parts }: Dependencies): ProviderWebhook =>
  createProviderInbox(
    {
      source: 'stripe',
      rail: 'card',
      verify(rawBody, headerOf) {
        const event = verifyStripeEvent(rawBody, headerOf('Stripe-Signature'), secrets);
        if (isRefusal(event)) return event;
        const dispute = disputeOfStripeEvent(event);
        return {
          id: event.id,
          type: event.type,
          dispute: dispute && { ...dispute, provider: 'stripe', method: 'card' },
          refund: reportOfStripeEvent(event),
        };
      },
    },
    parts,
  );
