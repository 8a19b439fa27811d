/**
 * The PayPal rail over the official SDK. Sends under the id it is given and reports what PayPal says; it looks up by
 * reading only, and calls a refund failed only where PayPal surely has none.
 */

import type { z } from 'zod';
import { type Money, sum, zero } from '../domain/money.ts';
import {
  type CaptureProblem,
  type CaptureState,
  type MadePayout,
  type OutcomeUnknown,
  type PayoutRequest,
  type Rail,
  type RailFacts,
  type RailRecord,
  type RailReport,
  RailUnavailable,
} from '../domain/rail.ts';
import type { PaypalClient } from './paypal-client.ts';
import { costedCaptureSchema, costedRefundSchema, costsOfRefund, costsOfUndone } from './paypal-costs.ts';
import { disputeBars, disputeListSchema, disputeSchema, stateOfDispute } from './paypal-dispute.ts';
import { fromPaypal, paypalCurrencies, paypalExponents, toPaypal } from './paypal-money.ts';
import {
  captureOfRefund,
  captureSchema,
  type ListedRefund,
  orderSchema,
  type PaypalOrder,
  type PaypalRefund,
  payoutOfRefund,
  refundSchema,
  reportOfRefund,
  takesFromCapture,
} from './paypal-refund.ts';
import { listPaypalRefunds } from './paypal-refund-list.ts';
import { asked, outcomeOfPaypalError, PaypalRefusal, parsed } from './paypal-refusal.ts';
import { provenRefusal } from './proven-refusal.ts';

export const paypalFacts: RailFacts = {
  // PayPal: "It takes a maximum of three hours for executed transactions to appear"; one more for a clock that is off.
  list: { word: 'provider', withinMs: 4 * 3_600_000 },
  reports: ['sent', 'settled', 'failed', 'cancelled'],
  // PayPal: a balance has it at once, a bank or card behind the account within some days.
  postingDays: { min: 0, max: 10 },
  currencies: paypalCurrencies,
  exponents: paypalExponents,
  disputes: ['inquiry', 'claim'],
};

export const createPaypalRail = ({ paypal }: { readonly paypal: PaypalClient }): Rail => ({
  name: 'paypal',
  facts: paypalFacts,
  send: (request) => send(paypal, request),
  lookUp: (request) => asked(() => lookUp(paypal, request)),
  readCapture: (captureRef, ownPayoutIds) => asked(() => readCapture(paypal, captureRef, ownPayoutIds)),
  list: (window) => listed(paypal, window),
  readCosts: (payout) => asked(() => readCosts(paypal, payout)),
});

/** Page by page; what keeps it from the next one is told as it is of any other question. */
async function* listed(
  paypal: PaypalClient,
  window: { readonly from: Date; readonly until: Date },
): AsyncGenerator<readonly RailRecord[]> {
  const pages = listPaypalRefunds(paypal, window);
  for (;;) {
    const page = await asked(() => pages.next());
    if (page.done) return;
    yield page.value;
  }
}

async function send(paypal: PaypalClient, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  if (request.amount.minor <= 0n) return { status: 'failed', reason: 'amount_not_positive' };
  return provenRefusal(await createRefund(paypal, request), () => lookUp(paypal, request));
}

async function createRefund(paypal: PaypalClient, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  const amount = toPaypal(request.amount);
  if (!amount) return { status: 'failed', reason: 'amount_not_representable' };
  try {
    const call = { captureId: request.captureRef, requestId: request.key, amount, customId: request.payoutId };
    const refund = refundSchema.safeParse(await paypal.refund(call));
    const report = refund.success ? reportOfRefund(refund.data) : null;
    if (!refund.success || !report) return { status: 'unknown', reason: 'unreadable_answer' };
    // R6: PayPal answers a known id with what it did then, whatever is asked for now.
    const did = fromPaypal(refund.data.amount);
    const isSame = did?.minor === request.amount.minor && did.currency === request.amount.currency;
    return isSame ? report : { status: 'unknown', reason: 'idempotency_mismatch' };
  } catch (error) {
    return outcomeOfPaypalError(error);
  }
}

/**
 * Reads the refunds of the capture's order. Sending once more under the same id would tell as much, but it would pay
 * where the first never came.
 */
async function lookUp(paypal: PaypalClient, request: PayoutRequest): Promise<RailReport | null> {
  const capture = parsed(captureSchema, await paypal.readCapture(request.captureRef));
  const order = await orderOf(paypal, capture);
  if (order === null) throw new RailUnavailable('PayPal lists no refunds of this capture');
  const refunds = await refundsOf(paypal, capture.id, order);
  const ours = refunds.filter((refund) => payoutOfRefund(refund) === request.payoutId);
  const refund = ours.find(takesFromCapture) ?? ours[0];
  if (!refund) return null;
  const report = reportOfRefund(refund);
  if (!report) throw new RailUnavailable('PayPal reports a refund status that the desk does not know');
  return report;
}

