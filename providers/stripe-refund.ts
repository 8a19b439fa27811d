/**
 * What we read of Stripe's objects, checked as it comes in, and what a refund's status means to the desk. Pure; never
 * trusts a shape that it has not parsed.
 */

import { z } from 'zod';
import { isUuid } from '../domain/ids.ts';
import type { RailReport } from '../domain/rail.ts';

/** The metadata key beside every refund of ours: a refund is found by it after Stripe has forgotten the key (R5). */
export const payoutMetadataKey = 'refund_desk_payout';

const minorUnits = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/** Stripe writes a reference as an id or, where expanded, as the object itself. */
const reference = z.union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)]);

export const refundSchema = z.object({
  id: z.string().min(1),
  object: z.literal('refund'),
  amount: minorUnits,
  currency: z.string(),
  created: z.number().int(),
  charge: reference.nullish(),
  payment_intent: reference.nullish(),
  status: z.string().nullish(),
  reason: z.string().nullish(),
  pending_reason: z.string().nullish(),
  failure_reason: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  destination_details: z.object({ card: z.object({ reference: z.string().nullish() }).nullish() }).nullish(),
});

export type StripeRefund = z.output<typeof refundSchema>;

export const chargeSchema = z.object({
  id: z.string().min(1),
  object: z.literal('charge'),
  amount_captured: minorUnits,
  currency: z.string(),
  payment_intent: reference.nullish(),
  /** The same card has the same fingerprint, whoever pays with it. */
  payment_method_details: z
    .looseObject({ card: z.looseObject({ fingerprint: z.string().nullish() }).nullish() })
    .nullish(),
  /** Only API versions before 2022-11-15 put the refunds into the charge. */
  refunds: z.object({ data: z.array(refundSchema) }).nullish(),
});

export const paymentIntentSchema = z.object({
  id: z.string().min(1),
  object: z.literal('payment_intent'),
  currency: z.string(),
  latest_charge: reference.nullish(),
});

export const disputeSchema = z.object({ id: z.string().min(1), object: z.literal('dispute'), status: z.string() });

/** What the desk makes of a refund, or `null` for a status that this version does not know. */
export function reportOfRefund(refund: StripeRefund): RailReport | null {
  const providerRef = refund.id;
  switch (refund.status) {
    case 'pending':
    case 'requires_action': {
      const reason = refund.pending_reason ?? (refund.status === 'requires_action' ? refund.status : undefined);
      return { status: 'sent', providerRef, ...(reason === undefined ? {} : { reason }) };
    }
    case 'succeeded': {
      const bankRef = refund.destination_details?.card?.reference ?? undefined;
      return { status: 'settled', providerRef, ...(bankRef === undefined ? {} : { bankRef }) };
    }
    case 'failed':
      return { status: 'failed', providerRef, reason: refund.failure_reason ?? 'unknown' };
    case 'canceled':
      return { status: 'cancelled', providerRef };
    default:
      return null;
  }
}

/** Our payout's id beside the refund; `null` for a refund that someone made elsewhere, e.g. in Stripe's dashboard. */
export function payoutOfRefund(refund: StripeRefund): string | null {
  const payoutId = refund.metadata?.[payoutMetadataKey];
  return payoutId !== undefined && isUuid(payoutId) ? payoutId : null;
}

/** What the refund is of: the charge, and the payment intent that led to it. */
export const captureRefsOf = ({ charge, payment_intent }: StripeRefund): string[] =>
  [charge, payment_intent].filter((ref) => typeof ref === 'string');

/** What Stripe calls the refund of an expired authorisation was never captured. */
export const isOfUncaptured = ({ reason }: StripeRefund): boolean => reason === 'expired_uncaptured_charge';

/** Whether the refund takes from what was captured. Failed and cancelled ones free it again (R11). */
export const takesFromCapture = (refund: StripeRefund): boolean =>
  refund.status !== 'failed' && refund.status !== 'canceled' && !isOfUncaptured(refund);

/**
 * D1: inquiries and won disputes leave a charge refundable. Listed are the ones that do, so that a status which Stripe
 * invents later bars the refund until someone has looked.
 */
const refundableDisputeStatuses: readonly string[] = [
  'won',
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
];

export const disputeBars = (status: string): boolean => !refundableDisputeStatuses.includes(status);
