/**
 * The sandbox's objects in Stripe's wire form, and how new ones are made. Pure apart from minting ids; knows no rules.
 */

import { randomBytes } from 'node:crypto';

export type Metadata = Readonly<Record<string, string>>;

export const refundStatuses = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

export const disputeStatuses = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'won',
  'lost',
  'prevented',
] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];

export interface ChargeObject {
  readonly id: string;
  readonly object: 'charge';
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  /** Of what was captured; absent before that. */
  readonly balance_transaction: string | null;
  readonly captured: boolean;
  readonly created: number;
  readonly currency: string;
  readonly description: string | null;
  readonly disputed: boolean;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly paid: boolean;
  readonly payment_intent: string | null;
  readonly payment_method: string;
  readonly payment_method_details: {
    readonly type: 'card';
    readonly card: { readonly brand: 'visa'; readonly fingerprint: string; readonly last4: string };
  };
  readonly refunded: boolean;
  readonly status: 'succeeded';
}

export interface PaymentIntentObject {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly capture_method: 'automatic' | 'manual';
  readonly created: number;
  readonly currency: string;
  readonly description: string | null;
  readonly latest_charge: string;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly payment_method: string;
  readonly payment_method_types: readonly ['card'];
  readonly status: 'succeeded' | 'requires_capture';
}

export interface RefundObject {
  readonly id: string;
  readonly object: 'refund';
  readonly amount: number;
  readonly balance_transaction: string | null;
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly destination_details: {
    readonly type: 'card';
    readonly card: {
      readonly type: 'refund';
      readonly reference_status: 'pending' | 'available';
      readonly reference_type: 'acquirer_reference_number';
      readonly reference?: string;
    };
  };
  readonly failure_balance_transaction?: string;
  readonly failure_reason?: string;
  readonly metadata: Metadata;
  readonly payment_intent: string | null;
  readonly pending_reason?: string;
  readonly reason: string | null;
  readonly receipt_number: null;
  readonly status: RefundStatus;
}

/** A movement on the account's balance: amount and fee in the currency in which it settles. */
export interface BalanceObject {
  readonly id: string;
  readonly object: 'balance_transaction';
  /** Negative where it leaves the balance. */
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  readonly exchange_rate: number | null;
  readonly fee: number;
  /** The amount less the fee. */
  readonly net: number;
  readonly reporting_category: string;
  readonly source: string;
  readonly status: 'available';
  readonly type: 'charge' | 'refund' | 'refund_failure';
}

/** Those that keep Stripe from refunding a charge. */
export const barringDisputes: readonly DisputeStatus[] = ['needs_response', 'under_review', 'lost', 'prevented'];

export interface DisputeObject {
  readonly id: string;
  readonly object: 'dispute';
  readonly amount: number;
  readonly balance_transactions: readonly {
    readonly id: string;
    readonly object: 'balance_transaction';
    readonly amount: number;
    readonly currency: string;
    readonly fee: number;
    readonly type: 'adjustment';
  }[];
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly evidence: { readonly uncategorized_file: string | null };
  readonly evidence_details: {
    readonly due_by: number;
    readonly has_evidence: boolean;
    readonly past_due: boolean;
    readonly submission_count: number;
  };
  readonly is_charge_refundable: boolean;
  readonly livemode: false;
  readonly metadata: Metadata;
  readonly payment_intent: string | null;
  readonly payment_method_details: {
    readonly type: 'card';
    readonly card: { readonly brand: 'visa'; readonly network_reason_code: string };
  };
  readonly reason: string;
  readonly status: DisputeStatus;
}

export interface WarningObject {
  readonly id: string;
  readonly object: 'radar.early_fraud_warning';
  readonly actionable: boolean;
  readonly charge: string;
  readonly created: number;
  readonly fraud_type: string;
  readonly livemode: false;
  readonly payment_intent: string | null;
}

/** Of its bytes the sandbox keeps the hash, by which a test knows them again; Stripe's own has none. */
export interface FileObject {
  readonly id: string;
  readonly object: 'file';
  readonly created: number;
  readonly filename: string;
  readonly purpose: string;
  readonly size: number;
  readonly type: 'pdf';
  readonly sha256: string;
}

export interface EventObject {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: ChargeObject | PaymentIntentObject | RefundObject | DisputeObject | WarningObject };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}

/** `ch_3f9c…`: Stripe's prefixes, with as much chance in them as Stripe's have. */
export const mintId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;

/** A card refund's acquirer reference number: 23 digits, by which the cardholder's bank finds it. */
export const mintArn = (): string =>
  `7${BigInt(`0x${randomBytes(10).toString('hex')}`)
    .toString()
    .padStart(22, '0')
    .slice(-22)}`;

export interface NewCharge {
  readonly id?: string;
  readonly amount: number;
  readonly amountCaptured: number;
  readonly currency: string;
  readonly created: number;
  readonly paymentIntent: string | null;
  readonly paymentMethod: string;
  /** One of its own unless it is named. */
  readonly fingerprint?: string;
  readonly description: string | null;
  readonly metadata: Metadata;
}

export const newCharge = (input: NewCharge): ChargeObject => ({
  id: input.id ?? mintId('ch'),
  object: 'charge',
  amount: input.amount,
  amount_captured: input.amountCaptured,
  amount_refunded: 0,
  balance_transaction: null,
  captured: input.amountCaptured > 0,
  created: input.created,
  currency: input.currency,
  description: input.description,
  disputed: false,
  livemode: false,
  metadata: input.metadata,
  paid: true,
  payment_intent: input.paymentIntent,
  payment_method: input.paymentMethod,
  payment_method_details: {
    type: 'card',
    card: { brand: 'visa', fingerprint: input.fingerprint ?? mintId('fp'), last4: '4242' },
  },
  refunded: false,
  status: 'succeeded',
});

export interface NewRefund {
  readonly charge: ChargeObject;
  readonly amount: number;
  readonly created: number;
  readonly metadata: Metadata;
  readonly reason: string | null;
  readonly status: RefundStatus;
  readonly pendingReason?: string;
  readonly failureReason?: string;
}

export const newRefund = (input: NewRefund): RefundObject => ({
  id: mintId('re'),
  object: 'refund',
  amount: input.amount,
  balance_transaction: null,
  charge: input.charge.id,
  created: input.created,
  currency: input.charge.currency,
  destination_details: {
    type: 'card',
    card: { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' },
  },
  ...(input.failureReason === undefined ? {} : { failure_reason: input.failureReason }),
  metadata: input.metadata,
  payment_intent: input.charge.payment_intent,
  ...(input.pendingReason === undefined ? {} : { pending_reason: input.pendingReason }),
  reason: input.reason,
  receipt_number: null,
  status: input.status,
});

export const withReference = (refund: RefundObject, arn: string): RefundObject => ({
  ...refund,
  destination_details: {
    type: 'card',
    card: { ...refund.destination_details.card, reference_status: 'available', reference: arn },
  },
});
