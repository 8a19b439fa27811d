/**
 * What a thrown answer of the Stripe SDK means for the money: surely not paid, or open. Never reads the error's text,
 * which may name people; only classes, status and codes.
 */

import { Stripe } from 'stripe';
import type { OutcomeUnknown, RailReport } from '../domain/rail.ts';
import { questionsTo } from './questions.ts';

type Refused = Extract<RailReport, { status: 'failed' }>;

/** `failed` only where Stripe refused the request itself in its own words; everything else leaves the question open. */
export function outcomeOfStripeError(error: unknown): OutcomeUnknown | Refused {
  const { errors } = Stripe;
  if (!(error instanceof errors.StripeError)) return { status: 'unknown', reason: 'unreadable_answer' };
  if (error instanceof errors.StripeConnectionError)
    return { status: 'unknown', reason: timedOut(error.detail) ? 'timeout' : 'connection_lost' };
  // Nothing happened, but the question whether an earlier attempt did stays open until a person mends the key.
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError)
    return { status: 'unknown', reason: 'credentials_refused' };
  // R6: the key was used with another body, so an earlier attempt may well have paid. Calling it failed would free the
  // amount, and a new key would pay it again: the desk itself is at fault here, and a person must look.
  if (error instanceof errors.StripeIdempotencyError) return { status: 'unknown', reason: 'idempotency_mismatch' };
  if (error instanceof errors.StripeRateLimitError) return later('rate_limited', error);
  if (error.statusCode === 409) return later(error.code ?? 'conflict', error);
  // The capture was read from Stripe before anything was granted. If Stripe no longer knows it, the key now opens
  // another account than the one that may already have paid.
  if (error.code === 'resource_missing') return { status: 'unknown', reason: 'capture_not_found' };
  if (isClearRefusal(error)) return { status: 'failed', reason: error.code ?? 'request_refused' };
  if (error.statusCode === undefined) return { status: 'unknown', reason: 'unreadable_answer' };
  return later(`status_${error.statusCode}`, error);
}

const isClearRefusal = (error: Stripe.errors.StripeError): boolean =>
  (error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof Stripe.errors.StripeCardError) &&
  (error.rawType === 'invalid_request_error' || error.rawType === 'card_error');

const timedOut = (detail: unknown): boolean =>
  typeof detail === 'object' && detail !== null && 'code' in detail && detail.code === 'ETIMEDOUT';

function later(reason: string, error: Stripe.errors.StripeError): OutcomeUnknown {
  const seconds = Number(error.headers?.['retry-after']);
  const named = Number.isFinite(seconds) && seconds > 0;
  return { status: 'unknown', reason, ...(named ? { retryAfterMs: Math.ceil(seconds * 1000) } : {}) };
}

/** A capture in a currency that the desk does not reckon in: a gap of the money table, never to be guessed over. */
export class CurrencyUnsupported extends Error {
  constructor(currency: string) {
    super(`the capture is in ${currency}, which the desk’s money table does not know`);
    this.name = 'CurrencyUnsupported';
  }
}

export const { asked, parsed } = questionsTo(
  'Stripe',
  outcomeOfStripeError,
  (error) => error instanceof CurrencyUnsupported,
);
