/**
 * The manual rail: a person of finance pays by hand and records it. Its provider is the desk's own book, so that it
 * passes the same gates, is asked before it is asked again, and reports through the same reducer as any other.
 */

import type { ManualPayment, ManualPayments } from '../domain/manual-payment.ts';
import { zero } from '../domain/money.ts';
import type {
  CaptureProblem,
  CaptureState,
  OutcomeUnknown,
  PayoutRequest,
  Rail,
  RailFacts,
  RailReport,
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
  takesPayee: true,
};

export const createManualRail = ({ payments }: { readonly payments: ManualPayments }): Rail => ({
  name: 'manual',
  facts: manualFacts,
  send: (request) => send(payments, request),
  lookUp: async ({ payoutId }) => {
    const payment = await payments.find(payoutId);
    return payment && reportOf(payment);
  },
  cancel: async ({ payoutId }) => {
    const payment = await payments.cancel(payoutId);
    return payment ? reportOf(payment) : { status: 'unknown', reason: 'never_asked' };
  },
  readCapture: (captureRef) => readCapture(payments, captureRef),
});

async function send(payments: ManualPayments, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  if (request.amount.minor <= 0n) return { status: 'failed', reason: 'amount_not_positive' };
  const payment = await payments.open(request);
  const { minor, currency } = payment.amount;
  // R6: the book holds the payout with another amount, so that a person must look.
  if (minor !== request.amount.minor || currency !== request.amount.currency)
    return { status: 'unknown', reason: 'idempotency_mismatch' };
  return reportOf(payment);
}

function reportOf(payment: ManualPayment): RailReport {
  const providerRef = `manual/${payment.id}`;
  switch (payment.state) {
    case 'open':
      return { status: 'sent', providerRef, reason: 'awaits_person' };
    case 'paid':
      return { status: 'settled', providerRef, ...(payment.reference === null ? {} : { bankRef: payment.reference }) };
    case 'not_paid':
      return { status: 'failed', providerRef, reason: 'not_paid' };
    case 'cancelled':
      return { status: 'cancelled', providerRef, reason: 'cancelled_by_finance' };
  }
}

async function readCapture(payments: ManualPayments, captureRef: string): Promise<CaptureState | CaptureProblem> {
  const captured = await payments.readCapture(captureRef);
  if (captured === null) return { problem: 'capture_not_found' };
  return { captured, refundedElsewhere: zero(captured.currency), disputeBars: false };
}
