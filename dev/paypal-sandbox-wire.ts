/** PayPal's wire form: its objects as it shows them, its errors, and its decimals. Knows no rules. */

import { randomBytes } from 'node:crypto';
import type { Amount, Books, Breakdown, CaptureRow, DisputeRow, RefundRow } from './paypal-sandbox-books.ts';

/** A refusal in PayPal's words: the name of its kind, and the issue that says why. */
export class PaypalSandboxRefusal extends Error {
  readonly status: number;
  readonly kind: string;
  readonly issue: string;
  constructor(status: number, kind: string, issue: string) {
    super(`${kind}: ${issue}`);
    this.name = 'PaypalSandboxRefusal';
    this.status = status;
    this.kind = kind;
    this.issue = issue;
  }
}

export const unprocessable = (issue: string): PaypalSandboxRefusal =>
  new PaypalSandboxRefusal(422, 'UNPROCESSABLE_ENTITY', issue);

export const notFound = (): PaypalSandboxRefusal =>
  new PaypalSandboxRefusal(404, 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ID');

export const bodyOf = (value: unknown): string => JSON.stringify(value);

export const errorBody = (name: string, issue?: string): string =>
  bodyOf({
    name,
    message: 'The sandbox refused the request.',
    debug_id: randomBytes(7).toString('hex'),
    ...(issue === undefined ? {} : { details: [{ issue, description: 'The sandbox refused the request.' }] }),
  });

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';

/** `8MC585209K746392H`: seventeen signs, as PayPal's ids have. */
export const mintId = (): string => [...randomBytes(17)].map((byte) => letters[byte % letters.length]).join('');

/** The currencies in which PayPal takes no decimals. */
const wholeOnly: readonly string[] = ['HUF', 'JPY', 'TWD'];

/** In hundredths, so that sums are exact; `null` where PayPal would not take the text for an amount. */
export function hundredths({ currency_code: currency, value }: Amount): bigint | null {
  const [, units, decimals = ''] = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(value) ?? [];
  if (units === undefined || (wholeOnly.includes(currency) && /[1-9]/.test(decimals))) return null;
  return BigInt(units + decimals.padEnd(2, '0'));
}

/** Digits with the point where it belongs. */
export function unitsOf(scaled: bigint, decimals: number): string {
  const digits = scaled.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** As PayPal writes so many hundredths; parts that a currency does not have are dropped. */
export const amountOf = (value: bigint, currency: string): Amount => ({
  currency_code: currency,
  value: wholeOnly.includes(currency) ? (value / 100n).toString() : unitsOf(value, 2),
});

export const totalOf = (amounts: readonly Amount[]): bigint =>
  amounts.reduce((total, amount) => total + (hundredths(amount) ?? 0n), 0n);

const api = 'https://api-m.sandbox.paypal.com';

const holding = (refund: RefundRow): boolean => refund.status === 'PENDING' || refund.status === 'COMPLETED';

/** What was or is being paid back of the capture. */
export const takenOf = (books: Books, captureId: string): bigint =>
  totalOf(
    books
      .all('refund')
      .filter((refund) => refund.capture_id === captureId && holding(refund))
      .map(({ amount }) => amount),
  );

export function statusOf(books: Books, capture: CaptureRow): string {
  const taken = takenOf(books, capture.id);
  if (capture.status !== 'COMPLETED' || taken === 0n) return capture.status;
  return taken >= totalOf([capture.amount]) ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
}

const receivableOf = ({ amount, breakdown }: CaptureRow): object =>
  breakdown === undefined
    ? {}
    : {
        seller_receivable_breakdown: {
          gross_amount: amount,
          paypal_fee: breakdown.fee,
          net_amount: breakdown.net,
          ...(breakdown.settled && {
            receivable_amount: breakdown.settled.amount,
            exchange_rate: rateOf(breakdown.net, breakdown.settled),
          }),
        },
      };

const payableOf = ({ amount, breakdown }: RefundRow): object =>
  breakdown === undefined
    ? {}
    : {
        seller_payable_breakdown: {
          gross_amount: amount,
          paypal_fee: breakdown.fee,
          net_amount: breakdown.net,
          ...(breakdown.settled && {
            net_amount_in_receivable_currency: breakdown.settled.amount,
            net_amount_breakdown: [
              {
                payable_amount: breakdown.settled.amount,
                converted_amount: breakdown.net,
                exchange_rate: rateOf(breakdown.net, breakdown.settled),
              },
            ],
          }),
          total_refunded_amount: amount,
        },
      };

const rateOf = (net: Amount, { amount, rate }: NonNullable<Breakdown['settled']>) => ({
  source_currency: net.currency_code,
  target_currency: amount.currency_code,
  value: rate,
});

export const shownCapture = (books: Books, capture: CaptureRow) => ({
  id: capture.id,
  status: statusOf(books, capture),
  ...(capture.status === 'PENDING' ? { status_details: { reason: 'ECHECK' } } : {}),
  amount: capture.amount,
  final_capture: true,
  ...receivableOf(capture),
  create_time: capture.created,
  update_time: capture.created,
  ...(capture.order_id === null ? {} : { supplementary_data: { related_ids: { order_id: capture.order_id } } }),
  links: [{ href: `${api}/v2/payments/captures/${capture.id}`, rel: 'self', method: 'GET' }],
});

export const shownRefund = (refund: RefundRow) => ({
  id: refund.id,
  status: refund.status,
  ...(refund.reason === null ? {} : { status_details: { reason: refund.reason } }),
  amount: refund.amount,
  ...(refund.custom_id === null ? {} : { custom_id: refund.custom_id }),
  ...(refund.acquirer_reference_number === null ? {} : { acquirer_reference_number: refund.acquirer_reference_number }),
  ...payableOf(refund),
  create_time: refund.created,
  update_time: refund.updated,
  links: [
    { href: `${api}/v2/payments/refunds/${refund.id}`, rel: 'self', method: 'GET' },
    { href: `${api}/v2/payments/captures/${refund.capture_id}`, rel: 'up', method: 'GET' },
  ],
});

/** An order with all that was captured and paid back under it; `null` where nothing was. */
export function shownOrder(books: Books, orderId: string): object | null {
  const captures = books.all('capture').filter(({ order_id }) => order_id === orderId);
  const [first] = captures;
  if (!first) return null;
  const ids = captures.map(({ id }) => id);
  return {
    id: orderId,
    intent: 'CAPTURE',
    status: 'COMPLETED',
    payer: { payer_id: first.payer_id, email_address: 'payer@buyer.example' },
    create_time: first.created,
    purchase_units: [
      {
        reference_id: 'default',
        payments: {
          captures: captures.map((capture) => shownCapture(books, capture)),
          refunds: books
            .all('refund')
            .filter(({ capture_id }) => ids.includes(capture_id))
            .map(shownRefund),
        },
      },
    ],
  };
}

/** Lists leave the outcome out, as PayPal's do. */
export const listedDispute = (dispute: DisputeRow) => ({
  dispute_id: dispute.id,
  create_time: dispute.created,
  update_time: dispute.updated,
  reason: 'MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED',
  status: dispute.status,
  dispute_amount: dispute.amount,
  dispute_life_cycle_stage: dispute.stage,
  dispute_channel: dispute.channel ?? 'INTERNAL',
});

export const asksForEvidence = ({ status, stage }: DisputeRow): boolean =>
  status === 'WAITING_FOR_SELLER_RESPONSE' && stage !== 'INQUIRY';

const outcomeOf = ({ outcome, refunded }: DisputeRow): object => ({
  outcome_code: outcome,
  ...(refunded === undefined ? {} : { amount_refunded: refunded }),
});

export function shownDispute(dispute: DisputeRow) {
  const href = `${api}/v1/customer/disputes/${dispute.id}`;
  return {
    ...listedDispute(dispute),
    disputed_transactions: [{ seller_transaction_id: dispute.capture_id, transaction_status: 'COMPLETED' }],
    ...(dispute.outcome === null ? {} : { dispute_outcome: outcomeOf(dispute) }),
    ...(dispute.movements === undefined ? {} : { money_movements: dispute.movements }),
    ...(dispute.due === undefined ? {} : { seller_response_due_date: dispute.due }),
    ...(dispute.evidences === undefined ? {} : { evidences: dispute.evidences }),
    links: [
      { href, rel: 'self', method: 'GET' },
      ...(asksForEvidence(dispute)
        ? [{ href: `${href}/provide-evidence`, rel: 'provide_evidence', method: 'POST' }]
        : []),
    ],
  };
}
