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
});

export type PaypalDispute = z.output<typeof disputeSchema>;

/** A list has no outcomes: what was resolved is read by itself. */
export const disputeListSchema = z.object({
  items: z.array(disputeSchema).nullish(),
  links: z.array(z.object({ rel: z.string().nullish() })).nullish(),
});

/** As a webhook tells it. */
export const toldDisputeSchema = disputeSchema.extend({
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
