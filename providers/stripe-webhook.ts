/**
 * Stripe's webhooks: whether a body really comes from Stripe, and what it reports of a refund. Reads nothing before
 * the signature held over the raw bytes; an event's snapshot may be stale, so it reports and never decides.
 */

import { Stripe } from 'stripe';
import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { RailReport } from '../domain/rail.ts';
import {
  captureRefsOf,
  chargeSchema,
  payoutOfRefund,
  refundSchema,
  reportOfRefund,
  type StripeRefund,
} from './stripe-refund.ts';

/** Older signatures are refused, so that a recorded request cannot be played again (W4). */
export const webhookAgeSecondsMax = 300;

const eventSchema = z.object({
  id: z.string().min(1).max(255),
  object: z.literal('event'),
  type: z.string().min(1),
  created: z.number().int(),
  livemode: z.boolean(),
  account: z.string().optional(),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

export type StripeEvent = z.output<typeof eventSchema>;

/** An endpoint may hear of connected accounts as well, whose money is not the seller's, whatever their objects are marked with. */
export const isOfOwnAccount = ({ account }: StripeEvent): boolean => account === undefined;

/** The event, or why it is not one of ours. Real time counts here, whatever pace the desk's own clock has. */
export function verifyStripeEvent(
  rawBody: Buffer,
  signatureHeader: string | undefined,
  secrets: readonly string[],
  nowSeconds: number = Math.floor(Date.now() / 1000),
): StripeEvent | Refusal {
  // Several secrets are live while one is being rotated.
  for (const secret of secrets) {
    try {
      const event: unknown = Stripe.webhooks.constructEvent(
        rawBody,
        signatureHeader ?? '',
        secret,
        webhookAgeSecondsMax,
        undefined,
        nowSeconds * 1000,
      );
      const parsed = eventSchema.safeParse(event);
      return parsed.success ? parsed.data : refuse('request-malformed');
    } catch (error) {
      // Signed by Stripe and yet no JSON: no other secret will mend it. All else the SDK throws is about the signature,
      // not all of it as the error that it has for that.
      if (error instanceof SyntaxError) return refuse('request-malformed');
    }
  }
  return refuse('webhook-signature');
}

export interface StripeRefundReport {
  readonly providerRef: string;
  /** From our metadata; `null` for a refund made outside the desk. */
  readonly payoutId: string | null;
  /** What was captured, by each name that the shop may have for it. */
  readonly captureRefs: readonly string[];
  readonly report: RailReport;
}

const refundEvents: readonly string[] = ['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'];

/**
 * What the event says of a refund (S3: all five kinds alike), or `null` where it says nothing of one. `charge.refunded`
 * names its refunds only in API versions before 2022-11-15; with later ones the endpoint needs `refund.created` as well.
 */
export function reportOfStripeEvent(event: StripeEvent): StripeRefundReport | null {
  const refund = isOfOwnAccount(event) ? refundOfEvent(event) : null;
  const report = refund && reportOfRefund(refund);
  if (!refund || !report) return null;
  return {
    providerRef: refund.id,
    payoutId: payoutOfRefund(refund),
    captureRefs: captureRefsOf(refund),
    report,
  };
}

function refundOfEvent(event: StripeEvent): StripeRefund | null {
  if (refundEvents.includes(event.type)) {
    const refund = refundSchema.safeParse(event.data.object);
    return refund.success ? refund.data : null;
  }
  if (event.type !== 'charge.refunded') return null;
  const charge = chargeSchema.safeParse(event.data.object);
  // Newest first. The refund that the event is about is the newest; older ones had events of their own.
  return (charge.success && charge.data.refunds?.data[0]) || null;
}
