/**
 * The manual rail: a person of finance pays by hand and records it. Its provider is the desk's own book, so that it
 * passes the same gates, is asked before it is asked again, and reports through the same reducer as any other.
 */

import type { ListedManualPayment, ManualPayment, ManualPayments } from '../domain/manual-payment.ts';
import { zero } from '../domain/money.ts';
import {
  type CaptureProblem,
  type CaptureState,
  type OutcomeUnknown,
  type PayoutRequest,
  type Rail,
  type RailFacts,
  type RailRecord,
  type RailReport,
  RailUnavailable,
} from '../domain/rail.ts';

export const manualFacts: RailFacts = {
  // Finance's own book says it, and nothing else, unless the bank's statement bears the reference that was recorded.
  list: { word: 'person', withinMs: 0, isOurs: true },
  reports: ['sent', 'settled', 'failed', 'cancelled'],
  // As a bank transfer, by which most of them go, may take.
  postingDays: { min: 1, max: 5 },
  currencies: 'all',
  exponents: {},
  disputes: [],
  takesPayee: 'anyone',
};

export interface ManualRailOptions {
  readonly payments: ManualPayments;
  /** How many payments are read at one go. */
  readonly pageRows?: number;
}

const pageRowsUsual = 200;

export const createManualRail = ({ payments, pageRows = pageRowsUsual }: ManualRailOptions): Rail => ({
  name: 'manual',
  facts: manualFacts,
  send: (request) => send(payments, request),
  lookUp: ({ payoutId }) =>
    asked(async () => {
      const payment = await payments.find(payoutId);
      return payment && reportOf(payment);
    }),
  cancel: async ({ payoutId }) => {
    const payment = await payments.cancel(payoutId);
    return payment ? reportOf(payment) : { status: 'unknown', reason: 'never_asked' };
  },
  readCapture: (captureRef) => asked(() => readCapture(payments, captureRef)),
  list: (window) => listed(payments, window, pageRows),
});

async function send(payments: ManualPayments, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  if (request.amount.minor <= 0n) return { status: 'failed', reason: 'amount_not_positive' };
  try {
    const payment = await payments.open(request);
    const { minor, currency } = payment.amount;
    // R6: the book holds the payout with another amount, so that a person must look.
    if (minor !== request.amount.minor || currency !== request.amount.currency)
      return { status: 'unknown', reason: 'idempotency_mismatch' };
    return reportOf(payment);
  } catch {
    // It may have been written: looking up tells.
    return { status: 'unknown', reason: 'book_unclear' };
  }
}

/** What the book says; a person's word, but where a bank's statement says the same. */
async function* listed(
  payments: ManualPayments,
  window: { readonly from: Date; readonly until: Date },
  rows: number,
): AsyncGenerator<readonly RailRecord[]> {
  let after: string | null = null;
  do {
    const from: string | null = after;
    const page: readonly ListedManualPayment[] = await asked(() => payments.list(window, { after: from, rows }));
    yield page.map(recordOf);
    after = page.length < rows ? null : (page.at(-1)?.id ?? null);
  } while (after !== null);
}

const recordOf = (payment: ListedManualPayment): RailRecord => ({
  providerRef: refOf(payment),
  payoutId: payment.payoutId,
  captureRefs: [],
  amount: payment.amount,
  report: reportOf(payment),
  at: payment.openedAt,
  word: payment.isOnStatement ? 'statement' : 'person',
});

/** The fault itself may name what was asked for. */
async function asked<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch {
    throw new RailUnavailable('the book of payments by hand could not be read');
  }
}

const refOf = ({ id }: ManualPayment): string => `manual/${id}`;

function reportOf(payment: ManualPayment): RailReport {
  const providerRef = refOf(payment);
  switch (payment.state) {
    case 'open':
      return { status: 'sent', providerRef, reason: 'awaits_person' };
    case 'paid':
      return { status: 'settled', providerRef, ...(payment.reference === null ? {} : { bankRef: payment.reference }) };
    case 'not_paid':
      return { status: 'failed', providerRef, reason: 'not_paid' };
    case 'returned':
      return { status: 'failed', providerRef, reason: payment.returnReason ?? 'sent_back' };
    case 'cancelled':
      return { status: 'cancelled', providerRef, reason: 'cancelled_by_finance' };
  }
}

async function readCapture(payments: ManualPayments, captureRef: string): Promise<CaptureState | CaptureProblem> {
  const captured = await payments.readCapture(captureRef);
  if (captured === null) return { problem: 'capture_not_found' };
  return { captured, refundedElsewhere: zero(captured.currency), disputeBars: false };
}
