/**
 * PayPal's webhooks: whether a body really comes from PayPal, and what it reports of a refund or a case. Proved without
 * asking PayPal but for its certificate; reads nothing before the signature held over the raw bytes.
 */

import { verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { DisputeState } from '../domain/facts.ts';
import type { Money } from '../domain/money.ts';
import type { RailReport } from '../domain/rail.ts';
import type { Certificates } from './paypal-certificates.ts';
import { answerDueAt, kindOfDispute, shownBySeller, stateOfDispute, toldDisputeSchema } from './paypal-dispute.ts';
import { fromPaypal } from './paypal-money.ts';
import { captureOfRefund, payoutOfRefund, refundSchema, reportOfRefund } from './paypal-refund.ts';

/** Older transmissions are refused, so that a recorded one cannot be played again (W4). */
export const transmissionAgeSecondsMax = 300;

const eventSchema = z.object({
  id: z.string().min(1).max(255),
  event_type: z.string().min(1).max(255),
  create_time: z.iso.datetime({ offset: true }),
  resource: z.record(z.string(), z.unknown()),
});

export type PaypalEvent = z.output<typeof eventSchema>;

export type HeaderOf = (name: string) => string | undefined;

const transmissionSchema = z.object({
  id: z.string().regex(/^[\w-]{1,100}$/),
  time: z.iso.datetime({ offset: true }),
  certificate: z.string().min(1).max(500),
  algorithm: z.literal('SHA256withRSA'),
  signature: z.base64().min(1).max(2_000),
});

interface VerifierOptions {
  /** PayPal signs for one endpoint of one environment: what was meant for another has another id. */
  readonly webhookId: string;
  readonly certificates: Certificates;
}

/**
 * The event, or why it is not one of ours. Real time counts here, whatever pace the desk's own clock has. Throws where
 * PayPal's certificate cannot be had just now, so that the event is sent again.
 */
export async function verifyPaypalEvent(
  rawBody: Buffer,
  headerOf: HeaderOf,
  { webhookId, certificates }: VerifierOptions,
  now: Date = new Date(),
): Promise<PaypalEvent | Refusal> {
  const transmission = transmissionSchema.safeParse({
    id: headerOf('PayPal-Transmission-Id'),
    time: headerOf('PayPal-Transmission-Time'),
    certificate: headerOf('PayPal-Cert-Url'),
    algorithm: headerOf('PayPal-Auth-Algo'),
    signature: headerOf('PayPal-Transmission-Sig'),
  });
  if (!transmission.success) return refuse('webhook-signature');
  const { id, time, certificate, signature } = transmission.data;
  if (Math.abs(now.getTime() - Date.parse(time)) > transmissionAgeSecondsMax * 1_000)
    return refuse('webhook-signature');
  const key = await certificates.keyAt(certificate, now);
  if (key?.asymmetricKeyType !== 'rsa') return refuse('webhook-signature');
  const signed = Buffer.from(`${id}|${time}|${webhookId}|${crc32(rawBody)}`);
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64'))) return refuse('webhook-signature');
  return readEvent(rawBody);
}

function readEvent(rawBody: Buffer): PaypalEvent | Refusal {
  try {
    const event = eventSchema.safeParse(JSON.parse(rawBody.toString('utf8')));
    return event.success ? event.data : refuse('request-malformed');
  } catch {
    return refuse('request-malformed');
  }
}

export interface PaypalRefundReport {
  readonly providerRef: string;
  /** `null` for a refund made outside the desk. */
  readonly payoutId: string | null;
  readonly captureRefs: readonly string[];
  readonly report: RailReport;
}

/**
 * What the event says of a refund, or `null` where it says nothing of one. All kinds lead to the refund's own status.
 * A reversal is money that a case took: the case has events of its own.
 */
export function reportOfPaypalEvent(event: PaypalEvent): PaypalRefundReport | null {
  const isOfRefund = event.event_type === 'PAYMENT.CAPTURE.REFUNDED' || event.event_type.startsWith('PAYMENT.REFUND.');
  if (!isOfRefund) return null;
  const refund = refundSchema.safeParse(event.resource);
  const report = refund.success ? reportOfRefund(refund.data) : null;
  if (!refund.success || !report) return null;
  const captureRef = captureOfRefund(refund.data);
  return {
    providerRef: refund.data.id,
    payoutId: payoutOfRefund(refund.data),
    captureRefs: captureRef === null ? [] : [captureRef],
    report,
  };
}

export interface PaypalDisputeReport {
  readonly providerRef: string;
  readonly captureRefs: readonly string[];
  readonly state: DisputeState;
  readonly amount: Money;
  /** PayPal's own time of this word. */
  readonly toldAt: Date;
  /** The event's type. */
  readonly cause: string;
  readonly kind: 'inquiry' | 'paypal_claim';
  readonly reason: string | null;
  readonly evidenceDueAt: Date | null;
  readonly submissions: number;
}

/** What the event says of a case, or `null` where it says nothing of one. */
export function disputeOfPaypalEvent(event: PaypalEvent): PaypalDisputeReport | null {
  if (!event.event_type.startsWith('CUSTOMER.DISPUTE.')) return null;
  const dispute = toldDisputeSchema.safeParse(event.resource);
  const amount = dispute.success ? fromPaypal(dispute.data.dispute_amount) : null;
  if (!dispute.success || !amount) return null;
  const { dispute_id, disputed_transactions: transactions, update_time, reason } = dispute.data;
  return {
    providerRef: dispute_id,
    captureRefs: transactions.flatMap(({ seller_transaction_id: ref }) => ref ?? []),
    state: stateOfDispute(dispute.data),
    amount,
    toldAt: new Date(update_time ?? event.create_time),
    cause: event.event_type,
    kind: kindOfDispute(dispute.data),
    reason: reason ?? null,
    evidenceDueAt: answerDueAt(dispute.data),
    submissions: shownBySeller(dispute.data).length,
  };
}
