/**
 * What Stripe would do: captures, refunds, their later life, disputes. Each rule reads the books and says what is to be
 * written and told; it never writes by itself, so that a rule that refuses leaves nothing behind.
 */

import { givenBack, refunded, sold } from './stripe-sandbox-balance.ts';
import { type Books, type PlanRow, type Put, put, strike } from './stripe-sandbox-books.ts';
import {
  barringDisputes,
  type ChargeObject,
  type EventObject,
  type Metadata,
  mintArn,
  mintId,
  type NewCharge,
  newCharge,
  newRefund,
  type PaymentIntentObject,
  type RefundObject,
  type RefundStatus,
  withReference,
} from './stripe-sandbox-objects.ts';
import { spendWarnings } from './stripe-sandbox-warnings.ts';
import { StripeRefusal } from './stripe-sandbox-wire.ts';

export interface NewEvent {
  readonly type: string;
  readonly object: EventObject['data']['object'];
}

export interface Move<Answer extends object = object> {
  readonly answer: Answer;
  readonly puts: readonly Put[];
  readonly events: readonly NewEvent[];
}

export const reading = <Answer extends object>(answer: Answer): Move<Answer> => ({ answer, puts: [], events: [] });

/** How a refund begins and what becomes of it by itself. */
export interface RefundOutcome {
  readonly status: RefundStatus;
  readonly pendingReason?: string | undefined;
  readonly failureReason?: string | undefined;
  readonly next?: PlanRow['step'] | undefined;
  readonly afterMs: number;
}

export interface RefundInput {
  readonly chargeId: string;
  readonly amount: number | undefined;
  readonly metadata: Metadata;
  readonly reason: string | null;
  readonly nowMs: number;
  readonly outcome: RefundOutcome;
}

const refused = (message: string, code: string, param?: string): StripeRefusal =>
  new StripeRefusal(400, message, { code, executed: true, ...(param === undefined ? {} : { param }) });

/** Stripe counts in units its networks can carry: three-decimal currencies only in tens (M3). */
const threeDecimalCurrencies: readonly string[] = ['bhd', 'jod', 'kwd', 'omr', 'tnd'];

export function createRefund(books: Books, input: RefundInput): Move<RefundObject> {
  const charge = books.get('charge', input.chargeId);
  if (!charge) throw refused(`No such charge: '${input.chargeId}'`, 'resource_missing', 'charge');
  if (!charge.captured) throw refused(`Charge ${charge.id} has not been captured.`, 'charge_not_refundable');
  const disputes = books.all('dispute').filter((dispute) => dispute.charge === charge.id);
  if (disputes.some((dispute) => barringDisputes.includes(dispute.status)))
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed');
  const left = charge.amount_captured - takenOf(books, charge.id);
  if (left <= 0) throw refused(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  const amount = input.amount ?? left;
  if (amount > left)
    throw refused(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      'amount_too_large',
      'amount',
    );
  if (threeDecimalCurrencies.includes(charge.currency) && amount % 10 !== 0)
    throw refused('Amounts in three-decimal currencies must end in 0.', 'parameter_invalid_integer', 'amount');

  const { status, pendingReason, failureReason, next, afterMs } = input.outcome;
  const made = newRefund({
    charge,
    amount,
    created: Math.floor(input.nowMs / 1000),
    metadata: input.metadata,
    reason: input.reason,
    status,
    ...(status === 'pending' ? { pendingReason: pendingReason ?? 'processing' } : {}),
    ...(status === 'failed' ? { failureReason: failureReason ?? 'declined' } : {}),
  });
  const { refund, puts: moved } = takes(made) ? refunded(books, made) : { refund: made, puts: [] };
  const charged = recounted(books, charge, refund);
  const plan: Put[] = next
    ? [
        put('plan', {
          id: refund.id,
          dueMs: input.nowMs + afterMs,
          step: next,
          ...(failureReason === undefined ? {} : { failureReason }),
        }),
      ]
    : [];
  const spent = charged.refunded ? spendWarnings(books, charge.id) : { puts: [], events: [] };
  return {
    answer: refund,
    puts: [put('refund', refund), put('charge', charged), ...moved, ...plan, ...spent.puts],
    events: [
      { type: 'refund.created', object: refund },
      takes(refund) ? { type: 'charge.refunded', object: charged } : { type: 'refund.failed', object: refund },
      ...spent.events,
    ],
  };
}

/** Pending refunds take from the charge; failed and cancelled ones give it back. */
const takes = (refund: RefundObject): boolean => refund.status !== 'failed' && refund.status !== 'canceled';

const takenOf = (books: Books, chargeId: string): number =>
  books
    .all('refund')
    .filter((refund) => refund.charge === chargeId && takes(refund))
    .reduce((total, refund) => total + refund.amount, 0);

function recounted(books: Books, charge: ChargeObject, changed: RefundObject): ChargeObject {
  const before = books.get('refund', changed.id);
  const amount_refunded =
    takenOf(books, charge.id) - (before && takes(before) ? before.amount : 0) + (takes(changed) ? changed.amount : 0);
  return { ...charge, amount_refunded, refunded: amount_refunded >= charge.amount_captured };
}

const refundMoves: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  pending: ['requires_action', 'succeeded', 'failed', 'canceled'],
  requires_action: ['pending', 'succeeded', 'failed', 'canceled'],
  // S1: a bank may send the money back long after the rail said that it had arrived.
  succeeded: ['failed'],
  failed: [],
  canceled: [],
};

