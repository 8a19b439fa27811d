/**
 * PayPal's cases, checked as they come in, and what each state of one means for a refund. PayPal calls the stages after
 * an inquiry CHARGEBACK, PRE_ARBITRATION and ARBITRATION: all are claims before PayPal, none is a card's chargeback (D11).
 */

import { z } from 'zod';
import type { DisputeState } from '../domain/facts.ts';
import { paypalMoneySchema } from './paypal-money.ts';

const id = z.string().min(1).max(255);

export const disputeSchema = z.object({
  dispute_id: id,
  status: z.string(),
  dispute_life_cycle_stage: z.string().nullish(),
  dispute_outcome: z.object({ outcome_code: z.string().nullish() }).nullish(),
  seller_response_due_date: z.iso.datetime({ offset: true }).nullish(),
  evidences: z.array(z.object({ source: z.string().nullish(), notes: z.string().nullish() })).nullish(),
  links: z.array(z.object({ rel: z.string().nullish() })).nullish(),
});

export type PaypalDispute = z.output<typeof disputeSchema>;

/** A list has no outcomes: what was resolved is read by itself. */
export const disputeListSchema = z.object({
  items: z.array(disputeSchema).nullish(),
  links: z.array(z.object({ rel: z.string().nullish() })).nullish(),
});

/** As a webhook tells it. */
export const toldDisputeSchema = disputeSchema.extend({
  reason: z.string().nullish(),
  dispute_amount: paypalMoneySchema,
  disputed_transactions: z.array(z.object({ seller_transaction_id: id.nullish() })),
  update_time: z.iso.datetime({ offset: true }).nullish(),
});

/**
 * How a case ended for the desk. An outcome with a payout gave the customer money, though not the seller's: paid back
 * once more they would have it twice.
 */
const endings: Readonly<Record<string, DisputeState>> = {
  RESOLVED_SELLER_FAVOUR: 'won',
  DENIED: 'won',
  CANCELED_BY_BUYER: 'closed',
  RESOLVED_BUYER_FAVOUR: 'lost',
  RESOLVED_WITH_PAYOUT: 'lost',
  ACCEPTED: 'lost',
};

/** A stage or an outcome that is new to us bars, as open, until someone has looked. */
export function stateOfDispute(dispute: PaypalDispute): DisputeState {
  if (dispute.status === 'RESOLVED') return endings[dispute.dispute_outcome?.outcome_code ?? ''] ?? 'open';
  return dispute.dispute_life_cycle_stage === 'INQUIRY' ? 'inquiry' : 'open';
}

const barring: readonly DisputeState[] = ['open', 'lost', 'prevented'];

/** D1: an inquiry alone, and a case that ended well, leave a capture refundable. */
export const disputeBars = (state: DisputeState): boolean => barring.includes(state);

/** D11: whatever PayPal calls its stage, a case is no charge-back of a card. */
export const kindOfDispute = (dispute: PaypalDispute): 'inquiry' | 'paypal_claim' =>
  dispute.dispute_life_cycle_stage === 'INQUIRY' ? 'inquiry' : 'paypal_claim';

/** What the seller has shown, by whichever way. */
export const shownBySeller = ({ evidences }: PaypalDispute) =>
  (evidences ?? []).filter(({ source }) => source === 'SUBMITTED_BY_SELLER');

/** By when the seller is to answer; `null` while nothing is asked, as in an inquiry, where people write to each other. */
export function answerDueAt(dispute: PaypalDispute): Date | null {
  const isAsked = dispute.status === 'WAITING_FOR_SELLER_RESPONSE' && kindOfDispute(dispute) === 'paypal_claim';
  return isAsked && dispute.seller_response_due_date ? new Date(dispute.seller_response_due_date) : null;
}

/** PayPal says by a link whether it takes evidence now. */
export const takesEvidence = ({ links }: PaypalDispute): boolean =>
  links?.some(({ rel }) => rel === 'provide_evidence') ?? false;
