/**
 * What Stripe's events and objects say of a dispute, an inquiry or an early fraud warning. An event's snapshot may be
 * stale, so it reports and never decides.
 */

import { z } from 'zod';
import type { DisputeKind, DisputeStanding } from '../domain/dispute.ts';
import type { DisputeState } from '../domain/facts.ts';
import { isCurrency, type Money, money } from '../domain/money.ts';
import { isOfOwnAccount, type StripeEvent } from './stripe-webhook.ts';

export interface StripeDisputeReport {
  readonly providerRef: string;
  /** The charge, and the payment intent that made it: a shop may know what was captured by either. */
  readonly captureRefs: readonly string[];
  readonly state: DisputeStanding;
  /** `null` of a warning, which names none. */
  readonly amount: Money | null;
  /** Stripe's own time of the event. */
  readonly toldAt: Date;
  /** The event's type. */
  readonly cause: string;
  readonly kind: DisputeKind;
  readonly reason: string | null;
  readonly networkReason: string | null;
  readonly fee: Money | null;
  readonly evidenceDueAt: Date | null;
  readonly submissions: number;
  readonly actionable: boolean | null;
}

const currencyCode = z.string().transform((code) => code.toUpperCase());

export const stripeDisputeSchema = z.object({
  id: z.string().min(1),
  object: z.literal('dispute'),
  charge: z.string().min(1),
  payment_intent: z.string().min(1).nullish(),
  amount: z.number().int().min(0),
  currency: currencyCode,
  status: z.string(),
  reason: z.string().nullish(),
  network_reason_code: z.string().nullish(),
  payment_method_details: z
    .object({ card: z.object({ network_reason_code: z.string().nullish() }).nullish() })
    .nullish(),
  balance_transactions: z.array(z.object({ fee: z.number().int(), currency: currencyCode })).nullish(),
  evidence_details: z
    .object({ due_by: z.number().int().nullish(), submission_count: z.number().int().min(0).nullish() })
    .nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

export type StripeDispute = z.output<typeof stripeDisputeSchema>;

const warningSchema = z.object({
  id: z.string().min(1),
  object: z.literal('radar.early_fraud_warning'),
  charge: z.string().min(1),
  payment_intent: z.string().min(1).nullish(),
  actionable: z.boolean(),
  fraud_type: z.string().nullish(),
});

/** D1: what each of Stripe's statuses means for a refund. */
const disputeStatesByStatus: Readonly<Record<string, DisputeState>> = {
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry',
  warning_closed: 'closed',
  needs_response: 'open',
  under_review: 'open',
  won: 'won',
  lost: 'lost',
  prevented: 'prevented',
};

/** A status that is new to us bars, as open. */
export const stateOfStripeDispute = (status: string): DisputeState => disputeStatesByStatus[status] ?? 'open';

/** What the event says of a dispute or a warning, or `null` where it says nothing of one. */
export function disputeOfStripeEvent(event: StripeEvent): StripeDisputeReport | null {
  if (!isOfOwnAccount(event)) return null;
  if (event.type.startsWith('radar.early_fraud_warning.')) return warningOf(event);
  if (!event.type.startsWith('charge.dispute.')) return null;
  const parsed = stripeDisputeSchema.safeParse(event.data.object);
  if (!parsed.success) return null;
  const dispute = parsed.data;
  const { currency } = dispute;
  if (!isCurrency(currency)) return null;
  const { due_by: dueBy, submission_count: submissions } = dispute.evidence_details ?? {};
  return {
    ...aboutOf(event, dispute),
    state: stateOfStripeDispute(dispute.status),
    amount: money(BigInt(dispute.amount), currency),
    kind: dispute.status.startsWith('warning_') ? 'inquiry' : 'chargeback',
    reason: dispute.reason ?? null,
    networkReason: dispute.payment_method_details?.card?.network_reason_code ?? dispute.network_reason_code ?? null,
    fee: feeOf(dispute),
    // 0 where the bank takes no answer.
    evidenceDueAt: dueBy ? new Date(dueBy * 1000) : null,
    submissions: submissions ?? 0,
    actionable: null,
  };
}

function warningOf(event: StripeEvent): StripeDisputeReport | null {
  const warning = warningSchema.safeParse(event.data.object);
  if (!warning.success) return null;
  const { actionable, fraud_type: reason } = warning.data;
  return {
    ...aboutOf(event, warning.data),
    state: actionable ? 'warned' : 'closed',
    amount: null,
    kind: 'early_fraud_warning',
    reason: reason ?? null,
    networkReason: null,
    fee: null,
    evidenceDueAt: null,
    submissions: 0,
    actionable,
  };
}

const aboutOf = (
  event: StripeEvent,
  { id, charge, payment_intent: intent }: { id: string; charge: string; payment_intent?: string | null | undefined },
) => ({
  providerRef: id,
  captureRefs: intent ? [charge, intent] : [charge],
  toldAt: new Date(event.created * 1000),
  cause: event.type,
});

/** In the currency in which Stripe settles with the seller; what it gives back on a win is told by a lower sum. */
function feeOf({ balance_transactions: moves }: StripeDispute): Money | null {
  const [first] = moves ?? [];
  if (!moves || !first || !isCurrency(first.currency)) return null;
  if (moves.some(({ currency }) => currency !== first.currency)) return null;
  const total = moves.reduce((sum, { fee }) => sum + fee, 0);
  return total < 0 ? null : money(BigInt(total), first.currency);
}
