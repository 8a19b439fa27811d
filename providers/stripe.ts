/**
 * The card rail over the official Stripe SDK. Sends under the key it is given and reports what Stripe says; it never
 * retries by itself, never mints a key, and calls a refund failed only where Stripe surely has none.
 */

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Stripe } from 'stripe';
import type { z } from 'zod';
import { type Currency, isCurrency, type Money, money, zero } from '../domain/money.ts';
import {
  type CaptureProblem,
  type CaptureState,
  type OutcomeUnknown,
  type PayoutRequest,
  type Rail,
  type RailFacts,
  type RailReport,
  RailUnavailable,
} from '../domain/rail.ts';
import { provenRefusal } from './proven-refusal.ts';
import { costedRefundSchema, costsExpanded, costsOfRefund } from './stripe-costs.ts';
import {
  chargeSchema,
  disputeBars,
  disputeSchema,
  paymentIntentSchema,
  payoutMetadataKey,
  payoutOfRefund,
  refundSchema,
  reportOfRefund,
  type StripeRefund,
  takesFromCapture,
} from './stripe-refund.ts';
import { listStripeRefunds } from './stripe-refund-list.ts';
import { asked, CurrencyUnsupported, outcomeOfStripeError, parsed } from './stripe-refusal.ts';

/** More refunds or disputes of one charge than this are no honest answer. */
const listedPerCaptureMax = 1_000;
const pageRows = 100;
const idleConnectionMsMax = 3_000;

export interface StripeClientOptions {
  readonly apiKey: string;
  /** A server that speaks Stripe's API, such as the sandbox; absent or empty for the real one. */
  readonly apiUrl?: string;
  /** How long a connection may stay silent before the answer counts as lost. */
  readonly timeoutMs: number;
}

export function createStripeClient(options: StripeClientOptions): Stripe {
  const target = options.apiUrl ? new URL(options.apiUrl) : undefined;
  return new Stripe(options.apiKey, {
    // Temporal retries, and asks first what became of the last attempt.
    maxNetworkRetries: 0,
    httpClient: withoutHiddenRetry(Stripe.createNodeHttpClient(agentFor(target))),
    timeout: options.timeoutMs,
    telemetry: false,
    ...(target && {
      host: target.hostname,
      protocol: target.protocol === 'http:' ? 'http' : 'https',
      port: target.port || (target.protocol === 'http:' ? 80 : 443),
    }),
  });
}

/**
 * Keeps connections for calls in a row only: one that the other side has closed in the meantime would make a clear
 * answer unclear.
 */
const agentFor = (target: URL | undefined): HttpAgent =>
  new (target?.protocol === 'http:' ? HttpAgent : HttpsAgent)({ keepAlive: true, timeout: idleConnectionMsMax });

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/**
 * The SDK repeats a request once after a closed connection even where retries are off. We ask what became of the first
 * before anything is sent again, so the SDK does not get to see the codes that make it do so.
 */
function withoutHiddenRetry(inner: HttpClient): Pick<HttpClient, 'getClientName' | 'makeRequest'> {
  return {
    getClientName: () => inner.getClientName(),
    makeRequest: async (...request: Parameters<HttpClient['makeRequest']>) => {
      try {
        return await inner.makeRequest(...request);
      } catch (error) {
        const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
        if (code !== 'ECONNRESET' && code !== 'EPIPE') throw error;
        throw Object.assign(new Error('the connection was closed'), { code: `CLOSED_${code}`, cause: error });
      }
    },
  };
}

export const stripeFacts: RailFacts = {
  list: { word: 'provider', withinMs: 3_600_000 },
  reports: ['sent', 'settled', 'failed', 'cancelled'],
  // Stripe: a refund is usually seen 5 to 10 business days after it was made.
  postingDays: { min: 5, max: 10 },
  currencies: 'all',
  exponents: {},
  disputes: ['chargeback', 'inquiry', 'early_fraud_warning'],
};

export const createStripeRail = ({ stripe }: { readonly stripe: Stripe }): Rail => ({
  name: 'card',
  facts: stripeFacts,
  send: (request) => send(stripe, request),
  lookUp: (request) => lookUp(stripe, request),
  cancel: (request, providerRef) => cancel(stripe, request, providerRef),
  readCapture: (captureRef, ownPayoutIds) => asked(() => readCapture(stripe, captureRef, ownPayoutIds)),
  list: (window) => listStripeRefunds(stripe, window),
  readCosts: ({ providerRef }) => asked(() => readCosts(stripe, providerRef)),
});

async function send(stripe: Stripe, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  if (request.amount.minor <= 0n) return { status: 'failed', reason: 'amount_not_positive' };
  return provenRefusal(await createRefund(stripe, request), () => lookUp(stripe, request));
}

async function createRefund(stripe: Stripe, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  try {
    // Minor units go out as they are: for every currency of our table Stripe counts as ISO 4217 does (M1, M3).
    // Stripe's exceptions (ISK, UGX; HUF and TWD in payouts only) are either not in it or do not touch refunds.
    const answer: unknown = await stripe.refunds.create(
      {
        ...captureParam(request.captureRef),
        amount: Number(request.amount.minor),
        metadata: { [payoutMetadataKey]: request.payoutId },
      },
      { idempotencyKey: request.key },
    );
    const refund = refundSchema.safeParse(answer);
    const report = refund.success ? reportOfRefund(refund.data) : null;
    return report ?? { status: 'unknown', reason: 'unreadable_answer' };
  } catch (error) {
    return outcomeOfStripeError(error);
  }
}

