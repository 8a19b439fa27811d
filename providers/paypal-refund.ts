/**
 * What we read of PayPal's captures, orders and refunds, checked as it comes in, and what a refund's status means to the
 * desk. Pure; never trusts a shape that it has not parsed.
 */

import { z } from 'zod';
import { isUuid } from '../domain/ids.ts';
import type { RailReport } from '../domain/rail.ts';
import { paypalMoneySchema } from './paypal-money.ts';

const id = z.string().min(1).max(100);
const links = z.array(z.object({ rel: z.string().nullish(), href: z.string() })).nullish();

export const refundSchema = z.object({
  id,
  status: z.string(),
  status_details: z.object({ reason: z.string().nullish() }).nullish(),
  amount: paypalMoneySchema,
  /** Our payout's id, by which a refund is found after PayPal has forgotten the request id (R5). */
  custom_id: z.string().nullish(),
  acquirer_reference_number: z.string().nullish(),
  links,
});

export type PaypalRefund = z.output<typeof refundSchema>;

export const captureSchema = z.object({
  id,
  status: z.string(),
  amount: paypalMoneySchema,
  supplementary_data: z.object({ related_ids: z.object({ order_id: id.nullish() }).nullish() }).nullish(),
});

/** An order lists its refunds in short: what is missing there is read from the refund itself. */
const listedRefundSchema = refundSchema.partial().extend({ id });

export type ListedRefund = z.output<typeof listedRefundSchema>;

const paymentsSchema = z.object({
  captures: z.array(z.object({ id })).nullish(),
  refunds: z.array(listedRefundSchema).nullish(),
});

export const orderSchema = z.object({
  id,
  /** The same PayPal account has the same id, whatever it pays for. */
  payer: z.object({ payer_id: z.string().nullish() }).nullish(),
  payment_source: z.object({ paypal: z.object({ account_id: z.string().nullish() }).nullish() }).nullish(),
  purchase_units: z.array(z.object({ payments: paymentsSchema.nullish() })),
});

export type PaypalOrder = z.output<typeof orderSchema>;

/** The capture that a refund took from: what `up` leads to; `null` where PayPal does not say. */
export function captureOfRefund(refund: Pick<PaypalRefund, 'links'>): string | null {
  const up = refund.links?.find(({ rel }) => rel === 'up');
  return /\/captures\/([^/?#]+)$/.exec(up?.href ?? '')?.[1] ?? null;
}

/** What the desk makes of a refund, or `null` for a status that this version does not know. */
export function reportOfRefund(refund: PaypalRefund): RailReport | null {
  const providerRef = refund.id;
  const reason = refund.status_details?.reason?.toLowerCase();
  switch (refund.status) {
    case 'PENDING':
      return { status: 'sent', providerRef, ...(reason === undefined ? {} : { reason }) };
    case 'COMPLETED': {
      const bankRef = refund.acquirer_reference_number ?? undefined;
      return { status: 'settled', providerRef, ...(bankRef === undefined ? {} : { bankRef }) };
    }
    case 'FAILED':
      return { status: 'failed', providerRef, reason: reason ?? 'unknown' };
    case 'CANCELLED':
      return { status: 'cancelled', providerRef };
    default:
      return null;
  }
}

/** Our payout's id beside the refund; `null` for a refund that someone made elsewhere, e.g. on PayPal's own pages. */
export const payoutOfRefund = ({ custom_id: payoutId }: Pick<PaypalRefund, 'custom_id'>): string | null =>
  payoutId && isUuid(payoutId) ? payoutId : null;

/** Pending ones take from the capture too; failed and cancelled ones free it again (R11). */
export const takesFromCapture = ({ status }: Pick<PaypalRefund, 'status'>): boolean =>
  status !== 'FAILED' && status !== 'CANCELLED';
