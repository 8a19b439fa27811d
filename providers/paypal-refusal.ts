/**
 * What an answer of PayPal that is none means for the money: surely not paid, or open. Reads only codes; PayPal's texts
 * may name people, and are dropped where they come in.
 */

import { z } from 'zod';
import { ListNotComparable, type OutcomeUnknown, type RailReport } from '../domain/rail.ts';
import { questionsTo } from './questions.ts';

type Refused = Extract<RailReport, { status: 'failed' }>;

/** PayPal answered with an error. */
export class PaypalRefusal extends Error {
  readonly status: number;
  /** PayPal's own code for it, the most exact that it gave. */
  readonly issue: string | null;
  readonly retryAfterMs: number | undefined;
  constructor(status: number, issue: string | null, retryAfterMs?: number) {
    super(`PayPal answered ${status} ${issue ?? ''}`.trim());
    this.name = 'PaypalRefusal';
    this.status = status;
    this.issue = issue;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came, or none that could be read. */
export class PaypalUnanswered extends Error {
  readonly reason: 'timeout' | 'connection_lost' | 'unreadable_answer';
  constructor(reason: PaypalUnanswered['reason']) {
    super(`no answer of PayPal (${reason})`);
    this.name = 'PaypalUnanswered';
    this.reason = reason;
  }
}

const code = z.string().regex(/^[A-Za-z0-9_]{1,80}$/);
const errorBodySchema = z.object({
  name: code.optional().catch(undefined),
  error: code.optional().catch(undefined),
  details: z
    .array(z.object({ issue: code.optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});

export function refusalOf(status: number, headers: Readonly<Record<string, unknown>>, body: unknown): PaypalRefusal {
  const seconds = Number(headers['retry-after']);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds * 1000) : undefined;
  return new PaypalRefusal(status, issueOf(body), retryAfterMs);
}

function issueOf(body: unknown): string | null {
  try {
    const parsed = errorBodySchema.safeParse(typeof body === 'string' ? JSON.parse(body) : body);
    if (!parsed.success) return null;
    return parsed.data.details?.[0]?.issue ?? parsed.data.name ?? parsed.data.error ?? null;
  } catch {
    return null;
  }
}

/**
 * S10: the money of an e-check is not there yet. Nothing was sent, but it is a wait and no failure, so that nobody takes
 * another way for what this one will do.
 */
const waits: Readonly<Record<string, string>> = { PENDING_CAPTURE: 'capture_pending' };

/** S5: the seller's balance does not suffice. Told by the desk's own word for it, so that finance sees what to bring. */
const lowBalance = 'REFUND_FAILED_INSUFFICIENT_FUNDS';

/** R6: the id was used with another body, so an earlier attempt may well have paid. */
const reusedIds: readonly string[] = ['DUPLICATE_REQUEST_ID', 'PAYPAL_REQUEST_ID_PREVIOUSLY_USED'];

/** `failed` only where PayPal refused the request itself in its own words; everything else leaves the question open. */
export function outcomeOfPaypalError(error: unknown): OutcomeUnknown | Refused {
  if (error instanceof PaypalUnanswered) return { status: 'unknown', reason: error.reason };
  if (!(error instanceof PaypalRefusal)) return { status: 'unknown', reason: 'unreadable_answer' };
  const { status, issue } = error;
  // Nothing happened, but the question whether an earlier attempt did stays open until a person mends the credentials.
  if (status === 401 || status === 403) return { status: 'unknown', reason: 'credentials_refused' };
  if (status === 429) return later('rate_limited', error);
  // R8: of two calls at once with the same id the second may be refused, and says nothing of the first.
  if (status === 409) return later((issue ?? 'conflict').toLowerCase(), error);
  // The capture was read before anything was granted. If PayPal no longer knows it, the account is another one now.
  if (status === 404) return { status: 'unknown', reason: 'capture_not_found' };
  if (issue !== null && reusedIds.includes(issue)) return { status: 'unknown', reason: 'idempotency_mismatch' };
  const wait = issue === null ? undefined : waits[issue];
  if (wait !== undefined) return later(wait, error);
  if (issue === lowBalance) return { status: 'failed', reason: 'insufficient_funds' };
  if (issue !== null && (status === 400 || status === 422)) return { status: 'failed', reason: issue.toLowerCase() };
  return later(`status_${status}`, error);
}

const later = (reason: string, { retryAfterMs }: PaypalRefusal): OutcomeUnknown => ({
  status: 'unknown',
  reason,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

export const { asked, parsed } = questionsTo(
  'PayPal',
  outcomeOfPaypalError,
  (error) => error instanceof ListNotComparable,
);
