/**
 * PayPal's cases, checked as they come in, and what each state of one means for a refund. PayPal calls the stages after
 * an inquiry CHARGEBACK, PRE_ARBITRATION and ARBITRATION: all are claims before PayPal, none is a card's chargeback (D11).
 */

import { z } from 'zod';
import type { DisputeState } from '../domain/facts.ts';
import { type Money, money } from '../domain/money.ts';
import { fromPaypal, paypalMoneySchema } from './paypal-money.ts';

const id = z.string().min(1).max(255);

export const disputeSchema = z.object({
  dispute_id: id,
  status: z.string(),
  dispute_life_cycle_stage: z.string().nullish(),
  dispute_outcome: z
    .object({ outcome_code: z.string().nullish(), amount_refunded: paypalMoneySchema.nullish().catch(null) })
    .nullish(),
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

const movement = { type: z.string(), reason: z.string(), amount: paypalMoneySchema };

/**
 * As a webhook tells it. What PayPal has deprecated is read where the newer one is missing; a list that is not as we know it
 * tells nothing, and the case is heard all the same.
 */
export const toldDisputeSchema = disputeSchema.extend({
  dispute_channel: z.string().nullish(),
  fund_movements: z
    .array(z.object({ party: z.string(), ...movement }))
    .nullish()
    .catch(null),
  money_movements: z
    .array(z.object({ affected_party: z.string(), ...movement }))
    .nullish()
    .catch(null),
  reason: z.string().nullish(),
  dispute_amount: paypalMoneySchema,
  disputed_transactions: z.array(z.object({ seller_transaction_id: id.nullish() })),
  update_time: z.iso.datetime({ offset: true }).nullish(),
});

type ToldPaypalDispute = z.output<typeof toldDisputeSchema>;

/**
 * How a case ended for the desk. An outcome with a payout gave the customer PayPal's money and takes none of the seller's:
 * paid back once more they would have it twice. `NONE`: another case about the same payment took its place undecided.
 */
const endings: Readonly<Record<string, DisputeState>> = {
  RESOLVED_SELLER_FAVOUR: 'won',
  DENIED: 'won',
  CANCELED_BY_BUYER: 'closed',
  NONE: 'closed',
  RESOLVED_BUYER_FAVOUR: 'lost',
  ACCEPTED: 'lost',
  RESOLVED_WITH_PAYOUT: 'prevented',
};

/** PayPal's guide spells some without the U that its reference has. */
const endingOf = ({ dispute_outcome: outcome }: PaypalDispute): DisputeState | undefined =>
  endings[(outcome?.outcome_code ?? '').replace(/FAVOR$/, 'FAVOUR')];

/**
 * A stage or an outcome that is new to us bars, as open, until someone has looked. In an inquiry PayPal decides nothing (D3):
 * what ends one for the customer is what the seller refunded, and that is among the refunds of the payment.
 */
export function stateOfDispute(dispute: PaypalDispute): DisputeState {
  const isInquiry = dispute.dispute_life_cycle_stage === 'INQUIRY';
  if (dispute.status !== 'RESOLVED') return isInquiry ? 'inquiry' : 'open';
  const ending = endingOf(dispute) ?? 'open';
  return isInquiry && ending === 'lost' ? 'closed' : ending;
}

/**
 * What a case that ended for the customer gave them of the seller's money, and whether the seller's own refunds may be in
 * that: PayPal itself never gives back more than was paid, where a bank's charge-back, which it calls external, may.
 */
export function givenByDispute(dispute: ToldPaypalDispute): { returned: Money | null; includesRefunds: boolean } {
  const state = stateOfDispute(dispute);
  const disputed = fromPaypal(dispute.dispute_amount);
  if (disputed === null || (state !== 'lost' && state !== 'prevented'))
    return { returned: null, includesRefunds: false };
  const told = dispute.dispute_outcome?.amount_refunded;
  const refunded = told ? inCurrencyOf(disputed, fromPaypal(told)) : null;
  const unmoved = state === 'prevented' ? money(0n, disputed.currency) : (refunded ?? disputed);
  return { returned: takenBy(dispute, disputed) ?? unmoved, includesRefunds: dispute.dispute_channel !== 'EXTERNAL' };
}

const inCurrencyOf = ({ currency }: Money, amount: Money | null): Money | null =>
  amount?.currency === currency ? amount : null;

/** What was settled at the seller's cost, without fees; `null` where PayPal does not tell how it was settled. */
function takenBy(dispute: ToldPaypalDispute, disputed: Money): Money | null {
  const movements =
    dispute.fund_movements ??
    dispute.money_movements?.map(({ affected_party: party, ...more }) => ({ ...more, party }));
  const settled = (movements ?? []).filter(({ reason }) => reason === 'DISPUTE_SETTLEMENT');
  if (settled.length === 0) return null;
  let minor = 0n;
  for (const { type, amount } of settled.filter(({ party }) => party === 'SELLER')) {
    const moved = inCurrencyOf(disputed, fromPaypal(amount));
    if (moved === null || (type !== 'DEBIT' && type !== 'CREDIT')) return null;
    minor += type === 'DEBIT' ? moved.minor : -moved.minor;
  }
  return money(minor > 0n ? minor : 0n, disputed.currency);
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
