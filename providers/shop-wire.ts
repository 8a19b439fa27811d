/**
 * What goes to the shop and what we read of its answers, checked as it comes in. Pure; only codes are taken from an
 * answer, never its texts, which may name people.
 */

import { z } from 'zod';
import { isCurrency, money, toWire } from '../domain/money.ts';
import type { CaptureProblem, OutcomeUnknown } from '../domain/rail.ts';
import type { BalancePayment, CreditPage, ShopReport, ShopRequest } from '../domain/shop.ts';
import type { SignedAnswer } from './signed-http.ts';

/** More than this went back of one payment is no honest answer. */
const creditsPerPaymentMax = 1_000;

const codeSchema = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const refSchema = z.string().min(1).max(255);
const minorSchema = z.string().regex(/^(0|[1-9]\d{0,12})$/);
const moneySchema = z.object({ minor: minorSchema, currency: z.string().regex(/^[A-Z]{3}$/) });

const appliedSchema = z.object({
  status: z.literal('applied'),
  shopRef: refSchema,
  planEndsAt: z.iso.datetime().optional(),
});
const reportSchema = z.discriminatedUnion('status', [
  appliedSchema,
  z.object({ status: z.literal('refused'), code: codeSchema }),
]);
const errorSchema = z.object({ code: codeSchema });

const balancePaymentSchema = z.object({
  captured: moneySchema,
  credits: z.array(z.object({ remedyId: refSchema.nullable(), amount: moneySchema })).max(creditsPerPaymentMax),
  disputed: z.boolean(),
});

export function bodyOf({ remedyId, action }: ShopRequest): string {
  const wire = action.kind === 'credit_balance' ? { ...action, amount: toWire(action.amount) } : action;
  return JSON.stringify({ remedyId, action: wire });
}

/** What an answer to `POST /v1/actions` means: done, surely not done, or open. */
export function outcomeOf(answer: SignedAnswer): ShopReport | OutcomeUnknown {
  const { status, body } = answer;
  if (status >= 200 && status < 300) {
    const applied = appliedSchema.safeParse(body);
    return applied.success ? applied.data : { status: 'unknown', reason: 'unreadable_answer' };
  }
  // Nothing happened, but whether an earlier attempt did stays open until a person mends the secret.
  if (status === 401 || status === 403) return { status: 'unknown', reason: 'credentials_refused' };
  if (status === 429) return later(answer, 'rate_limited');
  const code = codeOf(answer);
  if (code === undefined || ![404, 409, 422].includes(status)) return later(answer, `status_${status}`);
  // R6: the key was used with another body, so an earlier attempt may well have been done: a person must look.
  if (code === 'idempotency_mismatch') return { status: 'unknown', reason: code };
  if (code === 'idempotency_key_in_use') return later(answer, code);
  return { status: 'refused', reason: code };
}

/** The shop's word on one action; `null` where it surely has none, `undefined` where the answer tells nothing. */
export function reportOf({ status, body }: SignedAnswer): ShopReport | null | undefined {
  // A plain 404 may be any proxy's: only the shop's own code proves that the action is not there.
  if (status === 404) return errorSchema.safeParse(body).data?.code === 'action_not_found' ? null : undefined;
  const report = status === 200 ? reportSchema.safeParse(body).data : undefined;
  return report?.status === 'refused' ? { status: 'refused', reason: report.code } : report;
}

/** What was paid from balance; `undefined` where the answer tells nothing. */
export function balancePaymentOf({ status, body }: SignedAnswer): BalancePayment | CaptureProblem | undefined {
  if (status === 404 && errorSchema.safeParse(body).data?.code === 'payment_not_found')
    return { problem: 'capture_not_found' };
  const payment = status === 200 ? balancePaymentSchema.safeParse(body).data : undefined;
  if (!payment) return undefined;
  const { captured, credits, disputed } = payment;
  const { currency } = captured;
  if (!isCurrency(currency)) return { problem: 'currency_unsupported' };
  if (credits.some(({ amount }) => amount.currency !== currency)) return { problem: 'currency_mismatch' };
  return {
    captured: money(BigInt(captured.minor), currency),
    credits: credits.map(({ remedyId, amount }) => ({ remedyId, amount: money(BigInt(amount.minor), currency) })),
    disputed,
  };
}

const creditPageSchema = z.object({
  credits: z
    .array(
      z.object({
        shopRef: refSchema,
        remedyId: refSchema.nullable(),
        captureRef: refSchema,
        amount: moneySchema,
        at: z.iso.datetime(),
      }),
    )
    .max(creditsPerPaymentMax),
  next: refSchema.nullable(),
});

/** A page of credits; `undefined` where the answer tells nothing. */
export function creditPageOf({ status, body }: SignedAnswer): CreditPage | undefined {
  const page = status === 200 ? creditPageSchema.safeParse(body).data : undefined;
  // A page that promises another and holds nothing would never end.
  if (!page || (page.credits.length === 0 && page.next !== null)) return undefined;
  return {
    next: page.next,
    credits: page.credits.map(({ amount: { minor, currency }, at, ...credit }) => ({
      ...credit,
      amount: isCurrency(currency) ? money(BigInt(minor), currency) : null,
      at: new Date(at),
    })),
  };
}

const codeOf = ({ body }: SignedAnswer): string | undefined => errorSchema.safeParse(body).data?.code;

const later = ({ retryAfterMs }: SignedAnswer, reason: string): OutcomeUnknown => ({
  status: 'unknown',
  reason,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
