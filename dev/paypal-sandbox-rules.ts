/**
 * What PayPal would do: refunds, their later life, cases. Each rule reads the books and says what is to be written and
 * told; it never writes by itself, so that a rule that refuses leaves nothing behind.
 */

import { randomInt } from 'node:crypto';
import { refunded, sold } from './paypal-sandbox-balance.ts';
import {
  type Amount,
  type Books,
  type CaptureRow,
  type Move,
  type PlanRow,
  put,
  type RefundRow,
  strike,
} from './paypal-sandbox-books.ts';
import { endedByRefund } from './paypal-sandbox-disputes.ts';
import {
  hundredths,
  mintId,
  notFound,
  shownCapture,
  shownRefund,
  takenOf,
  totalOf,
  unprocessable,
} from './paypal-sandbox-wire.ts';

export const reading = (answer: object): Move => ({ answer, puts: [], events: [] });

/** How a refund begins and what becomes of it by itself. */
export interface RefundOutcome {
  readonly status: RefundRow['status'];
  readonly reason?: string | undefined;
  readonly next?: PlanRow['step'] | undefined;
  readonly afterMs: number;
}

export interface RefundInput {
  readonly captureId: string;
  /** Absent: all that is left. */
  readonly amount: Amount | undefined;
  readonly customId: string | null;
  readonly nowMs: number;
  readonly outcome: RefundOutcome;
  readonly refundsMax: number;
}

const refundDaysMax = 180;

export function refundCapture(books: Books, input: RefundInput): Move & { readonly refund: RefundRow } {
  const capture = books.get('capture', input.captureId);
  if (!capture) throw notFound();
  const left = refundableOf(books, capture, input);
  const asked = input.amount ?? { ...capture.amount };
  if (asked.currency_code !== capture.amount.currency_code) throw unprocessable('REFUND_CAPTURE_CURRENCY_MISMATCH');
  const wanted = hundredths(asked);
  if (wanted === null || wanted <= 0n) throw unprocessable('INVALID_CURRENCY_AMOUNT_FORMAT');
  if (wanted > left) throw unprocessable('REFUND_AMOUNT_EXCEEDED');

  const { status, reason, next, afterMs } = input.outcome;
  const at = new Date(input.nowMs).toISOString();
  const refund = refunded(books, capture, {
    id: mintId(),
    capture_id: capture.id,
    status,
    reason: reason ?? (status === 'PENDING' ? 'ECHECK' : null),
    amount: asked,
    custom_id: input.customId,
    acquirer_reference_number: status === 'COMPLETED' ? mintArn() : null,
    created: at,
    updated: at,
  });
  const plan = next
    ? [
        put('plan', {
          id: refund.id,
          dueMs: input.nowMs + afterMs,
          step: next,
          ...(reason === undefined ? {} : { reason }),
        }),
      ]
    : [];
  const ended = closed(books, capture, refund, input.nowMs);
  const { answer, events } = told(refund);
  return {
    answer,
    puts: [put('refund', refund), ...plan, ...ended.puts],
    events: [...events, ...ended.events],
    refund,
  };
}

/** What ends with a refund that is complete, once with it all has gone back. */
function closed(books: Books, capture: CaptureRow, refund: RefundRow, nowMs: number): Pick<Move, 'puts' | 'events'> {
  const others = books
    .all('refund')
    .filter(({ id, capture_id, status }) => capture_id === capture.id && id !== refund.id && status === 'COMPLETED');
  const isAll = totalOf([...others, refund].map(({ amount }) => amount)) >= totalOf([capture.amount]);
  return refund.status === 'COMPLETED' && isAll ? endedByRefund(books, capture.id, nowMs) : { puts: [], events: [] };
}