export function moveRefund(
  books: Books,
  refundId: string,
  to: RefundStatus,
  failureReason?: string,
): Move<RefundObject> {
  const { pending_reason: _, ...refund } = existing(books, refundId);
  if (!refundMoves[refund.status].includes(to))
    throw refused(`A refund in status ${refund.status} cannot become ${to}.`, 'refund_status');
  const moved: RefundObject = { ...refund, status: to };
  const changed: RefundObject =
    to === 'failed'
      ? { ...moved, failure_reason: failureReason ?? 'expired_or_canceled_card' }
      : to === 'pending'
        ? { ...moved, pending_reason: 'processing' }
        : to === 'succeeded'
          ? withReference(moved, mintArn())
          : moved;
  return told(books, changed, to === 'failed' ? ['refund.failed'] : []);
}

/** The bank's reference arrives some time after the refund itself (S9). */
export const referenceRefund = (books: Books, refundId: string): Move<RefundObject> =>
  told(books, withReference(existing(books, refundId), mintArn()), []);

function existing(books: Books, refundId: string): RefundObject {
  const refund = books.get('refund', refundId);
  if (!refund) throw refused(`No such refund: '${refundId}'`, 'resource_missing', 'id');
  return refund;
}

function told(books: Books, changed: RefundObject, moreTypes: readonly string[]): Move<RefundObject> {
  const charge = books.get('charge', changed.charge);
  const { refund, puts: moved } = takes(changed) ? { refund: changed, puts: [] } : givenBack(books, changed);
  return {
    answer: refund,
    puts: [
      put('refund', refund),
      strike('plan', refund.id),
      ...moved,
      ...(charge ? [put('charge', recounted(books, charge, refund))] : []),
    ],
    events: ['refund.updated', 'charge.refund.updated', ...moreTypes].map((type) => ({ type, object: refund })),
  };
}

/** What is planned for a refund and due: the next move of its own life. */
export function followPlan(books: Books, plan: PlanRow): Move<RefundObject> | null {
  const refund = books.get('refund', plan.id);
  if (!refund) return null;
  const { step } = plan;
  if (step === 'reference') return refund.status === 'succeeded' ? referenceRefund(books, plan.id) : null;
  const to = step === 'succeed' ? 'succeeded' : 'failed';
  return refundMoves[refund.status].includes(to) ? moveRefund(books, plan.id, to, plan.failureReason) : null;
}

export interface PaymentInput {
  readonly amount: number;
  readonly currency: string;
  readonly capture: boolean;
  readonly created: number;
  readonly paymentMethod: string;
  readonly description: string | null;
  readonly metadata: Metadata;
}

export function pay(books: Books, input: PaymentInput): Move<PaymentIntentObject> {
  const intentId = mintId('pi');
  const amountCaptured = input.capture ? input.amount : 0;
  const made = newCharge({ ...input, amountCaptured, paymentIntent: intentId } satisfies NewCharge);
  const { charge, puts: moved } = sold(books, made);
  const intent: PaymentIntentObject = {
    id: intentId,
    object: 'payment_intent',
    amount: input.amount,
    amount_capturable: input.capture ? 0 : input.amount,
    amount_received: charge.amount_captured,
    capture_method: input.capture ? 'automatic' : 'manual',
    created: input.created,
    currency: input.currency,
    description: input.description,
    latest_charge: charge.id,
    livemode: false,
    metadata: input.metadata,
    payment_method: input.paymentMethod,
    payment_method_types: ['card'],
    status: input.capture ? 'succeeded' : 'requires_capture',
  };
  return {
    answer: intent,
    puts: [put('intent', intent), put('charge', charge), ...moved],
    events: [
      { type: 'charge.succeeded', object: charge },
      ...(input.capture ? [{ type: 'payment_intent.succeeded', object: intent }] : []),
    ],
  };
}

export function captureIntent(
  books: Books,
  intent: PaymentIntentObject,
  toCapture: number | undefined,
): Move<PaymentIntentObject> {
  const charge = books.get('charge', intent.latest_charge);
  const amount = toCapture ?? intent.amount_capturable;
  if (intent.status !== 'requires_capture' || !charge)
    throw refused(
      `${intent.id} could not be captured: its status is ${intent.status}.`,
      'payment_intent_unexpected_state',
    );
  if (amount > intent.amount_capturable)
    throw refused('The amount is more than can be captured.', 'amount_too_large', 'amount_to_capture');
  const { charge: captured, puts: moved } = sold(books, { ...charge, captured: true, amount_captured: amount });
  const done: PaymentIntentObject = { ...intent, amount_capturable: 0, amount_received: amount, status: 'succeeded' };
  return {
    answer: done,
    puts: [put('intent', done), put('charge', captured), ...moved],
    events: [
      { type: 'charge.captured', object: captured },
      { type: 'payment_intent.succeeded', object: done },
    ],
  };
}