async function readCosts(paypal: PaypalClient, { providerRef, captureRef }: MadePayout) {
  const refund = parsed(costedRefundSchema, await paypal.readRefund(providerRef));
  if (!takesFromCapture(refund)) return costsOfUndone(refund);
  return costsOfRefund(refund, parsed(costedCaptureSchema, await paypal.readCapture(captureRef)));
}

async function readCapture(
  paypal: PaypalClient,
  captureRef: string,
  ownPayoutIds: readonly string[],
): Promise<CaptureState | CaptureProblem> {
  const answer = await orMissing(paypal.readCapture(captureRef));
  if (answer === null) return { problem: 'capture_not_found' };
  const capture = parsed(captureSchema, answer);
  const amount = fromPaypal(capture.amount);
  if (!amount) return { problem: 'currency_unsupported' };
  switch (capture.status) {
    case 'COMPLETED':
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      break;
    case 'PENDING':
      return { problem: 'capture_pending' };
    case 'DECLINED':
    case 'FAILED':
      return { captured: zero(amount.currency), refundedElsewhere: zero(amount.currency), disputeBars: false };
    default:
      throw new RailUnavailable('PayPal reports a capture status that the desk does not know');
  }
  const [order, barred] = await Promise.all([orderOf(paypal, capture), isBarred(paypal, capture.id)]);
  if (order === null) return { problem: 'refunds_unlisted' };
  const refunds = (await refundsOf(paypal, capture.id, order)).filter(takesFromCapture);
  const elsewhere = refunds.filter((refund) => !ownPayoutIds.includes(payoutOfRefund(refund) ?? ''));
  // D3: PayPal closes a case for the customer once all has gone back, and then nothing is left to bar.
  const isAllBack = sum(refunds.map(amountOf), amount.currency).minor >= amount.minor;
  const instrument = order.payer?.payer_id ?? order.payment_source?.paypal?.account_id;
  return {
    captured: amount,
    refundedElsewhere: sum(elsewhere.map(amountOf), amount.currency),
    disputeBars: barred && !isAllBack,
    ...(instrument ? { instrument } : {}),
  };
}

/** `null` where the capture belongs to no order, or to one that PayPal has forgotten. */
async function orderOf(paypal: PaypalClient, capture: z.output<typeof captureSchema>): Promise<PaypalOrder | null> {
  const orderId = capture.supplementary_data?.related_ids?.order_id;
  const answer = orderId ? await orMissing(paypal.readOrder(orderId)) : null;
  return answer === null ? null : parsed(orderSchema, answer);
}

async function refundsOf(paypal: PaypalClient, captureId: string, order: PaypalOrder): Promise<PaypalRefund[]> {
  const payments = order.purchase_units.flatMap(({ payments: made }) => made ?? []);
  const isOnly = payments.flatMap(({ captures }) => captures ?? []).length === 1;
  const refunds: PaypalRefund[] = [];
  for (const listed of payments.flatMap(({ refunds: made }) => made ?? [])) {
    const refund = await wholeRefund(paypal, listed);
    const of = captureOfRefund(refund) ?? (isOnly ? captureId : null);
    if (of === null) throw new RailUnavailable('PayPal does not say of which capture a refund is');
    if (of === captureId) refunds.push(refund);
  }
  return refunds;
}

/** Without its custom id in the list a refund may still be ours: it is read before anything is said of it. */
async function wholeRefund(paypal: PaypalClient, listed: ListedRefund): Promise<PaypalRefund> {
  const whole = refundSchema.safeParse(listed);
  if (whole.success && whole.data.custom_id) return whole.data;
  return parsed(refundSchema, await paypal.readRefund(listed.id));
}

function amountOf(refund: PaypalRefund): Money {
  const amount = fromPaypal(refund.amount);
  if (!amount) throw new RailUnavailable('PayPal reports a refund in a currency that the desk does not know');
  return amount;
}

async function isBarred(paypal: PaypalClient, captureId: string): Promise<boolean> {
  const { items, links } = parsed(disputeListSchema, await paypal.listDisputes(captureId));
  if (links?.some(({ rel }) => rel === 'next'))
    throw new RailUnavailable('PayPal lists more cases than one capture can have');
  for (const listed of items ?? []) {
    const isEnded = listed.status === 'RESOLVED' && !listed.dispute_outcome?.outcome_code;
    const dispute = isEnded ? parsed(disputeSchema, await paypal.readDispute(listed.dispute_id)) : listed;
    if (disputeBars(stateOfDispute(dispute))) return true;
  }
  return false;
}

async function orMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PaypalRefusal && error.status === 404) return null;
    throw error;
  }
}