/** What may still go back, or why nothing may. */
function refundableOf(books: Books, capture: CaptureRow, { nowMs, refundsMax }: RefundInput): bigint {
  if (capture.status === 'PENDING') throw unprocessable('PENDING_CAPTURE');
  if (capture.status !== 'COMPLETED') throw unprocessable('INVALID_CAPTURE_STATUS');
  const disputes = books.all('dispute').filter(({ capture_id }) => capture_id === capture.id);
  if (disputes.some(({ status, stage }) => status !== 'RESOLVED' && stage !== 'INQUIRY'))
    throw unprocessable('TRANSACTION_DISPUTED');
  if (disputes.some(({ outcome }) => outcome === 'RESOLVED_BUYER_FAVOUR' || outcome === 'ACCEPTED'))
    throw unprocessable('REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK');
  const left = totalOf([capture.amount]) - takenOf(books, capture.id);
  if (left <= 0n) throw unprocessable('CAPTURE_FULLY_REFUNDED');
  if (nowMs - Date.parse(capture.created) > refundDaysMax * 86_400_000)
    throw unprocessable('REFUND_TIME_LIMIT_EXCEEDED');
  const made = books.all('refund').filter(({ capture_id }) => capture_id === capture.id);
  if (made.length >= refundsMax) throw unprocessable('MAX_NUMBER_OF_REFUNDS_EXCEEDED');
  return left;
}

const mintArn = (): string => `7${Array.from({ length: 22 }, () => randomInt(10)).join('')}`;

const refundEvents: Readonly<Record<RefundRow['status'], string>> = {
  PENDING: 'PAYMENT.REFUND.PENDING',
  COMPLETED: 'PAYMENT.CAPTURE.REFUNDED',
  FAILED: 'PAYMENT.REFUND.FAILED',
  CANCELLED: 'PAYMENT.REFUND.FAILED',
};

const told = (refund: RefundRow): Pick<Move, 'answer' | 'events'> => ({
  answer: shownRefund(refund),
  events: [{ event_type: refundEvents[refund.status], resource_type: 'refund', resource: shownRefund(refund) }],
});

const refundMoves: Readonly<Record<RefundRow['status'], readonly RefundRow['status'][]>> = {
  PENDING: ['COMPLETED', 'FAILED', 'CANCELLED'],
  // S1: a bank behind the account may send the money back long after.
  COMPLETED: ['FAILED'],
  FAILED: [],
  CANCELLED: [],
};

export function moveRefund(
  books: Books,
  refundId: string,
  to: RefundRow['status'],
  nowMs: number,
  reason?: string,
): Move {
  const refund = books.get('refund', refundId);
  if (!refund) throw notFound();
  if (!refundMoves[refund.status].includes(to)) throw unprocessable(`REFUND_IS_${refund.status}`);
  const moved: RefundRow = {
    ...refund,
    status: to,
    reason: reason ?? null,
    acquirer_reference_number: to === 'COMPLETED' ? mintArn() : refund.acquirer_reference_number,
    updated: new Date(nowMs).toISOString(),
  };
  const capture = books.get('capture', moved.capture_id);
  const ended = capture ? closed(books, capture, moved, nowMs) : { puts: [], events: [] };
  const { answer, events } = told(moved);
  return {
    answer,
    puts: [put('refund', moved), strike('plan', refundId), ...ended.puts],
    events: [...events, ...ended.events],
  };
}

/** What is planned for a refund and due: the next move of its own life. */
export function followPlan(books: Books, plan: PlanRow, nowMs: number): Move | null {
  const refund = books.get('refund', plan.id);
  if (!refund || !refundMoves[refund.status].includes(plan.step)) return null;
  return moveRefund(books, plan.id, plan.step, nowMs, plan.reason);
}

export function setCapture(books: Books, given: CaptureRow): Move {
  const capture = given.status === 'COMPLETED' && given.breakdown === undefined ? sold(books, given) : given;
  const shown = { ...shownCapture(books, capture), status: capture.status };
  return {
    answer: shown,
    puts: [put('capture', capture)],
    events: [{ event_type: `PAYMENT.CAPTURE.${capture.status}`, resource_type: 'capture', resource: shown }],
  };
}