async function lookUp(stripe: Stripe, request: PayoutRequest): Promise<RailReport | null> {
  const refunds = await asked(() => refundsOf(stripe, request.captureRef));
  const ours = refunds.filter((refund) => payoutOfRefund(refund) === request.payoutId);
  // A person may have repeated a failed one by hand with its metadata: the one that holds money is the truth.
  const refund = ours.find(takesFromCapture) ?? ours[0];
  if (!refund) return null;
  const report = reportOfRefund(refund);
  if (!report) throw new RailUnavailable('Stripe reports a refund status that the desk does not know');
  return report;
}

/** S6: Stripe lets go only of what waits for the customer; whatever it says, its books tell how the refund stands. */
async function cancel(
  stripe: Stripe,
  request: PayoutRequest,
  providerRef: string,
): Promise<RailReport | OutcomeUnknown> {
  try {
    await stripe.refunds.cancel(providerRef);
  } catch (error) {
    const outcome = outcomeOfStripeError(error);
    if (outcome.status === 'unknown') return outcome;
  }
  return (await lookUp(stripe, request)) ?? { status: 'unknown', reason: 'refund_not_found' };
}

const readCosts = async (stripe: Stripe, providerRef: string) =>
  costsOfRefund(parsed(costedRefundSchema, await stripe.refunds.retrieve(providerRef, { expand: costsExpanded })));

async function readCapture(
  stripe: Stripe,
  captureRef: string,
  ownPayoutIds: readonly string[],
): Promise<CaptureState | CaptureProblem> {
  const charge = await readCharge(stripe, captureRef).catch(problemOf);
  if ('problem' in charge) return charge;
  const { chargeId, captured, instrument } = charge;
  if (chargeId === null) return { captured, refundedElsewhere: captured, disputeBars: false };
  // Summed from the refunds themselves, not read off the charge: pending ones count, failed ones do not (R11).
  const refunds = await refundsOf(stripe, chargeId);
  const disputes = await listAll(stripe.disputes.list({ charge: chargeId, limit: pageRows }), disputeSchema);
  const elsewhereMinor = refunds
    .filter((refund) => takesFromCapture(refund) && !ownPayoutIds.includes(payoutOfRefund(refund) ?? ''))
    .reduce((total, refund) => total + BigInt(refund.amount), 0n);
  return {
    captured,
    refundedElsewhere: money(elsewhereMinor, captured.currency),
    disputeBars: disputes.some((dispute) => disputeBars(dispute.status)),
    ...(instrument ? { instrument } : {}),
  };
}

/** What stays so until a person changes it is told as such; all else is a provider that cannot be asked just now. */
function problemOf(error: unknown): CaptureProblem {
  if (error instanceof CurrencyUnsupported) return { problem: 'currency_unsupported' };
  const missing = error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
  if (missing) return { problem: 'capture_not_found' };
  throw error;
}

interface ReadCharge {
  /** `null` for a payment intent that never led to a charge. */
  readonly chargeId: string | null;
  /** Captured, never merely authorised (R10). */
  readonly captured: Money;
  readonly instrument?: string | null | undefined;
}

async function readCharge(stripe: Stripe, captureRef: string): Promise<ReadCharge> {
  let chargeId = captureRef;
  if (isIntent(captureRef)) {
    const intent = parsed(paymentIntentSchema, await stripe.paymentIntents.retrieve(captureRef));
    if (!intent.latest_charge) return { chargeId: null, captured: zero(currencyOf(intent.currency)) };
    chargeId = intent.latest_charge;
  }
  const charge = parsed(chargeSchema, await stripe.charges.retrieve(chargeId));
  const captured = money(BigInt(charge.amount_captured), currencyOf(charge.currency));
  return { chargeId: charge.id, captured, instrument: charge.payment_method_details?.card?.fingerprint };
}

const refundsOf = (stripe: Stripe, captureRef: string): Promise<StripeRefund[]> =>
  listAll(stripe.refunds.list({ ...captureParam(captureRef), limit: pageRows }), refundSchema);

/** `pi_…` names a payment intent; all else (`ch_…`, `py_…`) a charge. */
const isIntent = (captureRef: string): boolean => captureRef.startsWith('pi_');

const captureParam = (captureRef: string): { charge: string } | { payment_intent: string } =>
  isIntent(captureRef) ? { payment_intent: captureRef } : { charge: captureRef };

function currencyOf(wire: string): Currency {
  const currency = wire.toUpperCase();
  if (!isCurrency(currency)) throw new CurrencyUnsupported(currency);
  return currency;
}

async function listAll<Row>(list: AsyncIterable<unknown>, schema: z.ZodType<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of list) {
    if (rows.length >= listedPerCaptureMax)
      throw new RailUnavailable('Stripe lists more rows than one capture can have');
    rows.push(parsed(schema, row));
  }
  return rows;
}
